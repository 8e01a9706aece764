//! The cargo that runs us, and what it builds.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Result;

/// What a build has no need of that is run once: a fifth of its time.
const QUICK: [(&str, &str); 5] = [
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "none"),
    ("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false"),
    ("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false"),
    ("CARGO_PROFILE_DEV_PANIC", "abort"),
];

/// Our own program: the one that `$MODVERSIONS_BIN` names, else what is checked out, built now by
/// the profile `dev`. Optimising it would take minutes, and the demo runs milliseconds.
pub fn product() -> Result<PathBuf> {
    if let Some(program) = env::var_os("MODVERSIONS_BIN") {
        return Ok(program.into());
    }
    let program = target_directory()?.join("debug/modversions");
    let mut build = cargo("build", &program);
    build.args(["--package", "modversions", "--bin", "modversions"]).current_dir(workspace());
    build.envs(QUICK);
    match build.status()?.success() {
        true => Ok(program),
        false => Err("modversions cannot be built".into()),
    }
}

/// Builds the package `xtask`, and goes on as its program with the same arguments. It comes back
/// only with an error.
///
/// The profile is that of the tests, which most tasks need, so that dependencies are built once.
pub fn become_xtask(arguments: &[OsString]) -> Result<()> {
    let mut run = cargo("run", &target_directory()?.join("xtask/xtask"));
    run.args(["--profile", "xtask", "--package", "xtask", "--"]).args(arguments);
    Err(format!("cannot run cargo: {}", run.exec()).into())
}

/// A cargo that builds `program`. Whoever waits for the first time, which takes a minute or two,
/// sees what for.
fn cargo(subcommand: &str, program: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(subcommand).args(program.exists().then_some("--quiet"));
    cargo
}

/// The top of the workspace.
pub fn workspace() -> &'static Path {
    let start = Path::new(env!("CARGO_MANIFEST_DIR"));
    start.ancestors().nth(2).unwrap_or(start)
}

/// Cargo's target directory: the one this program was built in.
pub fn target_directory() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let directory = program.ancestors().nth(2).ok_or("this program is in no target directory")?;
    Ok(directory.to_path_buf())
}
