//! `srcversion`: a digest of the sources of a module, without blanks and comments.

use super::files::{FileError, Files};
use super::md4::{DIGITS, Digest};
use super::messages::{self, Message};
use super::object_facts::Surroundings;
use super::older;
use super::paths;
use super::significant::significant;
use super::source_text::{TrimStart, is_beside, is_space};
use super::text::Fatal;
use crate::release::{BadSourceList, CommandLines, SourceFiles, SourceList};

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
    if release.source_files == SourceFiles::Wanted {
        return Ok(older::sources::digest(path, name, surroundings, messages));
    }
    let list = [name, b".mod"].concat();
    let text = read(files, &list)?;
    let mut digest = Digest::new();
    let listed = match release.source_list {
        SourceList::Lines => paths::until_zero(&text).split(|&byte| byte == b'\n').collect(),
        SourceList::SecondLine | SourceList::FirstLine => {
            match first_line(paths::until_zero(&text)) {
                Some(line) => line.split(|&byte| byte == b' ').collect::<Vec<_>>(),
                None => {
                    let named = match release.bad_source_list {
                        BadSourceList::NamesObject => path,
                        BadSourceList::NamesModule => name,
                    };
                    messages.push(older::messages::bad_source_list(named));
                    return Ok(None);
                }
            }
        }
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
