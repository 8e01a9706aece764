//! A line on standard error while somebody waits there for more than a second: what is done, how
//! many files are read, and for how long it takes already.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How long a run shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew while nothing is told.
const TICK: Duration = Duration::from_millis(200);

/// What it looks like.
const TEMPLATE: &str = "{spinner} {msg}{files}, {elapsed}";

/// The line; it goes away with this.
pub(crate) struct Progress {
    line: ProgressBar,
    /// What shows the line when it is time; none if nobody waits.
    clock: Option<Clock>,
}

impl Progress {
    /// A line that is not seen yet; if nobody waits, it never is.
    pub(crate) fn new(is_watched: bool) -> Progress {
        let shown = is_watched.then(ProgressDrawTarget::stderr);
        Progress::shown_after(PATIENCE, shown)
    }

    /// A line that is seen there after so long.
    fn shown_after(patience: Duration, shown: Option<ProgressDrawTarget>) -> Progress {
        let line = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(TEMPLATE);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let line = line.with_style(style.with_key("files", files));
        let clock = shown.and_then(|shown| Clock::new(line.clone(), patience, shown));
        Progress { line, clock }
    }

    /// Does work, and says meanwhile what it is, if somebody waits.
    pub(crate) fn during<T>(
        is_watched: bool,
        what: &'static str,
        work: impl FnOnce(&Progress) -> T,
    ) -> T {
        let progress = Progress::new(is_watched);
        progress.begin(what);
        work(&progress)
    }

    /// Says what is done now.
    pub(crate) fn begin(&self, what: &'static str) {
        self.line.set_message(what);
    }

    /// There are so many files more.
    pub(crate) fn expect(&self, files: usize) {
        self.line.inc_length(files as u64);
    }

    /// A file is read.
    pub(crate) fn step(&self) {
        self.line.inc(1);
    }
}

impl Drop for Progress {
    /// Takes the line away, and whatever might show it still.
    fn drop(&mut self) {
        drop(self.clock.take());
        self.line.finish_and_clear();
    }
}

/// How many files are read, if it is known of how many.
fn files(state: &ProgressState, line: &mut dyn Write) {
    let (read, all) = (state.pos(), state.len().unwrap_or(0));
    // What it is written to takes all.
    let _ = match (read, all) {
        (0, 0) => Ok(()),
        _ if read <= all => write!(line, ": {read} of {all} files"),
        _ => write!(line, ": {read} files"),
    };
}

/// A thread that shows a line when it is time, whatever the others are doing.
struct Clock {
    /// The thread ends when this does.
    work: Option<Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Clock {
    /// None if the system has no thread for it.
    fn new(line: ProgressBar, patience: Duration, shown: ProgressDrawTarget) -> Option<Clock> {
        let (work, waits) = mpsc::channel();
        let wait = move || {
            if waits.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                line.set_draw_target(shown);
                line.enable_steady_tick(TICK);
            }
        };
        let thread = thread::Builder::new().spawn(wait).ok()?;
        Some(Clock { work: Some(work), thread: Some(thread) })
    }
}

impl Drop for Clock {
    /// Returns when the line can no longer be shown anew.
    fn drop(&mut self) {
        drop(self.work.take());
        // A panic of it is not ours.
        self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that hands on what is written to it.
    #[derive(Debug)]
    struct Terminal(Sender<String>);

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            let _ = self.0.send(text.to_owned());
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A line that is shown after so long, and what is written for it.
    fn watched(patience: Duration) -> (Progress, mpsc::Receiver<String>) {
        let (sender, written) = mpsc::channel();
        let shown = ProgressDrawTarget::term_like(Box::new(Terminal(sender)));
        (Progress::shown_after(patience, Some(shown)), written)
    }

    #[test]
    fn a_silent_step_is_shown_when_it_is_time() {
        let (progress, written) = watched(Duration::ZERO);
        progress.begin("reading the kernel");
        assert!(written.iter().any(|text| text.contains("reading the kernel, ")));
        progress.expect(2);
        progress.step();
        assert!(written.iter().any(|text| text.contains(": 1 of 2 files")));
        drop(progress);
    }

    #[test]
    fn before_that_nothing_is_written() {
        let (progress, written) = watched(Duration::MAX);
        progress.begin("reading");
        progress.step();
        drop(progress);
        assert_eq!(written.iter().collect::<String>(), "");
    }
}
