//! What the distribution's programs and ours came to in one trial, compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use testkit::difference::first_difference;

use super::trial::{Circumstances, End, Left, Said, Step, Trial, kept};
use super::workshop::Workshop;
use crate::run::files::files_below;

/// The kinds of files that are counted, by how their names end. The last is all others.
pub const KINDS: [&str; 6] = [".ko", ".mod.c", "Module.symvers", ".symtypes", ".o.cmd", ""];

/// What modpost writes.
pub const WRITTEN: [&str; 2] = [".mod.c", "Module.symvers"];

/// What a comparison has found.
#[derive(Default)]
pub struct Tally {
    /// How many files were compared, for each of [`KINDS`].
    pub files: [usize; KINDS.len()],
    /// How many modules were there at the end.
    pub modules: usize,
    /// How many builds ended well.
    pub good: usize,
    /// How many builds ended with an error.
    pub bad: usize,
    /// How many files the distribution's programs left that are not whole, with those that make
    /// took away.
    pub half: usize,
    /// What is not as it should be, for a person.
    pub faults: Vec<String>,
}

impl Tally {
    /// Adds what another comparison has found.
    pub fn add(&mut self, other: Tally) {
        for (count, more) in self.files.iter_mut().zip(other.files) {
            *count += more;
        }
        self.modules += other.modules;
        self.good += other.good;
        self.bad += other.bad;
        self.half += other.half;
        self.faults.extend(other.faults);
    }

    /// Counts a file.
    fn count(&mut self, path: &Path) {
        let name = path.as_os_str().as_encoded_bytes();
        let kind = KINDS.iter().position(|ending| name.ends_with(ending.as_bytes()));
        if let Some(kind) = kind {
            self.files[kind] += 1;
        }
    }
}

/// Compares all that is left of a trial, now that ours are in place.
pub fn compare(
    workshop: &Workshop,
    trial: &Trial,
    theirs: &[Said],
    ours: &[Said],
) -> Result<Tally> {
    let mut tally = Tally::default();
    let (their_place, our_place) = (workshop.built_by_theirs(), workshop.built());
    for (number, step) in trial.steps.iter().enumerate() {
        let about = format!("{}, build {}", trial.title, number + 1);
        let mut faults = faults_of_messages(workshop, step, &theirs[number], &ours[number]);
        let theirs_said = &theirs[number].output;
        match theirs_said.status.success() {
            true => tally.good += 1,
            false => tally.bad += 1,
        }
        let after = |place, number| kept(place, trial, number);
        let both = || (after(&their_place, number), after(&our_place, number));
        match step.left {
            Left::SameAtTheEnd => {}
            Left::Same => {
                let (theirs, ours) = both();
                faults.extend(compare_trees(&theirs, &ours, &mut tally, |_| false)?);
            }
            Left::NothingHalf(whole) => {
                let (theirs, ours) = both();
                faults.extend(compare_trees(&theirs, &ours, &mut tally, is_written)?);
                let whole = after(&our_place, whole);
                let said = String::from_utf8_lossy(&theirs_said.stderr);
                tally.half += said.lines().filter(|line| is_deletion(line)).count();
                tally.half += not_whole(&theirs, &whole)?.len();
                let halves = not_whole(&ours, &whole)?;
                faults.extend(halves.iter().map(|path| format!("{path}: ours is not whole")));
            }
        }
        tally.faults.extend(faults.iter().map(|fault| format!("{about}: {fault}")));
    }
    let at_end = |place: PathBuf| place.join(&trial.name);
    let before_end = tally.files[0];
    let faults = compare_trees(&at_end(their_place), &at_end(our_place), &mut tally, |_| false)?;
    tally.faults.extend(faults.iter().map(|fault| format!("{}: {fault}", trial.title)));
    tally.modules = tally.files[0] - before_end;
    Ok(tally)
}

/// Whether modpost writes the file.
pub fn is_written(path: &Path) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    WRITTEN.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

/// What is not as it should be in how a build ended and what make said.
fn faults_of_messages(workshop: &Workshop, step: &Step, theirs: &Said, ours: &Said) -> Vec<String> {
    let (theirs, ours) = (&theirs.output, &ours.output);
    let mut faults = Vec::new();
    let is_expected = match step.end {
        End::Well => theirs.status.success(),
        End::Badly => !theirs.status.success(),
        End::Either => true,
    };
    let said = workshop.shortened(&String::from_utf8_lossy(&theirs.stderr));
    if !is_expected || !said.contains(step.says) {
        let last: Vec<&str> = said.lines().rev().take(8).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        faults.push(format!(
            "with the distribution's programs it ended with {}: {}",
            theirs.status,
            last.join("\n      ")
        ));
    }
    if theirs.status != ours.status {
        faults.push(format!("upstream ended with {}, ours {}", theirs.status, ours.status));
    }
    for (what, theirs, ours) in [
        ("standard output", &theirs.stdout, &ours.stdout),
        ("standard error", &theirs.stderr, &ours.stderr),
    ] {
        let (theirs, ours) = (comparable(step, theirs), comparable(step, ours));
        let difference = first_difference(what, [("upstream", &theirs), ("ours", &ours)]);
        faults.extend(difference.map(|difference| workshop.shortened(&difference)));
    }
    faults
}

/// What make said, without what cannot be the same.
fn comparable(step: &Step, text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text.split_inclusive('\n').map(without_process).collect();
    if let Left::NothingHalf(_) = step.left {
        lines.retain(|line| !is_deletion(line));
    }
    if step.circumstances == Circumstances::ManyJobs {
        // The order is that in which things were done.
        lines.sort_unstable();
    }
    lines.concat().into_bytes()
}

/// Where Kbuild tries what the compiler can do: a folder with the number of a process in its name.
const SCRATCH: &str = ".tmp_";

/// A line without that number.
fn without_process(line: &str) -> String {
    match line.split_once(SCRATCH) {
        None => line.to_owned(),
        Some((before, after)) => {
            let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}{SCRATCH}{after}")
        }
    }
}

/// Whether make says that it takes away what modpost has not finished. Where ours has left nothing,
/// there is nothing to take away.
fn is_deletion(line: &str) -> bool {
    let quoted = line.split_once("*** Deleting file '").and_then(|(_, rest)| rest.split_once('\''));
    quoted.is_some_and(|(path, _)| is_written(Path::new(path)))
}

/// Compares two directories, file by file, and counts the files. Those which are `excepted` need
/// not be the same.
pub fn compare_trees(
    theirs: &Path,
    ours: &Path,
    tally: &mut Tally,
    excepted: impl Fn(&Path) -> bool,
) -> Result<Vec<String>> {
    let (their_files, our_files) = (files(theirs)?, files(ours)?);
    let mut faults = Vec::new();
    let all: BTreeSet<&PathBuf> = their_files.keys().chain(our_files.keys()).collect();
    for path in all.into_iter().filter(|path| !excepted(path)) {
        let shown = path.display();
        match (their_files.get(path), our_files.get(path)) {
            (Some(_), None) => faults.push(format!("{shown}: only upstream's build left it")),
            (None, _) => faults.push(format!("{shown}: only our build left it")),
            (Some(their_mode), Some(our_mode)) => {
                tally.count(path);
                if their_mode != our_mode {
                    let modes = format!("{their_mode:o}, ours is {our_mode:o}");
                    faults.push(format!("{shown}: upstream's mode is {modes}"));
                }
                let (theirs, ours) = (fs::read(theirs.join(path))?, fs::read(ours.join(path))?);
                let texts = [("upstream", &*theirs), ("ours", &*ours)];
                faults.extend(first_difference(&shown.to_string(), texts));
            }
        }
    }
    Ok(faults)
}

/// The files below a directory, by their path from there, and their permissions.
fn files(root: &Path) -> Result<BTreeMap<PathBuf, u32>> {
    let mode = |metadata: fs::Metadata| metadata.permissions().mode();
    Ok(files_below(root)?.into_iter().map(|(path, metadata)| (path, mode(metadata))).collect())
}

/// What modpost writes and is in `place` with another content than in `whole`.
fn not_whole(place: &Path, whole: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in files(place)?.into_keys().filter(|path| is_written(path)) {
        if fs::read(place.join(&path))? != fs::read(whole.join(&path)).unwrap_or_default() {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}
