//! Expectations as they are stored: in full for 6.1, and for each other release only what differs
//! from a neighbour: most later ones from the release before it, most older ones from the one after it
//! (`releases.rs` says which). Only `cargo xtask reference` writes them.
//!
//! | file | what it is |
//! |---|---|
//! | `expect/status` | the exit status; or `signal N`, or `varies`, where upstream has no answer |
//! | `expect/stdout`, `expect/stderr` | the streams, where they are not empty |
//! | `expect/files/` | what the run created or wrote anew, even with equal bytes |
//! | `expect@RELEASE/` | those of these files that are different or new in `RELEASE` |
//! | `expect@RELEASE/gone` | the paths of those that it does not have, one a line |
//!
//! modpost of RHEL writes its minor release into each module, in a line that is stored as
//! `MODULE_INFO(rhelversion, "MAJOR.MINOR");` where it says the right one: minor releases that differ in
//! nothing else are stored once. What is read has the release's own number, by its name in `releases.rs`.
//!
//! A release that differs in nothing has no folder. If 6.1 does not have the case, the oldest release
//! without a neighbour that has it is stored in `expect/`; any other such in full in its own folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::answer::{Answer, End};
use crate::files::{names_in, read_below, write_below};
use crate::releases::{next_among, rhel};

/// The files of an expectation, or of a difference, by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// The folder of the answer that is stored in full.
const FULL: &str = "expect";

/// The file that lists what a release does not have.
const GONE: &str = "gone";

/// The expectation for `release`, one of the `releases` that have the case.
pub fn read(case: &Path, releases: &[&str], release: &str) -> Result<Answer, String> {
    if !releases.contains(&release) {
        return Err(format!("{release} does not have the case"));
    }
    let mut known = BTreeMap::new();
    read_files(case, releases, release, &mut known)?;
    answer(told(release, &known[release]))
}

/// The expectations for all of the `releases` that have the case, in their order.
pub fn read_all(case: &Path, releases: &[&str]) -> Result<Vec<Answer>, String> {
    let mut known = BTreeMap::new();
    releases.iter().try_for_each(|release| read_files(case, releases, release, &mut known))?;
    releases.iter().map(|release| answer(told(release, &known[release]))).collect()
}

/// Those of the `releases` that have the case, oldest first, that answer differently than one of their
/// neighbours: all others answer as those around them do.
pub fn changing<'a>(case: &Path, releases: &[&'a str]) -> Vec<&'a str> {
    let differs = |release: &&&str| case.join(folder(releases, release)).is_dir();
    let pair = |release: &&'a str| [Some(*release), next_among(release, releases)];
    let changing: Vec<&str> = releases.iter().filter(differs).flat_map(pair).flatten().collect();
    releases.iter().copied().filter(|release| changing.contains(release)).collect()
}

/// Makes the files of `release` known, and those of the neighbours that they differ from.
fn read_files<'a>(
    case: &Path,
    releases: &[&'a str],
    release: &'a str,
    known: &mut BTreeMap<&'a str, Files>,
) -> Result<(), String> {
    if known.contains_key(release) {
        return Ok(());
    }
    let mut files = Files::new();
    if let Some(next) = next_among(release, releases) {
        read_files(case, releases, next, known)?;
        files.clone_from(&known[next]);
    }
    let folder = folder(releases, release);
    let difference = read_below(&case.join(&folder)).map_err(|e| format!("{folder}: {e}"))?;
    apply(&mut files, difference).map_err(|error| format!("{folder}/{GONE}: {error}"))?;
    known.insert(release, files);
    Ok(())
}

/// Makes the folders of a case hold exactly `answers`, those of the `releases` that have it. Returns
/// the folders that there are now, each with its release.
pub fn write<'a>(
    case: &Path,
    releases: &[&'a str],
    answers: &[Answer],
) -> io::Result<Vec<(String, &'a str)>> {
    for name in names_in(case).iter().filter(|name| is_expectation(name)) {
        fs::remove_dir_all(case.join(name))?;
    }
    let mut written = Vec::new();
    let differences = differences(releases, answers);
    for ((folder, release), files) in folders(releases).zip(releases).zip(differences) {
        write_files(&case.join(&folder), &files)?;
        if !files.is_empty() {
            written.push((folder, *release));
        }
    }
    Ok(written)
}

/// Writes an answer in full into `folder`.
pub fn write_answer(folder: &Path, answer: &Answer) -> io::Result<()> {
    write_files(folder, &files(answer))
}

/// What is wrong with the expectations of a case for `releases`: they are incomplete, or stored in
/// other files than [`write()`] makes.
pub fn fault(case: &Path, releases: &[&str]) -> Option<String> {
    let answers = match read_all(case, releases) {
        Ok(answers) => answers,
        Err(error) => return Some(error),
    };
    let folder = other_folder(case, releases, &answers)?;
    Some(format!("{folder}/ is not the difference from its neighbour; write it anew"))
}

/// Whether the folders of a case hold exactly `answers`, those of the `releases` that have it.
pub fn holds(case: &Path, releases: &[&str], answers: &[Answer]) -> bool {
    other_folder(case, releases, answers).is_none()
}

/// The first folder that does not hold what [`write`] would put there for `answers`.
fn other_folder(case: &Path, releases: &[&str], answers: &[Answer]) -> Option<String> {
    let mut expected = folders(releases).zip(differences(releases, answers));
    let holds = |folder: &str, files: &Files| {
        read_below(&case.join(folder)).is_ok_and(|stored| stored == *files)
    };
    expected.find_map(|(folder, files)| (!holds(&folder, &files)).then_some(folder))
}

/// Whether a file of a case folder is an expectation for one of `releases`.
pub fn is_of(name: &str, releases: &[&str]) -> bool {
    folders(releases).any(|folder| folder == name)
}

/// Whether a file of a case folder is an expectation.
fn is_expectation(name: &str) -> bool {
    name == FULL || name.starts_with("expect@")
}

/// The folder for each of `releases`, whether it is there or not.
fn folders(releases: &[&str]) -> impl Iterator<Item = String> {
    releases.iter().map(|release| folder(releases, release))
}

/// The folder for `release`, one of the `releases` that have the case.
fn folder(releases: &[&str], release: &str) -> String {
    let has_no_neighbour = |release: &&&str| next_among(release, releases).is_none();
    let is_full = has_no_neighbour(&&release)
        && releases.iter().find(has_no_neighbour).is_some_and(|full| *full == release);
    if is_full { FULL.to_owned() } else { format!("{FULL}@{release}") }
}

/// Writes `files` into `folder`.
fn write_files(folder: &Path, files: &Files) -> io::Result<()> {
    files.iter().try_for_each(|(path, bytes)| write_below(folder, path, bytes))
}

/// Turns the `files` of a release into those of its neighbour.
fn apply(files: &mut Files, mut difference: Files) -> Result<(), String> {
    let gone = difference.remove(GONE).unwrap_or_default();
    for path in String::from_utf8_lossy(&gone).lines() {
        files.remove(path).ok_or_else(|| format!("there was no {path}"))?;
    }
    files.append(&mut difference);
    Ok(())
}

/// What each of `answers` differs in from that of its neighbour; of one without, all.
fn differences(releases: &[&str], answers: &[Answer]) -> Vec<Files> {
    let stored = |(release, answer): (&&str, &Answer)| stored(release, &files(answer));
    let all: Vec<Files> = releases.iter().zip(answers).map(stored).collect();
    let from_neighbour = |(release, files): (&&str, &Files)| {
        let next = next_among(release, releases);
        let next = next.and_then(|next| releases.iter().position(|release| *release == next));
        difference(next.map_or(&Files::new(), |next| &all[next]), files)
    };
    releases.iter().zip(&all).map(from_neighbour).collect()
}

/// The line that stands for that of a minor release of RHEL in what is stored.
const RHEL_LINE: &str = "MODULE_INFO(rhelversion, \"MAJOR.MINOR\");\n";

/// The line in which modpost of `release` says of which minor release of RHEL it is.
fn rhel_line(release: &str) -> Option<String> {
    rhel(release).map(|number| RHEL_LINE.replace("MAJOR.MINOR", number))
}

/// The `files` of `release` as they are stored, with the same line for all minor releases of RHEL.
fn stored(release: &str, files: &Files) -> Files {
    match rhel_line(release) {
        Some(line) => with_line(files, &line, RHEL_LINE),
        None => files.clone(),
    }
}

/// The `files` of `release` that are stored so, with its own line.
fn told(release: &str, files: &Files) -> Files {
    match rhel_line(release) {
        Some(line) => with_line(files, RHEL_LINE, &line),
        None => files.clone(),
    }
}

/// The `files` with `other` in place of each line that is `line`.
fn with_line(files: &Files, line: &str, other: &str) -> Files {
    let (line, other) = (line.as_bytes(), other.as_bytes());
    let text = |bytes: &Vec<u8>| {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        lines.map(|found| if found == line { other } else { found }).collect::<Vec<_>>().concat()
    };
    files.iter().map(|(path, bytes)| (path.clone(), text(bytes))).collect()
}

/// What turns `before` into `after`.
fn difference(before: &Files, after: &Files) -> Files {
    let is_changed = |(path, bytes): &(&String, &Vec<u8>)| before.get(*path) != Some(bytes);
    let changed = after.iter().filter(is_changed);
    let mut difference: Files =
        changed.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let gone: String = gone.map(|path| format!("{path}\n")).collect();
    if !gone.is_empty() {
        difference.insert(GONE.to_owned(), gone.into_bytes());
    }
    difference
}

/// The files that an answer is stored in.
fn files(answer: &Answer) -> Files {
    let status = match answer.end {
        End::Status(status) => format!("{status}\n"),
        End::Signal(signal) => format!("signal {signal}\n"),
        End::Varies => "varies\n".to_owned(),
    };
    let streams = [("stdout", &answer.stdout), ("stderr", &answer.stderr)];
    let streams = streams.into_iter().filter(|(_, bytes)| !bytes.is_empty());
    let streams = streams.map(|(name, bytes)| (name.to_owned(), bytes.clone()));
    let written = answer.files.iter();
    let written = written.map(|(path, bytes)| (format!("files/{path}"), bytes.clone()));
    [("status".to_owned(), status.into_bytes())].into_iter().chain(streams).chain(written).collect()
}

/// The answer that is stored in `files`.
fn answer(mut files: Files) -> Result<Answer, String> {
    let status = files.remove("status").ok_or("there is no status")?;
    let status = String::from_utf8_lossy(&status).trim().to_owned();
    let number = |text: &str| text.parse().map_err(|_| format!("{status:?} is no status"));
    let end = match (&*status, status.strip_prefix("signal ")) {
        ("varies", _) => End::Varies,
        (_, Some(signal)) => End::Signal(number(signal)?),
        (status, None) => End::Status(number(status)?),
    };
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| files.remove(name).unwrap_or_default());
    let written = files.into_iter().map(|(path, bytes)| match path.strip_prefix("files/") {
        Some(path) => Ok((path.to_owned(), bytes)),
        None => Err(format!("{path} is no part of an expectation")),
    });
    Ok(Answer { end, stdout, stderr, files: written.collect::<Result<_, String>>()? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use tempfile::TempDir;

    use super::*;

    /// An answer with one file and this standard error.
    fn written(path: &str, stderr: &str) -> Answer {
        let files = BTreeMap::from([(path.to_owned(), b"text\n".to_vec())]);
        let stderr = stderr.as_bytes().to_vec();
        Answer { end: End::Status(0), stdout: Vec::new(), stderr, files }
    }

    #[test]
    fn a_release_stores_only_what_is_different_and_what_it_lacks() {
        let case = TempDir::new().unwrap();
        let releases = ["6.1", "6.12", "7.2"];
        let crash = Answer::none(End::Signal(11));
        let answers = [written("a", "said\n"), written("b", ""), crash];
        let folders = write(case.path(), &releases, &answers).unwrap();
        let folders: Vec<&str> = folders.iter().map(|(folder, _)| &**folder).collect();
        assert_eq!(folders, ["expect", "expect@6.12", "expect@7.2"]);
        let stored = read_below(&case.path().join("expect@6.12")).unwrap();
        let gone = ("gone".to_owned(), b"files/a\nstderr\n".to_vec());
        assert_eq!(stored, Files::from([("files/b".to_owned(), b"text\n".to_vec()), gone]));
        for (release, answer) in releases.iter().zip(&answers) {
            assert_eq!(read(case.path(), &releases, release).as_ref(), Ok(answer));
        }
        assert_eq!(fault(case.path(), &releases), None);
    }

    #[test]
    fn the_number_of_a_minor_release_is_stored_once_if_it_is_the_right_one() {
        let said = |number: &str| {
            let mut answer = written("a.mod.c", "");
            let text = format!("text\nMODULE_INFO(rhelversion, \"{number}\");\n");
            answer.files.insert("a.mod.c".to_owned(), text.into_bytes());
            answer
        };
        let case = TempDir::new().unwrap();
        let releases = ["5.14-el9.1", "5.14-el9.2", "5.14-el9.4", "6.1"];
        let answers = [said("9.1"), said("9.1"), said("9.4"), written("a.mod.c", "")];
        let folders = write(case.path(), &releases, &answers).unwrap();
        let folders: Vec<&str> = folders.iter().map(|(folder, _)| &**folder).collect();
        // 9.2 tells a wrong number, so 9.1 is no longer like its neighbour.
        assert_eq!(
            folders,
            ["expect@5.14-el9.1", "expect@5.14-el9.2", "expect@5.14-el9.4", "expect"]
        );
        assert_eq!(read_all(case.path(), &releases).as_deref(), Ok(&answers[..]));
        let answers = [said("9.1"), said("9.2"), said("9.4"), written("a.mod.c", "")];
        let folders = write(case.path(), &releases, &answers).unwrap();
        let folders: Vec<&str> = folders.iter().map(|(folder, _)| &**folder).collect();
        assert_eq!(folders, ["expect@5.14-el9.4", "expect"]);
        assert_eq!(changing(case.path(), &releases), ["5.14-el9.4", "6.1"]);
        assert_eq!(read_all(case.path(), &releases).as_deref(), Ok(&answers[..]));
    }

    #[test]
    fn what_is_stored_twice_is_a_fault() {
        let case = TempDir::new().unwrap();
        write(case.path(), &["6.1", "6.12"], &[written("a", ""), written("a", "said\n")]).unwrap();
        assert_eq!(fault(case.path(), &["6.1", "6.12"]), None);
        write_below(case.path(), "expect@6.12/status", b"0\n").unwrap();
        let fault = fault(case.path(), &["6.1", "6.12"]).unwrap();
        assert!(fault.starts_with("expect@6.12/ is not the difference"), "{fault}");
    }
}
