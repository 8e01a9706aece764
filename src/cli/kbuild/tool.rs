//! The programs of Kbuild, a row each in every question.

use crate::release::{KernelRelease, Program, Standing};

/// The programs of Kbuild that ours can take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Tool {
    /// CRCs from preprocessed C
    Genksyms,
    /// CRCs from debugging information
    Gendwarfksyms,
    /// Symbol versions and aliases of modules from their objects
    Modpost,
}

impl Tool {
    /// All of them, in the order that a build calls them.
    pub(super) const ALL: [Tool; 3] = [Tool::Genksyms, Tool::Gendwarfksyms, Tool::Modpost];

    /// The program's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Gendwarfksyms => "gendwarfksyms",
            Tool::Modpost => "modpost",
        }
    }

    /// The folder of `scripts` that it is in.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Gendwarfksyms => "gendwarfksyms",
            Tool::Modpost => "mod",
        }
    }

    /// Where the program is in a tree.
    pub(super) fn path(self) -> &'static str {
        match self {
            Tool::Genksyms => "scripts/genksyms/genksyms",
            Tool::Gendwarfksyms => "scripts/gendwarfksyms/gendwarfksyms",
            Tool::Modpost => "scripts/mod/modpost",
        }
    }

    /// A line that says of the program what it is now.
    pub(super) fn is(self, what: &str) -> String {
        format!("{}: {what}", self.path())
    }

    /// Why ours is no drop-in for that of `release`, if so.
    pub(super) fn shortcoming(self, release: KernelRelease) -> Option<String> {
        let program = match self {
            Tool::Genksyms => Program::Genksyms,
            Tool::Gendwarfksyms => Program::Gendwarfksyms,
            Tool::Modpost => Program::Modpost,
        };
        match program.standing(release) {
            Standing::Checked | Standing::Built => None,
            Standing::Unknown(reason) => Some(reason),
        }
    }
}
