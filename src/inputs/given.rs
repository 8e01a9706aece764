//! What was given: recognized by its content alone, in one place for all commands.

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::files::Bytes;
use super::packages::Package;
use super::{images, packages, unpack};
use crate::btf::Btf;
use crate::elf::is_elf;
use crate::formats::abi_record;
use crate::formats::consolidated::is_consolidated;
use crate::formats::{symtypes, symvers};

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A package.
    Package(Package),
    /// A list of exports with their CRCs: `Module.symvers`.
    Symvers,
    /// A linked kernel, `vmlinux`, or an image that boots.
    Kernel,
    /// A module, or another ELF object.
    Module,
    /// BTF alone, as in `/sys/kernel/btf`.
    Btf,
    /// Many `.symtypes` files in one.
    Consolidated,
    /// A record of genksyms: `.abi`.
    Record,
    /// A `.symtypes` file.
    Symtypes,
    /// Something else.
    Unknown,
}

/// Whether a content begins as one of a kind does.
type Begins = fn(head: &[u8]) -> bool;

/// How kinds of files are known by their content, a row each; the first that fits counts.
const KINDS: &[(Kind, Begins)] = &[
    (Kind::Symvers, symvers::is_begun),
    (Kind::Kernel, images::is_begun),
    (Kind::Module, is_elf),
    (Kind::Btf, Btf::is_begun),
    (Kind::Consolidated, is_consolidated),
    (Kind::Record, abi_record::is_begun),
    (Kind::Symtypes, is_symtypes),
];

/// How much of a compressed file is unpacked to know what it is.
const HEAD: u64 = 4096;

/// Whether a text begins with a line of a `.symtypes` file, or has none.
fn is_symtypes(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    head.is_empty() || !line.contains(&0) && symtypes::parts(line.trim_ascii_end()).is_record()
}

impl Kind {
    /// The kind of a file with this content, compressed or not.
    pub(super) fn of(bytes: &[u8]) -> Kind {
        if let Some(kind) = packages::kind(bytes) {
            return Kind::Package(kind);
        }
        let head = head(bytes);
        let row = KINDS.iter().find(|(_, begins)| begins(&head));
        row.map_or(Kind::Unknown, |(kind, _)| *kind)
    }
}

/// The beginning of a file's content; nothing if it cannot be unpacked.
fn head(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !unpack::is_compressed(bytes) {
        return Cow::Borrowed(bytes);
    }
    let mut head = Vec::new();
    match unpack::reader(bytes).and_then(|it| it.take(HEAD).read_to_end(&mut head)) {
        Ok(_) => Cow::Owned(head),
        Err(_) => Cow::Borrowed(b"\0"),
    }
}

/// A path that was given, and what is there.
pub(crate) struct Given {
    /// The path, as messages show it.
    pub(crate) path: PathBuf,
    /// What it is.
    pub(crate) kind: Kind,
    /// What is in the file, as it is there; nothing if it is a directory.
    pub(crate) bytes: Bytes,
}

impl Given {
    /// What is at `path`.
    pub(crate) fn at(path: &Path) -> Result<Given> {
        if fs::metadata(path).map_err(Cause::io(path))?.is_dir() {
            let bytes = Bytes::Read(Vec::new());
            return Ok(Given { path: path.to_owned(), kind: Kind::Directory, bytes });
        }
        Given::file(path)
    }

    /// The file at `path`; a directory cannot be read.
    pub(crate) fn file(path: &Path) -> Result<Given> {
        let bytes = Bytes::of(path).map_err(Cause::io(path))?;
        Ok(Given { path: path.to_owned(), kind: Kind::of(&bytes), bytes })
    }

    /// Whether the file is compressed.
    pub(crate) fn is_packed(&self) -> bool {
        unpack::is_compressed(&self.bytes)
    }

    /// What is in the file, unpacked.
    pub(crate) fn content(&self) -> Result<Cow<'_, [u8]>> {
        unpack::unpack(&self.bytes).map_err(Cause::packed(&self.path))
    }

    /// The kernel in the file, which is one.
    pub(super) fn kernel(&self) -> Result<images::Kernel<'_>> {
        images::unpack(&self.bytes).map_err(Cause::packed(&self.path))
    }
}
