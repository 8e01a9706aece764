//! Why the CRC of one export changed: the shortest way from it to each declaration that did.

use petgraph::algo::astar;
use petgraph::graphmap::DiGraphMap;

use super::causes::{Cause, changes_of};
use super::impacts::{impact_line, judge};
use super::members::sentences;
use crate::canonical::spelled;
use crate::corpus::declaration::{line_with, lines, unified};
use crate::corpus::{Corpus, TypesFile};
use crate::corpus::{NameId, Types};
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
/// does is told for the C of `model`.
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
    let mut causes: Vec<Cause> =
        changes.into_iter().map(|change| Cause::new(types, change, files, vec![export])).collect();
    judge(types, [old, new], model, None, &mut causes);
    let graph = graph(types, file);
    let way_to = |cause: Cause| {
        let path = astar(&graph, export, |name| name == cause.name, |_| 1_u32, |_| 0);
        path.map(|(_, names)| Way { cause, names })
    };
    let mut ways: Vec<Way> = causes.into_iter().filter_map(way_to).collect();
    ways.sort_by(|one, other| {
        let key = |way: &Way| (way.names.len(), types.name(way.cause.name).to_owned());
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

/// Tells it to a person.
pub fn told(types: &Types, export: NameId, why: &Why<'_>) -> Vec<u8> {
    let mut text = types.name(export).to_owned();
    if why.ways.is_empty() {
        text.extend(b": no declaration changed that its CRC is of\n");
        return text;
    }
    let (count, plural) = match why.ways.len() {
        1 => (1, " that its CRC is of"),
        count => (count, "s that its CRC is of"),
    };
    text.extend(format!(": {count} changed declaration{plural} (in ").into_bytes());
    text.extend(&why.file.path);
    text.extend(b")\n");
    for (number, way) in why.ways.iter().enumerate() {
        let Cause { name, old, new, .. } = way.cause;
        text.extend(format!("\n{}. ", number + 1).into_bytes());
        text.extend(spelled(types.name(name)));
        text.push(b'\n');
        text.extend(impact_line(&way.cause.impact));
        for step in way.names.windows(2) {
            let declaration = why.file.line_of(types, step[0]).map(|line| types.declaration(line));
            let member = declaration.and_then(|it| line_with(it, types.name(step[1])));
            text.push(b'\t');
            text.extend(spelled(types.name(step[0])));
            text.extend(b": ");
            text.extend(member.unwrap_or_default());
            text.push(b'\n');
        }
        let visibility = match (types.line(old).is_opaque, types.line(new).is_opaque) {
            (true, false) => Some("became visible: OLD has only its name"),
            (false, true) => Some("became opaque: NEW has only its name"),
            (true, true) | (false, false) => None,
        };
        if let Some(visibility) = visibility {
            text.extend(format!("\t=> {visibility}\n").into_bytes());
            continue;
        }
        let (old, new) = (types.declaration(old), types.declaration(new));
        for sentence in sentences(types.name(name), old, new).unwrap_or_default() {
            text.extend(b"\t=> ");
            text.extend(sentence.into_bytes());
            text.push(b'\n');
        }
        unified(&lines(old), &lines(new), &mut text);
    }
    text
}
