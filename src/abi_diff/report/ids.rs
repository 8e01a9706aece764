//! What findings and causes are recognized by in another run, and in another report of the same run.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use crate::abi_diff::causes::Cause;
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::Lint;
use crate::corpus::Types;
use crate::report::fingerprint;

/// What all of them begin with.
const COMMAND: &[u8] = b"abi-diff";

/// Those of causes, in their order: of the kind of change, what it does, and the name. Where a type has
/// several, since files declare it differently, they are numbered.
pub(super) fn of_causes(types: &Types, causes: &[Cause]) -> Vec<String> {
    let mut seen = IndexMap::<_, u32, BuildHasherDefault<FxHasher>>::default();
    let mut id = |cause: &Cause| {
        let effect = Lint::of_impact(cause.impact.class);
        let number = seen.entry((cause.lint, effect, cause.change.name)).or_default();
        *number += 1;
        let lints = [cause.lint.id(), effect.id()].map(str::as_bytes);
        let name = types.name(cause.change.name);
        fingerprint(&[COMMAND, lints[0], lints[1], name, &number.to_le_bytes()])
    };
    causes.iter().map(&mut id).collect()
}

/// That of a finding: of its lint and its symbol, and where a list has it of the line that is meant.
pub(super) fn of_finding(finding: &Finding) -> String {
    let line = match &finding.detail {
        Detail::Listed { line, .. } if finding.lint == Lint::StableDuplicate => *line,
        _ => 0,
    };
    let lint = finding.lint.id().as_bytes();
    fingerprint(&[COMMAND, lint, &finding.symbol, &(line as u64).to_le_bytes()])
}

/// That of several findings of a lint with one cause, whose name is `what`, and `by` whom they are
/// tolerated.
pub(super) fn of_group(lint: Lint, what: &[u8], by: &[u8]) -> String {
    fingerprint(&[COMMAND, lint.id().as_bytes(), b"all", what, by])
}
