//! References that break a rule and are allowed nevertheless, by the names at both ends.

use super::classes::Classes;
use super::rules::{ALL_EXIT, ALL_INIT, ALL_TEXT, Rule};
use crate::release::{DriverTables, InitTables, LocalLabels, Modpost};

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
const TABLES: &[&[u8]] = &[b"_ops", b"_console"];

/// Also this, up to 6.19.
const PROBES: &[&[u8]] = &[b"_probe"];

/// More of these, until 6.6.
const OLD_TABLES: &[&[u8]] = &[b"_template", b"_timer", b"_sht", b"_probe_one"];

/// The bounds of what is freed: only their addresses are used.
const BOUNDS: &[&[u8]] = &[b"__init_begin", b"_sinittext", b"_einittext"];

/// The same until 5.19, by the patterns of the rule that it breaks.
pub(super) fn allow_until_5_19(from: End<'_>, to: End<'_>, rule: &Rule, release: &Modpost) -> bool {
    let is_listed = from.classes.any(Classes::DATA)
        && to.classes.any(ALL_INIT.and(ALL_EXIT))
        && rule.allowed.split(", ").any(|pattern| {
            pattern.strip_prefix('*').is_some_and(|end| from.symbol.ends_with(end.as_bytes()))
        });
    let is_local =
        release.local_labels == LocalLabels::MayReferToAnything && from.symbol.starts_with(b".L");
    is_parameter(from, to)
        || is_listed
        || is_start(from, to)
        || BOUNDS.contains(&to.symbol)
        || is_specialised(from, to)
        || is_local
}

/// Whether a reference is allowed. `is_strict` (`-W`) allows less.
pub(super) fn allow(from: End<'_>, to: End<'_>, release: &Modpost, is_strict: bool) -> bool {
    is_parameter(from, to)
        || is_table(from, to, release)
        || is_start(from, to)
        || BOUNDS.contains(&to.symbol)
        || is_specialised(from, to)
        || is_driver(from, to, release.driver_tables, is_strict)
        || (release.local_labels == LocalLabels::MayReferToAnything
            && from.symbol.starts_with(b".L"))
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

fn is_table(from: End<'_>, to: End<'_>, release: &Modpost) -> bool {
    let name = from.symbol;
    let is_named_so = ends_in(name, TABLES)
        || match release.init_tables {
            InitTables::Many => ends_in(name, PROBES) || ends_in(name, OLD_TABLES),
            InitTables::WithProbes => ends_in(name, PROBES),
            InitTables::WithoutProbes => false,
            // What Clang renames for its link.
            InitTables::WithLlvmCopies => memchr::memmem::find(name, b"_ops.llvm.").is_some(),
        };
    from.classes.any(Classes::DATA) && to.classes.any(ALL_INIT.and(ALL_EXIT)) && is_named_so
}

/// A driver's structure that refers to what a built-in driver does not have (unless that is asked for)
/// or, until 6.6, to what is freed after memory was added.
fn is_driver(from: End<'_>, to: End<'_>, tables: DriverTables, is_strict: bool) -> bool {
    let (memory, exit) = match tables {
        DriverTables::MemoryAndExit => (true, true),
        DriverTables::MemoryAndExitUnlessStrict => (true, !is_strict),
        DriverTables::ExitUnlessStrict => (false, !is_strict),
        DriverTables::Ordinary => (false, false),
    };
    from.classes.any(Classes::DATA)
        && from.symbol.ends_with(b"driver")
        && ((memory && to.classes.any(Classes::MEMORY_INIT)) || (exit && to.classes.any(ALL_EXIT)))
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
