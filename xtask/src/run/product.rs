//! Our own program, as the tasks run it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::process::run;

/// The `modversions` program under test.
pub struct Product {
    /// Where it is.
    program: PathBuf,
}

impl Product {
    /// What is checked out, built now by the profile of xtask and the tests; or, unbuilt, the
    /// program that `$MODVERSIONS_BIN` names.
    ///
    /// That profile optimises as the release does, but for the last step, which takes as long as all
    /// others and changes no result. With xtask in view, cargo chooses the features that xtask was
    /// built with, so that our library is there already.
    pub fn build() -> Result<Product> {
        Product::built("xtask", &["--profile", "xtask", "--package", "xtask"])
    }

    /// The program as users have it, for measurements; or the one that `$MODVERSIONS_BIN` names.
    pub fn release() -> Result<Product> {
        Product::built("release", &["--release"])
    }

    /// The program in `folder` of the target directory, where cargo puts it by `options`.
    fn built(folder: &str, options: &[&str]) -> Result<Product> {
        if let Some(program) = env::var_os("MODVERSIONS_BIN") {
            return Ok(Product { program: program.into() });
        }
        let mut cargo = cargo();
        cargo.args(["build", "--quiet"]).args(options);
        run(cargo.args(["--package", "modversions", "--bin", "modversions"]))?;
        Ok(Product { program: target_directory()?.join(folder).join("modversions") })
    }

    /// Where the program is.
    pub fn path(&self) -> &Path {
        &self.program
    }

    /// A command that runs the program, ready for its arguments.
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// A command that runs our genksyms for the kernel `release`, ready for its arguments.
    pub fn genksyms(&self, release: &str) -> Command {
        let mut command = self.command();
        command.args(["genksyms", "--kernel", release]);
        command
    }

    /// A command that runs our modpost for the kernel `release` on so many threads, ready for its
    /// arguments.
    pub fn modpost(&self, release: &str, threads: usize) -> Command {
        let mut command = self.command();
        command.args(["modpost", "--kernel", release, "--threads", &threads.to_string()]);
        command
    }
}

/// The cargo that runs us, at the top of the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    command
}

/// The top of the workspace.
pub fn workspace() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map(PathBuf::from).unwrap_or(xtask)
}

/// Cargo's target directory: the one this program was built in.
fn target_directory() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let directory = program.ancestors().nth(2).context("this program is in no target directory")?;
    Ok(directory.to_path_buf())
}
