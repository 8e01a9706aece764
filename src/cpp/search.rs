//! Where headers are looked for, and the files that were found.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::host::Host;
use super::names::Id;
use super::request::Request;

/// A map whose order nothing depends on.
pub(super) type Map<K, V> = IndexMap<K, V, FxBuildHasher>;

/// Where headers are looked for, and the files that were found.
#[derive(Default)]
pub(super) struct Search {
    /// The directories: those for quotes, then all others.
    pub(super) directories: Vec<Directory>,
    /// How many of them are for quotes only.
    pub(super) for_quotes: usize,
    /// The files read, by path: the place of the source, and the file's identity.
    pub(super) by_path: Map<Vec<u8>, (usize, (u64, u64))>,
    /// The files found. A file that two directories of the search lead to is two files to the
    /// compilers: each has its own place in the list of dependencies.
    pub(super) by_way: Map<(Option<usize>, usize, Vec<u8>), usize>,
    /// All files found.
    pub(super) files: Vec<Found>,
    /// What a header's name was found to be: by the name, the directory that the search began with,
    /// and for quotes the directory of the file that includes it.
    pub(super) known: Map<(Id, usize, Vec<u8>), Option<usize>>,
    /// The identities of the files that say `#pragma once`.
    once: Vec<(u64, u64)>,
    /// Whether there are directories below the directories of the search.
    pub(super) below: Map<Vec<u8>, bool>,
}

/// A directory of the search.
pub(super) struct Directory {
    pub(super) path: Vec<u8>,
    pub(super) is_system: bool,
}

/// A file that was found.
pub(super) struct Found {
    /// Its path, as the compilers write it.
    pub(super) path: Vec<u8>,
    /// Its place in the list of sources.
    pub(super) source: usize,
    pub(super) identity: (u64, u64),
    /// It was read before.
    pub(super) was_read: bool,
    /// The directory it was found in; `None` for the directory of the including file.
    pub(super) directory: Option<usize>,
    pub(super) is_system: bool,
}

impl Search {
    /// The directories of a request, those that there are.
    pub(super) fn new(request: &Request, host: &mut impl Host) -> Self {
        let mut search = Self::default();
        let quotes = request.quote_directories.iter().map(|path| (path, false));
        let others = request.directories.iter().map(|path| (path, false));
        let system = request.system_directories.iter().map(|path| (path, true));
        for (path, is_system) in quotes {
            search.add(path, is_system, host);
        }
        search.for_quotes = search.directories.len();
        for (path, is_system) in others.chain(system) {
            search.add(path, is_system, host);
        }
        search
    }

    fn add(&mut self, path: &[u8], is_system: bool, host: &mut impl Host) {
        let path = match path.iter().rposition(|byte| *byte != b'/') {
            Some(last) => &path[..=last],
            None => b"/",
        };
        let known = &self.directories[self.for_quotes..];
        if !known.iter().any(|known| known.path == path) && host.has_directory(path) {
            self.directories.push(Directory { path: path.to_vec(), is_system });
        }
    }

    /// The path of a file.
    pub(super) fn path(&self, file: usize) -> &[u8] {
        self.files.get(file).map_or(b"", |file| &file.path)
    }

    /// A file, by whatever path it is reached, is read once only.
    pub(super) fn mark_once(&mut self, file: usize) {
        self.once.push(self.files[file].identity);
    }

    /// Whether a file must not be read again.
    pub(super) fn is_done(&self, file: usize) -> bool {
        self.once.contains(&self.files[file].identity)
    }
}
