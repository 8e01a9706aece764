//! The texts of the C program, byte for byte, and what we say where it crashes.

use crate::elf::NotReadable;

/// Why a run ends without CRCs: a whole line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault(pub Vec<u8>);

impl Fault {
    /// What the C program says in its function `function`.
    pub fn new(function: &str, text: &[u8]) -> Self {
        let start = format!("error: gendwarfksyms: {function}: ");
        Self([start.as_bytes(), text, b"\n"].concat())
    }

    /// Debugging information that cannot be read.
    pub fn damaged(place: u32) -> Self {
        let text = format!("the debugging information is damaged at offset {place:#x}");
        Self::new("process_module", text.as_bytes())
    }
}

/// A message that changes nothing.
pub(super) fn warning(function: &str, text: &[u8]) -> Vec<u8> {
    let start = format!("warning: gendwarfksyms: {function}: ");
    [start.as_bytes(), text, b"\n"].concat()
}

/// What `--debug` says.
pub(super) fn debug(function: &str, text: &[u8]) -> Vec<u8> {
    let start = format!("gendwarfksyms: {function}: ");
    [start.as_bytes(), text, b"\n"].concat()
}

/// A file that is no object, or one that cannot be read. (The C program crashes on most.)
pub(super) fn no_object(path: &[u8], reason: NotReadable) -> Fault {
    let reason = match reason {
        NotReadable::NoObject => "it is no ELF file".to_owned(),
        NotReadable::UnknownClass => "its class is neither of the two".to_owned(),
        NotReadable::UnknownByteOrder => "its byte order is neither of the two".to_owned(),
        NotReadable::NotRelocatable => "it is not relocatable".to_owned(),
        NotReadable::HeadersBeyondEnd { offset } => {
            format!("its section headers would be at {offset:#x}, behind its end")
        }
        NotReadable::SectionBeyondEnd { offset, .. } => {
            format!("a section would be at {offset:#x}, behind its end")
        }
        NotReadable::NobitsModinfo => "its .modinfo is not in the file".to_owned(),
        NotReadable::NoSymbolTable => "it has no symbol table".to_owned(),
        NotReadable::BadWideSections { .. } => {
            "its wide section numbers belong to no symbol table".to_owned()
        }
        NotReadable::Malformed(what) => format!("it is damaged: {what}"),
        NotReadable::Excessive(why) => why.to_owned(),
    };
    let text = [b"cannot read '", path, b"': ", reason.as_bytes()].concat();
    Fault::new("main", &text)
}

/// There are no units, or they cannot be read.
pub(super) fn no_debugging_information() -> Fault {
    Fault::new("process_module", b"dwarf_get_units failed: no debugging information?")
}

/// A line of the list of symbols without a symbol.
pub(super) fn malformed_line(line: &[u8]) -> Fault {
    Fault::new("symbol_read_exports", &[b"malformed input line: ", line].concat())
}

/// A pointer for a symbol that has no type that it could be a pointer to.
pub(super) fn no_pointer(name: &[u8]) -> Fault {
    Fault::new("save_symbol_ptr", &[name, b" must be a pointer type!"].concat())
}

/// The same, of a pointer without a type.
pub(super) fn pointer_to_nothing(name: &[u8]) -> Fault {
    Fault::new("save_symbol_ptr", &[name, b" pointer missing a type attribute?"].concat())
}

/// A DIE that is no type.
pub(super) fn unexpected_type(tag: u16) -> Fault {
    Fault::new("process_type", format!("unexpected type: {tag:x}").as_bytes())
}

/// Something in a structure that is no member.
pub(super) fn unexpected_child(tag: u16) -> Fault {
    let text = format!("unexpected structure_type child: {tag:x}");
    Fault::new("___process_structure_type", text.as_bytes())
}

/// A file that the table of files does not have.
pub(super) fn no_such_file(function: &str) -> Fault {
    let text = format!("{function} failed: 'no error'");
    Fault::new("is_definition_private", text.as_bytes())
}

/// Types that hold each other without end.
pub(super) fn too_deep(place: u32) -> Fault {
    let text = format!("types nest too deeply, or without end, at offset {place:#x}");
    Fault::new("process_type", text.as_bytes())
}

/// Types without names that hold each other several times, and so on.
pub(super) fn too_long(place: u32) -> Fault {
    let text = format!("the text of a type is too long, at offset {place:#x}");
    Fault::new("process_type", text.as_bytes())
}

/// A member without a type, where rules of kABI ask for it.
pub(super) fn missing_type(function: &str, what: &str) -> Fault {
    Fault::new(function, format!("{what} missing a type?").as_bytes())
}

/// A reference to a type that is nowhere.
pub(super) fn unknown_reference(name: &[u8], within: Option<&[u8]>) -> Fault {
    let within = within.unwrap_or(b"(null)");
    let text = [b"unknown type reference to '", name, b"' when expanding '", within, b"'"].concat();
    Fault::new("__calculate_version", &text)
}

/// The usage text.
pub const USAGE: &[u8] = b"Usage: gendwarfksyms [options] elf-object-file ... < symbol-list

Options:
  -d, --debug          Print debugging information
      --dump-dies      Dump DWARF DIE contents
      --dump-die-map   Print debugging information about die_map changes
      --dump-types     Dump type strings
      --dump-versions  Dump expanded type strings used for symbol versions
  -s, --stable         Support kABI stability features
  -T, --symtypes file  Write a symtypes file
  -h, --help           Print this message

";
