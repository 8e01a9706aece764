//! The ABI record of a run (docs/abi-record.md): where it is written, and the data model in it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::cli::drop_in::bytes;
use crate::cli::{Environment, files};
use crate::formats::abi_record::UNKNOWN_MODEL;
use crate::layout::data_model::DATA_MODELS;

/// The link to the file that is standard output.
const STDOUT: &str = "/proc/self/fd/1";

/// The data model that `--arch` names; a message if there is none of that name.
pub(super) fn data_model(name: &OsStr) -> Result<&'static str, String> {
    let known = DATA_MODELS.iter().map(|model| model.name).chain([UNKNOWN_MODEL]);
    known.clone().find(|model| *model == name).ok_or_else(|| {
        let known: Vec<&str> = known.collect();
        format!("--arch: {} is not one of {}", name.to_string_lossy(), known.join(", "))
    })
}

/// The data model of the machine that Kbuild compiles for.
pub(super) fn data_model_of(environment: &Environment) -> &'static str {
    let machine = environment.machine.as_deref().unwrap_or_default();
    let model = DATA_MODELS.iter().find(|model| *model.uts_machine == *machine);
    model.map_or(UNKNOWN_MODEL, |model| model.name)
}

/// Where Kbuild's object is, as the record's name: `lib/sort.abi`. None if that cannot be seen.
///
/// A `-T` file has the object's name. Without one, standard output has it: since 5.19, Kbuild
/// appends the CRCs to the object's `.cmd` file, also those of an assembler file, whose source is a
/// pipe.
pub(super) fn beside_object(types_name: Option<&OsStr>) -> Option<PathBuf> {
    let stem = types_name.and_then(|name| bytes(name).strip_suffix(b".symtypes"));
    if let Some(stem) = stem {
        return Some(record_of(stem));
    }
    let commands = fs::read_link(STDOUT).ok()?;
    let object = bytes(commands.file_name()?).strip_prefix(b".")?.strip_suffix(b".o.cmd")?;
    Some(commands.with_file_name(record_of(object)))
}

/// The name of the record of an object whose ending is left out.
fn record_of(object: &[u8]) -> PathBuf {
    OsString::from_vec([object, b".abi"].concat()).into()
}

/// Writes the record, whole or not at all. The error is a message.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), String> {
    files::write_whole(path, text).map_err(|error| {
        let path = path.as_os_str().as_bytes().escape_ascii();
        format!("{path}: cannot write the ABI record: {}", error.0)
    })
}
