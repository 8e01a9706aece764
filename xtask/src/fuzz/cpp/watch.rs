//! Ends this process if one input takes too long or too much memory: neither can be helped from inside.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How long one input may take: the bound of ours is some seconds, on a busy machine.
const LONGEST: u64 = 60;

/// How much memory this process may have, in bytes.
const MOST: u64 = 4 << 30;

/// How often is looked, in milliseconds.
const EVERY: u64 = 100;

/// What a thread watches.
pub struct Watch {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The number of the input.
    number: AtomicU64,
    /// How often it was looked since that began.
    looks: AtomicU64,
}

impl Watch {
    /// Begins to watch. The thread ends with the process.
    pub fn begin() -> Watch {
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(EVERY));
                let looks = watched.looks.fetch_add(1, Ordering::Relaxed);
                let number = watched.number.load(Ordering::Relaxed);
                let what = match looks * EVERY > LONGEST * 1000 {
                    true => "takes too long",
                    false if memory("VmRSS:") > MOST => "takes too much memory",
                    false => continue,
                };
                eprintln!("program {number} {what}");
                std::process::exit(1);
            }
        });
        Watch { shared }
    }

    /// An input begins.
    pub fn now_at(&self, number: u64) {
        self.shared.number.store(number, Ordering::Relaxed);
        self.shared.looks.store(0, Ordering::Relaxed);
    }

    /// The most memory that this process has had, in bytes.
    pub fn most_memory(&self) -> u64 {
        memory("VmHWM:")
    }
}

/// A line about the memory of this process, in bytes; 0 where the system has no such thing.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|it| it.strip_prefix(line)).unwrap_or_default();
    let value: u64 = value.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    value << 10
}
