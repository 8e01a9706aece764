//! `Module.symvers`: one line for each export of a kernel or of a package of modules.
//!
//! ```text
//! 0x92997ed8<TAB>_printk<TAB>vmlinux<TAB>EXPORT_SYMBOL<TAB>
//! 0x71ac4829<TAB>hello_ns<TAB>drivers/hello<TAB>EXPORT_SYMBOL_GPL<TAB>HELLO_NS
//! ```
//!
//! The fields are the CRC, the symbol, the module's path without its suffix, the kind of export, and
//! the namespace. The line ends with a tab if there is no namespace.

use std::fmt;

use super::until_zero;
use crate::crc::hex_digits;

/// One export, as a line has it. All names are bytes of the text that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The CRC of its type; 0 if it has none.
    pub crc: u32,
    /// The symbol.
    pub symbol: &'a [u8],
    /// The module, without `.ko`: `vmlinux`, or a path.
    pub module: &'a [u8],
    /// What exported it: `EXPORT_SYMBOL`, `EXPORT_SYMBOL_GPL`, or what an older kernel had.
    pub export: &'a [u8],
    /// The symbol namespace; empty if it is in none.
    pub namespace: &'a [u8],
}

/// A line that is none of `Module.symvers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// One export, as a line of any era has it: what an era did not record is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyEra<'a> {
    /// The number of its line, from 1.
    pub line: usize,
    /// The CRC of its type; 0 if it has none.
    pub crc: u32,
    /// The symbol.
    pub symbol: &'a [u8],
    /// The module, without `.ko`: `vmlinux`, or a path.
    pub module: &'a [u8],
    /// Whether only modules under a compatible license may use it.
    pub is_gpl: Option<bool>,
    /// The symbol namespace; empty if it is in none.
    pub namespace: Option<&'a [u8]>,
}

/// The kinds of export that kernels have had, and what each says of the license; the last one is what
/// modpost wrote where it did not know.
const KINDS: &[(&[u8], Option<bool>)] = &[
    (b"EXPORT_SYMBOL", Some(false)),
    (b"EXPORT_SYMBOL_GPL", Some(true)),
    (b"EXPORT_SYMBOL_GPL_FUTURE", Some(false)),
    (b"EXPORT_UNUSED_SYMBOL", Some(false)),
    (b"EXPORT_UNUSED_SYMBOL_GPL", Some(true)),
    (b"(unknown)", None),
];

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Fewer than four tabs.
    TooFewFields,
    /// More fields than any era had.
    TooManyFields,
    /// The first field is no hexadecimal number.
    BadCrc,
    /// The symbol is empty.
    NoSymbol,
    /// The module is empty.
    NoModule,
    /// No kernel has had this kind of export.
    UnknownKind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFewFields => "expected five fields, separated by tabs",
            Self::TooManyFields => "expected at most five fields, separated by tabs",
            Self::BadCrc => "the first field is not a hexadecimal number",
            Self::NoSymbol => "the second field, the symbol, is empty",
            Self::NoModule => "the third field, the module, is empty",
            Self::UnknownKind => {
                "no kernel has this kind of export: the known ones are EXPORT_SYMBOL, \
                 EXPORT_SYMBOL_GPL, EXPORT_SYMBOL_GPL_FUTURE, EXPORT_UNUSED_SYMBOL and \
                 EXPORT_UNUSED_SYMBOL_GPL"
            }
        })
    }
}

impl std::error::Error for BadLine {}

impl fmt::Display for BadLine {
    /// `17: expected five fields, separated by tabs`, to be put behind the file's name and a colon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.fault)
    }
}

/// The lines of `text`, in order, by modpost's rules: a zero byte ends the text, tabs behind the
/// fourth belong to the namespace, and an empty CRC is 0.
pub fn read(text: &[u8]) -> impl Iterator<Item = Result<Record<'_>, BadLine>> {
    let mut rest = until_zero(text);
    let mut line = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        line += 1;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let record = read_line(&rest[..end]).map_err(|fault| BadLine { line, fault });
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(record)
    })
}

/// The lines of a dump of any era, in order. Before 2.6.18 there was no column for what exported the
/// symbol, before 5.4 none for the namespace, and for two releases that one stood third. Blank lines
/// count as lines and say nothing, as before 5.8. Blanks at the end of a field are not part of it; if
/// there is one inside of a line, any white space separates fields, as SUSE's tools read them.
pub fn read_any_era(text: &[u8]) -> impl Iterator<Item = Result<AnyEra<'_>, BadLine>> {
    let lines = parts(text, b'\n').zip(1..);
    lines.filter(|(text, _)| !text.trim_ascii().is_empty()).map(|(text, line)| {
        read_line_of_any_era(text)
            .map(|read| AnyEra { line, ..read })
            .map_err(|fault| BadLine { line, fault })
    })
}

/// Whether a text begins with a line of a dump. The prefix of a CRC is enough; without it, there must be
/// a kind of export.
pub fn is_begun(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_start);
    let Some(first) = lines.find(|line| !line.is_empty()) else { return false };
    let has_prefix = first.starts_with(b"0x") || first.starts_with(b"0X");
    let mut words = first.split(u8::is_ascii_whitespace);
    let has_kind = words.any(|word| word.starts_with(b"EXPORT_"));
    has_prefix
        || has_kind
            && matches!(
                read_line_of_any_era(first),
                Ok(AnyEra { is_gpl: Some(_), .. }) | Err(Fault::UnknownKind)
            )
}

/// Reads a line of any era, without its newline; its number is left open.
fn read_line_of_any_era(line: &[u8]) -> Result<AnyEra<'_>, Fault> {
    let (fields, count) = fields(line)?;
    let (crc, symbol, module, export, namespace) = match (&fields[..count], fields) {
        ([crc, symbol, namespace, module, export], _) if export.starts_with(b"EXPORT_") => {
            (*crc, *symbol, *module, *export, Some(*namespace))
        }
        ([_, _, _, ..], [crc, symbol, module, export, namespace]) => {
            (crc, symbol, module, export, (count == fields.len()).then_some(namespace))
        }
        _ => return Err(Fault::TooFewFields),
    };
    let crc = number(crc).ok_or(Fault::BadCrc)?;
    let known = |export| KINDS.iter().find(|(kind, _)| *kind == export).ok_or(Fault::UnknownKind);
    match (symbol, module) {
        ([], _) => Err(Fault::NoSymbol),
        (_, [] | [b'E', b'X', b'P', b'O', b'R', b'T', b'_', ..]) => Err(Fault::NoModule),
        _ => {
            let is_gpl = if export.is_empty() { None } else { known(export)?.1 };
            Ok(AnyEra { line: 0, crc, symbol, module, is_gpl, namespace })
        }
    }
}

/// The fields of a line, and how many there are.
fn fields(line: &[u8]) -> Result<([&[u8]; 5], usize), Fault> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\r');
    let start = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    let line = &line[start..end];
    match memchr::memchr(b' ', line) {
        None => first_five(parts(line, b'\t')),
        Some(_) => {
            let words = line.split(u8::is_ascii_whitespace);
            first_five(words.filter(|word| !word.is_empty()))
        }
    }
}

/// All parts, of which there are at most five, and how many there are.
fn first_five<'a>(
    mut parts: impl Iterator<Item = &'a [u8]>,
) -> Result<([&'a [u8]; 5], usize), Fault> {
    let mut fields = [&b""[..]; 5];
    let count = fields.iter_mut().zip(parts.by_ref()).map(|(field, part)| *field = part).count();
    match parts.next() {
        Some(_) => Err(Fault::TooManyFields),
        None => Ok((fields, count)),
    }
}

/// The parts of a text between its `separator`s. (A dump has a million bytes, which the search for
/// one byte passes faster than the standard library's `split`.)
fn parts(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(separator, text).chain([text.len()]).map(move |end| {
        let part = &text[start..end];
        start = end + 1;
        part
    })
}

/// Reads a line, without its newline.
fn read_line(line: &[u8]) -> Result<Record<'_>, Fault> {
    let mut fields = line.splitn(5, |&byte| byte == b'\t');
    let mut field = || fields.next().ok_or(Fault::TooFewFields);
    let (crc, symbol, module, export, namespace) =
        (field()?, field()?, field()?, field()?, field()?);
    let crc = number(crc).ok_or(Fault::BadCrc)?;
    match (symbol, module) {
        ([], _) => Err(Fault::NoSymbol),
        (_, []) => Err(Fault::NoModule),
        _ => Ok(Record { crc, symbol, module, export, namespace }),
    }
}

/// A whole field as C's `strtoul` reads it with base 16, cut to 32 bits; an empty one is 0.
pub(crate) fn number(field: &[u8]) -> Option<u32> {
    if field.is_empty() {
        return Some(0);
    }
    let blanks = field.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let (is_negative, digits) = match &field[blanks..] {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let digits = match digits {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => rest,
        digits => digits,
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = Some(0_u64);
    for &digit in digits {
        let digit = char::from(digit).to_digit(16)?;
        value = value.and_then(|value| value.checked_mul(16)).map(|value| value | u64::from(digit));
    }
    // What does not fit into C's long is its greatest value, whatever the sign.
    Some(match value {
        None => u32::MAX,
        Some(value) if is_negative => value.wrapping_neg() as u32,
        Some(value) => value as u32,
    })
}

/// The line that says `record`, newline included.
pub fn line(record: &Record<'_>) -> Vec<u8> {
    let Record { crc, symbol, module, export, namespace } = *record;
    let digits = hex_digits(crc);
    let words: [&[u8]; 11] =
        [b"0x", &digits, b"\t", symbol, b"\t", module, b"\t", export, b"\t", namespace, b"\n"];
    words.concat()
}

/// The same as kernels before 5.4 wrote it, without a column for the namespace.
pub fn short_line(record: &Record<'_>) -> Vec<u8> {
    let mut text = line(&Record { namespace: b"", ..*record });
    // The tab before the namespace, and the newline.
    text.truncate(text.len() - 2);
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n\
        0x0000000a\thello_ns\tdrivers/hello\tEXPORT_SYMBOL_GPL\tHELLO_NS\n";

    fn faults(text: &[u8]) -> Vec<String> {
        read(text).filter_map(Result::err).map(|error| error.to_string()).collect()
    }

    #[test]
    fn what_is_read_is_written_as_it_was() {
        let records: Vec<Record<'_>> = read(TEXT).map(Result::unwrap).collect();
        assert_eq!(records.iter().flat_map(line).collect::<Vec<u8>>(), TEXT);
        assert_eq!(records[0].namespace, b"");
        assert_eq!((records[1].crc, records[1].module), (10, &b"drivers/hello"[..]));
    }

    #[test]
    fn the_last_line_needs_no_newline_and_a_zero_byte_ends_the_text() {
        assert_eq!(read(b"1\ta\tm\tEXPORT_SYMBOL\t").count(), 1);
        assert_eq!(read(b"1\ta\tm\tEXPORT_SYMBOL\t\0\nnonsense").count(), 1);
        assert_eq!(read(b"").count(), 0);
    }

    #[test]
    fn more_tabs_are_a_part_of_the_namespace() {
        let record = read(b"1\ta\tm\tEXPORT_SYMBOL\tA\tB\n").next().unwrap().unwrap();
        assert_eq!(record.namespace, b"A\tB");
    }

    #[test]
    fn an_invalid_line_is_reported_with_its_number() {
        assert_eq!(faults(b"1\ta\tm\te\t\n\n"), ["2: expected five fields, separated by tabs"]);
        assert_eq!(faults(b"1\t\tm\te\t\n"), ["1: the second field, the symbol, is empty"]);
        assert_eq!(faults(b"1\ta\t\te\t\n"), ["1: the third field, the module, is empty"]);
        assert_eq!(faults(b"x\ta\tm\te\t\n"), ["1: the first field is not a hexadecimal number"]);
    }

    /// What a line of any era says of the module, the license and the namespace.
    fn said(line: &[u8]) -> (&[u8], Option<bool>, Option<&[u8]>) {
        let record = read_any_era(line).next().unwrap().unwrap();
        assert_eq!((record.crc, record.symbol), (1, &b"a"[..]), "{}", line.escape_ascii());
        (record.module, record.is_gpl, record.namespace)
    }

    #[test]
    fn dumps_of_all_eras_are_read_and_say_no_more_than_they_record() {
        for (line, is_gpl, namespace) in [
            (&b"0x1\ta\tm"[..], None, None),
            (b"0x1\ta\tm\tEXPORT_SYMBOL", Some(false), None),
            (b"0x1\ta\tm\tEXPORT_UNUSED_SYMBOL_GPL", Some(true), None),
            (b"0x1\ta\tm\t(unknown)", None, None),
            (b"0x1\ta\tN\tm\tEXPORT_SYMBOL", Some(false), Some(&b"N"[..])),
            (b"0x1\ta\tm\tEXPORT_SYMBOL\tN", Some(false), Some(b"N")),
            (b"0x1\ta\t\tm\tEXPORT_SYMBOL", Some(false), Some(b"")),
            (b"0x1\ta\tm\tEXPORT_SYMBOL_GPL\t", Some(true), Some(b"")),
        ] {
            assert_eq!(said(line), (&b"m"[..], is_gpl, namespace), "{}", line.escape_ascii());
        }
        let faults: Vec<String> =
            read_any_era(b"0x1\ta\tm\n\n0x1\ta\n0x1\ta\tb\tc\td\te\n0x1\ta\tm\tEXPORT_SYBMOL\t")
                .filter_map(Result::err)
                .map(|error| error.to_string())
                .collect();
        assert_eq!(
            faults[..2],
            [
                "3: expected five fields, separated by tabs",
                "4: expected at most five fields, separated by tabs"
            ]
        );
        assert!(faults[2].starts_with("5: no kernel has this kind of export: "), "{}", faults[2]);
    }

    #[test]
    fn what_modpost_tolerates_and_suses_fixtures_have_is_read() {
        let namespace = Some(&b"N"[..]);
        for line in [
            &b"0X1\ta\tm\tEXPORT_SYMBOL\tN"[..],
            b"1\ta\tm\tEXPORT_SYMBOL\tN",
            b"0x1 a m EXPORT_SYMBOL N",
            b"  0x1   a \tm EXPORT_SYMBOL\tN ",
            b"0x1\ta\tm\tEXPORT_SYMBOL\tN\r\n",
            b"0x1\ta\tm\tEXPORT_SYMBOL\tN  ",
        ] {
            assert_eq!(said(line), (&b"m"[..], Some(false), namespace), "{}", line.escape_ascii());
            assert!(is_begun(line), "{}", line.escape_ascii());
        }
        assert_eq!(said(b"0x1\ta\tm\tEXPORT_SYMBOL\t\r\n").2, Some(&b""[..]));
        for other in [&b""[..], b"a int a ( void )", b"<html>", b"f7 T EXPORT_it", b"\n\n"] {
            assert!(!is_begun(other), "{}", other.escape_ascii());
        }
    }

    #[test]
    fn numbers_are_those_of_strtoul() {
        let cases: [(&[u8], Option<u32>); 12] = [
            (b"", Some(0)),
            (b"0x0", Some(0)),
            (b"0XfF", Some(0xff)),
            (b" \x0b7", Some(7)),
            (b"+7", Some(7)),
            (b"-1", Some(u32::MAX)),
            (b"123456789", Some(0x2345_6789)),
            (b"10000000000000000", Some(u32::MAX)),
            (b"-10000000000000000", Some(u32::MAX)),
            (b"0x", None),
            (b"7 ", None),
            (b"-", None),
        ];
        for (field, value) in cases {
            assert_eq!(number(field), value, "{}", field.escape_ascii());
        }
    }
}
