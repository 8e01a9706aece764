//! A place in the source: what messages name.

/// Where a message is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location<'s> {
    /// The file that the last marker named.
    pub(super) file: Option<&'s [u8]>,
    /// The line in it. A marker may say any number, so it may be any too.
    pub(super) line: i32,
}
