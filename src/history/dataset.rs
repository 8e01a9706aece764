//! A data set that is open: its parts, and the rows of their tables that a question needs.

use std::fmt;
use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::place::Place;
use super::schema::{
    NOTE_BASE, NOTE_BASE_DIGEST, NOTE_BASE_ROWS, NOTE_COVER, NOTE_DIGEST, NOTE_OWN_ROWS,
    NOTE_VERSION, TableName, VERSION,
};
use crate::parquet::{Source, Table};

/// Where the files of a data set are.
pub trait Folder: Sync {
    /// The bytes of one.
    type File: Source + Send + Sync;

    /// Opens the file of this path in the data set; none if it is not there.
    ///
    /// # Errors
    /// It is there, and cannot be opened: why.
    fn open(&self, path: &str) -> std::result::Result<Option<Self::File>, String>;
}

/// What is wrong with a file of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The file, from the data set on.
    pub file: String,
    /// What is wrong, without a full stop.
    pub what: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.file, self.what)
    }
}

/// What comes of reading a part.
pub type Result<T> = std::result::Result<T, Trouble>;

/// What was found in the bases of parts, by [`Open::base_key`].
pub(super) type ByBase<T> = IndexMap<String, Result<T>, BuildHasherDefault<FxHasher>>;

/// A data set.
pub struct Dataset<'f, F> {
    folder: &'f F,
    /// The kernels that it has, in order.
    pub places: Vec<Place>,
}

/// A table, and what it says of the rows that others refer to.
pub(super) struct Open<S> {
    pub(super) table: Table<S>,
    file: String,
    /// The base: its release, and the digest of what is known of it.
    pub(super) base: Option<(String, String)>,
    /// How many rows of the base come before its own.
    pub(super) base_rows: u64,
    /// How many own rows there are.
    pub(super) own_rows: u64,
    /// What exports cover.
    pub(super) cover: Option<String>,
    /// The digest of what is known of the kernel.
    pub(super) digest: String,
}

impl<S: Source> Open<S> {
    /// What the base of a part is called, if it has one: with its digest, since bases may differ that have
    /// one name.
    pub(super) fn base_key(&self, place: &Place) -> Option<String> {
        let (release, digest) = self.base.as_ref()?;
        let base = Place { release: release.clone(), ..place.clone() };
        Some(format!("{} {digest}", base.path().ok()?))
    }

    /// The same error, about this table.
    pub(super) fn trouble(&self, fault: crate::parquet::Fault) -> Trouble {
        Trouble { file: self.file.clone(), what: fault.to_string() }
    }

    /// The numbers of a column in a row group.
    pub(super) fn numbers(&self, group: usize, column: usize) -> Result<Vec<Option<u64>>> {
        self.table.numbers(group, column).map_err(|fault| self.trouble(fault))
    }

    /// The texts of a column in a row group.
    pub(super) fn texts(&self, group: usize, column: usize) -> Result<Vec<Option<String>>> {
        self.table.texts(group, column).map_err(|fault| self.trouble(fault))
    }

    /// The numbers of a column that has one in each row.
    pub(super) fn all_numbers(&self, group: usize, column: usize) -> Result<Vec<u64>> {
        let numbers = self.numbers(group, column)?;
        Ok(numbers.into_iter().flatten().collect())
    }

    /// The texts of a column that has one in each row.
    pub(super) fn all_texts(&self, group: usize, column: usize) -> Result<Vec<String>> {
        let texts = self.texts(group, column)?;
        Ok(texts.into_iter().flatten().collect())
    }
}

impl<'f, F: Folder> Dataset<'f, F> {
    /// A data set in this folder with these parts.
    pub fn new(folder: &'f F, mut places: Vec<Place>) -> Self {
        places.sort_by(Place::order);
        Self { folder, places }
    }

    /// Takes up a part that was written.
    pub fn add(&mut self, place: Place) {
        if !self.places.contains(&place) {
            self.places.push(place);
            self.places.sort_by(Place::order);
        }
    }

    /// Opens a table of a part; none if the part has no such table.
    pub(super) fn open(&self, place: &Place, name: TableName) -> Result<Option<Open<F::File>>> {
        let path = place.path().map_err(|what| Trouble { file: place.title(), what })?;
        let file = format!("{path}/{}", name.file());
        let trouble = |what: &str| Trouble { file: file.clone(), what: what.to_owned() };
        let source = self.folder.open(&file).map_err(|what| trouble(&what))?;
        let Some(source) = source else { return Ok(None) };
        let table = Table::open(source, name.columns());
        let table = table.map_err(|fault| trouble(&fault.to_string()))?;
        let damaged = || trouble("damaged: its notes");
        let number = |key: &str| table.note(key).and_then(|it| it.parse::<u64>().ok());
        match number(NOTE_VERSION) {
            None => return Err(trouble("it is no part of a history")),
            Some(version) if version > u64::from(VERSION) => {
                return Err(trouble(&format!(
                    "its schema has the version {version}, and this program knows {VERSION} at most: \
                     a newer one wrote it"
                )));
            }
            Some(_) => {}
        }
        let note = |key: &str| table.note(key).map(str::to_owned);
        let base = match note(NOTE_BASE) {
            Some(release) => Some((release, note(NOTE_BASE_DIGEST).ok_or_else(damaged)?)),
            None => None,
        };
        // A row's number takes 32 bits.
        let rows = |key| number(key).filter(|rows| u32::try_from(*rows).is_ok());
        let own_rows = rows(NOTE_OWN_ROWS).ok_or_else(damaged)?;
        let base_rows = match base {
            Some(_) => rows(NOTE_BASE_ROWS).ok_or_else(damaged)?,
            None => 0,
        };
        let digest = note(NOTE_DIGEST).ok_or_else(damaged)?;
        Ok(Some(Open { base, base_rows, own_rows, cover: note(NOTE_COVER), digest, table, file }))
    }

    /// Opens a table that a part must have.
    pub(super) fn open_own(&self, place: &Place, name: TableName) -> Result<Open<F::File>> {
        self.open(place, name)?.ok_or_else(|| {
            let path = place.path().unwrap_or_default();
            let what = "it is missing: the part is not whole".to_owned();
            Trouble { file: format!("{path}/{}", name.file()), what }
        })
    }

    /// Opens a table of all these parts; none where the part has no such table.
    pub(super) fn open_all(
        &self,
        places: &[Place],
        name: TableName,
    ) -> Vec<Result<Option<Open<F::File>>>> {
        places.par_iter().map(|place| self.open(place, name)).collect()
    }

    /// What `read` finds in the bases of these parts, each read once for all that build on it.
    pub(super) fn in_bases<T: Default + Send>(
        &self,
        places: &[Place],
        tables: &[Result<Option<Open<F::File>>>],
        name: TableName,
        read: impl Fn(&Place, &Open<F::File>) -> Result<T> + Sync,
    ) -> ByBase<T> {
        let mut first: IndexMap<String, _, BuildHasherDefault<FxHasher>> = IndexMap::default();
        for (place, table) in places.iter().zip(tables) {
            if let Ok(Some(table)) = table
                && let Some(key) = table.base_key(place)
            {
                first.entry(key).or_insert((place, table));
            }
        }
        let first: Vec<_> = first.into_iter().collect();
        let found = |(key, (place, table)): &(String, (&Place, &Open<F::File>))| {
            let found = self.base_of(place, table, name).and_then(|base| match base {
                Some((place, base)) => read(&place, &base),
                None => Ok(T::default()),
            });
            (key.clone(), found)
        };
        first.par_iter().map(found).collect::<Vec<_>>().into_iter().collect()
    }

    /// The part that another builds on.
    ///
    /// # Errors
    /// It is not there, or another one than it was.
    pub(super) fn base_of(
        &self,
        place: &Place,
        open: &Open<F::File>,
        name: TableName,
    ) -> Result<Option<(Place, Open<F::File>)>> {
        let Some((release, digest)) = &open.base else { return Ok(None) };
        let base = Place { release: release.clone(), ..place.clone() };
        if open.base_rows == 0 {
            return Ok(None);
        }
        let table = self.open_own(&base, name).map_err(|trouble| Trouble {
            what: format!("{}; {} builds on it", trouble.what, place.release),
            ..trouble
        })?;
        match table.digest == *digest && table.own_rows == open.base_rows {
            true => Ok(Some((base, table))),
            false => Err(Trouble {
                what: format!("it is not what it was when {} was built on it", place.release),
                file: table.file,
            }),
        }
    }
}
