//! `srcversion`: a digest of the sources of a module, without blanks and comments.

use super::files::{FileError, Files};
use super::md4::{DIGITS, Digest};
use super::messages::{self, Message};
use super::object_facts::Surroundings;
use super::older;
use super::paths;
use super::significant::significant;
use super::text::Fatal;
use crate::release::{BadSourceList, CommandLines, SourceList};

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
                let mut room = Vec::new();
                let text = headers.significant(path, files, &mut room);
                digest.update(text.map_err(|error| failure(path, &error))?);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_count_only_in_the_objects_own_folder() {
        assert!(is_beside(b"drivers/a/x.h", b"drivers/a/"));
        assert!(!is_beside(b"drivers/a/b/x.h", b"drivers/a/"));
        assert!(!is_beside(b"x.h", b""));
        // The folder's name occurs earlier in the path.
        assert!(!is_beside(b"/a/b/a/x.h", b"a/"));
    }
}
