//! The report for programs. `docs/abi-diff.schema.json` says what is in it, and
//! `docs/abi-diff-rules.md` in words; both change with it.
//!
//! Within a version, parts may be added; none is taken away or changes its meaning.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::facts::Facts;
use super::ids;
use super::not_evaluated;
use super::reasons::{self, ReasonPart};
use crate::abi_diff::causes::Cause;
use crate::abi_diff::change::Change;
use crate::abi_diff::consumers::{Broken, Consumers};
use crate::abi_diff::findings::{Detail, Finding, Reached};
use crate::abi_diff::lints::{Level, Lint, Tolerance, Verdict};
use crate::abi_diff::silent::Examined;
use crate::corpus::{Place, Release};
use crate::formats::json::{Text, crc, document, texts};
use crate::formats::symtypes::{Kind, TypeName};
use crate::formats::type_string::unquoted;
use crate::kernel::{Export, Exports};
use crate::report::NotEvaluated;

/// The name of the schema.
const SCHEMA: &str = "modversions/abi-diff";

/// Its version.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    old: ReleasePart<'a>,
    new: ReleasePart<'a>,
    summary: Summary,
    /// What there is to say of each lint that found something, by its id.
    lints: BTreeMap<&'static str, LintPart>,
    not_evaluated: Vec<NotEvaluatedPart>,
    causes: Option<Vec<CausePart<'a>>>,
    findings: Vec<FindingPart<'a>>,
    without_types: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_btf: Option<ByBtfPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    examined: Option<ExaminedPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumers: Option<ConsumersPart<'a>>,
}

/// A lint: how much it matters, what it finds, what that does, and what to do about it.
#[derive(Serialize)]
struct LintPart {
    level: &'static str,
    what: &'static str,
    does: &'static str,
    fix: &'static str,
}

/// What was not evaluated.
#[derive(Serialize)]
struct NotEvaluatedPart {
    id: &'static str,
    what: &'static str,
    /// Of how many exports; absent if of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    why: String,
}

/// What is known of causes that are found by BTF.
#[derive(Serialize)]
struct ByBtfPart<'a> {
    unexplained: Vec<Text<'a>>,
    /// Whether so much differs that nothing was followed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    too_much: bool,
}

#[derive(Serialize)]
struct ReleasePart<'a> {
    path: Text<'a>,
    exports: Option<usize>,
    has_crcs: Option<bool>,
    types_files: Option<usize>,
}

#[derive(Default, Serialize)]
struct Summary {
    is_failure: bool,
    breaking: usize,
    warning: usize,
    note: usize,
    tolerated: usize,
    /// Causes by what they do; those that rules tolerate are among them.
    impacts: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ExaminedPart {
    same_crc: usize,
    without_crc: usize,
    by_declarations: usize,
    by_btf: usize,
}

#[derive(Serialize)]
struct CausePart<'a> {
    /// The same in every run.
    id: String,
    lint: &'static str,
    level: &'static str,
    kind: &'static str,
    name: Text<'a>,
    old: Text<'a>,
    new: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variants: Vec<VariantPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_place: Option<PlacePart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_place: Option<PlacePart<'a>>,
    impact: ImpactPart,
    exports: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exports_at_most: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<Text<'a>>,
    tolerated: Option<TolerancePart<'a>>,
}

/// A variant of an enum of Rust that changed.
#[derive(Serialize)]
struct VariantPart<'a> {
    name: Text<'a>,
    old: Text<'a>,
    new: Text<'a>,
}

/// Where something is declared, as records say it.
#[derive(Serialize)]
struct PlacePart<'a> {
    file: Text<'a>,
    line: u32,
}

#[derive(Serialize)]
struct ImpactPart {
    lint: &'static str,
    layouts_from: &'static str,
    reasons: Vec<ReasonPart>,
    consequence_of: Vec<String>,
}

#[derive(Serialize)]
struct FindingPart<'a> {
    /// The same in every run.
    id: String,
    lint: &'static str,
    level: &'static str,
    symbol: Text<'a>,
    old: Option<ExportPart<'a>>,
    new: Option<ExportPart<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<OwnedText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<ReachedPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'static str>,
    tolerated: Option<TolerancePart<'a>>,
}

/// What an export with the same CRC reaches that changed.
#[derive(Serialize)]
struct ReachedPart<'a> {
    kind: &'static str,
    name: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonPart>,
    others: usize,
}

#[derive(Serialize)]
struct ExportPart<'a> {
    crc: String,
    module: Text<'a>,
    gpl_only: Option<bool>,
    namespace: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
enum TolerancePart<'a> {
    Implicit,
    Causes,
    Exports,
    Rule {
        file: Text<'a>,
        line: usize,
        rule: Text<'a>,
        reason: Option<&'a str>,
        owner: Option<&'a str>,
        expires: Option<String>,
    },
}

#[derive(Serialize)]
struct ConsumersPart<'a> {
    examined: usize,
    affected: Vec<BrokenPart<'a>>,
}

#[derive(Serialize)]
struct BrokenPart<'a> {
    path: Text<'a>,
    uses: Vec<UsePart<'a>>,
}

#[derive(Serialize)]
struct UsePart<'a> {
    lint: &'static str,
    symbols: Vec<Text<'a>>,
}

/// A text that is made for the report.
struct OwnedText(Vec<u8>);

impl Serialize for OwnedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Text(&self.0).serialize(serializer)
    }
}

/// Writes the report, with a newline at its end.
pub(super) fn write(facts: &Facts<'_>) -> Vec<u8> {
    let [old, new] = facts.releases.map(release);
    document(&Document {
        schema: SCHEMA,
        version: VERSION,
        old,
        new,
        summary: summary(facts),
        lints: lints(facts),
        not_evaluated: not_evaluated::list(facts).into_iter().map(part).collect(),
        causes: facts.found.causes.as_ref().map(|causes| {
            let ids = ids::of_causes(facts.types, causes);
            causes.iter().zip(ids).map(|(it, id)| cause(it, id, facts)).collect()
        }),
        findings: facts.found.findings.iter().map(|it| finding(it, facts)).collect(),
        without_types: texts(&facts.found.untyped),
        by_btf: facts.found.is_by_btf.then(|| ByBtfPart {
            unexplained: texts(&facts.found.unexplained),
            too_much: facts.found.is_too_much_by_btf,
        }),
        examined: facts.found.examined.map(|it| {
            let Examined { same_crc, without_crc, by_declarations, by_btf } = it;
            ExaminedPart { same_crc, without_crc, by_declarations, by_btf }
        }),
        consumers: facts.consumers.map(consumers),
    })
}

fn release(release: &Release) -> ReleasePart<'_> {
    ReleasePart {
        path: Text(&release.title),
        exports: release.exports.as_ref().map(|exports| exports.len()),
        has_crcs: release.exports.as_ref().and_then(Exports::has_crcs),
        types_files: release.corpus.as_ref().map(|corpus| corpus.files.len()),
    }
}

fn summary(facts: &Facts<'_>) -> Summary {
    let mut summary = Summary { is_failure: facts.found.is_failure(), ..Summary::default() };
    let causes = facts.found.causes.iter().flatten().map(|cause| cause.verdict);
    for verdict in facts.found.findings.iter().map(|finding| finding.verdict).chain(causes) {
        let count = match verdict.level {
            _ if verdict.is_by_rules() => &mut summary.tolerated,
            Level::Breaking => &mut summary.breaking,
            Level::Warning => &mut summary.warning,
            Level::Note => &mut summary.note,
        };
        *count += 1;
    }
    for cause in facts.found.causes.iter().flatten() {
        *summary.impacts.entry(Lint::of_impact(cause.impact.class).id()).or_default() += 1;
    }
    summary
}

/// What there is to say of the lints that found something.
fn lints(facts: &Facts<'_>) -> BTreeMap<&'static str, LintPart> {
    let causes = facts.found.causes.iter().flatten();
    let of_causes = causes.flat_map(|it| [it.lint, Lint::of_impact(it.impact.class)]);
    let of_findings = facts.found.findings.iter().map(|finding| finding.lint);
    let part = |lint: Lint| LintPart {
        level: lint.level().word(),
        what: lint.what(),
        does: lint.explanation(),
        fix: lint.fix(),
    };
    of_findings.chain(of_causes).map(|lint| (lint.id(), part(lint))).collect()
}

fn part(it: NotEvaluated) -> NotEvaluatedPart {
    let NotEvaluated { id, what, count, why } = it;
    NotEvaluatedPart { id, what, count, why: why.to_string() }
}

fn cause<'a>(cause: &'a Cause, id: String, facts: &Facts<'a>) -> CausePart<'a> {
    let types = facts.types;
    let TypeName { kind, bare } = TypeName::of(types.name(cause.change.name));
    let place = |it: Place| PlacePart { file: Text(types.source(it.source)), line: it.line };
    let variant = |it: &Change| VariantPart {
        name: Text(unquoted(TypeName::of(types.name(it.name)).bare)),
        old: Text(types.declaration(it.old)),
        new: Text(types.declaration(it.new)),
    };
    let [old_place, new_place] = cause.places;
    CausePart {
        id,
        lint: cause.lint.id(),
        level: cause.verdict.level.word(),
        kind: kind_word(kind),
        name: Text(unquoted(bare)),
        old: Text(types.declaration(cause.change.old)),
        new: Text(types.declaration(cause.change.new)),
        variants: cause.variants.iter().map(variant).collect(),
        old_place: old_place.map(place),
        new_place: new_place.map(place),
        impact: ImpactPart {
            lint: Lint::of_impact(cause.impact.class).id(),
            layouts_from: cause.layouts_from.id(),
            reasons: cause.impact.reasons.iter().map(reasons::part).collect(),
            consequence_of: cause.impact.consequence_of.iter().map(ToString::to_string).collect(),
        },
        exports: cause.listed().iter().map(|&export| Text(types.name(export))).collect(),
        exports_at_most: facts.found.is_by_btf.then(|| cause.exports.len()),
        nearest: cause.nearest.iter().map(|&export| Text(types.name(export))).collect(),
        tolerated: tolerance(cause.verdict, facts),
    }
}

fn finding<'a>(finding: &'a Finding, facts: &Facts<'a>) -> FindingPart<'a> {
    FindingPart {
        id: ids::of_finding(finding),
        lint: finding.lint.id(),
        level: finding.verdict.level.word(),
        symbol: Text(&finding.symbol),
        old: finding.old().map(export),
        new: finding.new_export().map(export),
        files: files(finding),
        remark: finding.remark().map(OwnedText),
        reached: reached(finding),
        impact: finding.worst().map(|class| Lint::of_impact(class).id()),
        tolerated: tolerance(finding.verdict, facts),
    }
}

/// The files that declare it, if only these tell of it.
fn files(finding: &Finding) -> Vec<Text<'_>> {
    match &finding.detail {
        Detail::DeclaredTwice(files) => texts(files),
        Detail::OnlyTyped(file) => vec![Text(file)],
        Detail::Removed(_)
        | Detail::Added(_)
        | Detail::Changed { .. }
        | Detail::Reaches { .. }
        | Detail::Listed { .. } => Vec::new(),
    }
}

/// What changed of what the export reaches, if that was found.
fn reached(finding: &Finding) -> Option<ReachedPart<'_>> {
    match &finding.detail {
        Detail::Reaches { reached, .. } => {
            let Reached { name, reason, others } = &**reached;
            let TypeName { kind, bare } = TypeName::of(name);
            let reason = reason.as_ref().map(reasons::part);
            Some(ReachedPart { kind: kind_word(kind), name: Text(bare), reason, others: *others })
        }
        Detail::Removed(_)
        | Detail::Added(_)
        | Detail::Changed { .. }
        | Detail::OnlyTyped(_)
        | Detail::DeclaredTwice(_)
        | Detail::Listed { .. } => None,
    }
}

/// The word for what a name stands for.
const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Struct => "struct",
        Kind::Union => "union",
        Kind::Enum => "enum",
        Kind::Typedef => "typedef",
        Kind::EnumConstant => "enumerator",
        Kind::Normal => "export",
    }
}

fn export(export: &Export) -> ExportPart<'_> {
    ExportPart {
        crc: crc(export.crc_or_zero()),
        module: Text(&export.module),
        gpl_only: export.is_gpl,
        namespace: Some(export.namespace()).filter(|it| !it.is_empty()).map(Text),
    }
}

fn consumers(consumers: &Consumers) -> ConsumersPart<'_> {
    let affected = consumers.broken.iter().map(broken).collect();
    ConsumersPart { examined: consumers.asked, affected }
}

fn broken(broken: &Broken) -> BrokenPart<'_> {
    let uses = broken.uses.iter();
    let uses = uses.map(|(lint, symbols)| UsePart { lint: lint.id(), symbols: texts(symbols) });
    BrokenPart { path: Text(&broken.path), uses: uses.collect() }
}

fn tolerance<'a>(verdict: Verdict, facts: &Facts<'a>) -> Option<TolerancePart<'a>> {
    Some(match verdict.tolerated? {
        Tolerance::Implicit => TolerancePart::Implicit,
        Tolerance::Causes => TolerancePart::Causes,
        Tolerance::Exports => TolerancePart::Exports,
        Tolerance::Rule(number) => {
            let rule = facts.rules.get(number);
            TolerancePart::Rule {
                file: Text(&rule.file),
                line: rule.line,
                rule: Text(&rule.shown),
                reason: rule.reason.as_deref(),
                owner: rule.owner.as_deref(),
                expires: rule.expires.map(|date| date.to_string()),
            }
        }
    })
}
