//! What a source of layouts has of a type, by the best that it has: BTF, records, `.symtypes`.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::declared::Declared;
use super::similar::similar;
use super::wanted::Wanted;
use crate::canonical::spelled;
use crate::cli::exit::{Failure, Result};
use crate::corpus::{self, LayoutsFrom, layouts};
use crate::formats::symtypes::TypeName;
use crate::inputs::btf::{self, Which};
use crate::inputs::given::{self, Given};
use crate::inputs::types::Form;
use crate::layout::Definition;
use crate::layout::btf as layout_btf;
use crate::layout::data_model::DataModel;
use crate::shown::Shown;

/// The values of `--from`, with what `--help` says of them.
impl ValueEnum for LayoutsFrom {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Btf, Self::Dwarf, Self::Records, Self::Symtypes]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Btf => "What the kernel's build recorded about its types",
            Self::Dwarf => "What the compiler recorded in an object's debugging information",
            Self::Records => "Declarations with all their attributes (`genksyms --abi`)",
            Self::Symtypes => {
                "Declarations from .symtypes files, without some attributes; of gendwarfksyms what the \
                 compiler recorded"
            }
            // These are .symtypes, too.
            Self::TypeStrings => return None,
        };
        Some(PossibleValue::new(self.id()).help(help))
    }
}

/// Where layouts come from, and what they lack there.
fn origin(from: LayoutsFrom) -> String {
    let but = match from {
        LayoutsFrom::Btf | LayoutsFrom::Dwarf | LayoutsFrom::TypeStrings | LayoutsFrom::Records => {
            ""
        }
        LayoutsFrom::Symtypes => ", which lack the attributes after a closing brace",
    };
    format!("from {}{but}", from.word())
}

/// A type in one source.
pub(super) struct Found {
    /// What it is taken from.
    pub(super) from: LayoutsFrom,
    /// The C that it is computed for; none if the compiler has laid it out itself.
    pub(super) model: Option<&'static DataModel>,
    /// What there is of each name, in the order in which they are wanted.
    pub(super) types: Vec<OfName>,
    /// A remark about the source.
    pub(super) remark: Option<Vec<u8>>,
}

/// What there is of a name.
pub(super) struct OfName {
    /// All that is called so.
    pub(super) variants: Vec<Variant>,
    /// If there is none, similar names, the most similar first.
    pub(super) similar: Vec<String>,
}

impl OfName {
    /// With the names that there are, in case that nothing is called so.
    fn new<'n, Names>(name: &OsStr, variants: Vec<Variant>, names: impl FnOnce() -> Names) -> Self
    where
        Names: Iterator<Item = Cow<'n, [u8]>>,
    {
        let similar = if variants.is_empty() { similar(name, names()) } else { Vec::new() };
        OfName { variants, similar }
    }

    /// The first variant that is known; none if there is none.
    pub(super) fn first(&self) -> Option<(&Variant, &Definition)> {
        self.variants.iter().find_map(|it| Some((it, it.definition.as_ref().ok()?)))
    }
}

/// A type as some have it.
pub(super) struct Variant {
    /// What it is called in C.
    pub(super) title: String,
    /// Who has it so, in a few words.
    pub(super) owners: String,
    /// How many these are.
    pub(super) count: usize,
    /// What it is, or why that is unknown.
    pub(super) definition: std::result::Result<Definition, String>,
}

impl Found {
    /// What it is taken from, in words.
    pub(super) fn head(&self) -> String {
        let model = self.model.map(|model| format!("{}, ", model.name)).unwrap_or_default();
        model + &origin(self.from)
    }

    /// All variants of all names.
    pub(super) fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.types.iter().flat_map(|it| &it.variants)
    }
}

/// The variants of the types in one source, which is given in these pieces.
pub(super) fn read(names: &[OsString], source: &[PathBuf], wanted: Wanted<'_>) -> Result<Found> {
    let of_declared = |declared| of_declared(names, declared);
    best(source, wanted, Some(names), |given| of_btf(names, given, wanted), of_declared)
}

/// What a source has, whose pieces are opened once since one may be a pipe: the wanted kind, or else the
/// best available. It is what `of_btf` finds, or what `of_declared` makes of declarations, those of `names`
/// if names are given.
pub(super) fn best<T>(
    source: &[PathBuf],
    wanted: Wanted<'_>,
    names: Option<&[OsString]>,
    of_btf: impl FnOnce(&[Given]) -> Result<T>,
    of_declared: impl FnOnce(Declared) -> T,
) -> Result<T> {
    let given = source.iter().map(|path| Given::at(path, wanted.limits));
    let given: Vec<Given> = given.collect::<std::result::Result<_, _>>()?;
    let title = given::title(&given);
    let of_types = |given, form| Declared::read(given, wanted, form);
    let of_dwarf = |given: &[Given]| Declared::of_dwarf(given, wanted, names);
    let declared = match wanted.from {
        Some(LayoutsFrom::Btf) => return of_btf(&given),
        Some(LayoutsFrom::Dwarf) => of_dwarf(&given)?,
        Some(LayoutsFrom::Records) => of_types(given, Some(Form::Records))?,
        Some(LayoutsFrom::Symtypes | LayoutsFrom::TypeStrings) => {
            of_types(given, Some(Form::Symtypes))?
        }
        None => {
            let refusal = match of_btf(&given) {
                Ok(found) => return Ok(found),
                Err(refusal) => refusal,
            };
            let declared = match of_dwarf(&given)? {
                None => of_types(given, None)?,
                declared => declared,
            };
            return declared.map(of_declared).ok_or(refusal);
        }
    };
    declared.map(of_declared).ok_or_else(|| {
        let word = wanted.from.map_or("types", LayoutsFrom::word);
        Failure::of(&title, &format!("it has no {word}"))
    })
}

/// What a kernel's BTF has.
fn of_btf(names: &[OsString], source: &[Given], wanted: Wanted<'_>) -> Result<Found> {
    let has_all = |kernel: &btf::Kernel| {
        let has = |name: &OsString| !kernel.btf.variants(name.as_bytes(), false).is_empty();
        !wanted.modules && names.iter().all(has)
    };
    let kernel = btf::of_given(source, wanted.btf_base, Which::All, &has_all)?;
    let variant = |it: layout_btf::Variant| Variant {
        title: title(&it.name),
        owners: owners(&it),
        count: usize::from(it.is_kernels) + it.modules.len(),
        definition: it.definition.map_err(|bad| bad.to_string()),
    };
    let of_name = |name: &OsString| {
        let variants = kernel.btf.variants(name.as_bytes(), !kernel.has_kernel);
        let variants = variants.into_iter().map(variant).collect();
        OfName::new(name, variants, || {
            kernel.btf.names(!kernel.has_kernel).into_iter().map(Cow::Owned)
        })
    };
    let types = names.iter().map(of_name).collect();
    let remark = kernel.remark_of(&given::title(source));
    Ok(Found { from: LayoutsFrom::Btf, model: None, types, remark })
}

/// What declarations have.
fn of_declared(names: &[OsString], declared: Declared) -> Found {
    let Declared { types, corpus, model, from } = declared;
    let files = |it: &corpus::Variant| {
        let first = Shown(&corpus.files[it.files[0]].path);
        match it.files.len() {
            1 => first.to_string(),
            count => format!("{first} and {} more files", count - 1),
        }
    };
    let variant = |it: corpus::Variant| Variant {
        title: title(types.name(it.name)),
        owners: files(&it),
        count: it.files.len(),
        definition: it.definition.map_err(|unknown| unknown.message()),
    };
    let is_type = |name: &&[u8]| TypeName::of(name).kind.is_type();
    let of_name = |name: &OsString| {
        let variants = layouts(&types, &corpus, name.as_bytes(), model);
        let variants = variants.into_iter().map(variant).collect();
        OfName::new(name, variants, || types.names().filter(is_type).map(Cow::Borrowed))
    };
    let of_names = names.iter().map(of_name).collect();
    let model = (!from.is_exact()).then_some(model);
    Found { from, model, types: of_names, remark: None }
}

/// What a type is called in C.
fn title(name: &[u8]) -> String {
    String::from_utf8_lossy(&spelled(name)).into_owned()
}

/// The kernel and the modules that have a variant.
fn owners(variant: &layout_btf::Variant) -> String {
    let module = |name: &[u8]| format!("module {}", Shown(name));
    match (variant.is_kernels, &variant.modules[..]) {
        (true, []) => "vmlinux".to_owned(),
        (true, [one]) => format!("vmlinux and {}", module(one)),
        (true, [first, more @ ..]) => {
            format!("vmlinux, {} and {} more", module(first), more.len())
        }
        (false, [one]) => module(one),
        (false, [first, more @ ..]) => format!("{} and {} more", module(first), more.len()),
        (false, []) => String::new(),
    }
}
