//! What objects export, and how modpost reads it.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, rhel};

/// How objects mark what they export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportEncoding {
    /// A symbol `__ksymtab_X` in a section `___ksymtab+…`, its namespace at `__kstrtabns_X`.
    KsymtabSymbols,
    /// A relocation from the section `.export_symbol`, where license and namespace stand.
    ExportSymbolSection,
}

/// See [`ExportEncoding`].
pub(in crate::release) const EXPORTS: Timeline<ExportEncoding> = Timeline {
    name: "modpost.exports",
    about: "How objects mark what they export.",
    values: &[
        Value {
            id: "modpost-ksymtab-symbols",
            is: ExportEncoding::KsymtabSymbols,
            from: &[OLDEST],
            what: "Exports are symbols `__ksymtab_X` in sections `___ksymtab+X`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-export-symbol-section",
            is: ExportEncoding::ExportSymbolSection,
            from: &[mainline(6, 5), rhel(9, 5)],
            what: "Exports are read from the section `.export_symbol`, and modpost writes \
                   their `KSYMTAB_` lines.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.4.6, 6.5.0, RHEL 9.4 and \
                       9.5 (run).",
        },
    ],
};
