//! The symbols that differ, one a line, sorted: none if all is tolerated.

use super::facts::Report;

impl Report<'_> {
    pub(super) fn symbols(&self) -> Vec<u8> {
        let shows_all = self.facts.shows_tolerated;
        let found = if shows_all { self.facts.found } else { self.found };
        let findings = found.findings.iter().filter(|it| shows_all || it.verdict.is_open());
        let mut symbols: Vec<&[u8]> = findings.map(|finding| &finding.symbol[..]).collect();
        let causes = found.causes.iter().flatten();
        symbols.extend(causes.flat_map(|it| &it.exports).map(|&export| self.types.name(export)));
        symbols.sort_unstable();
        symbols.dedup();
        let mut text = symbols.join(&b'\n');
        if !text.is_empty() {
            text.push(b'\n');
        }
        text
    }
}
