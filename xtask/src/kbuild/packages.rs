//! External modules that Debian distributes as source: packages for DKMS, which builds them where
//! they are installed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::trial::{End, Step, Trial};
use crate::obtain::debian::{Archive, NamePattern};
use crate::obtain::upstream::{Kernel, or_skip};

/// So many of them have to be built for a kernel by the distribution's programs, else little is
/// proved.
pub const LEAST: usize = 3;

/// One package.
struct Source {
    /// Its name.
    name: &'static str,
    /// Which of Debian's releases it is taken from.
    release: Release,
    /// The folders to build, in their order.
    folders: &'static [&'static str],
    /// What make is told, beside the folder.
    arguments: &'static [&'static str],
    /// The kernels that it is for.
    kernels: &'static [Kernel],
    /// Whether it takes long.
    is_big: bool,
}

/// A release of Debian.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Release {
    /// The one that the system is configured for.
    System,
    /// The newest, whose modules know newer kernels.
    Sid,
}

/// Both kernels.
const BOTH: &[Kernel] = &[Kernel::V6_1, Kernel::V6_12];

/// One that is small, and for both kernels.
const fn small(name: &'static str, release: Release, folders: &'static [&'static str]) -> Source {
    Source { name, release, folders, arguments: &[], kernels: BOTH, is_big: false }
}

/// One that takes long, or adds little: for the patient.
const fn big(name: &'static str, release: Release, folders: &'static [&'static str]) -> Source {
    Source { is_big: true, ..small(name, release, folders) }
}

/// All of them.
const SOURCES: &[Source] = &[
    small("acpi-call-dkms", Release::System, &["."]),
    small("v4l2loopback-dkms", Release::Sid, &["."]),
    // The second folder names the first by KBUILD_EXTRA_SYMBOLS.
    small("ddcci-dkms", Release::Sid, &["ddcci", "ddcci-backlight"]),
    // Two modules that use the third.
    Source { arguments: &["HDAPS=1"], ..small("tp-smapi-dkms", Release::Sid, &["."]) },
    big("bbswitch-dkms", Release::System, &["."]),
    big("dpdk-kmods-dkms", Release::System, &["."]),
    big("lime-forensics-dkms", Release::System, &["."]),
    big("rapiddisk-dkms", Release::Sid, &["."]),
    Source { kernels: &[Kernel::V6_1], ..big("nat-rtsp-dkms", Release::System, &["."]) },
    // Some hundred exports.
    big("jool-dkms", Release::Sid, &["src/mod/common", "src/mod/nat64", "src/mod/siit"]),
    Source {
        arguments: &["XA_ABSTOPSRCDIR={folder}", "XA_TOPSRCDIR={folder}"],
        kernels: &[Kernel::V6_1],
        ..big("xtables-addons-dkms", Release::System, &["extensions"])
    },
];

/// The trials of the packages for `kernel`, downloaded now if they are not there.
pub fn trials(kernel: Kernel, with_big: bool) -> Result<Vec<Trial>> {
    let sources = SOURCES.iter().filter(|source| source.kernels.contains(&kernel));
    let mut trials = Vec::new();
    for source in sources.filter(|source| with_big || !source.is_big) {
        trials.extend(or_skip(source.trial(), source.name)?);
    }
    Ok(trials)
}

impl Source {
    /// The trial of this package.
    fn trial(&self) -> Result<Trial> {
        let archive = match self.release {
            Release::System => Archive::system()?,
            Release::Sid => Archive::sid()?,
        };
        let (package, root) = archive.with_fresh_lists(|| {
            let package = archive.newest(NamePattern(self.name))?;
            let root = archive.unpacked(&package)?;
            Ok((package, root))
        })?;
        let step =
            |folder: &&'static str| Step { end: End::Either, ..Step::well(folder, self.arguments) };
        Ok(Trial {
            title: format!("{} {}", package.name, package.version),
            name: self.name.to_owned(),
            sources: vec![only_folder(root.join("usr/src"))?],
            steps: self.folders.iter().map(step).collect(),
        })
    }
}

/// The folder in a package's `usr/src`.
fn only_folder(sources: PathBuf) -> Result<PathBuf> {
    let entry = fs::read_dir(&sources)
        .with_context(|| format!("cannot read {}", sources.display()))?
        .next()
        .with_context(|| format!("nothing in {}", sources.display()))?;
    Ok(entry?.path())
}
