//! The types of one name in a kernel and its modules.

use crate::btf::{BadBtf, Btf, KernelBtf, Type, TypeId};
use crate::canonical::spellings;
use crate::formats::symtypes::{Kind, TypeName};
use crate::layout::Definition;

/// A type as the kernel or some of its modules have it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name, with its kind's letter: `s#page`, or `t#atomic_t` if a typedef has that name.
    pub name: Vec<u8>,
    /// Whether the kernel itself has it so.
    pub is_kernels: bool,
    /// The modules that have it so, by name.
    pub modules: Vec<Vec<u8>>,
    /// What it is.
    pub definition: Result<Definition, BadBtf>,
}

impl KernelBtf {
    /// All structs, unions, enums and typedefs that are called `wanted`: `page`, `struct page` or
    /// `s#page`. The kernel's own are first, then those that most modules have. The kernel's are
    /// left out if it `is_only_base`.
    pub fn variants(&self, wanted: &[u8], is_only_base: bool) -> Vec<Variant> {
        let names = spellings(wanted);
        let kernel = self.kernel();
        let mut variants = Vec::new();
        if !is_only_base {
            add(&mut variants, &names, None, &kernel);
        }
        for (module, btf) in self.modules(&kernel) {
            add(&mut variants, &names, Some(module), &btf);
        }
        variants.sort_by_key(|it| (!it.is_kernels, std::cmp::Reverse(it.modules.len())));
        variants
    }

    /// What all structs, unions, enums and typedefs are called, each once for the kernel and
    /// for each module; with their kinds' letters. The kernel's are left out if it `is_only_base`.
    pub fn names(&self, is_only_base: bool) -> Vec<Vec<u8>> {
        let kernel = self.kernel();
        let of = |btf: &Btf<'_>| -> Vec<Vec<u8>> {
            let is_known = |id: TypeId| !matches!(btf.definition(id), Ok(None));
            let known = btf.types().filter(|(id, of)| name(of).is_some() && is_known(*id));
            known.filter_map(|(_, of)| Some(name(&of)?.written())).collect()
        };
        let mut names = if is_only_base { Vec::new() } else { of(&kernel) };
        names.extend(self.modules(&kernel).flat_map(|(_, module)| of(&module)));
        names
    }
}

/// Adds the types of these names that `btf` itself describes: the kernel's, or a module's.
fn add(variants: &mut Vec<Variant>, names: &[Vec<u8>], module: Option<&[u8]>, btf: &Btf<'_>) {
    for (id, of) in btf.types() {
        let Some(name) = name(&of) else { continue };
        if !names.iter().any(|wanted| TypeName::of(wanted) == name) {
            continue;
        }
        let Some(definition) = btf.definition(id).transpose() else { continue };
        let name = name.written();
        let same = variants.iter().position(|it| it.name == name && it.definition == definition);
        let index = same.unwrap_or(variants.len());
        if same.is_none() {
            variants.push(Variant { name, is_kernels: false, modules: Vec::new(), definition });
        }
        let variant = &mut variants[index];
        match module {
            None => variant.is_kernels = true,
            Some(module) if variant.modules.last().is_some_and(|last| last == module) => {}
            Some(module) => variant.modules.push(module.to_vec()),
        }
    }
}

/// What a struct, union, enum or typedef is called; none for other types and those without a name.
fn name<'d>(of: &Type<'d>) -> Option<TypeName<'d>> {
    let (kind, bare) = match of {
        Type::Record(record) if record.is_union => (Kind::Union, record.name),
        Type::Record(record) => (Kind::Struct, record.name),
        Type::Enumeration(of) => (Kind::Enum, of.name),
        Type::Typedef { name, .. } => (Kind::Typedef, *name),
        _ => return None,
    };
    (!bare.is_empty()).then_some(TypeName { kind, bare })
}

/// How many typedefs and qualifiers may stand before a struct. C compilers need to take 12.
const DEEPEST: usize = 64;

impl Btf<'_> {
    /// The struct or union behind typedefs; none if something else is there.
    pub fn record_behind(&self, mut id: TypeId) -> Option<TypeId> {
        for _ in 0..DEEPEST {
            id = match self.get(id) {
                Type::Record(_) => return Some(id),
                Type::Typedef { of, .. } | Type::Qualified { of, .. } | Type::Tagged { of, .. } => {
                    of
                }
                _ => return None,
            };
        }
        None
    }
}
