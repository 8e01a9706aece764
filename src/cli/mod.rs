//! The command lines: one file for each program. Everything that accesses files, streams and the
//! environment is here; the rest of the library takes bytes and returns bytes.

mod abi_diff;
pub mod check;
mod colour;
mod compiler_text;
pub mod cpp;
mod data_model;
mod drop_in;
mod environment;
mod exit;
mod extract;
mod files;
mod folder;
mod format;
pub mod gendwarfksyms;
pub mod genksyms;
pub mod getopt;
mod heap;
mod history;
pub mod input;
mod io;
mod kabi;
mod kbuild;
mod layout;
mod manual;
mod messages;
pub mod modpost;
pub mod modversions;
mod releases;
mod reports;
mod resources;
mod show;
mod sides;
mod symtypes;
mod talk;
mod threads;
mod tree_release;
mod types;
mod version;
mod why;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub use environment::Environment;
pub use io::{Io, ProcessOutput};

/// A program that takes the place of one of the kernel's. Its first argument is the name that
/// messages give it; what it returns is the exit status.
type DropIn = fn(&[OsString], &Environment, &mut Io<'_>) -> u8;

/// The drop-in of this name.
fn drop_in(name: &OsStr) -> Option<DropIn> {
    match name.as_bytes() {
        b"genksyms" => Some(genksyms::main),
        b"gendwarfksyms" => Some(gendwarfksyms::main),
        b"modpost" => Some(modpost::main),
        _ => None,
    }
}

/// Whether this is `modpost --help`. The kernel's has no such option; that of genksyms has.
fn asks_for_our_help(args: &[OsString]) -> bool {
    matches!(args, [tool, help] if tool == "modpost" && help == "--help")
}

/// Runs the program that `args` names: by the file name it was called by, or as the first argument
/// of `modversions`. Returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let own_name = args.first().and_then(|path| Path::new(path).file_name());
    if let Some(drop_in) = own_name.and_then(drop_in) {
        return drop_in(args, environment, io);
    }
    if let Some(drop_in) = args.get(1).and_then(|word| drop_in(word))
        && !asks_for_our_help(&args[1..])
    {
        return drop_in(&args[1..], environment, io);
    }
    if let [_, tool, compiler, ..] = args
        && tool == "cpp"
        && compiler.as_bytes().first() != Some(&b'-')
    {
        return cpp::main(&args[2..], io);
    }
    if own_name == Some(OsStr::new("abi-diff")) {
        let with_tool = [&[OsString::from("modversions"), OsString::from("abi-diff")], &args[1..]];
        return modversions::main(&with_tool.concat(), environment, io);
    }
    modversions::main(args, environment, io)
}
