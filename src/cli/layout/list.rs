//! All types of a source, with their layouts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::declared::Declared;
use super::source::best;
use super::wanted::Wanted;
use crate::btf::{Btf, ByName, Type};
use crate::canonical::spelled;
use crate::cli::exit::Result;
use crate::corpus::{self, LayoutsFrom, all_types};
use crate::inputs::btf::{self, Which};
use crate::inputs::given::{self, Given};
use crate::layout::Definition;
use crate::layout::table::holes;
use crate::shown::Page;

/// The types of a source.
pub(super) struct List {
    /// What they are taken from.
    pub(super) from: LayoutsFrom,
    /// Each variant of each type, by the names.
    pub(super) types: Vec<Listed>,
    /// A remark about the source.
    pub(super) remark: Option<Vec<u8>>,
}

/// A type.
#[derive(PartialEq)]
pub(in crate::cli) struct Listed {
    /// What it is called in C.
    pub(in crate::cli) title: Vec<u8>,
    /// What it is, or why that is not known.
    pub(in crate::cli) definition: std::result::Result<Definition, String>,
}

impl Listed {
    /// Size, alignment, number of holes and name, between tabs; where the size is not known, the
    /// reason after the name.
    pub(super) fn line(&self) -> Page {
        let definition = match &self.definition {
            Ok(definition) => definition,
            Err(unknown) => {
                return Page::of_cells([b"?", b"?", b"?", &self.title, unknown.as_bytes()]);
            }
        };
        let number = |it: Option<u64>| it.map_or("-".to_owned(), |it| it.to_string());
        let [size, align] = [definition.size(), definition.align()].map(number);
        let holes = definition.layout().map_or(0, holes).to_string();
        Page::of_cells([size.as_bytes(), align.as_bytes(), holes.as_bytes(), &self.title])
    }
}

/// All types of the source that is given in these pieces.
pub(super) fn read(source: &[PathBuf], wanted: Wanted<'_>) -> Result<List> {
    best(source, wanted, None, |given| of_btf(given, wanted), of_declared)
}

/// The types that are declared.
fn of_declared(declared: Declared) -> List {
    let Declared { types, corpus, model, from } = declared;
    let listed = |of: corpus::SizedType| Listed {
        title: spelled(types.name(of.name)),
        definition: of.definition.map_err(|unknown| unknown.message()),
    };
    let all = all_types(&types, &corpus, model).into_iter().map(listed).collect();
    List { from, types: all, remark: None }
}

/// The types in a kernel's BTF, by name, and then those in its modules that it has not.
fn of_btf(source: &[Given], wanted: Wanted<'_>) -> Result<List> {
    let found = btf::of_given(source, wanted.btf_base, Which::All, &|_| false)?;
    let kernel = found.btf.kernel();
    let mut types = if found.has_kernel { built(&kernel) } else { Vec::new() };
    // Modules have many types in common.
    let mut of_modules = BTreeMap::<(Vec<u8>, Page), Vec<Listed>>::new();
    for (_, module) in found.btf.modules(&kernel) {
        for (name, listed) in built(&module) {
            let alike = of_modules.entry((name, listed.line())).or_default();
            if !alike.contains(&listed) {
                alike.push(listed);
            }
        }
    }
    let of_modules = of_modules.into_iter();
    types.extend(of_modules.flat_map(|((name, _), alike)| {
        alike.into_iter().map(move |listed| (name.clone(), listed))
    }));
    let types = types.into_iter().map(|(_, listed)| listed).collect();
    Ok(List { from: LayoutsFrom::Btf, types, remark: found.remark_of(&given::title(source)) })
}

/// The structs, unions, enums and typedefs that have a size, each with its name, by which they are
/// sorted.
pub(in crate::cli) fn built(btf: &Btf<'_>) -> Vec<(Vec<u8>, Listed)> {
    let is_listed =
        |of: &Type<'_>| matches!(of, Type::Record(_) | Type::Enumeration(_) | Type::Typedef { .. });
    let named = ByName::of(btf, is_listed);
    let mut types = Vec::new();
    for (name, id) in named.iter() {
        let word = match btf.get(id) {
            Type::Record(record) if record.is_union => &b"union "[..],
            Type::Record(_) => b"struct ",
            Type::Enumeration(_) => b"enum ",
            _ => b"",
        };
        let definition = match btf.definition(id).transpose() {
            Some(Ok(definition)) if definition.size().is_some() => Ok(definition),
            // A function has no size, and of some only the name is known.
            None | Some(Ok(_)) => continue,
            Some(Err(bad)) => Err(bad.to_string()),
        };
        let title = [word, name].concat();
        types.push((name.to_vec(), Listed { title, definition }));
    }
    types
}
