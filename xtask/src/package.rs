//! `cargo xtask package`: what people install. A `.deb`, an `.rpm`, and the sources together with those of
//! all libraries, which build without a network.
//!
//! ```text
//! facts ─► program ─► tree ─► deb, rpm ─► lint ─► trial
//!     └──► source ─► (trial: built offline)
//! ```
//!
//! All files are what they are by the commit: no time, path or name of this machine is in them.

mod deb;
mod facts;
mod lint;
mod notices;
mod program;
mod rpm;
mod source;
mod tree;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use self::facts::Facts;
use self::program::Program;
use crate::obtain::debian::require_installed;
use crate::run::product::{Product, workspace};

/// What can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// A package for Debian and what follows it.
    Deb,
    /// A package for RPM.
    Rpm,
    /// The sources with all libraries, which build offline.
    Source,
}

/// How much time packing may take.
#[derive(Clone, Copy)]
enum Effort {
    /// As much as it needs for a small package.
    Small,
    /// None to speak of.
    Quick,
}

/// The arguments of `cargo xtask package`.
#[derive(clap::Parser)]
struct Arguments {
    /// Only these. Default: all.
    kinds: Vec<Kind>,
    /// Where to put them.
    #[arg(long, value_name = "DIR", default_value = "target/package/out")]
    output: PathBuf,
    /// Then have lintian and rpmlint look at the packages.
    #[arg(long)]
    lint: bool,
    /// Then install, use and remove the packages on a clean Debian root, and build the sources there is
    /// no network for. Needs root.
    #[arg(long = "try")]
    is_tried: bool,
}

/// `cargo xtask package`.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("package", arguments);
    let facts = Facts::of_repository()?;
    let output = workspace().join(&arguments.output);
    fs::create_dir_all(&output)?;
    let wanted = |kind| arguments.kinds.is_empty() || arguments.kinds.contains(&kind);
    let mut packages = Vec::new();
    if wanted(Kind::Deb) || wanted(Kind::Rpm) {
        let program = Program::release(&facts)?;
        if wanted(Kind::Deb) {
            packages.push(deb::make(&facts, &program, Effort::Small, &output)?);
        }
        if wanted(Kind::Rpm) {
            require_installed(&["rpm"])?;
            packages.push(rpm::make(&facts, &program, Effort::Small, &output)?);
        }
    }
    if wanted(Kind::Source) {
        packages.push(source::make(&facts, &output)?);
    }
    for package in &packages {
        println!("{} ({} kB)", package.display(), fs::metadata(package)?.len().div_ceil(1000));
    }
    if arguments.lint {
        require_installed(&["lintian", "rpmlint"])?;
        no_faults(&lint::of_packages(&packages)?)?;
    }
    if arguments.is_tried {
        require_installed(&["mmdebstrap", "rpm"])?;
        for package in &packages {
            trial::of(package, &facts)?;
        }
    }
    Ok(())
}

/// The check of each change, some seconds: two packages of each kind from the program that the tests have
/// are the same bytes.
pub fn check() -> Result<()> {
    let facts = Facts::of_repository()?;
    let program = Program::of(Product::build()?.path(), &facts)?;
    require_installed(&["rpm"])?;
    let scratch = tempfile::tempdir()?;
    for make in [deb::make, rpm::make] {
        let once = |folder: &str| -> Result<PathBuf> {
            let folder = scratch.path().join(folder);
            fs::create_dir_all(&folder)?;
            make(&facts, &program, Effort::Quick, &folder)
        };
        let [one, other] = [once("one")?, once("other")?];
        let name = name(&one);
        ensure!(fs::read(&one)? == fs::read(&other)?, "{name} differs from run to run");
        println!("package: {name}, twice the same");
    }
    Ok(())
}

/// An error if there are any.
fn no_faults(faults: &[String]) -> Result<()> {
    faults.iter().for_each(|fault| println!("    {fault}"));
    ensure!(faults.is_empty(), "{} faults in packages", faults.len());
    Ok(())
}

/// The name of a file.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
