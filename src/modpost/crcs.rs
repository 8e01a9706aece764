//! The CRCs of a module's exports, from the `.cmd` files of its objects.

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::command_files::CommandFiles;
use super::messages;
use super::paths;
use super::reader::Reader;
use super::text::Fatal;
use crate::formats::symver_line;

/// Gives each export of the module the CRC that the `.cmd` file of one of its objects has for it. Of some
/// files `commands` know that already.
///
/// # Errors
/// A file is missing.
pub(super) fn set(reader: &mut Reader<'_>, commands: &CommandFiles) -> Result<(), Fatal> {
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
    let objects = reader.surroundings.files.read(&list);
    let objects = objects.map_err(|error| Fatal(messages::file_failure(&list, &error.0)))?;
    let objects = paths::until_zero(&objects).split(|&byte| byte == b'\n');
    // Upstream looks no further than to the first empty line.
    let objects: Vec<&[u8]> = objects.take_while(|object| !object.is_empty()).collect();
    let found = found(reader, commands, &objects);
    for found in found {
        match found {
            Found::Crcs(crcs) => {
                for (index, crc) in crcs {
                    reader.module.exports[index].crc = Some(crc);
                }
            }
            Found::LongPath(beginning) => reader.say(messages::path_too_long(&beginning)),
            Found::Failure(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// What the `.cmd` file of an object says.
enum Found {
    /// CRCs of the module's exports, by their places. Those of other symbols are left out.
    Crcs(Vec<(usize, u32)>),
    /// Its path is too long: what of it fits.
    LongPath(Vec<u8>),
    /// It cannot be read.
    Failure(Fatal),
}

/// What the `.cmd` files of these objects say, in their order: those of the kernel are thousands.
fn found(reader: &Reader<'_>, commands: &CommandFiles, objects: &[&[u8]]) -> Vec<Found> {
    let (module, surroundings) = (&reader.module, reader.surroundings);
    // Of two exports with one name the later counts, for it is found first.
    let by_name: IndexMap<&[u8], usize, FxBuildHasher> =
        module.exports.iter().enumerate().map(|(index, e)| (module.text(e.name), index)).collect();
    let place = |name: &[u8]| by_name.get(name.strip_prefix(b".").unwrap_or(name)).copied();
    let find = |room: &mut Vec<u8>, object: &&[u8]| {
        let path = paths::command_file_of_crcs(object, surroundings.release.lto_objects);
        let path = match paths::fitting(path) {
            Ok(path) => path,
            Err(beginning) => return Found::LongPath(beginning),
        };
        if let Some(crcs) = commands.crcs_of(&path) {
            let crcs = crcs.iter().filter_map(|(name, crc)| Some((place(name)?, *crc)));
            return Found::Crcs(crcs.collect());
        }
        if let Err(error) = surroundings.files.read_into(&path, room) {
            return Found::Failure(Fatal(messages::file_failure(&path, &error.0)));
        }
        if by_name.is_empty() {
            return Found::Crcs(Vec::new());
        }
        let lines = symver_line::read(room);
        let crcs = lines.iter().filter_map(|line| Some((place(line.name)?, line.crc)));
        Found::Crcs(crcs.collect())
    };
    objects.par_iter().with_min_len(FEW).map_init(Vec::new, find).collect()
}

/// So many files are read by one thread: fewer are not worth asking another one.
const FEW: usize = 32;
