//! The types in the debugging information of an object: a module, a linked kernel, or a single file's.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::Cause;
use super::given::{Given, Kind};
use super::limits::{Account, Limits};
use super::progress::Progress;
use crate::corpus::{Corpus, FileText, ReadError as Unread, Types, TypesFile};
use crate::gendwarfksyms::{NoTypes, with_exports, with_types};
use crate::kernel::ReadError;
use crate::module::Machine;

/// What comes of reading.
type Result<T, E = super::error::Error> = std::result::Result<T, E>;

/// Reads the types that `is_wanted` by their names (`s#page`), and those that they refer to, of all objects
/// among what was given: each file that was compiled is one of the corpus. With them comes the machine.
/// None if no object has debugging information.
///
/// # Errors
/// One cannot be unpacked, or its debugging information is damaged; or they are for different machines.
pub(crate) fn of_given(
    given: &[Given],
    is_wanted: impl Fn(&[u8]) -> bool + Sync,
    types: &mut Types,
) -> Result<Option<(Corpus, Machine)>> {
    let mut files: Vec<TypesFile> = Vec::new();
    let mut first: Option<(&Path, Machine)> = None;
    let is_object = |given: &&Given| matches!(given.kind, Kind::Module | Kind::Kernel);
    for given in given.iter().filter(is_object) {
        let content = given.whole()?;
        let read = with_types(&content, |object| {
            let read =
                |unit: usize, text: &mut FileText| object.append(unit, &is_wanted, &mut text.lines);
            (Corpus::read(types, object.units(), read), object.machine)
        });
        let Some((corpus, machine)) = known(given, read)? else { continue };
        let (path, other) = *first.get_or_insert((&given.path, machine));
        if other != machine {
            let place = |path: &Path| path.as_os_str().as_bytes().to_owned();
            let places = [(place(path), other), (place(&given.path), machine)];
            return Err(Cause::Exports(ReadError::Machines(Box::new(places))).at(&given.path));
        }
        files.extend(known(given, corpus.map_err(damaged))?.map_or(Vec::new(), |it| it.files));
    }
    Ok(first.map(|(_, machine)| (Corpus::of_files(types, files).of_dwarf(), machine)))
}

/// What an object has; none if it has no debugging information. (It may be an image that boots.)
fn known<T>(given: &Given, read: Result<T, NoTypes>) -> Result<Option<T>> {
    match read {
        Ok(known) => Ok(Some(known)),
        Err(NoTypes::NoDebugInfo | NoTypes::NotReadable(_)) => Ok(None),
        Err(NoTypes::Damaged) => Err(Cause::DamagedDwarf.at(&given.path)),
    }
}

/// Why the types of an object are not there.
fn damaged(error: Unread<NoTypes>) -> NoTypes {
    match error {
        Unread::File(_, reason) => reason,
        Unread::Line(_) => NoTypes::Damaged,
    }
}

/// An object whose types are read later.
pub(super) enum Object {
    /// It is read again, since it need not be held until then.
    At(PathBuf, Limits),
    /// It cannot be read again.
    Held(Given),
}

impl Object {
    /// That this was.
    ///
    /// # Errors
    /// It has to be held, and is over a limit.
    pub(super) fn new(given: Given, account: &mut Account) -> Result<Object> {
        if fs::metadata(&given.path).is_ok_and(|it| it.is_file()) {
            return Ok(Object::At(given.path, given.limits));
        }
        let size = given.bytes().len() as u64;
        account.keep(size).map_err(Cause::over(&given.path))?;
        Ok(Object::Held(given))
    }

    fn given(self) -> Result<Given> {
        match self {
            Object::At(path, limits) => Given::file(&path, limits),
            Object::Held(given) => Ok(given),
        }
    }
}

/// What an object exports that has no table of exports, as one that is not linked yet, with the CRCs that
/// gendwarfksyms computes; nothing if it has no debugging information.
///
/// # Errors
/// It cannot be unpacked, or its debugging information is damaged.
pub(super) fn exports_of(given: &Given) -> Result<Vec<(Vec<u8>, u32)>> {
    let content = given.whole()?;
    let read = with_exports(&content, |object| {
        let mut exports = Vec::new();
        for unit in 0..object.units().len() {
            exports.extend(object.append(unit, &mut Vec::new())?);
        }
        Ok(exports)
    });
    Ok(known(given, read.and_then(|exports| exports))?.unwrap_or_default())
}

/// Reads the types that the exports of objects reach: each file that was compiled, and exports something,
/// is one of the corpus. None if no object has debugging information.
///
/// # Errors
/// One cannot be unpacked, or its debugging information is damaged.
pub(super) fn of_exports(
    objects: Vec<Object>,
    types: &mut Types,
    progress: &Progress,
) -> Result<Option<Corpus>> {
    let mut files: Vec<TypesFile> = Vec::new();
    progress.expect(objects.len());
    for object in objects {
        let given = object.given()?;
        let content = given.whole()?;
        let read = with_exports(&content, |object| {
            let read =
                |unit: usize, text: &mut FileText| object.append(unit, &mut text.lines).map(drop);
            Corpus::read(types, object.units(), read).map_err(damaged)
        });
        let corpus = known(&given, read.and_then(|corpus| corpus))?;
        files.extend(corpus.map_or(Vec::new(), |corpus| corpus.files));
        progress.step();
    }
    Ok((!files.is_empty()).then(|| Corpus::of_files(types, files).of_dwarf()))
}
