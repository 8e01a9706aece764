//! Turns what the loader found into reasons for a person: each with the lines that are logged, the
//! likely cause, and what to do.
//!
//! Imports that are refused for the same reason and cause are one reason.

mod imports;
mod module;

use super::candidate::{Candidate, Facts};
use super::errors::Error;
use super::kernel::Kernel;
use super::loader::{Effect, Outcome, Why};
use super::order::Order;

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Its id, in kebab-case; for programs.
    pub id: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// The symbols that it is about.
    pub symbols: Vec<ReasonSymbol>,
    /// The lines that the kernel logs about it, or would log if it reached this check.
    pub log: Vec<Vec<u8>>,
    /// Whether the kernel reaches this check, or stops at an earlier one.
    pub is_reached: bool,
    /// The error.
    pub error: Error,
    /// The likely cause.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

/// A symbol that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonSymbol {
    /// Its name.
    pub name: Vec<u8>,
    /// The CRC that the module was built against.
    pub expected: Option<u32>,
    /// The CRC that the symbol has.
    pub actual: Option<u32>,
    /// The module that exports it, if it is not the kernel itself.
    pub owner: Option<Vec<u8>>,
}

/// Where a reason is looked for.
pub(super) struct Situation<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) candidates: &'a [Candidate],
    pub(super) order: &'a Order,
    /// The names of the modules that are refused.
    pub(super) refused: &'a [&'a [u8]],
}

/// The explanation of one refusal.
struct Explanation {
    id: &'static str,
    message: String,
    cause: String,
    remedy: String,
    symbol: Option<ReasonSymbol>,
}

/// The reasons for which a module is refused, in the kernel's order.
pub(super) fn of(situation: &Situation<'_>, candidate: usize, outcome: &Outcome) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let survey = imports::Survey::of(outcome);
    for event in &outcome.events {
        let Effect::Refuses(error, why) = &event.effect else { continue };
        let facts = situation.candidates[candidate].facts();
        let explanation = match (why, facts) {
            (Why::Import(symbol, fault), Some(facts)) => {
                let case = imports::Case { situation, candidate, facts, survey: &survey };
                case.explain(symbol, fault)
            }
            _ => module::explain(situation, &situation.candidates[candidate], why),
        };
        let is_same = |reason: &&mut Reason| {
            reason.id == explanation.id
                && reason.cause == explanation.cause
                && explanation.symbol.is_some()
        };
        match reasons.iter_mut().find(is_same) {
            Some(reason) => {
                reason.symbols.extend(explanation.symbol);
                reason.log.extend(event.lines.iter().cloned());
            }
            None => reasons.push(Reason {
                id: explanation.id,
                message: explanation.message,
                symbols: explanation.symbol.into_iter().collect(),
                log: event.lines.clone(),
                is_reached: event.is_reached,
                error: *error,
                cause: explanation.cause,
                remedy: explanation.remedy,
            }),
        }
    }
    reasons
}

/// Bytes of a file as text for a person.
fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The cause, for a module that was not built against the kernel's headers.
fn other_headers(facts: &Facts, kernel: &Kernel) -> String {
    match (facts.release(), kernel.release.as_deref()) {
        (Some(own), Some(release)) if own == release => format!(
            "it was built for a kernel of the same release, {}, but with another configuration \
             or other sources: a kernel rebuilt under the same name, headers that do not belong \
             to it, or an old Module.symvers",
            words(own)
        ),
        (Some(own), Some(release)) => format!(
            "it was built against the headers of {}, but this kernel is {}",
            words(own),
            words(release)
        ),
        (Some(own), None) => format!(
            "it was built against the headers of {}; this kernel is a different one, or was \
             configured differently",
            words(own)
        ),
        (None, _) => "it was not built against this kernel's headers".to_owned(),
    }
}

/// What to do about such a module.
fn rebuild(kernel: &Kernel) -> String {
    match &kernel.release {
        Some(release) => format!("rebuild it against the headers of {}", words(release)),
        None => "rebuild it against the headers of this kernel".to_owned(),
    }
}
