//! Ends this process if one input takes too long or too much memory: neither can be helped from inside.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::memory::{most_resident, resident};

/// How long one input may take: the bound of ours is some seconds, on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// How much memory this process may have, in bytes.
const MOST: u64 = 4 << 30;

/// How long an input may take before it is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// What the watching thread is told. It ends when this is dropped: what this process does after the
/// task may take as long as it likes.
pub struct Watch {
    inputs: Sender<u64>,
}

impl Watch {
    /// Begins to watch.
    pub fn begin() -> Watch {
        let (inputs, begun) = channel();
        thread::spawn(move || look(&begun));
        Watch { inputs }
    }

    /// The input of this number begins.
    pub fn now_at(&self, number: u64) {
        // It cannot fail: the receiver lives until this is dropped.
        let _ = self.inputs.send(number);
    }

    /// The most memory that this process has had, in bytes.
    pub fn most_memory(&self) -> u64 {
        most_resident()
    }
}

/// Looks at the input that has begun last, until no more can begin.
fn look(begun: &Receiver<u64>) {
    let (mut number, mut since) = (0, Instant::now());
    loop {
        match begun.recv_timeout(EVERY) {
            Ok(next) => (number, since) = (next, Instant::now()),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) if since.elapsed() > LONGEST => {
                end(number, "takes too long");
            }
            Err(RecvTimeoutError::Timeout) if resident() > MOST => {
                end(number, "takes too much memory");
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Says what an input does, and ends this process.
fn end(number: u64, what: &str) -> ! {
    eprintln!("program {number} {what}");
    std::process::exit(1)
}
