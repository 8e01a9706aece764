//! `cargo xtask fuzz genksyms`: generated translation units through our library and the kernel's
//! own program, which must say the same, byte for byte; and hostile ones through ours alone, which
//! must end well.
//!
//! The inputs of a run follow from its seed and their numbers; how many there are hangs on the
//! time. What differs is made small and saved below `target/fuzz`.

mod chunks;
mod compare;
mod findings;
mod grammar;
mod hostile;
mod input;
mod minimise;
mod text;
mod usual;
mod watch;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use modversions::release::{Behaviour, Genksyms, KernelRelease};

use super::threads::on_all_threads;
use super::{Plan, mixed};
use crate::obtain::kernels::{self, Question};
use crate::obtain::upstream::Upstream;
use chunks::Chunks;
use compare::{Comparer, Verdict};
use findings::{Findings, Origin};
use grammar::Grammar;
use input::{Input, Maker};
use minimise::minimise;
use watch::Watch;

/// Every so-many-th input is a hostile one.
const HOSTILE: u64 = 40;

/// Of the inputs that ours ends early on, upstream gets every so-many-th: it takes long to fail.
const ABORTED: u64 = 8;

/// How many inputs `cargo xtask test` compares for each kernel.
pub const SHORT: u64 = 3000;

/// Runs one kernel after the other; the number of differences, if any kernel could be run.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let chunks = if plan.is_short { Chunks::default() } else { Chunks::load(plan.seed)? };
    if chunks.is_empty() {
        eprintln!("no corpus in the cache: real declarations are left out");
    }
    let watch = Watch::new(thread::available_parallelism()?.get());
    let mut found = None;
    let kernels = kernels::chosen(plan.kernel, Question::Genksyms)?;
    let share = Duration::from_secs(plan.seconds / kernels.len().max(1) as u64);
    for kernel in kernels {
        let Some(upstream) = Upstream::genksyms(kernel)? else {
            continue;
        };
        let findings = run_kernel(plan, share, &upstream, &chunks, &watch)?;
        found = Some(found.unwrap_or(0) + findings);
    }
    Ok(found)
}

/// Runs one kernel for its share of the time; the number of differences.
fn run_kernel(
    plan: &Plan,
    share: Duration,
    upstream: &Upstream,
    chunks: &Chunks,
    watch: &Watch,
) -> Result<usize> {
    let release: KernelRelease = upstream.release.parse().map_err(|error| anyhow!("{error}"))?;
    let release = Behaviour::at(release).genksyms;
    let campaign = Campaign {
        plan,
        upstream,
        release: &release,
        grammar: Grammar::read(release.language)?,
        chunks,
        watch,
        findings: Findings::default(),
        counts: Counts::default(),
        start: Instant::now(),
        end: Instant::now() + share,
    };
    campaign.run()
}

/// What has been done so far.
#[derive(Default)]
struct Counts {
    /// The number of the next input.
    next: AtomicU64,
    inputs: AtomicUsize,
    declarations: AtomicUsize,
    hostile: AtomicUsize,
    /// Inputs on which upstream crashed, looped or ran out of memory.
    failures: AtomicUsize,
    /// Inputs on which ours ended early and upstream was spared.
    spared: AtomicUsize,
    /// Of hostile inputs: how many were slow, or worse.
    slow: AtomicUsize,
}

/// The work on one kernel.
struct Campaign<'a> {
    plan: &'a Plan,
    upstream: &'a Upstream,
    release: &'a Genksyms,
    grammar: Grammar,
    chunks: &'a Chunks,
    watch: &'a Watch,
    findings: Findings,
    counts: Counts,
    start: Instant,
    end: Instant,
}

impl Campaign<'_> {
    /// Runs the threads to their end; the number of differences.
    fn run(&self) -> Result<usize> {
        eprintln!("{}: seed {}", self.upstream.title(), self.plan.seed);
        on_all_threads(|thread| self.work(thread), || self.watch.check(), || self.summary())?;
        println!("{}", self.summary());
        Ok(self.findings.count() + self.counts.slow.load(Ordering::Relaxed))
    }

    /// What has been done, in one line.
    fn summary(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = count(&counts.declarations) as f64 / seconds.max(0.001);
        format!(
            "{}: {} inputs, {} declarations ({rate:.0} a second), {} differences; upstream failed \
             on {} and was spared {}; {} hostile inputs, {} of them not ended well",
            self.upstream.title(),
            count(&counts.inputs),
            count(&counts.declarations),
            self.findings.count(),
            count(&counts.failures),
            count(&counts.spared),
            count(&counts.hostile),
            count(&counts.slow),
        )
    }

    /// What one thread does.
    fn work(&self, thread: usize) -> Result<()> {
        let comparer = Comparer::new(self.upstream, self.release)?;
        if let Some(number) = self.plan.only {
            return if thread == 0 { self.one(number, thread, &comparer) } else { Ok(()) };
        }
        while Instant::now() < self.end && self.findings.count() < self.plan.differences {
            let number = self.counts.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.plan.inputs {
                break;
            }
            self.one(number, thread, &comparer)?;
            self.watch.end(thread);
        }
        Ok(())
    }

    /// The input of this number.
    fn one(&self, number: u64, thread: usize, comparer: &Comparer<'_>) -> Result<()> {
        let seed = mixed(self.plan.seed ^ mixed(number));
        let origin = Origin {
            kernel: self.upstream.release.clone(),
            package: self.upstream.title(),
            seed: self.plan.seed,
            number,
        };
        if number % HOSTILE == HOSTILE - 1 {
            let (input, release) = hostile::input(seed);
            self.begin(thread, &input, &origin);
            self.hostile(&input, &release, &origin);
            return Ok(());
        }
        let maker = Maker { grammar: &self.grammar, chunks: self.chunks, release: self.release };
        let (input, declarations) = maker.input(seed);
        self.begin(thread, &input, &origin);
        if comparer.aborts(&input) && !number.is_multiple_of(ABORTED) && self.plan.only.is_none() {
            self.counts.spared.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        self.counts.inputs.fetch_add(1, Ordering::Relaxed);
        self.counts.declarations.fetch_add(declarations, Ordering::Relaxed);
        self.compare(&input, thread, comparer, &origin)
    }

    /// A thread begins with an input. It is kept, if it is the only one: somebody wants to see it.
    fn begin(&self, thread: usize, input: &Input, origin: &Origin) {
        self.watch.begin(thread, input, origin);
        if self.plan.only.is_some() {
            watch::save("input", input, origin);
        }
    }

    /// Compares both programs on an input, and keeps what is found.
    fn compare(
        &self,
        input: &Input,
        thread: usize,
        comparer: &Comparer<'_>,
        origin: &Origin,
    ) -> Result<()> {
        match comparer.compare(input)? {
            Verdict::Same => {}
            Verdict::UpstreamFailed => {
                self.counts.failures.fetch_add(1, Ordering::Relaxed);
            }
            Verdict::Differs(difference) => {
                // That takes its time, and every run in it has its own limits.
                self.watch.end(thread);
                let (input, difference) = minimise(comparer, input, &difference)?;
                self.findings.add(&input, &difference, origin)?;
            }
        }
        Ok(())
    }

    /// A hostile input.
    fn hostile(&self, input: &Input, release: &Genksyms, origin: &Origin) {
        self.counts.hostile.fetch_add(1, Ordering::Relaxed);
        if let Some(what) = hostile::check(input, release) {
            self.counts.slow.fetch_add(1, Ordering::Relaxed);
            watch::save(what, input, origin);
        }
    }
}
