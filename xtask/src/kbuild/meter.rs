//! What stands in the place of a program during a build, to measure it: runs the program, and adds
//! a line to a log.
//!
//! A line is `NAME MICROSECONDS OWN`: processor time of the program, and of the stand-in itself,
//! which is no part of what the build costs.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, exit};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::run::measured::{own_cpu, wait_for_all};

/// Where Kbuild calls the programs.
const PLACES: [&str; 2] = ["scripts/genksyms/genksyms", "scripts/mod/modpost"];

/// The variable that names the log.
pub const LOG_VARIABLE: &str = "MODVERSIONS_METER";

/// What the preprocessor is called in the log, when it works for genksyms.
pub const PREPROCESSOR: &str = "preprocessor";

/// How Kbuild tells the preprocessor that it works for genksyms.
const FOR_GENKSYMS: &str = "-D__GENKSYMS__";

/// What the name of a program ends in while the stand-in has its place.
const ASIDE: &str = ".metered";

/// What all calls of one program have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// How many there were.
    pub calls: usize,
    /// Processor time of the program.
    pub cpu: Duration,
    /// Processor time of the stand-ins.
    pub overhead: Duration,
}

/// Puts stand-ins in the place of the programs below `tree`. They are files that the system starts
/// us for, with no shell in between.
pub fn put_in_place(tree: &Path) -> Result<()> {
    let xtask = env::current_exe()?;
    for place in PLACES {
        let place = tree.join(place);
        fs::rename(&place, format!("{}{ASIDE}", place.display()))
            .with_context(|| format!("{} is not there", place.display()))?;
        fs::write(&place, format!("#!{} meter\n", xtask.display()))?;
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// An error unless the stand-ins are still there.
pub fn check(tree: &Path) -> Result<()> {
    for place in PLACES {
        if !fs::read(tree.join(place))?.starts_with(b"#!") {
            bail!("{place} is no longer a stand-in: Kbuild has built its own");
        }
    }
    Ok(())
}

/// The words for make's command line that have the preprocessor of `compiler` measured.
pub fn preprocessor(compiler: &str) -> Result<String> {
    Ok(format!("CPP={} meter {compiler} -E", env::current_exe()?.display()))
}

/// What the log says of the program called `name`.
pub fn total(log: &str, name: &str) -> Result<Metered> {
    let mut total = Metered::default();
    for line in log.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [program, cpu, overhead] = words[..] else {
            bail!("the log has a line {line:?}");
        };
        if program == name {
            total.calls += 1;
            total.cpu += Duration::from_micros(cpu.parse()?);
            total.overhead += Duration::from_micros(overhead.parse()?);
        }
    }
    Ok(total)
}

/// `cargo xtask meter PROGRAM ARGUMENTS..`: what the stand-ins call. Ends as the program does.
pub fn run_stand_in(arguments: &[String]) -> Result<()> {
    let [program, arguments @ ..] = arguments else {
        bail!("meter is called by Kbuild, through a stand-in");
    };
    let aside = format!("{program}{ASIDE}");
    let is_aside = Path::new(&aside).exists();
    let mut command = Command::new(if is_aside { &aside } else { program });
    command.arg0(program).args(arguments);
    let name = if is_aside {
        program.rsplit('/').next().unwrap_or(program)
    } else if arguments.iter().any(|argument| argument == FOR_GENKSYMS) {
        PREPROCESSOR
    } else {
        return Err(command.exec()).with_context(|| format!("cannot run {program}"));
    };
    let child = command.spawn().with_context(|| format!("cannot run {program}"))?;
    let (status, cpu) = wait_for_all(&child)?;
    let log = env::var_os(LOG_VARIABLE).with_context(|| format!("{LOG_VARIABLE} is not set"))?;
    let mut log = File::options().append(true).create(true).open(log)?;
    // At once, so that lines of others do not get in between.
    let line = format!("{name} {} {}\n", cpu.as_micros(), own_cpu()?.as_micros());
    log.write_all(line.as_bytes())?;
    exit(status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed_up_by_program() -> Result<()> {
        let log = "genksyms 1000 20\npreprocessor 5 1\ngenksyms 500 30\n";
        let total = total(log, "genksyms")?;
        let (cpu, overhead) = (Duration::from_micros(1500), Duration::from_micros(50));
        assert_eq!(total, Metered { calls: 2, cpu, overhead });
        Ok(())
    }
}
