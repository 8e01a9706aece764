//! `cargo xtask fuzz commands`: all our own commands on files of every kind, broken or not. There is
//! no program to compare with. Each run must end by itself, within limits, with an answer or a
//! message, and be the same on one thread and on four.
//!
//! What is done for an input follows from the seed of the run and the input's number.

mod files;
mod findings;
mod judge;
mod scene;
mod table;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::threads::on_all_threads;
use super::{Plan, mixed};
use crate::run::product::Product;
use files::Files;
use findings::Findings;
use judge::Judge;
use scene::Scene;

/// How many inputs `cargo xtask test` tries.
pub const SHORT: u64 = 4000;

/// Runs; the number of different faults.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let campaign = Campaign {
        plan,
        product: Product::build()?,
        files: Files::all()?,
        findings: Findings::default(),
        next: AtomicU64::new(0),
        inputs: AtomicUsize::new(0),
        start: Instant::now(),
    };
    eprintln!("seed {}", plan.seed);
    on_all_threads(|thread| campaign.work(thread), || {}, || campaign.summary())?;
    println!("{}", campaign.summary());
    Ok(Some(campaign.findings.count()))
}

/// The work of all threads.
struct Campaign<'a> {
    plan: &'a Plan,
    product: Product,
    files: Files,
    findings: Findings,
    /// The number of the next input.
    next: AtomicU64,
    inputs: AtomicUsize,
    start: Instant,
}

impl Campaign<'_> {
    /// What has been done, in one line.
    fn summary(&self) -> String {
        let inputs = self.inputs.load(Ordering::Relaxed);
        let rate = inputs as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let faults = self.findings.count();
        format!("{inputs} inputs, each run twice ({rate:.0} a second), {faults} faults")
    }

    /// What one thread does.
    fn work(&self, thread: usize) -> Result<()> {
        let judge = Judge::new(&self.product)?;
        if let Some(number) = self.plan.only {
            return if thread == 0 { self.one(number, &judge) } else { Ok(()) };
        }
        let limit = Duration::from_secs(self.plan.seconds);
        while self.start.elapsed() < limit && self.findings.count() < self.plan.differences {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.plan.inputs {
                break;
            }
            self.one(number, &judge)?;
        }
        Ok(())
    }

    /// The input of this number. Of what is wrong, the changes are kept that it takes.
    fn one(&self, number: u64, judge: &Judge<'_>) -> Result<()> {
        let mut scene = Scene::new(&self.files, mixed(self.plan.seed ^ mixed(number)));
        self.inputs.fetch_add(1, Ordering::Relaxed);
        let mut faults = judge.faults(&scene)?;
        if faults.is_empty() {
            return Ok(());
        }
        let mut change = 0;
        while change < scene.changes.len() {
            let mut less = scene.clone();
            less.changes.remove(change);
            match judge.faults(&less)? {
                found if found.is_empty() => change += 1,
                found => (scene, faults) = (less, found),
            }
        }
        self.findings.add(&scene, &faults, self.plan.seed, number)
    }
}
