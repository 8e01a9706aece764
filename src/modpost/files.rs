//! What modpost needs of the file system. The command line implements it, and tests do in their way.

use std::ops::Deref;

/// Why a file cannot be had: what the C library says of the error, as `No such file or directory`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError(pub String);

/// A file as upstream maps it: its bytes, and zeros to the end of the memory page.
pub struct MappedFile {
    /// The bytes and the zeros.
    pub bytes: Box<dyn Deref<Target = [u8]>>,
    /// The size of the file.
    pub size: usize,
}

/// Files by path. Used from several threads at once.
pub trait Files: Sync {
    /// Maps an object.
    ///
    /// # Errors
    /// It is missing, empty, or cannot be mapped.
    fn map(&self, path: &[u8]) -> Result<MappedFile, FileError>;

    /// Reads as many bytes as the file says to have: none of a pipe.
    ///
    /// # Errors
    /// It is missing, or cannot be read.
    fn read(&self, path: &[u8]) -> Result<Vec<u8>, FileError>;

    /// The same, into room that has served for other files.
    ///
    /// # Errors
    /// It is missing, or cannot be read. Nothing is known of the room then.
    fn read_into(&self, path: &[u8], room: &mut Vec<u8>) -> Result<(), FileError> {
        *room = self.read(path)?;
        Ok(())
    }

    /// Reads to the end; `None` means standard input. What cannot be read ends the text.
    ///
    /// # Errors
    /// It cannot be opened.
    fn read_stream(&self, path: Option<&[u8]>) -> Result<Vec<u8>, FileError>;

    /// Makes a text ready to become the file, beside it. Nothing can be seen of it yet.
    ///
    /// # Errors
    /// It cannot be written.
    fn stage(&self, path: &[u8], text: &[u8]) -> Result<Staged, FileError>;

    /// The same, unless the file has just this text.
    ///
    /// # Errors
    /// It cannot be written.
    fn stage_if_changed(&self, path: &[u8], text: &[u8]) -> Result<Staged, FileError>;
}

/// A text that is ready to become a file. Nothing is left of it if it is dropped.
pub enum Staged {
    /// The file has it already.
    Unchanged,
    /// Something that knows how to put it there, and to clean up.
    Ready(Box<dyn Commit>),
}

impl Staged {
    /// Puts it in the place of the file.
    ///
    /// # Errors
    /// It cannot be put there.
    pub fn commit(self) -> Result<(), FileError> {
        match self {
            Self::Unchanged => Ok(()),
            Self::Ready(commit) => commit.commit(),
        }
    }
}

/// How a text becomes a file.
pub trait Commit: Send {
    /// Puts it there.
    ///
    /// # Errors
    /// It cannot be put there.
    fn commit(self: Box<Self>) -> Result<(), FileError>;
}
