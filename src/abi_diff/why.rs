//! Why the CRC of one export changed: the shortest way from it to each declaration that did.

use petgraph::algo::astar;
use petgraph::graphmap::DiGraphMap;

use super::causes::{Cause, changes_of};
use super::{impacts, visibility};
use crate::corpus::{Corpus, NameId, Types, TypesFile};
use crate::layout::data_model::DataModel;

/// The way to one declaration that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What changed, how, and what that does.
    pub cause: Cause,
    /// The names on the way, from the export to the declaration.
    pub names: Vec<NameId>,
}

/// What is known of an export's change.
#[derive(Debug)]
pub struct Why<'a> {
    /// The file of NEW that the export is in, and its path.
    pub file: &'a TypesFile,
    /// A way to each declaration that changed, the shortest ways first.
    pub ways: Vec<Way>,
}

/// The ways from `export` to what changed; none if not both releases have types for it. What a change
/// does is determined for the C of `model`.
pub fn why<'a>(
    types: &Types,
    old: &Corpus,
    new: &'a Corpus,
    export: NameId,
    model: &'static DataModel,
) -> Option<Why<'a>> {
    let files = (old.place_of(export)?, new.place_of(export)?);
    let file = &new.files[files.1];
    let changes = changes_of(types, &old.files[files.0], file, export);
    let mut causes: Vec<Cause> = changes
        .into_iter()
        .map(|change| Cause::new(types, [old, new], change, files, vec![export]))
        .collect();
    impacts::judge(types, [old, new], model, None, &mut causes);
    visibility::judge(types, [old, new], model, None, &mut causes);
    let graph = graph(types, file);
    let way_to = |cause: Cause| {
        let path = astar(&graph, export, |name| name == cause.change.name, |_| 1_u32, |_| 0);
        path.map(|(_, names)| Way { cause, names })
    };
    let mut ways: Vec<Way> = causes.into_iter().filter_map(way_to).collect();
    ways.sort_by(|one, other| {
        let key = |way: &Way| (way.names.len(), types.name(way.cause.change.name).to_owned());
        key(one).cmp(&key(other))
    });
    Some(Why { file, ways })
}

/// The types of one file: a node for each name, an edge to each name in its declaration.
fn graph(types: &Types, file: &TypesFile) -> DiGraphMap<NameId, ()> {
    let mut graph = DiGraphMap::new();
    for &line in &file.lines {
        let line = types.line(line);
        graph.add_node(line.name);
        for &reference in &line.references {
            graph.add_edge(line.name, reference, ());
        }
    }
    graph
}
