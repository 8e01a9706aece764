//! How each export of a release differs from that of the other.

use std::borrow::Cow;

use bytes::Bytes;

use super::lints::{LINTS, Lint};
use super::verdicts::Verdict;
use crate::kernel::{Coverage, Export, Exports};
use crate::layout::impact::Class;
use crate::module::kernel_name;

/// An export on both sides, as far as the sides tell of it: what one does not know is as on the
/// other. None if nothing can be told.
fn aligned<'a>(
    (old, old_export): (&Exports, Option<&'a Export>),
    (new, new_export): (&Exports, Option<&'a Export>),
) -> Option<[Option<Cow<'a, Export>>; 2]> {
    let are_modules = |it: &Exports| matches!(it.origin.coverage, Coverage::Modules(_));
    let are_both_modules = are_modules(old) && are_modules(new);
    // Two that somebody asks about are meant to be the same one.
    let is_alone = |it: &Exports| it.origin.modules == 1 && !it.origin.has_kernel;
    let is_one_module = are_both_modules && is_alone(old) && is_alone(new);
    match (old_export, new_export) {
        (Some(old_export), Some(new_export)) => {
            let with = |own: &'a Export, other: &Export| {
                let is_same_module = is_one_module
                    || (are_modules(old) || are_modules(new))
                        && kernel_name(&own.module) == kernel_name(&other.module);
                match (own.is_import, is_same_module) {
                    (true, _) => Cow::Owned(Export { crc: own.crc, ..other.clone() }),
                    (false, true) => {
                        Cow::Owned(Export { module: other.module.clone(), ..own.clone() })
                    }
                    (false, false) => Cow::Borrowed(own),
                }
            };
            let new = with(new_export, old_export);
            Some([Some(with(old_export, &new)), Some(new)])
        }
        (Some(export), None) => {
            let is_told = new.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([Some(Cow::Borrowed(export)), None])
        }
        (None, Some(export)) => {
            let is_told = old.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([None, Some(Cow::Borrowed(export))])
        }
        (None, None) => None,
    }
}

/// What a lint has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub lint: &'static Lint,
    /// The symbol.
    pub symbol: Bytes,
    /// The export before.
    pub old: Option<Export>,
    /// The export after.
    pub new: Option<Export>,
    /// For an export that is declared twice: the files, from the top of the release.
    pub files: Vec<Vec<u8>>,
    /// What more there is to say: where a list has it.
    pub remark: Option<Vec<u8>>,
    /// The worst that is done to modules by what reaches the export, as far as that is known.
    pub impact: Option<Class>,
    /// What is thought of it.
    pub verdict: Verdict,
}

/// All that the lints find, in their order, and of each in the order of symbols.
pub fn findings(old: &Exports, new: &Exports) -> Vec<Finding> {
    let mut pairs = differing(old, new);
    // Most symbols differ in their first bytes, which are compared as one number.
    let start = |symbol: &[u8]| {
        let mut start = [0; 8];
        let length = symbol.len().min(start.len());
        start[..length].copy_from_slice(&symbol[..length]);
        u64::from_be_bytes(start)
    };
    pairs.sort_unstable_by(|(one, ..), (other, ..)| {
        start(one).cmp(&start(other)).then_with(|| one.cmp(other))
    });
    let mut by_lint: Vec<Vec<Finding>> = vec![Vec::new(); LINTS.len()];
    for (symbol, of_old, of_new) in pairs {
        let Some(sides) = aligned((old, of_old), (new, of_new)) else { continue };
        let [of_old, of_new] = [0, 1].map(|side: usize| sides[side].as_deref());
        for (lint, found) in LINTS.iter().zip(&mut by_lint) {
            if lint.finds.is_some_and(|finds| finds(of_old, of_new)) {
                let symbol = symbol.clone();
                let (old, new) = (of_old.cloned(), of_new.cloned());
                let (files, remark, verdict) = (Vec::new(), None, Verdict::of(lint));
                let impact = None;
                found.push(Finding { lint, symbol, old, new, files, remark, impact, verdict });
            }
        }
    }
    by_lint.into_iter().flatten().collect()
}

/// A symbol, and the export of it on both sides.
type Pair<'a> = (&'a Bytes, Option<&'a Export>, Option<&'a Export>);

/// The exports that are not the same on both sides, in no order.
fn differing<'a>(old: &'a Exports, new: &'a Exports) -> Vec<Pair<'a>> {
    let mut is_on_both = vec![false; new.len()];
    let of_old = old.by_symbol().iter().map(|(symbol, export)| {
        let other = new.by_symbol().get_full(symbol);
        if let Some((index, ..)) = other {
            is_on_both[index] = true;
        }
        (symbol, Some(export), other.map(|(.., other)| other))
    });
    let mut pairs: Vec<Pair<'_>> = of_old.filter(|(_, old, new)| differ(*old, *new)).collect();
    let only_new = new.by_symbol().iter().zip(is_on_both).filter(|(_, is_on_both)| !is_on_both);
    pairs.extend(only_new.map(|((symbol, export), _)| (symbol, None, Some(export))));
    pairs
}

/// Whether there is anything for a lint to find; lines do not count.
fn differ(old: Option<&Export>, new: Option<&Export>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.facts() != new.facts(),
        (old, new) => old.is_some() || new.is_some(),
    }
}
