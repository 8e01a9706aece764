//! Our own program's answers, as data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;

use super::given::Given;

/// What is known of the data set.
pub(super) struct Known<'k> {
    /// Where it is.
    pub(super) set: PathBuf,
    /// What it was made of.
    pub(super) kernels: &'k [Given],
    /// The rows of `history releases`.
    pub(super) about: Vec<Value>,
    /// The releases in the order of all answers.
    pub(super) releases: Vec<String>,
}

impl<'k> Known<'k> {
    /// Asks the data set which kernels it has.
    pub(super) fn of(set: &Path, kernels: &'k [Given]) -> Result<Self> {
        let answer = own_answer("history", &[&["releases"]], &[&[set.to_owned()]])?;
        let about = answer["rows"].as_array().context("no rows")?.clone();
        let releases = about.iter().map(|row| text(&row["release"])).collect();
        Ok(Known { set: set.to_owned(), kernels, about, releases })
    }

    /// What `history QUESTION` says of NAME: the rows about each release, in the order of `releases`.
    pub(super) fn along(&self, question: &str, name: &str) -> Result<BTreeMap<String, Vec<Value>>> {
        let answer = own_answer("history", &[&[question]], &[&[self.set.clone(), name.into()]])?;
        let rows = answer["rows"].as_array().context("no rows")?;
        let rows: Vec<&Value> = rows.iter().collect();
        let cloned = |rows: Vec<&Value>| rows.into_iter().cloned().collect();
        Ok(expanded(&rows, &self.releases)?
            .into_iter()
            .map(|(it, rows)| (it, cloned(rows)))
            .collect())
    }
}

/// The rows about each release, of an answer whose rows are about one or several in their order.
pub(super) fn expanded<'r>(
    rows: &[&'r Value],
    releases: &[String],
) -> Result<Vec<(String, Vec<&'r Value>)>> {
    let run =
        |row: &Value| ["distribution", "architecture", "flavour", "first"].map(|it| text(&row[it]));
    let mut left = releases.iter();
    let mut all: Vec<(String, Vec<&Value>)> = Vec::new();
    let mut last = None;
    let mut count = 0;
    for row in rows {
        if last == Some(run(row)) {
            // Another way in which the same releases have it.
            let start = all.len() - count;
            all[start..].iter_mut().for_each(|(_, rows)| rows.push(row));
            continue;
        }
        last = Some(run(row));
        count = usize::try_from(row["releases"].as_u64().context("a row of no releases")?)?;
        let own: Vec<&String> = left.by_ref().take(count).collect();
        let ends = [own.first(), own.last()].map(|it| it.map_or(String::new(), |it| (*it).clone()));
        ensure!(ends == ["first", "last"].map(|it| text(&row[it])), "{row} is about {own:?}");
        all.extend(own.into_iter().map(|release| (release.clone(), vec![*row])));
    }
    ensure!(left.next().is_none(), "an answer is not about all kernels");
    Ok(all)
}

/// A value as text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What things in a list have in this field.
pub(super) fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|it| text(&it[field])).collect()
}

/// What our program writes for programs.
pub(super) fn own_answer(command: &str, words: &[&[&str]], paths: &[&[PathBuf]]) -> Result<Value> {
    let words = [command].into_iter().chain(words.iter().copied().flatten().copied());
    let words = words.map(OsString::from);
    let paths = paths.iter().copied().flatten().map(|it| it.clone().into_os_string());
    let arguments = words.chain(paths).chain(["--format".into(), "json".into()]);
    let (_, stdout, stderr) = run(arguments.collect());
    serde_json::from_slice(&stdout).with_context(|| stderr)
}

/// Adds a kernel to a data set.
pub(super) fn add(set: &Path, pieces: &[PathBuf]) -> Result<()> {
    let words: [OsString; 3] = ["history".into(), "add".into(), "--together".into()];
    let pieces = pieces.iter().map(|it| it.clone().into_os_string());
    let (status, stdout, stderr) =
        run(words.into_iter().chain([set.into()]).chain(pieces).collect());
    ensure!(status == 0, "{stderr}");
    print!("history: {}", String::from_utf8_lossy(&stdout));
    Ok(())
}

/// Runs our program: its status, and what it writes.
fn run(arguments: Vec<OsString>) -> (u8, Vec<u8>, String) {
    let arguments: Vec<OsString> =
        [OsString::from("modversions")].into_iter().chain(arguments).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    (status, stdout, String::from_utf8_lossy(&stderr).into_owned())
}
