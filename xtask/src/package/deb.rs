//! The package for Debian.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Effort;
use super::facts::{DESCRIPTION, Facts, SUMMARY, wrapped};
use super::notices::Notices;
use super::program::Program;
use super::tree::{self, DOCUMENTS, ForZsh, lay_out, open_directories};
use crate::run::files::files_below;
use crate::run::process::read;
use crate::run::product::workspace;

/// The version of the packaging.
const REVISION: &str = "1";

/// Makes the package in `folder`; returns its path.
pub fn make(facts: &Facts, program: &Program, effort: Effort, folder: &Path) -> Result<PathBuf> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().join("root");
    lay_out(program, ForZsh("usr/share/zsh/vendor-completions/_modversions"), &root)?;
    add_documents(facts, &root)?;
    open_directories(&root)?;
    let architecture = read(Command::new("dpkg").arg("--print-architecture"))?;
    let architecture = architecture.trim();
    let control = control(facts, &root, architecture, &depends(scratch.path(), program)?)?;
    tree::write(&root.join("DEBIAN/control"), control.as_bytes(), 0o644)?;
    tree::write(&root.join("DEBIAN/md5sums"), sums(&root)?.as_bytes(), 0o644)?;
    open_directories(&root.join("DEBIAN"))?;
    let name = format!("modversions_{}-{REVISION}_{architecture}.deb", facts.version);
    let package = folder.join(name);
    let mut command = Command::new("dpkg-deb");
    facts.on(&mut command);
    // Several threads of xz make other bytes than one.
    let packing = match effort {
        Effort::Small => ["-Zxz", "-z6"],
        Effort::Quick => ["-Zgzip", "-z1"],
    };
    command.args(["--root-owner-group", "--threads-max=1"]).args(packing).arg("--build");
    read(command.args([&root, &package]))?;
    Ok(package)
}

/// The changelogs, and whose the program is.
fn add_documents(facts: &Facts, root: &Path) -> Result<()> {
    let documents = root.join(DOCUMENTS);
    let notices = documents.join("libraries");
    tree::write(&notices, Notices::of_repository()?.text.as_bytes(), 0o644)?;
    tree::compress(&notices)?;
    tree::write(&documents.join("copyright"), copyright().as_bytes(), 0o644)?;
    let changelog = documents.join("changelog");
    tree::put(&workspace().join("CHANGELOG.md"), &changelog, 0o644)?;
    tree::compress(&changelog)?;
    let date = read(Command::new("date").args(["-u", "-R", "-d", &format!("@{}", facts.epoch)]))?;
    let of_package = format!(
        "modversions ({}-{REVISION}) unstable; urgency=medium\n\n  * What is new is in changelog.gz.\n\n \
         -- {}  {}\n",
        facts.version,
        facts.maintainer,
        date.trim()
    );
    let changelog = documents.join("changelog.Debian");
    tree::write(&changelog, of_package.as_bytes(), 0o644)?;
    tree::compress(&changelog)
}

/// Whose it is, in the form of Debian.
fn copyright() -> String {
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
     Upstream-Name: modversions\n\
     Comment:\n \
     The program has libraries under other licenses in it, all of which may be combined\n \
     with its own: see libraries.gz beside this file.\n\n\
     Files: *\n\
     Copyright: 2026 The modversions developers\n\
     License: GPL-2.0-only\n \
     This program is free software; you can redistribute it and/or modify it under the\n \
     terms of version 2 of the GNU General Public License as published by the Free\n \
     Software Foundation.\n \
     .\n \
     On Debian systems, the text of the license is in /usr/share/common-licenses/GPL-2.\n"
        .to_owned()
}

/// The packages whose libraries the program is linked with, as `Depends` has them.
fn depends(scratch: &Path, program: &Program) -> Result<String> {
    // The program asks for these two files.
    let source = "Source: modversions\n\nPackage: modversions\nArchitecture: any\n";
    tree::write(&scratch.join("debian/control"), source.as_bytes(), 0o644)?;
    let mut command = Command::new("dpkg-shlibdeps");
    let line = read(command.arg("-O").arg(program.path("modversions")).current_dir(scratch))?;
    let depends = line.trim().strip_prefix("shlibs:Depends=");
    Ok(depends.context("dpkg-shlibdeps names no packages")?.to_owned())
}

fn control(facts: &Facts, root: &Path, architecture: &str, depends: &str) -> Result<String> {
    let lines =
        |text: &&str| -> String { wrapped(text).iter().map(|line| format!(" {line}\n")).collect() };
    let paragraphs: Vec<String> = DESCRIPTION.iter().map(lines).collect();
    Ok(format!(
        "Package: modversions\nVersion: {}-{REVISION}\nArchitecture: {architecture}\n\
         Maintainer: {}\nInstalled-Size: {}\nDepends: {depends}\nEnhances: dkms\nSection: devel\n\
         Priority: optional\nDescription: {SUMMARY}\n{}",
        facts.version,
        facts.maintainer,
        size(root)?.div_ceil(1024),
        paragraphs.join(" .\n")
    ))
}

/// How many bytes the files take that are below `root`.
fn size(root: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        size += match entry.file_type()?.is_dir() {
            true => size_of_directory(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(size)
}

fn size_of_directory(folder: &Path) -> Result<u64> {
    // As dpkg-gencontrol counts: 1 KiB for each.
    Ok(1024 + size(folder)?)
}

/// The sums of all files, sorted.
fn sums(root: &Path) -> Result<String> {
    let files = files_below(root)?.into_iter().filter(|(_, it)| it.is_file());
    let files = files.map(|(path, _)| path).filter(|path| path.starts_with("usr"));
    read(Command::new("md5sum").args(files).current_dir(root))
}
