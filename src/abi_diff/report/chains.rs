//! Short ways from exports to the causes of a file.

use super::facts::Facts;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::ways::Ways;
use crate::canonical::spelled;
use crate::corpus::NameId;
use crate::report::{Link, Text};

/// How many ways a cause has.
const MOST: usize = 3;

/// From how many exports of the file ways are looked for.
const MOST_EXPORTS: usize = 12;

/// How long a way is that is shown.
const MOST_STEPS: usize = 12;

/// The ways to each of the causes, which were found in the file of this number of the release after. None
/// where nothing but BTF is known.
pub(super) fn of_file(facts: &Facts<'_>, file: usize, causes: &[&Cause]) -> Vec<Vec<Vec<Link>>> {
    let none = || vec![Vec::new(); causes.len()];
    let types = facts.types;
    let corpus = facts.releases[1].corpus.as_ref().filter(|it| it.made_of.is_none());
    let Some(file) = corpus.and_then(|it| it.files.get(file)) else { return none() };
    let is_reached = |export: &NameId| {
        causes.iter().any(|cause| {
            let name = types.name(*export);
            cause.exports.binary_search_by(|it| types.name(*it).cmp(name)).is_ok()
        })
    };
    let exports: Vec<NameId> = file.exports(types).filter(is_reached).take(MOST_EXPORTS).collect();
    let declarations = file.declarations(types);
    let ways: Vec<(NameId, Ways)> = exports
        .into_iter()
        .map(|export| {
            let mut ways = Ways::of(types, &file.lines, export);
            let ends = causes.iter().map(|cause| cause.change.name);
            let declaration = |name| Some(types.declaration(*declarations.get(&name)?));
            ways.find_lines(types, ends, declaration);
            (export, ways)
        })
        .collect();
    let of_cause = |cause: &&Cause| {
        let name = cause.change.name;
        let mut near: Vec<(usize, &(NameId, Ways))> =
            ways.iter().filter_map(|it| Some((it.1.steps_to(name)?, it))).collect();
        near.sort_by_key(|(steps, (export, _))| (*steps, types.name(*export)));
        let few = near.into_iter().filter(|(steps, _)| (1..=MOST_STEPS).contains(steps)).take(MOST);
        few.map(|(_, (_, ways))| chain(facts, ways, name)).collect()
    };
    causes.iter().map(of_cause).collect()
}

/// The way to a name, from the export on.
fn chain(facts: &Facts<'_>, ways: &Ways, name: NameId) -> Vec<Link> {
    let link = |name: NameId, line: &[u8]| Link {
        name: Text::of(spelled(facts.types.name(name))),
        line: Text::of(line),
    };
    let mut chain = vec![link(name, b"")];
    chain.extend(ways.back_from(name).map(|step| link(step.name, step.line)));
    chain.reverse();
    chain
}
