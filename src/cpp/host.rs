//! What a translation unit is read from.

/// A file's bytes.
pub struct FileContent {
    /// The bytes, followed by [`super::PADDING`].
    pub padded: Vec<u8>,
    /// The same for no other file.
    pub identity: (u64, u64),
}

/// What a translation unit is read from: files, and a compiler that is asked what it has.
pub trait Host {
    /// The content of a regular file; `None` if it cannot be read.
    fn read(&mut self, path: &[u8]) -> Option<FileContent>;

    /// Whether there is such a directory.
    fn has_directory(&mut self, path: &[u8]) -> bool;

    /// The value of `__has_attribute(x)` or a similar question; `None` if the compiler does not answer.
    fn ask(&mut self, question: &[u8]) -> Option<i64>;
}
