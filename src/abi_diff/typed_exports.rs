//! Exports that came and went, by the types of both releases: if not both have a list of exports.
//!
//! Types do not have all exports; those of assembler files are in none. So an export is gone only if the
//! old release has types for it, and nothing of the new one names it.

use super::findings::{Detail, Finding};
use super::lints::Lint;
use crate::corpus::{Corpus, NameId, Release, Types};

/// Those that are gone, and then those that are new, each by name.
pub(super) fn findings(types: &Types, [old, new]: [&Release; 2]) -> Vec<Finding> {
    let mut found = only_in(types, old, new, Lint::ExportRemoved);
    found.extend(only_in(types, new, old, Lint::ExportAdded));
    found
}

/// The exports for which `one` has types, and which `other` does not name.
fn only_in(types: &Types, one: &Release, other: &Release, lint: Lint) -> Vec<Finding> {
    let Some(corpora) = one.corpus.as_ref().zip(other.corpus.as_ref()) else { return Vec::new() };
    let only = corpora.0.exports().filter(|(name, _)| !names(types, corpora.1, other, *name));
    let finding = |(name, file): (NameId, usize)| {
        let path = corpora.0.files[file].path.clone();
        Finding::new(lint, types.name(name).to_owned().into(), Detail::OnlyTyped(path))
    };
    let mut findings: Vec<Finding> = only.map(finding).collect();
    findings.sort_unstable_by(|one, other| one.symbol.cmp(&other.symbol));
    findings
}

/// Whether a release names an export, by its types or its list.
fn names(types: &Types, corpus: &Corpus, release: &Release, name: NameId) -> bool {
    let listed = release.exports.as_ref().and_then(|exports| exports.get(types.name(name)));
    corpus.has(name) || listed.is_some()
}
