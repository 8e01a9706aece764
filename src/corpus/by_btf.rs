//! The types of two kernels by their BTF, as if their source had been one file for the kernel itself and
//! one for each module.
//!
//! A file of a kernel's source sees some of its types; BTF has those of all files together. Where files
//! have different types of one name, BTF has all of these, and does not tell whose they are.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::btf_text::{Named, lines_of};
use super::files::{Corpus, TypesFile};
use super::layouts_from::LayoutsFrom;
use super::types::{LineId, Types};
use crate::btf::Btf;

/// The BTF of a kernel or of a module on both sides: what it is called, and its own types.
pub type BtfPair<'a> = (&'a [u8], [&'a Btf<'a>; 2]);

/// Takes up the types that both sides of each pair have, and the functions and variables that are
/// `wanted`: a file for each pair, in their order. The first is the kernel's own; the others are modules',
/// whose files lack what the kernel has.
///
/// Of several types of one name those count that only one side has, if there is one on each side; or else
/// the longest that both have.
pub fn by_btf(
    types: &mut Types,
    pairs: &[BtfPair<'_>],
    wanted: impl Fn(&[u8]) -> bool + Sync,
) -> [Corpus; 2] {
    let lines = pairs.into_par_iter().map(|(_, sides)| sides.map(|btf| lines_of(btf, &wanted)));
    let lines: Vec<[Vec<Named>; 2]> = lines.collect();
    let mut files = [Vec::new(), Vec::new()];
    for ((module, _), sides) in pairs.iter().zip(lines) {
        let chosen = chosen(sides);
        for (files, lines) in files.iter_mut().zip(chosen) {
            let lines: Vec<LineId> = lines.iter().map(|line| types.insert(line)).collect();
            files.push(TypesFile::of_lines(module.to_vec(), lines));
        }
    }
    files.map(|files| {
        let mut corpus = Corpus::of_files(types, files);
        corpus.made_of = Some(LayoutsFrom::Btf);
        corpus
    })
}

/// All that the last file of such a corpus sees, as its only file: its own lines, and the kernel's.
pub fn last_alone(types: &Types, mut corpus: Corpus) -> Corpus {
    let Some(mut last) = corpus.files.pop() else { return corpus };
    let own = last.declarations(types);
    let of_kernel = corpus.files.first().into_iter().flat_map(|kernel| &kernel.lines);
    let is_seen = |line: &&LineId| !own.contains_key(&types.line(**line).name);
    last.lines.extend(of_kernel.filter(is_seen));
    let mut alone = Corpus::of_files(types, vec![last]);
    alone.made_of = Some(LayoutsFrom::Btf);
    alone
}

/// One line for each name, on the sides that have it.
fn chosen(sides: [Vec<Named>; 2]) -> [Vec<Vec<u8>>; 2] {
    type Both = [Vec<Vec<u8>>; 2];
    let mut by_name = IndexMap::<Vec<u8>, Both, BuildHasherDefault<FxHasher>>::default();
    for (side, lines) in sides.into_iter().enumerate() {
        for (name, line) in lines {
            by_name.entry(name).or_default()[side].push(line);
        }
    }
    let mut chosen = Both::default();
    for [old, new] in by_name.into_values() {
        let only = |own: &[Vec<u8>], other: &[Vec<u8>]| -> Vec<Vec<u8>> {
            own.iter().filter(|line| other.binary_search(line).is_err()).cloned().collect()
        };
        let pair = match (&only(&old, &new)[..], &only(&new, &old)[..]) {
            // Where one side has none, it is all that there is.
            _ if old.is_empty() || new.is_empty() => {
                [old.into_iter().next(), new.into_iter().next()]
            }
            ([before], [after]) => [Some(before.clone()), Some(after.clone())],
            // What became of which cannot be known: it counts as the same.
            _ => {
                let common = old.iter().filter(|line| new.binary_search(line).is_ok());
                // The longest leads to most of what any of them leads to.
                let line = common.max_by_key(|line| line.len()).or(new.first()).cloned();
                [line.clone(), line]
            }
        };
        for (lines, line) in chosen.iter_mut().zip(pair) {
            lines.extend(line);
        }
    }
    chosen
}
