//! The symbols that differ, one a line, sorted: none if all is tolerated.

use super::facts::Report;
use crate::shown::Page;

impl Report<'_> {
    pub(super) fn symbols(&self) -> Page {
        let shows_all = self.facts.shows_tolerated;
        let found = if shows_all { self.facts.found } else { self.found };
        let findings = found.findings.iter().filter(|it| shows_all || it.verdict.is_open());
        let mut symbols: Vec<&[u8]> = findings.map(|finding| &finding.symbol[..]).collect();
        let causes = found.causes.iter().flatten();
        symbols.extend(causes.flat_map(|it| &it.exports).map(|&export| self.types.name(export)));
        symbols.sort_unstable();
        symbols.dedup();
        let mut page = Page::default();
        symbols.into_iter().for_each(|symbol| page.line(symbol));
        page
    }
}
