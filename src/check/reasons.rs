//! Turns what the loader found into reasons for a person: each with the lines that are logged, the
//! likely cause, and what to do.
//!
//! Imports that are refused for the same reason and cause are one reason.

mod id;
mod imports;
mod module;
mod refusal;

pub use id::ReasonId;
pub use refusal::ReasonSymbol;
pub(super) use refusal::Situation;

use indexmap::IndexMap;

use super::errors::Error;
use super::loader::{Effect, Outcome, Why};

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which kind of reason it is.
    pub id: ReasonId,
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
    /// Whether it is only that a module that this one needs is refused.
    pub is_consequence: bool,
}

/// The reasons for which a module is refused: those that ask to build it again, then the others, each
/// in the kernel's order.
pub(super) fn of(situation: &Situation<'_>, candidate: usize, outcome: &Outcome) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut is_rebuild = Vec::new();
    // The first reason of each kind and cause.
    let mut known: IndexMap<(ReasonId, String), usize> = IndexMap::new();
    let facts = situation.candidates[candidate].facts();
    let survey = imports::Survey::of(situation, facts, outcome);
    for event in &outcome.events {
        let Effect::Refuses(error, why) = &event.effect else { continue };
        let explanation = match (why, facts) {
            (Why::Import(symbol, fault), Some(facts)) => {
                let case = imports::Case { situation, candidate, facts, survey: &survey };
                case.explain(symbol, fault)
            }
            _ => module::explain(situation, &situation.candidates[candidate], why),
        };
        let place =
            *known.entry((explanation.id, explanation.cause.clone())).or_insert(reasons.len());
        match reasons.get_mut(place).filter(|_| explanation.symbol.is_some()) {
            Some(reason) => {
                reason.symbols.extend(explanation.symbol);
                reason.log.extend(event.lines.iter().cloned());
            }
            None => {
                is_rebuild.push(explanation.remedy.is_rebuild);
                reasons.push(Reason {
                    id: explanation.id,
                    message: explanation.message,
                    symbols: explanation.symbol.into_iter().collect(),
                    log: event.lines.clone(),
                    is_reached: event.is_reached,
                    error: *error,
                    cause: explanation.cause,
                    is_consequence: explanation.remedy.is_elsewhere,
                    remedy: explanation.remedy.text,
                });
            }
        }
    }
    let (rebuilds, others): (Vec<_>, Vec<_>) =
        reasons.into_iter().zip(is_rebuild).partition(|(_, is_rebuild)| *is_rebuild);
    rebuilds.into_iter().chain(others).map(|(reason, _)| reason).collect()
}
