//! DuckDB, which is under the MIT license: from PyPI into the cache; nothing of it is in the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Rows;
use super::own::text;
use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::{read, run};

/// The package, with its version: answers and errors move with it.
const PACKAGE: &str = "duckdb==2.0.1";

/// Runs statements in a folder, and writes the rows of those that are queries. (On a slow machine, the
/// engine prints its progress.)
const RUNNER: &str = "\
import duckdb, json, os, sys
asked = json.load(open(sys.argv[1]))
os.chdir(asked['folder'])
connection = duckdb.connect()
for view in asked['views']:
    connection.execute(view)
answers = [connection.execute(query).fetchall() for query in asked['queries']]
json.dump(answers, open(sys.argv[2], 'w'))
";

/// A Python that has DuckDB, from the cache or the registry.
pub(super) fn python() -> Result<PathBuf> {
    let folder = cache_directory()?.join("engines").join(PACKAGE.replace("==", "-"));
    if !folder.exists() {
        made_whole(&folder, |scratch| {
            // Its programs name the folder that they were made in; its interpreter does not mind.
            run(Command::new("python3").args(["-m", "venv"]).arg(scratch))?;
            let mut pip = Command::new(scratch.join("bin/python3"));
            run(pip.args(["-m", "pip", "install", "--quiet", "--no-compile", PACKAGE]))
        })?;
    }
    Ok(folder.join("bin/python3"))
}

/// Makes the views in a folder, and asks the queries: the rows of each.
pub(super) fn run_in(
    python: &Path,
    folder: &Path,
    views: &[String],
    queries: &[String],
) -> Result<Vec<Rows>> {
    let asked = folder.join("asked.json");
    let folder = folder.to_str().context("a folder whose name is not UTF-8")?;
    let document = json!({ "folder": folder, "views": views, "queries": queries });
    fs::write(&asked, document.to_string())?;
    let answered = asked.with_file_name("answered.json");
    read(Command::new(python).args(["-c", RUNNER]).args([&asked, &answered]))?;
    let answers: Vec<Vec<Vec<Value>>> = serde_json::from_slice(&fs::read(&answered)?)?;
    ensure!(answers.len() == queries.len(), "DuckDB answered {} queries", answers.len());
    let row = |row: Vec<Value>| row.iter().map(text).collect();
    Ok(answers.into_iter().map(|rows| rows.into_iter().map(row).collect()).collect())
}
