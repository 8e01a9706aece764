//! What a package says of itself.

use std::env;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::process::read;
use crate::run::product::workspace;

/// What it is, in a line.
pub const SUMMARY: &str = "tools for the symbol versions of Linux kernels and modules";

/// What it is, a paragraph each.
pub const DESCRIPTION: &[&str] = &[
    "With CONFIG_MODVERSIONS, a kernel loads a module only if the CRCs of all symbols that the module uses \
     are those that it was built against. This program compares two kernels and explains what changed \
     (abi-diff, why, layout), says without loading it whether a module will load on a kernel, and if not, why \
     (check), and reads and writes the files in which symbol versions are kept.",
    "It is also a replacement for genksyms, gendwarfksyms and modpost that writes the same bytes in less \
     time; modversions-kbuild(1) puts it into a kernel tree. Nothing of the kernel's is replaced by \
     installing it.",
];

/// How wide a description is.
const WIDTH: usize = 76;

/// Who answers for a package that nobody else answers for.
const NOBODY: &str = "The modversions developers <modversions@lists.invalid>";

/// What a package says of itself.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The version, without that of the packaging: `0.1.0`; of what is between two releases
    /// `0.1.0~git20261201.da783c9b`, which is before 0.1.0.
    pub version: String,
    /// When the commit was made, in seconds: the time of all files.
    pub epoch: u64,
    /// Who answers for it: `$DEBFULLNAME <$DEBEMAIL>`, as Debian's programs have it.
    pub maintainer: String,
}

impl Facts {
    /// Of what is checked out.
    pub fn of_repository() -> Result<Facts> {
        let line = git(&["log", "-1", "--format=%h %ct %cs", "--abbrev=8"])?;
        let mut words = line.split_whitespace();
        let [commit, epoch, date] = [(); 3].map(|()| words.next().unwrap_or_default());
        let release = package_version()?;
        let is_released = git(&["tag", "--points-at", "HEAD"])?
            .lines()
            .any(|tag| tag.strip_prefix('v') == Some(&*release));
        let date = date.replace('-', "");
        let version = if is_released { release } else { format!("{release}~git{date}.{commit}") };
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let maintainer = variable("DEBFULLNAME").zip(variable("DEBEMAIL"));
        let maintainer = maintainer.map(|(name, address)| format!("{name} <{address}>"));
        Ok(Facts {
            version,
            epoch: epoch.parse().context("git has no time of the commit")?,
            maintainer: maintainer.unwrap_or_else(|| NOBODY.to_owned()),
        })
    }

    /// The time of all files, as programs that make archives want to have it.
    pub fn on(&self, command: &mut Command) {
        command.env("SOURCE_DATE_EPOCH", self.epoch.to_string()).env("LC_ALL", "C.UTF-8");
    }
}

/// The version in the manifest.
fn package_version() -> Result<String> {
    let manifest = std::fs::read_to_string(workspace().join("Cargo.toml"))?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    Ok(line.context("Cargo.toml has no version")?.trim_end_matches('"').to_owned())
}

/// What git says of the repository.
pub fn git(arguments: &[&str]) -> Result<String> {
    read(Command::new("git").args(arguments).current_dir(workspace()))
}

/// The lines of a paragraph.
pub fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
