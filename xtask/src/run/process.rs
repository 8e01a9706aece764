//! Running other programs, with errors that say which one failed and how.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs `command` with its output passed through. An error unless it exits with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", shown(command));
    }
    Ok(())
}

/// Runs `command` and returns what it wrote to standard output. An error, with the last lines of
/// its standard error, unless it exits with 0.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let last_lines: Vec<&str> = message.trim_end().lines().rev().take(3).collect();
        let last_lines: Vec<&str> = last_lines.into_iter().rev().collect();
        bail!("{} failed: {}: {}", shown(command), output.status, last_lines.join(" | "));
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("the output of {} is not text", shown(command)))
}

/// Whether this process may install packages and update the system's package lists.
pub fn is_root() -> bool {
    // SAFETY: geteuid takes nothing, touches no memory and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The command line of `command`, shortened to what a person reads.
fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    let line = words.join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("`{} ...`", &line[..end]),
        None => format!("`{line}`"),
    }
}
