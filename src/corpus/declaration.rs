//! A canonical declaration as C, the way people write it in a kernel: a member a line, tabs.

use std::hash::BuildHasherDefault;
use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::type_string_lines::{self, Detail};
use crate::canonical::{is_apart, spelled};
use crate::difference::{Run, runs};
use crate::formats::symtypes::{Kind, TypeName, words};
use crate::formats::type_string::{is_type_string, read};
use crate::shown::Page;

/// How many equal lines stand around a difference.
const CONTEXT: usize = 3;

/// The declaration of a name in lines, without newlines, as it stands in a file; of a type string with all places and sizes. An export
/// is called `called` in one.
pub(super) fn all_lines(name: &[u8], called: &str, declaration: &[u8]) -> Vec<Vec<u8>> {
    if let Some(lines) = of_type_string(name, called, declaration, Detail::Places) {
        return lines;
    }
    let mut lines = c_lines(declaration);
    let ends = TypeName::of(name).kind != Kind::EnumConstant;
    if let Some(last) = lines.last_mut().filter(|_| ends) {
        last.push(b';');
    }
    lines
}

fn lines_in(name: &[u8], declaration: &[u8], detail: Detail) -> Vec<Vec<u8>> {
    let called = String::from_utf8_lossy(TypeName::of(name).bare);
    of_type_string(name, &called, declaration, detail).unwrap_or_else(|| c_lines(declaration))
}

/// The lines of a type string; none of anything else.
fn of_type_string(
    name: &[u8],
    called: &str,
    declaration: &[u8],
    detail: Detail,
) -> Option<Vec<Vec<u8>>> {
    let string = is_type_string(declaration).then(|| read(declaration).ok())??;
    let lines = type_string_lines::lines(name, called, &string, detail);
    Some(lines.into_iter().map(|line| line.text.into_bytes()).collect())
}

/// Writes what differs between two declarations of a name as a unified diff. Where types and names are the
/// same in type strings, places and sizes are shown, too.
pub fn put_difference(name: &[u8], old: &[u8], new: &[u8], page: &mut Page) {
    let lines = |detail| [old, new].map(|text| lines_in(name, text, detail));
    let [mut before, mut after] = lines(Detail::Types);
    if before == after {
        [before, after] = lines(Detail::Places);
    }
    unified(&before, &after, page);
}

/// The lines of a declaration in C, whose text is canonical: words between blanks.
fn c_lines(declaration: &[u8]) -> Vec<Vec<u8>> {
    let mut writer = Writer::default();
    let mut words = words(declaration).peekable();
    while let Some(word) = words.next() {
        writer.word(word, words.peek().copied());
    }
    writer.end_line();
    writer.lines
}

/// For each of these words, which are names with their kinds' letters, the line of the declaration of `name` in
/// which it stands first, without the tabs before it: of a long line what is around the word.
pub fn lines_with<'n>(
    name: &[u8],
    declaration: &[u8],
    names: impl IntoIterator<Item = &'n [u8]>,
) -> IndexMap<&'n [u8], Vec<u8>, BuildHasherDefault<FxHasher>> {
    if let Some(Ok(string)) = is_type_string(declaration).then(|| read(declaration)) {
        let mut found: IndexMap<&[u8], Option<Vec<u8>>, BuildHasherDefault<FxHasher>> =
            names.into_iter().map(|name| (name, None)).collect();
        let called = String::from_utf8_lossy(TypeName::of(name).bare);
        for line in type_string_lines::lines(name, &called, &string, Detail::Types) {
            for name in line.names {
                if let Some(place @ None) = found.get_mut(name) {
                    let end = place_of(&spelled(name), line.text.as_bytes());
                    *place = Some(excerpt(line.text.as_bytes(), end));
                }
            }
        }
        return found.into_iter().filter_map(|(name, line)| Some((name, line?))).collect();
    }
    // Of each the number of the line, and where in it the name ends.
    let mut places: IndexMap<&[u8], Option<(usize, usize)>, BuildHasherDefault<FxHasher>> =
        names.into_iter().map(|name| (name, None)).collect();
    let mut writer = Writer::default();
    let mut words = words(declaration).peekable();
    while let Some(word) = words.next() {
        writer.word(word, words.peek().copied());
        if let Some(place @ None) = places.get_mut(word) {
            *place = Some((writer.lines.len(), writer.line.len()));
        }
    }
    writer.end_line();
    let found = places.into_iter().filter_map(|(name, place)| {
        let (line, end) = place?;
        Some((name, excerpt(writer.lines.get(line)?, end)))
    });
    found.collect()
}

/// Where a name ends in a line.
fn place_of(name: &[u8], line: &[u8]) -> usize {
    memchr::memmem::find(line, name).map_or(line.len(), |start| start + name.len())
}

/// What is shown of a long line before the end of a word, and after it, in bytes.
const SHOWN: (usize, usize) = (160, 80);

/// A line without the tabs before it; of a long one what is around the word that ends there.
fn excerpt(line: &[u8], end: usize) -> Vec<u8> {
    let tabs = line.iter().take_while(|&&byte| byte == b'\t').count();
    let is_blank = |&byte: &u8| byte == b' ';
    let start = match end.checked_sub(SHOWN.0) {
        Some(start) if start > tabs => {
            start + line[start..end].iter().position(is_blank).map_or(0, |place| place + 1)
        }
        _ => tabs,
    };
    let stop = match end + SHOWN.1 {
        stop if stop < line.len() => {
            end + line[end..stop].iter().rposition(is_blank).unwrap_or(stop - end)
        }
        _ => line.len(),
    };
    let before: &[u8] = if start > tabs { b"... " } else { b"" };
    let after: &[u8] = if stop < line.len() { b" ..." } else { b"" };
    [before, &line[start..stop], after].concat()
}

/// Lines under way.
#[derive(Default)]
struct Writer<'a> {
    lines: Vec<Vec<u8>>,
    line: Vec<u8>,
    /// The word before, unless the line has just begun.
    last: Option<&'a [u8]>,
    /// For each open brace, whether it is that of an enum.
    braces: Vec<bool>,
    /// How many parentheses are open.
    parentheses: usize,
    /// Whether `enum` stands before the next brace.
    is_enum: bool,
}

impl<'a> Writer<'a> {
    fn word(&mut self, word: &'a [u8], next: Option<&[u8]>) {
        match word {
            b"}" => {
                self.end_line();
                self.braces.pop();
                self.put(word);
            }
            b"{" => {
                self.put(word);
                self.end_line();
                self.braces.push(self.is_enum);
                self.is_enum = false;
            }
            b";" => {
                self.put(word);
                self.end_line();
                self.is_enum = false;
            }
            b"," => {
                self.put(word);
                if self.parentheses == 0 && self.braces.last() == Some(&true) {
                    self.end_line();
                }
            }
            _ => {
                match word {
                    b"(" => self.parentheses += 1,
                    b")" => self.parentheses = self.parentheses.saturating_sub(1),
                    b"enum" => self.is_enum = true,
                    _ => {}
                }
                self.put(word);
                // The last enumerator has no comma after it.
                if next == Some(b"}".as_slice()) && self.braces.last() == Some(&true) {
                    self.line.push(b',');
                }
            }
        }
    }

    /// Writes a word after the last one.
    fn put(&mut self, word: &'a [u8]) {
        if self.line.is_empty() {
            self.line.extend(std::iter::repeat_n(b'\t', self.braces.len()));
        }
        if self.last.is_some_and(|last| is_apart(last, word)) {
            self.line.push(b' ');
        }
        self.line.extend(spelled(word));
        self.last = Some(word);
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.last = None;
    }
}

/// Writes one of the [`lines`], with the tabs before it.
pub fn put_line(line: &[u8], page: &mut Page) {
    let tabs = line.iter().take_while(|&&byte| byte == b'\t').count();
    page.tabs(tabs).line(&line[tabs..]);
}

/// Writes a unified diff of two lists of lines, without the names of files.
pub fn unified(old: &[Vec<u8>], new: &[Vec<u8>], page: &mut Page) {
    let changes: Vec<(Range<usize>, Range<usize>)> = runs(old, new)
        .into_iter()
        .filter_map(|run| match run {
            Run::Kept { .. } => None,
            Run::Replaced { old, new } => Some((old, new)),
        })
        .collect();
    let is_near =
        |one: &(Range<usize>, _), next: &(Range<usize>, _)| next.0.start - one.0.end <= 2 * CONTEXT;
    for hunk in changes.chunk_by(is_near) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let before = first.0.start.min(CONTEXT);
        let after = (old.len() - last.0.end).min(CONTEXT);
        let (old_start, old_end) = (first.0.start - before, last.0.end + after);
        let (new_start, new_end) = (first.1.start - before, last.1.end + after);
        let head = format!(
            "@@ -{},{} +{},{} @@",
            old_start + 1,
            old_end - old_start,
            new_start + 1,
            new_end - new_start
        );
        page.line(head);
        let mut put = |sign: &str, lines: &[Vec<u8>]| {
            for line in lines {
                put_line(line, page.put(sign));
            }
        };
        let mut done = old_start;
        for (removed, added) in hunk {
            put(" ", &old[done..removed.start]);
            put("-", &old[removed.clone()]);
            put("+", &new[added.clone()]);
            done = removed.end;
        }
        put(" ", &old[done..old_end]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(declaration: &str) -> String {
        String::from_utf8(c_lines(declaration.as_bytes()).join(&b'\n')).unwrap()
    }

    #[test]
    fn of_a_long_line_what_is_around_a_name_is_shown() {
        let many = "t#u32 , ".repeat(100);
        let declaration = format!("int f ( {many}s#pump * , {many}s#tank * )");
        let lines =
            lines_with(b"f", declaration.as_bytes(), [&b"s#pump"[..], b"s#tank", b"s#valve"]);
        let shown: Vec<_> = lines.values().map(|line| String::from_utf8_lossy(line)).collect();
        assert_eq!(shown.len(), 2);
        for (line, name, end) in
            [(&shown[0], "struct pump *, u32, ", " ..."), (&shown[1], "struct tank *)", "")]
        {
            assert!(line.starts_with("... u32, ") && line.contains(name), "{line}");
            assert!(line.ends_with(end) && line.len() < 300, "{line}");
        }
        let lines = lines_with(b"s#a", b"struct a { int b ; s#pump * c ; }", [&b"s#pump"[..]]);
        assert_eq!(lines[&b"s#pump"[..]], b"struct pump *c;");
    }

    #[test]
    fn declarations_are_written_as_people_write_them() {
        let cases = [
            (
                "struct list_head { s#list_head * next , * prev ; }",
                "struct list_head {\n\tstruct list_head *next, *prev;\n}",
            ),
            (
                "int draw ( s#point * , const char * const name [ ( 1 << ( 4 ) ) ] , ... )",
                "int draw(struct point *, const char * const name[(1 << (4))], ...)",
            ),
            (
                "struct ops { int ( * open ) ( t#u32 ) ; union { int a ; t#u8 b [ 4 ] ; } ; int c : 3 ; }",
                "struct ops {\n\tint (*open)(u32);\n\tunion {\n\t\tint a;\n\t\tu8 b[4];\n\t};\n\tint c : 3;\n}",
            ),
            ("enum e { E#A , B = 2 , C }", "enum e {\n\tA,\n\tB = 2,\n\tC,\n}"),
            ("struct page { UNKNOWN }", "struct page {\n\tUNKNOWN\n}"),
        ];
        for (declaration, expected) in cases {
            assert_eq!(written(declaration), expected, "{declaration}");
        }
    }
}
