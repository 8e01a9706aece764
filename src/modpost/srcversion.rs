//! `srcversion`: a digest of the sources of a module, without blanks and comments.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::files::{FileError, Files};
use super::md4::{DIGITS, Digest};
use super::messages::{self, Message};
use super::object_facts::Surroundings;
use super::older;
use super::paths;
use super::text::Fatal;
use crate::release::{BadSourceList, CommandLines, SourceList};

/// What counts of the headers that were read. The objects of a module share them, and so do modules
/// of one folder: each would be read some fifty times in a large driver.
#[derive(Default)]
pub(super) struct Headers {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    texts: FxHashMap<Vec<u8>, Arc<[u8]>>,
    /// How many bytes the texts have.
    size: usize,
}

/// How many bytes of headers are kept: `.cmd` files may name whatever there is.
const MOST_KEPT: usize = 64 << 20;

impl Headers {
    /// What counts of a header.
    fn significant(&self, path: &[u8], files: &dyn Files) -> Result<Arc<[u8]>, FileError> {
        // Nothing panics with the lock held.
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = kept().texts.get(path) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<[u8]> = significant(files.read(path)?).into();
        let mut kept = kept();
        if text.len() <= MOST_KEPT - kept.size && !kept.texts.contains_key(path) {
            kept.size += text.len();
            kept.texts.insert(path.to_vec(), Arc::clone(&text));
        }
        Ok(text)
    }
}

/// The digest of the module `name`, by the objects that `name.mod` lists; `None` if one of their
/// `.cmd` files cannot be understood, which `messages` then has.
///
/// # Errors
/// A file is missing.
pub(super) fn of_module(
    path: &[u8],
    name: &[u8],
    surroundings: Surroundings<'_>,
    messages: &mut Vec<Message>,
) -> Result<Option<[u8; DIGITS]>, Fatal> {
    let Surroundings { files, release, .. } = surroundings;
    let list = [name, b".mod"].concat();
    let text = read(files, &list)?;
    let mut digest = Digest::new();
    let listed = match release.source_list {
        SourceList::Lines => paths::until_zero(&text).split(|&byte| byte == b'\n').collect(),
        SourceList::FirstLine => match first_line(paths::until_zero(&text)) {
            Some(line) => line.split(|&byte| byte == b' ').collect::<Vec<_>>(),
            None => {
                let named = match release.bad_source_list {
                    BadSourceList::NamesObject => path,
                    BadSourceList::NamesModule => name,
                };
                messages.push(older::messages::bad_source_list(named));
                return Ok(None);
            }
        },
    };
    for object in listed {
        // Libraries have no sources of their own.
        if object.is_empty() || object.ends_with(b".a") {
            continue;
        }
        if let Err(line) = add_object(object, surroundings, &mut digest)? {
            messages.push(messages::malformed_source_line(&line));
            return Ok(None);
        }
    }
    Ok(Some(digest.digits()))
}

/// The first line of a text; none if it is empty.
fn first_line(text: &[u8]) -> Option<&[u8]> {
    (!text.is_empty()).then(|| text.split(|&byte| byte == b'\n').next().unwrap_or_default())
}

fn read(files: &dyn Files, path: &[u8]) -> Result<Vec<u8>, Fatal> {
    files.read(path).map_err(|error| failure(path, &error))
}

fn failure(path: &[u8], error: &FileError) -> Fatal {
    Fatal(messages::file_failure(path, &error.0))
}

/// A line that cannot be understood.
type MalformedLine = Vec<u8>;

/// Adds the sources of one object: the one its `.cmd` file names, and the headers beside it.
fn add_object(
    object: &[u8],
    surroundings: Surroundings<'_>,
    digest: &mut Digest,
) -> Result<Result<(), MalformedLine>, Fatal> {
    let Surroundings { files, release, headers, .. } = surroundings;
    let command = read(files, &paths::command_file(object))?;
    let (folder, _) = paths::split(object);
    let mut are_dependencies = false;
    for line in paths::until_zero(&command).split(|&byte| byte == b'\n') {
        let line = match release.command_lines {
            CommandLines::AsTheyAre => line,
            CommandLines::Trimmed => line.trim_ascii_start_c(),
        };
        if line.starts_with(b"source_") {
            let Some(blank) = memchr::memrchr(b' ', line) else {
                return Ok(Err(line.to_vec()));
            };
            digest.update(&significant(read(files, &line[blank + 1..])?));
        } else if line.starts_with(b"deps_") {
            are_dependencies = true;
        } else if are_dependencies {
            // The list goes on as long as its lines do.
            if !line.ends_with(b"\\") {
                break;
            }
            let end = line.iter().position(is_space).unwrap_or(line.len());
            let path = &line[..end];
            if is_beside(path, folder) {
                let text = headers.significant(path, files);
                digest.update(&text.map_err(|error| failure(path, &error))?);
            }
        }
    }
    Ok(Ok(()))
}

/// Whether a dependency is in `folder` (which ends in a slash, or is empty), and not below it.
///
/// Compared is the first place where the folder's name occurs; so nothing is in a folder without
/// a name, and a path without any slash is in `/`.
fn is_beside(path: &[u8], folder: &[u8]) -> bool {
    let first = if folder.is_empty() { Some(0) } else { memchr::memmem::find(path, folder) };
    match (first, memchr::memrchr(b'/', path)) {
        (Some(first), Some(slash)) => first + folder.len() == slash + 1,
        (None, None) => folder.len() == 1,
        _ => false,
    }
}

/// White space, as C sees it.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

trait TrimStart {
    /// Without white space (as C sees it) at the beginning.
    fn trim_ascii_start_c(&self) -> &Self;
}

impl TrimStart for [u8] {
    fn trim_ascii_start_c(&self) -> &Self {
        let start = self.iter().position(|byte| !is_space(byte)).unwrap_or(self.len());
        &self[start..]
    }
}

/// What counts of a source: no white space, no joined lines, no `/* comments */`; strings whole.
/// `//` comments count, and so does everything that only looks like a comment in a character.
///
/// Done in place: what counts never gets ahead of what is read.
fn significant(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(paths::until_zero(&text).len());
    let (mut at, mut length) = (0, 0);
    while let Some(&byte) = text.get(at) {
        let next = text.get(at + 1);
        let (counted, passed) = match CLASSES[usize::from(byte)] {
            Class::Plain(counts) => {
                // Without a branch: every byte is written, where the next that counts belongs.
                text[length] = byte;
                length += usize::from(counts);
                at += 1;
                continue;
            }
            Class::Backslash if next == Some(&b'\n') => (0, 2),
            Class::Slash if next == Some(&b'*') => (0, 1 + comment_length(&text[at + 1..])),
            Class::Quote => {
                let length = string_length(&text[at..]);
                (length, length)
            }
            Class::Backslash | Class::Slash => (1, 1),
        };
        text.copy_within(at..at + counted, length);
        length += counted;
        at += passed;
    }
    text.truncate(length);
    text
}

/// What a byte may begin.
#[derive(Clone, Copy)]
enum Class {
    /// Nothing; whether it counts.
    Plain(bool),
    Backslash,
    Quote,
    Slash,
}

/// What each byte may begin.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain(true); 256];
    let mut byte = b'\t';
    while byte <= b'\r' {
        classes[byte as usize] = Class::Plain(false);
        byte += 1;
    }
    classes[b' ' as usize] = Class::Plain(false);
    classes[b'\\' as usize] = Class::Backslash;
    classes[b'"' as usize] = Class::Quote;
    classes[b'/' as usize] = Class::Slash;
    classes
};

/// How long the comment is that `/` and `text` begin, without that `/`.
fn comment_length(text: &[u8]) -> usize {
    let mut slashes = memchr::memchr_iter(b'/', text);
    let end = slashes.find(|&slash| slash >= 1 && text[slash - 1] == b'*');
    end.map_or(text.len(), |slash| slash + 1)
}

/// How long the string is that `text` begins with, quotes included.
fn string_length(text: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[1] == b'"' && pair[0] != b'\\';
    text.windows(2).position(ends).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_joined_lines_and_comments_do_not_count() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b"int a;\n", b"inta;"),
            (b"a\\\nb \\ c", b"ab\\c"),
            (b"a /* b */ c", b"ac"),
            (b"a /*/ b", b"ab"),
            (b"a /* b", b"a"),
            (b"a // b\nc", b"a//bc"),
            (b"\"a  b\" c", b"\"a  b\"c"),
            (b"\"a\\\" /* b */\"", b"\"a\\\" /* b */\""),
            (b"a\0b", b"a"),
        ];
        for (source, counted) in cases {
            let got = significant(source.to_vec());
            assert_eq!(got, counted, "{}", source.escape_ascii());
        }
    }

    #[test]
    fn headers_count_only_in_the_objects_own_folder() {
        assert!(is_beside(b"drivers/a/x.h", b"drivers/a/"));
        assert!(!is_beside(b"drivers/a/b/x.h", b"drivers/a/"));
        assert!(!is_beside(b"x.h", b""));
        // The folder's name occurs earlier in the path.
        assert!(!is_beside(b"/a/b/a/x.h", b"a/"));
    }
}
