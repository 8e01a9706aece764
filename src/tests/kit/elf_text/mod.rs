//! ELF objects as text, so that a case shows what matters in its objects and needs no compiler:
//!
//! ```text
//! elf 64 little x86_64
//! section .text alloc exec
//!   zeros 32
//! section .modinfo alloc
//!   string license=GPL "author=no one"
//! symbol init_module in=.text at=0x10 size=16 global func
//! symbol printk global
//! rela .text
//!   reloc 0x14 4 printk -4
//! export shared gpl ns=CORE
//! patch section .text sh_size 0xffffffff
//! ```
//!
//! A line is one statement; `#` at its beginning or after a blank starts a comment. Words are
//! separated by blanks; in `"…"` they may have blanks and the escapes `\n \t \r \0 \" \\ \xHH`.
//! Numbers are decimal or `0x…`, with `-` before them for a negative one. A section or symbol is
//! meant by its name (the first of that name) or by its index, `@N`.
//!
//! | statement | what it is |
//! |---|---|
//! | `elf CLASS ORDER MACHINE [TYPE]` | first: `32`/`64`, `little`/`big`, a name of `MACHINES` or a number, `rel` (default) or a number |
//! | `section NAME [KIND] [FLAG…] [KEY=…]` | kinds `progbits` (default) `nobits` `note`, flags `alloc` `write` `exec`, keys `type` `flags` `addr` `align` `entsize` `size` `link` `info`, and `times` for many |
//! | `rel NAME`, `rela NAME` | the relocations of section NAME, called `.relNAME`; keys as above, and `name` |
//! | `string`, `ascii`, `hex`, `zeros`, `u8 … u64`, `word` | data of the section before; `string` ends each with a zero byte, `word` is of the target's width |
//! | `reloc OFFSET TYPE SYMBOL [ADDEND]` | a relocation of the `rel` or `rela` before |
//! | `symbol NAME [BIND] [TYPE] [PLACE] [KEY=…]` | bind `local` (default) `global` `weak`; type `object` `func` `section` `file` or `type=N`; place `in=SECTION` (`in=.`: the one before), `abs`, `common` or `shndx=N`, else undefined; keys `at` `size` `times`; `xindex` keeps the index in SYMTAB_SHNDX |
//! | `export SYMBOL [gpl] [ns=…]` | what EXPORT_SYMBOL leaves behind, in the forms of 6.1 and of 6.12 |
//! | `no-symtab` | there is no symbol table |
//! | `patch header FIELD N`, `patch section NAME FIELD N`, `patch symbol NAME FIELD N`, `patch OFFSET HEX…` | overwrites what has been laid out |
//! | `truncate SIZE` | last: the file ends there |
//!
//! `.symtab`, `.symtab_shndx` (where it is needed), `.strtab` and `.shstrtab` come last. Strings
//! share their ends, as the GNU tools let them. From 65,280 sections on, numbers move to the first
//! section header as the format wants it.

mod exports;
mod layout;
mod parse;
mod patch;

use crate::Target;

/// The bytes that `text` describes. The error names the line.
pub fn assemble(text: &str) -> Result<Vec<u8>, String> {
    let mut object = parse::object(text)?;
    exports::expand(&mut object);
    let laid_out = layout::lay_out(&object)?;
    patch::apply(&object, laid_out)
}

/// The class and byte order that `text` begins with.
pub fn target(text: &str) -> Result<Target, String> {
    parse::object(text).map(|object| object.target)
}

/// What a text describes.
struct Object {
    target: Target,
    machine: u16,
    /// `e_type`.
    kind: u16,
    sections: Vec<Section>,
    symbols: Vec<Symbol>,
    exports: Vec<Export>,
    has_symtab: bool,
    patches: Vec<Patch>,
    /// Where the file ends, if not at its end.
    end: Option<usize>,
}

/// One section, or several alike.
#[derive(Clone, Default)]
struct Section {
    name: Vec<u8>,
    kind: u32,
    flags: u64,
    address: u64,
    alignment: u64,
    entry_size: u64,
    link: Option<Reference>,
    info: Option<Reference>,
    /// If other than the length of the data.
    size: Option<u64>,
    data: Vec<u8>,
    relocations: Vec<Relocation>,
}

/// One entry of the symbol table.
#[derive(Clone)]
struct Symbol {
    name: Vec<u8>,
    value: u64,
    size: u64,
    bind: u8,
    kind: u8,
    place: Place,
    /// Whether the section's index is in `.symtab_shndx` though it would fit.
    is_indirect: bool,
}

/// Where a symbol is.
#[derive(Clone)]
enum Place {
    Section(Reference),
    /// A number that is no section's, or a wrong one.
    Raw(u16),
}

/// A section or symbol.
#[derive(Clone)]
enum Reference {
    Name(Vec<u8>),
    Index(u32),
}

/// One relocation.
#[derive(Clone)]
struct Relocation {
    offset: u64,
    kind: u32,
    symbol: Reference,
    addend: u64,
}

/// An EXPORT_SYMBOL.
struct Export {
    symbol: Vec<u8>,
    is_gpl: bool,
    namespace: Vec<u8>,
}

/// A change to the finished bytes.
enum Patch {
    Header { field: String, value: u64 },
    Section { section: Reference, field: String, value: u64 },
    Symbol { symbol: Reference, field: String, value: u64 },
    Bytes { offset: usize, bytes: Vec<u8> },
}

/// The numbers of the format that are used here.
mod number {
    pub const SHT_PROGBITS: u32 = 1;
    pub const SHT_SYMTAB: u32 = 2;
    pub const SHT_STRTAB: u32 = 3;
    pub const SHT_RELA: u32 = 4;
    pub const SHT_NOTE: u32 = 7;
    pub const SHT_NOBITS: u32 = 8;
    pub const SHT_REL: u32 = 9;
    pub const SHT_SYMTAB_SHNDX: u32 = 18;
    pub const SHF_WRITE: u64 = 1;
    pub const SHF_ALLOC: u64 = 2;
    pub const SHF_EXECINSTR: u64 = 4;
    pub const SHN_LORESERVE: u32 = 0xff00;
    pub const SHN_ABS: u16 = 0xfff1;
    pub const SHN_COMMON: u16 = 0xfff2;
    pub const SHN_XINDEX: u16 = 0xffff;
    pub const EM_386: u16 = 3;
    pub const EM_MIPS: u16 = 8;
    pub const EM_ARM: u16 = 40;
}
