//! How much memory a run may use for what it is given, and how that is shared out.
//!
//! Each share is a part of one number, which the user may set. Whether something fits into its share
//! depends on what it is alone: never on what another thread holds at the moment, nor on how many
//! threads there are. Small files are read side by side; one that is larger than the share of a
//! thread waits until it is alone, and may then have the share of a large one (`in_order`).
//!
//! | At one time | Share |
//! |---|---|
//! | one large file, and what it unpacks to | 1/2 |
//! | what unpacks a package (its window or dictionary) | 1/4, and 16 MiB |
//! | what is kept until the end, of all files | 1/8 |
//! | what was taken of 64 modules, and is not counted yet | 1/8, usually 1/1000 |
//! | small files, on all threads together | 1/16, and as much for what they unpack to |
//! | modules of a package that wait to be read | 1/32 |
//!
//! The first and the fifth are not there at the same time as each other. What is read as text, as
//! `.symtypes` files are, takes what it has on the disk.

use std::fmt;
use std::io;

/// How much memory the contents of what is given may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What this has of the memory of the run, in bytes.
    memory: u64,
    /// What may be unpacked of one thing that is given, in bytes, nearly all of which is not kept.
    unpacked: u64,
}

/// How much memory a run uses if the user says nothing: 1 GiB.
pub const DEFAULT_MEMORY: u64 = 1 << 30;

/// How much may be unpacked of one thing that is given, in multiples of the memory. The packages
/// with all debugging information of a kernel have 5 to 8 GB.
const UNPACKED: u64 = 16;

/// What all decoders need besides their windows and dictionaries.
const DECODER: u64 = 16 << 20;

/// How many small modules are read before what was taken of them is counted. Only a number that does
/// not depend on the threads gives the same answer on any.
pub(super) const AT_ONCE: usize = 64;

/// What no file name is longer than: the kernel's `PATH_MAX`, in bytes.
pub(super) const LONGEST_NAME: u64 = 4096;

/// What no header of an archive is longer than that describes one file, in bytes: one with all
/// attributes that a file system has for a file.
pub(super) const LONGEST_HEADER: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Limits {
        Limits::of(DEFAULT_MEMORY)
    }
}

impl Limits {
    /// Of a run that may use so many bytes.
    pub fn of(memory: u64) -> Limits {
        Limits { memory, unpacked: memory.saturating_mul(UNPACKED) }
    }

    /// What each of two has that are read side by side.
    pub(crate) fn half(self) -> Limits {
        Limits { memory: self.memory / 2, ..self }
    }

    /// One file that is read alone, with what it unpacks to, in bytes.
    pub(super) fn alone(self) -> u64 {
        self.memory / 2
    }

    /// One file that is read while other threads read others, in bytes.
    pub(super) fn beside(self) -> u64 {
        self.memory / 16 / rayon::current_num_threads() as u64
    }

    /// A list of exports, or another text that facts are taken from, in bytes. Exports take ten times
    /// as much as the shortest lines that list them.
    pub(super) fn text(self) -> u64 {
        self.memory / 32
    }

    /// What a decoder may reserve, in bytes.
    pub(super) fn decoder(self) -> u64 {
        self.memory / 4 + DECODER
    }

    /// The modules of a package that wait to be read, in bytes.
    pub(super) fn waiting(self) -> u64 {
        self.memory / 32
    }

    /// All that is unpacked of one thing that is given, in bytes.
    pub(super) fn unpacked(self) -> u64 {
        self.unpacked
    }

    /// What is kept of all files until the end, in bytes.
    fn kept(self) -> u64 {
        self.memory / 8
    }

    /// What is kept of one module that is taken while other threads take others, in bytes.
    pub(super) fn kept_beside(self) -> u64 {
        self.memory / 8 / AT_ONCE as u64
    }
}

/// That something is over a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// What is.
    pub what: Share,
    /// The limit, in bytes.
    pub limit: u64,
}

/// What a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// A file as it is.
    Content,
    /// A file with what it unpacks to, or all that is in a package.
    Unpacked,
    /// What has to be reserved to unpack it.
    Decoder,
    /// What is kept of all that is read.
    Kept,
}

impl fmt::Display for OverLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = Size(self.limit);
        match self.what {
            Share::Content => write!(formatter, "more than {limit}"),
            Share::Unpacked => write!(formatter, "more than {limit} when unpacked"),
            Share::Decoder => write!(formatter, "unpacking it takes more than {limit} of memory"),
            Share::Kept => write!(formatter, "all symbols and types take more than {limit}"),
        }?;
        formatter.write_str(" (raise the limit with --max-memory)")
    }
}

impl std::error::Error for OverLimit {}

impl OverLimit {
    /// For what reads: the same as an error of reading.
    pub(super) fn io(what: Share, limit: u64) -> io::Error {
        io::Error::new(io::ErrorKind::FileTooLarge, OverLimit { what, limit })
    }

    /// The one that an error of reading is.
    pub(super) fn of(error: &io::Error) -> Option<OverLimit> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// A size in the largest unit that it is a whole number of, else in the largest that is not too
/// large.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        match units.into_iter().find(|(shift, _)| self.0 >> shift > 0) {
            Some((shift, unit)) => write!(formatter, "{} {unit}", self.0 >> shift),
            None => write!(formatter, "{} bytes", self.0),
        }
    }
}

/// How much memory a value takes that is kept, in bytes, about.
pub(crate) trait Kept {
    /// What it takes.
    fn kept(&self) -> u64;
}

impl<T: Kept> Kept for Option<T> {
    fn kept(&self) -> u64 {
        self.as_ref().map_or(0, T::kept)
    }
}

/// What was kept and unpacked so far of what was given.
pub(crate) struct Account {
    pub(super) limits: Limits,
    kept: u64,
    unpacked: u64,
}

impl Account {
    /// One on which nothing was taken yet.
    pub(crate) fn new(limits: Limits) -> Account {
        Account { limits, kept: 0, unpacked: 0 }
    }

    /// Counts what is kept: all together.
    pub(super) fn keep(&mut self, size: u64) -> Result<(), OverLimit> {
        self.kept = self.kept.saturating_add(size);
        within(self.kept, Share::Kept, self.limits.kept())
    }

    /// Counts what was unpacked.
    pub(super) fn unpack(&mut self, size: u64) -> Result<(), OverLimit> {
        self.unpacked = self.unpacked.saturating_add(size);
        within(self.unpacked, Share::Unpacked, self.limits.unpacked())
    }
}

fn within(size: u64, what: Share, limit: u64) -> Result<(), OverLimit> {
    if size > limit { Err(OverLimit { what, limit }) } else { Ok(()) }
}

/// What is read of something, which is an error once it is more than the limit.
pub(super) struct Bounded<R> {
    inner: R,
    left: u64,
    over: OverLimit,
}

impl<R: io::Read> Bounded<R> {
    /// Reads `inner`, at most `limit` bytes.
    pub(super) fn new(inner: R, what: Share, limit: u64) -> Bounded<R> {
        Bounded::after(0, inner, what, limit)
    }

    /// Reads `inner`, where `used` bytes of the limit are already taken.
    pub(super) fn after(used: u64, inner: R, what: Share, limit: u64) -> Bounded<R> {
        Bounded { inner, left: limit.saturating_sub(used), over: OverLimit { what, limit } }
    }
}

impl<R: io::Read> io::Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte more shows that there is more.
        let most = usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let count = self.inner.read(&mut buffer[..most])?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => return Err(OverLimit::io(self.over.what, self.over.limit)),
        }
        Ok(count)
    }
}
