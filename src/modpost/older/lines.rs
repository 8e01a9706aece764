//! Lines as releases before 5.8 read them, and those of dumps.

use crate::formats::symvers::{Record, number};
use crate::modpost::paths::until_zero;

/// How long a line may be, with the zero byte at its end.
const ROOM: usize = 4096;

/// The lines of a file: without the white space before them, so that blank lines are none. What the
/// last newline does not end is no line, and neither is anything from one on that is too long.
pub(in crate::modpost) fn of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !is_space(byte))?;
        let line = &rest[start..];
        let end = memchr::memchr(b'\n', line).filter(|&end| end < ROOM)?;
        rest = &line[end..];
        Some(until_zero(&line[..end]))
    })
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What a line of a dump says; `None` if it is none. Without namespaces, three fields are enough, and
/// what follows the fourth does not count.
pub(in crate::modpost) fn record(line: &[u8], has_namespaces: bool) -> Option<Record<'_>> {
    let (crc, rest) = field(line)?;
    let (symbol, rest) = field(rest)?;
    let (module, export, namespace): (&[u8], &[u8], &[u8]) = match (field(rest), has_namespaces) {
        (Some((module, rest)), true) => {
            let (export, namespace) = field(rest)?;
            (module, export, namespace)
        }
        (None, true) => return None,
        (Some((module, rest)), false) => {
            (module, field(rest).map_or(rest, |(export, _)| export), b"")
        }
        (None, false) => (rest, b"", b""),
    };
    let crc = number(crc)?;
    let is_whole = !symbol.is_empty() && !module.is_empty();
    is_whole.then_some(Record { crc, symbol, module, export, namespace })
}

/// What stands before the first tab, and after it.
fn field(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = memchr::memchr(b'\t', text)?;
    Some((&text[..tab], &text[tab + 1..]))
}

#[cfg(test)]
mod tests {
    use super::{of, record};

    #[test]
    fn blank_and_unfinished_lines_are_none() {
        let lines: Vec<&[u8]> = of(b"\n \ta b\n\nc\0d\n  \ne").collect();
        assert_eq!(lines, [&b"a b"[..], b"c"]);
        let long = [&b"a\n"[..], &[b'x'; 4096], b"\nb\n"].concat();
        assert_eq!(of(&long).collect::<Vec<_>>(), [b"a"]);
    }

    #[test]
    fn a_line_may_lack_what_its_release_did_not_have() {
        let fields = |line: &[u8], has_namespaces| {
            let record = record(line, has_namespaces)?;
            Some((record.crc, record.module.to_vec(), record.export.to_vec()))
        };
        let line = b"0x1\ta\tm\tE\tN";
        let expected = Some((1, b"m".to_vec(), b"E".to_vec()));
        assert_eq!(fields(line, true), expected);
        assert_eq!(fields(line, false), expected);
        assert_eq!(fields(b"1\ta\tm", false), Some((1, b"m".to_vec(), Vec::new())));
        for (line, has_namespaces) in
            [(&b"1\ta\tm\tE"[..], true), (b"1\ta", false), (b"x\ta\tm", false), (b"1\t\tm", false)]
        {
            assert_eq!(fields(line, has_namespaces), None, "{}", line.escape_ascii());
        }
    }
}
