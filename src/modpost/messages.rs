//! What modpost says on standard error: every text upstream has, each in one place.
//!
//! Each function makes one message. Names are bytes and appear as they are.

use crate::release::{FatalPrefix, Modpost, ProgramName, Severity, Wording};

/// What a message means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `WARNING: modpost: ` (before 5.8 mostly `WARNING: `); the run can still succeed.
    Warning,
    /// `ERROR: modpost: `; the run goes on, writes no file any more, and fails.
    Error,
    /// `FATAL: modpost: ` (from 6.12 on `ERROR: modpost: `); the run ends here.
    Fatal,
    /// No prefix; means nothing.
    Plain,
    /// No prefix; the run ends here.
    Failure,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it means for the run.
    pub level: Level,
    /// Its text without the level's prefix, and with the newline if it has one.
    pub text: Vec<u8>,
    /// Whether it names modpost even in releases whose other messages do not, before 5.8.
    pub names_modpost: bool,
}

impl Message {
    pub(super) fn new(level: Level, parts: &[&[u8]]) -> Self {
        Self { level, text: parts.concat(), names_modpost: false }
    }

    /// The same, which names modpost in every release.
    pub(super) fn naming_modpost(self) -> Self {
        Self { names_modpost: true, ..self }
    }

    /// All of it, as `release` says it.
    pub fn said(&self, release: &Modpost) -> Vec<u8> {
        let level: &[u8] = match (self.level, release.fatal_prefix) {
            (Level::Warning, _) => b"WARNING: ",
            (Level::Fatal, FatalPrefix::Fatal) => b"FATAL: ",
            (Level::Fatal, FatalPrefix::Error) | (Level::Error, _) => b"ERROR: ",
            (Level::Plain | Level::Failure, _) => return self.text.clone(),
        };
        let is_named = release.program_name == ProgramName::InAll || self.names_modpost;
        let name: &[u8] = if is_named { b"modpost: " } else { b"" };
        [level, name, &self.text].concat()
    }

    /// The same, as serious as a release takes it.
    pub(super) fn at(self, severity: Severity) -> Self {
        let level = match severity {
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
            Severity::Fatal => Level::Fatal,
        };
        Self { level, ..self }
    }

    /// Whether nothing is done any more once it is said.
    pub fn ends_the_run(&self) -> bool {
        matches!(self.level, Level::Fatal | Level::Failure)
    }
}

/// An error, or only a warning where an option asks for that.
fn error_unless(is_warning: bool) -> Level {
    if is_warning { Level::Warning } else { Level::Error }
}

/// `.ko`, but for the kernel itself.
fn ending(is_vmlinux: bool) -> &'static [u8] {
    if is_vmlinux { b"" } else { b".ko" }
}

/// `M.ko: `, which messages about a module begin with from 7.3 on; the kernel itself has no ending.
fn head(module: &[u8]) -> Vec<u8> {
    [module, ending(module == b"vmlinux"), b": "].concat()
}

/// A message about a module, in either wording: the parts of the old one, and what follows
/// [`head`] in the new one.
fn about(level: Level, wording: Wording, module: &[u8], old: &[&[u8]], new: &[&[u8]]) -> Message {
    match wording {
        Wording::SymbolFirst => Message::new(level, old),
        Wording::ModuleFirst => {
            let mut message = Message::new(level, new);
            message.text.splice(..0, head(module));
            message
        }
    }
}

/// A message that names its module first in both wordings, and in the new one with its ending.
fn named(level: Level, wording: Wording, module: &[u8], parts: &[&[u8]]) -> Message {
    let old = [&[module, b": "], parts].concat();
    about(level, wording, module, &old, parts)
}

// Files.

/// `path` cannot be read or written; `reason` is what the C library says of it. An empty path is
/// left out, as `perror` does.
pub(super) fn file_failure(path: &[u8], reason: &str) -> Message {
    let colon: &[u8] = if path.is_empty() { b"" } else { b": " };
    Message::new(Level::Failure, &[path, colon, reason.as_bytes(), b"\n"])
}

/// An object is missing, which `-n` allows.
pub(super) fn file_ignored(path: &[u8], reason: &str) -> Message {
    Message::new(Level::Plain, &[path, b": ", reason.as_bytes(), b" (ignored)\n"])
}

/// The `-T` file cannot be opened. (Upstream ends it without a newline.)
pub(super) fn no_file_list(path: &[u8], reason: &str) -> Message {
    Message::new(Level::Fatal, &[b"Can't open filenames file ", path, b": ", reason.as_bytes()])
}

/// An object's name does not end in `.o`.
pub(super) fn not_dot_o(path: &[u8]) -> Message {
    Message::new(Level::Error, &[path, b": filename must be suffixed with .o\n"])
}

/// A path is longer than a path may be; `beginning` is what fits.
pub(super) fn path_too_long(beginning: &[u8]) -> Message {
    Message::new(Level::Error, &[beginning, b": too long path was truncated\n"])
}

/// A dump has a line that is none.
pub(super) fn bad_dump() -> Message {
    Message::new(Level::Fatal, &[b"parse error in symbol dump file\n"])
}

/// A dump says that a symbol was exported in an unknown way. (No newline.)
pub(super) fn unknown_dump_license(symbol: &[u8], export: &[u8]) -> Message {
    Message::new(Level::Error, &[symbol, b": unknown license ", export, b". skip"])
}

// Objects.

/// The byte order is neither of the two.
pub(super) fn unknown_byte_order() -> Message {
    Message::new(Level::Fatal, &[b"target endian is unknown\n"])
}

/// The file is an executable, or the like. (No newline.)
pub(super) fn not_relocatable(path: &[u8]) -> Message {
    Message::new(Level::Fatal, &[path, b": not relocatable object."])
}

/// The section headers begin behind the end of the file of `size` bytes.
pub(super) fn headers_beyond_end(path: &[u8], offset: u64, size: usize) -> Message {
    let offset = format!("section header offset={offset} in file '");
    let size = format!("' is bigger than filesize={size}\n");
    Message::new(Level::Fatal, &[offset.as_bytes(), path, size.as_bytes()])
}

/// A section begins behind the end of the file. (Upstream names the size of the file's header.)
pub(super) fn section_beyond_end(path: &[u8], offset: u64, header_size: usize) -> Message {
    let words =
        format!(" is truncated. sechdrs[i].sh_offset={offset} > sizeof(*hrd)={header_size}\n");
    Message::new(Level::Fatal, &[path, words.as_bytes()])
}

/// `.modinfo` has no bytes in the file.
pub(super) fn nobits_modinfo(path: &[u8]) -> Message {
    Message::new(Level::Fatal, &[path, b" has NOBITS .modinfo\n"])
}

/// There is no symbol table.
pub(super) fn no_symbol_table(path: &[u8]) -> Message {
    Message::new(Level::Fatal, &[path, b" has no symtab?\n"])
}

/// The table of wide section numbers belongs to another symbol table.
pub(super) fn bad_wide_sections(path: &[u8], link: u32, symbols: u32) -> Message {
    let words = format!(": SYMTAB_SHNDX has bad sh_link: {link}!={symbols}\n");
    Message::new(Level::Fatal, &[path, words.as_bytes()])
}

/// Ours: `what` lies outside of the file, where upstream crashes or reads what it finds.
pub(super) fn malformed(path: &[u8], what: &str) -> Message {
    let words = format!(": malformed object: {what}: not inside of the file\n");
    Message::new(Level::Fatal, &[path, words.as_bytes()])
}

/// Ours: `what` takes memory without end, which upstream takes.
pub(super) fn excessive(path: &[u8], what: &str) -> Message {
    Message::new(Level::Fatal, &[path, b": malformed object: ", what.as_bytes(), b"\n"])
}

/// Ours: the object is of no class that there is.
pub(super) fn unknown_class(path: &[u8]) -> Message {
    let words = b": malformed object: neither of 32 nor of 64 bits\n";
    Message::new(Level::Fatal, &[path, words])
}

// The contents of an object.

/// There is no `license=` in `.modinfo`.
pub(super) fn no_license(wording: Wording, path: &[u8], module: &[u8]) -> Message {
    let old: [&[u8]; 3] = [b"missing MODULE_LICENSE() in ", path, b"\n"];
    about(Level::Error, wording, module, &old, &[b"missing MODULE_LICENSE()\n"]).naming_modpost()
}

/// There is no `description=` in `.modinfo`.
pub(super) fn no_description(wording: Wording, path: &[u8], module: &[u8]) -> Message {
    let old: [&[u8]; 3] = [b"missing MODULE_DESCRIPTION() in ", path, b"\n"];
    about(Level::Warning, wording, module, &old, &[b"missing MODULE_DESCRIPTION()\n"])
}

/// A module imports the namespace that lists modules, which only exports may name.
pub(super) fn module_list_imported(wording: Wording, module: &[u8], namespace: &[u8]) -> Message {
    let refused: &[u8] = b" is not allowed.\n";
    let old: [&[u8]; 5] =
        [module, b": explicitly importing namespace \"", namespace, b"\"", refused];
    let new: [&[u8]; 4] = [b"explicitly importing namespace '", namespace, b"'", refused];
    about(Level::Error, wording, module, &old, &new)
}

/// The linker is to find a place for a symbol.
pub(super) fn common_symbol(wording: Wording, symbol: &[u8], module: &[u8]) -> Message {
    let old: [&[u8]; 5] = [b"\"", symbol, b"\" [", module, b"] is COMMON symbol\n"];
    let new: [&[u8]; 3] = [b"'", symbol, b"' is COMMON symbol\n"];
    about(Level::Warning, wording, module, &old, &new)
}

/// A namespace was given to a symbol that nothing exports.
pub(super) fn namespace_of_nothing(symbol: &[u8], namespace: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"Could not update namespace(", namespace, b") for symbol ", symbol, b"\n"];
    Message::new(Level::Error, &words)
}

/// Two modules export one symbol.
pub(super) fn exported_twice(
    wording: Wording,
    module: &[u8],
    symbol: &[u8],
    owner: &[u8],
    owner_is_vmlinux: bool,
) -> Message {
    let twice: &[u8] = b"' exported twice. Previous export was in ";
    let ending = ending(owner_is_vmlinux);
    let old: [&[u8]; 7] = [module, b": '", symbol, twice, owner, ending, b"\n"];
    let new: [&[u8]; 6] = [b"symbol '", symbol, twice, owner, ending, b"\n"];
    about(Level::Error, wording, module, &old, &new)
}

/// A reference from `.export_symbol` belongs to no label of an export.
pub(super) fn strange_export_label(wording: Wording, module: &[u8], label: &[u8]) -> Message {
    let words: [&[u8]; 3] = [b".export_symbol section contains strange symbol '", label, b"'\n"];
    named(Level::Error, wording, module, &words)
}

/// A symbol that others cannot see is exported.
pub(super) fn local_symbol_exported(wording: Wording, module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 3] = [b"local symbol '", symbol, b"' was exported\n"];
    named(Level::Error, wording, module, &words)
}

/// The label of an export names another symbol than it refers to.
pub(super) fn no_export_symbol(wording: Wording, module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 3] = [
        b".export_symbol section references '",
        symbol,
        b"', but it does not seem to be an export symbol\n",
    ];
    named(Level::Error, wording, module, &words)
}

/// An export's license is none of the two.
pub(super) fn unknown_export_license(
    wording: Wording,
    module: &[u8],
    license: &[u8],
    symbol: &[u8],
) -> Message {
    let words: [&[u8]; 5] =
        [b"unknown license '", license, b"' was specified for '", symbol, b"'\n"];
    named(Level::Error, wording, module, &words)
}

/// An exported symbol is in a section that is freed; `kind` is `init` or `exit`.
pub(super) fn export_in_freed_section(
    wording: Wording,
    module: &[u8],
    symbol: &[u8],
    kind: &str,
) -> Message {
    let used = format!("EXPORT_SYMBOL used for {kind} symbol");
    let advice = format!(". Remove __{kind} or EXPORT_SYMBOL.\n");
    let old: [&[u8]; 5] = [module, b": ", symbol, b": ", used.as_bytes()];
    let new: [&[u8]; 4] = [used.as_bytes(), b" '", symbol, b"'"];
    let mut message = about(Level::Warning, wording, module, &old, &new);
    message.text.extend_from_slice(advice.as_bytes());
    message
}

/// A line of a `.cmd` file names no source.
pub(super) fn malformed_source_line(line: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"malformed line: ", line, b"\n"])
}

// Sections.

/// A section with bytes that are not loaded, as an assembler source may make it by mistake; `name` is
/// what the object is called.
pub(super) fn unexpected_section(wording: Wording, name: &[u8], section: &[u8]) -> Message {
    let advice: &[u8] = b"Did you forget to use \"ax\"/\"aw\" in a .S file?\n\
                          Note that for example <linux/init.h> contains\n\
                          section definitions for use in .S files.\n\n";
    let old: [&[u8]; 5] =
        [name, b" (", section, b"): unexpected non-allocatable section.\n", advice];
    let new: [&[u8]; 4] = [b"unexpected non-allocatable section '", section, b"'.\n", advice];
    about(Level::Warning, wording, name, &old, &new)
}

/// A reference leads into a section that may be gone by then; `from` and `to` are the symbols (or
/// addresses) and their sections, `name` is what the object is called.
pub(super) fn section_mismatch(
    wording: Wording,
    name: &[u8],
    from: [&[u8]; 2],
    to: [&[u8]; 2],
) -> Message {
    let words: [&[u8]; 9] = [
        b"section mismatch in reference: ",
        from[0],
        b" (section: ",
        from[1],
        b") -> ",
        to[0],
        b" (section: ",
        to[1],
        b")\n",
    ];
    named(Level::Warning, wording, name, &words)
}

/// An exported symbol is in a section that is freed, until 6.4.
pub(super) fn export_of_init_or_exit(name: &[u8], symbol: &[u8], section: &[u8]) -> Message {
    let words: [&[u8]; 6] = [
        name,
        b": EXPORT_SYMBOL used for init/exit symbol: ",
        symbol,
        b" (section: ",
        section,
        b")\n",
    ];
    Message::new(Level::Warning, &words)
}

/// A symbol at one end of a reference, as the messages about exception tables until 6.4 have it.
pub(super) struct PrettySymbol<'a> {
    /// Its name.
    pub(super) name: &'a [u8],
    /// Whether it is a function; `None` if there is no symbol.
    pub(super) is_function: Option<bool>,
}

impl PrettySymbol<'_> {
    pub(super) fn kind(&self) -> &'static [u8] {
        match self.is_function {
            None => b"(unknown reference)",
            Some(false) => b"variable",
            Some(true) => b"function",
        }
    }

    pub(super) fn parentheses(&self) -> &'static [u8] {
        if self.is_function == Some(true) { b"()" } else { b"" }
    }
}

/// An entry of an exception table leads out of the code, until 6.4.
pub(super) fn exception_mismatch(
    name: &[u8],
    place: (&[u8], u64),
    from: &PrettySymbol<'_>,
    to: &PrettySymbol<'_>,
    to_section: &[u8],
) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x}): Section mismatch in reference from the ");
    let words: [&[u8]; 15] = [
        name,
        b"(",
        section,
        offset.as_bytes(),
        from.kind(),
        b" ",
        from.name,
        from.parentheses(),
        b" to the ",
        to.kind(),
        b" ",
        to_section,
        b":",
        to.name,
        to.parentheses(),
    ];
    let mut message = Message::new(Level::Warning, &words);
    message.text.push(b'\n');
    message
}

/// An entry of an exception table leads out of the code, in RHEL 9.5 and 9.6.
pub(super) fn exception_target(
    name: &[u8],
    place: (&[u8], u64),
    to_section: &[u8],
    to: &[u8],
) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x}): Section mismatch in reference to the ");
    let words: [&[u8]; 8] = [name, b"(", section, offset.as_bytes(), to_section, b":", to, b"\n"];
    Message::new(Level::Warning, &words)
}

/// An entry of an exception table leads into code that is in no known section.
pub(super) fn unlisted_exception_target(
    level: Level,
    place: (&[u8], u64),
    to_section: &[u8],
) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x} references\nsection \"");
    // The text before 6.12, which is plain, has a blank at the end of a line.
    let blank: &[u8] = if level == Level::Plain { b" " } else { b"" };
    let words: [&[u8]; 11] = [
        b"The relocation at ",
        section,
        offset.as_bytes(),
        to_section,
        b"\" which is not in the list of\n\
          authorized sections.  If you're adding a new section\n\
          and/or if this reference is valid, add \"",
        to_section,
        b"\" to the\n\
          list of authorized sections to jump to on fault.\n\
          This can be achieved by adding \"",
        to_section,
        b"\" to",
        blank,
        b"\nOTHER_TEXT_SECTIONS in scripts/mod/modpost.c.\n",
    ];
    Message::new(level, &words)
}

/// An entry of an exception table leads where none may.
pub(super) fn forbidden_exception_target(
    place: (&[u8], u64),
    to_section: &[u8],
    name: &[u8],
) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x} references\nsection \"");
    let words: [&[u8]; 7] = [
        b"The relocation at ",
        section,
        offset.as_bytes(),
        to_section,
        b"\" which is black-listed.\n\
          Something is seriously wrong and should be fixed.\n\
          You might get more information about where this is\n\
          coming from by using scripts/check_extable.sh ",
        name,
        b"\n",
    ];
    Message::new(Level::Fatal, &words)
}

/// Ours: a reference of which upstream (6.5, 6.7, 6.8) wants to name what it comes from, and crashes
/// since there is no symbol before it.
pub(super) fn reference_from_nothing(name: &[u8], place: (&[u8], u64)) -> Message {
    let offset = format!("+0x{:x}, with no symbol to name\n", place.1);
    Message::new(
        Level::Fatal,
        &[name, b": section mismatch in reference: ", place.0, offset.as_bytes()],
    )
}

/// The first reference of an exception table that leads into data is not the first of an entry, as far
/// as is known, until 6.4.
pub(super) fn exception_size_unknown() -> Message {
    Message::new(Level::Fatal, &[b"extable_entry size hasn't been discovered!\n"])
}

/// An entry of an exception table leads into data, until 6.4: the place of a fault, or of what follows
/// one.
pub(super) fn exception_in_data(place: (&[u8], u64), to_section: &[u8], is_fault: bool) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x} references\nsection \"");
    let why: &[u8] = match is_fault {
        true => b"it is not possible for the kernel to fault\nat that address.",
        false => b"the kernel will fault if it ever tries to\njump to it.",
    };
    let words: [&[u8]; 7] = [
        b"The relocation at ",
        section,
        offset.as_bytes(),
        to_section,
        b"\" which is not executable, IOW\n",
        why,
        b"  Something is seriously wrong\nand should be fixed.\n",
    ];
    Message::new(Level::Fatal, &words)
}

/// An entry of an exception table leads into data, from 6.4 on.
pub(super) fn exception_into_data(place: (&[u8], u64), to_section: &[u8]) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x} references non-executable section '");
    Message::new(Level::Error, &[section, offset.as_bytes(), to_section, b"'\n"])
}

/// A machine whose relocations have their addends in the code, which modpost cannot read.
pub(super) fn unknown_addends() -> Message {
    let text = b"Please add code to calculate addend for this architecture\n";
    Message::new(Level::Fatal, &[text])
}

/// There were section mismatches, and `-E` forbids them.
pub(super) fn mismatches_forbidden() -> Message {
    let text = b"Section mismatches detected.\n\
                 Set CONFIG_SECTION_MISMATCH_WARN_ONLY=y to allow them.\n";
    Message::new(Level::Error, &[text]).naming_modpost()
}

// Modules.

/// The name of a module does not fit into the kernel's field.
pub(super) fn module_name_too_long(wording: Wording, module: &[u8]) -> Message {
    let old: [&[u8]; 3] = [b"module name is too long [", module, b".ko]\n"];
    about(Level::Error, wording, module, &old, &[b"module name is too long\n"])
}

/// Nothing exports a symbol that a module needs; `-w` makes it a warning.
pub(super) fn undefined(
    wording: Wording,
    symbol: &[u8],
    module: &[u8],
    is_warning: bool,
) -> Message {
    let old: [&[u8]; 5] = [b"\"", symbol, b"\" [", module, b".ko] undefined!\n"];
    let new: [&[u8]; 3] = [b"symbol '", symbol, b"' undefined!\n"];
    about(error_unless(is_warning), wording, module, &old, &new)
}

/// How many messages of the kind above were not given.
pub(super) fn suppressed(count: usize) -> Message {
    let text =
        format!("suppressed {count} unresolved symbol warnings because there were too many)\n");
    Message::new(Level::Warning, &[text.as_bytes()])
}

/// A module exports what it does not define.
pub(super) fn exported_without_definition(
    wording: Wording,
    symbol: &[u8],
    module: &[u8],
) -> Message {
    let old: [&[u8]; 5] =
        [b"\"", symbol, b"\" [", module, b".ko] was exported without definition\n"];
    let new: [&[u8]; 3] = [b"symbol '", symbol, b"' was exported without definition\n"];
    about(Level::Error, wording, module, &old, &new)
}

/// A module uses a symbol of a namespace that it does not import; `-N` makes it a warning.
pub(super) fn namespace_not_imported(
    wording: Wording,
    module: &[u8],
    symbol: &[u8],
    namespace: &[u8],
    is_warning: bool,
) -> Message {
    let base = super::paths::base_name(module);
    let advice: &[u8] = b", but does not import it.\n";
    let old: [&[u8]; 7] =
        [b"module ", base, b" uses symbol ", symbol, b" from namespace ", namespace, advice];
    let new: [&[u8]; 6] =
        [b"module uses symbol '", symbol, b"' from namespace '", namespace, b"'", advice];
    about(error_unless(is_warning), wording, module, &old, &new)
}

/// A module of another license uses a symbol that is for GPL modules only.
pub(super) fn gpl_only(wording: Wording, module: &[u8], symbol: &[u8]) -> Message {
    let base = super::paths::base_name(module);
    let uses: [&[u8]; 3] = [b" uses GPL-only symbol '", symbol, b"'\n"];
    let old = [&[b"GPL-incompatible module ", base, b".ko"], &uses[..]].concat();
    let new = [&[&b"GPL-incompatible module"[..]], &uses[..]].concat();
    about(Level::Error, wording, module, &old, &new).naming_modpost()
}

/// An export has no CRC.
pub(super) fn export_without_crc(
    wording: Wording,
    symbol: &[u8],
    module: &[u8],
    is_vmlinux: bool,
) -> Message {
    let failed: &[u8] = b" version generation failed, symbol will not be versioned.\nIs ";
    let prototyped: &[u8] = b" prototyped in <asm/asm-prototypes.h>?\n";
    let old: [&[u8]; 10] = [
        b"EXPORT symbol \"",
        symbol,
        b"\" [",
        module,
        ending(is_vmlinux),
        b"]",
        failed,
        &[b"\"", symbol].concat(),
        b"\"",
        prototyped,
    ];
    let new: [&[u8]; 7] =
        [b"EXPORT symbol '", symbol, b"'", failed, &[b"'", symbol].concat(), b"'", prototyped];
    about(Level::Warning, wording, module, &old, &new)
}

/// What a module uses has no CRC.
pub(super) fn use_without_crc(wording: Wording, symbol: &[u8], module: &[u8]) -> Message {
    let old: [&[u8]; 5] = [b"\"", symbol, b"\" [", module, b".ko] has no CRC!\n"];
    about(Level::Warning, wording, module, &old, &[b"symbol '", symbol, b"' has no CRC!\n"])
}

/// The name of a symbol does not fit into an entry of `__versions`.
pub(super) fn symbol_too_long(wording: Wording, symbol: &[u8], module: &[u8]) -> Message {
    let old: [&[u8]; 5] = [b"too long symbol \"", symbol, b"\" [", module, b".ko]\n"];
    about(Level::Error, wording, module, &old, &[b"too long symbol '", symbol, b"'\n"])
}

/// A piece of generated text of `needed` bytes, with the zero byte, was too long for `room`.
pub(super) fn output_truncated(beginning: &[u8], needed: usize, room: usize) -> Message {
    let sizes = format!(": {needed} bytes needed, {room} available\n");
    let words: [&[u8]; 3] =
        [b"buf_printf output truncated for string ", beginning, sizes.as_bytes()];
    Message::new(Level::Fatal, &words)
}

// Device tables.

/// The table of a device type is not a whole number of entries.
pub(super) fn device_table_size(module: &[u8], name: &str, entry: usize, table: usize) -> Message {
    let text = format!(
        ": sizeof(struct {name}_device_id)={entry} is not a modulo of the size of section \
         __mod_{name}__<identifier>_device_table={table}.\n\
         Fix definition of struct {name}_device_id in mod_devicetable.h\n"
    );
    Message::new(Level::Fatal, &[module, text.as_bytes()])
}

/// What the last entry of a table is, which ought to be zero.
pub(super) fn last_device_entry(module: &[u8], name: &str, last: &[u8], entries: usize) -> Message {
    let size = last.len();
    let mut text =
        format!(": struct {name}_device_id is {size} bytes.  The last of {entries} is:\n");
    for byte in last {
        text += &format!("0x{byte:02x} ");
    }
    Message::new(Level::Plain, &[module, text.as_bytes(), b"\n"])
}

/// The last entry of a table is not zero.
pub(super) fn device_table_end(module: &[u8], name: &str) -> Message {
    let text = format!(": struct {name}_device_id is not terminated with a NULL entry!\n");
    Message::new(Level::Fatal, &[module, text.as_bytes()])
}

/// The table of a device type is not a whole number of entries, from 6.13 on.
pub(super) fn device_table_type(module: &[u8], table: &[u8], name: &str) -> Message {
    let rest = format!("[] and MODULE_DEVICE_TABLE({name}, ...)\n");
    Message::new(Level::Error, &[module, b": type mismatch between ", table, rest.as_bytes()])
}

/// The last entry of a table is not zero, from 6.13 on.
pub(super) fn open_device_table(module: &[u8], table: &[u8]) -> Message {
    let rest: &[u8] = b"[] is not terminated with a NULL entry\n";
    Message::new(Level::Error, &[module, b": ", table, rest])
}

/// There is no room for a piece of an alias of `size` bytes, from 7.1 on.
pub(super) fn alias_too_long(size: usize, needed: usize, room: usize) -> Message {
    let text = format!("alias buffer ({size}) overflow on append (need {needed}, have {room})\n");
    Message::new(Level::Fatal, &[text.as_bytes()])
}

/// There is no room for the name of a machine, from 7.1 on.
pub(super) fn machine_name_too_long() -> Message {
    Message::new(Level::Fatal, &[b"dmi_ascii_filter: alias buffer overflow\n"])
}

/// Ours: an alias is longer than upstream has room for, and overwrites what lies behind it.
pub(super) fn alias_overflow(module: &[u8]) -> Message {
    let words = b": malformed device table: an alias of more than 255 bytes\n";
    Message::new(Level::Fatal, &[module, words])
}

/// Ours: upstream begins an alias with what happens to be in memory.
pub(super) fn alias_of_nothing(module: &[u8]) -> Message {
    let words = b": malformed device table: its first entry is for an unknown driver\n";
    Message::new(Level::Fatal, &[module, words])
}

/// An entry is for a driver that is not known; `bus` in capitals.
pub(super) fn unknown_override(bus: &str, driver: u32) -> Message {
    let text = format!("Unknown {bus} driver_override alias {driver:08X}\n");
    Message::new(Level::Warning, &[text.as_bytes()])
}

/// Parts of a PCI class would have to be compared bit by bit.
pub(super) fn partial_class_mask(module: &[u8], mask: u32) -> Message {
    let mask = format!(":{mask:04X}\n");
    Message::new(Level::Warning, &[b"Can't handle masks in ", module, mask.as_bytes()])
}

/// An AMBA id has bits that its mask has not.
pub(super) fn masked_off_bits(module: &[u8], id: u32, mask: u32) -> Message {
    let text = format!(
        ": Masked-off bit(s) of AMBA device ID are non-zero: id=0x{id:08X}, mask=0x{mask:08X}.  \
         Please fix this driver.\n"
    );
    Message::new(Level::Fatal, &[module, text.as_bytes()])
}

/// A WMI id is no GUID, from 7.2 on: this byte of it is no digit, or no hyphen.
pub(super) fn invalid_wmi_character(module: &[u8], byte: u8, id: &[u8]) -> Message {
    let words: [&[u8]; 7] = [
        b"Invalid character ",
        &[byte],
        b" inside WMI GUID string '",
        id,
        b"' in '",
        module,
        b"'\n",
    ];
    Message::new(Level::Warning, &words)
}

/// A WMI id is not as long as a GUID.
pub(super) fn invalid_wmi_id(module: &[u8], id: &[u8]) -> Message {
    let words: [&[u8]; 5] = [b"Invalid WMI device id 'wmi:", id, b"' in '", module, b"'\n"];
    Message::new(Level::Warning, &words)
}
