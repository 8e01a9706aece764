//! The shortest ways from one export to all that it reaches: one tree for all of them.

use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHasher;

use crate::corpus::declaration::lines_with;
use crate::corpus::{LineId, NameId, Types};

/// Something by a name, in order.
type ByName<V> = IndexMap<NameId, V, BuildHasherDefault<FxHasher>>;

/// What an export reaches, each name once.
#[derive(Debug)]
pub(super) struct Ways {
    /// In the order of their distance; the export is the first.
    reached: ByName<Reached>,
    /// For names on the ways that were asked for: the line of the declaration before that has it.
    lines: ByName<Vec<u8>>,
}

/// A name on a way.
#[derive(Debug)]
struct Reached {
    /// The place of the one before; of the export itself its own.
    before: usize,
    /// How many steps it is from the export.
    steps: usize,
}

/// A step of a way: a declaration, and the line of it that has the name of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is declared.
    pub name: NameId,
    /// The line, without the tabs before it; of a long one what is around the name.
    pub line: &'a [u8],
}

impl Ways {
    /// Follows an export through the declarations of a file.
    pub(super) fn of(types: &Types, lines: &[LineId], export: NameId) -> Self {
        let mut declared = ByName::<LineId>::default();
        for &line in lines {
            declared.entry(types.line(line).name).or_insert(line);
        }
        let mut reached = ByName::default();
        reached.insert(export, Reached { before: 0, steps: 0 });
        let mut next = 0;
        while let Some((&name, &Reached { steps, .. })) = reached.get_index(next) {
            let references = declared.get(&name).map(|&line| &types.line(line).references);
            for &reference in references.into_iter().flatten() {
                reached.entry(reference).or_insert(Reached { before: next, steps: steps + 1 });
            }
            next += 1;
        }
        Self { reached, lines: ByName::default() }
    }

    /// No ways yet from an export.
    pub(super) fn at(export: NameId) -> Self {
        let mut reached = ByName::default();
        reached.insert(export, Reached { before: 0, steps: 0 });
        Self { reached, lines: ByName::default() }
    }

    /// Adds the step from a name that is reached to the next one, with its line. All ways must be shortest
    /// ones, so that it does not matter which of them a name is on.
    pub(super) fn add(&mut self, name: NameId, next: NameId, line: Vec<u8>) {
        let Some((before, _, &Reached { steps, .. })) = self.reached.get_full(&name) else {
            return;
        };
        if !self.reached.contains_key(&next) {
            self.reached.insert(next, Reached { before, steps: steps + 1 });
            self.lines.insert(next, line);
        }
    }

    /// Finds the lines on the ways to these names, each once. `declaration` has that of a name.
    pub(super) fn find_lines<'t>(
        &mut self,
        types: &'t Types,
        ends: impl Iterator<Item = NameId>,
        declaration: impl Fn(NameId) -> Option<&'t [u8]>,
    ) {
        // By the declaration before.
        let mut wanted = IndexMap::<usize, Vec<usize>, BuildHasherDefault<FxHasher>>::default();
        let mut is_wanted = IndexSet::<usize, BuildHasherDefault<FxHasher>>::default();
        for end in ends.filter_map(|end| self.reached.get_index_of(&end)) {
            let mut place = end;
            while place > 0 && is_wanted.insert(place) {
                let before = self.reached[place].before;
                wanted.entry(before).or_default().push(place);
                place = before;
            }
        }
        let name = |place: usize| self.reached.get_index(place).map(|(&name, _)| name);
        for (before, places) in wanted {
            let Some(of) = name(before) else { continue };
            let Some(declaration) = declaration(of) else { continue };
            let names: Vec<NameId> = places.into_iter().filter_map(name).collect();
            let found =
                lines_with(types.name(of), declaration, names.iter().map(|&name| types.name(name)));
            let line = |name: &NameId| Some((*name, found.get(types.name(*name))?.clone()));
            self.lines.extend(names.iter().filter_map(line));
        }
    }

    /// How many steps a name is from the export, if it is reached.
    pub(super) fn steps_to(&self, name: NameId) -> Option<usize> {
        Some(self.reached.get(&name)?.steps)
    }

    /// The steps to a name backwards, from the declaration before it to the export.
    pub(super) fn back_from(&self, name: NameId) -> impl Iterator<Item = Step<'_>> {
        let mut place = self.reached.get_index_of(&name).filter(|&place| place > 0);
        std::iter::from_fn(move || {
            let (next, Reached { before, .. }) = self.reached.get_index(place?)?;
            let line = self.lines.get(next).map(Vec::as_slice).unwrap_or_default();
            place = Some(*before).filter(|&before| before > 0);
            let (&name, _) = self.reached.get_index(*before)?;
            Some(Step { name, line })
        })
    }
}
