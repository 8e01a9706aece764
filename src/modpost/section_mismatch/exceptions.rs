//! References that break a rule and are allowed nevertheless, by the names at both ends.

use super::classes::Classes;
use super::rules::{ALL_INIT, ALL_TEXT};
use crate::release::SectionMismatch;

/// One end of a reference.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    /// The name of the symbol.
    pub(super) symbol: &'a [u8],
    /// The name of the section.
    pub(super) section: &'a [u8],
    /// What that stands for.
    pub(super) classes: Classes,
}

/// Data with such a name may refer to anything that is freed: drivers' tables of functions, which
/// are not used any more by then.
const TABLES: &[&[u8]] = &[b"_ops", b"_probe", b"_console"];

/// More of these, until 6.4.
const OLD_TABLES: &[&[u8]] = &[b"_template", b"_timer", b"_sht", b"_probe_one"];

/// The bounds of what is freed: only their addresses are used.
const BOUNDS: &[&[u8]] = &[b"__init_begin", b"_sinittext", b"_einittext"];

/// Whether a reference is allowed. `is_strict` (`-W`) allows less.
pub(super) fn allow(from: End<'_>, to: End<'_>, release: SectionMismatch, is_strict: bool) -> bool {
    is_parameter(from, to)
        || is_table(from, to, release)
        || is_start(from, to)
        || BOUNDS.contains(&to.symbol)
        || is_specialised(from, to)
        || (release == SectionMismatch::BySectionName
            && (is_old_driver(from, to, is_strict) || from.symbol.starts_with(b".L")))
}

fn ends_in(name: &[u8], endings: &[&[u8]]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

/// A module parameter that cannot be changed later, or the functions that set it.
fn is_parameter(from: End<'_>, to: End<'_>) -> bool {
    from.classes.any(Classes::DATA)
        && ((to.classes.any(Classes::INIT_DATA) && from.symbol.starts_with(b"__param"))
            || (to.section == b".init.text" && from.symbol.starts_with(b"__param_ops_")))
}

fn is_table(from: End<'_>, to: End<'_>, release: SectionMismatch) -> bool {
    let is_old = release == SectionMismatch::BySectionName && ends_in(from.symbol, OLD_TABLES);
    from.classes.any(Classes::DATA)
        && to.classes.any(ALL_INIT.and(Classes::EXIT))
        && (is_old || ends_in(from.symbol, TABLES))
}

/// A driver's structure that refers to what is freed after start or, unless that is asked for, to
/// what a built-in driver does not have.
fn is_old_driver(from: End<'_>, to: End<'_>, is_strict: bool) -> bool {
    from.classes.any(Classes::DATA)
        && from.symbol.ends_with(b"driver")
        && (to.classes.any(Classes::MEMORY_INIT) || (!is_strict && to.classes.any(Classes::EXIT)))
}

/// The code that starts the kernel.
fn is_start(from: End<'_>, to: End<'_>) -> bool {
    from.classes.any(Classes::HEAD_TEXT) && to.classes.any(ALL_INIT)
}

/// A copy of a function that the compiler made for arguments which are freed themselves.
fn is_specialised(from: End<'_>, to: End<'_>) -> bool {
    from.classes.any(ALL_TEXT)
        && to.classes.any(ALL_INIT)
        && memchr::memmem::find(from.symbol, b".constprop.").is_some()
}
