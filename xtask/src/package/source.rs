//! The sources with those of all libraries: `modversions-VERSION.tar.xz`, which builds without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::facts::Facts;
use crate::run::process::{read, run};
use crate::run::product::{cargo, workspace};

/// Makes the archive in `folder`, of the commit that is checked out; returns its path.
pub fn make(facts: &Facts, folder: &Path) -> Result<PathBuf> {
    let scratch = tempfile::tempdir()?;
    let name = format!("modversions-{}", facts.version);
    let top = scratch.path().join(&name);
    fs::create_dir(&top)?;
    let unpack = "git archive HEAD | tar -x -C \"$0\"";
    run(Command::new("sh").args(["-c", unpack]).arg(&top).current_dir(workspace()))?;
    let mut vendor = cargo();
    vendor.current_dir(&top).args(["vendor", "--locked", "--versioned-dirs", "vendor"]);
    let configuration = read(&mut vendor)?;
    let file = top.join(".cargo/config.toml");
    let text = fs::read_to_string(&file)? + "\n# What `cargo vendor` says: no network is needed.\n";
    fs::write(&file, text + &configuration)?;
    let package = folder.join(format!("{name}.tar.xz"));
    // Two hundred megabytes, of which testdata and the libraries of Windows are most: level 6 takes three
    // times as long, for a tenth less.
    let script = "tar --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
                  --mtime=@$0 -c \"$1\" | xz -2 -T1 >\"$2\"";
    let mut pack = Command::new("sh");
    facts.on(&mut pack);
    pack.args(["-c", script, &facts.epoch.to_string(), &name]).arg(&package);
    run(pack.current_dir(scratch.path()))?;
    Ok(package)
}
