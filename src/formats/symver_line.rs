//! The lines that carry CRCs, in the dialects of all releases (grammar/symver-line.ebnf).
//!
//! genksyms writes them; of the newest dialect, `#SYMVER NAME 0x01234567`, modpost is the reader.

use memchr::memmem::Finder;

use super::until_zero;
use crate::crc::hex_digits;
use crate::release::CrcLine;

/// Appends the line for the export `name` in the form `dialect`.
pub fn write(out: &mut Vec<u8>, dialect: CrcLine, name: &[u8], crc: u32) {
    let digits = hex_digits(crc);
    match dialect {
        CrcLine::VersionDefines => {
            put(out, &[b"#define __ver_", name, b"\t", &digits, b"\n"]);
            put(out, &[b"#define ", name, b"\t_set_ver(", name, b")\n"]);
        }
        CrcLine::SpacedAssignment => put(out, &[b"__crc_", name, b" = 0x", &digits, b" ;\n"]),
        CrcLine::Assignment => put(out, &[b"__crc_", name, b" = 0x", &digits, b";\n"]),
        CrcLine::RelativeSection => {
            put(out, &[b"SECTIONS { .rodata : ALIGN(4) { __crc_", name, b" = .; LONG(0x"]);
            put(out, &[&digits, b"); } }\n"]);
        }
        CrcLine::SymverComment => put(out, &[b"#SYMVER ", name, b" 0x", &digits, b"\n"]),
    }
}

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// Puts `prefix` (what `-s` or `-a` gave) before the `__crc_` of each line.
///
/// The dialects that have no such name (the newest and the oldest) have no prefix either.
pub fn with_prefix(lines: &[u8], prefix: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"__crc_";
    let mut out = Vec::with_capacity(lines.len() + prefix.len() * 64);
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        let at = line.windows(MARK.len()).position(|window| window == MARK);
        let (before, after) = line.split_at(at.unwrap_or(0));
        let prefix = if at.is_some() { prefix } else { b"" };
        put(&mut out, &[before, prefix, after]);
    }
    out
}

/// What one `#SYMVER` line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymverLine<'a> {
    /// The export's name.
    pub name: &'a [u8],
    /// Its CRC.
    pub crc: u32,
}

const START: &[u8] = b"#SYMVER ";

/// The `#SYMVER` lines of a `.cmd` file, by modpost's rules: a line counts if a newline stands
/// before it, a decimal digit begins the number and a newline ends it. A NUL ends the text.
///
/// Where a name comes twice, modpost believes the later.
pub fn read(text: &[u8]) -> Vec<SymverLine<'_>> {
    let mark = Finder::new(b"\n#SYMVER ");
    let mut lines = Vec::new();
    let mut rest = until_zero(text);
    while let Some(start) = mark.find(rest) {
        rest = &rest[start + mark.needle().len()..];
        let Some(blank) = rest.iter().position(|&byte| byte == b' ') else {
            break;
        };
        let name = &rest[..blank];
        rest = &rest[blank + 1..];
        let Some((crc, length)) = number(rest) else {
            continue;
        };
        rest = &rest[length..];
        if rest.first() == Some(&b'\n') {
            lines.push(SymverLine { name, crc });
        }
    }
    lines
}

/// Reads one line, newline included; `None` where modpost would pass over it.
pub fn read_line(line: &[u8]) -> Option<SymverLine<'_>> {
    let text = line.strip_prefix(START)?;
    let blank = text.iter().position(|&byte| byte == b' ' || byte == 0)?;
    let (name, rest) = (&text[..blank], text[blank..].strip_prefix(b" ")?);
    let (crc, length) = number(rest)?;
    (&rest[length..] == b"\n").then_some(SymverLine { name, crc })
}

/// The number `text` begins with, as C's strtoul reads it with base 0, cut to 32 bits, and its
/// length; `None` if it does not begin with a digit.
fn number(text: &[u8]) -> Option<(u32, usize)> {
    let first = *text.first().filter(|byte| byte.is_ascii_digit())?;
    let is_hex = first == b'0'
        && matches!(text.get(1), Some(b'x' | b'X'))
        && text.get(2).is_some_and(u8::is_ascii_hexdigit);
    let (radix, start) = match (is_hex, first) {
        (true, _) => (16, 2),
        (false, b'0') => (8, 0),
        (false, _) => (10, 0),
    };
    let digits = text[start..].iter().map_while(|&byte| char::from(byte).to_digit(radix));
    let mut value = Some(0_u64);
    let mut length = start;
    for digit in digits {
        let shifted = value.and_then(|value| value.checked_mul(u64::from(radix)));
        value = shifted.and_then(|value| value.checked_add(u64::from(digit)));
        length += 1;
    }
    // Out of range is the greatest value there, and its low half here.
    Some((value.unwrap_or(u64::MAX) as u32, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(dialect: CrcLine) -> String {
        let mut out = Vec::new();
        write(&mut out, dialect, b"f", 0xe0df_8f5b);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_dialect_is_written_as_its_releases_did() {
        let defines = "#define __ver_f\te0df8f5b\n#define f\t_set_ver(f)\n";
        assert_eq!(written(CrcLine::VersionDefines), defines);
        assert_eq!(written(CrcLine::SpacedAssignment), "__crc_f = 0xe0df8f5b ;\n");
        assert_eq!(written(CrcLine::Assignment), "__crc_f = 0xe0df8f5b;\n");
        let section = "SECTIONS { .rodata : ALIGN(4) { __crc_f = .; LONG(0xe0df8f5b); } }\n";
        assert_eq!(written(CrcLine::RelativeSection), section);
        assert_eq!(written(CrcLine::SymverComment), "#SYMVER f 0xe0df8f5b\n");
    }

    #[test]
    fn a_prefix_stands_before_each_crc_symbol() {
        let lines = b"__crc_a = 0x00000001;\n__crc_b__crc_ = 0x00000002;\n";
        let prefixed = b"___crc_a = 0x00000001;\n___crc_b__crc_ = 0x00000002;\n";
        assert_eq!(with_prefix(lines, b"_"), prefixed);
        assert_eq!(with_prefix(b"#SYMVER a 0x00000001\n", b"_"), b"#SYMVER a 0x00000001\n");
    }

    #[test]
    fn a_cmd_file_is_read_by_modposts_rules() {
        let text =
            b"#SYMVER first 0x1\nx\n#SYMVER a 0x2\n#SYMVER b -3\n#SYMVER c 4 \n#SYMVER d 010\n\
                     #SYMVER e 0xffffffffffffffffff\n#SYMVER f 0x\n#SYMVER g 12\n#SYMVER h 5\0\n";
        let lines: Vec<_> = read(text).iter().map(|line| (line.name[0], line.crc)).collect();
        assert_eq!(lines, [(b'a', 2), (b'd', 8), (b'e', 0xffff_ffff), (b'g', 12)]);
    }
}
