//! How many threads a run may use: the number it is given, or what GNU make's job server has to spare.

use std::ffi::OsStr;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Sender};

use jobserver::{Acquired, Client};
use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

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
/// job server that cannot be reached there is one thread. Where the system has fewer to give, there
/// are fewer.
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
    match pool(others(count - 1, |body| std::thread::Builder::new().spawn(body).map(drop))) {
        Ok(pool) => pool.install(work),
        // This thread is in a pool already, and stays there.
        Err(_) => work(),
    }
}

/// A thread that waits for its part in a pool; it ends if it gets none.
type Waiting = Sender<ThreadBuilder>;

/// At most `wanted` threads made by `spawn`: those before the first that it fails to make.
///
/// They are made before the pool is, because a pool that lacks one of its threads cannot be mended,
/// and the thread that asked for it stays bound to it.
fn others(
    wanted: usize,
    mut spawn: impl FnMut(Box<dyn FnOnce() + Send>) -> io::Result<()>,
) -> Vec<Waiting> {
    let make = |_| {
        let (waiting, part) = mpsc::channel::<ThreadBuilder>();
        spawn(Box::new(move || part.recv().into_iter().for_each(ThreadBuilder::run))).ok()?;
        Some(waiting)
    };
    (0..wanted).map_while(make).collect()
}

/// A pool of this thread and of `others`.
///
/// # Errors
/// This thread is in a pool already.
fn pool(others: Vec<Waiting>) -> Result<ThreadPool, ThreadPoolBuildError> {
    let pool = ThreadPoolBuilder::new().num_threads(1 + others.len()).use_current_thread();
    let mut others = others.into_iter();
    let join = |part| {
        let other = others.next().ok_or(io::ErrorKind::WouldBlock)?;
        other.send(part).map_err(|_| io::ErrorKind::BrokenPipe.into())
    };
    pool.spawn_handler(join).build()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use rayon::iter::{IntoParallelIterator, ParallelIterator};

    use super::*;

    /// How many threads a pool has, and a sum that it makes, where the system has `most` to give.
    fn made(wanted: usize, most: usize) -> (usize, u64) {
        let mut left = most;
        let spawn = |body: Box<dyn FnOnce() + Send>| {
            left = left.checked_sub(1).ok_or(io::ErrorKind::WouldBlock)?;
            std::thread::Builder::new().spawn(body).map(drop)
        };
        let pool = pool(others(wanted, spawn)).unwrap();
        let sum = || (0..10_000_u64).into_par_iter().sum();
        (pool.current_num_threads(), pool.install(sum))
    }

    #[test]
    fn fewer_threads_do_the_same_work() {
        for (most, expected) in [(9, 8), (7, 8), (3, 4), (1, 2), (0, 1)] {
            // A thread is in one pool at most.
            let made = std::thread::spawn(move || made(7, most)).join().unwrap();
            assert_eq!(made, (expected, 49_995_000), "{most}");
        }
    }
}
