//! The list of our own commands. What a command is asked is in its own file, as `Arguments`; how it
//! ends is decided here.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::exit::{Exit, Failure, Result};
use super::{Environment, Io};
use super::{abi_diff, check, genksyms, kbuild, layout, modpost, releases, show, symtypes, why};

const ABOUT: &str = "The Linux kernel's symbol-versioning tools, exact and fast";

const LONG_ABOUT: &str = "\
The Linux kernel's symbol-versioning tools, exact and fast.

A kernel with CONFIG_MODVERSIONS gives each exported symbol a CRC of its C declaration, types and \
all. A module is only loaded if it was built against the same CRCs. The program that computes them \
is genksyms: it reads one preprocessed source file and writes one line for each export.

modpost reads the linked objects, checks what each module uses against what is exported, and writes \
the C file that carries a module's versions, dependencies and aliases.

Each tool is also a drop-in for the kernel's own, byte for byte, when it is called by that name: \
make a link called `genksyms` or `modpost`.";

const EXAMPLES: &str = "\
Examples:
  In a kernel tree, after make modules_prepare:
    modversions kbuild enable /path/to/linux

  Against installed headers, which stay as they are:
    modversions kbuild overlay /usr/src/linux-headers-$(uname -r) ~/headers
    make -C ~/headers M=$PWD modules

  By hand, for the genksyms of one release:
    gcc -E -D__GENKSYMS__ x.c | modversions genksyms --kernel 6.12 -T x.symtypes

  One module by hand, for the modpost of one release:
    modversions modpost --kernel 6.12 -Mme -i Module.symvers -o out hello.o

  Before a kernel is booted, whether a module will load on it, and if not, why:
    modversions check pump.ko --kernel /lib/modules/6.12.117

  What changed between two kernels of a distribution, of which there are only packages:
    modversions abi-diff linux-image-OLD.deb linux-image-NEW.deb

  How a struct lies in the memory of the running kernel:
    modversions layout task_struct /sys/kernel/btf

  Which releases answer differently, and how that is known:
    modversions releases
    modversions releases --explain declaration-language

The release is --kernel's, else that in KERNELVERSION (Kbuild sets it), else the newest known.";

#[derive(Parser)]
#[command(name = "modversions", version, about = ABOUT, long_about = LONG_ABOUT)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Genksyms(genksyms::Arguments),
    Modpost(modpost::Arguments),
    Kbuild(kbuild::Arguments),
    AbiDiff(abi_diff::Arguments),
    Why(why::Arguments),
    Check(check::Arguments),
    Show(show::Arguments),
    Symtypes(symtypes::Arguments),
    Layout(layout::Arguments),
    Releases(releases::Arguments),
}

impl Command {
    fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        match self {
            // The arguments of the drop-ins are not for clap to read: see `cli::main`.
            Self::Genksyms(_) | Self::Modpost(_) => {
                Err(Failure(b"the tool must be the first argument".to_vec()))
            }
            Self::Kbuild(arguments) => arguments.run(io),
            Self::AbiDiff(arguments) => arguments.run(environment, io),
            Self::Why(arguments) => arguments.run(io),
            Self::Check(arguments) => arguments.run(io),
            Self::Show(arguments) => arguments.run(io),
            Self::Symtypes(arguments) => arguments.run(io),
            Self::Layout(arguments) => arguments.run(io),
            Self::Releases(arguments) => arguments.run(io),
        }
    }
}

/// Runs `modversions` with `args`, its own name first; returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let exit = match parse(args) {
        Ok(CommandLine { command }) => {
            command.run(environment, io).unwrap_or_else(|Failure(message)| {
                io.say(&message);
                Exit::Unanswered
            })
        }
        Err(error) if error.use_stderr() => {
            io.complain(error.render().to_string().as_bytes());
            Exit::Unanswered
        }
        Err(help) => {
            io.print(help.render().to_string().as_bytes());
            Exit::Good
        }
    };
    exit.status()
}

/// As wide as the notes we print elsewhere, wherever the terminal ends.
fn parse(args: &[OsString]) -> std::result::Result<CommandLine, clap::Error> {
    let matches = CommandLine::command().term_width(80).try_get_matches_from(args)?;
    CommandLine::from_arg_matches(&matches)
}
