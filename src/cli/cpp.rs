//! `modversions cpp COMPILER …`: a stand-in for Kbuild's `$(CPP)` that makes the text for genksyms.
//!
//! What it does not do itself, exactly as the compiler would, the compiler does: its process is
//! replaced by the command it was given, before anything was printed.

mod answers;
pub(super) mod arguments;
pub(super) mod compiler;
mod headers;
mod tree;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use self::arguments::Understood;
use self::compiler::Compiler;
use self::headers::Headers;
use super::Io;
use super::exit::{Exit, Failure, Result};
use super::files::write_whole;
use super::heap;
use crate::cpp::{
    FileContent, Host, Kept, PADDING, Stamp, Unusual, Usual, first_difference, preprocess_with,
};
use crate::shown::Page;

/// The name of the variable that says how it works.
const VARIABLE: &str = "MODVERSIONS_CPP";

/// The options of `modversions cpp` itself. For calls with a compiler, see [`main`].
#[derive(clap::Args)]
#[command(about = "Preprocess C files for genksyms: a replacement for Kbuild's $(CPP)")]
#[command(override_usage = "modversions cpp COMPILER -E ...\n       modversions cpp --forget DIR")]
pub(super) struct Arguments {
    /// Remove what is kept in the build tree DIR, and end
    #[arg(long, value_name = "DIR", required = true)]
    forget: std::path::PathBuf,
}

impl Arguments {
    /// Removes what is kept in a build tree.
    pub(super) fn run(&self) -> Result<Exit> {
        let folder = self.forget.join(tree::FOLDER);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::of_io(&folder, &error))
            }
            _ => Ok(Exit::Good),
        }
    }
}

/// How the stand-in works: the value of [`VARIABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The bodies of functions are left out.
    Usual,
    /// Everything is in the text.
    Full,
    /// Both are run and compared.
    Check,
    /// The compiler does it all.
    Off,
}

/// Does what a command line asks; `args` are the compiler and its arguments. Returns the exit status,
/// or does not return.
pub fn main(args: &[OsString], io: &mut Io<'_>) -> u8 {
    let mode = match std::env::var_os(VARIABLE).as_deref().map(OsStrExt::as_bytes) {
        Some(b"off") => Mode::Off,
        Some(b"full") => Mode::Full,
        Some(b"check") => Mode::Check,
        _ => Mode::Usual,
    };
    match done_here(args, mode) {
        Ok(mut made) if mode == Mode::Check => {
            made.headers.keep(&mut made.kept);
            return compared(args, &made.text, io);
        }
        Ok(mut made) => {
            let is_listed =
                made.dependencies.is_none_or(|(path, list)| write_whole(&path, &list).is_ok());
            if is_listed {
                match io.print_whole(&made.text) {
                    Ok(()) => {}
                    // It says so in its own words.
                    Err((0, _)) if !made.text.is_empty() => return replaced(args, io),
                    Err((_, error)) => return not_written(&error, io),
                }
                // Whoever reads the text can begin.
                made.headers.keep(&mut made.kept);
                return 0;
            }
        }
        Err(reason) if std::env::var_os("MODVERSIONS_CPP_EXPLAIN").is_some() => {
            io.complain(format!("modversions cpp: {}\n", reason.words()).as_bytes());
        }
        Err(_) => {}
    }
    replaced(args, io)
}

/// Runs the compiler, prints its text, and says where that differs.
fn compared(args: &[OsString], text: &[u8], io: &mut Io<'_>) -> u8 {
    let Some((program, rest)) = args.split_first() else { return replaced(args, io) };
    let output = match Command::new(program).args(rest).stderr(Stdio::inherit()).output() {
        Ok(output) => output,
        Err(_) => return replaced(args, io),
    };
    if let Some(difference) = first_difference(&output.stdout, text) {
        let input = args.last().map(|word| word.as_bytes()).unwrap_or_default();
        let mut page = Page::default();
        page.put("modversions cpp: ").put(input);
        page.line(format!(": token {} differs from the compiler's:", difference.place));
        page.put("  the compiler: ").line(&difference.first);
        page.put("  modversions:  ").line(&difference.second);
        io.remark(&page);
    }
    if let Err((_, error)) = io.print_whole(&output.stdout) {
        return not_written(&error, io);
    }
    // A process that a signal ended has no status.
    output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Says why a text is not whole. The status is that of the compiler then.
fn not_written(error: &std::io::Error, io: &mut Io<'_>) -> u8 {
    let reason = crate::inputs::files::reason(error);
    io.complain(format!("modversions cpp: standard output: {reason}\n").as_bytes());
    1
}

/// How much memory a source file of the kernel takes, most of it for its text and for the definitions of macros.
const ROOM: usize = 6 << 20;

/// What was made here.
struct Made {
    text: Vec<u8>,
    /// The list of dependencies, and where that goes.
    dependencies: Option<(std::path::PathBuf, Vec<u8>)>,
    /// What was scanned, and where it is left to others.
    kept: Kept,
    headers: Headers,
}

/// Preprocesses here.
fn done_here(args: &[OsString], mode: Mode) -> Usual<Made> {
    if mode == Mode::Off {
        return Err(Unusual::Option);
    }
    let mut understood = Understood::of(args)?;
    heap::make_room(ROOM);
    let mut compiler = Compiler::of(&understood)?;
    understood.request.predefined = compiler.predefined().to_vec();
    understood.request.questions = compiler.questions();
    understood.request.leaves_out_bodies = mode == Mode::Usual;
    let (headers, mut kept) = Headers::find();
    let mut made = preprocess_with(&mut kept, &understood.request, &mut compiler);
    if kept.is_broken() {
        kept = Kept::new();
        made = preprocess_with(&mut kept, &understood.request, &mut compiler);
    }
    compiler.keep();
    let made = made?;
    let dependencies = understood.dependencies.zip(made.dependencies);
    Ok(Made { text: made.text, dependencies, kept, headers })
}

/// Becomes the compiler.
fn replaced(args: &[OsString], io: &mut Io<'_>) -> u8 {
    let Some((program, rest)) = args.split_first() else {
        io.complain(b"modversions cpp: no compiler is given\n");
        return 2;
    };
    let error = Command::new(program).args(rest).exec();
    let reason = crate::inputs::files::reason(&error);
    io.complain(format!("{}: {reason}\n", program.to_string_lossy()).as_bytes());
    127
}

impl Host for Compiler {
    fn read(&mut self, path: &[u8]) -> Option<FileContent> {
        content(name(path))
    }

    fn stamp(&mut self, path: &[u8]) -> Option<Stamp> {
        stamp(name(path))
    }

    fn has_directory(&mut self, path: &[u8]) -> bool {
        fs::metadata(name(path)).is_ok_and(|metadata| metadata.is_dir())
    }

    fn ask(&mut self, question: &[u8]) -> Option<i64> {
        self.answer(question)
    }
}

/// The content of a regular file, and what tells it from others; `None` if it cannot be read.
pub(super) fn content(path: &Path) -> Option<FileContent> {
    let file = fs::File::open(path).ok()?;
    let metadata = file.metadata().ok().filter(fs::Metadata::is_file)?;
    let size = usize::try_from(metadata.len()).ok().filter(|size| *size <= LARGEST)?;
    let mut padded = vec![0; size + PADDING.len()];
    // A file that has become shorter counts as not readable.
    file.read_exact_at(&mut padded[..size], 0).ok()?;
    padded[size..].copy_from_slice(PADDING);
    let stamp = headers::stamp(&metadata);
    let identity = (stamp.device, stamp.inode);
    let stamp = Some(stamp).filter(headers::is_settled);
    Some(FileContent { padded, identity, stamp })
}

/// What tells a regular file from what it was before.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(headers::stamp(&metadata))
}

/// The largest header, in bytes: the largest of the kernel has 23 MB.
const LARGEST: usize = 256 << 20;

fn name(path: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(path))
}
