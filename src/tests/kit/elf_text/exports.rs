//! What EXPORT_SYMBOL leaves in an object: 6.1 has a section `___ksymtab…+NAME` with the symbol
//! `__ksymtab_NAME` for each, and the namespace at `__kstrtabns_NAME`; 6.12 has one section
//! `.export_symbol`, with a label, license, namespace and a relocation for each. An object here has
//! both; either kernel's modpost sees only its own.

use super::number::*;
use super::{Export, Object, Place, Reference, Relocation, Section, Symbol};

/// Adds the sections and symbols of all exports.
pub fn expand(object: &mut Object) {
    if object.exports.is_empty() {
        return;
    }
    let exports = std::mem::take(&mut object.exports);
    add_ksymtabs(object, &exports);
    add_export_section(object, &exports);
}

fn add_ksymtabs(object: &mut Object, exports: &[Export]) {
    let mut strings = Section { name: b"__ksymtab_strings".to_vec(), ..read_only() };
    let strings_index = object.sections.len() as u32;
    object.sections.push(strings.clone());
    for export in exports {
        let table: &[u8] = if export.is_gpl { b"___ksymtab_gpl+" } else { b"___ksymtab+" };
        let name = [table, &export.symbol].concat();
        object.sections.push(Section { name, data: vec![0; 12], ..read_only() });
        let index = object.sections.len() as u32 - 1;
        object.symbols.push(label(b"__ksymtab_", export, index, 0));
        object.symbols.push(label(b"__kstrtabns_", export, strings_index, strings.data.len()));
        strings.data.extend([&export.namespace, &b"\0"[..]].concat());
    }
    object.sections[strings_index as usize] = strings;
}

fn add_export_section(object: &mut Object, exports: &[Export]) {
    let mut section = Section { name: b".export_symbol".to_vec(), ..read_only() };
    let index = object.sections.len() as u32;
    let mut relocations = Vec::new();
    for export in exports {
        object.symbols.push(label(b"__export_symbol_", export, index, section.data.len()));
        let license: &[u8] = if export.is_gpl { b"GPL\0" } else { b"\0" };
        section.data.extend([license, &export.namespace, b"\0"].concat());
        section.data.resize(section.data.len().next_multiple_of(8), 0);
        let offset = section.data.len() as u64;
        let symbol = Reference::Name(export.symbol.clone());
        relocations.push(Relocation { offset, kind: 1, symbol, addend: 0 });
        section.data.extend([0; 8]);
    }
    object.sections.push(section);
    let has_addends = match object.machine {
        EM_386 | EM_ARM => false,
        EM_MIPS => object.target.is_64_bit,
        _ => true,
    };
    let (name, kind): (&[u8], u32) = match has_addends {
        true => (b".rela.export_symbol", SHT_RELA),
        false => (b".rel.export_symbol", SHT_REL),
    };
    object.sections.push(Section {
        name: name.to_vec(),
        kind,
        alignment: 8,
        link: Some(Reference::Name(b".symtab".to_vec())),
        info: Some(Reference::Index(index)),
        relocations,
        ..Section::default()
    });
}

/// A section that is loaded and has data.
fn read_only() -> Section {
    Section { kind: SHT_PROGBITS, flags: SHF_ALLOC, alignment: 8, ..Section::default() }
}

/// The local symbol `prefix` + name of the export.
fn label(prefix: &[u8], export: &Export, section: u32, at: usize) -> Symbol {
    Symbol {
        name: [prefix, &export.symbol].concat(),
        value: at as u64,
        size: 0,
        bind: 0,
        kind: 0,
        place: Place::Section(Reference::Index(section)),
        is_indirect: false,
    }
}
