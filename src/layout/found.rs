//! What a comparison has found so far.

use super::described::Described;
use super::reason::{Class, Impact, Reason};

/// What happened, and how bad that is.
#[derive(Default)]
pub(super) struct Found {
    reasons: Vec<(Class, Reason)>,
    consequence_of: Vec<Described>,
}

impl Found {
    pub(super) fn add(&mut self, class: Class, reason: Reason) {
        self.reasons.push((class, reason));
    }

    /// Notes that something was moved since the size of this type changed.
    pub(super) fn add_consequence(&mut self, of: Described) {
        self.consequence_of.push(of);
    }

    /// All of it, the worst first.
    pub(super) fn impact(mut self) -> Impact {
        self.reasons.sort_by_key(|(class, _)| std::cmp::Reverse(*class));
        let class = self.reasons.first().map_or(Class::Cosmetic, |(class, _)| *class);
        let reasons = self.reasons.into_iter().map(|(_, reason)| reason).collect();
        self.consequence_of.dedup();
        Impact { class, reasons, consequence_of: self.consequence_of }
    }
}
