//! From what the loader found to what a person wants to know: each reason with the lines that are
//! logged, the likely cause, and what to do.
//!
//! Imports that are refused alike, and for the same cause, are one reason.

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
    /// Its name, in kebab-case; for programs.
    pub id: &'static str,
    /// What is wrong, in words.
    pub what: String,
    /// The symbols that it is about.
    pub symbols: Vec<ReasonSymbol>,
    /// The lines that the kernel logs about it, or would if it came so far.
    pub lines: Vec<Vec<u8>>,
    /// Whether the kernel comes so far.
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
    pub own: Option<u32>,
    /// The CRC that it has.
    pub found: Option<u32>,
    /// The module that exports it, if it is not the kernel itself.
    pub owner: Option<Vec<u8>>,
}

/// What a reason is looked for in.
pub(super) struct Situation<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) candidates: &'a [Candidate],
    pub(super) order: &'a Order,
    /// The names of the modules that are refused.
    pub(super) refused: &'a [&'a [u8]],
}

/// What is said of one refusal.
struct Told {
    id: &'static str,
    what: String,
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
        let told = match (why, facts) {
            (Why::Import(symbol, fault), Some(facts)) => {
                let case = imports::Case { situation, candidate, facts, survey: &survey };
                case.tell(symbol, fault)
            }
            _ => module::tell(situation, &situation.candidates[candidate], why),
        };
        let is_same = |reason: &&mut Reason| {
            reason.id == told.id && reason.cause == told.cause && told.symbol.is_some()
        };
        match reasons.iter_mut().find(is_same) {
            Some(reason) => {
                reason.symbols.extend(told.symbol);
                reason.lines.extend(event.lines.iter().cloned());
            }
            None => reasons.push(Reason {
                id: told.id,
                what: told.what,
                symbols: told.symbol.into_iter().collect(),
                lines: event.lines.clone(),
                is_reached: event.is_reached,
                error: *error,
                cause: told.cause,
                remedy: told.remedy,
            }),
        }
    }
    reasons
}

/// Bytes of a file as words for a person.
fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words about a module that was built against other headers than the kernel's.
fn other_headers(facts: &Facts, kernel: &Kernel) -> String {
    match (facts.release(), kernel.release.as_deref()) {
        (Some(own), Some(release)) if own == release => format!(
            "it was built for a kernel that is called {} as well, but has another configuration or \
             other sources: a kernel that was rebuilt under the same name, headers that do not \
             belong to it, or an old Module.symvers",
            words(own)
        ),
        (Some(own), Some(release)) => format!(
            "it was built against the headers of {}, and this kernel is {}",
            words(own),
            words(release)
        ),
        (Some(own), None) => format!(
            "it was built against the headers of {}, and this kernel is another one, or was \
             configured otherwise",
            words(own)
        ),
        (None, _) => "it was built against other headers than this kernel's".to_owned(),
    }
}

/// What to do about such a module.
fn build_again(kernel: &Kernel) -> String {
    match &kernel.release {
        Some(release) => format!("build it again against the headers of {}", words(release)),
        None => "build it again against the headers of this kernel".to_owned(),
    }
}
