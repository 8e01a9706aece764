//! `cargo xtask conformance history`: a data set of a few kernels as others read it. DuckDB runs the
//! queries of docs/history.md on it, which are taken out of the page; what it answers is compared with the
//! answers of our own questions, and with the `Module.symvers` of the kernels. `history check` is compared
//! with `check` on each of them.

mod engine;
mod expected;
mod given;
mod own;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use self::expected::EXPECTED;
use self::given::{Given, all_given};
use self::own::{Known, add, expanded, own_answer};
use crate::obtain::or_skip;
use crate::run::product::workspace;

/// Rows of a table, each cell as text; one without a value is `-`.
type Rows = Vec<Vec<String>>;

/// All exports of all kernels, as the views of the page have them.
const EXPORTS: &str = "SELECT release, symbol, crc, module, license, namespace FROM exports";

/// How many modules are checked.
const MODULES: usize = 8;

/// Makes the data set and compares: how many differences there are; none if something cannot be had here.
pub fn compare() -> Result<Option<usize>> {
    let Some(python) = or_skip(engine::python(), "DuckDB, from PyPI")? else { return Ok(None) };
    let scratch = tempfile::tempdir()?;
    let Some((kernels, modules)) = or_skip(all_given(scratch.path()), "Debian's kernels")? else {
        return Ok(None);
    };
    // As the page calls it.
    let set = scratch.path().join("kernels");
    for kernel in &kernels {
        add(&set, &kernel.pieces)?;
    }
    let known = Known::of(&set, &kernels)?;
    let statements = statements()?;
    let (views, queries): (Vec<String>, Vec<String>) =
        statements.into_iter().partition(|it| it.starts_with("CREATE"));
    ensure!(
        queries.len() == EXPECTED.len(),
        "docs/history.md has {} queries, and {} are known here",
        queries.len(),
        EXPECTED.len()
    );
    let asked = queries.iter().cloned().chain([EXPORTS.to_owned()]).collect::<Vec<_>>();
    let mut found = engine::run_in(&python, scratch.path(), &views, &asked)?;
    let exports = found.pop().context("DuckDB answered nothing")?;
    let mut differences = compare_exports(&kernels, exports);
    for ((query, found), expected) in queries.iter().zip(&found).zip(EXPECTED) {
        let title = query.lines().next().unwrap_or_default();
        ensure!(!found.is_empty(), "DuckDB finds nothing here, so nothing is compared: {query}");
        let expected = expected(&known, found).with_context(|| query.clone())?;
        let count = differing(found, &expected);
        println!("history: {} rows, {count} differ: {title}", found.len());
        differences += count;
    }
    differences += compare_verdicts(&known, &modules)?;
    Ok(Some(differences))
}

/// The statements of docs/history.md, in their order.
fn statements() -> Result<Vec<String>> {
    let text = fs::read_to_string(workspace().join("docs/history.md"))?;
    let blocks = text.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next());
    let statements = blocks.flat_map(|block| block.split(";\n"));
    let statements = statements.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    Ok(statements.collect())
}

/// How many places of two tables differ; the first few are printed.
fn differing(found: &Rows, expected: &Rows) -> usize {
    let longest = found.len().max(expected.len());
    let differing = |at: &usize| found.get(*at) != expected.get(*at);
    let all: Vec<usize> = (0..longest).filter(differing).collect();
    for at in all.iter().take(3) {
        println!("    row {at}: found {:?}, expected {:?}", found.get(*at), expected.get(*at));
    }
    all.len()
}

/// Compares what DuckDB says is exported with what the kernels' own files say.
fn compare_exports(kernels: &[Given], found: Rows) -> usize {
    let found: BTreeSet<Vec<String>> = found.into_iter().collect();
    let published: BTreeSet<Vec<String>> = kernels.iter().flat_map(Given::rows).collect();
    let differing: Vec<_> = found.symmetric_difference(&published).collect();
    for row in differing.iter().take(3) {
        println!("    {row:?}");
    }
    println!(
        "history: {} exports of {} kernels, {} differ from Module.symvers",
        published.len(),
        kernels.len(),
        differing.len()
    );
    differing.len()
}

/// Compares `history check` with `check` on each kernel.
fn compare_verdicts(known: &Known<'_>, modules: &[PathBuf]) -> Result<usize> {
    let modules: Vec<PathBuf> = modules.iter().take(MODULES).cloned().collect();
    let answer =
        own_answer("history", &[&["check"]], &[std::slice::from_ref(&known.set), &*modules])?;
    let rows = answer["rows"].as_array().context("no rows")?;
    let report = |it: &Given| Ok((it.release.clone(), it.checked(&modules)?));
    let reports: BTreeMap<String, Value> =
        known.kernels.iter().map(report).collect::<Result<_>>()?;
    let mut differences = 0;
    let mut refused = 0;
    for module in &modules {
        let name = module.to_string_lossy();
        let own: Vec<_> = rows.iter().filter(|row| row["module"] == *name).collect();
        for (kernel, row) in expanded(&own, &known.releases)? {
            let row = row.first().context("a kernel without a verdict")?;
            let report = reports.get(&*kernel).context("a kernel that nobody gave")?;
            let mut of = report["modules"].as_array().into_iter().flatten();
            let of = of.find(|it| it["path"] == *name);
            let of = of.context("check says nothing of a module")?;
            let mut reasons = own::texts(&of["reasons"], "id");
            reasons.dedup();
            let expected = [own::text(&of["verdict"]), own::text(&of["error"]["name"])];
            let found = [own::text(&row["verdict"]), own::text(&row["error"])];
            let is_same = found == expected && own::text(&row["reasons"]) == reasons.join(" ");
            refused += usize::from(found[0] == "refused");
            if !is_same {
                differences += 1;
                println!("    {name} on {kernel}: {row}, but check says {of}");
            }
        }
    }
    ensure!(refused > 0, "no kernel refuses a module, so little is compared");
    let count = modules.len() * known.kernels.len();
    println!("history: {count} verdicts, {refused} refused, {differences} differ from check");
    Ok(differences)
}
