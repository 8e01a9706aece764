//! What one run of a program costs: processor time, wall time and peak memory.

use std::fs::File;
use std::io::{self, Seek};
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The cost of one run of a whole process, from its start to its end.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// User and system time. The kernel keeps their sum to the nanosecond, whatever its tick is;
    /// only the division into the two is an estimate.
    pub cpu: Duration,
    /// From the start of the process until it was waited for.
    pub wall: Duration,
    /// The largest resident set, in bytes. It is never less than what this process itself had
    /// when it started the program: so whoever measures must stay small.
    pub peak_memory: u64,
}

/// How the program under measurement gets its input.
#[derive(Clone, Copy)]
pub enum Input {
    /// Its standard input is the file itself.
    File,
    /// Its standard input is a pipe that the file is copied to meanwhile.
    Pipe,
}

/// Runs `command` on `file` with its output thrown away. An error unless it exits with 0.
pub fn measure(command: &mut Command, file: &File, input: Input) -> Result<Cost> {
    match measure_ending(command, file, input)? {
        (Some(0), cost) => Ok(cost),
        (status, _) => bail!("{:?} ended with status {status:?}", command.get_program()),
    }
}

/// Runs `command` on `file` with its output thrown away; its exit status too, or none if a signal
/// ended it.
pub fn measure_ending(
    command: &mut Command,
    mut file: &File,
    input: Input,
) -> Result<(Option<i32>, Cost)> {
    file.rewind()?;
    command.stdout(Stdio::null()).stderr(Stdio::null());
    match input {
        Input::File => command.stdin(file.try_clone()?),
        Input::Pipe => command.stdin(Stdio::piped()),
    };
    let start = Instant::now();
    let mut child =
        command.spawn().with_context(|| format!("cannot run {:?}", command.get_program()))?;
    let stdin = child.stdin.take();
    let waited = thread::scope(|scope| {
        if let Some(mut pipe) = stdin {
            // A program that ends early closes the pipe; its exit status tells.
            scope.spawn(move || io::copy(&mut file, &mut pipe));
        }
        wait(&child)
    });
    let wall = start.elapsed();
    let (status, usage) = waited.context("cannot wait for the program")?;
    let status = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
    let peak_memory = u64::try_from(usage.ru_maxrss)? * 1024;
    Ok((status, Cost { cpu: cpu(&usage), wall, peak_memory }))
}

/// Waits for `child`; its status, and its processor time with that of all the processes below it
/// that were waited for.
pub fn wait_for_all(child: &Child) -> Result<(ExitStatus, Duration)> {
    let (status, usage) = wait(child).context("cannot wait for a program")?;
    Ok((ExitStatus::from_raw(status), cpu(&usage)))
}

/// The processor time of this process up to now, also before it became this program.
pub fn own_cpu() -> Result<Duration> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the pointer is valid for writes for the whole call.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error()).context("cannot measure the time used");
    }
    // SAFETY: getrusage has succeeded, and then it has filled in the usage.
    Ok(cpu(&unsafe { usage.assume_init() }))
}

/// User and system time.
fn cpu(usage: &libc::rusage) -> Duration {
    duration(usage.ru_utime) + duration(usage.ru_stime)
}

/// Waits for `child`; its wait status and what it used.
fn wait(child: &Child) -> io::Result<(libc::c_int, libc::rusage)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    let pid = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
    // SAFETY: both pointers are valid for writes for the whole call, and `pid` is our own child
    // that nobody has waited for: `Child` waits only when asked to.
    let waited = unsafe { libc::wait4(pid, &mut status, 0, usage.as_mut_ptr()) };
    if waited != pid {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: wait4 returned the child, and then it has filled in its usage.
    Ok((status, unsafe { usage.assume_init() }))
}

/// A time as the system gives it; negative ones do not occur.
fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let microseconds = u64::try_from(time.tv_usec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_micros(microseconds)
}
