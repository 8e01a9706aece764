//! Types, from `.symtypes` files, records, consolidated files, and objects.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::dwarf::{self, Object};
use super::error::{Cause, Result};
use super::files;
use super::limits::Limits;
use super::progress::Progress;
use super::unpack;
use crate::corpus::{BadLine, Corpus, FileText, ReadError, Types};
use crate::formats::abi_record::UNKNOWN_MODEL;
use crate::layout::data_model::{DataModel, data_model};

/// Which files the types of a release are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `.symtypes`.
    Symtypes,
    /// Records: `.abi`.
    Records,
}

impl Form {
    /// The form that releases are compared in: records if all have them, since what only one side
    /// tells is no difference.
    pub(super) fn of<'a>(mut sides: impl Iterator<Item = &'a TypesIn>) -> Form {
        let has_records = |it: &TypesIn| match it {
            TypesIn::Files { records, .. } => !records.is_empty(),
            TypesIn::File(form, ..) => *form == Form::Records,
            TypesIn::Nothing | TypesIn::Consolidated(..) | TypesIn::Objects(_) => false,
        };
        if sides.all(has_records) { Form::Records } else { Form::Symtypes }
    }
}

/// Where a release has its types.
#[derive(Default)]
pub(super) enum TypesIn {
    /// Nowhere.
    #[default]
    Nothing,
    /// In files: those of an object may be in both forms.
    Files {
        /// They are called after their paths from here.
        top: PathBuf,
        symtypes: Vec<PathBuf>,
        /// Records of genksyms, which have more in them than a CRC has.
        records: Vec<PathBuf>,
    },
    /// In the single file at this path, which has this content: it may not be there to be read again.
    File(Form, PathBuf, Vec<u8>),
    /// In the text of this file, all of them.
    Consolidated(PathBuf, Vec<u8>),
    /// In the debugging information of these objects, as far as they have any.
    Objects(Vec<Object>),
}

impl TypesIn {
    /// Reads the types, and shows the progress; none if there are none in this form.
    pub(super) fn read(
        self,
        limits: Limits,
        form: Form,
        types: &mut Types,
        progress: &Progress,
    ) -> Result<Option<Corpus>> {
        let (top, files) = match (self, form) {
            (TypesIn::Nothing, _) => return Ok(None),
            (TypesIn::Objects(objects), Form::Symtypes) => {
                return dwarf::of_exports(objects, types, progress);
            }
            (TypesIn::Objects(_), Form::Records) => return Ok(None),
            (TypesIn::File(of, ..), _) if of != form => return Ok(None),
            (TypesIn::File(_, path, content), _) => {
                let read = |_: usize, text: &mut FileText| add(&path, &content, form, text);
                let paths = [path.clone()];
                return read_files(Path::new(""), &paths, form, types, read).map(Some);
            }
            (TypesIn::Consolidated(path, text), _) => {
                return consolidated(&path, &text, types).map(Some);
            }
            (TypesIn::Files { top, symtypes, .. }, Form::Symtypes) => (top, symtypes),
            (TypesIn::Files { top, records, .. }, Form::Records) => (top, records),
        };
        if files.is_empty() {
            return Ok(None);
        }
        progress.expect(files.len());
        let read = |file: usize, text: &mut FileText| {
            read_file(&files[file], limits, form, text)?;
            progress.step();
            Ok(())
        };
        read_files(&top, &files, form, types, read).map(Some)
    }
}

fn consolidated(path: &Path, text: &[u8], types: &mut Types) -> Result<Corpus> {
    Corpus::read_consolidated(types, text)
        .map_err(|bad| Cause::Line(bad.line, bad.what.sentence(), bad.text).at(path))
}

fn read_files(
    top: &Path,
    files: &[PathBuf],
    form: Form,
    types: &mut Types,
    read: impl Fn(usize, &mut FileText) -> Result<()> + Sync,
) -> Result<Corpus> {
    let name = |file: &PathBuf| {
        let inside = file.strip_prefix(top).unwrap_or(file);
        inside.with_extension("").as_os_str().as_bytes().to_owned()
    };
    let damaged =
        |bad: BadLine| Cause::Line(bad.line, bad.damage.sentence(), bad.text).at(&files[bad.file]);
    let corpus = Corpus::read(types, files.iter().map(name).collect(), read);
    let mut corpus = corpus.map_err(|error| match error {
        ReadError::File(_, error) => error,
        ReadError::Line(bad) => damaged(bad),
    })?;
    if form == Form::Symtypes {
        corpus.check_files(types).map_err(damaged)?;
    }
    corpus.have_attributes = form == Form::Records;
    Ok(corpus)
}

/// Reads a file that was found.
fn read_file(path: &Path, limits: Limits, form: Form, text: &mut FileText) -> Result<()> {
    let most = limits.alone();
    match form {
        Form::Symtypes => {
            files::append(path, most, &mut text.lines).map_err(Cause::io(path))?;
            if unpack::is_compressed(&text.lines) {
                let unpacked = unpack::unpack(&text.lines, most, limits);
                text.lines = unpacked.map_err(Cause::packed(path))?.into_owned();
            }
            Ok(())
        }
        Form::Records => {
            let record = files::read_found(path, most).map_err(Cause::io(path))?;
            let record = unpack::unpack(&record, most, limits).map_err(Cause::packed(path))?;
            add(path, &record, form, text)
        }
    }
}

/// Adds what is in a file: its lines, and of a record where they are declared, and the data model.
fn add(path: &Path, content: &[u8], form: Form, text: &mut FileText) -> Result<()> {
    match form {
        Form::Symtypes => {
            text.lines.extend_from_slice(content);
            Ok(())
        }
        Form::Records => {
            let models = text.add_record(content);
            let models = models.map_err(|bad| Cause::Record(bad).at(path))?;
            text.model = recorded_model(path, &models)?;
            Ok(())
        }
    }
}

/// The data model that a record names.
fn recorded_model(path: &Path, models: &[&[u8]]) -> Result<Option<&'static DataModel>> {
    let known = models.iter().filter(|model| **model != UNKNOWN_MODEL.as_bytes());
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    match known.copied().collect::<Vec<&[u8]>>()[..] {
        [] => Ok(None),
        [name] => match data_model(name) {
            Some(model) => Ok(Some(model)),
            None => Err(Cause::DataModel(text(name)).at(path)),
        },
        [one, other, ..] => Err(Cause::DataModels([text(one), text(other)]).at(path)),
    }
}
