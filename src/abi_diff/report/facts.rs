//! What reports are written from.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::abi_diff::causes::{retain_exports, sort};
use crate::abi_diff::comparison::Comparison;
use crate::abi_diff::consumers::Consumers;
use crate::abi_diff::lints::Lint;
use crate::abi_diff::rules::Rules;
use crate::corpus::{Release, Types};
use crate::layout::data_model::DataModel;

/// What a report is of.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What holds the lines of both releases.
    pub types: &'a Types,
    /// The release before, and the one after.
    pub releases: [&'a Release; 2],
    /// What differs, judged.
    pub found: &'a Comparison,
    /// The rules that it was judged by.
    pub rules: &'a Rules,
    /// Whether reports for people list what is tolerated by rules.
    pub shows_tolerated: bool,
    /// The modules that use what changed; none if nobody asked.
    pub consumers: Option<&'a Consumers>,
    /// Whether symbols were compared with a stable list.
    pub has_stable_list: bool,
    /// The C for which layouts are computed.
    pub model: &'static DataModel,
}

/// What the formats for people write from.
pub(super) struct Report<'a> {
    pub(super) types: &'a Types,
    pub(super) releases: [&'a Release; 2],
    /// What no rule tolerates.
    pub(super) found: &'a Comparison,
    pub(super) is_short: bool,
    /// All of it.
    pub(super) facts: &'a Facts<'a>,
}

/// What no rule tolerates: differences, and of those that are left, exports.
pub(super) fn untolerated<'a>(found: &'a Comparison, types: &Types) -> Cow<'a, Comparison> {
    let causes = found.causes.iter().flatten().map(|cause| cause.verdict);
    let mut verdicts = found.findings.iter().map(|finding| finding.verdict).chain(causes);
    if found.tolerated.is_empty() && !verdicts.any(|verdict| verdict.is_by_rules()) {
        return Cow::Borrowed(found);
    }
    let mut found = found.clone();
    found.findings.retain(|finding| !finding.verdict.is_by_rules());
    let others = found.findings.iter().filter(|finding| finding.lint == Lint::CrcChanged);
    let others: BTreeSet<&[u8]> = others.map(|finding| &*finding.symbol).collect();
    for symbols in [&mut found.untyped, &mut found.unexplained] {
        symbols.retain(|symbol| others.contains(&**symbol));
    }
    if let Some(causes) = &mut found.causes {
        causes.retain(|cause| !cause.verdict.is_by_rules());
        let tolerated = &found.tolerated;
        retain_exports(causes, |export| tolerated.binary_search(&export).is_err());
        sort(causes, types);
    }
    Cow::Owned(found)
}
