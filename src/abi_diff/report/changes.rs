//! What changed in the declarations of a cause.

use super::type_words::type_words;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::change::Change;
use crate::abi_diff::members::sentences;
use crate::canonical::spelled;
use crate::corpus::Types;
use crate::corpus::declaration::put_difference;
use crate::formats::type_string::is_type_string;
use crate::layout::impact::Class;
use crate::shown::Page;

/// It in sentences without a full stop, as far as the structure of the declarations is known.
pub(super) fn told(types: &Types, cause: &Cause) -> Vec<String> {
    if let Some(visibility) = cause.change.visibility(types) {
        return vec![visibility.words().to_owned()];
    }
    if !cause.is_declared_otherwise() {
        let same = "same declaration, as far as CRCs cover it; different layout, according to BTF";
        return vec![same.to_owned()];
    }
    let is_cosmetic = cause.impact.class == Class::Cosmetic;
    let own = cause.change.is_declared_otherwise().then_some(cause.change);
    let mut told: Vec<String> =
        own.into_iter().flat_map(|it| sentences_of(types, it, is_cosmetic)).collect();
    for &variant in &cause.variants {
        let name = String::from_utf8_lossy(&spelled(types.name(variant.name))).into_owned();
        told.extend(
            sentences_of(types, variant, is_cosmetic).into_iter().map(|it| format!("{name}: {it}")),
        );
    }
    told
}

fn sentences_of(types: &Types, change: Change, is_cosmetic: bool) -> Vec<String> {
    let [old, new] = [change.old, change.new].map(|line| types.declaration(line));
    match sentences(types.name(change.name), old, new) {
        // What is the same in C is not the same in a CRC.
        Some(none) if none.is_empty() && is_cosmetic && is_type_string(old) => type_words(old, new),
        sentences => sentences.unwrap_or_default(),
    }
}

/// It as unified diffs.
pub(super) fn put(types: &Types, cause: &Cause, page: &mut Page) {
    if cause.change.visibility(types).is_some() {
        return;
    }
    for change in [cause.change].iter().chain(&cause.variants) {
        let [old, new] = [change.old, change.new].map(|line| types.declaration(line));
        put_difference(types.name(change.name), old, new, page);
    }
}
