//! What a program may take that may loop, eat all memory or fill the disk: limits for its process
//! alone.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::ptr;

/// The limits of one process. It never leaves a core file.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Seconds of processor time.
    pub seconds: libc::rlim_t,
    /// Bytes of addresses.
    pub memory: libc::rlim_t,
    /// Bytes in one file that it writes.
    pub written: libc::rlim_t,
}

impl Limits {
    /// Makes `command` start with these limits.
    pub fn set_for(self, command: &mut Command) {
        let set = move || {
            for (resource, limit) in self.by_resource() {
                // SAFETY: setrlimit only reads the structure, which outlives the call.
                if unsafe { libc::setrlimit(resource, &limit) } != 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            Ok(())
        };
        // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
        unsafe { command.pre_exec(set) };
    }

    /// Sets them for a child that runs already. It has them a moment after its start: that spares a
    /// fork of this whole process, and nothing can go wrong in a moment.
    pub fn set_on(self, child: &Child) -> io::Result<()> {
        let pid = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
        for (resource, limit) in self.by_resource() {
            // SAFETY: the new limits are valid for reads, the old ones are not asked for, and `pid`
            // is our own child: as long as it is borrowed nobody has waited for it, so that it is no
            // other process's number.
            unsafe { libc::prlimit(pid, resource, &limit, ptr::null_mut()) };
        }
        Ok(())
    }

    /// Each limit, as the system takes it.
    fn by_resource(self) -> [(libc::__rlimit_resource_t, libc::rlimit); 4] {
        [
            (libc::RLIMIT_CPU, self.seconds),
            (libc::RLIMIT_AS, self.memory),
            (libc::RLIMIT_FSIZE, self.written),
            (libc::RLIMIT_CORE, 0),
        ]
        .map(|(resource, most)| (resource, libc::rlimit { rlim_cur: most, rlim_max: most }))
    }
}
