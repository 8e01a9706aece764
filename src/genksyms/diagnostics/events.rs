//! The events that a run records for the diagnostics.

use crate::genksyms::interner::WordId;
use crate::genksyms::symbol_id::SymbolId;

/// Something that upstream hides. Offsets are those of the source; a declaration is named by an
/// offset after which its first token comes (there may be blanks and markers between).
#[derive(Clone, Debug)]
pub(in crate::genksyms) enum Event {
    /// A token fits nowhere.
    SyntaxError {
        /// Where the token begins; at the end of input, where the phrase it cuts off begins.
        start: usize,
        /// The declaration it stands in.
        declaration: usize,
        /// What the declaration had declared by then, unless it was as good as complete.
        declared: Option<SymbolId>,
        /// It follows so closely on another error that upstream does not speak of it.
        is_secondary: bool,
    },
    /// How the parser goes on after the error before.
    Recovery(Recovery),
    /// The end of the token at which it goes on.
    Resumed(usize),
    /// The parser saw the end of the input.
    Ended {
        /// As in a syntax error.
        start: usize,
        /// How far the lexer has come.
        at: usize,
    },
    /// The parser's stack is full, at this offset: nothing more is read.
    StackFull(usize),
    /// The text of a symbol, declared here, holds tokens that were passed over.
    Unparsed(SymbolId, usize),
    /// A type or enumerator is declared again, here, and differently: this is ignored.
    Redefined(SymbolId, usize),
    /// An expansion reached a tag that is not defined: from now on it is `{ UNKNOWN }`.
    Unknown(SymbolId),
    /// An export, here, of a name that is not declared by now.
    Undeclared(WordId, usize),
    /// An export, here, with a CRC, and all that its expansion reached.
    Exported(SymbolId, usize, Vec<SymbolId>),
}

/// Where the parser goes on after an error, and so what becomes of the text it passes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::genksyms) enum Recovery {
    /// Outside of everything: the text is forgotten.
    Declaration,
    /// After `(`: the text up to `)` is kept as it is.
    Parentheses,
    /// After `{`: the text up to `;` or `}` is kept as it is.
    FirstMember,
    /// Among members: the text up to `;` is kept as it is.
    Member,
}
