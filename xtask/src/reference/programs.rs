//! The programs that answer the cases: those of each release that the cases know.

use std::process::Command;

use anyhow::{Error, Result, bail};
use testkit::Target;
use testkit::releases::{Origin, Tool, origin};

use super::elf_target;
use crate::obtain::debian::Package;
use crate::obtain::kernels::Kernel;
use crate::obtain::upstream::{Upstream, UpstreamModpost};

/// The program that answers for one release.
pub struct Program {
    /// The release, as the cases have it.
    pub release: &'static str,
    /// The program: for the newest release, that of whatever kernel Debian sid has today.
    executable: Executable,
}

/// A program of either tool.
enum Executable {
    Genksyms(Upstream),
    Modpost(UpstreamModpost),
}

impl Program {
    /// The program of `tool` for `release`. None, said on stderr, when there is no way to have it.
    fn obtain(tool: Tool, release: &'static str) -> Result<Option<Program>> {
        let kernel: &'static Kernel = release.parse().map_err(Error::msg)?;
        let executable = match tool {
            Tool::Genksyms => Upstream::genksyms(kernel)?.map(Executable::Genksyms),
            Tool::Modpost => Upstream::modpost(kernel)?.map(Executable::Modpost),
        };
        Ok(executable.map(|executable| Program { release, executable }))
    }

    /// Whether it is of the release that the cases know, and not of a newer one.
    pub fn is_known(&self) -> bool {
        self.own_release() == self.release
    }

    /// The release that it is of.
    fn own_release(&self) -> &str {
        match &self.executable {
            Executable::Genksyms(program) => &program.release,
            Executable::Modpost(program) => &program.release,
        }
    }

    /// The package that it is from.
    pub fn package(&self) -> &Package {
        match &self.executable {
            Executable::Genksyms(program) => &program.package,
            Executable::Modpost(program) => &program.package,
        }
    }

    /// The name people know it by: `linux-kbuild 6.1.192-2`.
    pub fn title(&self) -> String {
        self.package().kbuild_title()
    }

    /// A command that runs it, ready for its arguments. Only modpost has a program for each `target`.
    pub fn command(&self, target: Target) -> Command {
        let mut command = match &self.executable {
            Executable::Genksyms(program) => program.command(),
            Executable::Modpost(program) => program.command(elf_target(target)),
        };
        command.env_clear();
        command
    }
}

/// The releases of `tool` that a package has the program of, oldest first.
fn packaged(tool: Tool) -> Vec<&'static str> {
    let mut releases = tool.releases();
    releases.retain(|release| origin(release) == Some(Origin::Package));
    releases
}

/// The programs of `tool` that can be had, oldest first.
pub fn programs(tool: Tool) -> Result<Vec<Program>> {
    let releases = packaged(tool).into_iter();
    releases.filter_map(|release| Program::obtain(tool, release).transpose()).collect()
}

/// The programs of `tool` for all releases that a package has it of, oldest first; an error when one
/// cannot be had, or is of a release that the cases do not know.
pub fn all_programs(tool: Tool) -> Result<Vec<Program>> {
    let programs = programs(tool)?;
    if programs.len() < packaged(tool).len() {
        bail!("expectations are written by all programs at once, or not at all");
    }
    if let Some(program) = programs.iter().find(|program| !program.is_known()) {
        bail!(
            "{} is newer than the cases know ({}); it needs a row of its own in \
             src/tests/kit/releases.rs",
            program.title(),
            program.release
        );
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use testkit::releases::Tool;

    use crate::obtain::kernels::{Kernel, Question, asked};

    /// The kernels for the releases of `tool`.
    fn of_cases(tool: Tool) -> Vec<&'static str> {
        let kernel = |release: &str| release.parse().map(|kernel: &'static Kernel| kernel.name);
        super::packaged(tool)
            .into_iter()
            .map(|release| kernel(release).expect("a kernel"))
            .collect()
    }

    #[test]
    fn the_cases_have_a_release_for_each_kernel_that_is_asked() {
        for (tool, question) in
            [(Tool::Genksyms, Question::Genksyms), (Tool::Modpost, Question::ModpostCases)]
        {
            let asked: Vec<&str> = asked(question).map(|kernel| kernel.name).collect();
            assert_eq!(of_cases(tool), asked);
        }
    }
}
