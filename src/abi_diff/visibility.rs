//! Types that became visible, or opaque, in the file of an export: what they are elsewhere.
//!
//! A file that knows a type's name only says nothing of the type. But modules that were built before
//! may have known it all the same, by the header that other files of that release took it from. So
//! the definition in one release is compared with one that the other has in another file.

use indexmap::IndexMap;

use super::btf_changes::BothBtf;
use super::causes::Cause;
use super::change::Visibility;
use super::impacts::impacts_of;
use crate::corpus::Corpus;
use crate::corpus::LayoutsFrom;
use crate::corpus::{LineId, NameId, Types};
use crate::layout::data_model::DataModel;
use crate::layout::impact::{Class, Impact, Reason};

/// A type that one side only names in the file at hand.
struct Hidden<'c> {
    cause: &'c mut Cause,
    /// Its definition on the other side.
    seen: LineId,
    /// A file of its own side that defines it: as on the other side, if there is such a one.
    file: Option<(usize, bool)>,
}

/// Corrects what was found for types that became visible or opaque, by definitions in other files.
pub(super) fn judge(
    types: &Types,
    corpora: [&Corpus; 2],
    model: &'static DataModel,
    btf: Option<&BothBtf<'_>>,
    causes: &mut [Cause],
) {
    let mut hidden = [IndexMap::new(), IndexMap::new()];
    for cause in causes {
        let (side, seen) = match cause.change.visibility(types) {
            Some(Visibility::Gained) => (0, cause.change.new),
            Some(Visibility::Lost) => (1, cause.change.old),
            None => continue,
        };
        let of_name: &mut Vec<Hidden<'_>> = hidden[side].entry(cause.change.name).or_default();
        of_name.push(Hidden { cause, seen, file: None });
    }
    for (side, hidden) in hidden.iter_mut().enumerate() {
        find_definitions(types, corpora[side], hidden);
        for it in hidden.values_mut().flatten() {
            let Some((file, _)) = it.file else { continue };
            let (before, after) = match side {
                0 => (file, it.cause.files.1),
                _ => (it.cause.files.0, file),
            };
            let [old, new] = corpora;
            let (before, after) = (&old.files[before], &new.files[after]);
            let name = it.cause.change.name;
            let by_btf = btf.and_then(|it| it.judge(types, after).impact_of(types.name(name)));
            let from = if by_btf.is_some() { LayoutsFrom::Btf } else { old.layouts_from() };
            let by_declarations =
                || impacts_of(types, (old, before), (new, after), &[name], model).pop();
            let elsewhere = [&before.path, &after.path][side];
            if let Some(impact) = by_btf.or_else(by_declarations) {
                it.correct(impact, from, &String::from_utf8_lossy(elsewhere));
            }
        }
    }
}

/// Finds for each type a file of its own side that defines it.
fn find_definitions(
    types: &Types,
    corpus: &Corpus,
    hidden: &mut IndexMap<NameId, Vec<Hidden<'_>>>,
) {
    if hidden.is_empty() {
        return;
    }
    let mut is_wanted = vec![false; types.name_count()];
    for name in hidden.keys() {
        is_wanted[name.place()] = true;
    }
    for (index, file) in corpus.files.iter().enumerate() {
        for line in file.lines.iter().map(|&line| types.line(line)) {
            if !is_wanted[line.name.place()] || line.is_opaque {
                continue;
            }
            for it in hidden.get_mut(&line.name).into_iter().flatten() {
                let is_same = types.line(it.seen).meaning == line.meaning;
                if it.file.is_none_or(|(_, was_same)| is_same && !was_same) {
                    it.file = Some((index, is_same));
                }
            }
        }
    }
}

impl Hidden<'_> {
    /// Says what the type's definition `elsewhere`, a file, makes of the change.
    fn correct(&mut self, impact: Impact, from: LayoutsFrom, elsewhere: &str) {
        let cause = &mut *self.cause;
        if impact.class == Class::Cosmetic {
            return;
        }
        let here = cause.impact.reasons.first().cloned().map(Box::new);
        let mut reasons = vec![Reason::OtherDefinition { here, file: elsewhere.to_owned() }];
        reasons.extend(impact.reasons);
        cause.impact = Impact { reasons, ..impact };
        cause.layouts_from = from;
    }
}
