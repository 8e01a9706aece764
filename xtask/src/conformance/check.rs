//! `cargo xtask conformance check`: the kernel's own loader and our prediction of it.
//!
//! Debian's packaged kernel is booted in QEMU and loads modules one by one: its own ones, with what
//! they need, and some that were changed, each in one fact. What it answers and logs must be what
//! was predicted from the files.
//!
//! A module that was let in may still give up by itself, mostly for want of hardware. `initcall_debug`
//! tells: the kernel has come to the module's own code. Such a module counts as loaded.

mod changes;
pub mod judge;
mod own;
pub mod packages;
mod patch;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use modversions::check::{Candidate, Kernel as KernelFacts, Loader};
use modversions::inputs::kernel::read as read_kernel;
use modversions::inputs::limits::Limits;
use modversions::module::Module;

use self::judge::{Judged, judge};
use super::modpost::Extent;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::machine::{Ended, FileInside, Machine};
use crate::obtain::module_set::ModuleSet;
use crate::obtain::or_skip;

/// A module to load, after all that it needs.
pub struct Case {
    /// What was changed, in a word; `own` if nothing was.
    pub change: &'static str,
    /// The module: `drivers/net/tun`.
    pub module: String,
    /// Its file.
    pub bytes: Vec<u8>,
    /// The modules to load before: those that it needs, and of a duplicate its double.
    pub before: Vec<Vec<u8>>,
    /// Whether what the kernel does cannot be known from the files.
    pub is_unknowable: bool,
}

/// One step of the machine.
enum Step {
    /// The case's module, or one before it.
    Insert {
        /// The number of the file.
        file: usize,
        /// The case that it decides; none for what comes before.
        case: Option<usize>,
    },
    /// Takes a module out, by name.
    Remove(Vec<u8>),
}

/// Compares on one kernel; the number of wrong predictions, none if it had to be skipped.
pub fn compare_kernel(kernel: &'static Kernel, extent: Extent) -> Result<Option<usize>> {
    let Some(machine) = Machine::obtain()? else { return Ok(None) };
    let found = DebianKernel::newest(kernel).and_then(|packages| {
        let (vmlinuz, release) = packages.vmlinuz()?;
        Ok((packages.headers()?, vmlinuz, release))
    });
    let Some((headers, vmlinuz, release)) = or_skip(found, "Debian's kernel and its headers")?
    else {
        return Ok(None);
    };
    let Some(set) = ModuleSet::obtain(kernel)? else { return Ok(None) };
    let read = |path: PathBuf| read_kernel(&[path], None, Limits::default());
    let mut facts = read(headers)?.kernel;
    let image = read(vmlinuz.clone())?.kernel;
    let mut wrong = same_kernel(&facts, &image);
    let modules = own::Own::read(&set)?;
    facts.struct_size = modules.struct_size();
    let mut cases = modules.cases(extent);
    cases.extend(changes::cases(&modules, &facts, extent)?);
    eprintln!("booting linux {release} with {} modules to load", cases.len());
    let start = Instant::now();
    let (files, steps) = plan(&cases);
    let inside: Vec<FileInside> = files
        .iter()
        .enumerate()
        .map(|(number, bytes)| FileInside { path: format!("{number}.ko"), content: bytes.to_vec() })
        .collect();
    let commands: Vec<String> = steps.iter().map(Step::command).collect();
    let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
    let ended = machine.run(&vmlinuz, &inside, &commands)?;
    println!("Linux {release} (Debian's {}) in QEMU:", set.version);
    wrong += walk(&facts, &cases, &files, &steps, &ended);
    println!("  {:.0} s\n", start.elapsed().as_secs_f64());
    Ok(Some(wrong))
}

/// Whether what the headers say of the kernel is what the kernel itself says. The number of
/// differences.
fn same_kernel(headers: &KernelFacts, image: &KernelFacts) -> usize {
    let mut wrong = 0;
    let mut compare = |what: &str, is_same: bool| {
        if !is_same {
            println!("  WRONG    the headers and the kernel itself: {what}");
            wrong += 1;
        }
    };
    compare("release", headers.release == image.release);
    compare("vermagic", headers.vermagic == image.vermagic);
    compare("machine", headers.machine == image.machine);
    compare("profile", headers.profile == image.profile);
    let of_kernel = headers.exports.iter().filter(|(_, export)| export.is_kernels());
    compare(
        "exports",
        of_kernel.clone().all(|(name, export)| image.exports.get(name) == Some(export)),
    );
    compare("number of exports", of_kernel.count() == image.exports.len());
    wrong
}

/// All files, each once, and the steps.
fn plan(cases: &[Case]) -> (Vec<&[u8]>, Vec<Step>) {
    let mut numbers: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut files: Vec<&[u8]> = Vec::new();
    let mut steps = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let last = case.before.len();
        let mut names = Vec::new();
        for (place, bytes) in case.before.iter().chain([&case.bytes]).enumerate() {
            let file = *numbers.entry(bytes).or_insert_with(|| {
                files.push(bytes);
                files.len() - 1
            });
            steps.push(Step::Insert { file, case: (place == last).then_some(number) });
            names.extend(module_name(bytes));
        }
        steps.extend(names.into_iter().rev().map(Step::Remove));
    }
    (files, steps)
}

/// The name of the module in `bytes`.
fn module_name(bytes: &[u8]) -> Option<Vec<u8>> {
    let module = Module::read(bytes).ok()?;
    module.values(b"name").next().map(<[u8]>::to_owned)
}

impl Step {
    fn command(&self) -> String {
        match self {
            Step::Insert { file, .. } => format!("insmod {file}.ko"),
            Step::Remove(name) => format!("rmmod {}", String::from_utf8_lossy(name)),
        }
    }
}

/// Goes through all steps, and compares. What the kernel let in and dropped by itself is not there
/// for what follows, and what could not be taken out stays; so predictions are made on the way.
fn walk(
    kernel: &KernelFacts,
    cases: &[Case],
    files: &[&[u8]],
    steps: &[Step],
    ended: &[Ended],
) -> usize {
    let read = |(number, bytes): (usize, &&[u8])| {
        Candidate::read(kernel, format!("{number}.ko").as_bytes(), bytes)
    };
    let candidates: Vec<Candidate> = files.iter().enumerate().map(read).collect();
    let mut loader = Loader::new(kernel, &candidates);
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut wrong = 0;
    for (step, ended) in steps.iter().zip(ended) {
        match step {
            Step::Remove(name) if ended.status == 0 => loader.unload(name),
            Step::Remove(_) => {}
            Step::Insert { file, case } => {
                let candidate = &candidates[*file];
                let outcome = loader.load(candidate);
                let judged = judge(candidate, &outcome, ended);
                let case = case.map(|number| &cases[number]);
                let change = case.map_or("before", |case| case.change);
                let count = counts.entry(change).or_default();
                count.add(&judged);
                if judged.is_dropped {
                    loader.unload(&candidate.name);
                }
                let is_unknowable = case.is_some_and(|case| case.is_unknowable);
                if is_unknowable && !judged.wrong.is_empty() {
                    count.unknowable += 1;
                    if !judged.is_let_in {
                        loader.unload(&candidate.name);
                    }
                } else if !judged.wrong.is_empty() {
                    wrong += 1;
                    let module = case.map_or("", |case| &case.module);
                    println!("  WRONG    {change}: {module} ({file}.ko)");
                    judged.wrong.iter().for_each(|line| println!("             {line}"));
                }
            }
        }
    }
    print_counts(&counts);
    wrong
}

/// How the modules of one kind ended.
#[derive(Default)]
struct Counts {
    loaded: usize,
    gave_up: usize,
    refused: usize,
    unknowable: usize,
}

impl Counts {
    fn add(&mut self, judged: &Judged) {
        if !judged.is_let_in {
            self.refused += 1;
        } else if judged.is_dropped {
            self.gave_up += 1;
        } else {
            self.loaded += 1;
        }
    }
}

fn print_counts(counts: &BTreeMap<&str, Counts>) {
    let mut all = Counts::default();
    println!("  {:<24} {:>6} {:>8} {:>8} {:>11}", "", "loaded", "gave up", "refused", "unknowable");
    for (change, Counts { loaded, gave_up, refused, unknowable }) in counts {
        println!("  {change:<24} {loaded:>6} {gave_up:>8} {refused:>8} {unknowable:>11}");
        all.loaded += loaded;
        all.gave_up += gave_up;
        all.refused += refused;
        all.unknowable += unknowable;
    }
    let Counts { loaded, gave_up, refused, unknowable } = all;
    println!("  {:<24} {loaded:>6} {gave_up:>8} {refused:>8} {unknowable:>11}", "all");
}
