//! What was checked as a document for the writers of [`crate::report`]: a finding for each cause for which
//! modules are refused, and for each thing that decides whether modules load and is not known.

use std::collections::BTreeSet;
use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::contents::Report;
use super::summary::Cause;
use crate::check::{Candidate, Checked, Profile, Reason, ReasonId, Verdict};
use crate::report::{
    Cell, Document, Finding, Item, Level, Location, Matrix, NotEvaluated, Reach, Root, Rule, Side,
    State, Text, fingerprint,
};
use crate::shown::counted;

/// How many symbols a finding lists.
const MOST_SYMBOLS: usize = 100;

/// The rule for what is not known, after those of the reasons.
const UNDETERMINED: usize = ReasonId::ALL.len();
const UNDETERMINED_ID: &str = "undetermined";

/// What a finding is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// Modules are refused.
    Refused(ReasonId, Cause<'a>),
    /// This is not known.
    Unknown(&'a str),
}

/// What belongs to a finding.
#[derive(Default)]
struct Members<'a> {
    /// The numbers of the modules, among those that were checked.
    modules: Vec<u32>,
    /// The first reason.
    reason: Option<&'a Reason>,
    /// The symbols, each with the number of modules that are refused because of it.
    symbols: IndexMap<&'a [u8], usize, BuildHasherDefault<FxHasher>>,
}

/// The findings under way.
type Groups<'a> = IndexMap<Key<'a>, Members<'a>, BuildHasherDefault<FxHasher>>;

/// The modules by their paths, in the order in which they were first loaded.
type Modules<'a> = IndexMap<&'a [u8], Vec<Verdict>, BuildHasherDefault<FxHasher>>;

/// Makes the document of what became of modules on a kernel, or on each of several.
pub fn document(reports: &[Report<'_>]) -> Document {
    let mut modules = Modules::default();
    for report in reports {
        for checked in report.checked {
            modules.entry(report.path(checked)).or_default().push(checked.verdict);
        }
    }
    let mut rows: Vec<(Text, Vec<Cell>)> =
        modules.keys().map(|path| (Text::of(path), vec![Cell::default(); reports.len()])).collect();
    let kernels = names(reports);
    let mut findings = Vec::new();
    for (column, report) in reports.iter().enumerate() {
        let named = name_in_findings(&kernels, column);
        let number = |checked: &Checked| modules.get_index_of(report.path(checked)).unwrap_or(0);
        for checked in report.checked {
            rows[number(checked)].1[column].verdict = word(checked.verdict);
        }
        for (finding, of_finding) in self::findings(report, named) {
            let mut items: Vec<u32> = Vec::new();
            for &module in &of_finding {
                let row = number(&report.checked[module as usize]);
                rows[row].1[column].findings.push(findings.len());
                items.extend(u32::try_from(row).ok());
            }
            items.sort_unstable();
            let reach = Reach { items, ..Reach::default() };
            findings.push(Finding { reach, ..finding });
        }
    }
    let count = counted(modules.len(), "module");
    let side = |report: &Report<'_>| Side {
        role: "kernel",
        path: report.kernel.title.clone(),
        facts: facts(report),
    };
    Document {
        command: "check",
        title: Text::of([count.as_bytes(), b" on ", &kernels.join(&b", "[..])].concat()),
        sides: reports.iter().map(side).collect(),
        status: status(reports),
        summary: reports.iter().map(verdict).collect(),
        rules: rules(),
        findings,
        item_noun: "module",
        items: modules.iter().map(|(path, verdicts)| item(path, verdicts)).collect(),
        consumers: None,
        matrix: Some(Matrix { columns: kernels.into_iter().map(Text::of).collect(), rows }),
        not_evaluated: not_evaluated(reports),
    }
}

/// What findings call a kernel: nothing if it is the only one.
pub(super) fn name_in_findings<'a>(names: &[&'a [u8]], kernel: usize) -> Option<&'a [u8]> {
    (names.len() > 1).then_some(names[kernel])
}

/// What to call the kernels: by their releases, or as they were given if two have the same.
pub(super) fn names<'a>(reports: &[Report<'a>]) -> Vec<&'a [u8]> {
    let names: Vec<&[u8]> = reports.iter().map(|report| report.kernel.name()).collect();
    let is_unique = |name: &&[u8]| names.iter().filter(|other| *other == name).count() == 1;
    match names.iter().all(is_unique) {
        true => names,
        false => reports.iter().map(|report| &report.kernel.title[..]).collect(),
    }
}

/// How many modules load, in a line.
fn verdict(report: &Report<'_>) -> Text {
    let [loads, refused, undetermined] = report.counts();
    let counts = format!(": {loads} load, {refused} refused, {undetermined} undetermined");
    Text::of([report.kernel.name(), counts.as_bytes()].concat())
}

/// The exit status.
fn status(reports: &[Report<'_>]) -> u8 {
    let has = |of: usize| reports.iter().any(|report| report.counts()[of] > 0);
    let mut candidates = reports.iter().flat_map(|report| report.candidates);
    match (candidates.any(Candidate::is_no_module), has(1), has(2)) {
        (true, ..) | (false, false, true) => 2,
        (false, true, _) => 1,
        (false, false, false) => 0,
    }
}

/// What is known of the kernel.
fn facts(report: &Report<'_>) -> Text {
    let kernel = report.kernel;
    let release = kernel.release.as_deref().map(|it| [b"release ", it].concat());
    let profile = kernel.profile.map(|it| format!("loader of {}", Profile::name(it)).into_bytes());
    let exports = counted(kernel.exports.len(), "export").into_bytes();
    let facts: Vec<Vec<u8>> = [release, profile, Some(exports)].into_iter().flatten().collect();
    Text::of(facts.join(&b", "[..]))
}

fn rules() -> Vec<Rule> {
    let of_reason = |id: &ReasonId| Rule {
        id: id.name(),
        level: Level::Error,
        what: id.what(),
        help: "The kernel refuses such a module; each finding has the error, and the lines that the kernel logs.",
        fix: "Each finding says what to do: mostly to rebuild the module against the headers of the kernel.",
        reference: "docs/check.md".to_owned(),
        is_evaluated: true,
    };
    let undetermined = Rule {
        id: UNDETERMINED_ID,
        level: Level::Warning,
        what: "modules of which it is not known whether they load",
        help: "What is known of the kernel does not decide whether the module loads.",
        fix: "Give more of the kernel: its package, its image or its build tree.",
        reference: "docs/check.md#how-to-specify-a-kernel".to_owned(),
        is_evaluated: true,
    };
    ReasonId::ALL.iter().map(of_reason).chain([undetermined]).collect()
}

/// The id of the rule of a finding.
pub(super) fn rule_id(finding: &Finding) -> &'static str {
    ReasonId::ALL.get(finding.rule).map_or(UNDETERMINED_ID, |id| id.name())
}

/// The findings on a kernel, without what they reach: each with the numbers of its modules, among those that
/// were checked. They name the kernel if there are several.
pub(super) fn findings(report: &Report<'_>, named: Option<&[u8]>) -> Vec<(Finding, Vec<u32>)> {
    let groups = groups(report).into_iter();
    let with_modules = |(key, members): (Key<'_>, Members<'_>)| {
        (finding(report, &key, &members, named), members.modules)
    };
    groups.map(with_modules).collect()
}

/// The causes, those of the most modules first; what follows from others after these, and what is not known
/// last.
fn groups<'a>(report: &Report<'a>) -> Groups<'a> {
    let mut groups = Groups::default();
    for (checked, number) in report.checked.iter().zip(0..) {
        for reason in &checked.reasons {
            let members = groups.entry(Key::Refused(reason.id, Cause::of(reason))).or_default();
            members.add(number);
            members.reason.get_or_insert(reason);
            for symbol in &reason.symbols {
                *members.symbols.entry(&symbol.name).or_insert(0) += 1;
            }
        }
        for what in &checked.unknown {
            groups.entry(Key::Unknown(what)).or_default().add(number);
        }
    }
    groups.sort_by_cached_key(|key, members| {
        let rank = match key {
            Key::Refused(_, cause) => u8::from(cause.is_consequence),
            Key::Unknown(_) => 2,
        };
        (rank, std::cmp::Reverse(members.modules.len()))
    });
    groups
}

impl Members<'_> {
    /// Adds a module, which may have several reasons of one cause.
    fn add(&mut self, number: u32) {
        if self.modules.last() != Some(&number) {
            self.modules.push(number);
        }
    }
}

/// A finding without the modules that it concerns. It names the kernel if there are several.
fn finding(
    report: &Report<'_>,
    key: &Key<'_>,
    members: &Members<'_>,
    kernel: Option<&[u8]>,
) -> Finding {
    let first = members.modules.first().map(|&it| &report.checked[it as usize]);
    let common = Finding {
        location: first.map(|checked| Location {
            root: Root::Here,
            path: report.path(checked).to_owned(),
            line: None,
        }),
        state: State::Open,
        ..Finding::default()
    };
    let modules = counted(members.modules.len(), "module");
    let on =
        kernel.map(|kernel| format!(" on {}", String::from_utf8_lossy(kernel))).unwrap_or_default();
    let kernel = kernel.unwrap_or_default();
    match key {
        Key::Refused(id, cause) => {
            let error = members.reason.map(|reason| reason.error);
            let error =
                error.map(|it| format!("{}, {}", it.name(), it.words())).unwrap_or_default();
            Finding {
                rule: ReasonId::ALL.iter().position(|it| it == id).unwrap_or(UNDETERMINED),
                level: Level::Error,
                subject: Text::of(cause.message),
                message: Text::of(format!("{}: {}; {modules}{on}", cause.message, cause.cause)),
                does: Text::of(format!("The kernel refuses to load it: {error}.")),
                fix: Text::of(cause.remedy),
                changes: symbols(members),
                diff: types(report, members),
                fingerprint: fingerprint(&[
                    b"check",
                    kernel,
                    id.name().as_bytes(),
                    cause.message.as_bytes(),
                    cause.cause.as_bytes(),
                ]),
                ..common
            }
        }
        Key::Unknown(what) => Finding {
            rule: UNDETERMINED,
            level: Level::Warning,
            subject: Text::of(what),
            message: Text::of(format!("not known: {what}; {modules}{on}")),
            does: Text::of("It is not known whether the module loads."),
            fix: Text::of("Give more of the kernel: its package, its image or its build tree."),
            fingerprint: fingerprint(&[b"check", kernel, b"undetermined", what.as_bytes()]),
            ..common
        },
    }
}

/// The symbols, those of the most modules first.
fn symbols(members: &Members<'_>) -> Vec<Text> {
    let mut symbols: Vec<(&[u8], usize)> =
        members.symbols.iter().map(|(name, it)| (*name, *it)).collect();
    symbols.sort_by_key(|(_, modules)| std::cmp::Reverse(*modules));
    let line = |(name, modules): &(&[u8], usize)| {
        let modules = format!(": {}", counted(*modules, "module"));
        Text::of([b"symbol ", *name, modules.as_bytes()].concat())
    };
    let mut lines: Vec<Text> = symbols.iter().take(MOST_SYMBOLS).map(line).collect();
    let more = symbols.len().saturating_sub(MOST_SYMBOLS);
    lines.extend((more > 0).then(|| Text::of(format!("and {}", counted(more, "more symbol")))));
    lines
}

/// Which types changed of the first symbol of which that is known.
fn types(report: &Report<'_>, members: &Members<'_>) -> Text {
    members
        .symbols
        .keys()
        .find_map(|name| report.type_named(name))
        .map(Text::lines)
        .unwrap_or_default()
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Loads => "loads",
        Verdict::Refused(_) => "refused",
        Verdict::Undetermined => "undetermined",
    }
}

/// A module, with what became of it.
fn item(path: &[u8], verdicts: &[Verdict]) -> Item {
    let refused = verdicts.iter().filter(|it| matches!(it, Verdict::Refused(_))).count();
    let change = match (verdicts, refused) {
        ([only], _) => word(*only).to_owned(),
        (_, 0) if verdicts.contains(&Verdict::Undetermined) => "undetermined".to_owned(),
        (_, 0) => "loads".to_owned(),
        (all, refused) => format!("refused by {refused} of {}", all.len()),
    };
    Item {
        name: Text::of(path),
        change: Text::of(change),
        location: Some(Location { root: Root::Here, path: path.to_owned(), line: None }),
        ..Item::default()
    }
}

/// What could not be checked, and is assumed to match; and what nobody asked for.
pub(super) fn not_evaluated(reports: &[Report<'_>]) -> Vec<NotEvaluated> {
    let mut counts = IndexMap::<&str, usize, BuildHasherDefault<FxHasher>>::default();
    let checked = || reports.iter().flat_map(|report| report.checked);
    for what in checked().flat_map(|checked| &checked.unchecked) {
        *counts.entry(what).or_default() += 1;
    }
    let unchecked = counts.into_iter().map(|(what, count)| NotEvaluated {
        id: "unchecked",
        what: "a check of modules",
        count: Some(count),
        why: Text::of(format!("{what} (assumed to match)")),
    });
    let symbols = checked().flat_map(|it| &it.reasons).flat_map(|reason| &reason.symbols);
    let is_typed = |name| reports.iter().any(|report| report.type_named(name).is_some());
    let untyped: BTreeSet<&[u8]> = symbols
        .filter(|symbol| symbol.actual.is_some())
        .map(|symbol| &*symbol.name)
        .filter(|name| !is_typed(name))
        .collect();
    let types = (!untyped.is_empty()).then(|| NotEvaluated {
        id: "types",
        what: "which types changed of symbols whose CRC differs",
        count: Some(untyped.len()),
        why: Text::of(match reports.iter().any(|report| report.are_types_given) {
            true => "the types that were given do not have them",
            false => "no types were given (--types)",
        }),
    });
    unchecked.chain(types).collect()
}
