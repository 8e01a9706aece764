//! The kinds of exports until 5.18, in dumps (`Module.symvers`) and in objects.

use crate::modpost::object_facts::Mark;
use crate::release::{ExportKinds, Modpost};

/// What a kind of export says: whether it is for GPL modules only, and what else.
pub(in crate::modpost) fn kind(export: &[u8], release: &Modpost) -> (bool, Mark) {
    let known = match (export, release.export_kinds) {
        (b"EXPORT_SYMBOL", _) => Some((false, Mark::None)),
        (b"EXPORT_SYMBOL_GPL", _) => Some((true, Mark::None)),
        (b"EXPORT_UNUSED_SYMBOL", ExportKinds::WithUnused) => Some((false, Mark::Unused)),
        (b"EXPORT_UNUSED_SYMBOL_GPL", ExportKinds::WithUnused) => Some((true, Mark::Unused)),
        (b"EXPORT_SYMBOL_GPL_FUTURE", ExportKinds::WithUnused) => Some((false, Mark::Future)),
        _ => None,
    };
    known.unwrap_or((false, Mark::Unknown))
}

/// The kinds of export by the names of their sections, which a `+` and the symbol follow.
const SECTIONS: &[(&[u8], ExportKinds, (bool, Mark))] = &[
    (b"___ksymtab+", ExportKinds::Two, (false, Mark::None)),
    (b"___ksymtab_gpl+", ExportKinds::Two, (true, Mark::None)),
    (b"___ksymtab_unused+", ExportKinds::WithUnused, (false, Mark::Unused)),
    (b"___ksymtab_unused_gpl+", ExportKinds::WithUnused, (true, Mark::Unused)),
    (b"___ksymtab_gpl_future+", ExportKinds::WithUnused, (false, Mark::Future)),
];

/// The same for an export whose symbol is in a section of this name.
pub(in crate::modpost) fn kind_of_section(section: &[u8], release: &Modpost) -> (bool, Mark) {
    let kinds = release.export_kinds;
    let is_it = |&&(start, of, _): &&(&[u8], ExportKinds, _)| {
        section.starts_with(start) && (of == ExportKinds::Two || of == kinds)
    };
    SECTIONS.iter().find(is_it).map_or((false, Mark::Unknown), |&(_, _, kind)| kind)
}
