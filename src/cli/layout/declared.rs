//! The declarations of a source, for those who compute layouts of them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use super::wanted::Wanted;
use crate::canonical::spellings;
use crate::cli::data_model;
use crate::cli::exit::Result;
use crate::corpus::{Corpus, LayoutsFrom, Types};
use crate::inputs::dwarf;
use crate::inputs::given::Given;
use crate::inputs::release::of_given;
use crate::inputs::types::Form;
use crate::layout::data_model::{DataModel, X86_64};

/// All declarations of a source.
pub(super) struct Declared {
    /// The names and lines of `corpus`.
    pub(super) types: Types,
    /// The declarations.
    pub(super) corpus: Corpus,
    /// The C that layouts are computed for.
    pub(super) model: &'static DataModel,
    /// What the declarations are taken from.
    pub(super) from: LayoutsFrom,
}

impl Declared {
    /// Those of `source`, in this form if one is given; none if it has none, or none of what is
    /// wanted.
    pub(super) fn read(
        source: Vec<Given>,
        wanted: Wanted<'_>,
        form: Option<Form>,
    ) -> Result<Option<Declared>> {
        let mut types = Types::default();
        let release = of_given(source, form, &mut types)?;
        let model = data_model::choose(wanted.model, &[&release])?;
        let declared = release.corpus.map(|corpus| {
            let from = corpus.layouts_from();
            Declared { types, corpus, model, from }
        });
        Ok(declared.filter(|it| wanted.from.is_none_or(|from| it.from.is_meant_by(from))))
    }

    /// Those in the debugging information of `source`: what is called by one of `names`, if names are
    /// given, and what that refers to; all, if one of them is not there. None if it has no debugging
    /// information.
    pub(super) fn of_dwarf(
        source: &[Given],
        wanted: Wanted<'_>,
        names: Option<&[OsString]>,
    ) -> Result<Option<Declared>> {
        if let Some(names) = names {
            let spelled: Vec<_> = names.iter().map(|name| spellings(name.as_bytes())).collect();
            let any: BTreeSet<&[u8]> = spelled.iter().flatten().map(Vec::as_slice).collect();
            let is_wanted = |name: &[u8]| any.contains(name);
            let some = Declared::of_object(source, wanted, is_wanted)?;
            let has = |declared: &Declared, names: &[Vec<u8>]| {
                names.iter().any(|name| declared.types.find_name(name).is_some())
            };
            match some {
                Some(some) if !spelled.iter().all(|names| has(&some, names)) => {}
                some => return Ok(some),
            }
        }
        Declared::of_object(source, wanted, |_| true)
    }

    fn of_object(
        source: &[Given],
        wanted: Wanted<'_>,
        is_wanted: impl Fn(&[u8]) -> bool + Sync,
    ) -> Result<Option<Declared>> {
        let mut types = Types::default();
        let Some((corpus, machine)) = dwarf::of_given(source, is_wanted, &mut types)? else {
            return Ok(None);
        };
        let model = wanted.model.or_else(|| data_model::of_machine(machine)).unwrap_or(&X86_64);
        let from = corpus.layouts_from();
        Ok(Some(Declared { types, corpus, model, from }))
    }
}
