//! What there is to say of one refusal, and where it is looked for.

use super::id::ReasonId;
use crate::check::candidate::{Candidate, Facts};
use crate::check::kernel::Kernel;
use crate::check::order::Order;

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
    pub(in crate::check) order: &'a Order,
    /// The names of the modules that are refused.
    pub(in crate::check) refused: &'a [&'a [u8]],
}

/// The explanation of one refusal.
pub(super) struct Explanation {
    pub(super) id: ReasonId,
    pub(super) message: String,
    pub(super) cause: String,
    pub(super) remedy: String,
    pub(super) symbol: Option<ReasonSymbol>,
}

/// Bytes of a file as text for a person.
pub(super) fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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

/// What to do about such a module.
pub(super) fn rebuild(kernel: &Kernel) -> String {
    match &kernel.release {
        Some(release) => format!("rebuild it against the headers of {}", words(release)),
        None => "rebuild it against the headers of this kernel".to_owned(),
    }
}
