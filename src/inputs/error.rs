//! Why something that was given cannot be read: one type, and the words of each cause in one place.

use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::files::reason;
use super::limits::OverLimit;
use crate::btf::BadBtf;
use crate::formats::abi_record;
use crate::kernel::ReadError as BadExports;
use crate::module::{Machine, ReadError as BadModule};

/// Why something cannot be read.
#[derive(Debug)]
pub struct Error {
    /// The file, directory or package: a file in a package stands after it and a colon.
    pub path: PathBuf,
    /// Why.
    pub cause: Cause,
}

/// What comes of reading something.
pub type Result<T> = std::result::Result<T, Error>;

/// What is wrong.
#[derive(Debug)]
pub enum Cause {
    /// The operating system refuses.
    Io(io::Error),
    /// A directory contains itself.
    Loop,
    /// A module's file is empty.
    Empty,
    /// It is compressed or a package, and cannot be unpacked.
    NotUnpacked(io::Error),
    /// It is over a limit.
    OverLimit(OverLimit),
    /// An ELF file is damaged.
    DamagedElf,
    /// The debugging information of an ELF file is damaged.
    DamagedDwarf,
    /// An ELF file has no BTF.
    NoBtf,
    /// An image has no BTF.
    NoBtfInImage,
    /// Nothing in it is named as kernels are.
    NoKernelFile,
    /// The BTF is broken.
    Btf(BadBtf),
    /// A module's BTF, without that of its kernel.
    SplitBtf,
    /// The BTF of modules that does not fit the kernel's, in words.
    Misfits(String),
    /// It is no module, or no kernel, or a damaged one.
    Module(BadModule),
    /// It is a program, and no kernel that loads modules.
    NoLoader,
    /// An image of this form has no exports that can be found.
    NoTable(&'static str),
    /// An image of this form has no kernel in it that can be unpacked.
    NoKernelInside(&'static str),
    /// Something else than what is accepted: what it looks like, and what that is.
    Refused {
        /// What it looks like, or is.
        found: String,
        /// What is accepted.
        accepted: String,
    },
    /// A directory without exports and types.
    NoRelease,
    /// A package without exports.
    NoExports,
    /// The interfaces of several flavours of a kernel: these.
    Flavours(String),
    /// Several kernels are installed in it: these releases, in order.
    Several(Vec<String>),
    /// It is of this release, and what was given before of another: that release, and its place.
    OtherKernel(String, String, PathBuf),
    /// A package without exports, which says by its name or by what it depends on which packages have
    /// them: these.
    OtherPackages(Vec<String>),
    /// Nothing in it is a module.
    NoModule,
    /// Nothing in it has the exports of a kernel.
    NoKernel,
    /// The running kernel has no modules in `/lib/modules`.
    NotInstalled,
    /// A list of exports without any.
    NoSymbols,
    /// A line of a `Module.symvers`, or exports that contradict each other.
    Exports(BadExports),
    /// A line of a record.
    Record(abi_record::BadLine),
    /// A line of a file with types: its number from 1, what is wrong, and the line.
    Line(usize, Vec<u8>, Vec<u8>),
    /// A record of an unknown data model.
    DataModel(String),
    /// A record of two data models.
    DataModels([String; 2]),
}

impl Cause {
    /// This cause, in the file at `path`.
    pub(crate) fn at(self, path: &Path) -> Error {
        Error { path: path.to_owned(), cause: self }
    }

    /// For `map_err`: the operating system's error about `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |error| Cause::of(error, Cause::Io).at(path)
    }

    /// For `map_err`: that the file at `path` cannot be unpacked.
    pub(crate) fn packed(path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |error| Cause::not_unpacked(error).at(path)
    }

    /// That something cannot be unpacked.
    pub(super) fn not_unpacked(error: io::Error) -> Cause {
        Cause::of(error, Cause::NotUnpacked)
    }

    /// The limit that an error of reading is about; else what `other` makes of it.
    fn of(error: io::Error, other: fn(io::Error) -> Cause) -> Cause {
        OverLimit::of(&error).map_or_else(|| other(error), Cause::OverLimit)
    }

    /// For `map_err`: that the file at `path` is over a limit.
    pub(super) fn over(path: &Path) -> impl FnOnce(OverLimit) -> Error {
        move |over| Cause::OverLimit(over).at(path)
    }

    /// What follows the path in a message.
    fn words(&self) -> Vec<u8> {
        let words = match self {
            Self::Io(error) => &*reason(error),
            Self::Loop => "the directory contains itself",
            Self::Empty => "the file is empty",
            Self::NotUnpacked(error) => {
                let why = match error.kind() {
                    io::ErrorKind::Unsupported => "it cannot be unpacked",
                    _ => "it cannot be unpacked: it is truncated or damaged",
                };
                &format!("{why} ({})", reason(error))
            }
            Self::OverLimit(over) => &over.to_string(),
            Self::DamagedElf => "this ELF file is truncated or damaged",
            Self::DamagedDwarf => "its debugging information (DWARF) is truncated or damaged",
            Self::NoBtf => "it has no BTF (CONFIG_DEBUG_INFO_BTF)",
            Self::NoBtfInImage => "it has no BTF of a kernel",
            Self::NoKernelFile => "it has no kernel",
            Self::Btf(bad) => &bad.to_string(),
            Self::SplitBtf => {
                "this is a module, and the BTF of its kernel is needed to read its own \
                 (`modversions layout` has --btf-base for that)"
            }
            Self::Misfits(words) => words,
            Self::Module(error) => &error.to_string(),
            Self::NoLoader => "not a kernel, or one that does not load modules",
            Self::NoTable(form) => &format!(
                "this is {form}, and no table of exports is found in it: give the kernel's headers or \
                 its Module.symvers"
            ),
            Self::NoKernelInside(form) => {
                &format!("this is {form}, and no kernel that can be unpacked is found in it")
            }
            Self::Refused { found, accepted } => {
                &format!("it looks like {found}; expected one of these: {accepted}")
            }
            Self::NoRelease => "it has no Module.symvers, no .symtypes file and no module",
            Self::NoExports => "it has no Module.symvers and no module",
            Self::Flavours(flavours) => &format!(
                "it has the files of several kernels: {flavours}; give the types of one, and its list of \
                 exports with --symvers"
            ),
            Self::Several(releases) => {
                &format!("it has several kernels: {}; give one of them", releases.join(", "))
            }
            Self::OtherKernel(release, other, place) => {
                let words = format!(": it is of {release}, and of {other} is ");
                let place = place.as_os_str().as_bytes();
                return [words.as_bytes(), place, b"; give the pieces of one kernel"].concat();
            }
            Self::OtherPackages(names) => &format!(
                "it has no kernel itself; these packages have what belongs to it: {}; give them, too, or put \
                 them beside it",
                names.join(", ")
            ),
            Self::NoModule => "it has no module",
            Self::NoKernel => "it has no kernel: no Module.symvers, no modules, no vmlinux",
            Self::NotInstalled => "the modules of the running kernel are not installed",
            Self::NoSymbols => "it is empty: no exports",
            Self::DataModel(name) => &format!("unknown data model {name}"),
            Self::DataModels([one, other]) => {
                &format!("this ABI record is of objects for {one} and for {other}")
            }
            // These name a line, which follows the path immediately.
            Self::Record(bad) => return format!(":{bad}").into_bytes(),
            Self::Line(number, what, text) => {
                let place = format!(":{number}: ");
                let colon: &[u8] = if text.is_empty() { b"" } else { b": " };
                return [place.as_bytes(), what, colon, &text[..text.len().min(MOST_TEXT)]]
                    .concat();
            }
            Self::Exports(bad) => return contradiction(bad),
        };
        [b": ", words.as_bytes()].concat()
    }
}

/// How much of a line is shown.
const MOST_TEXT: usize = 80;

/// What follows the path where exports contradict each other.
fn contradiction(bad: &BadExports) -> Vec<u8> {
    match bad {
        BadExports::Line(bad) => format!(":{bad}").into_bytes(),
        BadExports::Twice(symbol, first, line) => {
            let other = format!(" has a different CRC in line {first}");
            [format!(":{line}: ").as_bytes(), symbol, other.as_bytes()].concat()
        }
        BadExports::TwiceInModules(symbol, places) => {
            let [first, second] = &**places;
            [b": ", &symbol[..], b" has different CRCs in ", first, b" and ", second].concat()
        }
        BadExports::Machines(places) => {
            let [first, second] = &**places;
            let said = |(path, machine): &(Vec<u8>, Machine)| {
                [path, format!(" is for {machine}").as_bytes()].concat()
            };
            [b": modules for different machines: ", &said(first)[..], b"; ", &said(second)].concat()
        }
    }
}

impl Error {
    /// Whether something is over a limit.
    pub(super) fn is_over_limit(&self) -> bool {
        matches!(self.cause, Cause::OverLimit(_))
    }

    /// Only that something is over a limit is an error.
    pub(super) fn if_over_limit(self) -> Result<()> {
        if self.is_over_limit() { Err(self) } else { Ok(()) }
    }

    /// Whether all that is wrong is that there is no BTF.
    pub(crate) fn has_no_btf(&self) -> bool {
        matches!(
            self.cause,
            Cause::NoBtf | Cause::NoBtfInImage | Cause::NoKernelFile | Cause::OtherPackages(_)
        )
    }

    /// Whether nothing is in the file, or it is not there.
    pub(super) fn is_absent(&self) -> bool {
        match &self.cause {
            Cause::Empty => true,
            Cause::Io(error) => error.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// The message without the path.
    pub(crate) fn reason(&self) -> String {
        String::from_utf8_lossy(&self.cause.words()).trim_start_matches(": ").to_owned()
    }

    /// The message for the user, of bytes since it names paths.
    pub fn message(&self) -> Vec<u8> {
        [self.path.as_os_str().as_bytes(), &self.cause.words()].concat()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.message()))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words();
        let words = words.strip_prefix(b": ").unwrap_or(&words);
        formatter.write_str(&String::from_utf8_lossy(words))
    }
}
