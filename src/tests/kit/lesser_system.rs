//! A program that runs as on a system which cannot do all that this one can.
//!
//! By a filter of system calls (seccomp), which answers them without calling the kernel's code.

use std::io;
use std::mem::offset_of;
use std::os::unix::process::CommandExt;
use std::process::Command;

use libc::{seccomp_data, sock_filter};

/// What such a system does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Bring files to the disk: it says that it has, at once.
    Sync,
    /// Exchange two names.
    Exchange,
    /// Give a file a second name.
    SecondName,
}

impl Lack {
    /// The system call that is answered; a bit of its fifth argument, if only with that; and the
    /// error, or 0 for success.
    fn call(self) -> (libc::c_long, Option<u32>, libc::c_int) {
        match self {
            Lack::Sync => (libc::SYS_fsync, None, 0),
            Lack::Exchange => (libc::SYS_renameat2, Some(libc::RENAME_EXCHANGE), libc::EINVAL),
            Lack::SecondName => (libc::SYS_linkat, None, libc::EPERM),
        }
    }

    /// The filter's instructions for it.
    fn instructions(self) -> Vec<sock_filter> {
        let (call, bit, error) = self.call();
        let least_significant = if cfg!(target_endian = "big") { 4 } else { 0 };
        let argument = offset_of!(seccomp_data, args) + 4 * 8 + least_significant;
        let answer = libc::SECCOMP_RET_ERRNO | error.unsigned_abs();
        let mut instructions = vec![load(offset_of!(seccomp_data, nr))];
        let call = u32::try_from(call).unwrap_or(u32::MAX);
        if let Some(bit) = bit {
            instructions.push(unless(libc::BPF_JEQ, call, 3));
            instructions.push(load(argument));
            instructions.push(unless(libc::BPF_JSET, bit, 1));
        } else {
            instructions.push(unless(libc::BPF_JEQ, call, 1));
        }
        instructions.push(give(answer));
        instructions
    }
}

/// Has `command` run on a system with these lacks.
pub fn with_lacks(command: &mut Command, lacks: &[Lack]) {
    let mut filter: Vec<sock_filter> = lacks.iter().flat_map(|it| it.instructions()).collect();
    filter.push(give(libc::SECCOMP_RET_ALLOW));
    // SAFETY: the function makes two system calls, which is allowed after a fork, and allocates
    // nothing.
    unsafe { command.pre_exec(move || apply(&mut filter)) };
}

/// Applies a filter to this process.
fn apply(filter: &mut [sock_filter]) -> io::Result<()> {
    let len = filter.len().try_into().unwrap_or_default();
    let program = libc::sock_fprog { len, filter: filter.as_mut_ptr() };
    // SAFETY: the kernel reads the filter, which is there until it has.
    let has_failed = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            || libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) != 0
    };
    if has_failed { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Loads the 32 bits at an offset into [`seccomp_data`].
fn load(offset: usize) -> sock_filter {
    let offset = offset.try_into().unwrap_or(u32::MAX);
    instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, offset)
}

/// Skips `skipped` instructions unless what is loaded passes the `test` with `operand`.
fn unless(test: u32, operand: u32, skipped: u8) -> sock_filter {
    instruction(libc::BPF_JMP | test | libc::BPF_K, skipped, operand)
}

/// Ends with this answer.
fn give(answer: u32) -> sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, 0, answer)
}

fn instruction(code: u32, jf: u8, k: u32) -> sock_filter {
    sock_filter { code: code.try_into().unwrap_or_default(), jt: 0, jf, k }
}
