//! The file system that a kernel starts with: an archive in cpio's format `newc`.

/// Regular files, in `mode`.
const FILE: u32 = 0o100_000;

/// Directories, in `mode`.
const DIRECTORY: u32 = 0o040_000;

/// Names and contents begin at multiples of this.
const ALIGNMENT: usize = 4;

/// The name that ends an archive.
const TRAILER: &str = "TRAILER!!!";

/// An archive that is being written. All files belong to root and are as old as the epoch.
#[derive(Default)]
pub struct Initramfs {
    /// What is written so far.
    bytes: Vec<u8>,
    /// The directories that are there already.
    directories: Vec<String>,
    /// The inode number of the last entry.
    last_inode: u32,
}

impl Initramfs {
    /// Adds a file at `path`, which begins without `/`, and the directories that it is in.
    pub fn add(&mut self, path: &str, permissions: u32, content: &[u8]) {
        for (end, _) in path.match_indices('/') {
            let directory = path[..end].to_owned();
            if !self.directories.contains(&directory) {
                self.entry(&directory, DIRECTORY | 0o755, &[]);
                self.directories.push(directory);
            }
        }
        self.entry(path, FILE | permissions, content);
    }

    /// The archive, complete.
    pub fn finish(mut self) -> Vec<u8> {
        self.entry(TRAILER, 0, &[]);
        self.bytes
    }

    /// One entry. Its header is 13 numbers in hexadecimal digits.
    fn entry(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.last_inode += 1;
        let (inode, links, size, name_size) = (self.last_inode, 1, content.len(), name.len() + 1);
        // The zeros: owner, group and time; the device that it is on and the one that it is, each
        // of two numbers; and the sum of its bytes, which this format leaves out.
        self.bytes.extend_from_slice(b"070701");
        let head = format!("{inode:08X}{mode:08X}{0:08X}{0:08X}{links:08X}{0:08X}{size:08X}", 0);
        self.bytes.extend_from_slice(head.as_bytes());
        let head = format!("{0:08X}{0:08X}{0:08X}{0:08X}{name_size:08X}{0:08X}", 0);
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(content);
        self.align();
    }

    /// Goes on to where something may begin.
    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::Initramfs;

    #[test]
    fn an_archive_has_the_directories_of_its_files_once() {
        let mut archive = Initramfs::default();
        archive.add("a/b", 0o644, b"12345");
        archive.add("a/c", 0o755, b"");
        let bytes = archive.finish();
        let mut expected = Vec::new();
        let zeros = "00000000".repeat(4);
        for (number, mode, name_and_padding, content, size, name_size) in [
            (1, "000041ED", "a\0", "", 0, 2),
            (2, "000081A4", "a/b\0\0\0", "12345\0\0\0", 5, 4),
            (3, "000081ED", "a/c\0\0\0", "", 0, 4),
            (4, "00000000", "TRAILER!!!\0\0\0\0", "", 0, 11),
        ] {
            expected.push(format!(
                "0707010000000{number}{mode}{owner}0000000100000000{size:08X}{zeros}{name_size:08X}\
                 00000000{name_and_padding}{content}",
                owner = "0".repeat(16),
            ));
        }
        assert_eq!(String::from_utf8_lossy(&bytes), expected.concat());
    }
}
