//! `modversions types TREE`: the types and CRCs of a configured kernel tree, without compiling it.

mod build_tree;
mod candidates;
mod changes;
mod making;
mod reads;
mod report;
mod shell;
mod units;
mod worker;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use self::build_tree::BuildTree;
use self::candidates::Exporting;
use self::changes::Changes;
use self::making::{Made, Making};
use self::reads::Entry;
use self::report::Report;
use self::units::Unit;
use self::worker::{Export, Wanted, Way};
use super::exit::{Exit, Failure, Result};
use super::files::write_whole;
use super::folder::Folder;
use super::resources::Resources;
use super::symtypes;
use super::talk::Talk;
use super::tree_release::Facts;
use super::{Environment, Io};
use crate::formats::abi_record::UNKNOWN_MODEL;
use crate::formats::symvers::{self, Record};
use crate::genksyms::Options;
use crate::inputs::progress::Progress;
use crate::layout::data_model::DATA_MODELS;
use crate::release::{Behaviour, CrcLine, KernelRelease};

/// Compute the types and CRCs of all exports of a kernel tree, without compiling it
///
/// TREE is a configured kernel source tree, or a build directory (O=) of one.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A configured kernel source tree, or a directory that one is built in
    #[arg(value_name = "TREE")]
    tree: PathBuf,
    /// Variables for make: O=, ARCH=, CROSS_COMPILE=, CC=, LLVM=
    #[arg(value_name = "VARIABLE=VALUE")]
    variables: Vec<OsString>,
    /// Where to write the .symtypes files and Module.symvers: must not exist, or be empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The architecture: the same as ARCH=NAME
    #[arg(long, value_name = "NAME")]
    arch: Option<OsString>,
    /// Only these files, or those below these directories, as in TREE: lib/sort.c, net/core
    #[arg(long, value_name = "PATH", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Only files for which something is read that differs from this revision of git
    #[arg(long, value_name = "REV")]
    changed: Option<OsString>,
    /// The output of an earlier run: what no change can touch is taken from there
    #[arg(long, value_name = "DIR", requires = "changed")]
    since: Option<PathBuf>,
    /// Write all .symtypes files as one, too, as `symtypes consolidate` does
    #[arg(long, value_name = "FILE")]
    consolidated: Option<PathBuf>,
    /// Write records, too: .abi files, with file and line of each type
    #[arg(long)]
    abi: bool,
    /// Preprocess every file, also those that cannot export anything
    #[arg(long)]
    every_file: bool,
    /// Keep in FILE what make says in its dry run, or take it from there if it exists
    #[arg(long, value_name = "FILE")]
    dry_run: Option<PathBuf>,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

/// How much of the memory for contents all threads together keep of what they have scanned.
const KEPT: usize = 768 << 20;

impl Arguments {
    /// Makes the types: [`Exit::Found`] if some could not be.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let report = Progress::during(environment.progress, "looking at the tree", |progress| {
            self.types(environment, progress)
        })?;
        io.show(&report.page())?;
        Ok(Exit::found(report.lacks_something()))
    }

    fn types(&self, environment: &Environment, progress: &Progress) -> Result<Report> {
        let tree = BuildTree::at(&self.tree, &self.variables()?)?;
        let folder = Folder::for_path(&self.output)?;
        let changes = self.changed.as_ref().map(|revision| Changes::since(&self.tree, revision));
        let changes = changes.transpose()?;
        let earlier = self.since.as_ref().map(|since| reads::of_folder(since)).transpose()?;
        if !tree.is_prepared() {
            progress.begin("make prepare");
            tree.prepare()?;
        }
        progress.begin("asking make how files are compiled");
        let (printed, complaints) = self.dry_run(&tree)?;
        let mut units = units::of_dry_run(&printed);
        drop(printed);
        if units.is_empty() {
            return Err(Failure::of(&self.tree, "make would compile nothing of a kernel"));
        }
        let mut report = Report {
            complaints,
            files: units.iter().filter(|unit| unit.script.is_none()).count(),
            ..Report::default()
        };
        units.retain(|unit| self.wants(unit));

        progress.begin("looking for exports");
        let wanted = self.wanted(&tree, environment);
        let making = Making { tree: &tree, wanted: &wanted, folder: &folder, progress };
        let is_missing = |unit: &Unit| !tree.place(&unit.source).exists();
        let (generated, units): (Vec<Unit>, Vec<Unit>) = units.into_iter().partition(is_missing);
        let mut units = self.exporting(&tree, units);
        let mut entries: Vec<Entry> = Vec::new();
        if let (Some(changes), Some(earlier)) = (&changes, earlier) {
            let objects: BTreeSet<&[u8]> = units.iter().map(|unit| &*unit.object).collect();
            let is_same =
                |entry: &Entry| !changes.touch(&entry.read) && objects.contains(&*entry.object);
            entries = earlier.into_iter().filter(is_same).collect();
            let known: BTreeSet<&[u8]> = entries.iter().map(|entry| &*entry.object).collect();
            units.retain(|unit| !known.contains(&*unit.object));
            report.taken_over = entries.len();
        }

        progress.begin("preprocessing");
        let mut made = making.all(&units)?;
        let lacking = Making::lacking(&units, &made);
        if !generated.is_empty() || !lacking.is_empty() {
            progress.begin("making generated files");
            let files: Vec<&Unit> =
                generated.iter().chain(lacking.iter().map(|at| &units[*at])).collect();
            report.generated = files.len();
            tree.make_objects(&files)?;
            let (still, there): (Vec<Unit>, Vec<Unit>) =
                generated.into_iter().partition(is_missing);
            report.not_generated = still.into_iter().map(|unit| unit.source).collect();
            let again: Vec<Unit> = lacking.iter().map(|at| units[*at].clone()).collect();
            for (at, anew) in lacking.iter().zip(making.all(&again)?) {
                made[*at] = anew;
            }
            let there = self.exporting(&tree, there);
            made.extend(making.all(&there)?);
            units.extend(there);
        }

        for (unit, made) in units.iter().zip(made) {
            match made {
                Made::Nothing => {}
                Made::Failed(why) => report.failed.push((unit.source.clone(), why)),
                Made::Types(made) => {
                    // One that an earlier run has, too, is touched by the change.
                    let is_wanted = self.since.is_some()
                        || changes.as_ref().is_none_or(|changes| changes.touch(&made.read));
                    if !is_wanted {
                        folder.remove(&made.file)?;
                        continue;
                    }
                    match made.way {
                        Way::Here => {}
                        Way::Compiler(reason) => report.left.push(reason),
                        Way::Assembler => report.assembler += 1,
                    }
                    let undeclared = made.exports.iter().filter(|export| export.crc == 0);
                    let undeclared = undeclared.map(|it| (unit.source.clone(), it.symbol.clone()));
                    report.undeclared.extend(undeclared);
                    let lines = lines(unit, &made.exports);
                    entries.push(Entry { object: unit.object.clone(), read: made.read, lines });
                    report.made += 1;
                }
            }
        }
        if let Some(since) = &self.since {
            for entry in &entries[..report.taken_over] {
                folder.take_over(since, &units::file_name(&entry.object, "symtypes"))?;
            }
        }
        entries.sort_by(|one, other| one.object.cmp(&other.object));
        report.exports = write_lists(&entries, &folder)?;
        folder.finish()?;
        if let Some(path) = &self.consolidated {
            progress.begin("merging types");
            let text = symtypes::consolidated(&self.output, self.resources.limits())?;
            write_whole(path, &text).map_err(|error| Failure::of(path, &error.0))?;
        }
        Ok(report)
    }

    /// What make is told.
    fn variables(&self) -> Result<Vec<OsString>> {
        let mut variables = self.variables.clone();
        if let Some(arch) = &self.arch {
            let mut word = OsString::from("ARCH=");
            word.push(arch);
            variables.push(word);
        }
        match variables.iter().find(|word| !word.as_bytes().contains(&b'=')) {
            Some(stray) => {
                Err(Failure::of(Path::new(stray), "not a variable for make, such as ARCH=arm64"))
            }
            None => Ok(variables),
        }
    }

    /// What make says in its dry run: kept, or asked now.
    fn dry_run(&self, tree: &BuildTree) -> Result<(Vec<u8>, Vec<String>)> {
        if let Some(path) = self.dry_run.as_ref().filter(|path| path.exists()) {
            return Ok((fs::read(path).map_err(Failure::from_io(path))?, Vec::new()));
        }
        let (printed, complaints) = tree.dry_run()?;
        if let Some(path) = &self.dry_run {
            write_whole(path, &printed).map_err(|error| Failure::of(path, &error.0))?;
        }
        Ok((printed, complaints))
    }

    /// Whether `--files` names this file, or a directory above it.
    fn wants(&self, unit: &Unit) -> bool {
        let object = Path::new(OsStr::from_bytes(&unit.object));
        let source = Path::new(OsStr::from_bytes(&unit.source));
        let names = |path: &PathBuf| {
            let path = path.strip_prefix("./").unwrap_or(path);
            source.starts_with(path)
                || object.starts_with(path)
                || (source.ends_with(path) && path.components().count() > 1)
                || object == path.with_extension("")
        };
        self.files.is_empty() || self.files.iter().any(names)
    }

    /// Those of the files that can export something.
    fn exporting(&self, tree: &BuildTree, mut units: Vec<Unit>) -> Vec<Unit> {
        if !self.every_file && !units.is_empty() {
            let exporting = Exporting::of(&tree.objects, &units);
            let mut may = exporting.may_export(&tree.objects, &units).into_iter();
            units.retain(|_| may.next().unwrap_or(true));
        }
        units
    }

    /// What is wanted of each file.
    fn wanted(&self, tree: &BuildTree, environment: &Environment) -> Wanted {
        let release = Facts::of(&tree.objects).release().unwrap_or(KernelRelease::NEWEST_KNOWN);
        let mut release = Behaviour::at(release).genksyms;
        // The form that is read here; no result is in it.
        release.crc_line = CrcLine::SymverComment;
        let machine = environment.machine.as_deref().unwrap_or_default();
        let model = DATA_MODELS.iter().find(|model| *model.uts_machine == *machine);
        let model = model.map_or(UNKNOWN_MODEL, |model| model.name);
        let record = self.abi.then_some(model);
        let options = Options { dump_types: true, record, ..Options::default() };
        Wanted { release, options, kept: KEPT / rayon::current_num_threads() }
    }
}

/// The lines of a file's exports in `Module.symvers`.
fn lines(unit: &Unit, exports: &[Export]) -> Vec<u8> {
    let line = |export: &Export| {
        let (symbol, namespace) = (&*export.symbol, &*export.namespace);
        let (crc, export, module) = (export.crc, export.kind, &*unit.module);
        symvers::line(&Record { crc, symbol, module, export, namespace })
    };
    exports.iter().flat_map(line).collect()
}

/// Writes `Module.symvers` and the record of what was read; how many exports there are.
fn write_lists(entries: &[Entry], folder: &Folder) -> Result<usize> {
    let mut symvers = Vec::new();
    let mut known: BTreeSet<&[u8]> = BTreeSet::new();
    for line in entries.iter().flat_map(|entry| entry.lines.split_inclusive(|byte| *byte == b'\n'))
    {
        // Some files are compiled for several modules: the first counts, as for modpost.
        if known.insert(line.split(|byte| *byte == b'\t').nth(1).unwrap_or(line)) {
            symvers.extend_from_slice(line);
        }
    }
    folder.write(Path::new("Module.symvers"), &symvers)?;
    folder.write(Path::new(reads::NAME), &reads::written(entries))?;
    Ok(known.len())
}
