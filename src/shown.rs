//! Texts for people, in which no name can pretend to be something else: a name is what a stranger
//! chose, and may have escape sequences for the terminal in it, a line of its own, or letters that
//! turn others around.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// `name` as people see it: control characters, invisible ones and those that change the direction
/// of others as `\n`, `\r`, `\t` or, byte by byte, `\xNN`; so is what is not UTF-8.
///
/// A backslash stays one. Types are C and have some of their own; and so nothing changes where a
/// text is shown twice. What must be told apart is in the reports for programs.
pub fn shown(name: &[u8]) -> Cow<'_, [u8]> {
    // Nearly all are; many bytes at a time are seen to be where no first one ends the loop.
    let is_plain = name.iter().fold(true, |is_plain, byte| is_plain & (b' '..=b'~').contains(byte));
    if is_plain {
        return Cow::Borrowed(name);
    }
    Cow::Owned(Shown(name).to_string().into_bytes())
}

/// A name as [`shown`], for `format!`.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match letter {
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    _ if is_misleading(letter) => {
                        escape(letter.encode_utf8(&mut [0; 4]).as_bytes(), f)?;
                    }
                    _ => f.write_char(letter)?,
                }
            }
            escape(chunk.invalid(), f)?;
        }
        Ok(())
    }
}

fn escape(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))
}

/// Whether a letter is not seen itself, and may change what is seen of others.
fn is_misleading(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// So many of a thing whose plural ends in `s`: `1 export`, `2 exports`.
pub fn counted<Number>(count: Number, thing: &str) -> String
where
    Number: fmt::Display + PartialEq + From<u8>,
{
    format!("{count} {thing}{}", if count == Number::from(1) { "" } else { "s" })
}

/// A text for people under way. All that is put into it is [`shown`]: it gets a line, or a tab
/// between columns, only by asking for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page(Vec<u8>);

impl Page {
    /// One line.
    pub fn of_line(line: impl AsRef<[u8]>) -> Page {
        let mut page = Page::default();
        page.line(line);
        page
    }

    /// One line of cells, with tabs between them.
    pub fn of_cells<const COUNT: usize>(cells: [&[u8]; COUNT]) -> Page {
        let mut page = Page::default();
        for (number, cell) in cells.iter().enumerate() {
            page.tabs(usize::from(number > 0)).put(cell);
        }
        page.end();
        page
    }

    /// All lines of a text of our own, in which only the newlines are not [`shown`].
    pub fn of_lines(text: &str) -> Page {
        let mut page = Page::default();
        text.lines().for_each(|line| page.line(line));
        page
    }

    /// Adds to the line at hand.
    pub fn put(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        self.0.extend_from_slice(&shown(part.as_ref()));
        self
    }

    /// Adds tabs to the line at hand.
    pub fn tabs(&mut self, count: usize) -> &mut Self {
        self.0.extend(std::iter::repeat_n(b'\t', count));
        self
    }

    /// Ends the line at hand; where there is none, it is a blank one.
    pub fn end(&mut self) {
        self.0.push(b'\n');
    }

    /// Adds the rest of a line, and ends it.
    pub fn line(&mut self, rest: impl AsRef<[u8]>) {
        self.put(rest).end();
    }

    /// Adds lines, the first of them to the line at hand, the others behind `indent`.
    pub fn lines_behind(&mut self, indent: &str, lines: &Page) {
        for (number, line) in lines.0.trim_ascii_end().split(|&byte| byte == b'\n').enumerate() {
            self.put(if number > 0 { indent } else { "" });
            self.0.extend_from_slice(line);
            self.end();
        }
    }

    /// Adds the first lines of a page, and how many more there are.
    pub fn append_lines(&mut self, page: &Page, most: usize) {
        let mut lines = page.0.split_inclusive(|&byte| byte == b'\n');
        lines.by_ref().take(most).for_each(|line| self.0.extend_from_slice(line));
        let more = lines.count();
        if more > 0 {
            self.tabs(1).line(format!("... and {}", counted(more, "more line")));
        }
    }

    /// Adds all of a page.
    pub fn append(&mut self, page: &Page) {
        self.0.extend_from_slice(&page.0);
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_shown(name: &[u8], expected: &str) {
        assert_eq!(shown(name), expected.as_bytes(), "{expected}");
        assert_eq!(shown(expected.as_bytes()), expected.as_bytes(), "{expected}, again");
    }

    #[test]
    fn what_misleads_is_shown_byte_by_byte() {
        assert_shown(b"x\ngood.ko: loads", "x\\ngood.ko: loads");
        assert_shown(b"\t\r\0\x07\x1b[2J\x7f", "\\t\\r\\x00\\x07\\x1b[2J\\x7f");
        // A C1 control, as UTF-8 and as a byte.
        assert_shown(b"\xc2\x9b2J \x9b2J", "\\xc2\\x9b2J \\x9b2J");
        assert_shown(
            "a\u{202e}b\u{2066}\u{200f}\u{2028}".as_bytes(),
            "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6\\xe2\\x80\\x8f\\xe2\\x80\\xa8",
        );
        // Cut off in the middle of a letter.
        assert_shown(&"Größe".as_bytes()[..3], "Gr\\xc3");
    }

    #[test]
    fn one_thing_is_no_plural() {
        let said = [0, 1, 2].map(|count| counted(count, "export"));
        assert_eq!(said, ["0 exports", "1 export", "2 exports"]);
    }

    #[test]
    fn all_else_is_as_it_is() {
        for name in ["", "kmalloc", "drivers/usb/core", "Größe", "C:\\x", "'\\n'", "… → 大"]
        {
            assert_shown(name.as_bytes(), name);
        }
    }

    #[test]
    fn a_page_has_the_lines_and_tabs_that_it_was_asked_for() {
        let mut page = Page::of_line("a\nb\t");
        page.tabs(1).put("c\x1b").line("d\n");
        let mut other = Page::default();
        other.put("> ").lines_behind("  ", &page);
        page.end();
        page.append(&other);
        let expected = "a\\nb\\t\n\tc\\x1bd\\n\n\n> a\\nb\\t\n  \tc\\x1bd\\n\n";
        assert_eq!(page.into_bytes(), expected.as_bytes());
    }
}
