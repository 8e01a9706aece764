//! External modules that Debian distributes as source: packages for DKMS, which builds them where
//! they are installed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use modversions::release::KernelRelease;

use super::trial::{End, Step, Trial};
use crate::obtain::debian::{Archive, NamePattern, Origin};
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;

/// So many of them have to be built for a kernel by the distribution's programs, else little is
/// proved.
pub const LEAST: usize = 3;

/// One package.
struct Source {
    /// Its name.
    name: &'static str,
    /// Which of Debian's releases it is taken from: modules of the newest know newer kernels.
    origin: Origin,
    /// The folders to build, in their order.
    folders: &'static [&'static str],
    /// What make is told, beside the folder.
    arguments: &'static [&'static str],
    /// The newest kernel that it is for, if it does not know all of them.
    newest: Option<KernelRelease>,
    /// Whether it takes long.
    is_big: bool,
}

/// One that is small, and for all kernels.
const fn small(name: &'static str, origin: Origin, folders: &'static [&'static str]) -> Source {
    Source { name, origin, folders, arguments: &[], newest: None, is_big: false }
}

/// One that takes long, or adds little: for the patient.
const fn big(name: &'static str, origin: Origin, folders: &'static [&'static str]) -> Source {
    Source { is_big: true, ..small(name, origin, folders) }
}

/// The release that some end with.
const LINUX_6_1: KernelRelease = KernelRelease::series(6, 1);

/// All of them.
const SOURCES: &[Source] = &[
    small("acpi-call-dkms", Origin::System, &["."]),
    small("v4l2loopback-dkms", Origin::Sid, &["."]),
    // The second folder names the first by KBUILD_EXTRA_SYMBOLS.
    small("ddcci-dkms", Origin::Sid, &["ddcci", "ddcci-backlight"]),
    // Two modules that use the third.
    Source { arguments: &["HDAPS=1"], ..small("tp-smapi-dkms", Origin::Sid, &["."]) },
    big("bbswitch-dkms", Origin::System, &["."]),
    big("dpdk-kmods-dkms", Origin::System, &["."]),
    big("lime-forensics-dkms", Origin::System, &["."]),
    big("rapiddisk-dkms", Origin::Sid, &["."]),
    Source { newest: Some(LINUX_6_1), ..big("nat-rtsp-dkms", Origin::System, &["."]) },
    // Some hundred exports.
    big("jool-dkms", Origin::Sid, &["src/mod/common", "src/mod/nat64", "src/mod/siit"]),
    Source {
        arguments: &["XA_ABSTOPSRCDIR={folder}", "XA_TOPSRCDIR={folder}"],
        newest: Some(LINUX_6_1),
        ..big("xtables-addons-dkms", Origin::System, &["extensions"])
    },
];

/// The trials of the packages for `kernel`, downloaded now if they are not there.
pub fn trials(kernel: &'static Kernel, with_big: bool) -> Result<Vec<Trial>> {
    let is_for = |source: &&Source| source.newest.is_none_or(|newest| kernel.release <= newest);
    let sources = SOURCES.iter().filter(is_for);
    let mut trials = Vec::new();
    for source in sources.filter(|source| with_big || !source.is_big) {
        trials.extend(or_skip(source.trial(), source.name)?);
    }
    Ok(trials)
}

impl Source {
    /// The trial of this package.
    fn trial(&self) -> Result<Trial> {
        let archive = Archive::of(self.origin)?;
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
