//! What a package says of itself: its name, its version, and what it depends on.

use std::ffi::OsStr;
use std::io::BufRead;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::limits::{LONGEST_HEADER, Limits};
use super::packages::{self, Package};
use super::rpm_header::Header;

/// What a package says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Its name: `linux-image-6.12.1-amd64`, `kernel-core`.
    name: Vec<u8>,
    /// If it is one of RPM, what that tells of it.
    rpm: Option<Rpm>,
    /// The packages of exactly one version that it needs.
    depends: Vec<Needed>,
}

/// What a package of RPM says besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rpm {
    /// Its version, the number of the build, and the machine: `6.12.1-200.fc41.x86_64`.
    version: Vec<u8>,
    /// The release of the kernel, if packages of it name that: `6.12.1-200.fc41.x86_64+rt`.
    release: Option<Vec<u8>>,
}

/// A package that another one needs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Needed {
    /// What people and programs that download it call it: `linux-binary-7.2`, `kernel-core-6.12.1-200.fc41.x86_64`.
    called: Vec<u8>,
    /// The name of its file, as these programs write it.
    file: Vec<u8>,
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

/// How the names of packages of RPM end that have a part of a kernel each.
const RPM_PARTS: &[&str] =
    &[CORE, MODULES, "-modules-core", "-modules-extra", "-modules-internal", "-modules-partner"];

/// How that ends which has the kernel itself.
const CORE: &str = "-core";

/// How that ends which has modules.
const MODULES: &str = "-modules";

/// What follows the name of a package of RPM, or of a kernel, where the release of exactly one kernel is
/// asked for or provided.
const OF_RELEASE: &[u8] = b"-uname-r";

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
        let (mut architecture, mut needs) = (Vec::new(), Vec::new());
        for (name, value) in fields(text) {
            match &*name {
                b"package" => about.name = value,
                b"architecture" => architecture = value,
                b"depends" | b"pre-depends" => needs.extend(exact(&value)),
                _ => {}
            }
        }
        let needed = |(name, version)| Needed::of_debian(name, version, &architecture);
        about.depends = needs.into_iter().map(needed).collect();
        about
    }

    /// What the header of a package of RPM says.
    fn of_header(header: &[u8]) -> Option<About> {
        const NAME: u32 = 1000;
        const VERSION: u32 = 1001;
        const RELEASE: u32 = 1002;
        const ARCHITECTURE: u32 = 1022;
        const REQUIRES: Pairs = Pairs { names: 1049, flags: 1048, versions: 1050 };
        const PROVIDES: Pairs = Pairs { names: 1047, flags: 1112, versions: 1113 };
        let header = Header::new(header)?;
        let text = |tag| header.texts(tag).next();
        let name = text(NAME)?.to_owned();
        let architecture = text(ARCHITECTURE).unwrap_or_default();
        let version = [text(VERSION)?, b"-", text(RELEASE)?, b".", architecture].concat();
        let requires = REQUIRES.exact(&header);
        let of_release =
            |(name, release): &(&[u8], &[u8])| name.ends_with(OF_RELEASE).then(|| release.to_vec());
        let release = PROVIDES.exact(&header).iter().chain(&requires).find_map(of_release);
        let kernel = rpm_kernel(&name);
        let needed = |(name, version)| Needed::of_rpm(kernel, name, version, architecture);
        let depends = requires.into_iter().filter_map(needed).collect();
        Some(About { name, rpm: Some(Rpm { version, release }), depends })
    }

    /// The release of the kernel that it is of, as its name and version say it.
    pub(super) fn release(&self) -> Option<Vec<u8>> {
        if let Some((_, release)) = self.part() {
            return Some(release.to_owned());
        }
        let rpm = self.rpm.as_ref()?;
        let is_kernels = self.name == b"kernel" || self.name.starts_with(b"kernel-");
        // Firmware, documentation and sources are for any machine.
        let is_of_machine = !rpm.version.ends_with(b".noarch") && !rpm.version.ends_with(b".");
        let of_version = (is_kernels && is_of_machine).then_some(&rpm.version);
        rpm.release.as_ref().or(of_version).cloned()
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
        let of_rpm = self.rpm.is_some() && self.release().is_some();
        match self.part() {
            None if !of_rpm => Vec::new(),
            _ if !self.depends.is_empty() => {
                self.depends.iter().map(|it| lossy(&it.called)).collect()
            }
            // Which kernel headers are of is not in their names.
            Some((HEADERS, _)) => Vec::new(),
            None if rpm_kernel(&self.name) == self.name => Vec::new(),
            _ => [Part::Kernel, Part::Modules].map(|part| self.sibling(part)).to_vec(),
        }
    }

    /// The package that has this part of the same kernel.
    pub(super) fn sibling(&self, wanted: Part) -> String {
        let Some((start, release)) = self.part() else {
            return self.rpm_sibling(wanted).unwrap_or_else(|| match wanted {
                Part::Kernel => "the package with the kernel itself".to_owned(),
                Part::Modules => "the package with its modules".to_owned(),
            });
        };
        // Ubuntu's have no `linux-base` of their own.
        let needs_base = self.depends.iter().any(|it| it.called.starts_with(BASE.as_bytes()));
        let start = match (wanted, start == BASE || needs_base) {
            (Part::Modules, _) => "linux-modules-",
            (Part::Kernel, true) => "linux-binary-",
            (Part::Kernel, false) => "linux-image-",
        };
        format!("{start}{}", lossy(release))
    }

    /// The package of RPM that has this part of the same kernel; none if that is not in parts.
    fn rpm_sibling(&self, wanted: Part) -> Option<String> {
        let rpm = self.rpm.as_ref()?;
        let kernel = rpm_kernel(&self.name);
        let ending = match wanted {
            Part::Kernel => CORE,
            Part::Modules => MODULES,
        };
        let start = [kernel, ending.as_bytes()].concat();
        // Of several with modules it needs that which has those that any kernel needs.
        let needed = self.depends.iter().find(|it| it.called.starts_with(&start));
        let needed = needed.map(|it| it.called.clone());
        let is_part = kernel != self.name;
        let called = needed.or_else(|| is_part.then(|| [&start[..], b"-", &rpm.version].concat()));
        Some(lossy(&called?))
    }

    /// The packages that it depends on, as far as they lie beside it.
    pub(super) fn all_beside(&self, path: &Path) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = self.depends.iter().map(|it| it.beside(path)).collect();
        all.retain(|path| path.is_file());
        all
    }
}

impl Needed {
    /// A package of Debian of this name, version and machine.
    fn of_debian(name: Vec<u8>, version: Vec<u8>, architecture: &[u8]) -> Needed {
        // As apt writes a colon.
        let version = version.iter().flat_map(|byte| match byte {
            b':' => &b"%3a"[..],
            byte => std::slice::from_ref(byte),
        });
        let version: Vec<u8> = version.copied().collect();
        let file = [&[&name[..], &version, architecture].join(&b'_')[..], b".deb"].concat();
        Needed { called: name, file }
    }

    /// What a package of RPM with a part of this `kernel` needs by this name and version; none if it is
    /// no package of that kernel.
    fn of_rpm(kernel: &[u8], name: &[u8], version: &[u8], architecture: &[u8]) -> Option<Needed> {
        // Whoever installs it has no use for the number before the version.
        let version = memchr::memchr(b':', version).map_or(version, |colon| &version[colon + 1..]);
        let called = match name.strip_suffix(OF_RELEASE) {
            Some(part) => {
                // The kernel itself is asked for by the name of the kernel, whatever its kind.
                let part = match rpm_kernel(part) == part {
                    true => [kernel, CORE.as_bytes()].concat(),
                    false => part.to_owned(),
                };
                // The machine stands in the release, and the kind of kernel after it.
                let plus = memchr::memrchr(b'+', version);
                let kind = plus.filter(|&plus| !version[plus..].contains(&b'.'));
                [&part[..], b"-", &version[..kind.unwrap_or(version.len())]].concat()
            }
            None => [name, b"-", version, b".", architecture].concat(),
        };
        let is_of_kernel =
            called.starts_with(kernel) && memchr::memchr2(b'(', b'/', name).is_none();
        let file = [&called[..], b".rpm"].concat();
        is_of_kernel.then_some(Needed { called, file })
    }

    /// Where it lies if it was downloaded to the same place as what is at `path`.
    fn beside(&self, path: &Path) -> PathBuf {
        let mut file = self.file.clone();
        // It names nothing elsewhere.
        file.retain(|&byte| byte != b'/');
        path.with_file_name(OsStr::from_bytes(&file))
    }
}

/// The tags of a header of RPM under which names, flags and versions stand, as many of each.
struct Pairs {
    names: u32,
    flags: u32,
    versions: u32,
}

impl Pairs {
    /// The names of which exactly one version will do, each with that version.
    fn exact<'h>(&self, header: &Header<'h>) -> Vec<(&'h [u8], &'h [u8])> {
        const EQUAL: u32 = 1 << 3;
        const LESS_OR_GREATER: u32 = 1 << 1 | 1 << 2;
        let versions = header.numbers(self.flags).zip(header.texts(self.versions));
        let named = header.texts(self.names).zip(versions);
        let exact = named.filter(|(_, (flags, _))| flags & (EQUAL | LESS_OR_GREATER) == EQUAL);
        exact.map(|(name, (_, version))| (name, version)).collect()
    }
}

/// The name of the kernel whose part a package of RPM is: `kernel-rt` of `kernel-rt-modules-core`. The same
/// name if it is no part of one.
fn rpm_kernel(name: &[u8]) -> &[u8] {
    let kernels = RPM_PARTS.iter().filter_map(|part| name.strip_suffix(part.as_bytes()));
    kernels.min_by_key(|kernel| kernel.len()).unwrap_or(name)
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
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
        assert_eq!(about.others(), ["linux-base-7.2.13", "linux-binary-7.2.13"]);
        let beside = about.depends[1].beside(Path::new("debs/image.deb"));
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
            ("kernel", Some("6.12.8-200.fc41.x86_64")),
            ("kernelshark", None),
        ] {
            let version = b"6.12.8-200.fc41.x86_64".to_vec();
            let is_rpm = name.starts_with("kernel");
            let rpm = is_rpm.then_some(Rpm { version, release: None });
            let about = About { name: name.into(), rpm, depends: Vec::new() };
            let release = about.release().map(|it| String::from_utf8(it).unwrap());
            assert_eq!(release.as_deref(), expected, "{name}");
        }
    }
}
