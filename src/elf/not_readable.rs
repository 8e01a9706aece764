//! Why a file is not read as an object.

/// Why a file is not read as an object.
///
/// All but [`NotReadable::Malformed`] and [`NotReadable::Excessive`] are upstream's own checks, in upstream's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReadable {
    /// Too small for a header, or without the magic number: not an object at all.
    NoObject,
    /// It is neither of 32 nor of 64 bits. (Upstream has a program for each, and does not ask.)
    UnknownClass,
    /// The byte order is neither of the two (only asked for if the caller wants to know).
    UnknownByteOrder,
    /// It is not `ET_REL`.
    NotRelocatable,
    /// The section headers begin behind the end of the file.
    HeadersBeyondEnd {
        /// Where they begin.
        offset: u64,
    },
    /// A section begins behind the end of the file.
    SectionBeyondEnd {
        /// Where it begins.
        offset: u64,
        /// The size of the file header of this class.
        header_size: usize,
    },
    /// `.modinfo` has no bytes in the file.
    NobitsModinfo,
    /// There is no symbol table.
    NoSymbolTable,
    /// The table of wide section numbers belongs to another symbol table.
    BadWideSections {
        /// The table that it belongs to.
        link: u32,
        /// The symbol table.
        symbols: u32,
    },
    /// Something lies outside of the file, where upstream reads what it finds or crashes.
    Malformed(&'static str),
    /// It overlaps or is so long that a small file takes any amount of memory or time, which upstream
    /// takes: a clause that says what.
    Excessive(&'static str),
}
