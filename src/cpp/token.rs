//! Preprocessing tokens, as headers are kept and macros expand to.

use bytemuck::{Pod, Zeroable};

use super::names::{Id, PUNCTUATORS, place_of};

/// One preprocessing token: eight bytes, since a translation unit reads a million of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Token {
    /// Its spelling; for a parameter in a macro's body, which one it is, from 0.
    pub(super) id: Id,
    /// The last sixteen bits of its line's number. [`Token::line_near`] has all of it.
    pub(super) line: u16,
    /// What it is.
    pub(super) kind: Kind,
    /// What else there is to it: the constants of [`Flags`].
    pub(super) flags: Flags,
}

/// What a token is: one of the constants. Any other byte, which only a damaged file has, is none of
/// them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Kind(u8);

impl Kind {
    /// An identifier or keyword.
    pub(super) const NAME: Self = Self(0);
    /// A preprocessing number.
    pub(super) const NUMBER: Self = Self(1);
    /// A string, with its prefix and quotes.
    pub(super) const STRING: Self = Self(2);
    /// A character constant, with its prefix and quotes.
    pub(super) const CHAR: Self = Self(3);
    /// An operator, bracket, comma or the like; its spelling is the first ones of [`PUNCTUATORS`].
    pub(super) const PUNCTUATOR: Self = Self(4);
    /// The name of a header, with its `<>` or quotes.
    pub(super) const HEADER: Self = Self(5);
    /// A byte that is no token of C, such as `@` or a backslash.
    pub(super) const OTHER: Self = Self(6);
    /// What only the real preprocessor can judge: an open quote, a byte beyond ASCII in a name.
    pub(super) const UNUSUAL: Self = Self(7);
    /// A parameter in a macro's body.
    pub(super) const PARAMETER: Self = Self(8);
    /// A border of an expansion or of an argument, which has no text; [`Flags::BLANK`] says whether
    /// what is expanded there stands after a blank, [`Flags::CLOSES`] that it ends there.
    pub(super) const BORDER: Self = Self(9);
    /// The end of the input, of a directive or of an argument.
    pub(super) const END: Self = Self(10);
}

/// What else there is to a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Flags(u8);

impl Flags {
    /// It stands after a blank.
    pub(super) const BLANK: Self = Self(1);
    /// It is the first of its line.
    pub(super) const FIRST: Self = Self(2);
    /// A name that is not expanded, since it was met inside its own expansion.
    pub(super) const NO_EXPANSION: Self = Self(4);
    /// In a macro's body: `##` stands after it.
    pub(super) const PASTED: Self = Self(8);
    /// In a macro's body: a parameter that `#` stands before.
    pub(super) const QUOTED: Self = Self(16);
    /// Of a border: the end of an expansion or an argument.
    pub(super) const CLOSES: Self = Self(32);

    /// Whether it has one of these.
    pub(super) fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// With these, too.
    pub(super) fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Without these.
    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those of these, too.
    pub(super) fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// These if `is_so`, else no flag.
    pub(super) fn only_if(self, is_so: bool) -> Self {
        if is_so { self } else { Self(0) }
    }
}

impl Token {
    /// The end of something.
    pub(super) const END: Self = Self { id: Id::NONE, line: 0, kind: Kind::END, flags: Flags(0) };

    /// The border where an expansion begins, of what stands after a blank or does not.
    pub(super) fn opening(flags: Flags) -> Self {
        Self { kind: Kind::BORDER, flags: Flags(flags.0 & Flags::BLANK.0), ..Self::END }
    }

    /// The border where an expansion ends.
    pub(super) const CLOSING: Self = Self { kind: Kind::BORDER, flags: Flags::CLOSES, ..Self::END };

    /// Whether it is this punctuator: `b"("`.
    pub(super) fn is(self, punctuator: Punctuator) -> bool {
        self.kind == Kind::PUNCTUATOR && self.id == punctuator.id()
    }

    /// Whether it stands after a blank.
    pub(super) fn after_blank(self) -> bool {
        self.flags.has(Flags::BLANK)
    }

    /// Its line, of which `near` is less than 65,536 lines away, and not after it.
    pub(super) fn line_near(self, near: u32) -> u32 {
        // The low half of a number is what is meant.
        near.saturating_add(u32::from(self.line.wrapping_sub(near as u16)))
    }
}

/// The punctuators that the preprocessor itself asks for: each is the place of its spelling in
/// [`PUNCTUATORS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Punctuator(u32);

impl Punctuator {
    /// The one of this spelling, found when the program is compiled.
    const fn of(spelling: &[u8]) -> Self {
        Self(place_of(&PUNCTUATORS, spelling) as u32)
    }

    pub(super) const OPEN: Self = Self::of(b"(");
    pub(super) const CLOSE: Self = Self::of(b")");
    pub(super) const OPEN_BRACE: Self = Self::of(b"{");
    pub(super) const CLOSE_BRACE: Self = Self::of(b"}");
    pub(super) const COMMA: Self = Self::of(b",");
    pub(super) const SEMICOLON: Self = Self::of(b";");
    pub(super) const EQUALS: Self = Self::of(b"=");
    pub(super) const HASH: Self = Self::of(b"#");
    pub(super) const PASTE: Self = Self::of(b"##");
    pub(super) const ELLIPSIS: Self = Self::of(b"...");
    pub(super) const NOT: Self = Self::of(b"!");
    pub(super) const LESS: Self = Self::of(b"<");
    pub(super) const GREATER: Self = Self::of(b">");

    /// Its spelling's number.
    pub(super) const fn id(self) -> Id {
        Id::at(self.0)
    }
}
