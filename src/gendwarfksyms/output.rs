//! What is asked for, and what comes of it.

use super::messages::Fault;

/// What is wanted besides the CRCs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `--diagnostics`: what the kernel's program does in silence.
    pub diagnostics: bool,
    /// Whether that is coloured.
    pub color: bool,
    /// `-d`: what is being done.
    pub debug: bool,
    /// `--dump-dies`: the DIEs of each symbol.
    pub dump_dies: bool,
    /// `--dump-types`: the text of each type.
    pub dump_types: bool,
    /// `--dump-versions`: the text that each CRC is of.
    pub dump_versions: bool,
    /// `-s`: rules of kABI count.
    pub stable: bool,
    /// `-T`: the lines of a `.symtypes` file.
    pub symtypes: bool,
}

/// What a part of a run has said and done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The lines of the `.symtypes` file.
    pub symtypes: Vec<u8>,
    /// Whether the run has failed, and ends.
    pub has_failed: bool,
}

impl Output {
    /// Ends the run.
    pub(super) fn fail(&mut self, fault: Fault) {
        self.stderr.extend(fault.0);
        self.has_failed = true;
    }
}
