//! `cargo xtask fuzz check`: broken modules and kernels, read, checked and shown. Nothing is compared:
//! each must end by itself, soon, and without a panic.
//!
//! The inputs are the texts of `testdata/fuzz/check` as objects, with a few changes. What is done for
//! an input follows from the seed of the run and the input's number.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use fastrand::Rng;
use modversions::check::{
    Candidate, Format, Kernel, Report, Signatures, check, show_module, show_vmlinux, write,
};
use modversions::elf::RawElf;
use modversions::kernel::{Config, Exports};
use modversions::module::{Module, Vmlinux};
use modversions::release::{Behaviour, KernelRelease};
use testkit::elf_text::assemble;
use testkit::files::names_in;

use super::modpost::{mutate_bytes, mutate_elf};
use super::{Plan, mixed};
use crate::run::product::workspace;

/// Where the texts are.
const SEEDS: &str = "testdata/fuzz/check";

/// How many inputs `cargo xtask test` tries.
pub const SHORT: u64 = 20_000;

/// How long one input may take; all of them are small.
const LIMIT: Duration = Duration::from_secs(1);

/// The releases that the modules are checked for, one after another.
const RELEASES: &[KernelRelease] = &[
    KernelRelease::new(4, 9, 0),
    KernelRelease::new(6, 1, 0),
    KernelRelease::new(6, 12, 0),
    KernelRelease::NEWEST_KNOWN,
];

/// What the kernels export.
const SYMVERS: &[u8] = b"0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL_GPL\tPUMP\n";

/// How they are configured.
const CONFIG: &[u8] = b"CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\n\
    CONFIG_MODVERSIONS=y\nCONFIG_MODULE_SIG=y\nCONFIG_MODULE_FORCE_LOAD=y\n";

/// Runs; the number of inputs that failed.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let seeds = seeds()?;
    let kernels: Vec<Kernel> =
        RELEASES.iter().map(|release| kernel(*release)).collect::<Result<_>>()?;
    let (start, limit) = (Instant::now(), Duration::from_secs(plan.seconds));
    eprintln!("seed {}", plan.seed);
    let mut failures = 0;
    let mut inputs = 0;
    let numbers = match plan.only {
        Some(number) => number..number + 1,
        None => 0..plan.inputs,
    };
    for number in numbers {
        if start.elapsed() > limit || failures >= plan.differences {
            break;
        }
        inputs += 1;
        let (name, bytes, changes) = input(&seeds, mixed(plan.seed ^ mixed(number)));
        if let Err(what) = tried(&kernels, &bytes) {
            failures += 1;
            let place = workspace().join(format!("target/fuzz/check-{}-{number}", plan.seed));
            fs::create_dir_all(place.parent().context("it is below target")?)?;
            fs::write(&place, &bytes)?;
            println!("{what}: {name}, {} ({})", changes.join(", "), place.display());
            println!("  cargo xtask fuzz check --seed {} --input {number}", plan.seed);
        }
    }
    println!("{inputs} inputs, {failures} failures");
    Ok(Some(failures))
}

/// The objects that inputs are made of, with their names.
fn seeds() -> Result<Vec<(String, Vec<u8>)>> {
    let folder = workspace().join(SEEDS);
    let seed = |name: String| {
        let text = fs::read_to_string(folder.join(&name))?;
        let bytes = assemble(&text).map_err(|error| anyhow!("{name}: {error}"))?;
        Ok((name, bytes))
    };
    names_in(&folder).into_iter().map(seed).collect()
}

/// A kernel of a release.
fn kernel(release: KernelRelease) -> Result<Kernel> {
    let config = Config::read(CONFIG);
    let exports = Exports::read(&SYMVERS.into()).map_err(|error| anyhow!("{error:?}"))?;
    let name = release.to_string().into_bytes();
    let load = Behaviour::at(release).load;
    Ok(Kernel {
        title: b"kernel".to_vec(),
        vermagic: config.vermagic(&name, load.preemption),
        release: Some(name),
        machine: config.machine(),
        config,
        struct_size: Some(64),
        exports,
        signatures: Signatures::NotEnforced,
        profile: None,
        load,
    })
}

/// The input of a number: the seed's name, the bytes, and a line for each change.
fn input(seeds: &[(String, Vec<u8>)], number: u64) -> (&str, Vec<u8>, Vec<String>) {
    let mut rng = Rng::with_seed(number);
    let (name, bytes) = &seeds[rng.usize(..seeds.len())];
    let mut bytes = bytes.clone();
    let mut changes = Vec::new();
    for _ in 0..rng.u32(1..=4) {
        let target = RawElf::stated_target(&bytes);
        let change = match (rng.u32(..4), target) {
            (0, Some(target)) => mutate_elf::field(&mut bytes, target, &mut rng),
            (1, Some(target)) => mutate_elf::data(&mut bytes, target, &mut rng),
            (2, Some(target)) => mutate_elf::name(&mut bytes, target, &mut rng),
            _ => mutate_bytes::bytes(&mut bytes, &mut rng),
        };
        changes.extend(change);
    }
    (name, bytes, changes)
}

/// Does all that can be done with a file. What went wrong, if anything did.
fn tried(kernels: &[Kernel], bytes: &[u8]) -> Result<(), &'static str> {
    let start = Instant::now();
    let all = AssertUnwindSafe(|| {
        for kernel in kernels {
            let candidates = [
                Candidate::read(kernel, b"one.ko", bytes),
                Candidate::read(kernel, b"two.ko", bytes),
            ];
            let checked = check(kernel, &candidates);
            let report = Report { kernel, candidates: &candidates, checked: &checked, types: &[] };
            write(Format::Text, &report);
            write(Format::Json, &report);
        }
        if let Ok(module) = Module::read(bytes) {
            show_module(Format::Text, b"one.ko", &module);
        }
        if let Ok(kernel) = Vmlinux::read(bytes) {
            show_vmlinux(Format::Json, b"vmlinux", &kernel);
        }
    });
    catch_unwind(all).map_err(|_| "a panic")?;
    if start.elapsed() > LIMIT { Err("it took too long") } else { Ok(()) }
}
