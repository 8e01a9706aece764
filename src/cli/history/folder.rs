//! The files of a data set: found, read a few bytes at a time, and written so that a part is there whole or
//! not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::exit::{Failure, Result};
use crate::cli::files::beside;
use crate::history::{Files, Folder, Place};
use crate::inputs::files::reason;
use crate::parquet::Source;

/// A data set's folder.
pub(super) struct DataFolder {
    path: PathBuf,
}

/// A file of it, which is opened where something of it is read: there may be more files than may be open.
pub(super) struct DataFile {
    path: PathBuf,
    length: u64,
}

impl Source for DataFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, start: u64, length: usize) -> std::result::Result<Vec<u8>, String> {
        let mut bytes = vec![0; length];
        let read = File::open(&self.path).and_then(|file| file.read_exact_at(&mut bytes, start));
        read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => "it became shorter while it was read".to_owned(),
            _ => reason(&error),
        })?;
        Ok(bytes)
    }
}

impl Folder for DataFolder {
    type File = DataFile;

    fn open(&self, path: &str) -> std::result::Result<Option<DataFile>, String> {
        let path = self.path.join(path);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => {
                Ok(Some(DataFile { path, length: metadata.len() }))
            }
            Ok(_) => Err("it is no regular file".to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(reason(&error)),
        }
    }
}

/// How the name of a folder begins that is being written. (No pattern for a part's folder fits it.)
const BEGINS: &str = ".tmp_part-";

/// How old a folder must be for nobody to write to it any more.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

impl DataFolder {
    /// The data set in this folder, which must be one.
    pub(super) fn existing(path: &Path) -> Result<(DataFolder, Vec<Place>)> {
        let folder = DataFolder { path: path.to_owned() };
        let places = folder.places()?;
        match places.is_empty() {
            true => Err(Failure::of(
                path,
                "there are no kernels in it: `modversions history add` makes a data set",
            )),
            false => Ok((folder, places)),
        }
    }

    /// The data set in this folder, which is made if it is not there.
    pub(super) fn made(path: &Path) -> Result<(DataFolder, Vec<Place>)> {
        fs::create_dir_all(path).map_err(Failure::from_io(path))?;
        let folder = DataFolder { path: path.to_owned() };
        let places = folder.places()?;
        let is_other = |name: &str| !name.starts_with(BEGINS) && Place::value(0, name).is_none();
        if places.is_empty() && names(path)?.iter().any(|name| is_other(name)) {
            let words =
                "it has other files and no kernels: a data set is made in a folder of its own";
            return Err(Failure::of(path, words));
        }
        folder.remove_abandoned();
        Ok((folder, places))
    }

    /// The kernels that it has.
    pub(super) fn places(&self) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        for distribution in self.values(0, "")? {
            let path = format!("distribution={distribution}");
            for architecture in self.values(1, &path)? {
                let path = format!("{path}/architecture={architecture}");
                for series in self.values(2, &path)? {
                    let path = format!("{path}/series={series}");
                    places.extend(self.values(3, &path)?.into_iter().map(|release| Place {
                        distribution: distribution.clone(),
                        architecture: architecture.clone(),
                        series: series.clone(),
                        release,
                    }));
                }
            }
        }
        Ok(places)
    }

    /// The values that the folders below a path are named after.
    fn values(&self, depth: usize, path: &str) -> Result<Vec<String>> {
        let names = names(&self.path.join(path))?;
        Ok(names.iter().filter_map(|name| Place::value(depth, name)).map(str::to_owned).collect())
    }

    /// Writes a part; false if one is there already.
    pub(super) fn write(&self, place: &Place, files: &Files) -> Result<bool> {
        let path = place.path().map_err(|words| Failure(words.into_bytes()))?;
        let path = self.path.join(path);
        let above = path.parent().unwrap_or(&self.path);
        fs::create_dir_all(above).map_err(Failure::from_io(above))?;
        let create = |staged: &Path| fs::create_dir(staged);
        let ((), staged) =
            beside(&self.path.join("part"), create).map_err(Failure::from_io(&self.path))?;
        let staged = Staged(staged);
        for (table, content) in files {
            let file = staged.0.join(table.file());
            // What is renamed must be on the disk before.
            let written = File::create(&file).and_then(|mut it| {
                it.write_all(content)?;
                it.sync_all()
            });
            written.map_err(Failure::from_io(&path.join(table.file())))?;
        }
        match fs::rename(&staged.0, &path) {
            Ok(()) => {
                let sync = |folder: &Path| File::open(folder)?.sync_all();
                // It is there; only a crash of the system may lose it.
                let _: io::Result<()> = sync(above);
                Ok(true)
            }
            // A folder takes the place of an empty one only.
            Err(error) if path.is_dir() && is_there(&error) => Ok(false),
            Err(error) => Err(Failure::of_io(&path, &error)),
        }
    }

    /// Removes what runs have left behind that were killed long ago. Whatever cannot be removed stays.
    fn remove_abandoned(&self) {
        let is_old = |path: &Path| {
            let age = fs::metadata(path).and_then(|it| it.modified());
            age.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ABANDONED))
        };
        let names = names(&self.path).unwrap_or_default();
        let staged = names.iter().filter(|name| name.starts_with(BEGINS));
        for path in staged.map(|name| self.path.join(name)).filter(|path| is_old(path)) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// A folder that goes away unless it was renamed.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // It is not there any more if all went well.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn is_there(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists)
}

/// The names in a folder that are UTF-8, sorted.
fn names(path: &Path) -> Result<Vec<String>> {
    let read = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    };
    read().map_err(Failure::from_io(path))
}
