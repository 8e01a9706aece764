//! A program that is stopped at each of its system calls, so that what it has done so far can be
//! looked at, and that can be killed there. By ptrace, of which only the stops are used: no register
//! is read, so this is the same on every machine.
//!
//! Only the first thread is stopped.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::ptr;

/// How a stop is marked that a system call is the reason of.
const SYSTEM_CALL: i32 = libc::SIGTRAP | 0x80;

/// Runs `command`, and asks `is_enough` before and after each system call from its start on. Once it
/// is, kills the program, which has not done that call, or nothing after it. Gives how it has ended.
///
/// # Errors
/// The program cannot be started, or not be traced.
pub fn run_until(
    mut command: Command,
    mut is_enough: impl FnMut() -> bool,
) -> io::Result<ExitStatus> {
    // SAFETY: the function makes one system call, which is allowed after a fork.
    unsafe { command.pre_exec(be_traced) };
    let mut child = command.spawn()?;
    let pid = process_id(&child)?;
    let mut status = waited(pid)?;
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    request(libc::PTRACE_SETOPTIONS, pid, options)?;
    while let Some(signal) = status.stopped_signal() {
        if is_enough() {
            child.kill()?;
            return waited(pid);
        }
        // Those of the tracing itself are none that the program was sent.
        let is_traps = matches!(signal, SYSTEM_CALL | libc::SIGTRAP);
        request(libc::PTRACE_SYSCALL, pid, if is_traps { 0 } else { signal })?;
        status = waited(pid)?;
    }
    Ok(status)
}

fn process_id(child: &Child) -> io::Result<libc::pid_t> {
    child.id().try_into().map_err(io::Error::other)
}

/// Makes this process one that its parent traces.
fn be_traced() -> io::Result<()> {
    request(libc::PTRACE_TRACEME, 0, 0)
}

/// One request of ptrace's, with a number as its data.
fn request(number: libc::c_uint, pid: libc::pid_t, data: i32) -> io::Result<()> {
    let data = ptr::without_provenance_mut::<libc::c_void>(data.try_into().unwrap_or_default());
    // SAFETY: the requests of this file read and write no memory of this process.
    let result = unsafe { libc::ptrace(number, pid, ptr::null_mut::<libc::c_void>(), data) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The status of a child once it has stopped or ended.
fn waited(pid: libc::pid_t) -> io::Result<ExitStatus> {
    let mut status = 0;
    // SAFETY: the kernel writes one status.
    match unsafe { libc::waitpid(pid, &raw mut status, 0) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(ExitStatus::from_raw(status)),
    }
}
