//! Whole builds of a real kernel: the source of a Debian package, a configuration, and what Kbuild
//! makes from them.
//!
//! Kept in the cache below `builds/VERSION/`: `source/`, which stays as it was unpacked, and a
//! directory for each configuration. All builds of one configuration are made at the same place
//! there, since paths get into what is built, and those that are kept are moved away when they are
//! done. A build is a directory with [`FILES`] and what is known of them.
//!
//! Where builds are compared, the C compiler is run by ccache: what it made for one build, the next takes
//! over. All else is done again in each: preprocessing for genksyms, CRCs, modpost, and linking.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::configuration::Configuration;
use crate::obtain::debian::require_installed;
use crate::obtain::kernel_tree::{COMPILER, KernelPackages, KernelTree};
use crate::obtain::kernels::Kernel;
use crate::run::cache::cache_directory;
use crate::run::measured::wait_for_all;
use crate::run::process::read;

/// What would differ from build to build or from place to place.
const FIXED: &[(&str, &str)] = &[
    ("KBUILD_BUILD_TIMESTAMP", "2026-01-01 00:00:00 UTC"),
    ("KBUILD_BUILD_USER", "nobody"),
    ("KBUILD_BUILD_HOST", "nowhere"),
    ("KBUILD_BUILD_VERSION", "1"),
];

/// Variables of ours or of a make around us that would change what is built.
const UNSET: &[&str] = &["MAKELEVEL", "KERNELVERSION", "KBUILD_SYMTYPES", "KCONFIG_ALLCONFIG"];

/// The place where builds are made.
const WORKING: &str = "working";

/// The output directory of a build.
const FILES: &str = "files";

/// What the configuration of a build was made from.
const WANTED: &str = "wanted.config";

/// What Kbuild wrote to standard output.
const LOG: &str = "LOG";

/// What it and all that it called wrote to standard error.
const MESSAGES: &str = "MESSAGES";

/// What a finished build has cost, in microseconds: processor time, wall time.
const COST: &str = "COST";

/// Whether what the C compiler makes is kept for the next build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiling {
    /// All is compiled in each build, as costs are measured.
    Anew,
    /// By ccache.
    Once,
}

/// What is built.
pub struct Subject {
    compiling: Compiling,
    /// How it is configured.
    configuration: Configuration,
    /// The packages that it is from.
    packages: KernelPackages,
    /// The source.
    source: KernelTree,
    /// Where the builds are.
    directory: PathBuf,
}

impl Subject {
    /// `kernel` as `configuration` has it, its source downloaded and unpacked.
    pub fn obtain(
        kernel: &'static Kernel,
        configuration: Configuration,
        compiling: Compiling,
    ) -> Result<Subject> {
        if compiling == Compiling::Once {
            require_installed(&["ccache"])?;
        }
        let packages = KernelPackages::obtain(kernel)?;
        let builds = cache_directory()?.join("builds").join(&packages.version);
        let source = KernelTree::source(&packages, builds.join("source"))?;
        let directory = builds.join(configuration.name());
        fs::create_dir_all(&directory)?;
        Ok(Subject { compiling, configuration, packages, source, directory })
    }

    /// `linux 6.1.192-2, small`
    pub fn title(&self) -> String {
        format!("linux {}, {}", self.packages.version, self.configuration.name())
    }

    /// The build that was kept as `name`, if there is one of this very configuration.
    pub fn kept(&self, name: &str) -> Result<Option<Build>> {
        let build = Build { directory: self.directory.join(name) };
        let wanted = self.configuration.wanted(&self.packages, &self.source)?;
        let is_same = fs::read_to_string(build.directory.join(WANTED)).is_ok_and(|it| it == wanted);
        Ok((is_same && build.directory.join(COST).is_file()).then_some(build))
    }

    /// Takes a build that was kept back to the place where it was made.
    pub fn reopen(&self, build: Build) -> Result<Work<'_>> {
        let (cpu, wall) = build.cost()?;
        let work = self.work();
        work.build.remove()?;
        fs::rename(&build.directory, &work.build.directory)?;
        Ok(Work { cpu, wall, ..work })
    }

    /// The place where builds are made.
    fn work(&self) -> Work<'_> {
        let build = Build { directory: self.directory.join(WORKING) };
        Work { subject: self, build, cpu: Duration::ZERO, wall: Duration::ZERO }
    }

    /// Begins a build: an output directory with the configuration and the kernel's own programs.
    /// What a build that was not finished has left is removed.
    pub fn begin(&self) -> Result<Work<'_>> {
        eprintln!("{}: configuring and preparing", self.title());
        let mut work = self.work();
        work.build.remove()?;
        fs::create_dir_all(work.files())?;
        work.configure()?;
        work.make(&["modules_prepare"], &[])?;
        Ok(work)
    }
}

/// A build that is being made, or that is worked with.
pub struct Work<'a> {
    /// What is built.
    subject: &'a Subject,
    /// What there is of it.
    build: Build,
    /// The processor time of all that make did.
    cpu: Duration,
    /// How long that took.
    wall: Duration,
}

impl Work<'_> {
    /// The output directory.
    pub fn files(&self) -> PathBuf {
        self.build.files()
    }

    /// Where something called `name` can be beside the output directory.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.build.directory.join(name)
    }

    /// A make that works on the external modules in `folder`, ready for its goals.
    pub fn make_modules(&self, folder: &Path) -> Result<Command> {
        let mut make = self.command()?;
        make.arg(format!("M={}", folder.display()));
        Ok(make)
    }

    /// Writes `.config`.
    fn configure(&self) -> Result<()> {
        let Subject { configuration, packages, source, .. } = self.subject;
        let wanted = self.beside(WANTED);
        fs::write(&wanted, configuration.wanted(packages, source)?)?;
        read(self.command()?.arg(configuration.goal()).env("KCONFIG_ALLCONFIG", &wanted))?;
        configuration.check(&fs::read_to_string(self.files().join(".config"))?)
    }

    /// Runs make with `words` on its command line, nothing for all that there is, and keeps what it
    /// says.
    pub fn make(&mut self, words: &[&str], variables: &[(&str, &str)]) -> Result<()> {
        let start = Instant::now();
        let style = ProgressStyle::with_template("{elapsed_precise} {pos} steps: {wide_msg}")?;
        let progress = ProgressBar::new_spinner().with_style(style);
        let messages = self.beside(MESSAGES);
        let mut child = self
            .command()?
            .args(words)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&messages)?)
            .spawn()
            .context("cannot run make")?;
        if let Some(output) = child.stdout.take() {
            let mut log = File::create(self.beside(LOG))?;
            for line in BufReader::new(output).lines() {
                let line = line?;
                writeln!(log, "{line}")?;
                progress.inc(1);
                progress.set_message(line);
            }
        }
        let (status, cpu) = wait_for_all(&child)?;
        progress.finish_and_clear();
        self.cpu += cpu;
        self.wall += start.elapsed();
        if !status.success() {
            let text = String::from_utf8_lossy(&fs::read(&messages)?).into_owned();
            let first = text.lines().find(|line| line.contains("rror")).unwrap_or_default();
            bail!("make failed: {status}: {first}; see {}", messages.display());
        }
        Ok(())
    }

    /// A make that works here, ready for its goals.
    fn command(&self) -> Result<Command> {
        let mut make = self.subject.source.make();
        make.arg(format!("O={}", self.files().display())).envs(FIXED.iter().copied());
        if self.subject.compiling == Compiling::Once {
            // The last word counts.
            make.arg(COMPILER.replace("CC=", "CC=ccache "));
            make.env("CCACHE_DIR", cache_directory()?.join("ccache"));
            make.env("CCACHE_COMPILERCHECK", "content");
        }
        UNSET.iter().for_each(|variable| {
            make.env_remove(variable);
        });
        Ok(make)
    }

    /// The processor time up to now.
    pub fn cpu(&self) -> Duration {
        self.cpu
    }

    /// Ends the build, of which nothing is kept.
    pub fn discard(self) -> Result<()> {
        self.build.remove()
    }

    /// Ends the build, which is kept as `name` in the place of another one.
    pub fn finish(self, name: &str) -> Result<Build> {
        let cost = format!("{} {}\n", self.cpu.as_micros(), self.wall.as_micros());
        fs::write(self.beside(COST), cost)?;
        let build = Build { directory: self.subject.directory.join(name) };
        build.remove()?;
        fs::rename(&self.build.directory, &build.directory)
            .with_context(|| format!("cannot keep {}", build.directory.display()))?;
        Ok(build)
    }
}

/// A directory with a build.
pub struct Build {
    /// Where it is.
    directory: PathBuf,
}

impl Build {
    /// The output directory.
    pub fn files(&self) -> PathBuf {
        self.directory.join(FILES)
    }

    /// What was written to standard error, in order of lines: what is built at the same time speaks
    /// in any order.
    pub fn messages(&self) -> Result<Vec<String>> {
        let text = fs::read(self.directory.join(MESSAGES))?;
        let text = String::from_utf8_lossy(&text);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        Ok(lines)
    }

    /// The processor time and the wall time of a finished build.
    pub fn cost(&self) -> Result<(Duration, Duration)> {
        let text = fs::read_to_string(self.directory.join(COST))?;
        let mut numbers = text.split_whitespace().map(str::parse::<u64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(cpu)), Some(Ok(wall))) => {
                Ok((Duration::from_micros(cpu), Duration::from_micros(wall)))
            }
            _ => bail!("{}: odd {COST}", self.directory.display()),
        }
    }

    /// Removes it, if it is there.
    pub fn remove(&self) -> Result<()> {
        remove_directory(&self.directory)
    }
}

/// Removes a directory with all that is in it, if there is one.
fn remove_directory(place: &Path) -> Result<()> {
    if place.exists() {
        fs::remove_dir_all(place).with_context(|| format!("cannot remove {}", place.display()))?;
    }
    Ok(())
}
