//! The kernel releases whose own programs answer the cases, a row each. A new one is a row here and
//! a run of `cargo xtask reference`, which writes what its programs answer differently.

/// A program of the kernel that we reimplement, and that has cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `scripts/genksyms`.
    Genksyms,
    /// `scripts/mod/modpost`.
    Modpost,
}

/// A release, and those of its programs that the cases are compared with.
struct Release {
    /// `X.Y`, as `--kernel` takes it.
    name: &'static str,
    /// Its programs.
    tools: &'static [Tool],
}

/// All releases, oldest first.
const RELEASES: [Release; 3] = [
    Release { name: "6.1", tools: &[Tool::Genksyms, Tool::Modpost] },
    Release { name: "6.12", tools: &[Tool::Genksyms, Tool::Modpost] },
    Release { name: "7.2", tools: &[Tool::Genksyms] },
];

impl Tool {
    /// What it is called by, and the folder of its cases below `testdata`.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Modpost => "modpost",
        }
    }

    /// The releases whose program answers its cases, oldest first.
    pub fn releases(self) -> Vec<&'static str> {
        let of_tool = RELEASES.iter().filter(|release| release.tools.contains(&self));
        of_tool.map(|release| release.name).collect()
    }
}
