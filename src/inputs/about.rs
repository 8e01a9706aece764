//! What a package says of itself: its name, its version, and what it depends on.

use std::ffi::OsStr;
use std::io::BufRead;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::limits::{LONGEST_HEADER, Limits};
use super::packages::{self, Package};

/// What a package says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Its name: `linux-image-6.12.1-amd64`, `kernel-core`.
    pub(super) name: Vec<u8>,
    /// Its version; that of RPM with the number of the build: `6.12.1-200.fc41`.
    version: Vec<u8>,
    architecture: Vec<u8>,
    /// The packages of exactly one version that it needs, each with that version.
    pub(super) depends: Vec<(Vec<u8>, Vec<u8>)>,
}

/// How the names of Debian's packages of kernels begin, where the kernel's release follows.
const DEBIAN: &[&str] = &[
    "linux-image-unsigned-",
    "linux-image-",
    HEADERS,
    "linux-binary-",
    "linux-modules-extra-",
    "linux-modules-",
    BASE,
];

/// How the name of the package begins that Debian's others of a kernel depend on from 6.19 on.
const BASE: &str = "linux-base-";

/// How the name of a package with headers begins. There are some for all flavours of a kernel together.
const HEADERS: &str = "linux-headers-";

/// A part of a kernel that may be in a package of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The kernel itself.
    Kernel,
    /// Its modules.
    Modules,
}

/// What may follow the release there.
const ENDINGS: &[&str] = &["-unsigned", "-dbg", "-dbgsym"];

/// How the names of packages of RPM begin whose version is the kernel's.
const RPM: &str = "kernel";

impl About {
    /// What the package says, as far as it can be read.
    pub(super) fn read(kind: Package, content: impl BufRead, limits: Limits) -> Option<About> {
        match kind {
            Package::Debian => {
                let text = packages::control(content, LONGEST_HEADER, limits).ok()?;
                Some(About::of_control(&text))
            }
            Package::Rpm => About::of_header(&packages::header(content, limits.text()).ok()?),
        }
    }

    /// What the text `control` of a package of Debian says.
    fn of_control(text: &[u8]) -> About {
        let mut about = About::default();
        for (name, value) in fields(text) {
            match &*name {
                b"package" => about.name = value,
                b"version" => about.version = value,
                b"architecture" => about.architecture = value,
                b"depends" | b"pre-depends" => about.depends.extend(exact(&value)),
                _ => {}
            }
        }
        about
    }

    /// What the header of a package of RPM says: an index, in which an entry is a tag, a type, a place
    /// and a number, and the store.
    fn of_header(header: &[u8]) -> Option<About> {
        const NAME: u32 = 1000;
        const VERSION: u32 = 1001;
        const RELEASE: u32 = 1002;
        const ARCHITECTURE: u32 = 1022;
        let number = |at: usize| Some(u32::from_be_bytes(*header.get(at..)?.first_chunk()?));
        let count = number(0)? as usize;
        let store = header.get(8 + count.checked_mul(16)?..)?;
        let text = |wanted: u32| {
            let mut entries = (0..count).map(|entry| 8 + 16 * entry);
            let entry = entries.find(|&at| number(at) == Some(wanted))?;
            let bytes = store.get(number(entry + 8)? as usize..)?;
            Some(bytes[..memchr::memchr(0, bytes)?].to_owned())
        };
        let version = [text(VERSION)?, text(RELEASE)?].join(&b'-');
        let architecture = text(ARCHITECTURE).unwrap_or_default();
        Some(About { name: text(NAME)?, version, architecture, depends: Vec::new() })
    }

    /// The release of the kernel that it is of, as its name and version say it.
    pub(super) fn release(&self) -> Option<Vec<u8>> {
        if let Some(release) = self.part().map(|(_, release)| release) {
            return Some(release.to_owned());
        }
        let is_rpm = self.name.starts_with(RPM.as_bytes()) && !self.architecture.is_empty();
        is_rpm.then(|| [&self.version[..], b".", &self.architecture].concat())
    }

    /// What of a kernel the package has by its name, and of which release: `linux-modules-` and
    /// `6.12.1`.
    fn part(&self) -> Option<(&'static str, &[u8])> {
        let of = |start: &&'static str| {
            let release = self.name.strip_prefix(start.as_bytes())?;
            let ending = ENDINGS.iter().find_map(|it| release.strip_suffix(it.as_bytes()));
            Some((*start, ending.unwrap_or(release)))
        };
        let (start, release) = DEBIAN.iter().find_map(of)?;
        let is_shared = memchr::memmem::find(release, b"-common").is_some();
        let is_release = release.first().is_some_and(u8::is_ascii_digit) && !is_shared;
        is_release.then_some((start, release))
    }

    /// The packages that have what this one lacks, if it is one of a kernel: those that it depends on,
    /// else those of the same kernel.
    pub(super) fn others(&self) -> Vec<String> {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        match self.part() {
            None => Vec::new(),
            _ if !self.depends.is_empty() => {
                self.depends.iter().map(|(name, _)| text(name)).collect()
            }
            // Which kernel headers are of is not in their names.
            Some((HEADERS, _)) => Vec::new(),
            Some(_) => [Part::Kernel, Part::Modules].map(|part| self.sibling(part)).to_vec(),
        }
    }

    /// The package that has this part of the same kernel.
    pub(super) fn sibling(&self, wanted: Part) -> String {
        let Some((start, release)) = self.part() else {
            return match wanted {
                Part::Kernel => "the package with the kernel itself".to_owned(),
                Part::Modules => "the package with its modules".to_owned(),
            };
        };
        // Ubuntu's have no `linux-base` of their own.
        let is_split =
            start == BASE || self.depends.iter().any(|(name, _)| name.starts_with(BASE.as_bytes()));
        let start = match (wanted, is_split) {
            (Part::Modules, _) => "linux-modules-",
            (Part::Kernel, true) => "linux-binary-",
            (Part::Kernel, false) => "linux-image-",
        };
        format!("{start}{}", String::from_utf8_lossy(release))
    }

    /// The packages that it depends on, as far as they lie beside it.
    pub(super) fn all_beside(&self, path: &Path) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = self.depends.iter().map(|it| self.beside(path, it)).collect();
        all.retain(|path| path.is_file());
        all
    }

    /// Where a package that it depends on lies if it was downloaded to the same place.
    fn beside(&self, path: &Path, (name, version): &(Vec<u8>, Vec<u8>)) -> PathBuf {
        // As apt writes a colon.
        let version = version.iter().flat_map(|byte| match byte {
            b':' => &b"%3a"[..],
            byte => std::slice::from_ref(byte),
        });
        let version: Vec<u8> = version.copied().collect();
        let mut file = [&name[..], &version, &self.architecture].join(&b'_');
        // It names nothing elsewhere.
        file.retain(|&byte| byte != b'/');
        path.with_file_name(OsStr::from_bytes(&[&file[..], b".deb"].concat()))
    }
}

/// The fields of a text, with their names in small letters.
fn fields(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        match (line.first(), fields.last_mut()) {
            // It continues the field before.
            (Some(b' ' | b'\t'), Some((_, value))) => value.extend_from_slice(line),
            _ => {
                let Some(colon) = memchr::memchr(b':', line) else { continue };
                let value = line[colon + 1..].trim_ascii().to_owned();
                fields.push((line[..colon].to_ascii_lowercase(), value));
            }
        }
    }
    fields
}

/// The packages in a list of what is needed of which exactly one version will do.
fn exact(list: &[u8]) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    list.split(|&byte| byte == b',').filter_map(|one| {
        let one = one.trim_ascii();
        let open = memchr::memmem::find(one, b"(=")?;
        let version = one[open + 2..].strip_suffix(b")")?;
        let name = one[..open].trim_ascii();
        let is_name = !name.is_empty() && !name.contains(&b'|') && !name.contains(&b'/');
        let version = version.trim_ascii();
        (is_name && !version.contains(&b'/')).then(|| (name.to_owned(), version.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_says_of_which_kernel_it_is_and_what_it_needs() {
        let text = b"Package: linux-image-7.2.13+deb14-amd64\nVersion: 7.2.13-1\n\
            Architecture: amd64\nDepends: dracut | initramfs-tools (>= 0.1), linux-base-7.2.13 (= 7.2.13-1),\n \
            linux-binary-7.2.13 (= 1:7.2.13-1)\nDescription: kernel\n more (= 1)\n";
        let about = About::of_control(text);
        assert_eq!(about.release().unwrap(), b"7.2.13+deb14-amd64");
        let pair = |name: &str, version: &str| (name.into(), version.into());
        let needed =
            [pair("linux-base-7.2.13", "7.2.13-1"), pair("linux-binary-7.2.13", "1:7.2.13-1")];
        assert_eq!(about.depends, needed);
        let beside = about.beside(Path::new("debs/image.deb"), &needed[1]);
        assert_eq!(beside, Path::new("debs/linux-binary-7.2.13_1%3a7.2.13-1_amd64.deb"));
        assert_eq!(about.sibling(Part::Modules), "linux-modules-7.2.13+deb14-amd64");
        assert_eq!(about.sibling(Part::Kernel), "linux-binary-7.2.13+deb14-amd64");
    }

    #[test]
    fn names_of_packages_have_the_release_of_a_kernel_or_not() {
        for (name, expected) in [
            ("linux-image-6.1.0-50-amd64-unsigned", Some("6.1.0-50-amd64")),
            ("linux-image-unsigned-6.8.0-31-generic", Some("6.8.0-31-generic")),
            ("linux-modules-extra-6.8.0-31-generic", Some("6.8.0-31-generic")),
            ("linux-image-amd64", None),
            ("linux-headers-6.1.0-50-common", None),
            ("linux-base", None),
            ("coreutils", None),
            ("kernel-core", Some("6.12.8-200.fc41.x86_64")),
        ] {
            let architecture = if name.starts_with("kernel") { "x86_64" } else { "" };
            let about = About {
                name: name.into(),
                version: "6.12.8-200.fc41".into(),
                architecture: architecture.into(),
                depends: Vec::new(),
            };
            let release = about.release().map(|it| String::from_utf8(it).unwrap());
            assert_eq!(release.as_deref(), expected, "{name}");
        }
    }
}
