//! `cargo xtask fuzz modpost`: the cases of `testdata/modpost` with a few changes to their files
//! and arguments, through our program and the kernel's own, which must do the same.
//!
//! Upstream trusts its objects. Where it crashes, or reads what happens to be in memory, ours only
//! has to end well: by itself, soon, in little memory, with nothing half written. Ours refuses
//! objects whose parts lie outside of the file; that is counted apart.
//!
//! What is done for an input follows from the seed of the run and the input's number.

mod compare;
mod device_seeds;
mod elf_records;
mod findings;
pub mod mutate_bytes;
pub mod mutate_elf;
mod mutate_options;
pub mod mutate_text;
pub mod situation;
mod turned_round;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::threads::on_all_threads;
use super::{Plan, mixed};
use crate::obtain::kernels::{self, Question};
use crate::obtain::upstream::{Upstream, UpstreamModpost};
use crate::run::product::Product;
use compare::{Comparer, Difference, Verdict};
use findings::{Findings, Origin};
use situation::{Seed, Situation};

/// How many inputs `cargo xtask test` compares for each kernel.
pub const SHORT: u64 = 2000;

/// Runs one kernel after the other; the number of differences, if any kernel could be run.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let kernels = kernels::chosen(plan.kernel, Question::BrokenObjects)?;
    let product = Product::build()?;
    let mut found = None;
    for kernel in &kernels {
        let Some(upstream) = Upstream::modpost(kernel)? else {
            continue;
        };
        let campaign = Campaign {
            plan,
            upstream: &upstream,
            product: &product,
            seeds: Seed::all(&upstream.release)?,
            findings: Findings::default(),
            counts: Counts::default(),
            start: Instant::now(),
            share: Duration::from_secs(plan.seconds / kernels.len() as u64),
        };
        found = Some(found.unwrap_or(0) + campaign.run()?);
    }
    Ok(found)
}

/// What has been done so far.
#[derive(Default)]
struct Counts {
    /// The number of the next input.
    next: AtomicU64,
    inputs: AtomicUsize,
    /// Inputs on which upstream crashed, did not end, or did not do the same twice.
    failures: AtomicUsize,
}

/// The work on one kernel.
struct Campaign<'a> {
    plan: &'a Plan,
    upstream: &'a UpstreamModpost,
    product: &'a Product,
    seeds: Vec<Seed>,
    findings: Findings,
    counts: Counts,
    start: Instant,
    share: Duration,
}

impl Campaign<'_> {
    /// Runs the threads to their end; the number of differences.
    fn run(&self) -> Result<usize> {
        eprintln!("{}: seed {}", self.upstream.title(), self.plan.seed);
        on_all_threads(|thread| self.work(thread), || {}, || self.summary())?;
        println!("{}", self.summary());
        print!("{}", self.findings.refusals_by_reason());
        Ok(self.findings.count())
    }

    /// What has been done, in one line.
    fn summary(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let inputs = count(&self.counts.inputs);
        let rate = inputs as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        format!(
            "{}: {inputs} inputs ({rate:.0} a second), {} differences; upstream failed on {}, ours \
             refused {}",
            self.upstream.title(),
            self.findings.count(),
            count(&self.counts.failures),
            self.findings.refusals(),
        )
    }

    /// What one thread does.
    fn work(&self, thread: usize) -> Result<()> {
        let comparer = Comparer::new(self.upstream, self.product)?;
        if let Some(number) = self.plan.only {
            return if thread == 0 { self.one(number, &comparer) } else { Ok(()) };
        }
        let is_over = || self.start.elapsed() > self.share;
        while !is_over() && self.findings.count() < self.plan.differences {
            let number = self.counts.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.plan.inputs {
                break;
            }
            self.one(number, &comparer)?;
        }
        Ok(())
    }

    /// The input of this number.
    fn one(&self, number: u64, comparer: &Comparer<'_>) -> Result<()> {
        let mut situation = Situation::new(&self.seeds, mixed(self.plan.seed ^ mixed(number)));
        let kernel = self.upstream.release.clone();
        let origin = Origin { kernel, seed: self.plan.seed, number };
        self.counts.inputs.fetch_add(1, Ordering::Relaxed);
        match comparer.compare(&situation)? {
            Verdict::Same => {}
            Verdict::UpstreamFailed => {
                self.counts.failures.fetch_add(1, Ordering::Relaxed);
            }
            Verdict::Refused(what, difference) => {
                self.findings.add_refusal(&what, &situation, &difference, &origin)?;
            }
            Verdict::Differs(mut difference) => {
                minimise(&mut situation, &mut difference, comparer)?;
                self.findings.add(&situation, &difference, &origin)?;
            }
        }
        Ok(())
    }
}

/// Leaves out changes that the programs differ without.
fn minimise(
    situation: &mut Situation<'_>,
    difference: &mut Difference,
    comparer: &Comparer<'_>,
) -> Result<()> {
    let mut change = 0;
    while change < situation.changes.len() {
        let mut less = situation.clone();
        less.changes.remove(change);
        match comparer.compare(&less)? {
            Verdict::Differs(found) => (*situation, *difference) = (less, found),
            Verdict::Same | Verdict::UpstreamFailed | Verdict::Refused(..) => change += 1,
        }
    }
    Ok(())
}
