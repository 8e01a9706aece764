//! The program that is packaged: built so that no path of this machine is in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::facts::Facts;
use crate::run::process::{read, run};
use crate::run::product::{cargo, workspace};

/// The program, without symbols, and what it writes of itself.
pub struct Program {
    /// A directory with `modversions`, `man` and `completions`.
    folder: TempDir,
}

impl Program {
    /// What is checked out, as users get it; or the program that `$MODVERSIONS_BIN` names.
    pub fn release(facts: &Facts) -> Result<Program> {
        if let Some(program) = env::var_os("MODVERSIONS_BIN") {
            return Program::of(Path::new(&program), facts);
        }
        let target = workspace().join("target/package/build");
        run(&mut build(&workspace(), &target)?)?;
        Program::of(&target.join("release/modversions"), facts)
    }

    /// This program.
    pub fn of(program: &Path, facts: &Facts) -> Result<Program> {
        let folder = tempfile::tempdir()?;
        let stripped = folder.path().join("modversions");
        run(Command::new("strip").arg("-o").args([&stripped, program]))?;
        let command = || {
            let mut command = Command::new(&stripped);
            facts.on(&mut command);
            command
        };
        run(command().arg("man").arg(folder.path().join("man")))?;
        fs::create_dir(folder.path().join("completions"))?;
        for shell in ["bash", "zsh", "fish"] {
            let text = read(command().args(["completions", shell]))?;
            fs::write(folder.path().join("completions").join(shell), text)?;
        }
        Ok(Program { folder })
    }

    /// One of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The command that builds the sources at `source` as they are packaged, into `target`. What comes of it
/// depends on neither of the two, nor on where cargo keeps the sources of libraries.
pub fn build(source: &Path, target: &Path) -> Result<Command> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let registry = home.context("neither CARGO_HOME nor HOME is set")?.join("registry/src");
    // Of two that match, the last one counts.
    let mut names = vec![
        (source.to_owned(), "/modversions"),
        (target.to_owned(), "/build"),
        (source.join("vendor"), "/libraries"),
    ];
    for folder in fs::read_dir(&registry).into_iter().flatten() {
        names.push((folder?.path(), "/libraries"));
    }
    let option = |option: &str| {
        let options =
            names.iter().map(|(path, name)| format!("{option}={}={name}", path.display()));
        options.collect::<Vec<_>>().join(" ")
    };
    let mut command = cargo();
    command.current_dir(source).args(["build", "--quiet", "--release", "--locked"]);
    command.args(["--package", "modversions", "--bin", "modversions", "--target-dir"]).arg(target);
    command.env("RUSTFLAGS", option("--remap-path-prefix"));
    command.env("CFLAGS", option("-ffile-prefix-map"));
    Ok(command)
}
