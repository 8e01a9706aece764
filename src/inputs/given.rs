//! What was given: recognized by its content alone, in one place for all commands.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Error, Result};
use super::files::{self, Bytes, Opened};
use super::limits::Limits;
use super::looks::{self, HEAD, looks};
use super::packages::Package;
use super::{images, installed, names, packages, unpack};
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

/// Whether a text begins with a line of a `.symtypes` file.
fn is_symtypes(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = symtypes::canonical(line);
    let parts = symtypes::parts(&line);
    !line.contains(&0)
        && parts.is_record()
        && (symtypes::is_reference(parts.name) || parts.is_whole())
}

impl Kind {
    /// What a file of the kind is called.
    fn words(self) -> &'static str {
        match self {
            Kind::Directory => "a directory",
            Kind::Package(_) => "a package (.deb, .rpm)",
            Kind::Symvers => "a Module.symvers",
            Kind::Kernel => "a kernel (vmlinux, vmlinuz)",
            Kind::Module => "a module (.ko)",
            Kind::Btf => "BTF",
            Kind::Consolidated => "consolidated types",
            Kind::Record => "an ABI record (.abi)",
            Kind::Symtypes => "types (.symtypes)",
            Kind::Unknown => "something else",
        }
    }

    /// The kind of a file with this content, compressed or not.
    pub(super) fn of(bytes: &[u8], limits: Limits) -> Kind {
        if let Some(kind) = packages::kind(bytes) {
            return Kind::Package(kind);
        }
        let head = head(bytes, limits);
        let row = KINDS.iter().find(|(_, begins)| begins(&head));
        row.map_or(Kind::Unknown, |(kind, _)| *kind)
    }
}

/// The beginning of a file's content; nothing if it cannot be unpacked.
fn head(bytes: &[u8], limits: Limits) -> Cow<'_, [u8]> {
    if !unpack::is_compressed(bytes) {
        return Cow::Borrowed(bytes);
    }
    let mut head = Vec::new();
    match unpack::reader(bytes, limits).and_then(|it| it.take(HEAD as u64).read_to_end(&mut head)) {
        Ok(_) => Cow::Owned(head),
        Err(_) => Cow::Borrowed(b"\0"),
    }
}

/// Where a path leads that the user has named: `-` is standard input. (A file of that name is `./-`.)
fn or_stdin(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new("/dev/stdin") } else { path }
}

/// The text at `path`, which the user has named, as it is.
pub(crate) fn text(path: &Path, limits: Limits) -> Result<Bytes> {
    let path = or_stdin(path);
    files::read_named(path, limits.text()).map_err(Cause::io(path))
}

/// What the pieces of a kernel are called together.
pub(crate) fn title(pieces: &[impl AsRef<Path>]) -> PathBuf {
    let paths: Vec<&OsStr> = pieces.iter().map(|it| it.as_ref().as_os_str()).collect();
    paths.join(OsStr::new(", ")).into()
}

/// A path that was given, and what is there.
pub(crate) struct Given {
    /// The path, as messages show it.
    pub(crate) path: PathBuf,
    /// What it is.
    pub(crate) kind: Kind,
    /// How much of what is there may be held.
    pub(crate) limits: Limits,
    content: Content,
}

/// What is at a path.
enum Content {
    /// A directory.
    Directory,
    /// A package that is read when it is asked for.
    Package(Opened),
    /// What is in the file, as it is there.
    Read(Bytes),
}

impl AsRef<Path> for Given {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl Given {
    /// What is at `path`, or the modules of the installed kernel of this release.
    pub(crate) fn at(path: &Path, limits: Limits) -> Result<Given> {
        let path = installed::place(or_stdin(path), Path::new(installed::MODULES));
        if fs::metadata(&path).map_err(Cause::io(&path))?.is_dir() {
            let (kind, content) = (Kind::Directory, Content::Directory);
            return Ok(Given { path, kind, limits, content });
        }
        Given::file(&path, limits)
    }

    /// The file at `path`; a directory cannot be read.
    pub(crate) fn file(path: &Path, limits: Limits) -> Result<Given> {
        let path = or_stdin(path);
        Given::opened(path, files::named(path), limits)
    }

    /// The file at `path`, which was found.
    pub(super) fn found(path: &Path, limits: Limits) -> Result<Given> {
        Given::opened(path, files::found(path), limits)
    }

    fn opened(path: &Path, opened: io::Result<Opened>, limits: Limits) -> Result<Given> {
        let opened = opened.map_err(Cause::io(path))?;
        let path = path.to_owned();
        let package = opened.package().map_err(Cause::io(&path))?;
        if let Some(kind) = package {
            let (kind, content) = (Kind::Package(kind), Content::Package(opened));
            return Ok(Given { path, kind, limits, content });
        }
        let bytes = opened.read(limits.alone()).map_err(Cause::io(&path))?;
        let kind = Kind::of(&bytes, limits);
        Ok(Given { path, kind, limits, content: Content::Read(bytes) })
    }

    /// What is in the file, as it is there; nothing if it is a directory, or a package that is read
    /// by [`Given::package`].
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Directory | Content::Package(_) => b"",
            Content::Read(bytes) => bytes,
        }
    }

    /// Reads the package from its start.
    pub(super) fn package(&self) -> Box<dyn BufRead + '_> {
        match &self.content {
            Content::Package(opened) => Box::new(BufReader::with_capacity(STEP, opened.reader())),
            Content::Directory | Content::Read(_) => Box::new(self.bytes()),
        }
    }

    /// That the file is none of those that are `accepted`, and what it looks like.
    pub(super) fn refused(&self, accepted: &[Kind]) -> Error {
        let content = match self.content() {
            Ok(content) => content,
            Err(error) => return error,
        };
        let found = match self.kind {
            Kind::Unknown => looks(&content),
            kind => kind.words().to_owned(),
        };
        let accepted: Vec<&str> = accepted.iter().map(|kind| kind.words()).collect();
        Cause::Refused { found, accepted: accepted.join(", ") }.at(&self.path)
    }

    /// Whether a reader of `.symtypes` should name the line of a file of unknown kind: it is called so,
    /// and does not look like anything else.
    pub(super) fn is_called_symtypes(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "symtypes")
            && !looks::is_known(self.bytes())
    }

    /// Whether the file is named as configurations are, and does not look like anything else.
    pub(super) fn is_called_config(&self) -> bool {
        names::is_config(self.path.as_os_str().as_bytes()) && !looks::is_known(self.bytes())
    }

    /// Whether the file is compressed.
    pub(crate) fn is_packed(&self) -> bool {
        unpack::is_compressed(self.bytes())
    }

    /// What is in the file, unpacked.
    pub(crate) fn content(&self) -> Result<Cow<'_, [u8]>> {
        unpack::unpack(self.bytes(), self.limits.alone(), self.limits)
            .map_err(Cause::packed(&self.path))
    }

    /// The same, with the debugging information of a large object, for which the file is opened again.
    pub(super) fn whole(&self) -> Result<Cow<'_, [u8]>> {
        match &self.content {
            Content::Read(Bytes::Sparse(_)) => {
                let whole =
                    files::named(&self.path).and_then(|it| it.read_whole(self.limits.alone()));
                whole.map(Cow::Owned).map_err(Cause::io(&self.path))
            }
            _ => self.content(),
        }
    }

    /// The same, for those who want nothing else.
    pub(super) fn into_content(self) -> Result<Vec<u8>> {
        match self.content {
            Content::Read(Bytes::Read(bytes)) if !unpack::is_compressed(&bytes) => Ok(bytes),
            content => Ok(Given { content, ..self }.content()?.into_owned()),
        }
    }

    /// The kernel in the file, which is one.
    pub(super) fn kernel(&self) -> Result<images::Kernel<'_>> {
        images::unpack(self.bytes(), self.limits.alone(), self.limits)
            .map_err(Cause::packed(&self.path))
    }
}

/// How many bytes of a package are read at a time.
const STEP: usize = 64 << 10;

impl Opened {
    /// The kind of package that a regular file is; none if it is none.
    fn package(&self) -> io::Result<Option<Package>> {
        if !self.is_regular() {
            return Ok(None);
        }
        Ok(packages::kind(&self.head(packages::HEAD)?))
    }
}
