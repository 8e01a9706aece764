//! The difference of two lists: the runs of items that both have, and the runs that replace each
//! other.
//!
//! This is Myers' algorithm in linear space ("An O(ND) Difference Algorithm and Its Variations",
//! 1986), with a bound on its steps: the lists come from files of strangers, and two long lists with
//! little in common would take quadratic time. Where the bound is reached, the items that both lists
//! have exactly once hold the lists together (as in "patience diff"), in the longest order that both
//! have; what lies between them is replaced as a whole, but for its common ends.
//!
//! It is our own code because no published crate fits: `diff` is quadratic in memory, `diffy` reads
//! only text and has no bound, and `similar`, `imara-diff` and `dissimilar` are under Apache-2.0
//! alone, which the GPL of version 2 does not go with.

use std::hash::Hash;
use std::ops::Range;

use indexmap::{IndexMap, IndexSet};

/// How many steps a comparison may take in search of the shortest difference, whatever the length of
/// the lists: enough for any two lists that differ in 2000 items. It takes some 10 ms.
const STEPS: usize = 1 << 22;

/// How many more it may take for each item.
const STEPS_PER_ITEM: usize = 16;

/// A run of items, by their indices in both lists. Runs of the two kinds alternate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Items that both lists have: the ranges are of one length.
    Kept {
        /// Where they are in the old list.
        old: Range<usize>,
        /// Where they are in the new list.
        new: Range<usize>,
    },
    /// Items of the old list that items of the new list replace. One of the ranges may be empty.
    Replaced {
        /// What is removed.
        old: Range<usize>,
        /// What is added in its place.
        new: Range<usize>,
    },
}

/// The difference of two lists, from their start to their end.
///
/// It is the shortest one, unless the lists are long and have little in common. Where items are
/// repeated, what is removed or added is as close to the end as possible: of `{ a; b; }` and
/// `{ a; b; b; }`, the last `b;` is the one that is added.
///
/// ```
/// use modversions::difference::{Run, runs};
///
/// let kept = |old, new| Run::Kept { old, new };
/// let replaced = |old, new| Run::Replaced { old, new };
/// assert_eq!(
///     runs(&["a", "b", "c"], &["a", "x", "y", "c"]),
///     [kept(0..1, 0..1), replaced(1..2, 1..3), kept(2..3, 3..4)]
/// );
/// ```
pub fn runs<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<Run> {
    Comparison::of(old, new).runs()
}

/// A part of both lists.
struct Section {
    old: Range<usize>,
    new: Range<usize>,
}

/// How far the paths of one direction have come on each diagonal: how many items of the old list
/// they have passed. On diagonal `k`, they have passed `k` fewer items of the new list.
struct Reach {
    reach: Vec<isize>,
    /// The place of diagonal 0.
    middle: isize,
}

impl Reach {
    fn new(diagonals: usize) -> Self {
        let middle = isize::try_from(diagonals).unwrap_or(isize::MAX);
        Self { reach: vec![0; 2 * diagonals + 1], middle }
    }

    fn get(&self, k: isize) -> isize {
        self.reach[(self.middle + k) as usize]
    }

    fn set(&mut self, k: isize, reach: isize) {
        self.reach[(self.middle + k) as usize] = reach;
    }

    /// Where a path of `edits` edits comes to diagonal `k`, at best: from a neighbouring diagonal, by
    /// one edit more.
    fn step(&self, k: isize, edits: isize) -> isize {
        let is_from_above = k == -edits || (k != edits && self.get(k - 1) < self.get(k + 1));
        if is_from_above { self.get(k + 1) } else { self.get(k - 1) + 1 }
    }
}

/// A comparison under way.
struct Comparison {
    /// The items as numbers: equal items have the same.
    old: Vec<usize>,
    new: Vec<usize>,
    /// Of each item of the old list, whether it is removed.
    removed: Vec<bool>,
    /// Of each item of the new list, whether it is added.
    added: Vec<bool>,
    forward: Reach,
    backward: Reach,
    /// How many steps have been taken, and how many may be.
    steps: usize,
    most_steps: usize,
}

impl Comparison {
    /// A comparison that is done.
    fn of<T: Eq + Hash>(old: &[T], new: &[T]) -> Self {
        let mut items = IndexSet::new();
        let old: Vec<usize> = old.iter().map(|item| items.insert_full(item).0).collect();
        let new: Vec<usize> = new.iter().map(|item| items.insert_full(item).0).collect();
        let length = old.len() + new.len();
        let most_steps = STEPS.saturating_add(length.saturating_mul(STEPS_PER_ITEM));
        // Paths of E edits from each end meet on the shortest one, of 2E edits at most. To try all
        // numbers of edits up to E takes E * E steps at least.
        let diagonals = length.div_ceil(2).min(most_steps.isqrt()) + 2;
        let whole = Section { old: 0..old.len(), new: 0..new.len() };
        let mut comparison = Self {
            removed: vec![false; old.len()],
            added: vec![false; new.len()],
            old,
            new,
            forward: Reach::new(diagonals),
            backward: Reach::new(diagonals),
            steps: 0,
            most_steps,
        };
        comparison.compare(whole);
        let Self { old, new, removed, added, steps, .. } = &mut comparison;
        slide(old, removed, steps, most_steps);
        slide(new, added, steps, most_steps);
        comparison
    }

    /// Compares a section. Each level of the recursion halves the number of edits.
    fn compare(&mut self, section: Section) {
        let section = self.without_common_ends(section);
        if section.old.is_empty() || section.new.is_empty() {
            self.replace(section);
            return;
        }
        match self.middle(&section) {
            Some((old, new)) => {
                let Section { old: olds, new: news } = section;
                self.compare(Section { old: olds.start..old, new: news.start..new });
                self.compare(Section { old: old..olds.end, new: new..news.end });
            }
            None => self.compare_by_anchors(&section),
        }
    }

    /// What is left of a section without the items that both lists have at its start and its end.
    fn without_common_ends(&mut self, section: Section) -> Section {
        let Section { mut old, mut new } = section;
        let head = common_head(&self.old[old.clone()], &self.new[new.clone()]);
        (old.start, new.start) = (old.start + head, new.start + head);
        let tail = common_tail(&self.old[old.clone()], &self.new[new.clone()]);
        (old.end, new.end) = (old.end - tail, new.end - tail);
        self.steps += 1 + head + tail;
        Section { old, new }
    }

    /// Removes what the old list has here, and adds what the new one has.
    fn replace(&mut self, section: Section) {
        self.removed[section.old].fill(true);
        self.added[section.new].fill(true);
    }

    /// A place half-way on the shortest path through a section: an index of each list. None if half
    /// of the steps that are left do not suffice; the other half is for the sections after it.
    ///
    /// Invariant: a section whose first items differ, and whose last items differ, takes two edits
    /// or more; one of them is before the place and one after it, so both parts are smaller.
    fn middle(&mut self, section: &Section) -> Option<(usize, usize)> {
        let (old, new) = (&self.old[section.old.clone()], &self.new[section.new.clone()]);
        let most_steps = self.steps.midpoint(self.most_steps);
        // No list is longer than isize::MAX.
        let (old_length, new_length) = (old.len() as isize, new.len() as isize);
        let delta = old_length - new_length;
        let is_odd = delta % 2 != 0;
        // Before the first edit, as if it came from outside.
        self.forward.set(1, 0);
        self.backward.set(1, 0);
        for edits in 0.. {
            for k in (-edits..=edits).rev().step_by(2) {
                if self.steps >= most_steps {
                    return None;
                }
                let start = self.forward.step(k, edits);
                let common = common_head(rest(old, start), rest(new, start - k));
                let end = start + common as isize;
                self.forward.set(k, end);
                self.steps += 1 + common;
                let is_met = (delta - k).abs() < edits;
                if is_odd && is_met && end + self.backward.get(delta - k) >= old_length {
                    return Some(place(section, start, start - k));
                }
            }
            for k in (-edits..=edits).rev().step_by(2) {
                if self.steps >= most_steps {
                    return None;
                }
                let start = self.backward.step(k, edits);
                let common = common_tail(start_of(old, start), start_of(new, start - k));
                let end = start + common as isize;
                self.backward.set(k, end);
                self.steps += 1 + common;
                let is_met = (delta - k).abs() <= edits;
                if !is_odd && is_met && end + self.forward.get(delta - k) >= old_length {
                    return Some(place(section, old_length - end, new_length - (end - k)));
                }
            }
        }
        None
    }

    /// Compares a section in time that hardly grows faster than its length: what both lists have
    /// once there, in the longest order that is the same in both, is kept; what lies between is
    /// replaced but for its common ends.
    fn compare_by_anchors(&mut self, section: &Section) {
        let old = single(&self.old, section.old.clone());
        let new = single(&self.new, section.new.clone());
        let pairs: Vec<(usize, usize)> =
            new.iter().filter_map(|(item, new)| Some(((*old.get(item)?)?, (*new)?))).collect();
        self.steps += section.old.len() + section.new.len();
        let (anchors, steps) = longest_rise(&pairs);
        self.steps += steps;
        let mut start = (section.old.start, section.new.start);
        let end = (section.old.end, section.new.end);
        for (old, new) in anchors.into_iter().chain([end]) {
            let between = Section { old: start.0..old, new: start.1..new };
            let between = self.without_common_ends(between);
            self.replace(between);
            start = (old + 1, new + 1);
        }
    }

    /// What has been found, in runs.
    fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        let (mut old, mut new) = (0, 0);
        // Invariant: the kept items of both lists are the same, so each round passes some item.
        while old < self.old.len() || new < self.new.len() {
            let replaced = (prefix(&self.removed[old..], true), prefix(&self.added[new..], true));
            if replaced != (0, 0) {
                let (start, new_start) = (old, new);
                (old, new) = (old + replaced.0, new + replaced.1);
                runs.push(Run::Replaced { old: start..old, new: new_start..new });
            }
            let kept = prefix(&self.removed[old..], false).min(prefix(&self.added[new..], false));
            if kept > 0 {
                runs.push(Run::Kept { old: old..old + kept, new: new..new + kept });
                (old, new) = (old + kept, new + kept);
            }
        }
        runs
    }
}

/// What follows the first items of a list; nothing if a path has left the list.
fn rest(items: &[usize], first: isize) -> &[usize] {
    usize::try_from(first).ok().and_then(|first| items.get(first..)).unwrap_or_default()
}

/// What stands before the last items of a list; nothing if a path has left the list.
fn start_of(items: &[usize], last: isize) -> &[usize] {
    let end = usize::try_from(last).ok().and_then(|last| items.len().checked_sub(last));
    &items[..end.unwrap_or(0)]
}

/// The indices after so many items of a section.
fn place(section: &Section, old: isize, new: isize) -> (usize, usize) {
    (section.old.start.saturating_add_signed(old), section.new.start.saturating_add_signed(new))
}

/// How many items two lists have in common at their start.
fn common_head(old: &[usize], new: &[usize]) -> usize {
    old.iter().zip(new).take_while(|(old, new)| old == new).count()
}

/// How many items two lists have in common at their end.
fn common_tail(old: &[usize], new: &[usize]) -> usize {
    old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count()
}

/// How many of the first are this.
fn prefix(of: &[bool], is: bool) -> usize {
    of.iter().take_while(|it| **it == is).count()
}

/// Of each item in a part of a list, in order, its index; none if it stands there more than once.
fn single(items: &[usize], part: Range<usize>) -> IndexMap<usize, Option<usize>> {
    let mut single = IndexMap::new();
    for index in part {
        single.entry(items[index]).and_modify(|place| *place = None).or_insert(Some(index));
    }
    single
}

/// Of pairs whose second numbers rise, as many as possible whose first numbers rise, too; and the
/// steps that this took.
fn longest_rise(pairs: &[(usize, usize)]) -> (Vec<(usize, usize)>, usize) {
    // For each length, the chain of that length whose end is lowest, by its last pair.
    let mut ends: Vec<usize> = Vec::new();
    // For each pair, the one before it in its chain.
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let mut steps = 0;
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].0 < pair.0);
        steps += 1 + ends.len().checked_ilog2().unwrap_or(0) as usize;
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let chain = std::iter::successors(ends.last().copied(), |&index| before[index]);
    let mut rise: Vec<(usize, usize)> = chain.map(|index| pairs[index]).collect();
    rise.reverse();
    (rise, steps)
}

/// Moves what is removed from a list, or added to it, towards the end where the items that it moves
/// over are the same: the last of several equal ones is the one that is new.
fn slide(items: &[usize], is_replaced: &mut [bool], steps: &mut usize, most_steps: usize) {
    let mut done = items.len();
    while let Some(last) = is_replaced[..done].iter().rposition(|is| *is) {
        let start = is_replaced[..last].iter().rposition(|is| !is).map_or(0, |kept| kept + 1);
        done = start;
        let (mut start, mut end) = (start, last + 1);
        while end < items.len() && *steps < most_steps {
            *steps += 1;
            if !is_replaced[end] {
                if items[start] != items[end] {
                    break;
                }
                (is_replaced[start], is_replaced[end]) = (false, true);
                start += 1;
            }
            end += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in an order that looks random and is always the same.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 33) as usize % most
        }

        fn list(&mut self, length: usize, kinds: usize) -> Vec<usize> {
            (0..length).map(|_| self.below(kinds)).collect()
        }

        fn shuffled(&mut self, length: usize) -> Vec<usize> {
            let mut items: Vec<usize> = (0..length).collect();
            (1..length).rev().for_each(|index| items.swap(index, self.below(index + 1)));
            items
        }
    }

    /// How many items are kept, after a look at whether the runs are a difference of the lists.
    fn kept(old: &[usize], new: &[usize], runs: &[Run]) -> usize {
        let (mut end, mut count, mut was_kept) = ((0, 0), 0, None);
        for run in runs {
            let (is_kept, olds, news) = match run {
                Run::Kept { old, new } => (true, old.clone(), new.clone()),
                Run::Replaced { old, new } => (false, old.clone(), new.clone()),
            };
            assert_eq!((olds.start, news.start), end);
            assert!(!olds.is_empty() || !news.is_empty());
            assert_ne!(was_kept.replace(is_kept), Some(is_kept));
            end = (olds.end, news.end);
            if is_kept {
                count += olds.len();
                assert_eq!(old[olds], new[news]);
            }
        }
        assert_eq!(end, (old.len(), new.len()));
        count
    }

    /// How many items the longest list has that both lists contain in order.
    fn most_common(old: &[usize], new: &[usize]) -> usize {
        let mut most = vec![0; new.len() + 1];
        for one in old {
            let mut before = 0;
            for (index, other) in new.iter().enumerate() {
                let here = if one == other { before + 1 } else { most[index].max(most[index + 1]) };
                before = std::mem::replace(&mut most[index + 1], here);
            }
        }
        most[new.len()]
    }

    #[test]
    fn short_lists_have_the_shortest_difference() {
        let mut numbers = Numbers(1);
        for _ in 0..20_000 {
            let kinds = 1 + numbers.below(12);
            let lengths = (numbers.below(25), numbers.below(25));
            let (old, new) = (numbers.list(lengths.0, kinds), numbers.list(lengths.1, kinds));
            let runs = runs(&old, &new);
            assert_eq!(kept(&old, &new, &runs), most_common(&old, &new), "{old:?} {new:?}");
        }
    }

    #[test]
    fn the_last_of_equal_items_is_the_new_one() {
        let kept = |old, new| Run::Kept { old, new };
        let replaced = |old, new| Run::Replaced { old, new };
        let (short, long) = (b"{ab}", b"{abb}");
        let added = [kept(0..3, 0..3), replaced(3..3, 3..4), kept(3..4, 4..5)];
        assert_eq!(runs(short, long), added);
        let removed = [kept(0..3, 0..3), replaced(3..4, 3..3), kept(4..5, 3..4)];
        assert_eq!(runs(long, short), removed);
    }

    #[test]
    fn long_lists_take_a_bounded_number_of_steps() {
        let mut numbers = Numbers(2);
        let mut cases = Vec::new();
        for length in [20_000, 1_000_000] {
            // The longest order that both have is kept; it has some two roots of the length.
            let sorted: Vec<usize> = (0..length).collect();
            cases.push((sorted, numbers.shuffled(length), length.isqrt() * 3 / 2));
        }
        let sorted: Vec<usize> = (0..20_000).collect();
        cases.push((sorted.clone(), sorted.iter().rev().copied().collect(), 1));
        cases.push((sorted.clone(), sorted.iter().map(|item| item + 20_000).collect(), 0));
        cases.push((sorted.clone(), numbers.list(20_000, 2), 0));
        cases.push((numbers.list(20_000, 2), numbers.list(20_000, 2), 0));
        let alike = sorted.iter().map(|item| item + item % 1000 / 999).collect();
        cases.push((sorted, alike, 19_960));
        for (old, new, least) in cases {
            let comparison = Comparison::of(&old, &new);
            let length = old.len() + new.len();
            // The search, and what follows where it is given up.
            let most = STEPS + (STEPS_PER_ITEM + 32) * length;
            assert!(comparison.steps < most, "{length}: {} steps", comparison.steps);
            let kept = kept(&old, &new, &comparison.runs());
            assert!(kept >= least, "{length}: {kept} kept");
        }
    }
}
