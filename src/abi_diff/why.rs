//! Why the CRC of one export changed: the shortest way from it to each declaration that did.

use super::causes::{Cause, changes_of};
use super::ways::{Step, Ways};
use super::{impacts, visibility};
use crate::corpus::{Corpus, NameId, Types};
use crate::layout::data_model::DataModel;

/// What is known of an export's change.
#[derive(Debug)]
pub struct Why<'a> {
    /// The path of the file of NEW that the export is in.
    pub file: &'a [u8],
    /// The declarations that changed, and what that does; those first that the export reaches in the
    /// fewest steps.
    pub causes: Vec<Cause>,
    ways: Ways,
}

impl Why<'_> {
    /// How many steps it is from the export to a cause.
    pub(super) fn steps_to(&self, cause: &Cause) -> usize {
        self.ways.steps_to(cause.change.name).unwrap_or_default()
    }

    /// The shortest way to a cause backwards: the declaration that names it, and so on to the export.
    pub fn back_from(&self, cause: &Cause) -> impl Iterator<Item = Step<'_>> {
        self.ways.back_from(cause.change.name)
    }
}

/// The ways from `export` to what changed; none if not both releases have types for it. What a change
/// does is determined for the C of `model`.
pub fn why<'a>(
    types: &Types,
    old: &Corpus,
    new: &'a Corpus,
    export: NameId,
    model: &'static DataModel,
) -> Option<Why<'a>> {
    let files = (old.place_of(export)?, new.place_of(export)?);
    let file = &new.files[files.1];
    let changes = changes_of(types, &old.files[files.0], file, export);
    let mut causes: Vec<Cause> =
        changes.into_iter().map(|change| Cause::new(types, change, files, vec![export])).collect();
    super::causes::find_places(types, [old, new], &mut causes);
    impacts::judge(types, [old, new], model, None, &mut causes);
    visibility::judge(types, [old, new], model, None, &mut causes);
    let mut ways = Ways::of(types, &file.lines, export);
    causes.retain(|cause| ways.steps_to(cause.change.name).is_some());
    causes.sort_by_cached_key(|cause| {
        let name = cause.change.name;
        (ways.steps_to(name), types.name(name).to_owned())
    });
    let declarations = file.declarations(types);
    ways.find_lines(types, causes.iter().map(|cause| cause.change.name), |name| {
        declarations.get(&name).map(|&line| types.declaration(line))
    });
    Some(Why { file: &file.path, causes, ways })
}
