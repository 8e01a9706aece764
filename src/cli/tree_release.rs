//! The release of a kernel tree, as its files have it.
//!
//! No single one has all of it. `version.h`, which every tree that is ready for modules has, counts no
//! point releases beyond 255: 5.10.262 reads as 5.10.255. The Makefile of the sources has the number.
//! Of RHEL's kernels both have the number of the kernel that it is based on; RHEL's own stands in
//! `version.h`, too, and in `Makefile.rhelver`. Ubuntu's form of `__versions` shows in the structure
//! that the kernel reads it by.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use memchr::memmem;

use crate::release::{Flavour, KernelRelease};

/// Where `make prepare` says which release it is.
pub(super) const VERSION_HEADER: &str = "include/generated/uapi/linux/version.h";

/// The most bytes of a file that are read. The kernel's Makefile has 80 KB.
const MOST: u64 = 1 << 20;

/// The greatest point release that `version.h` tells from later ones.
const LAST_COUNTED: u16 = 255;

/// What the files of a tree say of its release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The numbers in `version.h`; the third is at most 255.
    header: Option<[u16; 3]>,
    /// The numbers in the Makefile of the sources.
    makefile: Option<[u16; 3]>,
    /// The numbers of RHEL's release.
    rhel: Option<(u8, Option<u8>)>,
    /// Whether `__versions` has Ubuntu's form: entries of any length, each with the way to the next.
    has_long_versions: bool,
}

impl Facts {
    /// Those of the tree at `root`, with the sources where its Makefile says.
    pub(super) fn of(root: &Path) -> Facts {
        let makefile = head(&root.join("Makefile"));
        let sources = [Some(root.to_owned()), included(root, &makefile), Some(root.join("source"))];
        let sources: Vec<PathBuf> = sources.into_iter().flatten().collect();
        let header = head(&root.join(VERSION_HEADER));
        let numbers = |source: &PathBuf| makefile_numbers(&head(&source.join("Makefile")));
        Facts {
            header: header_numbers(&header),
            makefile: sources.iter().find_map(numbers),
            rhel: rhel(&header).or_else(|| {
                sources.iter().find_map(|source| rhel(&head(&source.join("Makefile.rhelver"))))
            }),
            has_long_versions: sources.iter().any(|source| has_long_versions(source)),
        }
    }

    /// The release; `None` if no file has the number.
    pub(super) fn release(&self) -> Option<KernelRelease> {
        let header = self.header?;
        let is_that = |it: &[u16; 3]| [it[0], it[1], it[2].min(LAST_COUNTED)] == header;
        let [major, minor, point] = self.makefile.filter(is_that).unwrap_or(header);
        let release = KernelRelease::new(major, minor, point);
        Some(with_flavour(release, self.rhel, self.has_long_versions))
    }
}

/// The release that Kbuild names to the programs it calls, with the flavour that its tree shows:
/// `objects` is where it builds, and `sources` where the sources are.
pub(super) fn in_build(
    release: KernelRelease,
    objects: &OsStr,
    sources: Option<&OsStr>,
) -> KernelRelease {
    if release.flavour != Flavour::Mainline {
        return release;
    }
    let header = head(&Path::new(objects).join(VERSION_HEADER));
    let has_long_versions = sources.is_some_and(|sources| has_long_versions(Path::new(sources)));
    with_flavour(release, rhel(&header), has_long_versions)
}

/// A release of RHEL, if it has these numbers and is based on this one, or Ubuntu's of the same
/// number.
fn with_flavour(
    release: KernelRelease,
    rhel: Option<(u8, Option<u8>)>,
    has_long_versions: bool,
) -> KernelRelease {
    let of_rhel = rhel.and_then(|(major, minor)| KernelRelease::of_rhel(major, minor));
    let base = (release.major, release.minor);
    match of_rhel.filter(|it| (it.major, it.minor) == base) {
        Some(of_rhel) => of_rhel,
        None if has_long_versions => release.of_ubuntu(),
        None => release,
    }
}

/// The first bytes of a file; none if it cannot be read.
fn head(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Nobody waits for the other end of a pipe.
    if path.is_file() {
        let _ = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    }
    bytes
}

/// The lines of a text, without blanks at their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

/// A number as it is written.
fn number<Number: std::str::FromStr>(text: &[u8]) -> Option<Number> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

/// The numbers in the text of `version.h`: the second and the third have a byte each.
fn header_numbers(header: &[u8]) -> Option<[u16; 3]> {
    let code: u32 = defined(header, b"LINUX_VERSION_CODE")?;
    let [_, major, minor, point] = code.to_be_bytes();
    Some([major, minor, point].map(u16::from))
}

/// What a text defines `name` as.
fn defined<Number: std::str::FromStr>(text: &[u8], name: &[u8]) -> Option<Number> {
    lines(text).find_map(|line| {
        let rest = line.strip_prefix(b"#define ")?.trim_ascii_start().strip_prefix(name)?;
        rest.first()?.is_ascii_whitespace().then(|| number(rest))?
    })
}

/// What a Makefile assigns to `name`.
fn assigned<Number: std::str::FromStr>(text: &[u8], name: &[u8]) -> Option<Number> {
    lines(text).find_map(|line| {
        let rest = line.strip_prefix(name)?.trim_ascii_start();
        number(rest.strip_prefix(b"=").or_else(|| rest.strip_prefix(b":="))?)
    })
}

/// The numbers in the text of the kernel's Makefile.
fn makefile_numbers(makefile: &[u8]) -> Option<[u16; 3]> {
    let [major, minor, point] = [b"VERSION".as_slice(), b"PATCHLEVEL", b"SUBLEVEL"];
    Some([assigned(makefile, major)?, assigned(makefile, minor)?, assigned(makefile, point)?])
}

/// The numbers of RHEL's release, in the text of `version.h` or `Makefile.rhelver`.
fn rhel(text: &[u8]) -> Option<(u8, Option<u8>)> {
    let either = |name| defined(text, name).or_else(|| assigned(text, name));
    Some((either(b"RHEL_MAJOR")?, either(b"RHEL_MINOR")))
}

/// Where the sources of a tree are, if its Makefile only leads there: by `include`, or by a call of
/// make with `-C`.
fn included(root: &Path, makefile: &[u8]) -> Option<PathBuf> {
    let path = lines(makefile).find_map(|line| {
        let included = line.strip_prefix(b"include ").map(|path| path.trim_ascii());
        let by_include = included.and_then(|path| path.strip_suffix(b"/Makefile"));
        let mut words = line.split(u8::is_ascii_whitespace).skip_while(|word| *word != b"-C");
        by_include.or_else(|| words.nth(1)).filter(|path| !path.contains(&b'$'))
    })?;
    Some(root.join(OsStr::from_bytes(path)))
}

/// Whether the structure of an entry of `__versions` has a member that leads to the next one.
fn has_long_versions(sources: &Path) -> bool {
    let text = head(&sources.join("include/linux/module.h"));
    let structure = memmem::find(&text, b"struct modversion_info {").map(|start| &text[start..]);
    let members =
        structure.and_then(|it| it.split(|byte| *byte == b'}').next()).unwrap_or_default();
    lines(members).any(|line| line.split(u8::is_ascii_whitespace).any(|word| word == b"next;"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// A directory with these files.
    fn tree(files: &[(&str, &str)]) -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        directory
    }

    fn shown(tree: &TempDir) -> String {
        Facts::of(tree.path()).release().unwrap().to_string()
    }

    const MAKEFILE: &str = "# SPDX\nVERSION = 5\nPATCHLEVEL = 10\nSUBLEVEL = 262\nEXTRAVERSION =\n";

    #[test]
    fn a_point_release_beyond_255_is_read_from_the_makefile_wherever_that_is() {
        let header = (VERSION_HEADER, "#define LINUX_VERSION_CODE 330495\n");
        assert_eq!(shown(&tree(&[header])), "5.10.255");
        assert_eq!(shown(&tree(&[header, ("Makefile", MAKEFILE)])), "5.10.262");
        let leads = |text| tree(&[header, ("Makefile", text), ("common/Makefile", MAKEFILE)]);
        assert_eq!(shown(&leads("KBUILD_OUTPUT=/x\ninclude common/Makefile\n")), "5.10.262");
        assert_eq!(shown(&leads("VERSION = 5\nMAKEARGS := -C common O=/x\n")), "5.10.262");
        let linked = tree(&[
            header,
            ("Makefile", "include $(src)/Makefile\n"),
            ("source/Makefile", MAKEFILE),
        ]);
        assert_eq!(shown(&linked), "5.10.262");
        // A Makefile of something else.
        let other = MAKEFILE.replace("262", "7");
        assert_eq!(shown(&tree(&[header, ("Makefile", &other)])), "5.10.255");
    }

    #[test]
    fn rhels_release_is_read_from_its_header_or_makefile() {
        let code = "#define LINUX_VERSION_CODE 331264\n";
        let with = format!("{code}#define RHEL_MAJOR 9\n#define RHEL_MINOR 4\n");
        assert_eq!(shown(&tree(&[(VERSION_HEADER, &with)])), "5.14-el9.4");
        let file = ("Makefile.rhelver", "RHEL_MAJOR = 9\nRHEL_MINOR = 5\n");
        assert_eq!(shown(&tree(&[(VERSION_HEADER, code), file])), "5.14-el9.5");
        // Somebody else's kernel, built there.
        let newer = with.replace("331264", "396288");
        assert_eq!(shown(&tree(&[(VERSION_HEADER, &newer)])), "6.12.0");
    }

    #[test]
    fn ubuntus_form_of_versions_shows_in_the_structure() {
        let header = (VERSION_HEADER, "#define LINUX_VERSION_CODE 395276\n");
        let structure = |members: &str| format!("struct modversion_info {{\n{members}}};\n");
        let plain = structure("\tunsigned long crc;\n\tchar name[MODULE_NAME_LEN];\n");
        let long = structure(
            "\t/* Offset of the next entry */\n\tu32 next;\n\tu32 crc;\n\tchar name[];\n",
        );
        let of = |text: &str| shown(&tree(&[header, ("include/linux/module.h", text)]));
        assert_eq!(of(&plain), "6.8.12");
        assert_eq!(of(&long), "6.8.12-ubuntu");
    }

    #[test]
    fn in_a_build_the_tree_adds_the_flavour_only() {
        let header =
            "#define LINUX_VERSION_CODE 331264\n#define RHEL_MAJOR 9\n#define RHEL_MINOR 4\n";
        let tree = tree(&[(VERSION_HEADER, header)]);
        let shown = |release: &str| {
            in_build(release.parse().unwrap(), tree.path().as_os_str(), None).to_string()
        };
        assert_eq!(shown("5.14.0"), "5.14-el9.4");
        assert_eq!(shown("6.12.5"), "6.12.5");
    }
}
