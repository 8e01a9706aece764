//! The symbols that differ, one a line, sorted: none if all is tolerated. What rules tolerate is among them
//! on request, and notes never are.

use super::facts::Report;
use crate::abi_diff::causes::reached;
use crate::abi_diff::findings::Finding;
use crate::abi_diff::lints::Lint;
use crate::shown::Page;

impl Report<'_> {
    /// All of them.
    pub(super) fn symbols(&self) -> Page {
        self.symbols_of(|_| true)
    }

    /// Those that are in both releases.
    pub(super) fn modified_symbols(&self) -> Page {
        self.symbols_of(|it| !matches!(it.lint, Lint::ExportAdded | Lint::ExportRemoved))
    }

    /// Those of the findings that are `wanted`, and those that causes reach.
    fn symbols_of(&self, wanted: impl Fn(&Finding) -> bool) -> Page {
        let shows_all = self.facts.shows_tolerated;
        let found = if shows_all { self.facts.found } else { self.found };
        let is_shown =
            |it: &&Finding| it.verdict.is_open() || shows_all && it.verdict.is_by_rules();
        let findings = found.findings.iter().filter(is_shown).filter(|it| wanted(it));
        let mut symbols: Vec<&[u8]> = findings.map(|finding| &finding.symbol[..]).collect();
        let reached = reached(self.types, found.causes.iter().flatten());
        symbols.extend(self.types.ids_where(&reached).map(|export| self.types.name(export)));
        symbols.sort_unstable();
        symbols.dedup();
        let mut page = Page::default();
        symbols.into_iter().for_each(|symbol| page.line(symbol));
        page
    }
}
