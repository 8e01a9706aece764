//! The `.cmd` files of a module's objects: they are read for the digest of its sources, and what they
//! say of CRCs is then known.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::object_facts::Surroundings;
use crate::formats::symver_line;
use crate::release::CrcSource;

/// A name, and its CRC.
pub(super) type Crc = (Vec<u8>, u32);

/// What the `.cmd` files that were read say of CRCs, by their paths.
#[derive(Debug, Default)]
pub(super) struct CommandFiles {
    crcs: IndexMap<Vec<u8>, Vec<Crc>, FxBuildHasher>,
}

impl CommandFiles {
    /// Takes note of a file that was read, if anybody will ask for CRCs.
    pub(super) fn note(&mut self, path: Vec<u8>, text: &[u8], surroundings: Surroundings<'_>) {
        let Surroundings { options, release, .. } = surroundings;
        if options.modversions && release.crcs == CrcSource::CommandFiles {
            self.crcs.insert(path, crcs(text));
        }
    }

    /// What the file at this path says, if it was read.
    pub(super) fn crcs_of(&self, path: &[u8]) -> Option<&[Crc]> {
        self.crcs.get(path).map(Vec::as_slice)
    }
}

/// The CRCs in a `.cmd` file, in its order.
pub(super) fn crcs(text: &[u8]) -> Vec<Crc> {
    symver_line::read(text).iter().map(|line| (line.name.to_vec(), line.crc)).collect()
}
