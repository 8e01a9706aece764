//! What inputs are made of: small files of every kind that our own commands read. A file beside this
//! one makes those of a kind.

mod btf;
mod objects;
mod packages;
mod texts;

use std::collections::BTreeSet;

use anyhow::Result;

/// A file.
#[derive(Clone)]
pub struct Seed {
    /// What it is, for a person.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Seed {
    /// A seed of this name.
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Seed {
        Seed { name: name.into(), bytes: bytes.into() }
    }
}

/// A kind of files.
pub struct Kind {
    /// The reader of `src/tests/readers` that they are for.
    pub reader: &'static str,
    /// Makes them.
    seeds: fn() -> Result<Vec<Seed>>,
}

/// All kinds.
pub const KINDS: [Kind; 4] = [
    Kind { reader: "elf", seeds: objects::all },
    Kind { reader: "btf", seeds: btf::all },
    Kind { reader: "package", seeds: packages::all },
    Kind { reader: "symtypes", seeds: texts::all },
];

/// Larger files are left out: most of their bytes are alike.
const LARGEST: usize = 16 << 10;

impl Kind {
    /// The files, each content once.
    ///
    /// # Errors
    /// A file of `testdata` is not what it should be.
    pub fn seeds(&self) -> Result<Vec<Seed>> {
        let mut seeds = (self.seeds)()?;
        let mut known = BTreeSet::new();
        seeds.retain(|seed| seed.bytes.len() <= LARGEST && known.insert(seed.bytes.clone()));
        Ok(seeds)
    }
}
