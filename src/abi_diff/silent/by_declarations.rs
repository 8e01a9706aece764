//! Silent breaks: exports whose CRC is the same on both sides, while what they pass is not.
//!
//! The kernel loads a module that uses them, and the module goes wrong. It happens where a CRC does
//! not count what changed, as the attributes behind a struct's brace, which only records tell; and
//! where an export has no CRC on both sides, so that nothing is checked.

use std::collections::BTreeMap;

use crate::abi_diff::causes::Cause;
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::Lint;
use crate::canonical::spelled;
use crate::corpus::{NameId, Types};
use crate::kernel::Exports;
use crate::layout::impact::Impact;

/// The exports with the same CRC in `old` and `new` that a change reaches which modules must be
/// built again for; by name.
pub(super) fn breaks(types: &Types, [old, new]: [&Exports; 2], causes: &[Cause]) -> Vec<Finding> {
    let mut reached = BTreeMap::<&[u8], Vec<&Cause>>::new();
    for cause in causes.iter().filter(|cause| cause.impact.class.is_break()) {
        for &export in &cause.exports {
            reached.entry(types.name(export)).or_default().push(cause);
        }
    }
    let found = reached.into_iter().filter_map(|(symbol, causes)| {
        let (before, after) = (old.get(symbol)?, new.get(symbol)?);
        let worst = causes.iter().map(|cause| cause.impact.class).max()?;
        (before.crc_or_zero() == after.crc_or_zero()).then(|| {
            let (old, new) = (before.clone(), after.clone());
            let remark = remark_of(types, &causes);
            let detail = Detail::Reaches { old, new, worst, remark };
            Finding::new(Lint::SilentBreak, symbol.to_owned().into(), detail)
        })
    });
    found.collect()
}

/// What the worst of the changes does, and how many more there are.
fn remark_of(types: &Types, causes: &[&Cause]) -> Vec<u8> {
    let key =
        |cause: &&&Cause| (cause.impact.class, std::cmp::Reverse::<NameId>(cause.change.name));
    let Some(worst) = causes.iter().max_by_key(key) else { return Vec::new() };
    let mut text = remark(types.name(worst.change.name), &worst.impact);
    if causes.len() > 1 {
        text.extend(format!("; and {} more changes", causes.len() - 1).into_bytes());
    }
    text
}

/// What was changed, and the worst that this does.
pub(super) fn remark(name: &[u8], impact: &Impact) -> Vec<u8> {
    let mut text = spelled(name);
    if let Some(reason) = impact.reasons.first() {
        text.extend([b": ", reason.as_bytes()].concat());
    }
    text
}
