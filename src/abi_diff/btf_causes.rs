//! Why CRCs changed, where there is only BTF: the types whose declaration differs in the BTF of both
//! kernels, each with all refused exports that lead to it.
//!
//! BTF has no source files. So an export is taken to see the definition of all that it leads to, while its
//! file may know some of these by their names only: it may reach fewer causes than it is counted for. That
//! its CRC differs shows that it reaches at least one.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::btf_changes::BtfTypes;
use super::causes::{Cause, sort};
use super::change::Change;
use super::reach::{Marks, Reach, Sets, WORD, bits, references};
use crate::corpus::{BtfPair, ByName, Corpus, LineId, NameId, Types, by_btf};
use crate::kernel::{Export, Exports, KERNEL};
use crate::module::kernel_name;

/// What BTF has of two kernels, as lines: a file for the kernel itself, and one for each module.
pub(super) type Lines = [Corpus; 2];

/// The refused exports of which BTF does not show why, by name.
#[derive(Default)]
pub(super) struct Rest {
    /// Those that lead to nothing that differs in it.
    pub(super) unexplained: Vec<Vec<u8>>,
    /// Those that are not in the BTF of both sides.
    pub(super) untyped: Vec<Vec<u8>>,
    /// Whether so much differs that it was not determined what leads to it.
    pub(super) is_too_much: bool,
}

/// Takes up what the BTF of both sides has: of the modules those that have refused exports.
pub(super) fn lines(
    types: &mut Types,
    [old, new]: [&BtfTypes<'_>; 2],
    exports: [&Exports; 2],
) -> Lines {
    let refused = refused(exports);
    let mut modules: Vec<Vec<u8>> = refused.iter().flat_map(|(_, sides)| modules(sides)).collect();
    modules.sort_unstable();
    modules.dedup();
    let pair = |module: &'_ [u8]| Some([old.names(module)?.btf(), new.names(module)?.btf()]);
    let modules = modules.iter().map(Vec::as_slice).filter(|&module| module != KERNEL);
    let scopes = [KERNEL].into_iter().chain(modules);
    let pairs: Vec<BtfPair<'_>> = scopes.filter_map(|it| Some((it, pair(it)?))).collect();
    by_btf(types, &pairs, |name| exports.iter().any(|it| it.get(name).is_some()))
}

/// An export on both sides.
type Pair<'a> = (&'a [u8], [&'a Export; 2]);

/// What the kernel calls the modules that have it.
fn modules(sides: &[&Export; 2]) -> [Vec<u8>; 2] {
    sides.map(|it| kernel_name(&it.module).into_owned())
}

/// The exports of both sides whose CRC differs, and those without one.
fn refused<'a>([old, new]: [&'a Exports; 2]) -> Vec<Pair<'a>> {
    let pairs = new.iter().filter_map(|(symbol, after)| Some((symbol, [old.get(symbol)?, after])));
    let is_refused = |(_, [old, new]): &Pair<'_>| {
        old.crc_or_zero() != new.crc_or_zero() || !old.has_crc() || !new.has_crc()
    };
    pairs.filter(is_refused).collect()
}

/// What is known of a change.
struct Found {
    /// The files that it was found in first.
    files: (usize, usize),
    /// The groups of exports that lead to it, by their numbers.
    groups: Vec<u32>,
    nearness: u64,
    /// Exports near to it, each with the fewest pointers on the way.
    nearest: Vec<(usize, NameId)>,
}

/// What the exports of one module lead to.
struct Led {
    /// For each export its name and the number of the set of marks that it reaches on both sides; none if
    /// not both declare it.
    exports: Vec<Option<(NameId, usize)>>,
    sets: Sets,
    /// The marks with what they are of.
    changes: Vec<(usize, Change, (usize, usize))>,
    /// By mark, how near the exports are to it, and the nearest ones.
    near: ByMark,
}

/// How near exports are to changes, by mark.
type ByMark = IndexMap<usize, (u64, Vec<(usize, NameId)>), BuildHasherDefault<FxHasher>>;

/// All causes, those first that the most exports are near to; and what they leave of the exports whose
/// CRC differs.
pub(super) fn causes(types: &Types, lines: &Lines, exports: [&Exports; 2]) -> (Vec<Cause>, Rest) {
    if lines.iter().any(|side| side.files.is_empty()) {
        return (Vec::new(), Rest::default());
    }
    let too_much = || (Vec::new(), Rest { is_too_much: true, ..Rest::default() });
    bounded_causes(types, lines, exports, MOST).unwrap_or_else(too_much)
}

/// How many modules are followed at a time.
const AT_ONCE: usize = 16;

/// What limits the memory that it takes.
#[derive(Clone, Copy)]
struct Most {
    /// How many types may differ that are followed to.
    changes: usize,
    /// How many words the sets of marks of a module's exports may have together.
    words: usize,
    /// How many times changes may be noted for groups of exports, and exports be listed for changes.
    notes: usize,
}

/// The words take 16 MiB.
const MOST: Most = Most { changes: 1 << 16, words: 2 << 20, notes: 64 << 20 };

/// The same; none if that takes too much memory.
fn bounded_causes(
    types: &Types,
    lines: &Lines,
    exports: [&Exports; 2],
    most: Most,
) -> Option<(Vec<Cause>, Rest)> {
    let mut rest = Rest::default();
    let mut by_module = IndexMap::<[Vec<u8>; 2], Vec<Pair<'_>>>::new();
    for pair in refused(exports) {
        by_module.entry(modules(&pair.1)).or_default().push(pair);
    }
    by_module.sort_unstable_keys();
    let places: IndexMap<&[u8], usize, BuildHasherDefault<FxHasher>> =
        lines[0].files.iter().enumerate().map(|(place, file)| (&file.path[..], place)).collect();
    let place = |module: &Vec<u8>| places.get(&module[..]).copied();
    let kernel = View::of_kernel(types, lines, most)?;
    let by_module: Vec<_> = by_module.into_iter().collect();
    let led = |(modules, exports): &([Vec<u8>; 2], Vec<Pair<'_>>)| {
        let view = match modules.each_ref().map(place) {
            [Some(0), Some(0)] => None,
            [Some(old), Some(new)] => Some(View::of_module(types, lines, &kernel, [old, new])?),
            [_, None] | [None, _] => return Some(Led::nothing(exports.len())),
        };
        let symbols = exports.iter().map(|(symbol, _)| *symbol);
        view.as_ref().unwrap_or(&kernel).led(types, &kernel, symbols)
    };
    // Exports that lead to the same are held together, since most do: by their module, if they lead to a
    // type of its own.
    let mut groups =
        IndexMap::<(usize, Vec<u64>), Vec<NameId>, BuildHasherDefault<FxHasher>>::default();
    let mut found = IndexMap::<Change, Found, BuildHasherDefault<FxHasher>>::default();
    let mut notes = most.notes;
    let at_once = by_module.chunks(AT_ONCE).flat_map(|modules| {
        let led: Vec<Option<Led>> = modules.par_iter().map(led).collect();
        modules.iter().zip(led)
    });
    for (module, ((_, exports), led)) in at_once.enumerate() {
        let Led { exports: of_exports, sets, changes, near } = led?;
        let mut changes_of = vec![None; changes.last().map_or(0, |(mark, ..)| mark + 1)];
        for &(mark, change, files) in &changes {
            changes_of[mark] = Some((change, files));
        }
        for ((symbol, sides), of_export) in exports.iter().zip(of_exports) {
            let set = of_export.and_then(|(name, number)| Some((name, sets.get(number)?)));
            // Without CRCs nothing has to be explained.
            let has_crcs = sides.iter().all(|it| it.has_crc());
            match &set {
                None if has_crcs => rest.untyped.push(symbol.to_vec()),
                Some((_, set)) if has_crcs && set.iter().all(|&word| word == 0) => {
                    rest.unexplained.push(symbol.to_vec());
                }
                _ => {}
            }
            let Some((name, set)) = set else { continue };
            let words_of_kernel = kernel.marks.words;
            let has_own =
                set.get(words_of_kernel..).is_some_and(|own| own.iter().any(|&it| it != 0));
            let set = if has_own { set } else { set.get(..words_of_kernel).unwrap_or(set) };
            let group = groups.entry((if has_own { module + 1 } else { 0 }, set.to_vec()));
            // There are fewer than notes.
            let number = group.index() as u32;
            if let Entry::Vacant(_) = &group {
                let marks: usize = set.iter().map(|word| word.count_ones() as usize).sum();
                notes = notes.checked_sub(set.len() + marks)?;
                for mark in bits(group.key().1.iter().copied()) {
                    let Some(Some((change, files))) = changes_of.get(mark) else { continue };
                    let found = found.entry(*change).or_insert_with(|| Found::new(*files));
                    if found.groups.last() != Some(&number) {
                        found.groups.push(number);
                    }
                }
            }
            group.or_default().push(name);
        }
        for (mark, (nearness, nearest)) in near {
            let change = changes_of.get(mark).copied().flatten();
            if let Some(found) = change.and_then(|(change, _)| found.get_mut(&change)) {
                found.nearness += nearness;
                found.nearest.extend(nearest);
                keep_nearest(types, &mut found.nearest);
            }
        }
    }
    // Changes that the same groups lead to share one list.
    let mut lists = IndexMap::<Vec<u32>, Arc<[NameId]>, BuildHasherDefault<FxHasher>>::default();
    let mut causes = Vec::new();
    let mut listed = most.notes;
    for (change, found) in found {
        let Found { files, groups: numbers, nearness, nearest } = found;
        let list = match lists.entry(numbers) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let of_groups = || new.key().iter().map(|&number| &groups[number as usize]);
                listed = listed.checked_sub(of_groups().map(Vec::len).sum())?;
                let mut exports: Vec<NameId> = of_groups().flatten().copied().collect();
                exports.sort_by_key(|&export| types.name(export));
                new.insert(exports.into()).clone()
            }
        };
        let nearest = nearest.into_iter().map(|(_, export)| export).collect();
        causes.push(Cause { nearness, nearest, ..Cause::new(types, change, files, list) });
    }
    sort(&mut causes, types);
    rest.unexplained.sort_unstable();
    rest.untyped.sort_unstable();
    Some((causes, rest))
}

impl Led {
    /// Of exports of which nothing is known.
    fn nothing(exports: usize) -> Led {
        Led {
            exports: vec![None; exports],
            sets: Sets::default(),
            changes: Vec::new(),
            near: ByMark::default(),
        }
    }
}

impl Found {
    fn new(files: (usize, usize)) -> Self {
        Found { files, groups: Vec::new(), nearness: 0, nearest: Vec::new() }
    }
}

/// Keeps the first few exports of those that are nearest.
fn keep_nearest(types: &Types, nearest: &mut Vec<(usize, NameId)>) {
    nearest.sort_by_key(|&(pointers, export)| (pointers, types.name(export)));
    nearest.truncate(FEW);
}

/// How many of the nearest exports are kept of a cause.
const FEW: usize = 10;

/// How many pointers on a way are counted.
const MOST_POINTERS: usize = 7;

/// Of how many changes it is counted how many pointers away they are, at most.
const MOST_COUNTED: usize = 1024;

/// How many names may be declared by modules only, and named by the kernel.
const MOST_HOLES: usize = 4096;

/// What a module sees of both sides, or the kernel itself.
struct View {
    most: Most,
    /// The numbers of its files.
    files: (usize, usize),
    declared: [ByName<LineId>; 2],
    /// What changed in its own types.
    changes: Vec<Change>,
    /// The mark of the first of these.
    first: usize,
    marks: Marks,
    /// What is reached on each side.
    reach: [Reach; 2],
    /// What is reached on the new side without a pointer, by one pointer, and so on.
    near: Vec<Reach>,
}

impl View {
    fn of_kernel(types: &Types, lines: &Lines, most: Most) -> Option<Self> {
        let [old, new] = lines;
        let declared = [old.files.first()?, new.files.first()?].map(|it| it.declarations(types));
        Self::new(types, (0, 0), declared, Err((holes(types, lines), most)))
    }

    fn of_module(types: &Types, lines: &Lines, kernel: &View, files: [usize; 2]) -> Option<Self> {
        let declared = [0, 1].map(|side| lines[side].files[files[side]].declarations(types));
        let [mut old, mut new] = declared;
        // What only one side has of its own is the kernel's on the other.
        let of_kernel = |own: &mut ByName<LineId>, other: &ByName<LineId>, side: usize| {
            for name in other.keys().filter(|name| !types.is_export(**name)) {
                if let (None, Some(&line)) = (own.get(name), kernel.declared[side].get(name)) {
                    own.insert(*name, line);
                }
            }
        };
        of_kernel(&mut old, &new, 0);
        of_kernel(&mut new, &old, 1);
        Self::new(types, (files[0], files[1]), [old, new], Ok(kernel))
    }

    /// On top of a kernel; or the kernel's own, with the names that only modules declare and the limits. None
    /// if it takes too much memory to follow what differs.
    fn new(
        types: &Types,
        files: (usize, usize),
        declared: [ByName<LineId>; 2],
        kernel: Result<&View, (Vec<NameId>, Most)>,
    ) -> Option<Self> {
        let [old, new] = &declared;
        let changes = old.iter().filter_map(|(&name, &old)| {
            let [old, new] = [old, *new.get(&name)?].map(|line| types.line(line).meaning);
            (old != new).then_some(Change { name, old, new })
        });
        let changes: Vec<Change> = changes.collect();
        let most = kernel.as_ref().map_or_else(|(_, most)| *most, |kernel| kernel.most);
        if changes.len() > most.changes {
            return None;
        }
        let mut references = [old, new].map(|declared| references(types, declared));
        let first = kernel.as_ref().map_or(0, |it| it.marks.words * WORD);
        let numbers = changes.iter().zip(first..).map(|(change, mark)| (change.name, mark));
        let mut numbers: ByName<usize> = numbers.collect();
        let own_words = Marks::words(changes.len());
        let (kernel, words, holes, first_hole) = match kernel {
            Ok(kernel) => {
                let Marks { words, holes, first_hole, .. } = &kernel.marks;
                (Some(kernel), words + own_words, holes.clone(), *first_hole)
            }
            Err((holes, _)) => {
                let first_hole = own_words * WORD;
                for (&hole, mark) in holes.iter().zip(first_hole..) {
                    numbers.insert(hole, mark);
                    for references in &mut references {
                        references.entry(hole).or_default();
                    }
                }
                (None, own_words + Marks::words(holes.len()), holes, first_hole)
            }
        };
        let marks = Marks { numbers, words, holes, first_hole };
        let reach =
            |side: usize| Reach::of(&references[side], &marks, kernel.map(|it| &it.reach[side]));
        let reach = [reach(0)?, reach(1)?];
        let counted = changes.len() + kernel.map_or(0, |it| it.changes.len());
        let pointers = if counted <= MOST_COUNTED { MOST_POINTERS } else { 0 };
        let bases = kernel.map(|it| &it.near[..]);
        let near = Reach::by_pointers(&references[1], &marks, bases, pointers)?;
        Some(Self { most, files, changes, first, declared, marks, reach, near })
    }

    /// What these exports lead to; none if that takes too much memory.
    fn led<'s>(
        &self,
        types: &Types,
        kernel: &View,
        symbols: impl Iterator<Item = &'s [u8]>,
    ) -> Option<Led> {
        let is_own = self.first > 0;
        let mut changes: Vec<_> =
            kernel.changes.iter().enumerate().map(|(mark, &it)| (mark, it, kernel.files)).collect();
        if is_own {
            let own = self.changes.iter().zip(self.first..);
            changes.extend(own.map(|(&change, mark)| (mark, change, self.files)));
        }
        let mut is_change = vec![0; self.marks.words];
        for &(mark, ..) in &changes {
            is_change[mark / WORD] |= 1 << (mark % WORD);
        }
        let mut near = ByMark::default();
        let (mut sets, mut exports) = (Sets::default(), Vec::new());
        for symbol in symbols {
            let of_both = types
                .find_name(symbol)
                .and_then(|name| Some((name, self.reach[0].get(name)?, self.reach[1].get(name)?)));
            let Some((name, old, new)) = of_both else {
                exports.push(None);
                continue;
            };
            let both = old.iter().zip(new).zip(&is_change).map(|((old, new), is)| old & new & is);
            let mut left: Vec<u64> = both.collect();
            exports.push(Some((name, sets.add(&left, self.most.words)?)));
            for (pointers, reach) in self.near.iter().enumerate() {
                let near_by = reach.get(name).unwrap_or_default();
                let met = left.iter().zip(near_by).map(|(left, by)| left & by);
                note(types, &mut near, bits(met), pointers, name);
                left.iter_mut().zip(near_by).for_each(|(left, by)| *left &= !by);
            }
            if !self.near.is_empty() {
                note(types, &mut near, bits(left.into_iter()), MOST_POINTERS, name);
            }
        }
        Some(Led { exports, sets, changes, near })
    }
}

/// Notes that an export is so many pointers away from marks. With each pointer it is less likely that the
/// file of an export sees what is behind it; half as likely fits the kernels well of which the files are
/// known (docs/abi-diff.md).
fn note(
    types: &Types,
    near: &mut ByMark,
    marks: impl Iterator<Item = usize>,
    pointers: usize,
    name: NameId,
) {
    for mark in marks {
        let (nearness, nearest) = near.entry(mark).or_default();
        *nearness += 1 << (MOST_POINTERS - pointers);
        if nearest.len() < FEW || nearest.last().is_some_and(|last| pointers <= last.0) {
            nearest.push((pointers, name));
            keep_nearest(types, nearest);
        }
    }
}

/// The names that the kernel's types name, and that modules declare and the kernel does not: of types
/// that are opaque to the kernel.
fn holes(types: &Types, lines: &Lines) -> Vec<NameId> {
    let mut holes = IndexSet::<NameId, BuildHasherDefault<FxHasher>>::default();
    for Corpus { files, .. } in lines {
        let Some((kernel, modules)) = files.split_first() else { continue };
        let of_kernel = kernel.declarations(types);
        let of_modules = modules.iter().flat_map(|file| &file.lines);
        let of_modules: IndexSet<NameId, BuildHasherDefault<FxHasher>> =
            of_modules.map(|&line| types.line(line).name).collect();
        let named = of_kernel.values().flat_map(|&line| &types.line(line).references);
        holes.extend(
            named.filter(|&name| !of_kernel.contains_key(name) && of_modules.contains(name)),
        );
    }
    holes.into_iter().take(MOST_HOLES).collect()
}

#[cfg(test)]
mod tests {
    use testkit::btf_file::*;

    use super::*;
    use crate::btf::Btf;

    /// BTF with three structs, and a function for each that takes it.
    fn btf(member: &str) -> Vec<u8> {
        let mut to = Writer::new(false);
        let int = to.int("int", 4);
        for name in ["pump", "tank", "valve"] {
            let record = to.list(name, STRUCT, 4, &[(member, &[int, 0])]);
            let prototype = to.list("", PROTOTYPE, int, &[("it", &[record])]);
            to.add(&format!("{name}_start"), FUNCTION, 1, prototype, &[]);
        }
        to.bytes()
    }

    fn exports(crc: u32) -> Exports {
        let line = |name| format!("{crc:#010x}\t{name}_start\tvmlinux\tEXPORT_SYMBOL\t\n");
        Exports::read(&["pump", "tank", "valve"].map(line).concat().into_bytes().into()).unwrap()
    }

    #[test]
    fn what_takes_too_much_memory_is_not_followed() {
        let btf = ["then", "now"].map(btf);
        let [old, new] = btf.each_ref().map(|bytes| Btf::parse(bytes).unwrap());
        let [before, after] = [exports(1), exports(2)];
        let mut types = Types::default();
        let lines =
            by_btf(&mut types, &[(KERNEL, [&old, &new])], |name| before.get(name).is_some());
        let found = |most: Most| {
            let found = bounded_causes(&types, &lines, [&before, &after], most);
            found.map(|(causes, rest)| {
                assert!(rest.unexplained.is_empty() && rest.untyped.is_empty());
                causes.len()
            })
        };
        // Each export has a set of one word with one mark, and each cause a list of one export.
        for (most, expected) in [
            (MOST, Some(3)),
            (Most { changes: 3, words: 3, notes: 6 }, Some(3)),
            (Most { changes: 2, ..MOST }, None),
            (Most { words: 2, ..MOST }, None),
            (Most { notes: 5, ..MOST }, None),
            (Most { notes: 2, ..MOST }, None),
        ] {
            assert_eq!(found(most), expected);
        }
    }
}
