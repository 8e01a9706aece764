//! Changes to the lines and fields of a text.

use fastrand::Rng;

/// Pieces that somebody's reading may stumble over.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\n\n",
    b"\r",
    b"\t",
    b"\t\t",
    b" ",
    b"\\\n",
    b"\"",
    b"/*",
    b"*/",
    b"-1",
    b"0x",
    b"0x123456789abcdef01",
    b"0xffffffff",
    b"18446744073709551616",
    b"\xff",
    b"#SYMVER a 0x1",
    b"\n#SYMVER a 0x1\n",
    b"source_a.o := a.c\n",
    b"deps_a.o := \\\n",
    b"../",
    b"/",
    b".o",
    b"EXPORT_SYMBOL_GPL",
];

/// The lengths at which buffers end.
const LENGTHS: &[usize] = &[55, 60, 498, 499, 500, 4093, 4094, 4095, 4096, 9000];

/// Changes a text.
pub fn text(text: &mut Vec<u8>, rng: &mut Rng) -> Option<String> {
    match rng.u32(..4) {
        0 | 1 => Some(lines(text, rng)),
        2 => Some(fields(text, rng)),
        _ => insertion(text, rng),
    }
}

/// Cuts, doubles, exchanges or joins lines.
fn lines(text: &mut Vec<u8>, rng: &mut Rng) -> String {
    let mut lines: Vec<Vec<u8>> =
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        lines.push(b"\n".to_vec());
    }
    let [one, other] = [0; 2].map(|_| rng.usize(..lines.len()));
    let what = match rng.u32(..5) {
        0 => {
            lines.remove(one);
            format!("line {one} removed")
        }
        1 => {
            let line = lines[one].clone();
            lines.insert(other, line);
            format!("line {one} again before {other}")
        }
        2 => {
            lines.swap(one, other);
            format!("lines {one} and {other} exchanged")
        }
        3 => {
            lines[one].pop();
            format!("line {one} without its end")
        }
        _ => {
            let end = rng.usize(..=lines[one].len());
            lines[one].truncate(end);
            format!("line {one} cut to {end} bytes")
        }
    };
    *text = lines.concat();
    what
}

/// Cuts, doubles, exchanges or replaces fields of a line.
fn fields(text: &mut Vec<u8>, rng: &mut Rng) -> String {
    let is_end = |byte: &u8| matches!(byte, b'\t' | b' ' | b'\n');
    let mut fields: Vec<Vec<u8>> = text.split_inclusive(is_end).map(<[u8]>::to_vec).collect();
    if fields.is_empty() {
        fields.push(b"a ".to_vec());
    }
    let [one, other] = [0; 2].map(|_| rng.usize(..fields.len()));
    let what = match rng.u32(..4) {
        0 => {
            fields.remove(one);
            format!("field {one} removed")
        }
        1 => {
            fields.swap(one, other);
            format!("fields {one} and {other} exchanged")
        }
        2 => {
            fields[one] = fields[other].clone();
            format!("field {one} becomes {other}")
        }
        _ => {
            let end = fields[one].pop().unwrap_or(b'\n');
            fields[one].push(if end == b'\t' { b' ' } else { b'\t' });
            format!("field {one} ends otherwise")
        }
    };
    *text = fields.concat();
    what
}

/// Inserts a piece, or a long word.
fn insertion(text: &mut Vec<u8>, rng: &mut Rng) -> Option<String> {
    let at = rng.usize(..=text.len());
    if rng.u32(..6) == 0 {
        let length = *rng.choice(LENGTHS)?;
        text.splice(at..at, vec![b'x'; length]);
        return Some(format!("{length} letters at {at}"));
    }
    let piece = *rng.choice(PIECES)?;
    text.splice(at..at, piece.iter().copied());
    Some(format!("\"{}\" at {at}", piece.escape_ascii()))
}
