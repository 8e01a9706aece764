//! Which files can export something: most cannot, and need not be preprocessed to know it.
//!
//! Only the expansion of a macro exports. The names of those that can are found in the headers that all
//! files share: what genksyms knows, each macro whose body mentions that, and so on. A file may export
//! if one of these names stands anywhere in it, even in a comment, or in a file of its own that it
//! includes, whatever the conditions are. A header that all files share exports nothing by itself:
//! every file would export the same, which the linker refuses.
//!
//! Two things are not seen: a name that `##` makes of parts shorter than four bytes, and a generated
//! header that is not there yet.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use memchr::memmem::{self, Finder};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::units::Unit;

/// What genksyms knows as an export: `EXPORT_SYMBOL` itself in old kernels.
const ROOTS: [&[u8]; 2] = [b"__GENKSYMS_EXPORT_SYMBOL", b"EXPORT_SYMBOL"];

/// The shortest part of a name that `##` is followed in.
const SHORTEST_PART: usize = 4;

/// What can export, in the headers that all files share.
pub(super) struct Exporting {
    /// The macros, without those that have another's name in their own.
    macros: Vec<Finder<'static>>,
    /// The names of the shared headers: `linux/sched.h`.
    shared: BTreeSet<Vec<u8>>,
    /// The directories of the shared headers, as commands name them.
    directories: BTreeSet<Vec<u8>>,
}

/// What is seen in a file's bytes.
struct Seen {
    exports: bool,
    /// The names of the headers that it includes, and whether they are in quotes; `None` for a header
    /// that a macro names.
    includes: Vec<Option<(bool, Vec<u8>)>>,
}

impl Exporting {
    /// Reads the headers that most of the files share, which are compiled at `objects`.
    pub(super) fn of(objects: &Path, units: &[Unit]) -> Exporting {
        let mut counts: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for unit in units {
            for directory in directories(unit) {
                *counts.entry(directory).or_default() += 1;
            }
        }
        counts.retain(|_, count| *count * 2 > units.len());
        let directories: BTreeSet<Vec<u8>> = counts.into_keys().collect();
        let mut shared = BTreeSet::new();
        let mut paths = BTreeSet::new();
        for directory in &directories {
            let directory = objects.join(OsStr::from_bytes(directory));
            for entry in WalkDir::new(&directory).into_iter().flatten() {
                let name = entry.path().strip_prefix(&directory).unwrap_or(entry.path());
                if entry.file_type().is_file() {
                    shared.insert(name.as_os_str().as_bytes().to_vec());
                    paths.insert(fs::canonicalize(entry.path()).unwrap_or(entry.into_path()));
                }
            }
        }
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        let texts: Vec<Vec<u8>> = paths.par_iter().filter_map(|path| fs::read(path).ok()).collect();
        let names = macros(&texts);
        let is_shortest = |name: &&Vec<u8>| {
            names.iter().all(|other| other == *name || memmem::find(name, other).is_none())
        };
        let macros = names.iter().filter(is_shortest);
        let macros = macros.map(|name| Finder::new(name).into_owned()).collect();
        Exporting { macros, shared, directories }
    }

    /// Whether each file may export something, in their order.
    pub(super) fn may_export(&self, objects: &Path, units: &[Unit]) -> Vec<bool> {
        // Files of one directory share what they include.
        let chunks: Vec<&[Unit]> = units.chunks(64).collect();
        let answers = chunks.par_iter().map(|chunk| {
            let mut seen = BTreeMap::new();
            let answers = chunk.iter().map(|unit| self.unit_may_export(objects, unit, &mut seen));
            answers.collect::<Vec<bool>>()
        });
        answers.collect::<Vec<_>>().concat()
    }

    fn unit_may_export(
        &self,
        objects: &Path,
        unit: &Unit,
        seen: &mut BTreeMap<PathBuf, Option<Seen>>,
    ) -> bool {
        let own: Vec<PathBuf> = directories(unit)
            .filter(|directory| !self.directories.contains(directory))
            .map(|directory| objects.join(OsStr::from_bytes(&directory)))
            .collect();
        let mut waiting = vec![objects.join(OsStr::from_bytes(&unit.source))];
        let mut done = BTreeSet::new();
        while let Some(path) = waiting.pop() {
            if !done.insert(path.clone()) {
                continue;
            }
            let read = || fs::read(&path).ok().map(|text| self.look_at(&text));
            let Some(file) = seen.entry(path.clone()).or_insert_with(read) else { continue };
            if file.exports || file.includes.iter().any(Option::is_none) {
                return true;
            }
            let beside = path.parent().unwrap_or(objects);
            for (is_quoted, name) in file.includes.iter().flatten() {
                let name_as_path = Path::new(OsStr::from_bytes(name));
                let beside = beside.join(name_as_path);
                if *is_quoted && beside.is_file() {
                    waiting.push(beside);
                } else if !self.shared.contains(name) {
                    let places = own.iter().map(|directory| directory.join(name_as_path));
                    waiting.extend(places.filter(|place| place.is_file()).take(1));
                }
            }
        }
        false
    }

    fn look_at(&self, text: &[u8]) -> Seen {
        let exports = self.macros.iter().any(|name| name.find(text).is_some());
        let includes = if exports { Vec::new() } else { includes(text) };
        Seen { exports, includes }
    }
}

/// The directories that a command looks for headers in: `-I`, `-isystem`, `-iquote`.
fn directories(unit: &Unit) -> impl Iterator<Item = Vec<u8>> + '_ {
    let mut words = unit.words.iter().map(|word| word.as_bytes());
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            let rest = [b"-I".as_slice(), b"-isystem", b"-iquote"]
                .iter()
                .find_map(|option| word.strip_prefix(*option));
            match rest {
                Some(b"") => return words.next().map(<[u8]>::to_vec),
                Some(rest) => return Some(rest.to_vec()),
                None => {}
            }
        }
    })
}

/// The macros whose expansion can export, by the bodies of all that the texts define.
fn macros(texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut names: BTreeSet<Vec<u8>> = ROOTS.iter().map(|root| root.to_vec()).collect();
    let mut fresh: Vec<Vec<u8>> = names.iter().cloned().collect();
    while !fresh.is_empty() {
        let parts: Vec<Finder> = fresh.iter().map(Finder::new).collect();
        let found = texts.par_iter().flat_map_iter(|text| {
            let mentions = parts.iter().any(|name| name.find(text).is_some());
            let pastes = memmem::find(text, b"##").is_some();
            let defined = if mentions || pastes { definitions(text) } else { Vec::new() };
            let makes = |(_, body): &(&[u8], &[u8])| reaches(body, &fresh);
            let made: Vec<Vec<u8>> =
                defined.into_iter().filter(makes).map(|(name, _)| name.to_vec()).collect();
            made
        });
        let found: BTreeSet<Vec<u8>> = found.collect();
        fresh = found.into_iter().filter(|name| names.insert(name.clone())).collect();
    }
    names.into_iter().collect()
}

/// Whether the body of a macro has one of these names, or may make one of its parts.
fn reaches(body: &[u8], names: &[Vec<u8>]) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = 0;
    while at < body.len() {
        if !is_word(body[at]) {
            at += 1;
            continue;
        }
        let end = body[at..].iter().position(|byte| !is_word(*byte)).map_or(body.len(), |n| at + n);
        let word = &body[at..end];
        let is_first = body[end..].trim_ascii_start().starts_with(b"##");
        let is_later = body[..at].trim_ascii_end().ends_with(b"##");
        let is_part = word.len() >= SHORTEST_PART && (is_first || is_later);
        let makes = |name: &Vec<u8>| name == word || is_part && memmem::find(name, word).is_some();
        if names.iter().any(makes) {
            return true;
        }
        at = end;
    }
    false
}

/// The macros that a text defines: names and bodies, with parameters.
fn definitions(text: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text, b"define") {
        if !follows_hash(text, at) {
            continue;
        }
        let rest = text[at + b"define".len()..].trim_ascii_start();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let name = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
        let mut ends = memchr::memchr_iter(b'\n', rest);
        let is_end = |end: &usize| !rest[..*end].trim_ascii_end().ends_with(b"\\");
        let end = ends.find(is_end).unwrap_or(rest.len());
        if name <= end {
            found.push((&rest[..name], &rest[name..end]));
        }
    }
    found
}

/// Whether a word stands after a `#`, with blanks or the end of a comment between.
fn follows_hash(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.ends_with(b"#") || before.ends_with(b"*/")
}

/// The headers that a text includes, whether it is under a condition or not.
fn includes(text: &[u8]) -> Vec<Option<(bool, Vec<u8>)>> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text, b"include") {
        if !follows_hash(text, at) {
            continue;
        }
        let rest = &text[at + b"include".len()..];
        let rest = rest.strip_prefix(b"_next").unwrap_or(rest).trim_ascii_start();
        let (is_quoted, close) = match rest.first() {
            Some(b'"') => (true, b'"'),
            Some(b'<') => (false, b'>'),
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
                found.push(None);
                continue;
            }
            _ => continue,
        };
        if let Some(end) = memchr::memchr(close, &rest[1..]) {
            found.push(Some((is_quoted, rest[1..=end].to_vec())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_that_export_are_found_through_others() {
        let text = b"#define EXPORT_SYMBOL(x) __EXPORT(x, \"\")\n\
            # define __EXPORT(x, s) \\\n\tint y; __GENKSYMS_EXPORT_SYMBOL(x)\n\
            #define ACPI_OUT(x) EXPORT_SYMBOL(x);\n\
            #define BY_PARTS(x) EXPORT_##x\n\
            #define ELSE(x) x##_y EXPORTS\n";
        let names = macros(&[text.to_vec()]);
        let names: Vec<_> = names.iter().map(|name| String::from_utf8_lossy(name)).collect();
        let expected =
            ["ACPI_OUT", "BY_PARTS", "EXPORT_SYMBOL", "__EXPORT", "__GENKSYMS_EXPORT_SYMBOL"];
        assert_eq!(names, expected);
    }

    #[test]
    fn headers_are_found_under_any_condition() {
        let text =
            b"#if 0\n#include <linux/a.h>\n#endif\n # include_next \"b.h\"\n#include WHICH\n";
        let expected =
            vec![Some((false, b"linux/a.h".to_vec())), Some((true, b"b.h".to_vec())), None];
        assert_eq!(includes(text), expected);
    }
}
