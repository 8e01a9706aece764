//! What a proof found as a document for the writers of [`crate::report`]: a finding for each file in which
//! exports have a different CRC, and for each declaration that files lack.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::files::Corpus;
use super::types::{NameId, Types};
use super::verify::{Computed, Difference, Verification};
use crate::canonical::spelled;
use crate::report::{
    Document, Finding, Item, Level, Location, NotEvaluated, Reach, Root, Rule, Side, State, Text,
    fingerprint,
};
use crate::shown::counted;

/// The rules, by their numbers.
const DIFFERENT: usize = 0;
const MISSING: usize = 1;

/// What belongs together: a rule, and the file or the name that it is about.
type Groups<'a> = IndexMap<(usize, Vec<u8>), Vec<&'a Difference>, BuildHasherDefault<FxHasher>>;

/// Makes the document; `title` is what the user named.
pub fn document(types: &Types, corpus: &Corpus, found: &Verification, title: &[u8]) -> Document {
    let path = |file: usize| [&corpus.files[file].path[..], b".symtypes"].concat();
    let mut groups = Groups::default();
    for it in &found.different {
        let key = match it.computed {
            Computed::Crc(_) => (DIFFERENT, path(it.file)),
            Computed::Missing(name) => (MISSING, types.name(name).to_owned()),
        };
        groups.entry(key).or_default().push(it);
    }
    let mut names: Vec<NameId> = found.different.iter().map(|it| it.export).collect();
    names.sort_by_key(|&export| types.name(export));
    names.dedup();
    let numbers: IndexMap<NameId, u32, BuildHasherDefault<FxHasher>> =
        names.iter().copied().zip(0..).collect();
    let location = |file: usize| Location { root: Root::Side(0), path: path(file), line: None };
    let finding = |((rule, about), members): (&(usize, Vec<u8>), &Vec<&Difference>)| {
        let mut items: Vec<u32> =
            members.iter().filter_map(|it| numbers.get(&it.export).copied()).collect();
        items.sort_unstable();
        items.dedup();
        let exports = counted(items.len(), "export");
        let (subject, what) = match *rule {
            DIFFERENT => (about.clone(), "recorded CRCs differ from those of the types"),
            _ => (spelled(about), "files lack a line for it"),
        };
        let message = [&subject[..], b": ", what.as_bytes(), b"; ", exports.as_bytes()].concat();
        let Rule { id, help, fix, .. } = rules()[*rule].clone();
        Finding {
            rule: *rule,
            level: Level::Error,
            subject: Text::of(subject),
            message: Text::of(message),
            does: Text::of(help),
            fix: Text::of(fix),
            location: members.first().map(|it| location(it.file)),
            reach: Reach { items, ..Reach::default() },
            changes: members.iter().filter_map(|it| change(types, it)).take(MOST).collect(),
            state: State::Open,
            fingerprint: fingerprint(&[b"symtypes verify", id.as_bytes(), about]),
            ..Finding::default()
        }
    };
    let findings: Vec<Finding> = groups.iter().map(finding).collect();
    let facts = format!("types of {}", counted(corpus.files.len(), "file"));
    let (proved, different) = (found.proved, found.different.len());
    let verdict = format!("{} match their types, {different} do not", counted(proved, "CRC"));
    let item = |export: &NameId| Item { name: Text::of(types.name(*export)), ..Item::default() };
    Document {
        command: "symtypes verify",
        title: Text::of(title),
        sides: vec![Side { role: "types", path: title.to_owned(), facts: Text::of(facts) }],
        status: u8::from(!found.is_proof()),
        summary: vec![Text::of(verdict)],
        rules: rules().to_vec(),
        findings,
        item_noun: "export",
        items: names.iter().map(item).collect(),
        consumers: None,
        matrix: None,
        not_evaluated: not_evaluated(found),
    }
}

/// How many CRCs a finding lists.
const MOST: usize = 100;

/// What differs of an export, if its CRC can be computed.
fn change(types: &Types, of: &Difference) -> Option<Text> {
    let Computed::Crc(computed) = of.computed else { return None };
    let crcs = format!(": recorded as {:#010x}, computed {computed:#010x}", of.recorded);
    Some(Text::of([types.name(of.export), crcs.as_bytes()].concat()))
}

fn rules() -> [Rule; 2] {
    let rule = |id, what, help, fix| Rule {
        id,
        level: Level::Error,
        what,
        help,
        fix,
        reference: "docs/symtypes.md".to_owned(),
        is_evaluated: true,
    };
    [
        rule(
            "crc-differs",
            "files in which exports have a different CRC than their types give",
            "The types are not those that the recorded CRCs were computed from.",
            "Use the .symtypes files and the Module.symvers of the same build.",
        ),
        rule(
            "declaration-missing",
            "declarations that exports reach and their files lack",
            "The CRC of an export that reaches such a name cannot be computed.",
            "Build the file again with KBUILD_SYMTYPES=1: it is incomplete.",
        ),
    ]
}

fn not_evaluated(found: &Verification) -> Vec<NotEvaluated> {
    let counts = [
        ("untyped", "recorded CRCs", found.untyped.len(), "no file has types for these exports"),
        ("unrecorded", "exports with types", found.unrecorded.len(), "no CRC is recorded for them"),
    ];
    let some = counts.into_iter().filter(|(.., count, _)| *count > 0);
    some.map(|(id, what, count, why)| NotEvaluated {
        id,
        what,
        count: Some(count),
        why: Text::of(why),
    })
    .collect()
}
