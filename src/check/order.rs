//! In which order modules can be loaded: each after those whose exports it uses.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use rustc_hash::FxHasher;

use super::candidate::Candidate;
use super::kernel::Kernel;
use crate::kernel::Export;

/// The modules that export symbols, by number.
type Exporters<'a> = IndexMap<&'a [u8], usize, BuildHasherDefault<FxHasher>>;

/// An order, and what stands in the way of one.
#[derive(Debug)]
pub(super) struct Order<'a> {
    /// All modules, by number.
    pub(super) modules: Vec<usize>,
    /// Modules that need each other, by number: none of a group can be the first.
    pub(super) cycles: Vec<Vec<usize>>,
    /// For each symbol the first module that exports it, by number.
    pub(super) exporters: Exporters<'a>,
}

/// The order of these modules. Where it is free, it is that in which they were given.
pub(super) fn of<'a>(kernel: &Kernel, candidates: &'a [Candidate]) -> Order<'a> {
    let mut exporters = Exporters::default();
    for (number, facts) in facts(candidates) {
        for export in &facts.exports {
            exporters.entry(&export.symbol).or_insert(number);
        }
    }
    let mut graph = DiGraphMap::<usize, (), BuildHasherDefault<FxHasher>>::default();
    for number in 0..candidates.len() {
        graph.add_node(number);
    }
    for (number, facts) in facts(candidates) {
        for import in &facts.imports {
            let name = &candidates[number].name;
            let own = kernel.exports.get(&import.symbol).filter(|it| !it.is_told_only_by(name));
            match exporters.get(&*import.symbol) {
                Some(&exporter) if exporter != number && !own.is_some_and(Export::is_kernels) => {
                    graph.add_edge(number, exporter, ());
                }
                Some(_) | None => {}
            }
        }
    }
    // The library lists a component after all that it leads to.
    let components = tarjan_scc(&graph);
    let cycles = components.iter().filter(|it| it.len() > 1);
    let cycles = cycles.map(|cycle| sorted(cycle)).collect();
    let modules = components.iter().flat_map(|it| sorted(it)).collect();
    Order { modules, cycles, exporters }
}

fn sorted(numbers: &[usize]) -> Vec<usize> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted
}

fn facts(candidates: &[Candidate]) -> impl Iterator<Item = (usize, &super::candidate::Facts)> {
    candidates.iter().enumerate().filter_map(|(number, it)| Some((number, it.facts()?)))
}
