//! What a comparison found as a document for the writers of [`crate::report`]: a finding for each cause.
//!
//! An export whose CRC changed is no finding where a cause reaches it: it is one of those that the cause
//! concerns. Where no cause is known, all that are in the same position are one finding.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::changes;
use super::facts::Facts;
use super::ids;
use super::items::{Items, place};
use super::not_evaluated::{self, is_evaluated};
use super::words::{reasons, sentence, verdict};
use crate::abi_diff::causes::{Cause, reached};
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::{Level, Lint, Tolerance, Verdict};
use crate::canonical::spelled;
use crate::corpus::{Place, Release};
use crate::report::{
    self, Consumer, Consumers, Document, Location, Reach, Related, Root, Rule, Side, State,
    Suppression, Text,
};
use crate::shown::{Page, counted};

/// Makes the document.
pub(super) fn document(facts: &Facts<'_>) -> Document {
    let items = Items::of(facts);
    let shared = Shared::of(facts);
    let mut findings = of_causes(facts, &items, &shared);
    findings.extend(of_findings(facts, &items, &shared));
    findings.sort_by_key(|(rank, _)| *rank);
    let [old, new] = facts.releases;
    Document {
        command: "abi-diff",
        title: Text::of([base(&old.title), " → ".as_bytes(), base(&new.title)].concat()),
        sides: vec![side("old", old), side("new", new)],
        status: u8::from(facts.found.is_failure()),
        summary: verdict(facts).iter().map(Text::of).collect(),
        rules: Lint::ALL.iter().map(|&lint| rule(facts, lint)).collect(),
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        item_noun: "export",
        consumers: consumers(facts, &items),
        matrix: None,
        items: items.items,
        not_evaluated: not_evaluated::list(facts),
    }
}

/// The last part of a path.
fn base(path: &[u8]) -> &[u8] {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

/// What findings and causes have to do with each other.
struct Shared<'a> {
    /// Whether a cause that fails reaches an export, by the number of its name.
    is_open: Vec<bool>,
    /// The types that break modules although no CRC says so, since there are none.
    unversioned: BTreeSet<&'a [u8]>,
}

impl<'a> Shared<'a> {
    fn of(facts: &Facts<'a>) -> Self {
        let found = facts.found;
        let open = found.causes.iter().flatten().filter(|cause| cause.verdict.is_open());
        let of_lint = found.findings.iter().filter(|it| it.lint == Lint::UnversionedBreak);
        let unversioned = of_lint.filter_map(|finding| match &finding.detail {
            Detail::Reaches { reached, .. } => Some(&reached.name[..]),
            _ => None,
        });
        Self { is_open: reached(facts.types, open), unversioned: unversioned.collect() }
    }
}

/// What findings are sorted by: what fails first, then the level, then how bad it is, then how much it
/// concerns.
type Rank = (u8, report::Level, u8, Reverse<usize>);

fn rank(finding: &report::Finding, badness: u8) -> Rank {
    let state = match finding.state {
        State::Open => 0,
        State::Informative => 1,
        State::Tolerated(_) => 2,
    };
    (state, finding.level, badness, Reverse(finding.reach.items.len()))
}

/// How bad what a lint finds is: a module that goes wrong is worse than one that is refused.
const fn badness(lint: Lint) -> u8 {
    match lint {
        Lint::SilentBreak => 0,
        Lint::ChangeLayout => 1,
        Lint::ChangeSignature => 2,
        Lint::ChangeEnumerator => 3,
        Lint::ChangeUnknown => 5,
        Lint::ChangeCompatible => 7,
        Lint::ChangeCosmetic => 8,
        Lint::CrcChanged | Lint::CrcLost | Lint::CrcGained => 6,
        _ => 4,
    }
}

fn side(role: &'static str, release: &Release) -> Side {
    let exports = release.exports.as_ref().map(|exports| counted(exports.len(), "export"));
    let types =
        release.corpus.as_ref().map(|it| format!("types of {}", counted(it.files.len(), "file")));
    let btf = release.btf.as_ref().map(|_| "BTF".to_owned());
    let facts: Vec<String> = [exports, types, btf].into_iter().flatten().collect();
    Side { role, path: release.title.clone(), facts: Text::of(facts.join(", ")) }
}

fn rule(facts: &Facts<'_>, lint: Lint) -> Rule {
    Rule {
        id: lint.id(),
        level: level(lint.level()),
        what: lint.what(),
        help: lint.explanation(),
        fix: lint.fix(),
        reference: format!("docs/lints.md#{}", lint.id()),
        is_evaluated: is_evaluated(facts, lint),
    }
}

const fn level(level: Level) -> report::Level {
    match level {
        Level::Breaking => report::Level::Error,
        Level::Warning => report::Level::Warning,
        Level::Note => report::Level::Note,
    }
}

/// The causes, each with its rank.
fn of_causes(
    facts: &Facts<'_>,
    items: &Items<'_>,
    shared: &Shared<'_>,
) -> Vec<(Rank, report::Finding)> {
    let causes = facts.found.causes.as_deref().unwrap_or_default();
    let reaches = items.of_causes(causes);
    let ids = ids::of_causes(facts.types, causes);
    let found = causes.iter().zip(reaches).zip(ids).map(|((cause, reached), fingerprint)| {
        let reach = Reach {
            items: reached.to_vec(),
            nearest: items.of_ids(&cause.nearest),
            is_at_most: facts.found.is_by_btf,
        };
        let effect = Lint::of_impact(cause.impact.class);
        let mut finding = report::Finding { reach, fingerprint, ..of_cause(facts, cause, effect) };
        if shared.unversioned.contains(facts.types.name(cause.change.name)) {
            finding.also.push(Lint::UnversionedBreak.id());
        }
        (rank(&finding, badness(effect)), finding)
    });
    found.collect()
}

/// A cause without what it reaches.
fn of_cause(facts: &Facts<'_>, cause: &Cause, effect: Lint) -> report::Finding {
    let types = facts.types;
    let mut subject = spelled(types.name(cause.change.name));
    let changes = changes::told(types, cause);
    let mut diff = Page::default();
    changes::put(types, cause, &mut diff);
    let what = match reasons(&cause.impact) {
        reasons if reasons.is_empty() => changes.first().cloned().unwrap_or_default(),
        reasons => reasons,
    };
    let message =
        [&subject[..], b": ", what.as_bytes(), b"; ", how_many(facts, cause).as_bytes()].concat();
    let name = subject.clone();
    let is_export = types.is_export(cause.change.name);
    if is_export {
        subject.extend(b" (the export itself)");
    }
    // What became visible or hidden is put right in another way than what changed.
    let advisor = match cause.lint {
        Lint::TypeChanged | Lint::DeclarationChanged => effect,
        lint => lint,
    };
    let [before, after] = [0, 1].map(|side: usize| location(facts, cause, side));
    // Of a file whose line is not known, the one after says as much.
    let is_before = before != after && before.as_ref().is_some_and(|it| it.line.is_some());
    let old = before
        .clone()
        .filter(|_| is_before)
        .map(|location| Related { message: Text::of("the declaration before"), location });
    report::Finding {
        rule: effect as usize,
        also: vec![cause.lint.id()],
        level: level(cause.verdict.level),
        subject: Text::of(subject),
        message: Text::of(message),
        does: Text::of(advisor.explanation()),
        fix: Text::of(advisor.fix()),
        location: after.or(before),
        related: old.into_iter().collect(),
        changes: changes.iter().map(Text::of).collect(),
        diff: Text::lines(&diff),
        toleration: toleration(
            effect,
            (if is_export { "symbol" } else { "type" }, &name),
            cause.verdict,
        ),
        state: state(facts, cause.verdict),
        ..report::Finding::default()
    }
}

/// A rule that tolerates something, to be filled in; empty if it needs none. `of` is the key and the value
/// that name it; an empty value names nothing.
fn toleration(lint: Lint, (key, value): (&str, &[u8]), verdict: Verdict) -> Text {
    let mut page = Page::default();
    if verdict.is_open() {
        page.line("[[rule]]");
        page.line(format!("lint = \"{}\"", lint.id()));
        if !value.is_empty() {
            let value = String::from_utf8_lossy(value);
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            page.line(format!("{key} = \"{value}\""));
        }
        page.line("reason = \"\"");
        page.line("owner = \"\"");
        page.line("# expires = 2030-12-31");
    }
    Text::lines(&page)
}

/// How many exports reach a cause, in words.
fn how_many(facts: &Facts<'_>, cause: &Cause) -> String {
    let most = if facts.found.is_by_btf { "up to " } else { "" };
    let verb = if cause.exports.len() == 1 { "reaches" } else { "reach" };
    format!("{most}{} {verb} it", counted(cause.exports.len(), "export"))
}

/// Where a cause is declared: in the sources if the types say so, else the line of the file with the types;
/// of BTF nothing is known.
fn location(facts: &Facts<'_>, cause: &Cause, side: usize) -> Option<Location> {
    if let Some(Place { source, line }) = cause.places[side] {
        let path = facts.types.source(source).to_owned();
        return Some(Location { root: Root::Sources, path, line: Some(line) });
    }
    let release = facts.releases[side];
    let corpus = release.corpus.as_ref().filter(|it| it.made_of.is_none())?;
    if corpus.is_one_file {
        return Some(Location { root: Root::Here, path: release.title.clone(), line: None });
    }
    let file = corpus.files.get([cause.files.0, cause.files.1][side])?;
    let ending: &[u8] = if corpus.have_attributes { b".abi" } else { b".symtypes" };
    let path = [&file.path[..], ending].concat();
    // Records have lines for other things, too.
    let line = (!corpus.have_attributes).then(|| file.number_of(facts.types, cause.change.name));
    let root = if path == release.title { Root::Here } else { Root::Side(side) };
    Some(Location { root, path, line: line.flatten() })
}

/// Why something does not fail, if it does not.
fn state(facts: &Facts<'_>, verdict: Verdict) -> State {
    let because =
        |reason: &str| State::Tolerated(Suppression { reason: Text::of(reason), location: None });
    match verdict.tolerated {
        None => State::Open,
        Some(Tolerance::Implicit) => State::Informative,
        Some(Tolerance::Causes) => because("all causes of it are tolerated"),
        Some(Tolerance::Exports) => because("all exports that reach it are tolerated"),
        Some(Tolerance::Rule(number)) => {
            let rule = facts.rules.get(number);
            let mut reason = rule.reason.clone().unwrap_or_else(|| "a rule".to_owned());
            for (what, value) in [
                ("owner", rule.owner.clone()),
                ("expires", rule.expires.map(|date| date.to_string())),
            ] {
                reason += &value.map(|value| format!("; {what}: {value}")).unwrap_or_default();
            }
            let line = u32::try_from(rule.line).ok();
            let location = Location { root: Root::Here, path: rule.file.clone(), line };
            State::Tolerated(Suppression { reason: Text::of(reason), location: Some(location) })
        }
    }
}

/// What findings have in common that are one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group<'a> {
    lint: Lint,
    /// The number of the lint's level, and of the rule.
    verdict: (Level, Option<Tolerance>),
    /// What they are about, if it is one thing.
    what: &'a [u8],
    /// Why the cause is not known, if it is an export whose CRC changed.
    why: &'static str,
}

/// What is said of exports, each with its rank.
fn of_findings(
    facts: &Facts<'_>,
    items: &Items<'_>,
    shared: &Shared<'_>,
) -> Vec<(Rank, report::Finding)> {
    let mut groups = BTreeMap::<Group<'_>, Vec<&Finding>>::new();
    let mut alone = Vec::new();
    for finding in &facts.found.findings {
        match group(facts, shared, finding) {
            Grouping::Alone => alone.push(of_finding(facts, items, finding)),
            Grouping::With(group) => groups.entry(group).or_default().push(finding),
            Grouping::Explained => {}
        }
    }
    alone.extend(
        groups.into_iter().map(|(group, members)| of_group(facts, items, &group, &members)),
    );
    let rank = |(lint, finding): (Lint, report::Finding)| (rank(&finding, badness(lint)), finding);
    alone.into_iter().map(rank).collect()
}

/// Whether a finding stands by itself.
enum Grouping<'a> {
    /// It does.
    Alone,
    /// It is one with others.
    With(Group<'a>),
    /// A cause says it.
    Explained,
}

fn group<'a>(facts: &Facts<'a>, shared: &Shared<'_>, finding: &'a Finding) -> Grouping<'a> {
    let found = facts.found;
    let has = |list: &[Vec<u8>]| list.binary_search_by(|it| it[..].cmp(&finding.symbol)).is_ok();
    let with = |what, why| {
        let Verdict { level, tolerated } = finding.verdict;
        Grouping::With(Group { lint: finding.lint, verdict: (level, tolerated), what, why })
    };
    match (&finding.detail, finding.lint) {
        (Detail::Reaches { reached, .. }, Lint::UnversionedBreak)
            if is_cause(facts, &reached.name) =>
        {
            Grouping::Explained
        }
        (Detail::Reaches { reached, .. }, _) => with(&reached.name, ""),
        (_, Lint::CrcChanged) if found.causes.is_none() => with(b"", "the types are not known"),
        (_, Lint::CrcChanged) if has(&found.untyped) => {
            with(b"", not_evaluated::untyped_why(facts))
        }
        (_, Lint::CrcChanged) if has(&found.unexplained) => {
            with(b"", "no type that they lead to differs in BTF")
        }
        (_, Lint::CrcChanged) if found.is_too_much_by_btf => with(b"", "too much differs in BTF"),
        (_, Lint::CrcChanged) => {
            let name = facts.types.find_name(&finding.symbol);
            let is_open = name.is_some_and(|name| shared.is_open[name.place()]);
            match finding.verdict.is_open() && !is_open {
                true => with(b"", "their causes are tolerated, and they are not"),
                false => Grouping::Explained,
            }
        }
        (_, Lint::CrcLost | Lint::CrcGained | Lint::CrcUnexplained) => with(b"", ""),
        (_, lint) if lint.level() == Level::Note => with(b"", ""),
        _ => Grouping::Alone,
    }
}

/// Whether a type is one of the causes.
fn is_cause(facts: &Facts<'_>, name: &[u8]) -> bool {
    let id = facts.types.find_name(name);
    facts.found.causes.iter().flatten().any(|cause| Some(cause.change.name) == id)
}

/// A finding of its own.
fn of_finding(facts: &Facts<'_>, items: &Items<'_>, finding: &Finding) -> (Lint, report::Finding) {
    let lint = finding.lint;
    let message = sentence(finding);
    let reached = items.number(&finding.symbol).filter(|_| finding.is_of_export());
    let reach = Reach { items: reached.into_iter().collect(), ..Reach::default() };
    let common = common(facts, lint, finding.verdict);
    let found = report::Finding {
        subject: Text::of(&finding.symbol),
        message: Text::of(message),
        location: listed(facts, finding),
        reach,
        toleration: toleration(lint, ("symbol", &finding.symbol), finding.verdict),
        fingerprint: ids::of_finding(finding),
        ..common
    };
    (lint, found)
}

/// Several findings with one cause.
fn of_group(
    facts: &Facts<'_>,
    items: &Items<'_>,
    group: &Group<'_>,
    members: &[&Finding],
) -> (Lint, report::Finding) {
    let lint = group.lint;
    let mut numbers: Vec<u32> = members.iter().filter_map(|it| items.number(&it.symbol)).collect();
    numbers.sort_unstable();
    let verdict = Verdict { level: group.verdict.0, tolerated: group.verdict.1 };
    let mut message = format!("{} ({})", lint.what_of(members.len()), members.len()).into_bytes();
    let first = members.first().filter(|_| !group.what.is_empty());
    match first.and_then(|it| it.remark()) {
        Some(remark) => {
            message = [&spelled(group.what)[..], b": ", &message, b": ", &remark].concat()
        }
        None if !group.why.is_empty() => {
            message.extend([b"; why: ", group.why.as_bytes()].concat())
        }
        None => {}
    }
    let by = match group.verdict.1 {
        Some(Tolerance::Rule(number)) => facts.rules.get(number).shown.clone(),
        Some(Tolerance::Causes) => b"causes".to_vec(),
        Some(Tolerance::Exports | Tolerance::Implicit) | None => Vec::new(),
    };
    let subject = match group.what {
        [] => format!("{} ({})", lint.what_of(members.len()), members.len()).into_bytes(),
        name => spelled(name),
    };
    let what = [group.what, group.why.as_bytes()].concat();
    let finding = report::Finding {
        subject: Text::of(subject),
        message: Text::of(message),
        location: members.first().and_then(|it| listed(facts, it)),
        reach: Reach { items: numbers, ..Reach::default() },
        toleration: toleration(lint, ("symbol", b""), verdict),
        fingerprint: ids::of_group(lint, &what, &by),
        ..common(facts, lint, verdict)
    };
    (lint, finding)
}

/// What findings of a lint have in common.
fn common(facts: &Facts<'_>, lint: Lint, verdict: Verdict) -> report::Finding {
    report::Finding {
        rule: lint as usize,
        level: level(verdict.level),
        does: Text::of(lint.explanation()),
        fix: Text::of(lint.fix()),
        state: state(facts, verdict),
        ..report::Finding::default()
    }
}

/// Where a list has what a finding is about: the line of a stable list, of the exports after, or of those
/// before.
fn listed(facts: &Facts<'_>, finding: &Finding) -> Option<Location> {
    match &finding.detail {
        Detail::Listed { list, line, .. } => {
            let line = u32::try_from(*line).ok();
            return Some(Location { root: Root::Here, path: list.clone(), line });
        }
        Detail::OnlyTyped(file) => {
            let side = usize::from(finding.lint == Lint::ExportAdded);
            let path = [&file[..], b".symtypes"].concat();
            return Some(Location { root: Root::Side(side), path, line: None });
        }
        Detail::DeclaredTwice(files) => {
            let path = [&files.first()?[..], b".symtypes"].concat();
            return Some(Location { root: Root::Side(1), path, line: None });
        }
        _ => {}
    }
    let [old, new] = facts.releases;
    let place = |release: &Release| place(release, release.exports.as_ref()?.get(&finding.symbol)?);
    place(new).or_else(|| place(old))
}

/// The modules that use what changed.
fn consumers(facts: &Facts<'_>, items: &Items<'_>) -> Option<Consumers> {
    let consumers = facts.consumers?;
    let affected = consumers.broken.iter().map(|broken| {
        let symbols = broken.uses.iter().flat_map(|(_, symbols)| symbols);
        let mut numbers: Vec<u32> = symbols.filter_map(|symbol| items.number(symbol)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Consumer { path: Text::of(&broken.path), items: numbers }
    });
    Some(Consumers { examined: consumers.asked, affected: affected.collect() })
}
