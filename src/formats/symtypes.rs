//! The text of `.symtypes` and `.symref` files: one symbol a line (grammar/symtypes.ebnf).
//!
//! `s#list_head struct list_head { s#list_head * next , * prev ; } ` — a name with its kind's
//! letter, then the tokens of its definition. genksyms writes such a file with `-T` and reads one
//! with `-r`; a line may begin with the word `override`, and `extern` may follow the name.

use std::borrow::Cow;

use super::type_string::is_type_string;
use super::words::word_end;
pub use super::words::{is_reference, word_places, words};

/// What a name stands for. Normal names (functions, variables) have no letter and no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A function or variable; of a token, also any piece of text.
    Normal,
    /// A typedef.
    Typedef,
    /// An enum's tag.
    Enum,
    /// A struct's tag.
    Struct,
    /// A union's tag.
    Union,
    /// An enumerator.
    EnumConstant,
}

impl Kind {
    /// Whether it is a struct, union or enum: these have a name space of their own.
    pub const fn is_tag(self) -> bool {
        match self {
            Self::Struct | Self::Union | Self::Enum => true,
            Self::Normal | Self::Typedef | Self::EnumConstant => false,
        }
    }

    /// Whether it is a struct, union, enum or typedef.
    pub const fn is_type(self) -> bool {
        self.is_tag() || matches!(self, Self::Typedef)
    }

    /// The letter before `#`, if the kind has one.
    pub const fn letter(self) -> Option<u8> {
        match self {
            Self::Normal => None,
            Self::Typedef => Some(b't'),
            Self::Enum => Some(b'e'),
            Self::Struct => Some(b's'),
            Self::Union => Some(b'u'),
            Self::EnumConstant => Some(b'E'),
        }
    }

    /// The word messages use, empty for normal names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Typedef => "typedef",
            Self::Enum => "enum",
            Self::Struct => "struct",
            Self::Union => "union",
            Self::EnumConstant => "enum constant",
        }
    }

    /// The kind of the byte before `#`.
    ///
    /// Upstream quirk: normal names have the letter NUL, so `\0#x` is the normal name `x`.
    pub const fn from_letter(letter: u8) -> Option<Self> {
        match letter {
            0 => Some(Self::Normal),
            b't' => Some(Self::Typedef),
            b'e' => Some(Self::Enum),
            b's' => Some(Self::Struct),
            b'u' => Some(Self::Union),
            b'E' => Some(Self::EnumConstant),
            _ => None,
        }
    }
}

/// A name with what it stands for: `s#page` is the struct `page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName<'a> {
    /// What it stands for.
    pub kind: Kind,
    /// The name without its kind's letter.
    pub bare: &'a [u8],
}

impl<'a> TypeName<'a> {
    /// The name that a text is. (It is asked of each word of each declaration that is verified.)
    #[inline]
    pub const fn of(text: &'a [u8]) -> Self {
        match text {
            [letter @ (b's' | b'u' | b'e' | b't' | b'E'), b'#', bare @ ..] => {
                match Kind::from_letter(*letter) {
                    Some(kind) => Self { kind, bare },
                    None => Self { kind: Kind::Normal, bare: text },
                }
            }
            _ => Self { kind: Kind::Normal, bare: text },
        }
    }

    /// The text that it is written as, with its kind's letter.
    pub fn written(self) -> Vec<u8> {
        match self.kind.letter() {
            Some(letter) => [&[letter, b'#'], self.bare].concat(),
            None => self.bare.to_owned(),
        }
    }
}

/// One token of a definition: a reference to another symbol, or (kind normal) text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The text after the letter and `#`, if there are those.
    pub text: &'a [u8],
    /// The kind the letter gives.
    pub kind: Kind,
}

/// One line: a symbol and its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The symbol's name.
    pub name: &'a [u8],
    /// The symbol's kind.
    pub kind: Kind,
    /// Whether the line began with `override`.
    pub is_override: bool,
    /// Whether `extern` followed the name.
    pub is_extern: bool,
    /// The definition.
    pub tokens: Vec<Token<'a>>,
}

/// Why a text cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A token of more than [`TOKEN_LIMIT`] bytes.
    TokenTooLong,
    /// A token whose second byte is `#` and whose first, this one, is no kind's letter.
    UnknownType(u8),
}

impl ReadError {
    /// Upstream's message, with its newline. It may hold any byte.
    pub fn message(self) -> Vec<u8> {
        match self {
            Self::TokenTooLong => b"Token too long\n".to_vec(),
            Self::UnknownType(letter) => [b"Unknown type ", &[letter, b'\n'][..]].concat(),
        }
    }
}

/// The longest token, in bytes, its letter and `#` included.
pub const TOKEN_LIMIT: usize = 255;

/// Reads a whole text; the first error stops the reading.
pub fn read(text: &[u8]) -> Result<Vec<Record<'_>>, ReadError> {
    records(text).collect()
}

/// The records of a text, one by one, for callers that act on those before an error.
pub fn records(text: &[u8]) -> Records<'_> {
    Records { rest: text }
}

/// The iterator of [`records`]; it ends after the first error.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            match read_record(self.next_line()) {
                Ok(None) => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Err(error) => {
                    self.rest = b"";
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl<'a> Records<'a> {
    /// Takes the next line, without its newline. Even a quote does not reach beyond it.
    fn next_line(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &b""[..]),
        };
        self.rest = rest;
        line
    }
}

/// Reads one line; empty ones, and those that only say `override`, hold no record.
fn read_record(line: &[u8]) -> Result<Option<Record<'_>>, ReadError> {
    let mut tokens = Tokens { rest: line }.peekable();
    let is_override = tokens.next_if(|token| is_word(token, b"override")).is_some();
    let Some(symbol) = tokens.next().transpose()? else {
        return Ok(None);
    };
    let is_extern = tokens.next_if(|token| is_word(token, b"extern")).is_some();
    let tokens = tokens.collect::<Result<_, _>>()?;
    Ok(Some(Record { name: symbol.text, kind: symbol.kind, is_override, is_extern, tokens }))
}

fn is_word(token: &Result<Token<'_>, ReadError>, word: &[u8]) -> bool {
    *token == Ok(Token { text: word, kind: Kind::Normal })
}

/// The tokens of a line: parted by blanks (not tabs), except between double quotes.
struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.rest.iter().position(|&byte| byte != b' ')?;
        let text = &self.rest[start..];
        let mut is_quoted = false;
        let end = text.iter().position(|&byte| {
            is_quoted ^= byte == b'"';
            byte == b' ' && !is_quoted
        });
        let (raw, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        Some(classify(raw))
    }
}

/// Parts the kind's letter from the text. A NUL hides the rest of the text, as in C, but not from
/// the limit of the length.
fn classify(raw: &[u8]) -> Result<Token<'_>, ReadError> {
    if raw.len() > TOKEN_LIMIT {
        return Err(ReadError::TokenTooLong);
    }
    let (text, kind) = match raw {
        [letter, b'#', text @ ..] => {
            (text, Kind::from_letter(*letter).ok_or(ReadError::UnknownType(*letter))?)
        }
        text => (text, Kind::Normal),
    };
    let end = text.iter().position(|&byte| byte == 0);
    Ok(Token { text: &text[..end.unwrap_or(text.len())], kind })
}

/// Appends one line, as `-T` writes it: each word is followed by a blank, the last one too. (An
/// empty normal token has no form that would be read again; genksyms makes none.)
pub fn write(out: &mut Vec<u8>, record: &Record<'_>) {
    if record.is_override {
        out.extend_from_slice(b"override ");
    }
    write_token(out, Token { text: record.name, kind: record.kind });
    if record.is_extern {
        out.extend_from_slice(b"extern ");
    }
    for &token in &record.tokens {
        write_token(out, token);
    }
    out.push(b'\n');
}

/// Appends one token and a blank.
pub fn write_token(out: &mut Vec<u8>, token: Token<'_>) {
    if let Some(letter) = token.kind.letter() {
        out.extend_from_slice(&[letter, b'#']);
    }
    out.extend_from_slice(token.text);
    out.push(b' ');
}

/// A line as it stands, for those that compare lines instead of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Whether the line begins with `override`.
    pub is_override: bool,
    /// The name with its kind's letter, as `s#page` or `kfree`.
    pub name: &'a [u8],
    /// The definition, without `extern` before it.
    pub declaration: &'a [u8],
}

impl Parts<'_> {
    /// Whether the line says anything. What begins as a C comment is of another format.
    pub fn is_record(&self) -> bool {
        !self.name.is_empty() && !self.declaration.is_empty() && !self.name.starts_with(b"/*")
    }
}

impl Parts<'_> {
    /// Whether nothing is cut off at its end, as far as that shows: a struct, union or enum ends with its
    /// brace, a typedef and an export name what they declare. Type strings have a reader of their own.
    pub fn is_whole(&self) -> bool {
        let TypeName { kind, bare } = TypeName::of(self.name);
        let is_begun = |word: &str| self.declaration.starts_with(word.as_bytes());
        let is_named = || words(self.declaration).any(|word| word == bare);
        match kind {
            Kind::EnumConstant => true,
            Kind::Struct | Kind::Union | Kind::Enum => {
                !is_begun(&format!("{} ", kind.word())) || self.declaration.ends_with(b"}")
            }
            Kind::Typedef => !is_begun("typedef ") || is_named(),
            Kind::Normal => is_type_string(self.declaration) || is_named(),
        }
    }
}

/// A line without the blanks at its end: genksyms writes one behind each word. Those of a type string belong
/// to it where a rule hides the type behind its last word.
pub fn trimmed(line: &[u8]) -> &[u8] {
    let trimmed = line.trim_ascii_end();
    let may_hide = trimmed.ends_with(b" variable") || trimmed.ends_with(b" ->");
    match may_hide && is_type_string(parts(line).declaration) {
        true => line,
        false => trimmed,
    }
}

/// A [`trimmed`] line as genksyms writes it, but for the blank at its end: one blank between words, wherever
/// there are tabs or several. What stands between double quotes is left as it is, and so is a type string,
/// in which two blanks have nothing between them that a rule hides.
pub fn canonical(line: &[u8]) -> Cow<'_, [u8]> {
    if is_type_string(parts(line).declaration) {
        return Cow::Borrowed(line);
    }
    let line = line.trim_ascii();
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    let is_other = |pair: &[u8]| pair[0] == b'\t' || is_blank(pair[0]) && is_blank(pair[1]);
    if !line.windows(2).any(is_other) {
        return Cow::Borrowed(line);
    }
    let mut text = Vec::with_capacity(line.len());
    let mut is_quoted = false;
    for &byte in line {
        is_quoted ^= byte == b'"';
        match byte {
            b' ' | b'\t' if is_quoted => text.push(byte),
            b' ' | b'\t' if text.last() == Some(&b' ') => {}
            b'\t' => text.push(b' '),
            byte => text.push(byte),
        }
    }
    Cow::Owned(text)
}

/// The parts of a line, which has no blank at its end. Either text may be empty.
pub fn parts(line: &[u8]) -> Parts<'_> {
    let (is_override, text) = match line.strip_prefix(b"override ") {
        Some(text) => (true, text),
        None => (false, line),
    };
    let (name, rest) = text.split_at(word_end(text));
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let declaration = rest.strip_prefix(b"extern ").unwrap_or(rest);
    Parts { is_override, name, declaration }
}
