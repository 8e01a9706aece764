//! An object while it is read: what has been found, and how more is noted.

use super::messages;
use super::object_facts::{Exported, Mark, ModuleFacts, ObjectFacts, Step, Surroundings};
use super::text::Fatal;
use crate::elf::{NotReadable, ObjectFile, SymbolNames, modinfo};

/// An object that is being read.
pub(super) struct Reader<'a> {
    /// The path of the object.
    pub(super) path: &'a [u8],
    /// What was asked for, and where.
    pub(super) surroundings: Surroundings<'a>,
    /// The object.
    pub(super) object: &'a ObjectFile<'a>,
    /// The names of its symbols.
    pub(super) names: SymbolNames,
    /// What has happened so far.
    pub(super) facts: &'a mut ObjectFacts,
    /// What is known of the module so far.
    pub(super) module: ModuleFacts,
    /// How many bytes the steps have that are noted in `facts`.
    pub(super) said: usize,
}

/// How many bytes of messages, names and aliases may come of an object for each byte of its file. The
/// most that one means comes of relocations: a message of some 250 bytes for each of 8 bytes or more.
const TEXT_PER_BYTE: usize = 32;

/// How many more may come of any object.
const MORE_TEXT: usize = 16 << 20;

/// Names, tables and relocations may overlap, so that a small object makes any amount of text.
const MUCH_TEXT: NotReadable = NotReadable::Excessive(
    "its names, tables and messages overlap, and together are too long for its size",
);

impl<'a> Reader<'a> {
    /// Says something.
    pub(super) fn say(&mut self, message: messages::Message) {
        self.said += message.text.len();
        self.facts.steps.push(Step::Say(message));
    }

    /// Puts what was exported under this name into a namespace.
    pub(super) fn put_in_namespace(&mut self, symbol: &[u8], namespace: &[u8]) {
        self.said += symbol.len() + namespace.len();
        let (symbol, namespace) = (symbol.to_vec(), namespace.to_vec());
        self.facts.steps.push(Step::Namespace { symbol, namespace });
    }

    /// Ends the run if more text has come of the object than there is room for. It is asked after
    /// each symbol, table and reference.
    ///
    /// # Errors
    /// The room is full.
    pub(super) fn check_room(&self) -> Result<(), Fatal> {
        let size = self.object.file_size();
        let most = size.saturating_mul(TEXT_PER_BYTE).saturating_add(MORE_TEXT);
        match self.said + self.module.text_size() > most {
            true => Err(self.malformed(MUCH_TEXT)),
            false => Ok(()),
        }
    }

    /// The error about a part of the object that is not there.
    pub(super) fn malformed(&self, reason: NotReadable) -> Fatal {
        // Sizes are only told of what was found before.
        fatal(self.path, 0, reason)
    }

    /// The values of a tag of `.modinfo`.
    pub(super) fn modinfo<'t>(
        &self,
        tag: &'t [u8],
    ) -> impl Iterator<Item = Result<&'a [u8], Fatal>> + use<'a, 't> {
        let path = self.path;
        modinfo::values(self.object, tag)
            .map(move |value| value.map_err(|reason| fatal(path, 0, reason)))
    }

    /// Adds an export as until 5.18, of this kind.
    pub(super) fn export_of_kind(&mut self, name: &[u8], (is_gpl_only, mark): (bool, Mark)) {
        self.export(name, b"", is_gpl_only, false);
        if let Some(exported) = self.module.exports.last_mut() {
            exported.mark = mark;
        }
    }

    /// Gives whatever was exported under this name a CRC.
    pub(super) fn set_crc(&mut self, symbol: &[u8], crc: u32) {
        self.said += symbol.len();
        self.facts.steps.push(Step::Crc { symbol: symbol.to_vec(), crc });
    }

    /// Adds an export.
    pub(super) fn export(
        &mut self,
        name: &[u8],
        namespace: &[u8],
        is_gpl_only: bool,
        is_function: bool,
    ) {
        let (name, namespace) = (self.module.keep(name), self.module.keep(namespace));
        self.facts.steps.push(Step::Export(self.module.exports.len()));
        let mark = Mark::None;
        let exported = Exported { name, namespace, is_gpl_only, mark, is_function, crc: None };
        self.module.exports.push(exported);
    }
}

/// The message about an object that is not readable.
pub(super) fn fatal(path: &[u8], size: usize, reason: NotReadable) -> Fatal {
    Fatal(match reason {
        NotReadable::NoObject => messages::malformed(path, "the header"),
        NotReadable::UnknownClass => messages::unknown_class(path),
        NotReadable::UnknownByteOrder => messages::unknown_byte_order(),
        NotReadable::NotRelocatable => messages::not_relocatable(path),
        NotReadable::HeadersBeyondEnd { offset } => {
            messages::headers_beyond_end(path, offset, size)
        }
        NotReadable::SectionBeyondEnd { offset, header_size } => {
            messages::section_beyond_end(path, offset, header_size)
        }
        NotReadable::NobitsModinfo => messages::nobits_modinfo(path),
        NotReadable::NoSymbolTable => messages::no_symbol_table(path),
        NotReadable::BadWideSections { link, symbols } => {
            messages::bad_wide_sections(path, link, symbols)
        }
        NotReadable::Malformed(what) => messages::malformed(path, what),
        NotReadable::Excessive(what) => messages::excessive(path, what),
    })
}
