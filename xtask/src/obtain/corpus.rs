//! The corpus: every C file of a Debian kernel that may export something, preprocessed by Kbuild
//! exactly as for genksyms.
//!
//! Kept in the cache as `corpus/VERSION/PATH.i.zst`. To make it, a small script stands at
//! `scripts/genksyms/genksyms` of the kernel tree and hands its input to `cargo xtask capture`.
//! Files that are there already are not made again, so an interrupted capture can go on.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};

use crate::obtain::kernel_tree::{KernelPackages, KernelTree, Source, Wanted};
use crate::obtain::or_skip;
use crate::run::cache::cache_directory;

/// Targets in one `make`: a command line that is not too long, and little work lost on a stop.
const BATCH: usize = 300;

/// The list of sources in a corpus directory, one `PATH TARGET` a line.
const SOURCES: &str = "SOURCES";

/// The list of sources that never reached genksyms, one `PATH` a line.
const SILENT: &str = "SILENT";

/// What Kbuild said on standard error during the last capture.
const LOG: &str = "LOG";

/// Preprocessed files of one kernel.
pub struct Corpus {
    /// The packages it was made from.
    pub packages: KernelPackages,
    /// The files, sorted by path.
    pub files: Vec<CorpusFile>,
}

/// One preprocessed file.
#[derive(Clone)]
pub struct CorpusFile {
    /// Its C file in the kernel tree: `lib/bitmap.c`.
    pub path: String,
    /// Where it is kept, compressed.
    stored: PathBuf,
}

impl CorpusFile {
    /// Writes the preprocessed text to `target`, without holding it in memory. Its size.
    pub fn unpack(&self, target: &mut fs::File) -> Result<u64> {
        zstd::stream::copy_decode(fs::File::open(&self.stored)?, &mut *target)
            .with_context(|| format!("cannot unpack {}", self.stored.display()))?;
        Ok(target.metadata()?.len())
    }

    /// The preprocessed text.
    pub fn read(&self) -> Result<Vec<u8>> {
        zstd::stream::decode_all(fs::File::open(&self.stored)?)
            .with_context(|| format!("cannot unpack {}", self.stored.display()))
    }
}

impl Corpus {
    /// Every `every`th file of the kernel that is `wanted`, captured now where missing. None, said
    /// on stderr, when the packages cannot be had; with `CI=true` that is an error.
    pub fn obtain(wanted: impl Into<Wanted>, every: usize) -> Result<Option<Corpus>> {
        let packages = or_skip(KernelPackages::obtain(wanted), "Debian's kernel packages")?;
        packages.map(|packages| Corpus::capture(packages, every)).transpose()
    }

    /// The list of sources, and the files of the sample.
    fn capture(packages: KernelPackages, every: usize) -> Result<Corpus> {
        let directory = cache_directory()?.join("corpus").join(&packages.version);
        fs::create_dir_all(&directory)?;
        let sources = listed_sources(&directory, &packages)?;
        let sample: Vec<Source> = sources.into_iter().step_by(every.max(1)).collect();
        let missing = missing_sources(&directory, &sample);
        if !missing.is_empty() {
            let tree = KernelTree::prepared(&packages)?;
            capture_sources(&tree, &directory, missing)?;
        }
        let files = sample
            .iter()
            .map(|source| CorpusFile {
                path: format!("{}.c", source.path),
                stored: stored_path(&directory, &source.path),
            })
            .filter(|file| file.stored.is_file())
            .collect();
        Ok(Corpus { packages, files })
    }
}

/// The arguments of `cargo xtask corpus`.
#[derive(clap::Parser)]
struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    /// Only every Nth file of the sorted list.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
}

/// `cargo xtask corpus`: makes the corpus, or completes it.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("corpus", arguments);
    if let Some(corpus) = Corpus::obtain(arguments.wanted, arguments.every)? {
        println!("{} files of linux {}", corpus.files.len(), corpus.packages.version);
    }
    Ok(())
}

/// `cargo xtask capture DIRECTORY ARGUMENTS..`: what the stand-in calls in genksyms' place. Keeps
/// standard input under the name that `-T NAME.symtypes` gives.
pub fn run_stand_in(arguments: &[String]) -> Result<()> {
    let [directory, arguments @ ..] = arguments else {
        return Err(anyhow!("capture is called by Kbuild, through the stand-in"));
    };
    let name = arguments
        .iter()
        .skip_while(|argument| *argument != "-T")
        .nth(1)
        .and_then(|name| name.strip_suffix(".symtypes"))
        .context("no -T NAME.symtypes")?;
    let name = crate::obtain::kernel_tree::normalized(name).context("-T names a file elsewhere")?;
    let target = stored_path(Path::new(directory), &name);
    let parent = target.parent().context("a stored file has a directory")?;
    fs::create_dir_all(parent)?;
    let mut unfinished = tempfile::NamedTempFile::new_in(parent)?;
    zstd::stream::copy_encode(io::stdin().lock(), &mut unfinished, 1)?;
    unfinished.persist(target)?;
    Ok(())
}

/// Where the file of the source `path` is kept.
fn stored_path(directory: &Path, path: &str) -> PathBuf {
    directory.join(format!("{path}.i.zst"))
}

/// The list of sources: as kept, else asked from Kbuild.
fn listed_sources(directory: &Path, packages: &KernelPackages) -> Result<Vec<Source>> {
    let list = directory.join(SOURCES);
    if !list.is_file() {
        let sources = KernelTree::prepared(packages)?.exporting_sources()?;
        let lines = sources.iter().map(|source| format!("{} {}\n", source.path, source.target));
        let unfinished = directory.join("SOURCES.new");
        fs::write(&unfinished, lines.collect::<String>())?;
        fs::rename(unfinished, &list)?;
    }
    let text = fs::read_to_string(&list)?;
    let parse = |line: &str| {
        let (path, target) = line.split_once(' ')?;
        Some(Source { path: path.to_string(), target: target.to_string() })
    };
    text.lines()
        .map(|line| parse(line).ok_or_else(|| anyhow!("{}: odd line {line:?}", list.display())))
        .collect()
}

/// Those of `sample` that are neither kept nor known never to reach genksyms.
fn missing_sources(directory: &Path, sample: &[Source]) -> Vec<Source> {
    let silent = fs::read_to_string(directory.join(SILENT)).unwrap_or_default();
    let silent: BTreeSet<&str> = silent.lines().collect();
    sample
        .iter()
        .filter(|source| !silent.contains(source.path.as_str()))
        .filter(|source| !stored_path(directory, &source.path).is_file())
        .cloned()
        .collect()
}

/// Makes the files of `sources`. Those that Kbuild cannot preprocess alone, because a header they
/// include is generated for their object, are tried once more by making that object; those that
/// are still missing then are noted as silent.
fn capture_sources(tree: &KernelTree, directory: &Path, sources: Vec<Source>) -> Result<()> {
    install_stand_in(tree, directory)?;
    let style = ProgressStyle::with_template("preprocessing {wide_bar} {pos}/{len} ({eta})")?;
    let progress = ProgressBar::new(sources.len() as u64).with_style(style);
    let log = fs::File::create(directory.join(LOG))?;
    // The rule for .symtypes ignores a failing preprocessor: bash is told not to.
    let heed_failures = ["SHELL=/bin/bash", ".SHELLFLAGS=-o pipefail -c"];
    for batch in sources.chunks(BATCH) {
        make_targets(tree.make().args(heed_failures), batch, "symtypes", &log, &progress)?;
    }
    discard_failed(directory)?;
    for batch in missing_sources(directory, &sources).chunks(BATCH) {
        make_targets(&mut tree.make(), batch, "o", &log, &progress)?;
    }
    progress.finish_and_clear();
    let silent = missing_sources(directory, &sources);
    if !silent.is_empty() {
        eprintln!(
            "{} files do not reach genksyms; see LOG in {}",
            silent.len(),
            directory.display()
        );
    }
    let mut noted = fs::read_to_string(directory.join(SILENT)).unwrap_or_default();
    noted.extend(silent.iter().map(|source| format!("{}\n", source.path)));
    fs::write(directory.join(SILENT), noted)?;
    Ok(())
}

/// Puts the script in genksyms' place. It is newer than what it would be built from, so Kbuild
/// leaves it there.
fn install_stand_in(tree: &KernelTree, directory: &Path) -> Result<()> {
    let xtask = env::current_exe()?;
    let script =
        format!("#!/bin/sh\nexec '{}' capture '{}' \"$@\"\n", xtask.display(), directory.display());
    let place = tree.root.join("scripts/genksyms/genksyms");
    let unfinished = tree.root.join("scripts/genksyms/genksyms.new");
    fs::write(&unfinished, script)?;
    fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o755))?;
    fs::rename(&unfinished, &place)
        .with_context(|| format!("cannot put the stand-in at {}", place.display()))
}

/// Removes what was kept from preprocessors that failed: cut off where they did.
fn discard_failed(directory: &Path) -> Result<()> {
    let log = fs::read(directory.join(LOG))?;
    for line in String::from_utf8_lossy(&log).lines().filter(|line| line.contains("***")) {
        // `make[3]: *** [scripts/Makefile.build:138: lib/crc32.symtypes] Error 1`
        let failed = line
            .split_once(".symtypes] Error")
            .and_then(|(before, _)| before.rsplit(' ').next())
            .and_then(crate::obtain::kernel_tree::normalized);
        if let Some(path) = failed
            && let Err(error) = fs::remove_file(stored_path(directory, &path))
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error).context(format!("cannot remove {path}"));
        }
    }
    Ok(())
}

/// One `make -k` of the sources' targets with this suffix. That some fail is no error here.
fn make_targets(
    make: &mut Command,
    sources: &[Source],
    suffix: &str,
    log: &fs::File,
    progress: &ProgressBar,
) -> Result<()> {
    let mut child = make
        .arg("-k")
        // The object rule passes -T only by this.
        .env("KBUILD_SYMTYPES", "1")
        .args(sources.iter().map(|source| format!("{}.{suffix}", source.target)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.try_clone()?)
        .spawn()
        .context("cannot run make")?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            if line?.starts_with("  SYM") {
                progress.inc(1);
            }
        }
    }
    child.wait()?;
    Ok(())
}
