//! Where exports are from: what they cover, and the modules that they were read from.

use crate::module::Machine;

/// What the exports of one side cover: of other modules it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// All exports of a kernel.
    #[default]
    Everything,
    /// Those of all its modules, but not those of the kernel itself.
    AllModules,
    /// Those of these modules, of which the kernel itself may be one: their names as the kernel has
    /// them ([`crate::module::kernel_name`]); sorted.
    Modules(Vec<Vec<u8>>),
}

/// What is known of the modules that exports were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file that lists them, if one does: the lines of exports are its lines.
    pub list: Option<Vec<u8>>,
    /// What they cover.
    pub coverage: Coverage,
    /// How many modules there are, without the kernel itself.
    pub modules: usize,
    /// Whether the kernel itself is among them.
    pub has_kernel: bool,
    /// The machine that all of them are for.
    pub machine: Option<Machine>,
    /// The first of their compilers.
    pub compiler: Option<Vec<u8>>,
    /// Symbols that two of the modules were built against with different CRCs. The first is taken.
    pub disagreements: Vec<Disagreement>,
}

/// A symbol that two modules were built against with different CRCs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The symbol.
    pub symbol: Vec<u8>,
    /// The files of the modules.
    pub modules: [Vec<u8>; 2],
}
