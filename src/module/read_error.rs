//! Why a file cannot be read as a module or a kernel.

use crate::elf::NotReadable;

/// Why a file is not read as a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no object of ELF, or not a whole one.
    Object(NotReadable),
    /// It is a module or another object where a kernel is asked for.
    NoKernel,
    /// The table of this name does not fit together.
    Table(&'static str),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::NoKernel => "this is a module or another object, not a kernel",
            Self::Object(NotReadable::NoObject) => "not an ELF object",
            Self::Object(NotReadable::UnknownClass) => {
                "this ELF object is neither 32-bit nor 64-bit"
            }
            Self::Object(NotReadable::UnknownByteOrder) => {
                "this ELF object has an unknown byte order"
            }
            Self::Object(NotReadable::NotRelocatable) => {
                "not a relocatable ELF object, as modules are"
            }
            Self::Object(NotReadable::NoSymbolTable) => "this module has no symbol table",
            Self::Object(
                NotReadable::HeadersBeyondEnd { .. } | NotReadable::SectionBeyondEnd { .. },
            ) => "this module is truncated",
            Self::Object(NotReadable::NobitsModinfo) => "this module is damaged: .modinfo",
            Self::Object(NotReadable::BadWideSections { .. }) => {
                "this module is damaged: the table of wide section numbers"
            }
            Self::Object(NotReadable::Excessive(what)) => {
                return write!(formatter, "this file is damaged: {what}");
            }
            Self::Object(NotReadable::Malformed(what)) | Self::Table(what) => {
                return write!(formatter, "this module is truncated or damaged: {what}");
            }
        };
        formatter.write_str(text)
    }
}

impl ReadError {
    /// The error about a text that a table refers to: what is not there is told of the table.
    pub(super) fn of_table(reason: NotReadable) -> Self {
        match reason {
            NotReadable::Malformed(table) => Self::Table(table),
            other => Self::Object(other),
        }
    }
}

impl From<NotReadable> for ReadError {
    fn from(reason: NotReadable) -> Self {
        Self::Object(reason)
    }
}
