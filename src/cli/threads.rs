//! How many threads a run may use: the number it is given, or what GNU make's job server has to spare.

use std::ffi::OsStr;
use std::num::NonZeroUsize;

use jobserver::{Acquired, Client};
use rayon::ThreadPoolBuilder;

/// More threads than this only wait for each other.
const MOST: usize = 64;

/// What is known about a job server.
pub(super) enum JobServer {
    /// There is none: we are alone.
    None,
    /// One is announced, and cannot be reached: make (before 4.4) only lets programs through that
    /// its makefile marks with `+`.
    OutOfReach,
    /// One that hands out tokens.
    Client(Client),
}

impl JobServer {
    /// The one that make announces.
    ///
    /// Must be called before anything else opens a file, since make announces numbers of files
    /// that may not be open.
    pub(super) fn of_environment() -> Self {
        let announced = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"]
            .iter()
            .filter_map(std::env::var_os)
            .any(|flags| is_announced(&flags));
        if !announced {
            return Self::None;
        }
        // SAFETY: called first of all, so the numbers are those of make or of no files at all,
        // which the library checks.
        match unsafe { Client::from_env_ext(true) }.client {
            Ok(client) => Self::Client(client),
            Err(_) => Self::OutOfReach,
        }
    }

    /// As many tokens as can be had at once, at most `wanted`.
    fn acquire(&self, wanted: usize) -> Vec<Acquired> {
        let Self::Client(client) = self else {
            return Vec::new();
        };
        std::iter::from_fn(|| client.try_acquire().ok().flatten()).take(wanted).collect()
    }
}

fn is_announced(flags: &OsStr) -> bool {
    let flags = flags.to_string_lossy();
    flags.contains("--jobserver-auth=") || flags.contains("--jobserver-fds=")
}

/// Runs `work` with `count` threads, else with as many as the job server allows: one is ours
/// anyhow, others cost a token each, which is handed back afterwards. Where make has announced a
/// job server that cannot be reached there is one thread.
pub(super) fn with_threads<T: Send>(
    count: Option<NonZeroUsize>,
    server: &JobServer,
    work: impl FnOnce() -> T + Send,
) -> T {
    let available = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST);
    let (count, _tokens) = match (count, server) {
        (Some(count), _) => (count.get().min(MOST), Vec::new()),
        (None, JobServer::None) => (available, Vec::new()),
        (None, _) => {
            let tokens = server.acquire(available - 1);
            (1 + tokens.len(), tokens)
        }
    };
    match ThreadPoolBuilder::new().num_threads(count).use_current_thread().build() {
        Ok(pool) => pool.install(work),
        // No threads can be had; rayon does the work in this one.
        Err(_) => work(),
    }
}
