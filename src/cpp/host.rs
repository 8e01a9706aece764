//! What a translation unit is read from.

use bytemuck::{Pod, Zeroable};

/// A file's bytes.
pub struct FileContent {
    /// The bytes, followed by [`super::PADDING`].
    pub padded: Vec<u8>,
    /// The same for no other file.
    pub identity: (u64, u64),
    /// The version of the file, if any later change would give it another one; only then may what is
    /// made of it be kept for other processes.
    pub stamp: Option<Stamp>,
}

/// A version of a file: a change of its content changes the stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Stamp {
    /// Where the file is, as the system counts.
    pub device: u64,
    /// Which file it is there.
    pub inode: u64,
    /// Its length in bytes.
    pub size: u64,
    /// When its content was last changed: seconds and nanoseconds.
    pub modified: [i64; 2],
    /// When anything of it was last changed.
    pub changed: [i64; 2],
}

/// What a translation unit is read from: files, and a compiler that is asked what it has.
pub trait Host {
    /// The content of a regular file; `None` if it cannot be read.
    fn read(&mut self, path: &[u8]) -> Option<FileContent>;

    /// The version of a regular file; `None` if it cannot be had. It is asked for if there are
    /// scanned files from other processes.
    fn stamp(&mut self, path: &[u8]) -> Option<Stamp>;

    /// Whether there is such a directory.
    fn has_directory(&mut self, path: &[u8]) -> bool;

    /// The value of `__has_attribute(x)` or a similar question; `None` if the compiler does not answer.
    fn ask(&mut self, question: &[u8]) -> Option<i64>;
}
