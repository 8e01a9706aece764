//! The text of `<mod>.mod.c`.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// What `<mod>.mod.c` contains besides the module's own facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModCTemplate {
    /// vermagic, the build salt and the like; exports only as their CRCs.
    WithVermagic,
    /// Without what has moved to `scripts/module-common.c`; exports with their `KSYMTAB_` lines.
    WithKsymtab,
}

/// See [`ModCTemplate`].
pub(in crate::release) const MOD_C: Timeline<ModCTemplate> = Timeline {
    name: "modpost.mod-c",
    about: "What `<mod>.mod.c` contains besides the facts of the module itself.",
    values: &[
        Value {
            id: "modpost-mod-c-with-vermagic",
            is: ModCTemplate::WithVermagic,
            from: &[OLDEST],
            what: "`<mod>.mod.c` has vermagic, the build salt and the like; of exports only \
                   their CRCs.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-mod-c-without-vermagic",
            is: ModCTemplate::WithKsymtab,
            from: &[mainline(6, 12)],
            what: "`<mod>.mod.c` is shorter: vermagic, the build salt and the like have moved \
                   to `scripts/module-common.c`.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};
