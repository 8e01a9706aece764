//! The notices of the libraries that are linked into the program, whose licenses ask for them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::process::read;
use crate::run::product::cargo;

/// A library that is linked into the program.
struct Library {
    /// `flate2 1.1.5`.
    title: String,
    /// In the form of SPDX.
    license: String,
    /// The texts in its sources that are notices.
    texts: Vec<String>,
}

/// What the libraries ask to be said.
pub struct Notices {
    /// The licenses of the program with all that is linked into it, in the form of SPDX.
    pub licenses: String,
    /// All texts, each once, below the names of the libraries that have it.
    pub text: String,
}

impl Notices {
    /// Of what is checked out, on this machine.
    pub fn of_repository() -> Result<Notices> {
        let libraries = libraries()?;
        let mut by_text = BTreeMap::<String, Vec<String>>::new();
        let mut licenses = BTreeSet::new();
        for library in libraries {
            licenses.insert(library.license.clone());
            let title = format!("{} ({})", library.title, library.license);
            for text in library.texts {
                by_text.entry(text).or_default().push(title.clone());
            }
        }
        let part = |expression: &String| match expression.contains(' ') {
            true => format!("({expression})"),
            false => expression.clone(),
        };
        licenses.remove("GPL-2.0-only");
        let others: Vec<String> = licenses.iter().map(part).collect();
        let mut text =
            "The program has these libraries in it, under their own licenses.\n".to_owned();
        for (notice, titles) in by_text {
            let line = "=".repeat(78);
            text += &format!("\n{line}\n{}\n{line}\n\n{notice}\n", titles.join("\n"));
        }
        Ok(Notices { licenses: format!("GPL-2.0-only AND {}", others.join(" AND ")), text })
    }
}

/// The libraries, sorted.
fn libraries() -> Result<Vec<Library>> {
    let version = read(cargo().arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let options = ["metadata", "--format-version", "1", "--locked", "--filter-platform"];
    let metadata = read(cargo().args(options).arg(host.context("cargo names no host")?))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (packages, nodes) = (list(&metadata["packages"]), list(&metadata["resolve"]["nodes"]));
    let ours = packages.iter().find(|it| it["name"] == "modversions");
    let mut linked = vec![ours.context("the program is none of its packages")?["id"].clone()];
    let mut next = 0;
    while let Some(id) = linked.get(next).cloned() {
        next += 1;
        let Some(node) = nodes.iter().find(|node| node["id"] == id) else { continue };
        for dependency in list(&node["deps"]) {
            // `dev` and `build` are no part of the program; what is neither has no kind.
            let is_linked = list(&dependency["dep_kinds"]).iter().any(|it| it["kind"].is_null());
            if is_linked && !linked.contains(&dependency["pkg"]) {
                linked.push(dependency["pkg"].clone());
            }
        }
    }
    let others = packages.iter().filter(|it| linked[1..].contains(&it["id"]));
    let mut libraries = others.map(library).collect::<Result<Vec<_>>>()?;
    libraries.sort_by(|one, other| one.title.cmp(&other.title));
    Ok(libraries)
}

fn library(package: &Value) -> Result<Library> {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let manifest = text("manifest_path");
    let folder = Path::new(&manifest).parent().context("a manifest is in a directory")?;
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = super::name(&path).to_uppercase();
        let is_notice = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|it| name.starts_with(it));
        // Of two licenses we take the one that fits ours.
        if is_notice && path.is_file() && !name.contains("APACHE") {
            texts.push(String::from_utf8_lossy(&fs::read(path)?).trim().to_owned());
        }
    }
    texts.sort();
    if texts.is_empty() {
        let authors: Vec<&str> =
            package["authors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        texts.push(format!(
            "Its sources have no text of the license. Authors: {}",
            authors.join(", ")
        ));
    }
    let license = text("license").replace('/', " OR ").replace("  ", " ");
    Ok(Library { title: format!("{} {}", text("name"), text("version")), license, texts })
}
