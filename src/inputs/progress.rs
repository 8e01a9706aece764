//! A bar on standard error while somebody waits there for more than a second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

/// How long a run shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// What it looks like.
const TEMPLATE: &str = "{msg} [{wide_bar}] {pos}/{len} files";

/// The bar; it goes away with this.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar without length, that is not seen yet; if nobody waits, it never is.
    pub(crate) fn new(is_watched: bool) -> Progress {
        if !is_watched {
            return Progress(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(TEMPLATE);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress(bar.with_style(style).with_finish(ProgressFinish::AndClear))
    }

    /// Says what is done now.
    pub(crate) fn begin(&self, what: &'static str) {
        self.0.set_message(what);
        self.show();
    }

    /// There are so many files more.
    pub(crate) fn expect(&self, files: usize) {
        self.0.inc_length(files as u64);
    }

    /// A file is read.
    pub(crate) fn step(&self) {
        self.0.inc(1);
        self.show();
    }

    /// Shows the bar if it is time.
    fn show(&self) {
        if self.0.length().is_some() && self.0.is_hidden() && self.0.elapsed() > PATIENCE {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}
