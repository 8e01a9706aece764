//! What a release is given as, told by its content: a directory with `.symtypes` files and a
//! `Module.symvers`, or one such file, also a consolidated one.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::progress::Progress;
use crate::abi_diff::{Corpus, CorpusError, Exports, ExportsError, Release, Types};
use crate::cli::files::reason;
use crate::formats::consolidated::is_consolidated;

/// A message for the user, of bytes since it names paths.
pub(in crate::cli) type Result<T> = std::result::Result<T, Vec<u8>>;

/// `reason`, said of `path`.
pub(in crate::cli) fn said_of(path: &Path, reason: &str) -> Vec<u8> {
    [path.as_os_str().as_bytes(), b": ", reason.as_bytes()].concat()
}

pub(in crate::cli) fn io_error(path: &Path, error: &io::Error) -> Vec<u8> {
    said_of(path, &reason(error).0)
}

/// Reads the release at `path`.
pub(in crate::cli) fn read_quietly(path: &Path, types: &mut Types) -> Result<Release> {
    read(path, types, &Progress::new(false))
}

/// Reads the release at `path`, and tells how far it has come.
pub(super) fn read(path: &Path, types: &mut Types, progress: &Progress) -> Result<Release> {
    let metadata = fs::metadata(path).map_err(|error| io_error(path, &error))?;
    let title = path.as_os_str().as_bytes().to_owned();
    if metadata.is_dir() {
        return read_directory(path, title, types, progress);
    }
    let text = fs::read(path).map_err(|error| io_error(path, &error))?;
    if text.starts_with(b"0x") {
        let exports = Some(read_exports(path, &text)?);
        return Ok(Release { title, exports, corpus: None });
    }
    if is_consolidated(&text) {
        let corpus = Corpus::read_consolidated(types, &text).map_err(|trouble| {
            let place = format!(":{}: ", trouble.line);
            let text = &trouble.text[..trouble.text.len().min(80)];
            let what = trouble.what.sentence();
            [path.as_os_str().as_bytes(), place.as_bytes(), &what, b": ", text].concat()
        })?;
        return Ok(Release { title, exports: None, corpus: Some(corpus) });
    }
    let corpus = Some(read_corpus(Path::new(""), vec![path.to_owned()], types, progress)?);
    Ok(Release { title, exports: None, corpus })
}

/// Reads a directory: all `.symtypes` in it, and its `Module.symvers`.
fn read_directory(
    path: &Path,
    title: Vec<u8>,
    types: &mut Types,
    progress: &Progress,
) -> Result<Release> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            match error.io_error() {
                Some(error) => io_error(&place, error),
                None => said_of(&place, "the directory contains itself"),
            }
        })?;
        let is_types = entry.path().extension().is_some_and(|ending| ending == "symtypes");
        if is_types && entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    let dump = path.join("Module.symvers");
    let exports = match fs::read(&dump) {
        Ok(text) => Some(read_exports(&dump, &text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(io_error(&dump, &error)),
    };
    if files.is_empty() && exports.is_none() {
        return Err(said_of(path, "there is neither a Module.symvers nor a .symtypes file in it"));
    }
    let corpus =
        if files.is_empty() { None } else { Some(read_corpus(path, files, types, progress)?) };
    Ok(Release { title, exports, corpus })
}

/// Reads a `Module.symvers`.
pub(in crate::cli) fn read_symvers(path: &Path) -> Result<Exports> {
    let text = fs::read(path).map_err(|error| io_error(path, &error))?;
    read_exports(path, &text)
}

fn read_exports(path: &Path, text: &[u8]) -> Result<Exports> {
    Exports::read(text).map_err(|error| match error {
        ExportsError::Line(bad) => {
            [path.as_os_str().as_bytes(), b":", bad.to_string().as_bytes()].concat()
        }
        ExportsError::Twice(symbol, first, line) => {
            let place = format!(":{line}: ");
            let other = format!(" has another CRC in line {first}");
            [path.as_os_str().as_bytes(), place.as_bytes(), &symbol, other.as_bytes()].concat()
        }
    })
}

fn read_corpus(
    top: &Path,
    files: Vec<PathBuf>,
    types: &mut Types,
    progress: &Progress,
) -> Result<Corpus> {
    progress.expect(files.len());
    let names = files
        .iter()
        .map(|file| {
            let inside = file.strip_prefix(top).unwrap_or(file);
            inside.with_extension("").into_os_string().as_bytes().to_owned()
        })
        .collect();
    let read = |file: usize, buffer: &mut Vec<u8>| {
        File::open(&files[file])?.read_to_end(buffer)?;
        progress.step();
        Ok(())
    };
    Corpus::read(types, names, read).map_err(|error| match error {
        CorpusError::File(file, error) => io_error(&files[file], &error),
        CorpusError::Line(bad) => {
            let place = format!(":{}: this is no line of a .symtypes file: ", bad.line);
            let file = files[bad.file].as_os_str().as_bytes();
            [file, place.as_bytes(), &bad.text[..bad.text.len().min(80)]].concat()
        }
    })
}
