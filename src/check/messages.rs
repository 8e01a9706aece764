//! The lines that the kernel logs about a module, without timestamps. They are only here.

use crate::release::InheritedSymbol;

/// A line of `parts`.
macro_rules! line {
    ($($part:expr),+ $(,)?) => {
        [$(AsRef::<[u8]>::as_ref(&$part)),+].concat()
    };
}

/// What stands in the place of a name that could not be found.
const NO_NAME: &[u8] = b"(missing .modinfo section or name field)";

/// The words for a name that may not have been found.
fn name(module: Option<&[u8]>) -> &[u8] {
    module.unwrap_or(NO_NAME)
}

// The file.

pub(super) fn bad_header_length(length: usize) -> Vec<u8> {
    format!("Invalid ELF header len {length}").into_bytes()
}

pub(super) fn bad_magic() -> Vec<u8> {
    b"Invalid ELF header magic: != \x7fELF".to_vec()
}

pub(super) fn bad_type(kind: u16) -> Vec<u8> {
    format!("Invalid ELF header type: {kind} != 1").into_bytes()
}

pub(super) fn bad_machine(machine: u16) -> Vec<u8> {
    format!("Invalid architecture in ELF header: {machine}").into_bytes()
}

pub(super) fn bad_section_size() -> Vec<u8> {
    b"Invalid ELF section header size".to_vec()
}

pub(super) fn table_beyond_end() -> Vec<u8> {
    b"Invalid ELF section header overflow".to_vec()
}

pub(super) fn bad_first_section(kind: u32) -> Vec<u8> {
    let words = "ELF Spec violation: section 0 type";
    format!("{words}({kind})!=SH_NULL or non-zero len or addr").into_bytes()
}

pub(super) fn bad_names_index(index: u16, count: u16) -> Vec<u8> {
    let words = "Invalid ELF section name index";
    format!("{words}: {index} || e_shstrndx ({index}) >= e_shnum ({count})").into_bytes()
}

pub(super) fn bad_names_section(kind: u32) -> Vec<u8> {
    format!("Invalid ELF section hdr(type {kind})").into_bytes()
}

pub(super) fn bad_names_kind(kind: u32) -> Vec<u8> {
    format!("Invalid ELF section name table type: {kind}").into_bytes()
}

pub(super) fn bad_symbol_names(kind: u32) -> Vec<u8> {
    format!("Invalid ELF symbol string table type: {kind}").into_bytes()
}

pub(super) fn no_names() -> Vec<u8> {
    b"empty section name table".to_vec()
}

pub(super) fn names_without_end() -> Vec<u8> {
    b"ELF Spec violation: section name table isn't null terminated".to_vec()
}

pub(super) fn bad_link(link: u32, count: u16) -> Vec<u8> {
    let words = "Invalid ELF sh_link!=SHN_UNDEF";
    format!("{words}({link}) or (sh_link({link}) >= hdr->e_shnum({count})").into_bytes()
}

pub(super) fn bad_section(index: usize, kind: u32) -> Vec<u8> {
    format!("Invalid ELF section in module (section {index} type {kind})").into_bytes()
}

pub(super) fn bad_section_name(index: usize, kind: u32) -> Vec<u8> {
    format!("Invalid ELF section name in module (section {index} type {kind})").into_bytes()
}

/// Whether a line is one of the two that older kernels log, too.
pub(super) fn is_about_a_section(line: &[u8]) -> bool {
    line.starts_with(b"Invalid ELF section in module (")
        || line.starts_with(b"Invalid ELF section name in module (")
}

/// What 5.10 says of any damage, after what it says of the section.
pub(super) fn invalid_structures() -> Vec<u8> {
    b"Module has invalid ELF structures".to_vec()
}

pub(super) fn two_modinfos() -> Vec<u8> {
    b"Only one .modinfo section must exist.".to_vec()
}

pub(super) fn no_symbols(module: Option<&[u8]>) -> Vec<u8> {
    line!(name(module), ": module has no symbols (stripped?)")
}

pub(super) fn no_module(module: Option<&[u8]>) -> Vec<u8> {
    line!(name(module), ": No module found in object")
}

pub(super) fn not_one_this_module(module: Option<&[u8]>) -> Vec<u8> {
    let words = ": Exactly one .gnu.linkonce.this_module section must exist.";
    line!("module ", name(module), words)
}

pub(super) fn empty_this_module(module: Option<&[u8]>) -> Vec<u8> {
    let words = ": .gnu.linkonce.this_module section must have a size set";
    line!("module ", name(module), words)
}

pub(super) fn unloaded_this_module(module: Option<&[u8]>) -> Vec<u8> {
    let words = ": .gnu.linkonce.this_module must occupy memory during process execution";
    line!("module ", name(module), words)
}

pub(super) fn other_this_module(module: Option<&[u8]>) -> Vec<u8> {
    let words = ": .gnu.linkonce.this_module section size must match the kernel's built struct \
                 module size at run time";
    line!("module ", name(module), words)
}

// The signature.

pub(super) fn not_pkcs7() -> Vec<u8> {
    b"module: not signed with expected PKCS#7 message".to_vec()
}

pub(super) fn bad_signature_parameters() -> Vec<u8> {
    b"module: PKCS#7 signature info has unexpected non-zero params".to_vec()
}

pub(super) fn rejected(what: &str) -> Vec<u8> {
    line!("Loading of ", what, " is rejected")
}

pub(super) fn locked_down() -> Vec<u8> {
    let words = "unsigned module loading is restricted; see man kernel_lockdown.7";
    line!("Lockdown: insmod: ", words)
}

// What the module says of itself.

pub(super) fn disagrees(module: &[u8], symbol: &[u8]) -> Vec<u8> {
    line!(module, ": disagrees about version of symbol ", symbol)
}

pub(super) fn no_version(module: &[u8], symbol: &[u8]) -> Vec<u8> {
    line!(module, ": no symbol version for ", symbol)
}

pub(super) fn no_extended_version(module: &[u8], symbol: &[u8]) -> Vec<u8> {
    line!(module, ": no extended symbol version for ", symbol)
}

pub(super) fn forced(module: &[u8], why: &[u8]) -> Vec<u8> {
    line!(module, ": ", why, ": kernel tainted.")
}

pub(super) fn bad_vermagic(module: &[u8], own: &[u8], kernel: &[u8]) -> Vec<u8> {
    line!(module, ": version magic '", own, "' should be '", kernel, "'")
}

pub(super) fn no_livepatch(module: &[u8]) -> Vec<u8> {
    let words = ": module is marked as livepatch module, but livepatch support is disabled";
    line!(module, words)
}

pub(super) fn writable_code(module: &[u8], section: &[u8], index: usize) -> Vec<u8> {
    let end = format!(" (index {index}) has invalid WRITE|EXEC flags");
    line!(module, ": section ", section, end)
}

// Taints.

pub(super) fn out_of_tree(module: &[u8]) -> Vec<u8> {
    line!(module, ": loading out-of-tree module taints kernel.")
}

pub(super) fn staging(module: &[u8]) -> Vec<u8> {
    let words = ": module is from the staging directory, the quality is unknown, you have been \
                 warned.";
    line!(module, words)
}

pub(super) fn livepatch(module: &[u8]) -> Vec<u8> {
    line!(module, ": tainting kernel with TAINT_LIVEPATCH")
}

pub(super) fn license(module: &[u8], license: &[u8]) -> Vec<u8> {
    line!(module, ": module license '", license, "' taints kernel.")
}

pub(super) fn license_again(module: &[u8]) -> Vec<u8> {
    line!(module, ": module license taints kernel.")
}

pub(super) fn test(module: &[u8]) -> Vec<u8> {
    line!(module, ": loading test module taints kernel.")
}

pub(super) fn unsigned(module: &[u8]) -> Vec<u8> {
    let words = ": module verification failed: signature and/or required key missing - tainting \
                 kernel";
    line!(module, words)
}

pub(super) fn no_lock_debugging() -> Vec<u8> {
    b"Disabling lock debugging due to kernel taint".to_vec()
}

// Symbols.

pub(super) fn unknown_symbol(module: &[u8], symbol: &[u8], error: i32) -> Vec<u8> {
    line!(module, ": Unknown symbol ", symbol, format!(" (err -{error})"))
}

pub(super) fn not_imported(module: &[u8], symbol: &[u8], namespace: &[u8]) -> Vec<u8> {
    let end = ", but does not import it.";
    line!(module, ": module uses symbol (", symbol, ") from namespace ", namespace, end)
}

pub(super) fn imports_module_namespace(module: &[u8], namespace: &[u8]) -> Vec<u8> {
    line!(module, ": module tries to import module namespace: ", namespace)
}

pub(super) fn common(module: &[u8]) -> Vec<u8> {
    line!(module, ": please compile with -fno-common")
}

/// A symbol with a blank before it, where messages name it.
fn inherited(symbol: &[u8], named: InheritedSymbol) -> Vec<u8> {
    match named {
        InheritedSymbol::Unnamed => Vec::new(),
        InheritedSymbol::Named => [b" ", symbol].concat(),
    }
}

pub(super) fn gpl_from_proprietary(
    module: &[u8],
    symbol: &[u8],
    owner: &[u8],
    named: InheritedSymbol,
) -> Vec<u8> {
    let middle = ": module using GPL-only symbols uses symbols";
    let symbol = inherited(symbol, named);
    line!(module, middle, &symbol, " from proprietary module ", owner, ".")
}

pub(super) fn inherits(
    module: &[u8],
    symbol: &[u8],
    owner: &[u8],
    named: InheritedSymbol,
) -> Vec<u8> {
    let (symbol, end) = (inherited(symbol, named), ", inheriting taint.");
    line!(module, ": module uses symbols", &symbol, " from proprietary module ", owner, end)
}

pub(super) fn ignored_table(module: &[u8], table: &str) -> Vec<u8> {
    line!(module, ": ignoring obsolete section ", table)
}

pub(super) fn no_export_flags(module: &[u8]) -> Vec<u8> {
    line!(module, ": no flags for exported symbols")
}

pub(super) fn duplicate(module: &[u8], symbol: &[u8], owner: &[u8]) -> Vec<u8> {
    line!(module, ": exports duplicate symbol ", symbol, " (owned by ", owner, ")")
}
