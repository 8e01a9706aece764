//! How the lines of `.cmd` files are read, and which headers count for `srcversion`.

/// Whether a dependency is in `folder` (which ends in a slash, or is empty), and not below it.
///
/// Compared is the first place where the folder's name occurs; so nothing is in a folder without
/// a name, and a path without any slash is in `/`.
pub(super) fn is_beside(path: &[u8], folder: &[u8]) -> bool {
    let Some(slash) = memchr::memrchr(b'/', path) else { return folder == b"/" };
    let before = &path[..=slash];
    // Nearly all headers are elsewhere, which shows at once.
    !folder.is_empty()
        && before.ends_with(folder)
        && memchr::memmem::find(path, folder) == Some(before.len() - folder.len())
}

/// White space, as C sees it.
pub(super) fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A text, as releases read lines.
pub(super) trait TrimStart {
    /// Without white space (as C sees it) at the beginning.
    fn trim_ascii_start_c(&self) -> &Self;
}

impl TrimStart for [u8] {
    fn trim_ascii_start_c(&self) -> &Self {
        let start = self.iter().position(|byte| !is_space(byte)).unwrap_or(self.len());
        &self[start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_count_only_in_the_objects_own_folder() {
        assert!(is_beside(b"drivers/a/x.h", b"drivers/a/"));
        assert!(!is_beside(b"drivers/a/b/x.h", b"drivers/a/"));
        assert!(!is_beside(b"x.h", b""));
        // The folder's name occurs earlier in the path.
        assert!(!is_beside(b"/a/b/a/x.h", b"a/"));
        assert!(is_beside(b"x.h", b"/"));
        assert!(is_beside(b"/x.h", b"/"));
        assert!(!is_beside(b"/a/x.h", b"/"));
    }
}
