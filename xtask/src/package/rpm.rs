//! The package for RPM. The program is there already: rpmbuild only packs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Effort;
use super::facts::{DESCRIPTION, Facts, SUMMARY, wrapped};
use super::notices::Notices;
use super::program::Program;
use super::tree::{self, DOCUMENTS, ForZsh, lay_out, open_directories};
use crate::run::process::read;
use crate::run::product::workspace;

/// How it is packed.
const SPEC: &str = include_str!("modversions.spec");

/// Where the licenses are.
const LICENSES: &str = "usr/share/licenses/modversions";

/// Makes the package in `folder`; returns its path.
pub fn make(facts: &Facts, program: &Program, effort: Effort, folder: &Path) -> Result<PathBuf> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().join("tree");
    lay_out(program, ForZsh("usr/share/zsh/site-functions/_modversions"), &root)?;
    let notices = Notices::of_repository()?;
    tree::put(&workspace().join("LICENSE"), &root.join(LICENSES).join("LICENSE"), 0o644)?;
    tree::write(&root.join(LICENSES).join("libraries"), notices.text.as_bytes(), 0o644)?;
    tree::put(
        &workspace().join("CHANGELOG.md"),
        &root.join(DOCUMENTS).join("CHANGELOG.md"),
        0o644,
    )?;
    open_directories(&root)?;
    let date = read(Command::new("date").args([
        "-u",
        "-d",
        &format!("@{}", facts.epoch),
        "+%a %b %d %Y",
    ]))?;
    let summary = format!("{}{}", SUMMARY[..1].to_uppercase(), &SUMMARY[1..]);
    let paragraphs: Vec<String> = DESCRIPTION.iter().map(|text| wrapped(text).join("\n")).collect();
    let description = paragraphs.join("\n\n");
    let payload = match effort {
        Effort::Small => "w6.xzdio",
        Effort::Quick => "w1.gzdio",
    };
    let values = [
        ("@VERSION@", &*facts.version),
        ("@SUMMARY@", &*summary),
        ("@LICENSES@", &*notices.licenses),
        ("@DESCRIPTION@", &*description),
        ("@DATE@", date.trim()),
        ("@MAINTAINER@", &*facts.maintainer),
    ];
    let spec = values.iter().fold(SPEC.to_owned(), |text, (key, value)| text.replace(key, value));
    let spec_file = scratch.path().join("modversions.spec");
    fs::write(&spec_file, spec)?;
    let mut command = Command::new("rpmbuild");
    facts.on(&mut command);
    let top = scratch.path().join("top");
    for (name, value) in [
        ("_topdir", &*top.to_string_lossy()),
        ("_tree", &*root.to_string_lossy()),
        ("_buildhost", "localhost"),
        ("use_source_date_epoch_as_buildtime", "1"),
        ("clamp_mtime_to_source_date_epoch", "1"),
        ("_binary_payload", payload),
    ] {
        command.arg("--define").arg(format!("{name} {value}"));
    }
    read(command.args(["-bb", "--quiet"]).arg(&spec_file))?;
    let built = built_in(&top.join("RPMS"))?;
    let package = folder.join(built.file_name().context("a package has a name")?);
    fs::copy(&built, &package)?;
    Ok(package)
}

/// The only package below a directory with a directory for each machine.
fn built_in(folder: &Path) -> Result<PathBuf> {
    let first = |folder: &Path| -> Result<PathBuf> {
        let entry = fs::read_dir(folder)?.next();
        Ok(entry.with_context(|| format!("nothing in {}", folder.display()))??.path())
    };
    first(&first(folder)?)
}
