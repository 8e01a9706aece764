//! The enums of Rust: each variant is a struct of its own, and a change of one is a change of the enum.

use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHasher;

use super::causes::{Cause, sort};
use super::change::Change;
use super::lints::{Lint, Verdict};
use crate::canonical::type_string::of_item;
use crate::corpus::{Corpus, Language, LineId, NameId, Types, TypesFile};
use crate::formats::symtypes::{Kind, TypeName};
use crate::formats::type_string::{Item, TypeString, read};

/// Something by name.
type ByName<V> = IndexMap<NameId, V, BuildHasherDefault<FxHasher>>;

/// What the string of an enum of Rust has in it.
const VARIANTS: &[u8] = b" variant_part {";

/// Makes one cause of an enum and its variants.
pub(super) fn join(types: &Types, [old, new]: [&Corpus; 2], causes: &mut Vec<Cause>) {
    if [old, new].iter().any(|it| it.language != Language::TypeStrings) {
        return;
    }
    let mut enums = IndexMap::<(usize, usize), ByName<NameId>>::new();
    let mut joined = IndexMap::<Change, Cause, BuildHasherDefault<FxHasher>>::default();
    let mut variants = Vec::new();
    for cause in std::mem::take(causes) {
        let of_variant = may_be_variant(types, cause.change.name).then(|| {
            let (before, after) = (&old.files[cause.files.0], &new.files[cause.files.1]);
            let enums =
                enums.entry(cause.files).or_insert_with(|| enums_of(types, [before, after]));
            let &name = enums.get(&cause.change.name)?;
            let meaning = |line: LineId| types.line(line).meaning;
            let old = meaning(before.line_of(types, name)?);
            let new = meaning(after.line_of(types, name)?);
            Some(Change { name, old, new })
        });
        match of_variant.flatten() {
            Some(change) => variants.push((change, cause)),
            None => {
                joined.insert(cause.change, cause);
            }
        }
    }
    for (change, variant) in variants {
        let of_enum = joined.entry(change).or_insert_with(|| {
            let (lint, verdict) = (Lint::TypeChanged, Verdict::of(Lint::TypeChanged));
            let exports = variant.exports.clone();
            Cause { lint, verdict, ..Cause::new(types, change, variant.files, exports) }
        });
        of_enum.variants.push(variant.change);
        let both = of_enum.exports.iter().chain(&*variant.exports);
        let mut exports: Vec<NameId> = both.copied().collect();
        exports.sort_by_key(|&export| types.name(export));
        exports.dedup();
        of_enum.exports = exports.into();
    }
    causes.extend(joined.into_values());
    for cause in &mut *causes {
        cause.variants.sort_by_key(|it| types.name(it.name));
        cause.variants.dedup();
    }
    sort(causes, types);
}

/// Whether a name may be that of a variant: it has that of the enum before it.
fn may_be_variant(types: &Types, name: NameId) -> bool {
    let TypeName { kind, bare } = TypeName::of(types.name(name));
    kind == Kind::Struct && memchr::memmem::find(bare, b"::").is_some()
}

/// The enum of each variant in these files.
fn enums_of(types: &Types, files: [&TypesFile; 2]) -> ByName<NameId> {
    let lines = files.into_iter().flat_map(|file| &file.lines);
    let lines: IndexSet<LineId, BuildHasherDefault<FxHasher>> = lines.copied().collect();
    let mut enums = ByName::default();
    for line in lines {
        let declaration = types.declaration(line);
        if memchr::memmem::find(declaration, VARIANTS).is_none() {
            continue;
        }
        let Ok(TypeString::Type(of)) = read(declaration) else { continue };
        let parts = of.items().iter().filter_map(|item| match item {
            Item::Variants(items) => Some(items),
            _ => None,
        });
        for variant in parts.flatten().filter(|it| matches!(it, Item::Variant(..))) {
            let mut names = Vec::new();
            of_item(variant, &mut names);
            for name in names.into_iter().filter_map(|name| types.find_name(name)) {
                enums.entry(name).or_insert(types.line(line).name);
            }
        }
    }
    enums
}
