//! Which of some marked names each declaration reaches, for all declarations at once: what reaches
//! each other reaches the same, so the work grows with the declarations and not with their pairs.

use std::hash::BuildHasherDefault;

use indexmap::IndexSet;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHasher;

use crate::corpus::{ByName, LineId, NameId, Types};
use crate::formats::symtypes::{is_reference, words};

/// What a declaration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    name: NameId,
    /// Whether C must know its definition here: it is held itself, or it is a typedef. Of what is only
    /// pointed to, C may know no more than the name.
    is_defined: bool,
}

/// The references of declarations, by name.
pub(super) type References = ByName<Vec<Reference>>;

/// What each of these declarations names.
pub(super) fn references(types: &Types, declared: &ByName<LineId>) -> References {
    let of = |line: LineId| {
        let mut defined: ByName<bool> =
            types.line(line).references.iter().map(|&name| (name, false)).collect();
        let mut words = words(types.declaration(line)).peekable();
        while let Some(word) = words.next() {
            let is_pointer = matches!(words.peek(), Some(&b"*") | Some(&b"("));
            let is_typedef = word.starts_with(b"t#");
            if is_reference(word) && (is_typedef || !is_pointer) {
                let name = types.find_name(word);
                if let Some(is_defined) = name.and_then(|name| defined.get_mut(&name)) {
                    *is_defined = true;
                }
            }
        }
        let reference = |(name, is_defined)| Reference { name, is_defined };
        defined.into_iter().map(reference).collect()
    };
    declared.iter().map(|(&name, &line)| (name, of(line))).collect()
}

/// Sets of marks, a bit each, that are held once.
#[derive(Default)]
pub(super) struct Sets {
    sets: IndexSet<Box<[u64]>, BuildHasherDefault<FxHasher>>,
    /// How many words they have together.
    words: usize,
}

/// How many words the sets that are reached may have together: 128 MiB.
const MOST_WORDS: usize = 16 << 20;

impl Sets {
    /// The number of a set; none if they have more than `most` words together.
    pub(super) fn add(&mut self, set: &[u64], most: usize) -> Option<usize> {
        if let Some(number) = self.sets.get_index_of(set) {
            return Some(number);
        }
        self.words = self.words.checked_add(set.len()).filter(|&words| words <= most)?;
        Some(self.sets.insert_full(set.into()).0)
    }

    /// The set of this number.
    pub(super) fn get(&self, number: usize) -> Option<&[u64]> {
        self.sets.get_index(number).map(|set| &**set)
    }
}

/// Which sets of marks declarations reach.
pub(super) struct Reach {
    /// For each declared name the number of its set.
    numbers: ByName<usize>,
    sets: Sets,
}

/// Which names are marked.
pub(super) struct Marks {
    /// Each with the number of its mark.
    pub(super) numbers: ByName<usize>,
    /// How many words hold all marks, those of the base too.
    pub(super) words: usize,
    /// Names that the base names, and that are declared on top of it only: their marks are those from
    /// `first_hole` on.
    pub(super) holes: Vec<NameId>,
    pub(super) first_hole: usize,
}

impl Marks {
    /// How many words hold so many marks.
    pub(super) fn words(marks: usize) -> usize {
        marks.div_ceil(WORD)
    }

    /// The holes in a set.
    fn holes_in<'m>(&'m self, set: Option<&'m [u64]>) -> impl Iterator<Item = NameId> + 'm {
        let last = self.first_hole + self.holes.len();
        let words = self.first_hole / WORD..last.div_ceil(WORD);
        let set = set.and_then(|set| Some((words.start, set.get(words)?)));
        let marks = set.into_iter().flat_map(|(start, set)| {
            bits(set.iter().copied()).map(move |mark| start * WORD + mark)
        });
        marks.filter_map(|mark| self.holes.get(mark.checked_sub(self.first_hole)?).copied())
    }
}

/// How many marks a word has.
pub(super) const WORD: usize = u64::BITS as usize;

/// Names that reach each other, by their places among the references; those that are reached come before
/// those that reach them.
type Components = Vec<Vec<NodeIndex>>;

/// How many references may be followed: those of a kernel are some 300,000.
const MOST_FOLLOWED: usize = 8 << 20;

/// On top of what references are followed: what lies behind it, and with one pointer fewer.
#[derive(Clone, Copy, Default)]
struct Bases<'a> {
    base: Option<&'a Reach>,
    nearer: Option<&'a Reach>,
}

impl Reach {
    /// What these declarations reach of the marked names. What is not declared among them is looked up in
    /// `base`, whose marks are the first ones. None if that takes too much memory.
    pub(super) fn of(references: &References, marks: &Marks, base: Option<&Reach>) -> Option<Self> {
        let bases = Bases { base, nearer: None };
        let order = components(references, |_| true, marks, base)?;
        Self::through(references, |_| true, marks, None, bases, &order)
    }

    /// What they reach without a pointer, by at most one, and so on up to `most` pointers, excluding that:
    /// as far as definitions must be known, and behind each pointer what is nearer by one. `bases` has the
    /// same of what is not declared here, if there is something. None if that takes too much memory.
    pub(super) fn by_pointers(
        references: &References,
        marks: &Marks,
        bases: Option<&[Reach]>,
        most: usize,
    ) -> Option<Vec<Self>> {
        let is_followed = |it: &Reference| it.is_defined;
        // What is followed depends on the base only where that leads back to these.
        let shared = match bases {
            None => Some(components(references, is_followed, marks, None)?),
            Some(_) => None,
        };
        let mut near: Vec<Reach> = Vec::new();
        for pointers in 0..most {
            let base = |pointers: usize| bases.and_then(|it| it.get(pointers));
            let bases =
                Bases { base: base(pointers), nearer: pointers.checked_sub(1).and_then(base) };
            let own;
            let order = match &shared {
                Some(order) => order,
                None => {
                    own = components(references, is_followed, marks, bases.base)?;
                    &own
                }
            };
            near.push(Self::through(references, is_followed, marks, near.last(), bases, order)?);
        }
        Some(near)
    }

    /// Follows the references that `is_followed`; of the others takes what is `nearer`, or in the base
    /// of that.
    fn through(
        references: &References,
        is_followed: impl Fn(&Reference) -> bool,
        marks: &Marks,
        nearer: Option<&Reach>,
        bases: Bases<'_>,
        order: &Components,
    ) -> Option<Self> {
        let of_base = |name: NameId| bases.base.and_then(|base| base.get(name));
        let is_own = |name: NameId| references.contains_key(&name);
        let mut reach = Reach { numbers: ByName::default(), sets: Sets::default() };
        reach.numbers.reserve(references.len());
        let mut set = vec![0; marks.words];
        for places in order {
            set.fill(0);
            let mut add = |other: Option<&[u64]>| {
                set.iter_mut().zip(other.unwrap_or_default()).for_each(|(to, of)| *to |= of);
            };
            let declared = || places.iter().filter_map(|place| references.get_index(place.index()));
            for reference in declared().flat_map(|(_, named)| named) {
                let name = reference.name;
                if is_followed(reference) {
                    own_ends(references, marks, bases.base, reference)
                        .for_each(|end| add(reach.get(end)));
                    if !is_own(name) {
                        add(of_base(name));
                    }
                } else if is_own(name) {
                    add(nearer.and_then(|it| it.get(name)));
                } else {
                    let behind = bases.nearer.and_then(|it| it.get(name));
                    marks.holes_in(behind).for_each(|hole| {
                        add(nearer.and_then(|it| it.get(hole)));
                    });
                    add(behind);
                }
            }
            for &mark in declared().filter_map(|(name, _)| marks.numbers.get(name)) {
                set[mark / WORD] |= 1 << (mark % WORD);
            }
            let number = reach.sets.add(&set, MOST_WORDS)?;
            reach.numbers.extend(declared().map(|(&name, _)| (name, number)));
        }
        Some(reach)
    }

    /// The set of a name, if it is declared.
    pub(super) fn get(&self, name: NameId) -> Option<&[u64]> {
        self.sets.get(*self.numbers.get(&name)?)
    }
}

/// What a reference leads to among these declarations: also through types of the base that lack a
/// definition.
fn own_ends<'a>(
    references: &'a References,
    marks: &'a Marks,
    base: Option<&'a Reach>,
    reference: &Reference,
) -> impl Iterator<Item = NameId> + 'a {
    let is_own = |name: NameId| references.contains_key(&name);
    let own = Some(reference.name).filter(|&name| is_own(name));
    let set = if own.is_some() { None } else { base.and_then(|base| base.get(reference.name)) };
    own.into_iter().chain(marks.holes_in(set).filter(move |&name| references.contains_key(&name)))
}

/// Which declarations reach each other by the references that are followed; none if these are too many.
fn components(
    references: &References,
    is_followed: impl Fn(&Reference) -> bool,
    marks: &Marks,
    base: Option<&Reach>,
) -> Option<Components> {
    let count = references.values().map(Vec::len).sum::<usize>().min(MOST_FOLLOWED);
    let mut graph = DiGraph::<(), ()>::with_capacity(references.len(), count);
    references.keys().for_each(|_| _ = graph.add_node(()));
    for (place, named) in references.values().enumerate() {
        for reference in named.iter().filter(|it| is_followed(it)) {
            for end in own_ends(references, marks, base, reference) {
                if graph.edge_count() >= MOST_FOLLOWED {
                    return None;
                }
                if let Some(end) = references.get_index_of(&end) {
                    graph.add_edge(NodeIndex::new(place), NodeIndex::new(end), ());
                }
            }
        }
    }
    Some(kosaraju_scc(&graph))
}

/// The places of the bits that are set.
pub(super) fn bits(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.enumerate().flat_map(|(place, mut left)| {
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(place * WORD + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Sets;

    #[test]
    fn sets_are_held_once_and_their_words_are_bounded() {
        let mut sets = Sets::default();
        assert_eq!(sets.add(&[1, 2], 4), Some(0));
        assert_eq!(sets.add(&[1, 3], 4), Some(1));
        assert_eq!(sets.add(&[1, 2], 4), Some(0));
        assert_eq!(sets.add(&[2, 2], 4), None);
        assert_eq!(sets.get(1), Some(&[1, 3][..]));
        assert_eq!(sets.get(2), None);
    }
}
