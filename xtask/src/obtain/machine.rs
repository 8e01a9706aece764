//! A machine that boots a kernel and runs a list of commands in it: QEMU, all in software, with
//! busybox for everything but the kernel.
//!
//! It needs no `/dev/kvm`, no network and no disk. Each kernel boots in about ten seconds.

mod initramfs;
mod transcript;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::initramfs::Initramfs;
pub use self::transcript::Ended;
use self::transcript::Transcript;
use crate::obtain::debian::{Archive, NamePattern, require_installed};
use crate::obtain::or_skip;

/// The package of the emulator.
const QEMU_PACKAGE: &str = "qemu-system-x86";

/// The emulator.
const QEMU: &str = "qemu-system-x86_64";

/// The package of what the commands are made of; it is only unpacked.
const BUSYBOX_PACKAGE: NamePattern = NamePattern("busybox-static");

/// How long a machine may run. Alone on two processors it takes about twelve seconds, and with
/// several hundred modules to load a few minutes.
const LIMIT: Duration = Duration::from_secs(900);

/// What the kernel is told: its errors go to the first serial port, a panic ends the machine, and it
/// logs when it calls a module's own code.
const KERNEL_ARGUMENTS: &str = "console=ttyS0 quiet panic=-1 initcall_debug log_buf_len=4M";

/// How many lines of the console are shown when a machine did not come to its end.
const CONSOLE_TAIL: usize = 60;

/// What a machine has: the emulator is installed, and this is beside it.
pub struct Machine {
    /// The one program in it.
    busybox: PathBuf,
}

/// A file in the machine.
pub struct FileInside {
    /// Its path from the root, without `/` before it.
    pub path: String,
    /// What is in it.
    pub content: Vec<u8>,
}

impl Machine {
    /// A machine, installed and downloaded now if it must be. None, said on stderr, when it cannot
    /// be had; with `CI=true` that is an error.
    pub fn obtain() -> Result<Option<Machine>> {
        or_skip(Machine::installed(), "a machine that boots kernels")
    }

    /// Installs and downloads.
    fn installed() -> Result<Machine> {
        require_installed(&[QEMU_PACKAGE])?;
        let archive = Archive::system()?;
        let package =
            archive.with_fresh_lists(|| archive.unpacked(&archive.newest(BUSYBOX_PACKAGE)?))?;
        let places = [package.join("bin/busybox"), package.join("usr/bin/busybox")];
        let busybox = places.into_iter().find(|path| path.is_file());
        Ok(Machine { busybox: busybox.context("busybox-static has no busybox")? })
    }

    /// Boots `kernel` and runs each of `steps`, a command of busybox's shell on one line, from the
    /// root of a file system with `files`. How each ended, in order.
    pub fn run(&self, kernel: &Path, files: &[FileInside], steps: &[&str]) -> Result<Vec<Ended>> {
        let scratch = tempfile::tempdir()?;
        let place = scratch.path();
        fs::write(place.join("initramfs"), self.initramfs(files, steps)?)?;
        let mut qemu = Command::new(QEMU);
        qemu.current_dir(place)
            .args(["-accel", "tcg", "-m", "1024", "-no-reboot"])
            .args(["-nodefaults", "-display", "none", "-monitor", "none"])
            .args(["-serial", "file:console", "-serial", "file:transcript"])
            .arg("-kernel")
            .arg(kernel.canonicalize().with_context(|| format!("{}", kernel.display()))?)
            .args(["-initrd", "initramfs", "-append", KERNEL_ARGUMENTS])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(place.join("errors"))?);
        let mut child = qemu.spawn().with_context(|| format!("cannot run {QEMU}"))?;
        let status = wait(&mut child)?;
        let read = |name: &str| {
            let bytes = fs::read(place.join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let transcript = Transcript::parse(&read("transcript"));
        if !transcript.is_complete || transcript.steps.len() != steps.len() {
            let end = match status {
                None => format!("did not end within {} seconds", LIMIT.as_secs()),
                Some(status) => format!("ended too early ({status})"),
            };
            let progress = progress(&transcript, steps);
            bail!("the machine {end} {progress}\n{}{}", read("errors"), tail(&read("console")));
        }
        Ok(transcript.steps)
    }

    /// The file system that it starts with.
    fn initramfs(&self, files: &[FileInside], steps: &[&str]) -> Result<Vec<u8>> {
        let busybox = fs::read(&self.busybox)
            .with_context(|| format!("cannot read {}", self.busybox.display()))?;
        let list: String = steps.iter().map(|step| format!("{step}\n")).collect();
        let mut archive = Initramfs::default();
        archive.add("bin/busybox", 0o755, &busybox);
        archive.add("init", 0o755, include_bytes!("machine/init.sh"));
        archive.add("steps", 0o644, list.as_bytes());
        for file in files {
            archive.add(&file.path, 0o644, &file.content);
        }
        Ok(archive.finish())
    }
}

/// Waits for `child`. None when it did not end in time and had to be killed.
fn wait(child: &mut Child) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Where a machine was when it stopped.
fn progress(transcript: &Transcript, steps: &[&str]) -> String {
    match steps.get(transcript.steps.len()) {
        _ if !transcript.is_begun => "before its first step".to_owned(),
        Some(step) => format!("in the step `{step}`"),
        None => "after its last step".to_owned(),
    }
}

/// The last lines of the console.
fn tail(console: &str) -> String {
    let lines: Vec<&str> = console.lines().collect();
    let first = lines.len().saturating_sub(CONSOLE_TAIL);
    format!("the end of its console:\n{}", lines[first..].join("\n"))
}
