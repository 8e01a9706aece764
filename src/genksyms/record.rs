//! The ABI record: each definition that the exports reach, with the attributes that upstream drops,
//! and the file and line of its name.
//!
//! The line markers are searched only for the names that are written, in the order of the source, so
//! no part of it is searched twice.

use memchr::{memchr, memchr_iter, memrchr};

use super::chain::{Note, Piece};
use super::interner::{Interner, WordId};
use super::scan::marker_file;
use super::session::Session;
use super::symbol_id::SymbolId;
use super::tables::Terminal;
use crate::formats::abi_record::{Export, PACK, Place, Writer};
use crate::formats::symtypes::Token;
use crate::formats::until_zero;

/// A record has this part of its source's size, or less.
const USUAL_PART: usize = 16;

/// The name of the source where no marker gives one.
const NO_FILE: &[u8] = b"<stdin>";

/// The record of a run that is complete. `source_file` is the file that was compiled, in the source
/// tree at `tree` or elsewhere.
pub(super) fn text(
    session: &Session<'_>,
    source_file: Option<&[u8]>,
    model: &str,
    tree: &[u8],
) -> Vec<u8> {
    let definitions = &session.definitions;
    let mut writer = Writer::new(definitions.words.source().len() / USUAL_PART);
    writer.model(model.as_bytes());
    let file = source_file.map_or(NO_FILE, |file| path_within(tree, file));
    for (symbol, crc) in &session.exports {
        writer.export(&Export { symbol: definitions.words.text(*symbol), crc: *crc, file });
    }
    for (id, place) in session.reached.iter().zip(places(session)) {
        let name = Token { text: definitions.name(*id), kind: definitions.symbol(*id).kind };
        let place = place.map(|it| Place { file: path_within(tree, it.file), ..it });
        writer.declaration(name, place, |text| write(session, *id, text));
    }
    writer.finish()
}

/// Appends a definition as it was written.
fn write(session: &Session<'_>, id: SymbolId, text: &mut Vec<u8>) {
    let (words, pieces) = (&session.definitions.words, session.definitions.text(id));
    if pieces.iter().all(|piece| piece.note == Note::default()) {
        session.renderings.print(id, text);
    } else {
        write_noted(words, pieces, text);
    }
    for piece in session.definitions.dropped(id) {
        write_piece(words, piece, text);
    }
}

/// Appends a text of which something was noted.
fn write_noted(words: &Interner<'_>, pieces: &[Piece], text: &mut Vec<u8>) {
    // Of each body that is open, whether it is an enum's.
    let mut open = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        if piece.note == Note::OF_TYPE {
            continue;
        }
        write_piece(words, piece, text);
        if piece.word == WordId::of_byte(b'{') {
            open.push(is_enum(words, &pieces[..place]));
        } else if piece.word == WordId::of_byte(b'}') {
            let has_members = open.pop() == Some(false);
            if let Some(limit) = piece.note.limit().filter(|_| has_members) {
                write_pack(limit, text);
            }
        }
    }
}

/// Appends one token.
fn write_piece(words: &Interner<'_>, piece: &Piece, text: &mut Vec<u8>) {
    if let Some(letter) = piece.kind.letter() {
        text.extend_from_slice(&[letter, b'#']);
    }
    words.append(piece.word, text);
}

/// Appends what stands for `#pragma pack`.
fn write_pack(limit: u8, text: &mut Vec<u8>) {
    let limit = limit.to_string();
    for part in [b"__attribute__ ( ( ", PACK, b" ( ", limit.as_bytes(), b" ) ) ) "] {
        text.extend_from_slice(part);
    }
}

/// Whether the body that follows is an enum's.
fn is_enum(words: &Interner<'_>, before: &[Piece]) -> bool {
    let last_two = &before[before.len().saturating_sub(2)..];
    last_two.iter().any(|piece| words.keyword(piece.word) == Some(Terminal::Enum))
}

/// Where the names of what was reached stand.
fn places<'s>(session: &'s Session<'_>) -> Vec<Option<Place<'s>>> {
    let definitions = &session.definitions;
    let offsets = session.reached.iter().map(|id| definitions.symbol(*id).at);
    // Both numbers in one, since sorting is a good part of the work here.
    let wanted = offsets.zip(0_u32..).filter_map(|(at, number)| {
        let at = u64::from(at?);
        Some(at << 32 | u64::from(number))
    });
    let mut wanted: Vec<u64> = wanted.collect();
    wanted.sort_unstable();
    let mut places = vec![None; session.reached.len()];
    let source = definitions.words.source();
    let mut line = Line { at: 0, place: Place { file: NO_FILE, line: 1 } };
    for pair in wanted {
        line.go_to(source, (pair >> 32) as usize);
        places[pair as u32 as usize] = Some(line.place);
    }
    places
}

/// An offset, and the line that is there.
struct Line<'s> {
    at: usize,
    place: Place<'s>,
}

impl<'s> Line<'s> {
    /// Goes on to an offset.
    fn go_to(&mut self, source: &'s [u8], at: usize) {
        let mut end = at;
        while let Some(start) = memrchr(b'#', &source[self.at..end]).map(|start| self.at + start) {
            if let Some(line) = marked(source, start) {
                *self = line;
                break;
            }
            end = start;
        }
        let newlines = memchr_iter(b'\n', &source[self.at..at]).count();
        self.place.line = self.place.line.saturating_add(newlines as u32);
        self.at = at;
    }
}

/// The line behind the marker that begins here, if one does.
fn marked(source: &[u8], start: usize) -> Option<Line<'_>> {
    if start > 0 && source[start - 1] != b'\n' {
        return None;
    }
    let marker = &source[start..];
    let marker = &marker[..=memchr(b'\n', marker)?];
    let file = until_zero(&marker[marker_file(marker)?]);
    let digits = marker[1..].trim_ascii_start().iter().take_while(|byte| byte.is_ascii_digit());
    let line = digits
        .fold(0_u32, |line, digit| line.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    Some(Line { at: start + marker.len(), place: Place { file, line } })
}

/// A path without the source tree that it is in, nor the `./` that compilers put before it.
fn path_within<'a>(tree: &[u8], path: &'a [u8]) -> &'a [u8] {
    let rest = path.strip_prefix(tree).and_then(|rest| rest.strip_prefix(b"/"));
    let mut path = rest.filter(|rest| !tree.is_empty() && !rest.is_empty()).unwrap_or(path);
    while let Some(rest @ [first, ..]) = path.strip_prefix(b"./") {
        if *first == b'/' {
            break;
        }
        path = rest;
    }
    path
}
