//! SARIF 2.1.0, which code scanning reads: a result for each finding, with its place, what belongs to it,
//! and who tolerates it.
//!
//! Only the first few of the items that a result reaches are related locations; how many there are is in
//! its message and its properties.

use std::collections::BTreeMap;

use serde::Serialize;

use super::uri::reference;
use super::{Document, Finding, Location, NotEvaluated, Root, Rule, State, Suppression, Text};
use crate::formats::json::document as json;

/// Where the format is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many items a result names.
const FEW: usize = 20;

/// The name of our fingerprint, with the version of how it is made.
const FINGERPRINT: &str = "modversions/v1";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    original_uri_base_ids: BTreeMap<String, Base>,
    results: Vec<SarifResult<'a>>,
    properties: RunProperties<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: String,
    semantic_version: &'static str,
    rules: Vec<RulePart<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RulePart<'a> {
    id: &'a str,
    short_description: Message<'a>,
    full_description: Message<'a>,
    help: Help,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleProperties<'a> {
    reference: &'a str,
    is_evaluated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    tool_execution_notifications: Vec<Notification>,
}

/// That something was not evaluated.
#[derive(Serialize)]
struct Notification {
    level: &'static str,
    descriptor: Descriptor,
    message: OwnMessage,
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
}

/// What paths begin at that has no address.
#[derive(Serialize)]
struct Base {
    description: OwnMessage,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: OwnMessage,
    locations: [LocationPart<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<LocationPart<'a>>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    /// Empty if nobody tolerates it.
    suppressions: Vec<SuppressionPart<'a>>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct OwnMessage {
    text: String,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationPart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fully_qualified_name: Option<String>,
}

#[derive(Serialize)]
struct SuppressionPart<'a> {
    kind: &'static str,
    status: &'static str,
    justification: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationPart<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    reaches: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reaches_at_most: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    also: &'a [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changes: &'a [Text],
    does: &'a Text,
    fix: &'a Text,
}

#[derive(Serialize)]
struct RunProperties<'a> {
    title: &'a Text,
    summary: &'a [Text],
}

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let bases = document.sides.iter().enumerate().map(|(number, side)| {
        let text = format!("the top of {}: {}", side.role, Text::of(&side.path));
        (base(number, document), Base { description: OwnMessage { text } })
    });
    json(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: format!("modversions {}", document.command),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: document.rules.iter().map(rule).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                exit_code: document.status,
                tool_execution_notifications: document
                    .not_evaluated
                    .iter()
                    .map(notification)
                    .collect(),
            }],
            original_uri_base_ids: bases.collect(),
            results: document.findings.iter().map(|finding| result(document, finding)).collect(),
            properties: RunProperties { title: &document.title, summary: &document.summary },
        }],
    })
}

/// The name of what paths of a side begin at.
fn base(side: usize, document: &Document) -> String {
    document.sides[side].role.to_ascii_uppercase()
}

fn rule(rule: &Rule) -> RulePart<'_> {
    let Rule { id, level, what, help, fix, reference, is_evaluated } = rule;
    RulePart {
        id,
        short_description: Message { text: what },
        full_description: Message { text: help },
        help: Help {
            text: format!("{help}\n\nWhat to do: {fix}\n\nMore: {reference}"),
            markdown: format!("{help}\n\n**What to do:** {fix}\n\nMore: `{reference}`"),
        },
        default_configuration: Configuration { level: level.word() },
        properties: RuleProperties { reference, is_evaluated: *is_evaluated },
    }
}

fn notification(it: &NotEvaluated) -> Notification {
    let text = format!("not evaluated: {it}");
    Notification {
        level: "note",
        descriptor: Descriptor { id: it.id },
        message: OwnMessage { text },
    }
}

fn result<'a>(document: &'a Document, finding: &'a Finding) -> SarifResult<'a> {
    let rule = document.rule(finding);
    let own = LocationPart {
        physical_location: Some(physical(document, &document.location(finding))),
        logical_locations: vec![LogicalLocation {
            name: finding.subject.as_str(),
            fully_qualified_name: None,
        }],
        ..LocationPart::default()
    };
    let related = finding.related.iter().map(|related| LocationPart {
        physical_location: Some(physical(document, &related.location)),
        message: Some(Message { text: related.message.as_str() }),
        ..LocationPart::default()
    });
    let items = finding.reach.first(FEW).map(|number| {
        let item = &document.items[number];
        LocationPart {
            physical_location: item.location.as_ref().map(|it| physical(document, it)),
            logical_locations: vec![LogicalLocation {
                name: item.name.as_str(),
                fully_qualified_name: (!item.module.is_empty())
                    .then(|| format!("{}:{}", item.module, item.name)),
            }],
            message: Some(Message { text: document.item_noun }),
            ..LocationPart::default()
        }
    });
    let numbered = related.chain(items).zip(1..);
    SarifResult {
        rule_id: rule.id,
        rule_index: finding.rule,
        level: finding.level.word(),
        message: OwnMessage { text: finding.message.to_string() },
        locations: [own],
        related_locations: numbered
            .map(|(part, id)| LocationPart { id: Some(id), ..part })
            .collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, &*finding.fingerprint)]),
        suppressions: suppression(document, &finding.state).into_iter().collect(),
        properties: ResultProperties {
            reaches: finding.reach.items.len(),
            reaches_at_most: finding.reach.is_at_most,
            also: &finding.also,
            changes: &finding.changes,
            does: &finding.does,
            fix: &finding.fix,
        },
    }
}

fn physical(document: &Document, location: &Location) -> PhysicalLocation {
    let uri_base_id = match location.root {
        Root::Here | Root::Sources => None,
        Root::Side(number) => Some(base(number, document)),
    };
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: reference(&location.path), uri_base_id },
        region: location.line.map(|start_line| Region { start_line }),
    }
}

fn suppression<'a>(document: &Document, state: &'a State) -> Option<SuppressionPart<'a>> {
    let State::Tolerated(Suppression { reason, location }) = state else { return None };
    let location = location.as_ref().map(|it| LocationPart {
        physical_location: Some(physical(document, it)),
        ..LocationPart::default()
    });
    Some(SuppressionPart {
        kind: "external",
        status: "accepted",
        justification: reason.as_str(),
        location,
    })
}
