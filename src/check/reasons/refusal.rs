//! What there is to say of one refusal, and where it is looked for.

use std::borrow::Cow;
use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHasher;

use super::id::ReasonId;
use crate::check::candidate::{Candidate, Facts};
use crate::check::kernel::{Kernel, has_word};
use crate::check::order::Order;
use crate::kernel::Export;

/// A symbol that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonSymbol {
    /// Its name.
    pub name: Vec<u8>,
    /// The CRC that the module was built against.
    pub expected: Option<u32>,
    /// The CRC that the symbol has.
    pub actual: Option<u32>,
    /// The module that exports it, if it is not the kernel itself.
    pub owner: Option<Vec<u8>>,
}

/// Where a reason is looked for.
pub(in crate::check) struct Situation<'a> {
    pub(in crate::check) kernel: &'a Kernel,
    pub(in crate::check) candidates: &'a [Candidate],
    order: &'a Order<'a>,
    /// For each module that is in a cycle, by number, which cycle that is.
    cycles: IndexMap<usize, usize, BuildHasherDefault<FxHasher>>,
    /// The names of the modules that were given.
    given: Names<'a>,
    /// The names of those that are refused.
    refused: Names<'a>,
    /// The names of the kernel's own modules, as far as they export something.
    own: Names<'a>,
}

/// Names of modules.
type Names<'a> = IndexSet<Cow<'a, [u8]>, BuildHasherDefault<FxHasher>>;

impl<'a> Situation<'a> {
    /// These modules, of which some are `refused`, by number.
    pub(in crate::check) fn new(
        kernel: &'a Kernel,
        candidates: &'a [Candidate],
        order: &'a Order<'a>,
        refused: impl Iterator<Item = usize>,
    ) -> Self {
        let name = |candidate: &'a Candidate| Cow::Borrowed(&*candidate.name);
        let cycles = order.cycles.iter().enumerate();
        Self {
            kernel,
            candidates,
            order,
            cycles: cycles.flat_map(|(at, cycle)| cycle.iter().map(move |&it| (it, at))).collect(),
            given: candidates.iter().map(name).collect(),
            refused: refused.map(|it| name(&candidates[it])).collect(),
            own: kernel.exports.iter().filter_map(|(_, export)| Export::owner(export)).collect(),
        }
    }

    /// Whether a module of this name was given.
    pub(super) fn is_given(&self, name: &[u8]) -> bool {
        self.given.contains(name)
    }

    /// Whether a module of this name is refused.
    pub(super) fn is_refused(&self, name: &[u8]) -> bool {
        self.refused.contains(name)
    }

    /// Whether a module of this name was given, or is one of the kernel's own.
    pub(super) fn is_known(&self, name: &[u8]) -> bool {
        self.is_given(name) || self.own.contains(name)
    }

    /// The first module that was given and exports a symbol, by number.
    pub(super) fn exporter(&self, symbol: &[u8]) -> Option<usize> {
        self.order.exporters.get(symbol).copied()
    }

    /// The modules that need each other, if both of these are among them, by number.
    pub(super) fn cycle_of(&self, one: usize, other: usize) -> Option<&[usize]> {
        let cycle =
            self.cycles.get(&one).filter(|cycle| self.cycles.get(&other) == Some(*cycle))?;
        Some(&self.order.cycles[*cycle])
    }
}

/// The explanation of one refusal.
pub(super) struct Explanation {
    pub(super) id: ReasonId,
    pub(super) message: String,
    pub(super) cause: String,
    pub(super) remedy: Remedy,
    pub(super) symbol: Option<ReasonSymbol>,
}

/// What to do about a refusal.
pub(super) struct Remedy {
    pub(super) text: String,
    /// Whether it is to build the module again. Then nothing else helps before that is done.
    pub(super) is_rebuild: bool,
    /// Whether it is what another module's refusal asks for.
    pub(super) is_elsewhere: bool,
}

impl Remedy {
    /// To build the module again, as this text says.
    pub(super) fn rebuild(text: String) -> Self {
        Self { text, is_rebuild: true, is_elsewhere: false }
    }

    /// What the refusal of this module asks for.
    pub(super) fn of_module(name: &str) -> Self {
        let text = format!("see the reasons given for {name}");
        Self { text, is_rebuild: false, is_elsewhere: true }
    }
}

impl From<String> for Remedy {
    /// Something else.
    fn from(text: String) -> Self {
        Self { text, is_rebuild: false, is_elsewhere: false }
    }
}

impl From<&str> for Remedy {
    /// Something else.
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// How many bytes of a name or text are shown to a person, and how many names of a list.
const MOST_TEXT: usize = 1 << 10;
const MOST_NAMES: usize = 16;

/// Bytes of a file as text for a person.
pub(super) fn words(bytes: &[u8]) -> String {
    match bytes.get(..MOST_TEXT) {
        Some(start) => format!("{}…", String::from_utf8_lossy(start)),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The names of modules as text for a person.
pub(super) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n [u8]>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let mut shown: Vec<String> = names.take(MOST_NAMES).map(words).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

/// The cause, for a module that was not built against the kernel's headers.
pub(super) fn other_headers(facts: &Facts, kernel: &Kernel) -> String {
    match (facts.release(), kernel.release.as_deref()) {
        (Some(own), Some(release)) if own == release => format!(
            "it was built for a kernel of the same release, {}, but with another configuration \
             or other sources: a kernel rebuilt under the same name, headers that do not belong \
             to it, or an old Module.symvers",
            words(own)
        ),
        (Some(own), Some(release)) => format!(
            "it was built against the headers of {}, but this kernel is {}",
            words(own),
            words(release)
        ),
        (Some(own), None) => format!(
            "it was built against the headers of {}; this kernel is a different one, or was \
             configured differently",
            words(own)
        ),
        (None, _) => "it was not built against this kernel's headers".to_owned(),
    }
}

/// Whether the module is for another release than the kernel's, as far as both are known. That is
/// the cause then, whatever else differs because of it.
pub(super) fn is_other_release(facts: &Facts, kernel: &Kernel) -> bool {
    let releases = facts.release().zip(kernel.release.as_deref());
    releases.is_some_and(|(own, release)| own != release)
}

/// Whether the module says that it was built with symbol versions; none if it has no `vermagic`.
pub(super) fn claims_versions(facts: &Facts) -> Option<bool> {
    facts.vermagic.as_deref().map(|it| has_word(it, b"modversions"))
}

/// The cause, for a module that has no symbol versions.
pub(super) fn without_versions(facts: &Facts, kernel: &Kernel) -> String {
    if is_other_release(facts, kernel) {
        return other_headers(facts, kernel);
    }
    match claims_versions(facts) {
        Some(true) => "it was built without Module.symvers, or its __versions section was removed",
        Some(false) => "CONFIG_MODVERSIONS was off in the headers it was built against",
        None => {
            "it was built without CONFIG_MODVERSIONS or without Module.symvers, or its __versions \
             section was removed"
        }
    }
    .to_owned()
}

/// What to do about a module that was not built against the kernel's headers.
pub(super) fn rebuild(kernel: &Kernel) -> Remedy {
    rebuild_and(kernel, "")
}

/// The same, and something more, which begins with a comma or a blank.
pub(super) fn rebuild_and(kernel: &Kernel, more: &str) -> Remedy {
    let headers = kernel.release.as_deref().map_or("this kernel".to_owned(), words);
    Remedy::rebuild(format!("rebuild it against the headers of {headers}{more}"))
}
