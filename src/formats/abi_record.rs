//! The ABI record of one object: the declarations that its exports reach, with what no CRC
//! covers (grammar/abi_record.ebnf, docs/abi-record.md).
//!
//! ```text
//! #abi<TAB>1
//! #model<TAB>x86-64
//! #export<TAB>draw<TAB>0xab594051<TAB>drivers/draw.c
//! s#point<TAB>include/point.h:3<TAB>struct point { int x , y ; } __attribute__ ( ( packed ) )
//! draw<TAB>drivers/draw.c:8<TAB>int draw ( s#point * )
//! ```
//!
//! Each line is independent of the others, and only the first, which names the format, has a fixed
//! position. So `LC_ALL=C sort -u` of many records is a record.

use std::fmt;

use super::symtypes::Token;
use crate::crc::hex_digits;

/// The first line: the format and its version.
const FIRST: &[u8] = b"#abi\t1";

/// The attribute that stands for `#pragma pack(N)`: right behind the body of a struct or union, with
/// the most bytes that members are aligned to as its argument.
pub const PACK: &[u8] = b"__modversions_pack__";

/// A line behind the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// The data model that the object was compiled for, or `unknown`.
    Model(&'a [u8]),
    /// An export.
    Export(Export<'a>),
    /// A declaration that an export reaches.
    Declaration(Declaration<'a>),
}

/// An export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export<'a> {
    /// The symbol. The declaration of the same name is its own.
    pub symbol: &'a [u8],
    /// Its CRC.
    pub crc: u32,
    /// The file that was compiled.
    pub file: &'a [u8],
}

/// A declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration<'a> {
    /// Its name with its kind's letter, as in a `.symtypes` file: `s#page`, `kfree`.
    pub name: &'a [u8],
    /// Where the name stands; nowhere, if it is not declared before it is reached.
    pub place: Option<Place<'a>>,
    /// The definition as in a `.symtypes` file, with the attributes that are left out there. There
    /// is a blank between words, and none at the end.
    pub text: &'a [u8],
}

/// A line of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file, as the compiler names it. Control bytes in it are written as C writes them,
    /// `\011`, and stay so when they are read.
    pub file: &'a [u8],
    /// The line in it.
    pub line: u32,
}

/// A line that is none of a record's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first line is not the format's.
    NotFirst,
    /// The number of fields is not that of its kind.
    Fields(usize),
    /// A field that must not be empty is.
    Empty(&'static str),
    /// The CRC is not `0x` and eight hexadecimal digits.
    Crc,
    /// What should be a place is none.
    Place,
    /// It begins with `#` and a word that this version does not have.
    Kind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFirst => f.write_str(
                "the first line is not `#abi`, a tab and `1` (merge records with `LC_ALL=C sort \
                 -u`)",
            ),
            Self::Fields(expected) => write!(f, "expected {expected} fields, separated by tabs"),
            Self::Empty(field) => write!(f, "the {field} is empty"),
            Self::Crc => f.write_str("the CRC is not `0x` and eight hexadecimal digits"),
            Self::Place => f.write_str("the second field is not a file and line, as in `a.h:12`"),
            Self::Kind => f.write_str("the first field is neither `#model` nor `#export`"),
        }
    }
}

impl std::error::Error for BadLine {}

impl fmt::Display for BadLine {
    /// `17: the CRC is ...`, to be put behind the file's name and a colon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.fault)
    }
}

/// The rows of a record, in order. After a bad line the next ones are read all the same, but not
/// after a bad first one.
pub fn rows(text: &[u8]) -> impl Iterator<Item = Result<Row<'_>, BadLine>> {
    let mut lines = text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n').zip(1..);
    let is_record = lines.next().is_some_and(|(first, _)| first == FIRST);
    let fault = (!is_record).then_some(Err(BadLine { line: 1, fault: Fault::NotFirst }));
    let rows = lines.filter(|(line, _)| *line != FIRST);
    let rows =
        rows.map(|(line, number)| row(line).map_err(|fault| BadLine { line: number, fault }));
    fault.into_iter().chain(rows.take_while(move |_| is_record))
}

/// Whether a text begins as a record does.
pub fn is_begun(text: &[u8]) -> bool {
    text.strip_prefix(FIRST).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"\n"))
}

/// Appends the declarations of a record to `lines` as those of a `.symtypes` file, but with what
/// these leave out; hands the place of each to `at`. Returns the data models that it names, each once.
///
/// # Errors
/// The first line that is none of a record's.
pub fn write_symtypes<'a>(
    record: &'a [u8],
    lines: &mut Vec<u8>,
    mut at: impl FnMut(Option<Place<'a>>),
) -> Result<Vec<&'a [u8]>, BadLine> {
    lines.reserve(record.len());
    let mut models = Vec::new();
    for row in rows(record) {
        match row? {
            Row::Declaration(declaration) => {
                lines.extend(declaration.name);
                lines.push(b' ');
                lines.extend(declaration.text);
                lines.push(b'\n');
                at(declaration.place);
            }
            Row::Model(model) if !models.contains(&model) => models.push(model),
            Row::Model(_) | Row::Export(_) => {}
        }
    }
    Ok(models)
}

/// What a record says where it is not known what the object was compiled for.
pub const UNKNOWN_MODEL: &str = "unknown";

/// What a line says.
fn row(line: &[u8]) -> Result<Row<'_>, Fault> {
    let mut fields = line.split(|&byte| byte == b'\t');
    let name = fields.next().unwrap_or_default();
    let row = match name {
        b"#model" => {
            let [model] = exactly(fields)?;
            Row::Model(given(model, "data model")?)
        }
        b"#export" => {
            let [symbol, crc, file] = exactly(fields)?;
            let symbol = given(symbol, "symbol")?;
            Row::Export(Export { symbol, crc: number(crc).ok_or(Fault::Crc)?, file })
        }
        [b'#', ..] => return Err(Fault::Kind),
        name => {
            let [at, text] = exactly(fields)?;
            let (name, text) = (given(name, "name")?, given(text, "declaration")?);
            let place = if at.is_empty() { None } else { Some(place(at).ok_or(Fault::Place)?) };
            Row::Declaration(Declaration { name, place, text })
        }
    };
    Ok(row)
}

/// The fields behind the first one, if there are just so many.
fn exactly<'a, const N: usize>(
    mut fields: impl Iterator<Item = &'a [u8]>,
) -> Result<[&'a [u8]; N], Fault> {
    let mut found = [&b""[..]; N];
    for field in &mut found {
        *field = fields.next().ok_or(Fault::Fields(N + 1))?;
    }
    if fields.next().is_some() { Err(Fault::Fields(N + 1)) } else { Ok(found) }
}

/// A field that must not be empty.
fn given<'a>(field: &'a [u8], what: &'static str) -> Result<&'a [u8], Fault> {
    if field.is_empty() { Err(Fault::Empty(what)) } else { Ok(field) }
}

/// `0x` and eight digits.
fn number(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"0x").filter(|digits| digits.len() == 8)?;
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

/// A file and a line, with a colon between.
fn place(text: &[u8]) -> Option<Place<'_>> {
    let colon = memchr::memrchr(b':', text)?;
    let (file, digits) = (&text[..colon], &text[colon + 1..]);
    let mut line = (!digits.is_empty() && !file.is_empty()).then_some(0_u32)?;
    for &digit in digits {
        // What is beyond is the last line that there can be.
        line = line.saturating_mul(10).saturating_add(char::from(digit).to_digit(10)?);
    }
    Some(Place { file, line })
}

/// Writes a record, line by line.
#[derive(Debug)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// A record without lines, with room for `size` bytes.
    pub fn new(size: usize) -> Self {
        let mut text = Vec::with_capacity(size);
        text.extend_from_slice(FIRST);
        text.push(b'\n');
        Self(text)
    }

    /// Says what the object is compiled for.
    pub fn model(&mut self, model: &[u8]) {
        for part in [b"#model\t", model, b"\n"] {
            self.0.extend_from_slice(part);
        }
    }

    /// Adds an export.
    pub fn export(&mut self, export: &Export<'_>) {
        let Export { symbol, crc, file } = *export;
        let digits = hex_digits(crc);
        for part in [b"#export\t", symbol, b"\t0x", &digits, b"\t"] {
            self.0.extend_from_slice(part);
        }
        self.file(file);
        self.0.push(b'\n');
    }

    /// Adds a declaration, whose words `write` appends, each with a blank behind it.
    pub fn declaration(
        &mut self,
        name: Token<'_>,
        place: Option<Place<'_>>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        if let Some(letter) = name.kind.letter() {
            self.0.extend_from_slice(&[letter, b'#']);
        }
        self.0.extend_from_slice(name.text);
        self.0.push(b'\t');
        if let Some(Place { file, line }) = place {
            self.file(file);
            self.0.push(b':');
            self.number(line);
        }
        self.0.push(b'\t');
        let start = self.0.len();
        write(&mut self.0);
        if self.0.ends_with(b" ") {
            self.0.pop();
        }
        if memchr::memchr2(b'\n', b'\t', &self.0[start..]).is_some() {
            self.escape(start);
        }
        self.0.push(b'\n');
    }

    /// The text of the record.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Appends a file's name. What would end the field is escaped as C has it in a string.
    fn file(&mut self, file: &[u8]) {
        let has_controls = file.iter().fold(false, |found, &byte| found | (byte < b' '));
        if !has_controls {
            return self.0.extend_from_slice(file);
        }
        for &byte in file {
            match byte {
                ..b' ' => self.0.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
                _ => self.0.push(byte),
            }
        }
    }

    /// Appends a number. (To make a text of it first costs as much as the rest of the line's place.)
    fn number(&mut self, number: u32) {
        let mut divisor = 10_u32.pow(number.checked_ilog10().unwrap_or(0));
        while divisor > 0 {
            self.0.push(b'0' + (number / divisor % 10) as u8);
            divisor /= 10;
        }
    }

    /// Replaces newlines and tabs from `start` on, which only literals can hold, by what they may
    /// be written as there.
    fn escape(&mut self, start: usize) {
        let text = self.0.split_off(start);
        for byte in text {
            match byte {
                b'\n' => self.0.extend_from_slice(b"\\n"),
                b'\t' => self.0.extend_from_slice(b"\\t"),
                byte => self.0.push(byte),
            }
        }
    }
}
