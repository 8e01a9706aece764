//! What the report for people says of causes that are found by BTF, and of what these leave.

use super::facts::Report;
use crate::shown::{Page, counted};

/// How many names a short list has.
const FEW: usize = 10;

impl Report<'_> {
    /// How many declarations changed and what they explain, in two lines; none if nothing had to be
    /// explained.
    pub(super) fn summary_by_btf(&self, changed: usize, reached: usize, page: &mut Page) {
        if self.found.is_too_much_by_btf {
            page.end();
            page.line("too much differs in BTF: which exports lead to it was not determined");
            return;
        }
        let unknown = self.found.untyped.len() + self.found.unexplained.len();
        if changed + unknown == 0 {
            return;
        }
        page.end();
        let verb = if reached == 1 { "leads" } else { "lead" };
        let them = if changed == 1 { "it" } else { "them" };
        page.put(counted(changed, "declaration"));
        page.put(format!(" changed, by BTF; {} {verb} to {them}", counted(reached, "export")));
        if unknown > 0 {
            page.put(format!("; the CRC of {unknown} more changed, and BTF does not show why"));
        }
        page.end();
        if changed > 0 {
            page.line(
                "BTF does not show which definitions the source file of an export sees: it may reach \
                 fewer declarations than it leads to",
            );
        }
    }

    /// The exports of which BTF does not show why their CRC changed, by what is known of them.
    pub(super) fn unknown_by_btf(&self, page: &mut Page) {
        if !self.found.is_by_btf {
            return;
        }
        let groups = [
            (
                &self.found.untyped,
                "BTF lacks them; it may lack variables, and has no functions of assembler files",
            ),
            (&self.found.unexplained, "no type that they lead to differs in BTF"),
        ];
        for (symbols, why) in groups.iter().filter(|(symbols, _)| !symbols.is_empty()) {
            page.end();
            let head = "exports whose CRC changed, not known from BTF why";
            page.line(format!("{head}: {} ({why})", symbols.len()));
            let few = if self.is_short { FEW } else { usize::MAX };
            for symbol in symbols.iter().take(few) {
                page.tabs(1).line(symbol);
            }
            if symbols.len() > few {
                page.tabs(1).line(format!("... and {} more", symbols.len() - few));
            }
        }
    }
}
