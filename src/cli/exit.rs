//! How a command of ours ends: the exit statuses of all of them, and why one could not be done.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::inputs;
use crate::inputs::files::reason;

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing that anybody has to look at.
    Good,
    /// Something: a difference, a module that is refused, a type that is not known.
    Found,
    /// No answer.
    Unanswered,
    /// No answer, for `git bisect run`: this commit is to be skipped.
    Skipped,
}

impl Exit {
    /// [`Exit::Found`] if it `is_found`, else [`Exit::Good`].
    pub(super) fn found(is_found: bool) -> Exit {
        if is_found { Exit::Found } else { Exit::Good }
    }

    /// The exit status of the process.
    pub(super) fn status(self) -> u8 {
        match self {
            Exit::Good => 0,
            Exit::Found => 1,
            Exit::Unanswered => 2,
            Exit::Skipped => 125,
        }
    }

    /// The same for `git bisect run`, which would take [`Exit::Unanswered`] for a bad commit.
    pub(super) fn for_bisect(self) -> Exit {
        if self == Exit::Unanswered { Exit::Skipped } else { self }
    }
}

/// Why a command was not done: a message for the user, of bytes since it names paths. Its exit
/// status is that of [`Exit::Unanswered`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure(pub(super) Vec<u8>);

/// What comes of a command, or of a part of it.
pub(super) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// `words` about `path`.
    pub(super) fn of(path: &Path, words: &str) -> Self {
        Self([path.as_os_str().as_bytes(), b": ", words.as_bytes()].concat())
    }

    /// The operating system's error about `path`.
    pub(super) fn of_io(path: &Path, error: &io::Error) -> Self {
        Self::of(path, &reason(error))
    }

    /// For `map_err`: the operating system's error about `path`.
    pub(super) fn from_io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::of_io(path, &error)
    }
}

impl From<inputs::Error> for Failure {
    fn from(error: inputs::Error) -> Self {
        Self(error.message())
    }
}
