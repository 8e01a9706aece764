//! Why CRCs changed: the types whose own declaration changed, each with all exports that it
//! reaches.
//!
//! The CRC of an export is that of its declaration and of all declarations which that one reaches,
//! within one source file. So it changed if, and only if, one of those did: a name that both files
//! have, with another declaration, and that the export reaches in both. What is reached in one of
//! them only came or went by a change that is found itself.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::btf_changes::{BothBtf, Broken};
use super::change::Change;
use super::lints::{Lint, Verdict};
use crate::corpus::{Corpus, LayoutsFrom, LineId, NameId, Place, Types, TypesFile};
use crate::crc::Crc;
use crate::layout::impact::Impact;

/// A declaration that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What changed.
    pub change: Change,
    /// If it is an enum of Rust: its variants that changed, by name. Then the enum itself may be declared as
    /// before.
    pub variants: Vec<Change>,
    /// The exports whose CRC it is a reason for, by name.
    pub exports: Arc<[NameId]>,
    /// If it was found by BTF: the first few of those exports from which the fewest pointers lead to it.
    pub nearest: Vec<NameId>,
    /// If it was found by BTF: how near the exports are to it. Those that all are near to count most.
    pub(super) nearness: u64,
    /// Where it is declared in the first pair of files, before and after, as far as they say.
    pub places: [Option<Place>; 2],
    /// Which kind of change it is.
    pub lint: Lint,
    /// The first pair of files in which it was found, by their numbers.
    pub files: (usize, usize),
    /// What it does to modules that were built before.
    pub impact: Impact,
    /// What that is determined from.
    pub layouts_from: LayoutsFrom,
    /// What is thought of it.
    pub verdict: Verdict,
}

impl Cause {
    /// Whether a text differs, as far as CRCs count it: its own or that of a variant.
    pub fn is_declared_otherwise(&self) -> bool {
        self.change.is_declared_otherwise() || !self.variants.is_empty()
    }

    /// What the declaration changed to, for rules that mean nothing else: the CRC of its new text, and
    /// of those of its variants.
    pub(super) fn is(&self, types: &Types) -> u32 {
        let mut crc = Crc::new();
        for change in std::iter::once(&self.change).chain(&self.variants) {
            crc.update(types.declaration(change.new));
            crc.update(b"\n");
        }
        crc.value()
    }

    /// The exports that long reports list: all; or where they are an upper bound, as by BTF, and many, the
    /// nearest.
    pub(super) fn listed(&self) -> &[NameId] {
        match self.nearest.is_empty() || self.exports.len() <= MOST_LISTED {
            true => &self.exports,
            false => &self.nearest,
        }
    }

    /// A change of which nothing is thought yet, with the exports that it reaches.
    pub(super) fn new(
        types: &Types,
        change: Change,
        files: (usize, usize),
        exports: Arc<[NameId]>,
    ) -> Cause {
        let places = [None; 2];
        let lint = change.lint(types);
        let (impact, verdict) = (Impact::default(), Verdict::of(lint));
        let layouts_from = LayoutsFrom::Symtypes;
        let (nearest, nearness) = (Vec::new(), 0);
        Cause {
            change,
            variants: Vec::new(),
            exports,
            nearest,
            nearness,
            places,
            lint,
            files,
            impact,
            layouts_from,
            verdict,
        }
    }
}

/// How many exports are listed that may reach a cause.
const MOST_LISTED: usize = 1000;

/// What changed between two files that `export` reaches in both.
pub fn changes_of(types: &Types, old: &TypesFile, new: &TypesFile, export: NameId) -> Vec<Change> {
    let found = Finder::new(types).find(old, new, &[export], None);
    found.into_iter().map(|(change, _)| change).collect()
}

/// Changes with the first pair of files that has them, and the exports that reach them.
type Found = IndexMap<Change, ((usize, usize), Vec<NameId>), BuildHasherDefault<FxHasher>>;

/// All causes, those with the most exports first; of equal ones in the order of their names.
/// `btf` shows which types are declared as before, but have a different layout.
pub(super) fn causes(
    types: &Types,
    [old, new]: [&Corpus; 2],
    btf: Option<&BothBtf<'_>>,
) -> Vec<Cause> {
    let pairs: Vec<_> = pairs(old, new).into_iter().collect();
    let found: Vec<Vec<_>> = pairs
        .par_iter()
        .map_init(
            || Finder::new(types),
            |finder, ((old_file, new_file), exports)| {
                let files = (*old_file, *new_file);
                let (old, new) = (&old.files[files.0], &new.files[files.1]);
                let broken = btf.map(|btf| btf.broken_in(types, new));
                let found = finder.find(old, new, exports, broken.as_ref());
                found.into_iter().map(|(change, export)| (files, change, export)).collect()
            },
        )
        .collect();
    let mut causes = Found::default();
    for (files, change, export) in found.into_iter().flatten() {
        causes.entry(change).or_insert((files, Vec::new())).1.push(export);
    }
    let mut causes: Vec<Cause> = causes
        .into_iter()
        .map(|(change, (files, mut exports))| {
            exports.sort_by_key(|&export| types.name(export));
            exports.dedup();
            Cause::new(types, change, files, exports.into())
        })
        .collect();
    find_places(types, [old, new], &mut causes);
    sort(&mut causes, types);
    causes
}

/// Finds where the causes are declared, as far as their files say.
pub(super) fn find_places(types: &Types, corpora: [&Corpus; 2], causes: &mut [Cause]) {
    for (side, corpus) in corpora.into_iter().enumerate() {
        let mut of_files = IndexMap::<usize, _, BuildHasherDefault<FxHasher>>::default();
        for cause in &mut *causes {
            let file = [cause.files.0, cause.files.1][side];
            let places = of_files.entry(file).or_insert_with(|| corpus.files[file].places(types));
            cause.places[side] = places.get(&cause.change.name).copied().flatten();
        }
    }
}

/// Keeps of the exports of all causes those that are `kept`. Causes that share a list still do.
pub(super) fn retain_exports(causes: &mut [Cause], kept: impl Fn(NameId) -> bool) {
    let mut lists = IndexMap::<(*const NameId, usize), Arc<[NameId]>>::new();
    for cause in causes {
        let list = lists.entry((cause.exports.as_ptr(), cause.exports.len()));
        let list = list.or_insert_with(|| {
            cause.exports.iter().copied().filter(|&export| kept(export)).collect()
        });
        cause.exports = list.clone();
        cause.nearest.retain(|&export| kept(export));
    }
}

/// Which of all names are exports that some cause has, by their numbers.
pub(super) fn reached<'c>(types: &Types, causes: impl Iterator<Item = &'c Cause>) -> Vec<bool> {
    let mut is_reached = vec![false; types.name_count()];
    for export in causes.flat_map(|cause| &*cause.exports) {
        is_reached[export.place()] = true;
    }
    is_reached
}

/// Puts those with the most exports first, or those to which exports are nearest; of equal ones in the
/// order of their names.
pub(super) fn sort(causes: &mut [Cause], types: &Types) {
    causes.sort_by(|one, other| {
        let order = (other.nearness, other.exports.len()).cmp(&(one.nearness, one.exports.len()));
        let key = |cause: &Cause| {
            let Change { name, old, new } = cause.change;
            (types.name(name), types.text(old), types.text(new))
        };
        order.then_with(|| key(one).cmp(&key(other)))
    });
}

/// The exports that both releases have, by the files they are in.
fn pairs(
    old: &Corpus,
    new: &Corpus,
) -> IndexMap<(usize, usize), Vec<NameId>, BuildHasherDefault<FxHasher>> {
    let in_new: IndexMap<NameId, usize, BuildHasherDefault<FxHasher>> = new.exports().collect();
    let mut pairs = IndexMap::<_, Vec<NameId>, _>::default();
    for (export, old_file) in old.exports() {
        if let Some(&new_file) = in_new.get(&export) {
            pairs.entry((old_file, new_file)).or_default().push(export);
        }
    }
    pairs
}

/// How many exports are followed at once: a bit each.
const AT_ONCE: usize = u64::BITS as usize;

/// Finds the causes in one pair of files after another.
pub(super) struct Finder<'a> {
    types: &'a Types,
    old: Graph<'a>,
    new: Graph<'a>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(types: &'a Types) -> Self {
        Self { types, old: Graph::new(types), new: Graph::new(types) }
    }

    /// What changed between two files, with each of `exports` that it is a reason for.
    fn find(
        &mut self,
        old: &TypesFile,
        new: &TypesFile,
        exports: &[NameId],
        broken: Option<&Broken<'_>>,
    ) -> Vec<(Change, NameId)> {
        self.old.load(old);
        self.new.load(new);
        let changes = self.changes(old, broken);
        let mut found = Vec::new();
        if changes.is_empty() {
            return found;
        }
        for exports in exports.chunks(AT_ONCE) {
            self.old.reach_from(exports);
            self.new.reach_from(exports);
            for &change in &changes {
                let mut reached = self.old.reached(change.name) & self.new.reached(change.name);
                while reached != 0 {
                    found.push((change, exports[reached.trailing_zeros() as usize]));
                    reached &= reached - 1;
                }
            }
        }
        found
    }

    /// What changed between two files, whatever reaches it.
    pub(super) fn all_changes(&mut self, old: &TypesFile, new: &TypesFile) -> Vec<Change> {
        self.old.load(old);
        self.new.load(new);
        self.changes(old, None)
    }

    /// The names with another declaration in each of the loaded files, and those of the types that
    /// both files define alike and that are `broken`, unless that comes from what they name.
    fn changes(&self, old: &TypesFile, broken: Option<&Broken<'_>>) -> Vec<Change> {
        old.lines
            .iter()
            .filter_map(|&line| {
                let name = self.types.line(line).name;
                let meaning = |line: LineId| self.types.line(line).meaning;
                // The first line of a name counts, should a file have two.
                let (old, new) = (self.old.declaration(name)?, self.new.declaration(name)?);
                let is_declared_otherwise = |name: NameId| {
                    let (old, new) = (self.old.declaration(name), self.new.declaration(name));
                    old.map(meaning) != new.map(meaning)
                };
                let is_broken = |broken: &Broken<'_>| {
                    let of = self.types.line(old);
                    !of.is_opaque
                        && broken.has(self.types, old)
                        && !of.references.iter().copied().any(is_declared_otherwise)
                };
                let is_change =
                    old == line && (meaning(old) != meaning(new) || broken.is_some_and(is_broken));
                is_change.then(|| Change { name, old: meaning(old), new: meaning(new) })
            })
            .collect()
    }
}

/// The declarations of one file, and what of them a set of exports reaches.
struct Graph<'a> {
    types: &'a Types,
    /// By name.
    declarations: Vec<Option<LineId>>,
    /// By name: a bit for each export that reaches it.
    reached: Vec<u64>,
    /// The names with a declaration.
    names: Vec<NameId>,
    /// Names that more exports reach than is passed on yet.
    waiting: Vec<NameId>,
}

impl<'a> Graph<'a> {
    fn new(types: &'a Types) -> Self {
        let count = types.name_count();
        Self {
            types,
            declarations: vec![None; count],
            reached: vec![0; count],
            names: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Forgets the file before, and takes the declarations of this one.
    fn load(&mut self, file: &TypesFile) {
        for name in self.names.drain(..) {
            self.declarations[name.place()] = None;
        }
        for &line in &file.lines {
            let name = self.types.line(line).name;
            let declaration = &mut self.declarations[name.place()];
            if declaration.is_none() {
                *declaration = Some(line);
                self.names.push(name);
            }
        }
    }

    fn declaration(&self, name: NameId) -> Option<LineId> {
        self.declarations[name.place()]
    }

    /// Follows each of the exports, at most [`AT_ONCE`].
    fn reach_from(&mut self, exports: &[NameId]) {
        for name in &self.names {
            self.reached[name.place()] = 0;
        }
        for (bit, &export) in exports.iter().enumerate() {
            self.reached[export.place()] = 1 << bit;
            self.waiting.push(export);
        }
        while let Some(name) = self.waiting.pop() {
            let from = self.reached[name.place()];
            let Some(line) = self.declarations[name.place()] else { continue };
            for &reference in &self.types.line(line).references {
                let place = reference.place();
                let reached = &mut self.reached[place];
                if self.declarations[place].is_some() && from & !*reached != 0 {
                    *reached |= from;
                    self.waiting.push(reference);
                }
            }
        }
    }

    /// Which of the exports reach the name.
    fn reached(&self, name: NameId) -> u64 {
        self.reached[name.place()]
    }
}
