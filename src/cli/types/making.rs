//! Files to types, many at a time, each written as it is made.

use std::path::PathBuf;

use memchr::memmem;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::build_tree::BuildTree;
use super::units::{Unit, file_name};
use super::worker::{Compilers, Export, Outcome, Types, Wanted, Way, Worker};
use crate::cli::exit::Result;
use crate::cli::folder::Folder;
use crate::inputs::progress::Progress;

/// How many files a thread takes at once: neighbours share headers.
const CHUNK: usize = 16;

/// What all files are made with.
pub(super) struct Making<'m> {
    pub(super) tree: &'m BuildTree,
    pub(super) wanted: &'m Wanted,
    pub(super) folder: &'m Folder,
    pub(super) progress: &'m Progress,
}

/// What came of a file.
pub(super) enum Made {
    /// It exports nothing.
    Nothing,
    /// Its types are written.
    Types(Written),
    /// It could not be done, and why.
    Failed(Vec<u8>),
}

/// What is left to say of types that are written.
pub(super) struct Written {
    /// The exports.
    pub(super) exports: Vec<Export>,
    /// The files that were read.
    pub(super) read: Vec<Vec<u8>>,
    /// What preprocessed it.
    pub(super) way: Way,
    /// The `.symtypes` file.
    pub(super) file: PathBuf,
}

impl Making<'_> {
    /// What comes of each of the files, in their order.
    pub(super) fn all(&self, units: &[Unit]) -> Result<Vec<Made>> {
        self.progress.expect(units.len());
        let compilers = Compilers::of(self.tree, self.wanted, units);
        let worker = || Worker::new(self.tree, self.wanted, compilers.clone());
        let chunks = units.chunks(CHUNK).enumerate().par_bridge();
        let made = chunks.map_init(worker, |worker, (place, chunk)| {
            let made = chunk.iter().map(|unit| self.one(worker, unit));
            Ok((place, made.collect::<Result<Vec<Made>>>()?))
        });
        let mut made = made.collect::<Result<Vec<_>>>()?;
        made.sort_by_key(|(place, _)| *place);
        Ok(made.into_iter().flat_map(|(_, made)| made).collect())
    }

    /// Makes the types of one file, and writes them.
    fn one(&self, worker: &mut Worker<'_>, unit: &Unit) -> Result<Made> {
        let outcome = worker.types(unit);
        self.progress.step();
        let types = match outcome {
            Outcome::Nothing => return Ok(Made::Nothing),
            Outcome::Failed(why) => return Ok(Made::Failed(why)),
            Outcome::Types(types) => *types,
        };
        let Types { exports, symtypes, record, read, way } = types;
        let file = file_name(&unit.object, "symtypes");
        self.folder.write(&file, &symtypes)?;
        if self.wanted.options.record.is_some() {
            self.folder.write(&file_name(&unit.object, "abi"), &record)?;
        }
        Ok(Made::Types(Written { exports, read, way, file }))
    }

    /// The places of the files that lack a header, which make may have a rule for.
    pub(super) fn lacking(units: &[Unit], made: &[Made]) -> Vec<usize> {
        let lacks = |made: &Made| match made {
            Made::Failed(why) => memmem::find(why, b"No such file").is_some(),
            Made::Nothing | Made::Types(_) => false,
        };
        (0..units.len()).filter(|place| lacks(&made[*place])).collect()
    }
}
