//! The declarations of a source, for those who compute layouts of them.

use super::wanted::Wanted;
use crate::cli::data_model;
use crate::cli::exit::Result;
use crate::corpus::{Corpus, LayoutsFrom, Types};
use crate::inputs::given::Given;
use crate::inputs::release::of_given;
use crate::inputs::types::Form;
use crate::layout::data_model::DataModel;

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
}
