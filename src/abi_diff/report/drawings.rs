//! How the structs and unions that changed lie in memory: their members, those without a name by what is
//! in them.

use super::facts::Facts;
use crate::btf::Btf;
use crate::corpus::{Corpus, Declarations, TypesFile};
use crate::formats::symtypes::{Kind, TypeName};
use crate::layout::{BtfNames, BtfSide, Definition, Layout, Member};
use crate::report::{Drawing, Text};

/// How many members of a type are drawn.
const MOST: usize = 1000;

/// Those of types by their declarations in a file; none for what is not a struct or union that is defined
/// there.
pub(super) fn by_declarations(
    facts: &Facts<'_>,
    corpus: &Corpus,
    file: &TypesFile,
    names: &[&[u8]],
) -> Vec<Option<Drawing>> {
    if !names.iter().any(|name| is_drawn(name)) {
        return Vec::new();
    }
    let declarations = Declarations::of(facts.types, corpus, file);
    let mut laid = declarations.laid(facts.model);
    let drawing = |name: &&[u8]| {
        let definition = is_drawn(name).then(|| laid.definition(name).ok())??;
        drawing(&definition)
    };
    names.iter().map(drawing).collect()
}

/// The types of a kernel by their names, in its BTF.
pub(super) struct Built<'d> {
    kernel: &'d Btf<'d>,
    names: BtfNames<'d>,
}

impl<'d> Built<'d> {
    pub(super) fn of(kernel: &'d Btf<'d>) -> Self {
        Self { kernel, names: BtfNames::of(kernel) }
    }

    /// That of a type; none for what is not a struct or union of the kernel itself.
    pub(super) fn drawing(&self, name: &[u8]) -> Option<Drawing> {
        let side = BtfSide::of_kernel(&self.names);
        let id = side.find(name).ok().filter(|_| is_drawn(name))?;
        drawing(&self.kernel.definition(id).ok()??)
    }
}

/// Whether a name may be that of a struct or union.
fn is_drawn(name: &[u8]) -> bool {
    match TypeName::of(name).kind {
        Kind::Struct | Kind::Union | Kind::Typedef => true,
        Kind::Enum | Kind::EnumConstant | Kind::Normal => false,
    }
}

fn drawing(definition: &Definition) -> Option<Drawing> {
    let Layout { size, members, .. } = definition.layout()?;
    let mut drawn = Vec::new();
    add(members, &mut drawn);
    Some(Drawing { size: *size, members: drawn })
}

/// Adds members, and of those without a name the members in them.
fn add(members: &[Member], drawn: &mut Vec<(Text, u64, u64)>) {
    for member in members {
        if drawn.len() == MOST {
            return;
        }
        match &member.name {
            Some(name) => drawn.push((Text::of(name), member.bit_offset, member.bit_size)),
            None => add(&member.inner, drawn),
        }
    }
}
