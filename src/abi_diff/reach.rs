//! Which of some marked names each declaration reaches, for all declarations at once: what reaches
//! each other reaches the same, so the work grows with the declarations and not with their pairs.

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

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

/// Sets of marks, a bit each.
pub(super) struct Reach {
    /// For each declared name the number of its set.
    sets: ByName<usize>,
    bits: Vec<u64>,
    /// How many words a set has.
    words: usize,
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

impl Reach {
    /// What these declarations reach of the marked names. What is not declared among them is looked up in
    /// `base`, whose marks are the first ones.
    pub(super) fn of(references: &References, marks: &Marks, base: Option<&Reach>) -> Self {
        Self::through(references, |_| true, marks, [None, None], base)
    }

    /// The same, as far as definitions must be known, and behind each pointer what is `nearer`. In `base`
    /// and its own nearer one is looked up what is not declared here.
    pub(super) fn behind(
        references: &References,
        marks: &Marks,
        nearer: Option<&Reach>,
        [base, nearer_base]: [Option<&Reach>; 2],
    ) -> Self {
        Self::through(references, |it| it.is_defined, marks, [nearer, nearer_base], base)
    }

    /// Follows the references that `is_followed`; of the others takes what is `nearer`, or in the base
    /// of that.
    fn through(
        references: &References,
        is_followed: impl Fn(&Reference) -> bool,
        marks: &Marks,
        [nearer, nearer_base]: [Option<&Reach>; 2],
        base: Option<&Reach>,
    ) -> Self {
        let of_base = |name: NameId| base.and_then(|base| base.get(name));
        let is_own = |name: NameId| references.contains_key(&name);
        // What a reference leads to here: also through types of the base that lack a definition.
        let own_ends = |reference: &Reference| {
            let own = Some(reference.name).filter(|&name| is_own(name));
            let set = if own.is_some() { None } else { of_base(reference.name) };
            own.into_iter().chain(marks.holes_in(set).filter(|&name| is_own(name)))
        };
        let mut graph = DiGraphMap::<NameId, ()>::new();
        for (&name, named) in references {
            graph.add_node(name);
            for reference in named.iter().filter(|it| is_followed(it)) {
                own_ends(reference).for_each(|end| {
                    graph.add_edge(name, end, ());
                });
            }
        }
        let mut reach = Reach { sets: ByName::default(), bits: Vec::new(), words: marks.words };
        // Those that are reached come first.
        for (number, names) in kosaraju_scc(&graph).into_iter().enumerate() {
            let mut set = vec![0; marks.words];
            let mut add = |other: Option<&[u64]>| {
                set.iter_mut().zip(other.unwrap_or_default()).for_each(|(to, of)| *to |= of);
            };
            for reference in names.iter().filter_map(|name| references.get(name)).flatten() {
                let name = reference.name;
                if is_followed(reference) {
                    own_ends(reference).for_each(|end| add(reach.get(end)));
                    if !is_own(name) {
                        add(of_base(name));
                    }
                } else if is_own(name) {
                    add(nearer.and_then(|it| it.get(name)));
                } else {
                    let behind = nearer_base.and_then(|it| it.get(name));
                    marks.holes_in(behind).for_each(|hole| {
                        add(nearer.and_then(|it| it.get(hole)));
                    });
                    add(behind);
                }
            }
            for &mark in names.iter().filter_map(|name| marks.numbers.get(name)) {
                set[mark / WORD] |= 1 << (mark % WORD);
            }
            reach.bits.extend(set);
            reach.sets.extend(names.into_iter().map(|name| (name, number)));
        }
        reach
    }

    /// The set of a name, if it is declared.
    pub(super) fn get(&self, name: NameId) -> Option<&[u64]> {
        let number = *self.sets.get(&name)?;
        self.bits.get(number * self.words..(number + 1) * self.words)
    }
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
