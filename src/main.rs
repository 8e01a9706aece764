//! Hands the process's arguments, environment and streams to the library, and ends the process.
//!
//! There is no Rust `main`, because what the standard library does before it would be seen: it
//! opens /dev/null where standard input is closed, and ignores SIGPIPE. The C programs fail in the
//! one case and die quietly in the other, and so do we.

#![cfg_attr(not(test), no_main)]

use std::ffi::{CStr, OsStr, OsString, c_char, c_int};
use std::io;
use std::os::unix::ffi::OsStrExt;

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io, ProcessOutput};

/// The entry point the C library calls. Returning ends the process with the status.
///
/// # Safety
/// `argv` must be the vector of `argc` C strings that the C library passes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub unsafe extern "C" fn main(argc: c_int, argv: *const *const c_char) -> c_int {
    let count = usize::try_from(argc).unwrap_or_default();
    // SAFETY: as the function's own condition.
    let argument = |index| unsafe { CStr::from_ptr(*argv.add(index)) };
    let args: Vec<OsString> =
        (0..count).map(|index| OsStr::from_bytes(argument(index).to_bytes()).into()).collect();
    let (stdout, stderr) = (&mut ProcessOutput, &mut io::stderr());
    let mut io = Io { stdin: Stdin::Process, stdout, stderr };
    cli::main(&args, &Environment::of_process(), &mut io).into()
}

// The standard library wants an unwinder, which a program that aborts never runs. As a shared
// library, libgcc_s, it costs every start 0.06 ms, half of that for asking the processor what it
// is. Named here, the static one that every GCC brings comes before it, and the linker leaves out
// the other. (Not tried on other processors.)
#[cfg(all(target_arch = "x86_64", target_env = "gnu"))]
#[link(name = "gcc_eh", kind = "static", modifiers = "-bundle")]
unsafe extern "C" {}
