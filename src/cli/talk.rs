//! How much our own commands say, and in which colors: the options that each of them has.

use clap::Args;

use super::Environment;
use super::colour::When;

/// How much is said, and in which colors.
#[derive(Args, Clone, Debug)]
pub(super) struct Talk {
    /// Print errors only: no warnings, no progress, and no report where the exit status has the answer
    ///
    /// Reports in files (-f FORMAT:FILE) are written, and what is asked for as text is printed.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// When to use colors
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    color: When,
}

impl Talk {
    /// The environment with what the options say.
    pub(super) fn applied_to(&self, environment: &Environment) -> Environment {
        let color = |is_usual| self.color.is_now(is_usual);
        Environment {
            color: color(environment.color),
            stdout_color: color(environment.stdout_color),
            progress: environment.progress && !self.quiet,
            ..environment.clone()
        }
    }
}
