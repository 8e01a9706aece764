//! Exports whose CRC is the same on both sides, or that have none, while what they pass is not: by the
//! declarations of both, and by their BTF.

mod by_btf;
mod by_declarations;

pub use by_btf::Examined;

use super::btf_changes::BothBtf;
use super::causes::Cause;
use super::findings::Finding;
use super::lints::Lint;
use crate::corpus::{Corpus, Types};
use crate::kernel::Exports;

/// What was found of exports with the same CRC on both sides.
#[derive(Default)]
pub(super) struct Silent {
    pub(super) findings: Vec<Finding>,
    /// By what it was looked for; none without BTF.
    pub(super) examined: Option<by_btf::Examined>,
}

/// The lint for an export that breaks and that no CRC tells of: if the kernels have none at all, no
/// module of one loads on the other.
fn lint([old, new]: [&Exports; 2]) -> Lint {
    match (old.has_crcs(), new.has_crcs()) {
        (Some(false), Some(false)) => Lint::UnversionedBreak,
        _ => Lint::SilentBreak,
    }
}

/// What `causes` break in silence; and by BTF, if there is some, what lies out of their sight.
pub(super) fn breaks(
    types: &Types,
    exports: [&Exports; 2],
    corpora: Option<[&Corpus; 2]>,
    causes: &[Cause],
    btf: Option<&BothBtf<'_>>,
) -> Silent {
    let lint = lint(exports);
    let declared = by_declarations::breaks(types, exports, lint, causes);
    let Some(btf) = btf else { return Silent { findings: declared, examined: None } };
    // Without attributes, declarations do not determine layouts.
    let is_told = |symbol: &[u8], module: &[u8]| {
        let name = types.find_name(symbol);
        corpora.zip(name).is_some_and(|([old, new], name)| {
            let have_attributes = old.have_attributes && new.have_attributes;
            old.has(name) && new.has(name) && (have_attributes || btf.has(module))
        })
    };
    let (found, examined) = by_btf::findings(btf, exports, lint, is_told);
    let is_declared =
        |it: &Finding| declared.binary_search_by(|other| other.symbol.cmp(&it.symbol)).is_ok();
    let mut findings: Vec<Finding> = found.into_iter().filter(|it| !is_declared(it)).collect();
    findings.extend(declared);
    Silent { findings, examined: Some(examined) }
}
