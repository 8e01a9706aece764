//! What modpost says on standard error: every text upstream has, each in one place.
//!
//! Each function makes one message. Names are bytes and appear as they are.

/// What a message means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `WARNING: modpost: `; the run can still succeed.
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
}

impl Message {
    fn new(level: Level, parts: &[&[u8]]) -> Self {
        Self { level, text: parts.concat() }
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
pub(super) fn no_license(path: &[u8]) -> Message {
    Message::new(Level::Error, &[b"missing MODULE_LICENSE() in ", path, b"\n"])
}

/// There is no `description=` in `.modinfo`.
pub(super) fn no_description(path: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"missing MODULE_DESCRIPTION() in ", path, b"\n"])
}

/// The linker is to find a place for a symbol.
pub(super) fn common_symbol(symbol: &[u8], module: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"\"", symbol, b"\" [", module, b"] is COMMON symbol\n"])
}

/// A namespace was given to a symbol that nothing exports.
pub(super) fn namespace_of_nothing(symbol: &[u8], namespace: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"Could not update namespace(", namespace, b") for symbol ", symbol, b"\n"];
    Message::new(Level::Error, &words)
}

/// Two modules export one symbol.
pub(super) fn exported_twice(
    module: &[u8],
    symbol: &[u8],
    owner: &[u8],
    owner_is_vmlinux: bool,
) -> Message {
    let words: [&[u8]; 7] = [
        module,
        b": '",
        symbol,
        b"' exported twice. Previous export was in ",
        owner,
        ending(owner_is_vmlinux),
        b"\n",
    ];
    Message::new(Level::Error, &words)
}

/// A reference from `.export_symbol` belongs to no label of an export.
pub(super) fn strange_export_label(module: &[u8], label: &[u8]) -> Message {
    let words: [&[u8]; 4] =
        [module, b": .export_symbol section contains strange symbol '", label, b"'\n"];
    Message::new(Level::Error, &words)
}

/// A symbol that others cannot see is exported.
pub(super) fn local_symbol_exported(module: &[u8], symbol: &[u8]) -> Message {
    Message::new(Level::Error, &[module, b": local symbol '", symbol, b"' was exported\n"])
}

/// The label of an export names another symbol than it refers to.
pub(super) fn no_export_symbol(module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 4] = [
        module,
        b": .export_symbol section references '",
        symbol,
        b"', but it does not seem to be an export symbol\n",
    ];
    Message::new(Level::Error, &words)
}

/// An export's license is none of the two.
pub(super) fn unknown_export_license(module: &[u8], license: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 6] =
        [module, b": unknown license '", license, b"' was specified for '", symbol, b"'\n"];
    Message::new(Level::Error, &words)
}

/// An exported symbol is in a section that is freed; `kind` is `init` or `exit`.
pub(super) fn export_in_freed_section(module: &[u8], symbol: &[u8], kind: &str) -> Message {
    let words =
        format!(": EXPORT_SYMBOL used for {kind} symbol. Remove __{kind} or EXPORT_SYMBOL.\n");
    Message::new(Level::Warning, &[module, b": ", symbol, words.as_bytes()])
}

/// A line of a `.cmd` file names no source.
pub(super) fn malformed_source_line(line: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"malformed line: ", line, b"\n"])
}

// Sections.

/// A section with bytes that are not loaded, as an assembler source may make it by mistake.
pub(super) fn unexpected_section(name: &[u8], section: &[u8]) -> Message {
    let words: [&[u8]; 4] = [
        name,
        b" (",
        section,
        b"): unexpected non-allocatable section.\n\
          Did you forget to use \"ax\"/\"aw\" in a .S file?\n\
          Note that for example <linux/init.h> contains\n\
          section definitions for use in .S files.\n\n",
    ];
    Message::new(Level::Warning, &words)
}

/// A reference leads into a section that may be gone by then; `from` and `to` are the symbols (or
/// addresses) and their sections.
pub(super) fn section_mismatch(name: &[u8], from: [&[u8]; 2], to: [&[u8]; 2]) -> Message {
    let words: [&[u8]; 10] = [
        name,
        b": section mismatch in reference: ",
        from[0],
        b" (section: ",
        from[1],
        b") -> ",
        to[0],
        b" (section: ",
        to[1],
        b")\n",
    ];
    Message::new(Level::Warning, &words)
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
    fn kind(&self) -> &'static [u8] {
        match self.is_function {
            None => b"(unknown reference)",
            Some(false) => b"variable",
            Some(true) => b"function",
        }
    }

    fn parentheses(&self) -> &'static [u8] {
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

/// An entry of an exception table leads into data.
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
    Message::new(Level::Error, &[text])
}

// Modules.

/// The name of a module does not fit into the kernel's field.
pub(super) fn module_name_too_long(module: &[u8]) -> Message {
    Message::new(Level::Error, &[b"module name is too long [", module, b".ko]\n"])
}

/// Nothing exports a symbol that a module needs; `-w` makes it a warning.
pub(super) fn undefined(symbol: &[u8], module: &[u8], is_warning: bool) -> Message {
    let level = error_unless(is_warning);
    Message::new(level, &[b"\"", symbol, b"\" [", module, b".ko] undefined!\n"])
}

/// How many messages of the kind above were not given.
pub(super) fn suppressed(count: usize) -> Message {
    let text =
        format!("suppressed {count} unresolved symbol warnings because there were too many)\n");
    Message::new(Level::Warning, &[text.as_bytes()])
}

/// A module exports what it does not define.
pub(super) fn exported_without_definition(symbol: &[u8], module: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"\"", symbol, b"\" [", module, b".ko] was exported without definition\n"];
    Message::new(Level::Error, &words)
}

/// A module uses a symbol of a namespace that it does not import; `-N` makes it a warning.
pub(super) fn namespace_not_imported(
    module: &[u8],
    symbol: &[u8],
    namespace: &[u8],
    is_warning: bool,
) -> Message {
    let words: [&[u8]; 7] = [
        b"module ",
        module,
        b" uses symbol ",
        symbol,
        b" from namespace ",
        namespace,
        b", but does not import it.\n",
    ];
    Message::new(error_unless(is_warning), &words)
}

/// A module of another license uses a symbol that is for GPL modules only.
pub(super) fn gpl_only(module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"GPL-incompatible module ", module, b".ko uses GPL-only symbol '", symbol, b"'\n"];
    Message::new(Level::Error, &words)
}

/// An export has no CRC.
pub(super) fn export_without_crc(symbol: &[u8], module: &[u8], is_vmlinux: bool) -> Message {
    let words: [&[u8]; 8] = [
        b"EXPORT symbol \"",
        symbol,
        b"\" [",
        module,
        ending(is_vmlinux),
        b"] version generation failed, symbol will not be versioned.\nIs \"",
        symbol,
        b"\" prototyped in <asm/asm-prototypes.h>?\n",
    ];
    Message::new(Level::Warning, &words)
}

/// What a module uses has no CRC.
pub(super) fn use_without_crc(symbol: &[u8], module: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"\"", symbol, b"\" [", module, b".ko] has no CRC!\n"])
}

/// The name of a symbol does not fit into an entry of `__versions`.
pub(super) fn symbol_too_long(symbol: &[u8], module: &[u8]) -> Message {
    Message::new(Level::Error, &[b"too long symbol \"", symbol, b"\" [", module, b".ko]\n"])
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

/// A WMI id is not as long as a GUID.
pub(super) fn invalid_wmi_id(module: &[u8], id: &[u8]) -> Message {
    let words: [&[u8]; 5] = [b"Invalid WMI device id 'wmi:", id, b"' in '", module, b"'\n"];
    Message::new(Level::Warning, &words)
}
