//! What a module imports, as the kernel's loader looks it up.
//!
//! An architecture's part of the loader defines some undefined symbols itself, and takes others for
//! ones of another name; [`LEFT`] has them. modpost has a list of its own: what the linker defines
//! when it makes the `.ko`, which the loader meets no more.

use object::elf::{EM_386, EM_PPC64, EM_S390, EM_SPARC, EM_SPARCV9, EM_X86_64, STT_SPARC_REGISTER};

use super::ReadError;
use crate::elf::{NameRoom, ObjectFile, Symbol};

/// A symbol that a module does not define.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Import<'d> {
    /// Its name, as the loader looks it up.
    pub symbol: &'d [u8],
    /// Whether the module can do without it.
    pub is_weak: bool,
}

/// Undefined symbols that no export has to define, each with its machine.
///
/// x86: `ignore_undef_symbol` of the loader passes over it. s390 and powerpc64: their
/// `module_frob_arch_sections` makes it an absolute one. (Read in 5.10.262, 6.1.192, 6.12.117 and
/// 7.2.13. No other architecture's loader names one; all modules of Debian's ppc64el have it.)
const LEFT: &[(u16, &[u8])] = &[
    (EM_386, b"_GLOBAL_OFFSET_TABLE_"),
    (EM_X86_64, b"_GLOBAL_OFFSET_TABLE_"),
    (EM_S390, b"_GLOBAL_OFFSET_TABLE_"),
    (EM_PPC64, b".TOC."),
];

/// The imports of an object, in the order of its symbols.
pub(super) fn read<'d>(
    object: &ObjectFile<'d>,
    room: &mut NameRoom,
) -> Result<Vec<Import<'d>>, ReadError> {
    let undefined = object.symbols.iter().skip(1).filter(|symbol| symbol.is_undefined());
    let mut imports = Vec::new();
    for symbol in undefined.filter(|symbol| !is_register(object.machine, symbol)) {
        let name = object.symbol_name(symbol)?;
        room.take(name)?;
        if !name.is_empty() && !LEFT.contains(&(object.machine, name)) {
            let name = looked_up(object.machine, name);
            imports.push(Import { symbol: name, is_weak: symbol.is_weak() });
        }
    }
    Ok(imports)
}

/// The name that the loader looks up for a name in the symbols or version tables of a module. On
/// powerpc64 a dot before it is dropped: in its older ABI `.f` is the code of `f`.
pub(super) fn looked_up(machine: u16, name: &[u8]) -> &[u8] {
    match (machine, name) {
        (EM_PPC64, [b'.', rest @ ..]) => rest,
        _ => name,
    }
}

/// Whether a symbol says how a register is used, which SPARC's loader passes over.
fn is_register(machine: u16, symbol: &Symbol) -> bool {
    matches!(machine, EM_SPARC | EM_SPARCV9) && symbol.kind == STT_SPARC_REGISTER
}
