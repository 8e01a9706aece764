//! A gate: which differences fail, of those that no rule tolerates.

use crate::abi_diff::lints::{Level, Lint, Verdict};

/// What a gate says.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// What fails; empty for what fails without a gate.
    pub(super) fails: Vec<Failing>,
    /// Files of rules with the differences that were accepted before, as they are named: relative to
    /// the file that the gate is in.
    pub baselines: Vec<String>,
}

/// What a word of a gate names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failing {
    /// All differences of a level.
    Level(Level),
    /// One kind of difference, or what a change does to modules.
    Lint(Lint),
}

impl Failing {
    /// What this word names.
    pub(super) fn of(word: &str) -> Option<Failing> {
        let levels = [Level::Breaking, Level::Warning, Level::Note];
        let level = levels.into_iter().find(|level| level.word() == word).map(Failing::Level);
        level.or_else(|| Lint::of_id(word).map(Failing::Lint))
    }
}

impl Gate {
    /// What is thought of a difference that no rule tolerates: nothing new if it fails, or what
    /// `passed` says if it does not. A note that fails becomes a warning.
    pub(in crate::abi_diff) fn judge(
        &self,
        verdict: Verdict,
        [lint, impact]: [Option<Lint>; 2],
        passed: Verdict,
    ) -> Verdict {
        if self.fails.is_empty() {
            return verdict;
        }
        let is_named = self.fails.iter().any(|failing| match *failing {
            Failing::Level(level) => level == verdict.level,
            Failing::Lint(named) => [lint, impact].contains(&Some(named)),
        });
        match (is_named, verdict.level) {
            (true, Level::Note) => Verdict::at(Level::Warning),
            (true, _) => verdict,
            (false, _) if verdict.is_open() => passed,
            (false, _) => verdict,
        }
    }
}
