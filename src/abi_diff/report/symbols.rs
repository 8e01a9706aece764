//! The symbols that differ, one a line, sorted.

use super::Report;

impl Report<'_> {
    pub(super) fn symbols(&self) -> Vec<u8> {
        let mut symbols: Vec<&[u8]> =
            self.found.findings.iter().map(|finding| finding.symbol.as_slice()).collect();
        let causes = self.found.causes.iter().flatten();
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
