//! Why a translation unit is left to the real preprocessor: everything that it warns of or refuses,
//! and everything that is not known to be done here exactly as there.

use bytemuck::{Pod, Zeroable};

/// Why a translation unit is left to the real preprocessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unusual {
    /// An option that is not known, or with another meaning than usual.
    Option,
    /// The compiler could not be asked, or is not a known one.
    Compiler,
    /// More files, bytes or tokens than this is made for.
    TooMuch,
    /// A file that is included cannot be found or read.
    MissingFile,
    /// Files include each other without an end.
    TooDeep,
    /// A byte that no C source should have, or characters that change the direction of writing.
    Character,
    /// `/*` in a comment, or a `//` comment that continues on the next line.
    Comment,
    /// An open quote, a raw string, or a prefix that is not known everywhere.
    Literal,
    /// A backslash and a line's end in an unusual place.
    Splice,
    /// `#if` and `#endif` that do not fit together.
    Conditionals,
    /// Something after a directive that has no meaning there.
    AfterDirective,
    /// A directive that is not done here: `#error`, `#warning`, `#line`, `#ident`, …
    Directive,
    /// A pragma that changes what the preprocessor does.
    Pragma,
    /// `#if` with a name that is not defined, which the compiler may warn of.
    UndefinedName,
    /// `#if` with a malformed expression, or one that overflows.
    Condition,
    /// A macro's definition that is wrong.
    Definition,
    /// A macro that is defined again with another body, or a builtin one that is changed.
    Redefinition,
    /// A macro's call without its end, or with another number of arguments.
    Arguments,
    /// `##` that does not make one token.
    Paste,
    /// `#` whose text is no string.
    Quote,
    /// `__VA_OPT__`.
    VaOpt,
    /// `_Pragma` where it is not the compiler's own.
    PragmaOperator,
    /// A builtin macro that is not known here, such as `__DATE__`.
    Builtin,
    /// `#include` or `#pragma` among the arguments of a macro.
    DirectiveInCall,
}

impl Unusual {
    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Option => "an option that is not known to be the same here",
            Self::Compiler => "a compiler that cannot be asked what it defines",
            Self::TooMuch => "more files, bytes or tokens than expected of one source file",
            Self::MissingFile => "an included file that cannot be read",
            Self::TooDeep => "includes that are nested too deeply",
            Self::Character => "a character that the compiler may warn about",
            Self::Comment => "a comment that the compiler may warn about",
            Self::Literal => "a string or character constant that the compiler may warn about",
            Self::Splice => "a backslash at a line's end inside a token",
            Self::Conditionals => "#if and #endif that do not match",
            Self::AfterDirective => "text after a directive",
            Self::Directive => "a directive such as #error, #warning or #line",
            Self::Pragma => "a #pragma that changes preprocessing",
            Self::UndefinedName => "an undefined name in #if",
            Self::Condition => "an #if expression that the compiler may refuse",
            Self::Definition => "a malformed macro definition",
            Self::Redefinition => "a macro that is redefined differently",
            Self::Arguments => "a macro call with missing or surplus arguments",
            Self::Paste => "a ## that does not make a token",
            Self::Quote => "a # whose text is not a string",
            Self::VaOpt => "__VA_OPT__",
            Self::PragmaOperator => "an unusual _Pragma",
            Self::Builtin => "a builtin macro such as __DATE__",
            Self::DirectiveInCall => "#include or #pragma among the arguments of a macro",
        }
    }
}

/// All reasons, each at the place of its number.
const ALL: [Unusual; 24] = [
    Unusual::Option,
    Unusual::Compiler,
    Unusual::TooMuch,
    Unusual::MissingFile,
    Unusual::TooDeep,
    Unusual::Character,
    Unusual::Comment,
    Unusual::Literal,
    Unusual::Splice,
    Unusual::Conditionals,
    Unusual::AfterDirective,
    Unusual::Directive,
    Unusual::Pragma,
    Unusual::UndefinedName,
    Unusual::Condition,
    Unusual::Definition,
    Unusual::Redefinition,
    Unusual::Arguments,
    Unusual::Paste,
    Unusual::Quote,
    Unusual::VaOpt,
    Unusual::PragmaOperator,
    Unusual::Builtin,
    Unusual::DirectiveInCall,
];

/// A reason or none, as a byte that can be kept in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Reason(u8);

impl Reason {
    /// The byte of a reason.
    pub(super) fn of(unusual: Option<Unusual>) -> Self {
        Self(unusual.map_or(0, |unusual| unusual as u8 + 1))
    }

    /// The reason; the first one for a byte that means none of them.
    pub(super) fn get(self) -> Option<Unusual> {
        let place = usize::from(self.0.checked_sub(1)?);
        Some(ALL.get(place).copied().unwrap_or(Unusual::Option))
    }
}

/// What is done here, or why it is left to the real preprocessor.
pub type Usual<T> = Result<T, Unusual>;
