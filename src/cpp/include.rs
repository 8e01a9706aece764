//! From the name of a header to the file that is meant, read and scanned.

use super::host::Host;
use super::search::Found;
use super::source::Source;
use super::state::{State, keep};
use super::unusual::{Unusual, Usual};

impl<H: Host> State<'_, H> {
    /// The file that `#include` with this name means; `None` if it does not exist. Its bytes are read, if
    /// they were not before.
    pub(super) fn find(&mut self, header: &[u8], is_next: bool) -> Option<usize> {
        let name = header.get(1..header.len().checked_sub(1)?)?;
        let is_quoted = header.first() == Some(&b'"');
        let present = self.open.last()?.file;
        let own = self.search.files[present].directory;
        let (first, beside) = match (is_next, is_quoted) {
            (true, _) => (own.map_or(0, |own| own + 1), None),
            (false, true) => (0, Some(directory_of(self.search.path(present)).to_vec())),
            (false, false) => (self.search.for_quotes, None),
        };
        self.find_from(name, first, beside)
    }

    /// The file of this name: in the directory `beside` first, then in those from `first` on.
    pub(super) fn find_from(
        &mut self,
        name: &[u8],
        first: usize,
        beside: Option<Vec<u8>>,
    ) -> Option<usize> {
        if name.first() == Some(&b'/') {
            return self.readable(name.to_vec(), None, 0, false);
        }
        let id = self.names.intern(name);
        let key = (id, first, beside.clone().unwrap_or_else(|| b"\0".to_vec()));
        if let Some(known) = self.search.known.get(&key) {
            return *known;
        }
        let mut found = None;
        if let Some(beside) = beside {
            let is_system = self.open.last().is_some_and(|open| {
                self.search.files.get(open.file).is_some_and(|file| file.is_system)
            });
            found = self.readable([&beside, name].concat(), None, beside.len(), is_system);
        }
        for place in first..self.search.directories.len() {
            if found.is_some() {
                break;
            }
            let directory = &self.search.directories[place];
            let is_system = directory.is_system;
            let path = [&directory.path, b"/".as_slice(), name].concat();
            if self.may_hold(&path, directory.path.len(), name) {
                found = self.readable(path, Some(place), 0, is_system);
            }
        }
        self.search.known.insert(key, found);
        found
    }

    /// Whether the directory that the path begins with has the first part of the name at all.
    fn may_hold(&mut self, path: &[u8], length: usize, name: &[u8]) -> bool {
        let Some(slash) = name.iter().position(|byte| *byte == b'/') else { return true };
        let below = &path[..length + 1 + slash];
        if let Some(known) = self.search.below.get(below) {
            return *known;
        }
        let there = self.host.has_directory(below);
        self.search.below.insert(below.to_vec(), there);
        there
    }

    /// The file of this path, read and scanned; `None` if it cannot be read. `beside`: how long the part
    /// of the path is that the search gave it, if that is not a directory of its own.
    fn readable(
        &mut self,
        path: Vec<u8>,
        directory: Option<usize>,
        beside: usize,
        is_system: bool,
    ) -> Option<usize> {
        let (source, identity) = match self.search.by_path.get(&path) {
            Some(known) => *known,
            None => {
                let (source, identity) = self.scanned(&path)?;
                let place = keep(self.sources, source, &mut self.next_macro);
                self.search.by_path.insert(path.clone(), (place, identity));
                (place, identity)
            }
        };
        let way = (directory, beside, path);
        if let Some(known) = self.search.by_way.get(&way) {
            return Some(*known);
        }
        let place = self.search.files.len();
        let path = way.2.clone();
        self.search.by_way.insert(way, place);
        let was_read = false;
        self.search.files.push(Found { path, source, identity, was_read, directory, is_system });
        Some(place)
    }

    /// A file that is not known here yet: as another process has left it, or scanned now.
    fn scanned(&mut self, path: &[u8]) -> Option<(Source, (u64, u64))> {
        // The source file itself is read once by one process.
        let is_header = !self.open.is_empty();
        if is_header && !self.shelf.is_empty() {
            let stamp = self.host.stamp(path)?;
            if let Some(source) = self.shelf.take(&stamp, &mut self.names.shared) {
                return Some((source, (stamp.device, stamp.inode)));
            }
        }
        let content = self.host.read(path)?;
        let mut source = super::scan::scan(&content.padded, &mut self.names);
        source.stamp = content.stamp.filter(|_| is_header);
        Some((source, content.identity))
    }

    /// The source file itself.
    pub(super) fn input(&mut self) -> Usual<usize> {
        let path = self.request.input.clone();
        self.readable(path, None, 0, false).ok_or(Unusual::MissingFile)
    }
}

/// The part of a path up to its last slash.
fn directory_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(b"", |slash| &path[..=slash])
}
