//! References between sections that are wrong.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// Which references between sections are wrong, and how that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionMismatch {
    /// `.meminit` is a class of its own; symbols are searched by the name of their section; a
    /// message names the object and two symbols.
    BySectionName,
    /// Symbols are searched by section and address; a message names the module, and has offsets.
    ByAddress,
}

/// See [`SectionMismatch`].
pub(in crate::release) const SECTION_MISMATCH: Timeline<SectionMismatch> = Timeline {
    name: "modpost.section-mismatch",
    about: "Which references between sections are wrong, and how that is said.",
    values: &[
        Value {
            id: "modpost-section-names",
            is: SectionMismatch::BySectionName,
            from: &[OLDEST],
            what: "Messages about section mismatches name the object and two symbols.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-section-search",
            is: SectionMismatch::ByAddress,
            from: &[mainline(6, 5)],
            what: "Messages about section mismatches name symbols by address, with offsets; \
                   `.meminit` and `.memexit` are no longer classes of their own.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). It \
                       changed in steps between them: offsets and names with 6.5, the search \
                       with 6.6, the exceptions by name with 6.8, drivers and `.meminit` with \
                       6.11, empty names with 6.12 (programs built from these sources, run).",
        },
    ],
};
