//! Whether modules will load on a kernel, and if not, why. Start here: [`check`] is the straight
//! line.
//!
//! ```text
//! what is known of a kernel ─> kernel ──┬──────────────────────┐
//! a module's file ─> candidate ─────────┴─> order ─> loader ─> reasons ─> report
//!                    (file_checks)          (who needs whom)   (causes)
//! ```
//!
//! `loader` does what the kernel's loader does, and finds events; `reasons` explains them to a
//! person. What differs between kernels is in `release/load.rs`.

mod candidate;
mod errors;
mod field;
mod file_checks;
mod kernel;
mod loader;
mod messages;
mod order;
mod reasons;
mod report;
mod show;
mod taints;

pub use candidate::{Candidate, Content, Facts};
pub use errors::Error;
pub use field::show_field;
pub use kernel::{Kernel, Signatures};
pub use loader::{Loader, Outcome};
pub use reasons::{Reason, ReasonId, ReasonSymbol};
pub use report::{Extent, Format, Report, document, write};
pub use show::{show_kernel, show_module, show_vmlinux};
pub use taints::{Taint, Taints};

pub use crate::release::Profile;

/// What became of one module.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its number among those that were to be loaded.
    pub candidate: usize,
    /// Whether it loads.
    pub verdict: Verdict,
    /// Its taints, if it loads.
    pub taints: Taints,
    /// Why it is refused: what asks to build it again, then the rest, each in the kernel's order.
    pub reasons: Vec<Reason>,
    /// The lines that the kernel logs.
    pub log: Vec<Vec<u8>>,
    /// What is not known, and decides the verdict.
    pub unknown: Vec<String>,
    /// What could not be checked, and is assumed to match.
    pub unchecked: Vec<String>,
    /// The modules that must be loaded before.
    pub uses: Vec<Vec<u8>>,
}

/// Whether a module loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Loads,
    /// The kernel refuses it, with this error.
    Refused(Error),
    /// What is known of the kernel and the module does not decide it.
    Undetermined,
}

/// Checks modules together, in the order in which they can be loaded.
pub fn check(kernel: &Kernel, candidates: &[Candidate]) -> Vec<Checked> {
    let order = order::of(kernel, candidates);
    let mut loader = Loader::new(kernel, candidates);
    let outcomes: Vec<(usize, Outcome)> =
        order.modules.iter().map(|&index| (index, loader.load(&candidates[index]))).collect();
    let refused = outcomes.iter().filter(|(_, outcome)| outcome.refusal.is_some());
    let refused = refused.map(|(index, _)| *index);
    let situation = reasons::Situation::new(kernel, candidates, &order, refused);
    let judge = |(index, outcome): &(usize, Outcome)| {
        let unknown: Vec<String> = outcome.unknown().map(str::to_owned).collect();
        let verdict = match outcome.refusal {
            Some((_, error)) => Verdict::Refused(error),
            None if unknown.is_empty() => Verdict::Loads,
            None => Verdict::Undetermined,
        };
        Checked {
            candidate: *index,
            verdict,
            taints: outcome.taints,
            reasons: reasons::of(&situation, *index, outcome),
            log: outcome.log().map(<[u8]>::to_owned).collect(),
            unknown,
            unchecked: outcome.unchecked.clone(),
            uses: outcome.uses.iter().cloned().collect(),
        }
    };
    outcomes.iter().map(judge).collect()
}
