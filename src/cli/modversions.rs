//! The list of our own commands. What a command is asked is in its own file, as `Arguments`; how it
//! ends is decided here.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::exit::{Exit, Failure, Result};
use super::resources::Resources;
use super::{Environment, Io};
use super::{
    abi_diff, check, cpp, gendwarfksyms, genksyms, kbuild, layout, modpost, releases, show,
    symtypes, types, why,
};
use crate::shown::{Page, shown};

const ABOUT: &str = "Drop-in replacements for genksyms, gendwarfksyms and modpost, and tools that explain symbol versions";

const LONG_ABOUT: &str = "\
Drop-in replacements for genksyms and modpost, and tools that explain symbol versions.

With CONFIG_MODVERSIONS, each exported symbol has a CRC of its C declaration and of all types that \
the declaration reaches. The kernel loads a module only if it was built against the same CRCs. \
genksyms computes them: it reads one preprocessed source file and writes one line for each export.

modpost reads the linked objects, checks the symbols that each module uses against the exports, and \
writes the C file with the module's versions, dependencies and aliases.

Under the file name `genksyms` or `modpost`, such as a link, the program is a byte-for-byte \
compatible drop-in for the kernel's own.";

const EXAMPLES: &str = "\
Examples:
  In a kernel tree, after make modules_prepare:
    modversions kbuild enable /path/to/linux

  With installed headers, which are not changed:
    modversions kbuild overlay /usr/src/linux-headers-$(uname -r) ~/headers
    make -C ~/headers M=$PWD modules

  Run genksyms by hand, as of one release:
    gcc -E -D__GENKSYMS__ x.c | modversions genksyms --kernel 6.12 -T x.symtypes

  Run modpost by hand on one module, as of one release:
    modversions modpost --kernel 6.12 -Mme -i Module.symvers -o out hello.o

  Check whether a module will load on a kernel, and if not, why:
    modversions check pump.ko --kernel /lib/modules/6.12.117

  Show what changed between two kernels of a distribution, from their packages:
    modversions abi-diff linux-image-OLD.deb linux-image-NEW.deb

  Print the memory layout of a struct in the running kernel:
    modversions layout task_struct /sys/kernel/btf

  List what differs between kernel releases, and the evidence:
    modversions releases
    modversions releases --explain declaration-language

The kernel release is that of --kernel, or else of KERNELVERSION (Kbuild sets it), or else the \
newest known.";

#[derive(Parser)]
#[command(name = "modversions", version, about = ABOUT, long_about = LONG_ABOUT)]
#[command(after_help = EXAMPLES)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Genksyms(genksyms::Arguments),
    Gendwarfksyms(gendwarfksyms::Arguments),
    Modpost(modpost::Arguments),
    Cpp(cpp::Arguments),
    Kbuild(kbuild::Arguments),
    AbiDiff(abi_diff::Arguments),
    Why(why::Arguments),
    Check(check::Arguments),
    Show(show::Arguments),
    Symtypes(symtypes::Arguments),
    Types(types::Arguments),
    Layout(layout::Arguments),
    Releases(releases::Arguments),
}

impl Command {
    /// What the command may use of the machine, if it reads kernels, modules or types.
    fn resources(&self) -> Option<&Resources> {
        match self {
            Self::Genksyms(_) | Self::Gendwarfksyms(_) => None,
            Self::Modpost(_) | Self::Cpp(_) => None,
            Self::Kbuild(_) | Self::Releases(_) => None,
            Self::AbiDiff(arguments) => Some(&arguments.resources),
            Self::Why(arguments) => Some(&arguments.resources),
            Self::Check(arguments) => Some(&arguments.resources),
            Self::Show(arguments) => Some(&arguments.resources),
            Self::Symtypes(arguments) => Some(&arguments.resources),
            Self::Types(arguments) => Some(&arguments.resources),
            Self::Layout(arguments) => Some(&arguments.resources),
        }
    }

    /// Does what is asked, within its resources.
    fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        match self.resources() {
            Some(resources) => resources.run(|| self.answer(environment, io)),
            None => self.answer(environment, io),
        }
    }

    fn answer(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        match self {
            // The arguments of the drop-ins are not for clap to read: see `cli::main`.
            Self::Genksyms(_) | Self::Gendwarfksyms(_) | Self::Modpost(_) => {
                Err(Failure(b"the tool must be the first argument".to_vec()))
            }
            Self::Cpp(arguments) => arguments.run(),
            Self::Kbuild(arguments) => arguments.run(io),
            Self::AbiDiff(arguments) => arguments.run(environment, io),
            Self::Why(arguments) => arguments.run(environment, io),
            Self::Check(arguments) => arguments.run(environment, io),
            Self::Show(arguments) => arguments.run(environment, io),
            Self::Symtypes(arguments) => arguments.run(environment, io),
            Self::Types(arguments) => arguments.run(environment, io),
            Self::Layout(arguments) => arguments.run(environment, io),
            Self::Releases(arguments) => arguments.run(io),
        }
    }
}

/// Runs `modversions` with `args`, its own name first; returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let exit = match parse(args) {
        Ok(CommandLine { command }) => command.run(environment, io),
        Err(error) if error.use_stderr() => {
            io.remark(&complaint(args, error));
            Ok(Exit::Unanswered)
        }
        Err(help) => io.show(&page_of(&help)).map(|()| Exit::Good),
    };
    let exit = exit.unwrap_or_else(|Failure(message)| {
        io.say(&message);
        Exit::Unanswered
    });
    exit.status()
}

/// What is wrong with the command line. It quotes words of it, so it is that of the words as people
/// see them.
fn complaint(args: &[OsString], error: clap::Error) -> Page {
    let shown = |word: &OsString| OsString::from_vec(shown(word.as_bytes()).into_owned());
    let args: Vec<OsString> = args.iter().map(shown).collect();
    page_of(&parse(&args).err().unwrap_or(error))
}

/// A help text, or an error.
fn page_of(text: &clap::Error) -> Page {
    Page::of_lines(&text.render().to_string())
}

/// As wide as the notes we print elsewhere, wherever the terminal ends.
fn parse(args: &[OsString]) -> std::result::Result<CommandLine, clap::Error> {
    let matches = CommandLine::command().term_width(80).try_get_matches_from(args)?;
    CommandLine::from_arg_matches(&matches)
}
