//! How the programs of one kernel release behave, and its loader.

use super::genksyms::Genksyms;
use super::load::Load;
use super::modpost::Modpost;

/// How the programs of one kernel release behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The behaviour of genksyms.
    pub genksyms: Genksyms,
    /// The behaviour of modpost.
    pub modpost: Modpost,
    /// The behaviour of the kernel when it loads a module.
    pub load: Load,
}

impl Behaviour {
    /// Before the first entry of the ledger.
    pub(super) const OLDEST: Self =
        Self { genksyms: Genksyms::OLDEST, modpost: Modpost::OLDEST, load: Load::OLDEST };
}
