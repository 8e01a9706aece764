//! How each export of a release differs from that of the other.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::lints::{Lint, Verdict};
use crate::canonical::spelled;
use crate::kernel::{Coverage, Export, Exports};
use crate::layout::impact::{Class, Reason};
use crate::module::kernel_name;

/// An export on both sides, as far as the sides have it: what one does not know is as on the
/// other. None if nothing is known.
fn aligned<'a>(
    (old, old_export): (&Exports, Option<&'a Export>),
    (new, new_export): (&Exports, Option<&'a Export>),
) -> Option<[Option<Cow<'a, Export>>; 2]> {
    let are_modules = |it: &Exports| matches!(it.origin.coverage, Coverage::Modules(_));
    let are_both_modules = are_modules(old) && are_modules(new);
    // Two that somebody asks about are meant to be the same one.
    let is_alone = |it: &Exports| it.origin.modules == 1 && !it.origin.has_kernel;
    let is_one_module = are_both_modules && is_alone(old) && is_alone(new);
    match (old_export, new_export) {
        (Some(old_export), Some(new_export)) => {
            let with = |own: &'a Export, other: &Export| {
                let is_same_module = is_one_module
                    || (are_modules(old) || are_modules(new))
                        && kernel_name(&own.module) == kernel_name(&other.module);
                match (own.is_import, is_same_module) {
                    (true, _) => Cow::Owned(Export { crc: own.crc, ..other.clone() }),
                    (false, true) => {
                        Cow::Owned(Export { module: other.module.clone(), ..own.clone() })
                    }
                    (false, false) => Cow::Borrowed(own),
                }
            };
            let new = with(new_export, old_export);
            Some([Some(with(old_export, &new)), Some(new)])
        }
        (Some(export), None) => {
            let is_told = new.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([Some(Cow::Borrowed(export)), None])
        }
        (None, Some(export)) => {
            let is_told = old.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([None, Some(Cow::Borrowed(export))])
        }
        (None, None) => None,
    }
}

/// What a lint has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub lint: Lint,
    /// The symbol.
    pub symbol: Bytes,
    /// What is known of it.
    pub detail: Detail,
    /// What is thought of it.
    pub verdict: Verdict,
}

/// What is known of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The export is not there any more.
    Removed(Export),
    /// The export was not there.
    Added(Export),
    /// The export differs.
    Changed {
        /// The export before.
        old: Export,
        /// The export after.
        new: Export,
        /// The worst that is done to modules by what reaches it, if that is known.
        worst: Option<Class>,
    },
    /// The export has the same CRC, but reaches what changed.
    Reaches {
        /// The export before.
        old: Export,
        /// The export after.
        new: Export,
        /// The worst that is done to modules by what it reaches.
        worst: Class,
        /// What does that. It is large, and most findings are of another kind.
        reached: Box<Reached>,
    },
    /// Only types tell that the export is gone, or new: those of this file, without its ending.
    OnlyTyped(Vec<u8>),
    /// These files declare it, each differently: their paths from the top of the release.
    DeclaredTwice(Vec<Vec<u8>>),
    /// A line of a stable list says what is not so.
    Listed {
        /// The list, as it was named.
        list: Vec<u8>,
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong.
        fault: ListFault,
    },
}

/// What an export reaches that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its name with its kind's letter.
    pub name: Vec<u8>,
    /// The worst that its change does.
    pub reason: Option<Reason>,
    /// How many more such changes the export reaches.
    pub others: usize,
}

impl Reached {
    /// All of it in words.
    fn words(&self) -> Vec<u8> {
        let mut text = spelled(&self.name);
        if let Some(reason) = &self.reason {
            text.extend(format!(": {reason}").into_bytes());
        }
        if self.others > 0 {
            text.extend(format!("; and {} more changes", self.others).into_bytes());
        }
        text
    }
}

/// What is wrong with a line of a stable list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// Only the kernel before has the symbol.
    Missing,
    /// Neither kernel has it.
    Unknown,
    /// Neither kernel has types for it, and not both have a list of exports.
    Untyped,
    /// The kernel after has another CRC.
    Drifted {
        /// The CRC in the list.
        promised: u32,
        /// The CRC after.
        found: u32,
    },
    /// The symbol is in this line of the same section already.
    Duplicate(usize),
}

impl ListFault {
    /// The lint that finds it.
    pub(super) const fn lint(self) -> Lint {
        match self {
            Self::Missing => Lint::StableMissing,
            Self::Unknown | Self::Untyped => Lint::StableUnknown,
            Self::Drifted { .. } => Lint::StableDrifted,
            Self::Duplicate(_) => Lint::StableDuplicate,
        }
    }
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("only the old kernel exports it"),
            Self::Unknown => f.write_str("neither kernel exports it"),
            Self::Untyped => f.write_str("neither kernel has types for it"),
            Self::Drifted { promised, found } => {
                write!(f, "{promised:#010x} in the list, {found:#010x} now")
            }
            Self::Duplicate(first) => write!(f, "the first is in line {first}"),
        }
    }
}

impl Finding {
    /// A finding as its lint sees it.
    pub(super) fn new(lint: Lint, symbol: Bytes, detail: Detail) -> Finding {
        Finding { lint, symbol, detail, verdict: Verdict::of(lint) }
    }

    /// Whether it is about an export, not about what somebody says of it.
    pub(super) fn is_of_export(&self) -> bool {
        match self.detail {
            Detail::Removed(_)
            | Detail::Added(_)
            | Detail::Changed { .. }
            | Detail::Reaches { .. }
            | Detail::OnlyTyped(_) => true,
            Detail::DeclaredTwice(_) | Detail::Listed { .. } => false,
        }
    }

    /// The export before.
    pub fn old(&self) -> Option<&Export> {
        match &self.detail {
            Detail::Removed(old) | Detail::Changed { old, .. } | Detail::Reaches { old, .. } => {
                Some(old)
            }
            Detail::Added(_)
            | Detail::OnlyTyped(_)
            | Detail::DeclaredTwice(_)
            | Detail::Listed { .. } => None,
        }
    }

    /// The export after.
    pub fn new_export(&self) -> Option<&Export> {
        match &self.detail {
            Detail::Added(new) | Detail::Changed { new, .. } | Detail::Reaches { new, .. } => {
                Some(new)
            }
            Detail::Removed(_)
            | Detail::OnlyTyped(_)
            | Detail::DeclaredTwice(_)
            | Detail::Listed { .. } => None,
        }
    }

    /// What the export changed to, for rules that mean nothing else: its CRC in the new kernel.
    pub(super) fn is(&self) -> Option<u32> {
        self.new_export().map(Export::crc_or_zero)
    }

    /// The worst that is done to modules by what reaches the export, as far as that is known.
    pub fn worst(&self) -> Option<Class> {
        match &self.detail {
            Detail::Changed { worst, .. } => *worst,
            Detail::Reaches { worst, .. } => Some(*worst),
            Detail::Removed(_)
            | Detail::Added(_)
            | Detail::OnlyTyped(_)
            | Detail::DeclaredTwice(_)
            | Detail::Listed { .. } => None,
        }
    }

    /// What more there is to say: where a list has it, and what changed.
    pub fn remark(&self) -> Option<Vec<u8>> {
        match &self.detail {
            Detail::Reaches { reached, .. } => Some(reached.words()),
            Detail::Listed { list, line, fault } => {
                Some([&list[..], format!(":{line}: {fault}").as_bytes()].concat())
            }
            Detail::Removed(_)
            | Detail::Added(_)
            | Detail::Changed { .. }
            | Detail::OnlyTyped(_)
            | Detail::DeclaredTwice(_) => None,
        }
    }
}

impl Detail {
    /// That an export is not the same on both sides; none if it is on neither.
    fn of(old: Option<&Export>, new: Option<&Export>) -> Option<Detail> {
        Some(match (old.cloned(), new.cloned()) {
            (Some(old), None) => Detail::Removed(old),
            (None, Some(new)) => Detail::Added(new),
            (Some(old), Some(new)) => Detail::Changed { old, new, worst: None },
            (None, None) => return None,
        })
    }
}

/// All that the lints find, in their order, and of each in the order of symbols.
pub(super) fn of_exports([old, new]: [&Exports; 2]) -> Vec<Finding> {
    let mut pairs = differing(old, new);
    // Most symbols differ in their first bytes, which are compared as one number.
    let start = |symbol: &[u8]| {
        let mut start = [0; 8];
        let length = symbol.len().min(start.len());
        start[..length].copy_from_slice(&symbol[..length]);
        u64::from_be_bytes(start)
    };
    pairs.sort_unstable_by(|(one, ..), (other, ..)| {
        start(one).cmp(&start(other)).then_with(|| one.cmp(other))
    });
    let mut by_lint: Vec<Vec<Finding>> = vec![Vec::new(); Lint::ALL.len()];
    for (symbol, of_old, of_new) in pairs {
        let Some(sides) = aligned((old, of_old), (new, of_new)) else { continue };
        let [of_old, of_new] = [0, 1].map(|side: usize| sides[side].as_deref());
        for (&lint, found) in Lint::ALL.iter().zip(&mut by_lint) {
            if lint.finds().is_some_and(|finds| finds(of_old, of_new)) {
                let detail = Detail::of(of_old, of_new);
                found.extend(detail.map(|detail| Finding::new(lint, symbol.clone(), detail)));
            }
        }
    }
    by_lint.into_iter().flatten().collect()
}

/// A symbol, and the export of it on both sides.
type Pair<'a> = (&'a Bytes, Option<&'a Export>, Option<&'a Export>);

/// The exports that are not the same on both sides, in no order.
fn differing<'a>(old: &'a Exports, new: &'a Exports) -> Vec<Pair<'a>> {
    let mut is_on_both = vec![false; new.len()];
    let of_old = old.by_symbol().iter().map(|(symbol, export)| {
        let other = new.by_symbol().get_full(symbol);
        if let Some((index, ..)) = other {
            is_on_both[index] = true;
        }
        (symbol, Some(export), other.map(|(.., other)| other))
    });
    let mut pairs: Vec<Pair<'_>> = of_old.filter(|(_, old, new)| differ(*old, *new)).collect();
    let only_new = new.by_symbol().iter().zip(is_on_both).filter(|(_, is_on_both)| !is_on_both);
    pairs.extend(only_new.map(|((symbol, export), _)| (symbol, None, Some(export))));
    pairs
}

/// Whether there is anything for a lint to find; lines do not count.
fn differ(old: Option<&Export>, new: Option<&Export>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old != new,
        (old, new) => old.is_some() || new.is_some(),
    }
}
