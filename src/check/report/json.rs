//! The report for programs. `docs/check.schema.json` says what is in it, and changes with it.
//!
//! Within a version, parts may be added; none is taken away or changes its meaning.

use serde::Serialize;

use super::contents::Report;
use super::document::{findings, not_evaluated, rule_id};
use crate::check::{Checked, Kernel, Profile, Reason, ReasonSymbol, Verdict};
use crate::formats::json::{Text, crc, document, texts};
use crate::report::{self, NotEvaluated};

/// The name of the schema.
const SCHEMA: &str = "modversions/check";

/// Its version.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    kernel: KernelPart<'a>,
    summary: Summary,
    /// What the other formats have a finding for: each cause once.
    findings: Vec<FindingPart<'a>>,
    not_evaluated: Vec<NotEvaluatedPart>,
    /// In the order in which they can be loaded.
    modules: Vec<ModulePart<'a>>,
}

#[derive(Serialize)]
struct KernelPart<'a> {
    path: Text<'a>,
    release: Option<Text<'a>>,
    vermagic: Option<Text<'a>>,
    profile: Option<&'static str>,
    modversions: Option<bool>,
    exports: usize,
}

#[derive(Serialize)]
struct Summary {
    loads: usize,
    refused: usize,
    undetermined: usize,
}

/// A cause: what it does, and what to do.
#[derive(Serialize)]
struct FindingPart<'a> {
    /// The same in every run and format.
    id: String,
    rule: &'static str,
    level: &'static str,
    message: report::Text,
    does: report::Text,
    fix: report::Text,
    /// The paths of the modules.
    modules: Vec<Text<'a>>,
}

/// What was not evaluated.
#[derive(Serialize)]
struct NotEvaluatedPart {
    id: &'static str,
    what: &'static str,
    count: Option<usize>,
    why: report::Text,
}

#[derive(Serialize)]
struct ModulePart<'a> {
    path: Text<'a>,
    name: Text<'a>,
    verdict: &'static str,
    error: Option<ErrorPart>,
    taints: Vec<TaintPart>,
    reasons: Vec<ReasonPart<'a>>,
    log: Vec<Text<'a>>,
    needs: Vec<Text<'a>>,
    unknown: &'a [String],
    unchecked: &'a [String],
}

#[derive(Serialize)]
struct ErrorPart {
    number: i32,
    name: &'static str,
    insmod_message: &'static str,
}

#[derive(Serialize)]
struct TaintPart {
    letter: char,
    name: &'static str,
}

#[derive(Serialize)]
struct ReasonPart<'a> {
    id: &'static str,
    message: &'a str,
    symbols: Vec<SymbolPart<'a>>,
    log: Vec<Text<'a>>,
    logged: bool,
    error: &'static str,
    cause: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
struct SymbolPart<'a> {
    name: Text<'a>,
    expected_crc: Option<String>,
    actual_crc: Option<String>,
    module: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Text<'a>>,
}

/// Writes the report on a kernel, which findings name if it is one of several.
pub(super) fn write(report: &Report<'_>, named: Option<&[u8]>) -> Vec<u8> {
    let [loads, refused, undetermined] = report.counts();
    document(&Document {
        schema: SCHEMA,
        version: VERSION,
        kernel: kernel(report.kernel),
        summary: Summary { loads, refused, undetermined },
        findings: findings(report, named).into_iter().map(|it| finding(report, it)).collect(),
        not_evaluated: not_evaluated(&[*report]).into_iter().map(part).collect(),
        modules: report.checked.iter().map(|checked| module(report, checked)).collect(),
    })
}

fn kernel(kernel: &Kernel) -> KernelPart<'_> {
    KernelPart {
        path: Text(&kernel.title),
        release: kernel.release.as_deref().map(Text),
        vermagic: kernel.vermagic.as_deref().map(Text),
        profile: kernel.profile.map(Profile::name),
        modversions: kernel.has_modversions(),
        exports: kernel.exports.len(),
    }
}

fn finding<'a>(
    report: &Report<'a>,
    (finding, modules): (report::Finding, Vec<u32>),
) -> FindingPart<'a> {
    let path = |&module: &u32| Text(report.path(&report.checked[module as usize]));
    FindingPart {
        rule: rule_id(&finding),
        id: finding.fingerprint,
        level: finding.level.word(),
        message: finding.message,
        does: finding.does,
        fix: finding.fix,
        modules: modules.iter().map(path).collect(),
    }
}

fn part(it: NotEvaluated) -> NotEvaluatedPart {
    let NotEvaluated { id, what, count, why } = it;
    NotEvaluatedPart { id, what, count, why }
}

fn module<'a>(report: &Report<'a>, checked: &'a Checked) -> ModulePart<'a> {
    let candidate = &report.candidates[checked.candidate];
    let (verdict, error) = match checked.verdict {
        Verdict::Loads => ("loads", None),
        Verdict::Refused(error) => ("refused", Some(error)),
        Verdict::Undetermined => ("undetermined", None),
    };
    let error = error.map(|it| ErrorPart {
        number: it.number(),
        name: it.name(),
        insmod_message: it.words(),
    });
    let taints = checked.taints.iter();
    ModulePart {
        path: Text(&candidate.path),
        name: Text(&candidate.name),
        verdict,
        error,
        taints: taints.map(|it| TaintPart { letter: it.letter(), name: it.word() }).collect(),
        reasons: checked.reasons.iter().map(|it| reason(report, it)).collect(),
        log: texts(&checked.log),
        needs: texts(&checked.uses),
        unknown: &checked.unknown,
        unchecked: &checked.unchecked,
    }
}

fn reason<'a>(report: &Report<'a>, reason: &'a Reason) -> ReasonPart<'a> {
    ReasonPart {
        id: reason.id.name(),
        message: &reason.message,
        symbols: reason.symbols.iter().map(|it| symbol(report, it)).collect(),
        log: texts(&reason.log),
        logged: reason.is_reached,
        error: reason.error.name(),
        cause: &reason.cause,
        remedy: &reason.remedy,
    }
}

fn symbol<'a>(report: &Report<'a>, symbol: &'a ReasonSymbol) -> SymbolPart<'a> {
    SymbolPart {
        name: Text(&symbol.name),
        expected_crc: symbol.expected.map(crc),
        actual_crc: symbol.actual.map(crc),
        module: symbol.owner.as_deref().map(Text),
        why: report.type_of(symbol).map(|place| Text(report.types[place].1.as_bytes())),
    }
}
