//! Watches over the inputs under way: that ours ends on each of them, in time, in bounded memory,
//! and without a panic. Where it does not, the input is saved, and everything ends.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use testkit::case::write_input;

use super::findings::{Origin, folder};
use super::input::Input;
use crate::fuzz::memory::resident;

/// What ours may take in one run.
pub const TIME: Duration = Duration::from_secs(2);

/// What has not ended by now never will. Upstream's time counts in this, and where it loops it takes
/// its share of a machine that may be busy: 30 s were not always enough.
const FOREVER: Duration = Duration::from_secs(120);

/// What this process may take.
const MEMORY: u64 = 1 << 30;

thread_local! {
    /// What this thread is working on.
    static CURRENT: RefCell<Option<(Input, Origin)>> = const { RefCell::new(None) };
}

/// What the threads are working on.
pub struct Watch {
    slots: Vec<Mutex<Option<(Instant, Input, Origin)>>>,
}

impl Watch {
    /// For so many threads. From now on a panic saves its input.
    pub fn new(threads: usize) -> Watch {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            usual(info);
            let current = CURRENT.with(|current| current.try_borrow().ok()?.clone());
            if let Some((input, origin)) = current {
                save("panic", &input, &origin);
            }
            std::process::exit(1);
        }));
        Watch { slots: (0..threads).map(|_| Mutex::new(None)).collect() }
    }

    /// This thread begins to work on an input.
    pub fn begin(&self, thread: usize, input: &Input, origin: &Origin) {
        let now = Instant::now();
        CURRENT.set(Some((input.clone(), origin.clone())));
        if let Ok(mut slot) = self.slots[thread].lock() {
            *slot = Some((now, input.clone(), origin.clone()));
        }
    }

    /// This thread is done with its input.
    pub fn end(&self, thread: usize) {
        if let Ok(mut slot) = self.slots[thread].lock() {
            *slot = None;
        }
    }

    /// Ends everything when a thread hangs or memory runs out.
    pub fn check(&self) {
        let is_fat = resident() > MEMORY;
        for slot in &self.slots {
            let Ok(slot) = slot.lock() else { continue };
            let Some((start, input, origin)) = &*slot else {
                continue;
            };
            if start.elapsed() > FOREVER || is_fat {
                save(if is_fat { "memory" } else { "hang" }, input, origin);
            }
        }
        if is_fat || self.hangs() {
            std::process::exit(1);
        }
    }

    /// Whether a thread hangs.
    fn hangs(&self) -> bool {
        self.slots.iter().any(|slot| {
            slot.lock().is_ok_and(|slot| {
                slot.as_ref().is_some_and(|(start, ..)| start.elapsed() > FOREVER)
            })
        })
    }
}

/// Saves an input that ours did not end well on, and says so.
pub fn save(what: &str, input: &Input, origin: &Origin) -> PathBuf {
    let name = format!("{what}-{}-{}-{}", origin.kernel, origin.seed, origin.number);
    let folder = folder().join(name);
    if let Err(error) = write_input(&folder, &input.as_of_a_case()) {
        eprintln!("cannot write {}: {error}", folder.display());
    }
    println!("\n== {what}: {}\n{}", folder.display(), origin.command());
    folder
}

/// The processor time that this thread has used.
pub fn thread_time() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the pointer is valid for writes; the clock is there on every Linux.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, time.as_mut_ptr()) };
    if failed != 0 {
        return Duration::ZERO;
    }
    // SAFETY: the call succeeded, and then it has filled in the time.
    let time = unsafe { time.assume_init() };
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}
