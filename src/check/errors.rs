//! The error numbers that loading a module fails with.

/// An error of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is not permitted.
    NotPermitted,
    /// There is no such symbol.
    NoEntry,
    /// The file is of no format that can be run.
    NoExec,
    /// There is a module of this name.
    Exists,
    /// Something does not fit.
    Invalid,
    /// The signature's form is wrong.
    BadMessage,
    /// The signature is missing, or not by a known key.
    KeyRejected,
}

impl Error {
    /// Its number, its name in C, and what `insmod` (of kmod) makes of it.
    fn row(self) -> (i32, &'static str, &'static str) {
        match self {
            Self::NotPermitted => (1, "EPERM", "Operation not permitted"),
            Self::NoEntry => (2, "ENOENT", "Unknown symbol in module"),
            Self::NoExec => (8, "ENOEXEC", "Invalid module format"),
            Self::Exists => (17, "EEXIST", "File exists"),
            Self::Invalid => (22, "EINVAL", "Invalid parameters"),
            Self::BadMessage => (74, "EBADMSG", "Bad message"),
            Self::KeyRejected => (129, "EKEYREJECTED", "Key was rejected by service"),
        }
    }

    /// Its number.
    pub fn number(self) -> i32 {
        self.row().0
    }

    /// Its name in C.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// What `insmod` says.
    pub fn words(self) -> &'static str {
        self.row().2
    }
}
