//! `srcversion`: a digest of the sources of a module, without blanks and comments.

use super::command_files::CommandFiles;
use super::files::{FileError, Files};
use super::md4::{DIGITS, Digest};
use super::messages::{self, Message};
use super::object_facts::Surroundings;
use super::older;
use super::paths;
use super::significant::Room;
use super::source_text::{TrimStart, is_beside, is_space};
use super::text::Fatal;
use crate::release::{BadSourceList, CommandLines, SourceFiles, SourceList};

/// The digest of the module `name`, by the objects that `name.mod` lists; `None` if one of their
/// `.cmd` files cannot be understood, which `messages` then has. `commands` take note of these files.
///
/// # Errors
/// A file is missing.
pub(super) fn of_module(
    path: &[u8],
    name: &[u8],
    surroundings: Surroundings<'_>,
    commands: &mut CommandFiles,
    messages: &mut Vec<Message>,
) -> Result<Option<[u8; DIGITS]>, Fatal> {
    let Surroundings { files, release, .. } = surroundings;
    if release.source_files == SourceFiles::Wanted {
        return Ok(older::sources::digest(path, name, surroundings, messages));
    }
    let list = [name, b".mod"].concat();
    let text = read(files, &list)?;
    let mut module =
        Module { surroundings, commands, digest: Digest::new(), room: Room::default() };
    let mut command = Vec::new();
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
        if let Err(line) = module.add_object(object, &mut command)? {
            messages.push(messages::malformed_source_line(&line));
            return Ok(None);
        }
    }
    Ok(Some(module.digest.digits()))
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

/// A module, as far as its sources are read.
struct Module<'a> {
    surroundings: Surroundings<'a>,
    commands: &'a mut CommandFiles,
    digest: Digest,
    room: Room,
}

impl Module<'_> {
    /// Adds the sources of one object: the one its `.cmd` file names, and the headers beside it.
    /// There is room for that file in `command`.
    fn add_object(
        &mut self,
        object: &[u8],
        command: &mut Vec<u8>,
    ) -> Result<Result<(), MalformedLine>, Fatal> {
        let Surroundings { files, release, .. } = self.surroundings;
        let path = paths::command_file(object);
        files.read_into(&path, command).map_err(|error| failure(&path, &error))?;
        self.commands.note(path, command, self.surroundings);
        let (folder, _) = paths::split(object);
        let mut are_dependencies = false;
        let text = paths::until_zero(command);
        for line in lines(text) {
            let line = match release.command_lines {
                CommandLines::AsTheyAre => line,
                CommandLines::Trimmed => line.trim_ascii_start_c(),
            };
            if line.starts_with(b"source_") {
                let Some(blank) = memchr::memrchr(b' ', line) else {
                    return Ok(Err(line.to_vec()));
                };
                let path = &line[blank + 1..];
                let text = self.room.significant(path, files);
                self.digest.update(text.map_err(|error| failure(path, &error))?);
            } else if line.starts_with(b"deps_") {
                are_dependencies = true;
            } else if are_dependencies {
                // The list goes on as long as its lines do.
                if !line.ends_with(b"\\") {
                    break;
                }
                self.add_header(line, folder)?;
            }
        }
        Ok(Ok(()))
    }

    /// Adds a header that a line of dependencies begins with, if it is in this folder.
    fn add_header(&mut self, line: &[u8], folder: &[u8]) -> Result<(), Fatal> {
        let Surroundings { files, headers, .. } = self.surroundings;
        let end = line.iter().position(is_space).unwrap_or(line.len());
        let path = &line[..end];
        if is_beside(path, folder) {
            let text = headers.significant(path, files, &mut self.room);
            self.digest.update(text.map_err(|error| failure(path, &error))?);
        }
        Ok(())
    }
}

/// The lines of a text, without their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    ends.map(move |end| {
        let line = &text[start..end];
        start = end + 1;
        line
    })
}
