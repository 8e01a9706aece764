//! The CRCs of a module's exports, from the `.cmd` files of its objects.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::messages;
use super::object_facts::ModuleFacts;
use super::paths;
use super::reader::Reader;
use super::text::Fatal;
use crate::formats::symver_line;

/// Gives each export of the module the CRC that the `.cmd` file of one of its objects has for it.
///
/// # Errors
/// A file is missing.
pub(super) fn set(reader: &mut Reader<'_>) -> Result<(), Fatal> {
    let list = if reader.module.is_vmlinux {
        Ok(b".vmlinux.objs".to_vec())
    } else {
        paths::fitting([&reader.module.name[..], b".mod"].concat())
    };
    let list = match list {
        Ok(list) => list,
        Err(beginning) => {
            reader.say(messages::path_too_long(&beginning));
            return Ok(());
        }
    };
    let objects = read(reader, &list)?;
    let objects = paths::until_zero(&objects).split(|&byte| byte == b'\n');
    let lto = reader.surroundings.release.lto_objects;
    // Upstream looks no further than to the first empty line.
    for object in objects.take_while(|object| !object.is_empty()) {
        match paths::fitting(paths::command_file_of_crcs(object, lto)) {
            Ok(command) => {
                let text = read(reader, &command)?;
                set_from(&mut reader.module, &text);
            }
            Err(beginning) => reader.say(messages::path_too_long(&beginning)),
        }
    }
    Ok(())
}

fn read(reader: &Reader<'_>, path: &[u8]) -> Result<Vec<u8>, Fatal> {
    let failure = |error: super::files::FileError| Fatal(messages::file_failure(path, &error.0));
    reader.surroundings.files.read(path).map_err(failure)
}

/// Takes the CRCs from one `.cmd` file. Those of symbols that the module does not export are left.
fn set_from(module: &mut ModuleFacts, command: &[u8]) {
    if module.exports.is_empty() {
        return;
    }
    let lines = symver_line::read(command);
    if lines.is_empty() {
        return;
    }
    // Of two exports with one name the later counts, for it is found first.
    let by_name: IndexMap<&[u8], usize, FxBuildHasher> =
        module.exports.iter().enumerate().map(|(index, e)| (module.text(e.name), index)).collect();
    let found: Vec<(usize, u32)> = lines
        .iter()
        .filter_map(|line| {
            let name = line.name.strip_prefix(b".").unwrap_or(line.name);
            by_name.get(name).map(|&index| (index, line.crc))
        })
        .collect();
    for (index, crc) in found {
        module.exports[index].crc = Some(crc);
    }
}
