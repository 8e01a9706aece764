//! What a run of our own commands may use of the machine: the options that say so, and the work done
//! within them.

use std::num::NonZeroUsize;

use clap::Args;

use super::threads::{JobServer, with_threads};

/// What a run may use of the machine.
#[derive(Args)]
pub(super) struct Resources {
    /// Use at most N threads (and never more than 64)
    ///
    /// By default as many as there are processors, or as make's job server has to spare. The report
    /// does not depend on it.
    #[arg(short, long, global = true, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl Resources {
    /// Does `work`, and gives what it does.
    ///
    /// Must be called before anything opens a file: see [`JobServer::of_environment`].
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        with_threads(self.jobs, &JobServer::of_environment(), work)
    }
}
