//! The threads of a run, and its progress on stderr while they work.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// How often progress is printed.
const PROGRESS: Duration = Duration::from_secs(5);

/// How often the threads are looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// The stack of a thread: as the main thread of the product has it.
const STACK: usize = 8 << 20;

/// Runs `work` on a thread for each processor, with its number, until all have ended. Meanwhile
/// `watch` is called again and again, and `summary` printed.
pub fn on_all_threads(
    work: impl Fn(usize) -> Result<()> + Sync,
    watch: impl Fn(),
    summary: impl Fn() -> String,
) -> Result<()> {
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        let work = &work;
        let mut workers = Vec::new();
        for number in 0..threads {
            let thread = thread::Builder::new().stack_size(STACK);
            workers.push(thread.spawn_scoped(scope, move || work(number))?);
        }
        let mut next = Instant::now() + PROGRESS;
        while !workers.iter().all(|worker| worker.is_finished()) {
            thread::sleep(PAUSE);
            watch();
            if Instant::now() > next {
                eprintln!("{}", summary());
                next += PROGRESS;
            }
        }
        workers.into_iter().try_for_each(|worker| {
            worker.join().map_err(|_| anyhow!("a thread panicked")).and_then(|result| result)
        })
    })
}
