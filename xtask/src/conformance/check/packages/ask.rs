//! Our program's verdicts on all modules of a kernel.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::product::Product;

/// What it says.
pub enum Answer {
    /// Of each module, by its path below the directory that was given.
    Verdicts(BTreeMap<String, Verdict>),
    /// Nothing: its message.
    None(String),
}

/// What it says of one module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It loads.
    Loads,
    /// It is refused, for these reasons.
    Refused(Vec<String>),
    /// What is not known decides.
    Undetermined,
}

/// Asks whether `modules` load on the kernel whose pieces are at these paths.
pub fn ask(product: &Product, modules: &Path, kernel: &[PathBuf]) -> Result<Answer> {
    let mut command = product.command();
    command.arg("check").arg(modules).args(["--format", "json"]);
    for piece in kernel {
        command.arg("--kernel").arg(piece);
    }
    let output = command.output().context("cannot run our check")?;
    if output.stdout.is_empty() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Ok(Answer::None(message.trim_end().to_owned()));
    }
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let reported = report["modules"].as_array().context("a report without modules")?;
    let verdicts = reported.iter().map(|it| {
        let path = it["path"].as_str().context("a module without a path")?;
        let below = Path::new(path).strip_prefix(modules)?.display().to_string();
        Ok((below, verdict(it)?))
    });
    Ok(Answer::Verdicts(verdicts.collect::<Result<_>>()?))
}

/// The verdict on one module of the report.
fn verdict(module: &Value) -> Result<Verdict> {
    Ok(match module["verdict"].as_str().context("a module without a verdict")? {
        "loads" => Verdict::Loads,
        "refused" => {
            let reasons = module["reasons"].as_array().context("a refusal without reasons")?;
            let ids = reasons.iter().filter_map(|reason| reason["id"].as_str());
            Verdict::Refused(ids.map(str::to_owned).collect())
        }
        _ => Verdict::Undetermined,
    })
}
