//! `cargo xtask fuzz layout`: random types, laid out by ours and by GCC, natively and by Debian's
//! cross compilers. Nothing is run: what GCC says is read from the object that it writes.
//!
//! The types of a unit follow from the seed of the run and the unit's number.

mod compile;
mod generate;

use std::time::{Duration, Instant};

use anyhow::Result;
use fastrand::Rng;
use modversions::layout::data_model::{
    ARM, ARM64, DataModel, I386, PPC64LE, RISCV64, S390X, X86_64,
};
use modversions::layout::{Engine, Layout, Member};

use super::{Plan, mixed};
use crate::obtain::debian::require_installed;
use crate::obtain::or_skip;
use compile::Compiled;
use generate::Unit;

/// A machine that there is a compiler for.
pub struct Machine {
    model: &'static DataModel,
    /// What its compiler's package and program are named by.
    triplet: &'static str,
    /// How many units `cargo xtask test` compares.
    short: u64,
}

/// The machines: one for each data model.
const MACHINES: &[Machine] = &[
    Machine { model: &X86_64, triplet: "x86_64-linux-gnu", short: 120 },
    Machine { model: &ARM64, triplet: "aarch64-linux-gnu", short: 30 },
    Machine { model: &S390X, triplet: "s390x-linux-gnu", short: 30 },
    Machine { model: &I386, triplet: "i686-linux-gnu", short: 30 },
    Machine { model: &ARM, triplet: "arm-linux-gnueabihf", short: 30 },
    Machine { model: &RISCV64, triplet: "riscv64-linux-gnu", short: 0 },
    Machine { model: &PPC64LE, triplet: "powerpc64le-linux-gnu", short: 0 },
];

/// What has been compared so far.
#[derive(Default)]
struct Counts {
    types: usize,
    members: usize,
    bit_fields: usize,
    unknown: usize,
    differences: usize,
}

/// Compares on one machine after the other; the number of differences, if any could be had.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let machines: Vec<&Machine> =
        MACHINES.iter().filter(|machine| !plan.is_short || machine.short > 0).collect();
    let share = Duration::from_secs(plan.seconds) / machines.len() as u32;
    let mut differences = None;
    for machine in machines {
        let package = format!("gcc-12-{}", machine.triplet.replace('_', "-"));
        let is_native = cfg!(target_arch = "x86_64") && machine.model.name == X86_64.name;
        let installed = if is_native { Ok(()) } else { require_installed(&[&package]) };
        if or_skip(installed, &package)?.is_none() {
            continue;
        }
        let counts = machine.compare(plan, share)?;
        println!(
            "{}: {} types with {} members, {} of them bit-fields; {} types unknown, {} different",
            machine.model.name,
            counts.types,
            counts.members,
            counts.bit_fields,
            counts.unknown,
            counts.differences,
        );
        differences = Some(differences.unwrap_or(0) + counts.differences);
    }
    Ok(differences)
}

impl Machine {
    /// Compares unit by unit until the time or the number is up.
    fn compare(&self, plan: &Plan, share: Duration) -> Result<Counts> {
        let start = Instant::now();
        let mut counts = Counts::default();
        let numbers = match (plan.only, plan.is_short) {
            (Some(only), _) => only..only + 1,
            (None, true) => 0..self.short,
            (None, false) => 0..plan.inputs,
        };
        for number in numbers {
            let seed = mixed(plan.seed ^ mixed(number));
            let unit = Unit::generate(Rng::with_seed(seed), self.model);
            self.compare_unit(number, &unit, &mut counts)?;
            if counts.differences >= plan.differences || start.elapsed() > share {
                break;
            }
        }
        Ok(counts)
    }

    fn compare_unit(&self, number: u64, unit: &Unit, counts: &mut Counts) -> Result<()> {
        let lookup = |name: &[u8]| {
            let name = str::from_utf8(name).ok()?;
            Some(unit.declarations.get(name)?.as_bytes())
        };
        let mut engine = Engine::new(self.model, true, lookup);
        let mut asked = Vec::new();
        for (index, aggregate) in unit.aggregates.iter().enumerate() {
            match engine.layout(aggregate.key.as_bytes()) {
                Ok(layout) => asked.push((index, Expected::of(&layout))),
                Err(unknown) => {
                    counts.unknown += 1;
                    if counts.unknown <= 3 {
                        println!(
                            "  unit {number}: {}: {}",
                            unit.declarations[&aggregate.key],
                            unknown.message()
                        );
                    }
                }
            }
        }
        let sizes = unit.others.iter().map(|key| engine.size(key.as_bytes()).ok()).collect();
        let found = Compiled::by(self, unit, &asked, sizes)?;
        for (place, (index, expected)) in asked.iter().enumerate() {
            let aggregate = &unit.aggregates[*index];
            counts.types += 1;
            counts.members += expected.places.len();
            counts.bit_fields += expected.places.iter().filter(|it| it.is_bit_field).count();
            let mut faults = found.faults(place, expected)?;
            let known = |name: &&String| !expected.places.iter().any(|it| it.names(name));
            faults.extend(aggregate.names.iter().filter(known).map(|name| format!("no {name}")));
            if !faults.is_empty() {
                counts.differences += 1;
                println!("  {} unit {number}: {}", self.model.name, aggregate.c);
                println!("    {}", unit.declarations[&aggregate.key]);
                faults.iter().for_each(|fault| println!("    {fault}"));
            }
        }
        for fault in found.other_faults(unit)? {
            counts.differences += 1;
            println!("  {} unit {number}: {fault}", self.model.name);
        }
        Ok(())
    }
}

/// What ours says of a struct or union.
struct Expected {
    size: u64,
    align: u64,
    places: Vec<Place>,
}

/// A member, and those in it, by the way that C names them: `a.b[0].c`.
struct Place {
    path: String,
    bit_offset: u64,
    bit_size: u64,
    is_bit_field: bool,
    /// Whether `sizeof` may ask for it.
    is_sized: bool,
}

impl Expected {
    fn of(layout: &Layout) -> Expected {
        let mut places = Vec::new();
        add_places("", &layout.members, &mut places);
        Expected { size: layout.size, align: layout.align.unwrap_or(0), places }
    }
}

impl Place {
    /// Whether its own name is this one.
    fn names(&self, name: &str) -> bool {
        self.path.rsplit('.').next().is_some_and(|last| last.split('[').next() == Some(name))
    }
}

fn add_places(prefix: &str, members: &[Member], places: &mut Vec<Place>) {
    for member in members {
        let Some(name) = &member.name else {
            add_places(prefix, &member.inner, places);
            continue;
        };
        let of_type = String::from_utf8_lossy(&member.of_type);
        let path = format!("{prefix}{}", String::from_utf8_lossy(name));
        let dimensions = "[0]".repeat(of_type.matches('[').count());
        // Nothing in an empty array has a place.
        if member.bit_size > 0 || dimensions.is_empty() {
            add_places(&format!("{path}{dimensions}."), &member.inner, places);
        }
        places.push(Place {
            path,
            bit_offset: member.bit_offset,
            bit_size: member.bit_size,
            is_bit_field: member.is_bit_field,
            is_sized: !member.is_bit_field && !of_type.contains("[]"),
        });
    }
}
