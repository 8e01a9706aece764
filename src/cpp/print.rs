//! The text: tokens on the lines where they were, and markers that say which file and line these are.

use bytemuck::{Pod, Zeroable};

use super::names::{HEAD, Spelling};
use super::token::{Kind, Token};

/// So many lines are printed as empty ones; for more a marker is shorter.
const EMPTY_LINES: u32 = 8;

/// The text being made.
#[derive(Default)]
pub(super) struct Printer {
    text: Vec<u8>,
    /// The file and line that the text is at.
    path: Vec<u8>,
    is_system: bool,
    line: u32,
    /// Whether something stands on the line already.
    is_begun: bool,
    /// The kind of the last token on the line, if there is one, and its last byte.
    last: (Kind, u8),
}

/// Where the text is in the present file.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Position {
    line: u32,
    is_begun: u8,
    /// The kind of the last token on the line, and its last byte.
    kind: Kind,
    byte: u8,
    unused: u8,
}

/// Why the text changes to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The first one.
    Begin,
    /// It is included.
    Enter,
    /// What it included is at its end.
    Return,
}

impl Printer {
    /// An empty text, with room for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { text: Vec::with_capacity(room), ..Self::default() }
    }

    /// The text, which is at its end.
    pub(super) fn take_text(&mut self) -> Vec<u8> {
        self.end_line();
        std::mem::take(&mut self.text)
    }

    /// Goes on with a file, from one of its lines.
    pub(super) fn turn_to(&mut self, path: &[u8], is_system: bool, line: u32, turn: Turn) {
        self.end_line();
        self.path.clear();
        self.path.extend_from_slice(path);
        self.is_system = is_system;
        self.marker(
            line,
            match turn {
                Turn::Begin => b"",
                Turn::Enter => b" 1",
                Turn::Return => b" 2",
            },
        );
    }

    fn marker(&mut self, line: u32, turn: &[u8]) {
        self.text.extend_from_slice(b"# ");
        self.text.extend_from_slice(line.to_string().as_bytes());
        self.text.extend_from_slice(b" \"");
        for &byte in &self.path {
            if matches!(byte, b'"' | b'\\') {
                self.text.push(b'\\');
            }
            self.text.push(byte);
        }
        self.text.push(b'"');
        self.text.extend_from_slice(turn);
        if self.is_system {
            self.text.extend_from_slice(b" 3");
        }
        self.text.push(b'\n');
        self.line = line;
    }

    fn end_line(&mut self) {
        if self.is_begun {
            self.text.push(b'\n');
            self.line += 1;
            self.is_begun = false;
        }
    }

    /// Goes to a line of the present file.
    fn go_to(&mut self, line: u32) {
        if line == self.line {
            return;
        }
        self.end_line();
        if line < self.line || line > self.line + EMPTY_LINES {
            self.marker(line, b"");
        } else {
            let lines = (line - self.line) as usize;
            self.text.resize(self.text.len() + lines, b'\n');
            self.line = line;
        }
    }

    /// A token at the beginning of a line of the present file, or after others on the same line.
    pub(super) fn token(&mut self, token: Token, text: Spelling, blank: bool, line: Option<u32>) {
        if let Some(line) = line.filter(|line| *line != self.line) {
            self.go_to(line);
        }
        let Spelling { bytes, head } = text;
        let Some(&last) = bytes.last() else { return };
        let separated = self.is_begun && (blank || would_join(self.last, (token.kind, bytes)));
        self.text.reserve(bytes.len() + 17);
        if separated {
            self.text.push(b' ');
        }
        match head.filter(|_| bytes.len() <= HEAD) {
            Some(head) => {
                let end = self.text.len() + bytes.len();
                self.text.extend_from_slice(head);
                self.text.truncate(end);
            }
            None => self.text.extend_from_slice(bytes),
        }
        self.is_begun = true;
        self.last = (token.kind, last);
    }

    /// Several tokens, of which the first and the last are given, with their text.
    pub(super) fn tokens(&mut self, ends: (Token, Token), text: &[u8], blank: bool, line: u32) {
        self.token(ends.0, Spelling { bytes: text, head: None }, blank, Some(line));
        self.last.0 = ends.1.kind;
    }

    /// Goes to the beginning of a line, whatever is printed there.
    pub(super) fn begin_at(&mut self, line: u32) {
        self.end_line();
        self.go_to(line);
    }

    /// How long the text is.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// The text from there on.
    pub(super) fn from(&self, place: usize) -> &[u8] {
        self.text.get(place..).unwrap_or_default()
    }

    /// Where the text is.
    pub(super) fn position(&self) -> Position {
        let (kind, byte) = self.last;
        Position { line: self.line, is_begun: u8::from(self.is_begun), kind, byte, unused: 0 }
    }

    /// A text that was printed from the same line of the same file before, and where it ended.
    pub(super) fn put(&mut self, text: &[u8], position: Position) {
        self.text.extend_from_slice(text);
        let Position { line, is_begun, kind, byte, .. } = position;
        (self.line, self.is_begun, self.last) = (line, is_begun != 0, (kind, byte));
    }

    /// A line of its own.
    pub(super) fn whole_line(&mut self, text: &[u8], line: u32) {
        self.end_line();
        self.go_to(line);
        self.text.extend_from_slice(text);
        self.is_begun = true;
        self.end_line();
    }
}

/// Whether gcc separates two tokens beside each other, the first of which ends with a byte, because
/// they might be read as others. Some that would be, it does not.
pub(super) fn would_join((kind, last): (Kind, u8), (next, text): (Kind, &[u8])) -> bool {
    let first = text.first().copied().unwrap_or(0);
    let is_word = |kind| matches!(kind, Kind::NAME | Kind::NUMBER);
    match (kind, next) {
        (Kind::NAME, Kind::NUMBER) => {
            text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        (left, right) if is_word(left) && is_word(right) => true,
        (Kind::NAME, Kind::STRING | Kind::CHAR) => matches!(first, b'"' | b'\''),
        (Kind::NUMBER, Kind::PUNCTUATOR) => matches!(first, b'.' | b'+' | b'-'),
        (Kind::PUNCTUATOR, Kind::NUMBER) => last == b'.',
        (Kind::PUNCTUATOR, Kind::PUNCTUATOR) => {
            let stands_alone =
                |byte| matches!(byte, b'(' | b')' | b'{' | b'}' | b',' | b';' | b'[' | b']');
            !stands_alone(last) && !stands_alone(first)
        }
        (Kind::OTHER, _) | (_, Kind::OTHER) => true,
        (Kind::STRING | Kind::CHAR, right) => is_word(right),
        _ => false,
    }
}
