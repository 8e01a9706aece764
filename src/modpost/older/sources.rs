//! `srcversion` before 5.8: what is missing gets a warning, and the lines of all files are read as
//! those of dumps are.

use super::{lines, messages as texts};
use crate::modpost::files::{FileError, Files};
use crate::modpost::md4::{DIGITS, Digest};
use crate::modpost::messages::{self, Message};
use crate::modpost::object_facts::Surroundings;
use crate::modpost::paths;
use crate::modpost::significant::Room;
use crate::modpost::source_text::{is_beside, is_space};
use crate::release::SourceList;

/// The digest of the module `name` of the object at `path`; `None` if there is no list of its
/// objects, or if `messages` then says what else is missing.
pub(in crate::modpost) fn digest(
    path: &[u8],
    name: &[u8],
    surroundings: Surroundings<'_>,
    messages: &mut Vec<Message>,
) -> Option<[u8; DIGITS]> {
    let files = surroundings.files;
    let is_in_folder = surroundings.release.source_list == SourceList::SecondLine;
    let list = match (is_in_folder, surroundings.module_lists) {
        (true, []) => [b"./", paths::base_name(name), b".mod"].concat(),
        (true, folder) => [folder, b"/", paths::base_name(name), b".mod"].concat(),
        (false, _) => [name, b".mod"].concat(),
    };
    let text = read(files, &list).ok()?;
    let mut rest = paths::until_zero(&text);
    if is_in_folder {
        let Some(end) = memchr::memchr(b'\n', rest) else {
            messages.push(texts::source_list_of_one_line(path));
            return None;
        };
        rest = &rest[end + 1..];
    }
    let Some(end) = memchr::memchr(b'\n', rest) else {
        messages.push(texts::bad_source_list(path));
        return None;
    };
    let (mut digest, mut room) = (Digest::new(), Room::default());
    for object in rest[..end].split(|&byte| byte == b' ') {
        // Libraries have no sources of their own.
        if object.is_empty() || object.ends_with(b".a") {
            continue;
        }
        if let Err(message) = add_object(object, files, &mut digest, &mut room) {
            messages.push(message);
            return None;
        }
    }
    Some(digest.digits())
}

/// The bytes of a file, which must have some.
fn read(files: &dyn Files, path: &[u8]) -> Result<Vec<u8>, FileError> {
    let file = files.map(path)?;
    Ok(file.bytes[..file.size].to_vec())
}

/// Adds the sources of one object: the one its `.cmd` file names, and the headers beside it.
fn add_object(
    object: &[u8],
    files: &dyn Files,
    digest: &mut Digest,
    room: &mut Room,
) -> Result<(), Message> {
    let path = paths::command_file(object);
    let command = read(files, &path).map_err(|_| texts::no_command_file(&path, object))?;
    let mut add_source = |path: &[u8]| {
        let file = files.map(path).map_err(|error| texts::no_source(path, &error.0))?;
        digest.update(room.significant_of_all(&file.bytes[..file.size]));
        Ok(())
    };
    let (folder, _) = paths::split(object);
    let mut are_dependencies = false;
    for line in lines::of(&command) {
        if line.starts_with(b"source_") {
            let blank = memchr::memrchr(b' ', line);
            let blank = blank.ok_or_else(|| messages::malformed_source_line(line))?;
            add_source(&line[blank + 1..])?;
        } else if line.starts_with(b"deps_") {
            are_dependencies = true;
        } else if are_dependencies {
            // The list goes on as long as its lines do.
            if !line.ends_with(b"\\") {
                break;
            }
            let end = line.iter().position(is_space).unwrap_or(line.len());
            if is_beside(&line[..end], folder) {
                add_source(&line[..end])?;
            }
        }
    }
    Ok(())
}
