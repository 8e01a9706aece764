//! Which of several modules of one name in `/lib/modules/RELEASE` is loaded: the one that `depmod` has
//! chosen, or would choose by its configuration.
//!
//! What is said here was seen by running `depmod` (kmod 30) on trees of such modules:
//!
//! - `search` lists folders, the first of them first; the words of several lines are one list, in the
//!   order of lines and files. A module whose folder is not listed has the place of `built-in`, which is
//!   last if it is not listed. Without such a line, the list is `updates built-in`.
//! - `override NAME RELEASE FOLDER` comes before that, if the module is right in that folder. RELEASE is
//!   `*` or a regular expression that the release contains. Of several the last counts.
//! - A file of the configuration in `etc` hides one of its name in `run`, and so on; they are read by
//!   name.
//! - Of modules with the same place `depmod` takes the one that it happens to see first. Here it is
//!   the kernel's own, in `kernel/`, else the first by path.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::limits::Limits;
use super::{files, kernel_file, names};
use crate::module::kernel_name;

/// Where the configuration is below a root; what comes first hides what has the same name later.
const FOLDERS: [&str; 5] =
    ["etc/depmod.d", "run/depmod.d", "usr/local/lib/depmod.d", "lib/depmod.d", "usr/lib/depmod.d"];

/// How many folders and how many names of modules count, each; and how long an expression for releases may
/// be, in bytes. Nobody writes so many, but a stranger's tree may have them.
const MOST_ENTRIES: usize = 10_000;
const LONGEST_EXPRESSION: usize = 256;

/// The place of the folders that no line names.
const BUILT_IN: &[u8] = b"built-in";

/// Which module of a name is taken, of those in one tree.
pub(super) struct Choice {
    /// The folders, the first ones first.
    search: Vec<Vec<u8>>,
    /// Names of modules, each with the folder in which it is taken first; the last one counts.
    overrides: Vec<(Vec<u8>, Vec<u8>)>,
    /// The modules that `depmod` has listed, by their paths in the tree.
    listed: HashSet<Vec<u8>>,
}

impl Default for Choice {
    fn default() -> Choice {
        let search = [&b"updates"[..], BUILT_IN].map(<[u8]>::to_vec).to_vec();
        Choice { search, overrides: Vec::new(), listed: HashSet::new() }
    }
}

impl Choice {
    /// What decides in the tree of an installed kernel: `modules.dep` there, and the configuration below
    /// its root.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn of(tree: &Path, roots: &[PathBuf], limits: Limits) -> Result<Choice> {
        let release = tree.file_name().map_or(&b""[..], OsStrExt::as_bytes);
        let mut configurations = BTreeMap::new();
        for folder in roots.iter().flat_map(|root| FOLDERS.map(|folder| root.join(folder))) {
            for path in kernel_file::entries(&folder) {
                let name = names::file_name(path.as_os_str().as_bytes()).to_owned();
                if name.ends_with(b".conf") {
                    configurations.entry(name).or_insert(path);
                }
            }
        }
        let mut choice = Choice { search: Vec::new(), ..Choice::default() };
        for path in configurations.values() {
            choice.configure(&read(path, limits)?, release);
        }
        if choice.search.is_empty() {
            choice.search = Choice::default().search;
        }
        let dependencies = tree.join("modules.dep");
        if dependencies.is_file() {
            let text = read(&dependencies, limits)?;
            let paths = text.split(|&byte| byte == b'\n').filter_map(|line| {
                let path = &line[..memchr::memchr(b':', line)?];
                // Older ones have the whole path.
                Some(names::installed(path).unwrap_or(path).to_owned())
            });
            choice.listed = paths.collect();
        }
        Ok(choice)
    }

    /// Takes the lines of a configuration.
    fn configure(&mut self, text: &[u8], release: &[u8]) {
        let text = joined(text);
        for line in text.split(|&byte| byte == b'\n') {
            let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let words: Vec<&[u8]> = words.collect();
            match words[..] {
                [b"search", ref folders @ ..] => {
                    let room = MOST_ENTRIES.saturating_sub(self.search.len());
                    self.search.extend(folders.iter().take(room).map(|it| it.to_vec()));
                }
                [b"override", name, releases, folder, ..]
                    if self.overrides.len() < MOST_ENTRIES
                        && (releases == b"*" || contains(release, releases)) =>
                {
                    self.overrides.push((name.to_vec(), folder.to_vec()));
                }
                _ => {}
            }
        }
    }

    /// Of modules with these paths in the tree those that are replaced: the number of each, and of the
    /// one that is taken.
    pub(super) fn replaced<'a>(
        &self,
        paths: impl Iterator<Item = &'a [u8]>,
    ) -> Vec<(usize, usize)> {
        let mut of_name = BTreeMap::<Cow<'a, [u8]>, Vec<(usize, &'a [u8])>>::new();
        for (number, path) in paths.enumerate() {
            of_name.entry(kernel_name(stem(path))).or_default().push((number, path));
        }
        let mut replaced = Vec::new();
        for modules in of_name.values().filter(|modules| modules.len() > 1) {
            let Some(&(taken, _)) = modules.iter().min_by_key(|(_, path)| self.place(path)) else {
                continue;
            };
            let others = modules.iter().filter(|(number, _)| *number != taken);
            replaced.extend(others.map(|(number, _)| (*number, taken)));
        }
        replaced.sort_unstable();
        replaced
    }

    /// How late a module is taken.
    fn place<'a>(&self, path: &'a [u8]) -> (bool, usize, usize, bool, &'a [u8]) {
        let folder = path.strip_suffix(names::file_name(path)).unwrap_or_default();
        let folder = folder.strip_suffix(b"/").unwrap_or(folder);
        let file = names::file_name(stem(path));
        let is_meant = |(name, within): &(Vec<u8>, Vec<u8>)| name == file && within == folder;
        let overridden = self.overrides.iter().rposition(is_meant);
        let overridden = overridden.map_or(usize::MAX, |place| self.overrides.len() - place);
        let is_within =
            |word: &Vec<u8>| path.strip_prefix(&**word).is_some_and(|rest| rest.starts_with(b"/"));
        let at = |is: &dyn Fn(&Vec<u8>) -> bool| self.search.iter().position(is);
        let built_in = || at(&|word| word == BUILT_IN).unwrap_or(self.search.len());
        let searched = at(&is_within).unwrap_or_else(built_in);
        let is_listed = self.listed.contains(path);
        (!is_listed, overridden, searched, !path.starts_with(b"kernel/"), path)
    }
}

/// The text of a configuration, or of another file of the tree.
fn read(path: &Path, limits: Limits) -> Result<Vec<u8>> {
    let bytes = files::read_found(path, limits.text()).map_err(Cause::io(path))?;
    Ok(bytes.to_vec())
}

/// A text in which no line continues on the next, and without comments.
fn joined(text: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    let mut continues = false;
    for line in text.split(|&byte| byte == b'\n') {
        if !continues && line.trim_ascii_start().starts_with(b"#") {
            continue;
        }
        let (line, is_open) = line.strip_suffix(b"\\").map_or((line, false), |line| (line, true));
        whole.extend_from_slice(line);
        whole.push(if is_open { b' ' } else { b'\n' });
        continues = is_open;
    }
    whole
}

/// A path up to the ending of a module's file.
fn stem(path: &[u8]) -> &[u8] {
    let end = memchr::memmem::rfind(path, b".ko").unwrap_or(path.len());
    &path[..end]
}

/// Whether a text contains something that fits a regular expression of plain characters, `.`, `*` after
/// one of these, `^` and `$`: what such lines are written with.
fn contains(text: &[u8], expression: &[u8]) -> bool {
    if expression.len() > LONGEST_EXPRESSION {
        return false;
    }
    let (expression, is_at_start) =
        expression.strip_prefix(b"^").map_or((expression, false), |rest| (rest, true));
    let (mut expression, is_at_end) =
        expression.strip_suffix(b"$").map_or((expression, false), |rest| (rest, true));
    // Where in the text the rest of the expression may begin.
    let mut places: Vec<bool> = (0..=text.len()).map(|place| place == 0 || !is_at_start).collect();
    while let [first, rest @ ..] = expression {
        let (plain, rest) = match (first, rest) {
            (b'\\', [plain, rest @ ..]) => (Some(*plain), rest),
            (b'.', _) => (None, rest),
            _ => (Some(*first), rest),
        };
        let is_repeated = rest.first() == Some(&b'*');
        let mut next = if is_repeated { places.clone() } else { vec![false; places.len()] };
        for (place, byte) in text.iter().enumerate() {
            let is_begun = if is_repeated { next[place] } else { places[place] };
            next[place + 1] |= is_begun && plain.is_none_or(|plain| plain == *byte);
        }
        places = next;
        expression = if is_repeated { &rest[1..] } else { rest };
    }
    if is_at_end { places.last() == Some(&true) } else { places.contains(&true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths that are taken, by this configuration.
    fn taken<'a>(configuration: &str, paths: &[&'a str]) -> Vec<&'a str> {
        let mut choice = Choice { search: Vec::new(), ..Choice::default() };
        choice.configure(configuration.as_bytes(), b"6.1.5");
        if choice.search.is_empty() {
            choice.search = Choice::default().search;
        }
        let replaced = choice.replaced(paths.iter().map(|path| path.as_bytes()));
        let is_taken = |number: &usize| replaced.iter().all(|(other, _)| other != number);
        (0..paths.len()).filter(is_taken).map(|number| paths[number]).collect()
    }

    const ALL: &[&str] =
        &["extra/x.ko", "kernel/a/x.ko", "misc/x.ko", "updates/x.ko", "weak-updates/x.ko"];

    /// The answers are those of kmod 30 on trees of such files, where these do not depend on the order in
    /// which it finds them.
    #[test]
    fn modules_are_chosen_as_depmod_does() {
        for (configuration, paths, expected) in [
            ("", ALL, "updates/x.ko"),
            ("", &["kernel/a/foo-bar.ko", "updates/foo_bar.ko"], "updates/foo_bar.ko"),
            ("search extra updates built-in\n", ALL, "extra/x.ko"),
            ("search updates extra built-in weak-updates\n", ALL, "updates/x.ko"),
            ("search updates\n", ALL, "updates/x.ko"),
            ("search extra\n", ALL, "extra/x.ko"),
            ("search updates built-in\nsearch extra\n", ALL, "updates/x.ko"),
            ("search built-in\nsearch extra\n", &["extra/x.ko", "kernel/a/x.ko"], "kernel/a/x.ko"),
            ("search extra\nsearch built-in\n", &["extra/x.ko", "kernel/a/x.ko"], "extra/x.ko"),
            (
                "search kernel/b built-in\n",
                &["extra/x.ko", "kernel/a/x.ko", "kernel/b/x.ko"],
                "kernel/b/x.ko",
            ),
            ("override x * extra\n", ALL, "extra/x.ko"),
            ("override x 6.1.5 kernel/a\n", ALL, "kernel/a/x.ko"),
            ("override x 6.1.* kernel/a\n", ALL, "kernel/a/x.ko"),
            ("override x 6.1 kernel/a\n", ALL, "kernel/a/x.ko"),
            ("override x ^6.1.5$ kernel/a\n", ALL, "kernel/a/x.ko"),
            ("override x 6.1.4 kernel/a\n", ALL, "updates/x.ko"),
            ("override x 6.1.5 kernel\n", ALL, "updates/x.ko"),
            ("override x * extra\noverride x * misc\n", ALL, "misc/x.ko"),
            ("override x * misc\noverride x * extra\n", ALL, "extra/x.ko"),
            ("override x * extra\noverride x * nowhere\n", ALL, "extra/x.ko"),
            ("override x.ko * extra\n", ALL, "updates/x.ko"),
            (
                "override foo-bar * kernel/a\n",
                &["kernel/a/foo-bar.ko", "updates/foo_bar.ko"],
                "kernel/a/foo-bar.ko",
            ),
            ("# c\nsearch \\\nextra\\\n updates built-in\n", ALL, "extra/x.ko"),
            ("\tsearch\textra   updates built-in\n", ALL, "extra/x.ko"),
            // There it depends on that order.
            ("", &["extra/x.ko", "kernel/a/x.ko", "kernel/b/x.ko"], "kernel/a/x.ko"),
        ] {
            assert_eq!(taken(configuration, paths), [expected], "{configuration}");
        }
        assert_eq!(taken("", &["kernel/x.ko.xz", "kernel/y.ko.xz"]).len(), 2);
        // What is longer than anybody writes is not looked at.
        let long = format!("override x {} kernel/a\n", ".*".repeat(1 << 20));
        assert_eq!(taken(&long, ALL), ["updates/x.ko"]);
        let many = format!("search {}extra\n", "a/b ".repeat(1 << 20));
        assert_eq!(taken(&many, ALL).len(), 1);
    }
}
