//! What a page shows beyond words: the layout of each type that changed, and short ways to it.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::drawings::{Built, by_declarations};
use super::facts::Facts;
use super::{chains, ids};
use crate::abi_diff::causes::Cause;
use crate::btf::KernelBtf;
use crate::report::{Document, Drawing, Link};

/// What is added to a finding.
#[derive(Default)]
struct Pictures {
    layouts: [Option<Drawing>; 2],
    chains: Vec<Vec<Link>>,
}

/// Adds them to the findings that are causes.
pub(super) fn add(facts: &Facts<'_>, document: &mut Document) {
    let causes = facts.found.causes.as_deref().unwrap_or_default();
    let mut by_files = IndexMap::<(usize, usize), Vec<usize>>::new();
    for (number, cause) in causes.iter().enumerate() {
        by_files.entry(cause.files).or_default().push(number);
    }
    let by_files: Vec<_> = by_files.into_iter().collect();
    let kernels = facts.releases.map(|release| release.btf.as_ref().map(KernelBtf::kernel));
    let built = kernels.each_ref().map(|kernel| kernel.as_ref().map(Built::of));
    let found: Vec<Vec<(usize, Pictures)>> = by_files
        .into_par_iter()
        .map(|(files, numbers)| {
            let of_files: Vec<&Cause> = numbers.iter().map(|&number| &causes[number]).collect();
            numbers.into_iter().zip(of_pair(facts, &built, files, &of_files)).collect()
        })
        .collect();
    let ids = ids::of_causes(facts.types, causes);
    let mut by_id: IndexMap<&str, Pictures, BuildHasherDefault<FxHasher>> = IndexMap::default();
    for (number, pictures) in found.into_iter().flatten() {
        by_id.insert(&ids[number], pictures);
    }
    for finding in &mut document.findings {
        if let Some(pictures) = by_id.swap_remove(&*finding.fingerprint) {
            (finding.layouts, finding.chains) = (pictures.layouts, pictures.chains);
        }
    }
}

/// Those of the causes that were found in one pair of files.
fn of_pair(
    facts: &Facts<'_>,
    built: &[Option<Built<'_>>; 2],
    files: (usize, usize),
    causes: &[&Cause],
) -> Vec<Pictures> {
    let names: Vec<&[u8]> = causes.iter().map(|it| facts.types.name(it.change.name)).collect();
    let sides = [files.0, files.1];
    let mut layouts = [0, 1].map(|side: usize| {
        let release = facts.releases[side];
        let file = release.corpus.as_ref().and_then(|it| Some((it, it.files.get(sides[side])?)));
        let declared = file.map(|(corpus, file)| by_declarations(facts, corpus, file, &names));
        let mut declared = declared.unwrap_or_default().into_iter();
        // What the compiler laid out is exact; declarations may lack attributes.
        let drawing = |name: &&[u8]| {
            let declared = declared.next().flatten();
            built[side].as_ref().and_then(|built| built.drawing(name)).or(declared)
        };
        names.iter().map(drawing).collect::<Vec<_>>().into_iter()
    });
    let chains = chains::of_file(facts, files.1, causes);
    let pictures = chains.into_iter().map(|chains| {
        let [before, after] = layouts.each_mut().map(|it| it.next().flatten());
        let is_same = before == after;
        Pictures { layouts: if is_same { [None, None] } else { [before, after] }, chains }
    });
    pictures.collect()
}
