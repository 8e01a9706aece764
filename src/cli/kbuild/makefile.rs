//! The Makefile of a tree: whose programs make runs by it, and the one that an overlay gets.
//!
//! That of an output directory may name the directory, and make then works there, wherever the
//! Makefile itself is: `KBUILD_OUTPUT=/usr/src/linux-headers-…` in Debian's headers from 6.13 on, and
//! with `export` what `make O=` writes since; `O=` in a call of make, as that wrote it before 4.20.

use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use memchr::memmem;

use crate::cli::exit::{Failure, Result};

/// The name of a tree's Makefile.
pub(super) const MAKEFILE: &str = "Makefile";

/// Where the first line of an overlay's Makefile names the tree that it is of.
const OVERLAY_OF: [&[u8]; 2] = [b"# A modversions overlay of ", b": for external modules only.\n"];

/// What follows that line. make runs nothing that would write to the tree through a link: it builds
/// external modules, in folders that are not in the overlay, and says what the kernel's release is.
const GUARD: &str = "\
modversions_overlay := $(realpath $(dir $(lastword $(MAKEFILE_LIST))))
modversions_module := $(or $(if $(filter command,$(origin M)),$(M)),$(KBUILD_EXTMOD))
modversions_goals := $(filter-out help image_name kernelrelease kernelversion,$(or $(MAKECMDGOALS),all))
ifneq ($(if $(modversions_module),,$(modversions_goals)),)
$(error an overlay is for external modules: say M=FOLDER, or build in the kernel's own tree)
endif
ifneq ($(filter $(modversions_overlay)/%,$(abspath $(modversions_module))/),)
$(error an overlay is for external modules: $(modversions_module) is a folder of the kernel's own tree)
endif
";

/// What names the directory of an overlay's Makefile in there.
const ITSELF: &[u8] = b"$(modversions_overlay)";

/// One tree's.
pub(super) struct Makefile {
    /// The tree.
    root: PathBuf,
    /// Its text.
    text: Vec<u8>,
}

/// A place where the text names an output directory.
struct Named {
    /// What is replaced to name another one.
    range: Range<usize>,
    /// What stands there before the other's name then.
    before: &'static [u8],
    /// The path, as it is written.
    path: PathBuf,
}

impl Makefile {
    /// That of the tree at `root`.
    pub(super) fn of(root: &Path) -> Result<Makefile> {
        let path = root.join(MAKEFILE);
        let text = fs::read(&path).map_err(Failure::from_io(&path))?;
        Ok(Makefile { root: root.to_owned(), text })
    }

    /// The other tree whose programs make runs, if the text names one.
    pub(super) fn other(&self) -> Option<PathBuf> {
        let named = self.named().pop()?;
        (!self.is_itself(&named.path)).then_some(named.path)
    }

    /// The tree that this is the Makefile of an overlay of, if so.
    pub(super) fn overlaid(&self) -> Option<&Path> {
        let [before, after] = OVERLAY_OF;
        let rest = self.text.strip_prefix(before)?;
        Some(Path::new(OsStr::from_bytes(&rest[..memmem::find(rest, after)?])))
    }

    /// The text for an overlay of the tree, whose absolute path is `original`: the same, but that it
    /// names the directory that it is in, wherever that is.
    pub(super) fn for_overlay(&self, original: &Path) -> Vec<u8> {
        let [before, after] = OVERLAY_OF;
        let head = [before, original.as_os_str().as_bytes(), after, GUARD.as_bytes()];
        let mut text = head.concat();
        let mut end = 0;
        for named in self.named().iter().filter(|named| self.is_itself(&named.path)) {
            text.extend_from_slice(&self.text[end..named.range.start]);
            text.extend_from_slice(named.before);
            text.extend_from_slice(ITSELF);
            end = named.range.end;
        }
        text.extend_from_slice(&self.text[end..]);
        text
    }

    /// Whether a path in the text is that of the tree.
    fn is_itself(&self, path: &Path) -> bool {
        let own = fs::canonicalize(&self.root);
        own.is_ok_and(|own| fs::canonicalize(self.root.join(path)).is_ok_and(|path| path == own))
    }

    /// Where the text names an output directory; what make takes is the last. What it has to be
    /// computed for is not seen: the kernel's own Makefile has such lines for what it is told.
    fn named(&self) -> Vec<Named> {
        let mut found = Vec::new();
        let mut start = 0;
        for line in self.text.split_inclusive(|byte| *byte == b'\n') {
            let content = line.trim_ascii_end();
            let content = &content[..memchr::memchr(b'#', content).unwrap_or(content.len())];
            if let Some(named) = assigned(content).or_else(|| handed_on(content)) {
                let range = start + named.range.start..start + named.range.end;
                found.push(Named { range, ..named });
            }
            start += line.len();
        }
        found
    }
}

/// The output directory that a line assigns.
fn assigned(line: &[u8]) -> Option<Named> {
    let mut rest = line.trim_ascii_start();
    for word in [b"export ".as_slice(), b"override ", b"export "] {
        rest = rest.strip_prefix(word).map_or(rest, <[u8]>::trim_ascii_start);
    }
    let rest = rest.strip_prefix(b"KBUILD_OUTPUT")?;
    let sign = memchr::memchr(b'=', rest)?;
    let is_sign = |byte: &u8| byte.is_ascii_whitespace() || b":?".contains(byte);
    if !rest[..sign].iter().all(is_sign) {
        return None;
    }
    let path = literal(rest[sign + 1..].trim_ascii())?;
    let start = line.len() - rest.len();
    // By now, while this is the last Makefile that make has read.
    Some(Named { range: start..line.len(), before: b" := ", path })
}

/// The output directory that a line hands on to another make: a word `O=` with an absolute path.
fn handed_on(line: &[u8]) -> Option<Named> {
    let words = line.split(u8::is_ascii_whitespace);
    let mut start = 0;
    for word in words {
        let path = word.strip_prefix(b"O=").filter(|path| path.starts_with(b"/"));
        if let Some(path) = path.and_then(literal) {
            return Some(Named { range: start..start + word.len(), before: b"O=", path });
        }
        start += word.len() + 1;
    }
    None
}

/// A path as it is written, if make computes nothing in it.
fn literal(text: &[u8]) -> Option<PathBuf> {
    let is_literal = !text.is_empty() && !text.contains(&b'$');
    is_literal.then(|| PathBuf::from(OsStr::from_bytes(text)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    fn makefile(root: &Path, text: String) -> Makefile {
        Makefile { root: root.to_owned(), text: text.into_bytes() }
    }

    /// The text for an overlay, without what every one begins with.
    fn overlaid(makefile: &Makefile) -> String {
        let text = String::from_utf8(makefile.for_overlay(Path::new("/tree"))).unwrap();
        let (_, text) = text.split_once(GUARD).unwrap();
        text.to_owned()
    }

    #[test]
    fn each_way_to_name_the_tree_names_the_overlay_instead() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let path = root.display();
        for (text, expected) in [
            // Debian's headers; `make O=`; a wrapper of before 4.20.
            (
                format!("KBUILD_OUTPUT={path}\ninclude /k/Makefile\n"),
                "KBUILD_OUTPUT := ITSELF\ninclude /k/Makefile\n",
            ),
            (
                format!("# {path}\nexport KBUILD_OUTPUT = {path} # here\n"),
                "# PATH\nexport KBUILD_OUTPUT := ITSELF# here\n",
            ),
            (format!("MAKEARGS := -C /k O={path} V=1\n"), "MAKEARGS := -C /k O=ITSELF V=1\n"),
            (format!("override KBUILD_OUTPUT ?= {path}/."), "override KBUILD_OUTPUT := ITSELF"),
        ] {
            let makefile = makefile(root, text);
            let expected = expected.replace("PATH", &path.to_string());
            assert_eq!(overlaid(&makefile), expected.replace("ITSELF", "$(modversions_overlay)"));
            assert_eq!(makefile.other(), None);
        }
    }

    #[test]
    fn what_names_no_tree_or_another_one_stays() {
        let directory = tempfile::tempdir().unwrap();
        for (text, other) in [
            ("\tKBUILD_OUTPUT := $(O)\n", None),
            ("# KBUILD_OUTPUT=/other\n", None),
            ("KBUILD_OUTPUT_OF_OLD=/other\n", None),
            ("@echo 'make O=dir [targets]'\n", None),
            ("include /other/Makefile\n", None),
            ("KBUILD_OUTPUT = /other\n", Some("/other")),
            ("MAKEARGS += O=/other\n", Some("/other")),
        ] {
            let makefile = makefile(directory.path(), text.to_owned());
            assert_eq!(makefile.other().as_deref(), other.map(Path::new), "{text}");
            assert_eq!(overlaid(&makefile), text);
            assert_eq!(makefile.overlaid(), None);
        }
    }

    #[test]
    fn an_overlays_makefile_names_the_tree() {
        let directory = tempfile::tempdir().unwrap();
        let made = makefile(directory.path(), "all:\n".to_owned()).for_overlay(Path::new("/a: b"));
        let made = Makefile { root: directory.path().to_owned(), text: made };
        assert_eq!(made.overlaid(), Some(Path::new("/a: b")));
        assert_eq!(made.other(), None);
    }
}
