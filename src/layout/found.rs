//! What a comparison has found so far.

use super::described::Described;
use super::reason::{Class, Impact, Reason};

/// What happened, and how bad that is.
#[derive(Default)]
pub(super) struct Found {
    /// What is left for the types of members.
    pub(super) steps: Steps,
    reasons: Vec<(Class, Reason)>,
    consequence_of: Vec<Described>,
}

/// How many members a comparison may look at in types that members have: in the worst case each
/// member of each type has a type with as many members again.
pub(super) const MOST_STEPS: usize = 1 << 18;

/// How many steps have been taken of [`MOST_STEPS`].
#[derive(Default)]
pub(super) struct Steps(usize);

impl Steps {
    /// Takes so many steps; false if there are not so many left.
    pub(super) fn take(&mut self, count: usize) -> bool {
        let is_left = count <= MOST_STEPS - self.0;
        self.0 = if is_left { self.0 + count } else { MOST_STEPS };
        is_left
    }

    /// How many have been taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.0
    }
}

impl Found {
    /// Nothing yet, in a comparison within another that has taken these steps.
    pub(super) fn within(steps: Steps) -> Self {
        Self { steps, ..Self::default() }
    }

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
