//! The report of many modules for people: each cause once, the most frequent first, with the number
//! and the first of the modules that have it.

use std::cmp::Reverse;

use indexmap::IndexMap;

use super::contents::{Extent, Report};
use crate::check::Reason;
use crate::shown::{Page, counted};

/// Why modules are refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cause<'a> {
    /// Whether it is that other modules are refused.
    pub(super) is_consequence: bool,
    /// What is wrong.
    pub(super) message: &'a str,
    pub(super) cause: &'a str,
    pub(super) remedy: &'a str,
}

impl<'a> Cause<'a> {
    /// That of a reason. All consequences of other refusals are one.
    pub(super) fn of(reason: &'a Reason) -> Self {
        let Reason { is_consequence, message, cause, remedy, .. } = reason;
        let (cause, remedy) = match is_consequence {
            true => ("a module that was given exports it, but is refused", "see the other causes"),
            false => (&**cause, &**remedy),
        };
        Cause { is_consequence: *is_consequence, message, cause, remedy }
    }
}

/// What has a cause.
#[derive(Default)]
struct Affected<'a> {
    modules: Vec<&'a [u8]>,
    /// The symbols, each with the number of modules that are refused because of it.
    symbols: IndexMap<&'a [u8], usize>,
}

impl<'a> Affected<'a> {
    /// Adds a module with this reason.
    fn add(&mut self, path: &'a [u8], reason: &'a Reason) {
        // It may have several for one cause, one after the other or for other symbols.
        if self.modules.last() != Some(&path) {
            self.modules.push(path);
        }
        for symbol in &reason.symbols {
            *self.symbols.entry(&symbol.name).or_insert(0) += 1;
        }
    }

    /// The symbols, those of the most modules first.
    fn symbols(&self) -> Vec<(&'a [u8], usize)> {
        let mut symbols: Vec<_> = self.symbols.iter().map(|(name, it)| (*name, *it)).collect();
        symbols.sort_by_key(|(_, modules)| Reverse(*modules));
        symbols
    }
}

/// What is not known of modules, and decides whether they load, and which modules these are.
pub(super) fn unknown(report: &Report<'_>, extent: Extent, page: &mut Page) {
    let mut groups = IndexMap::<&str, Vec<&[u8]>>::new();
    for checked in report.checked.iter().filter(|it| extent.has(it)) {
        for what in &checked.unknown {
            groups.entry(what).or_default().push(report.path(checked));
        }
    }
    groups.sort_by_cached_key(|_, modules| Reverse(modules.len()));
    for (what, modules) in groups.iter().take(extent.limit()) {
        page.line(format!("not known ({}): {what}", modules.len()));
        paths(modules, extent, page);
    }
    extent.rest(groups.len(), "not known: ", page);
}

/// Why modules are refused.
pub(super) fn causes(report: &Report<'_>, extent: Extent, page: &mut Page) {
    let found = found(report);
    for (number, (cause, affected)) in found.iter().take(extent.limit()).enumerate() {
        page.end();
        page.put(format!("{:2}. {}: ", number + 1, cause.message));
        explain(report, extent, cause, affected, page);
    }
    if found.len() > extent.limit() {
        page.end();
        extent.rest(found.len(), "", page);
    }
}

/// Each cause, the most frequent first; what follows from others last.
fn found<'a>(report: &Report<'a>) -> Vec<(Cause<'a>, Affected<'a>)> {
    let mut causes = IndexMap::<Cause<'a>, Affected<'a>>::new();
    for checked in report.checked {
        for reason in &checked.reasons {
            let affected = causes.entry(Cause::of(reason)).or_default();
            affected.add(report.path(checked), reason);
        }
    }
    let rank = |cause: &Cause<'_>, affected: &Affected<'_>| {
        (cause.is_consequence, Reverse(affected.modules.len()))
    };
    causes.sort_by_cached_key(rank);
    causes.into_iter().collect()
}

/// The rest of the line of a cause, and what else there is to say of it.
fn explain(
    report: &Report<'_>,
    extent: Extent,
    cause: &Cause<'_>,
    affected: &Affected<'_>,
    page: &mut Page,
) {
    page.line(counted(affected.modules.len(), "module"));
    paths(&affected.modules, extent, page);
    let symbols = affected.symbols();
    for (place, (name, modules)) in symbols.iter().take(extent.limit()).enumerate() {
        page.put(if place == 0 { "    symbol: " } else { "            " });
        page.put(name).line(format!(" ({modules})"));
    }
    extent.rest(symbols.len(), "            ", page);
    page.line(format!("    cause:  {}", cause.cause));
    page.line(format!("    do:     {}", cause.remedy));
    for (name, _) in symbols.iter().take(extent.limit()) {
        if let Some(why) = report.type_named(name) {
            page.put("    type:   ").lines_behind("            ", why);
        }
    }
}

/// The first of some modules.
fn paths(modules: &[&[u8]], extent: Extent, page: &mut Page) {
    for path in modules.iter().take(extent.limit()) {
        page.put("      ").line(path);
    }
    extent.rest(modules.len(), "      ", page);
}
