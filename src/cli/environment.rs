//! The environment variables that matter.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

/// The environment variables that matter.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `KERNELVERSION`, as Kbuild exports it.
    pub kernel_version: Option<OsString>,
    /// Whether `MODVERSIONS_DIAGNOSTICS` is 1.
    pub diagnostics: bool,
    /// Whether `MODVERSIONS_ABI` is 1.
    pub record: bool,
    /// `UTS_MACHINE`, as Kbuild exports it: what `uname -m` says where the kernel runs.
    pub machine: Option<OsString>,
    /// `objtree`, as Kbuild exports it: the directory that it builds in.
    pub object_tree: Option<OsString>,
    /// `srctree`, as Kbuild exports it: where the kernel's sources are, seen from the place that it
    /// compiles at.
    pub source_tree: Option<OsString>,
    /// `MODVERDIR`, as Kbuild before 5.4 exports it: where it keeps the lists of modules' objects.
    pub module_lists: Option<OsString>,
    /// Whether standard error has colours: it is a terminal, or `CLICOLOR_FORCE` asks for them; and
    /// `NO_COLOR` does not forbid them.
    pub color: bool,
    /// The same of standard output.
    pub stdout_color: bool,
    /// Whether standard error is a terminal, for a bar while somebody waits.
    pub progress: bool,
    /// `SOURCE_DATE_EPOCH`: the time that counts as now, for results that can be had again.
    pub source_date_epoch: Option<OsString>,
    /// Whether `POSIXLY_CORRECT` is set: options end at the first operand.
    pub posixly_correct: bool,
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let may_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let must_color = std::env::var_os("CLICOLOR_FORCE")
            .is_some_and(|value| !value.is_empty() && value != "0");
        Self {
            kernel_version: std::env::var_os("KERNELVERSION").filter(|value| !value.is_empty()),
            diagnostics: std::env::var_os("MODVERSIONS_DIAGNOSTICS").is_some_and(|v| v == "1"),
            record: std::env::var_os("MODVERSIONS_ABI").is_some_and(|v| v == "1"),
            machine: std::env::var_os("UTS_MACHINE"),
            object_tree: std::env::var_os("objtree"),
            source_tree: std::env::var_os("srctree"),
            module_lists: std::env::var_os("MODVERDIR"),
            color: may_color && (must_color || io::stderr().is_terminal()),
            stdout_color: may_color && (must_color || io::stdout().is_terminal()),
            progress: io::stderr().is_terminal(),
            source_date_epoch: std::env::var_os("SOURCE_DATE_EPOCH"),
            posixly_correct: std::env::var_os("POSIXLY_CORRECT").is_some(),
        }
    }
}
