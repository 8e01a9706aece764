//! Silent breaks: exports whose CRC is the same on both sides, while what they pass is not.
//!
//! The kernel loads a module that uses them, and the module goes wrong. It happens where a CRC does
//! not count what changed, as the attributes after a struct's brace, which only records tell; and
//! where an export has no CRC on both sides, so that nothing is checked. Where no export has one, the
//! release of the kernel is checked instead.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::abi_diff::causes::Cause;
use crate::abi_diff::findings::{Detail, Finding, Reached};
use crate::abi_diff::lints::Lint;
use crate::corpus::Types;
use crate::kernel::Exports;

/// The exports with the same CRC in `old` and `new` that a change reaches which modules must be
/// built again for, by this lint; by name.
pub(super) fn breaks(
    types: &Types,
    [old, new]: [&Exports; 2],
    lint: Lint,
    causes: &[Cause],
) -> Vec<Finding> {
    let mut by_export = BTreeMap::<&[u8], Vec<&Cause>>::new();
    for cause in causes.iter().filter(|cause| cause.impact.class.is_break()) {
        for &export in &*cause.exports {
            by_export.entry(types.name(export)).or_default().push(cause);
        }
    }
    let found = by_export.into_iter().filter_map(|(symbol, causes)| {
        let (before, after) = (old.get(symbol)?, new.get(symbol)?);
        let worst = causes.iter().map(|cause| cause.impact.class).max()?;
        (before.crc_or_zero() == after.crc_or_zero()).then(|| {
            let (old, new) = (before.clone(), after.clone());
            let reached = Box::new(reached(types, &causes));
            let detail = Detail::Reaches { old, new, worst, reached };
            Finding::new(lint, symbol.to_owned().into(), detail)
        })
    });
    found.collect()
}

/// The worst of the changes, and how many more there are.
fn reached(types: &Types, causes: &[&Cause]) -> Reached {
    let key = |cause: &&Cause| (cause.impact.class, Reverse(cause.change.name));
    let worst = causes.iter().copied().max_by_key(key);
    Reached {
        name: worst.map(|it| types.name(it.change.name).to_owned()).unwrap_or_default(),
        reason: worst.and_then(|it| it.impact.reasons.first().cloned()),
        others: causes.len().saturating_sub(1),
    }
}
