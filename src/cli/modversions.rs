//! The list of our own commands. What a command is asked is in its own file, as `Arguments`; how it
//! ends is decided here.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::exit::{Exit, Failure, Result};
use super::resources::Resources;
use super::talk::Talk;
use super::version::VERSION;
use super::{Environment, Io};
use super::{
    abi_diff, check, cpp, extract, gendwarfksyms, genksyms, history, kabi, kbuild, layout, manual,
    modpost, releases, show, symtypes, types, why,
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

#[derive(Parser)]
#[command(name = "modversions", version = VERSION, about = ABOUT, long_about = LONG_ABOUT)]
#[command(disable_help_subcommand = true)]
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
    Extract(extract::Arguments),
    Show(show::Arguments),
    Symtypes(symtypes::Arguments),
    Types(types::Arguments),
    Layout(layout::Arguments),
    Kabi(kabi::Arguments),
    History(history::Arguments),
    Releases(releases::Arguments),
    Man(manual::ManArguments),
    Completions(manual::CompletionsArguments),
    Help(manual::HelpArguments),
}

impl Command {
    /// What the command may use of the machine, if it reads kernels, modules or types.
    fn resources(&self) -> Option<&Resources> {
        match self {
            Self::Genksyms(_) | Self::Gendwarfksyms(_) => None,
            Self::Modpost(_) | Self::Cpp(_) => None,
            Self::Kbuild(_) | Self::Releases(_) => None,
            Self::Man(_) | Self::Completions(_) | Self::Help(_) => None,
            Self::AbiDiff(arguments) => Some(&arguments.resources),
            Self::Why(arguments) => Some(&arguments.resources),
            Self::Check(arguments) => Some(&arguments.resources),
            Self::Extract(arguments) => Some(&arguments.resources),
            Self::Show(arguments) => Some(&arguments.resources),
            Self::Symtypes(arguments) => Some(&arguments.resources),
            Self::Types(arguments) => Some(&arguments.resources),
            Self::Layout(arguments) => Some(&arguments.resources),
            Self::Kabi(arguments) => Some(&arguments.resources),
            Self::History(arguments) => Some(&arguments.resources),
        }
    }

    /// How much it says; none if it is not one of our own.
    fn talk(&self) -> Option<&Talk> {
        match self {
            Self::Genksyms(_) | Self::Gendwarfksyms(_) | Self::Modpost(_) | Self::Cpp(_) => None,
            Self::Kabi(arguments) => Some(&arguments.talk),
            Self::Kbuild(arguments) => Some(&arguments.talk),
            Self::AbiDiff(arguments) => Some(&arguments.talk),
            Self::Why(arguments) => Some(&arguments.talk),
            Self::Check(arguments) => Some(&arguments.talk),
            Self::Extract(arguments) => Some(&arguments.talk),
            Self::Show(arguments) => Some(&arguments.talk),
            Self::Symtypes(arguments) => Some(&arguments.talk),
            Self::Types(arguments) => Some(&arguments.talk),
            Self::Layout(arguments) => Some(&arguments.talk),
            Self::History(arguments) => Some(&arguments.talk),
            Self::Releases(arguments) => Some(&arguments.talk),
            Self::Man(arguments) => Some(&arguments.talk),
            Self::Completions(arguments) => Some(&arguments.talk),
            Self::Help(arguments) => Some(&arguments.talk),
        }
    }

    /// Whether what it prints is a report, of which the exit status is the sum.
    fn is_summed_up(&self) -> bool {
        match self {
            Self::Kbuild(_) | Self::AbiDiff(_) | Self::Why(_) | Self::Check(_) => true,
            Self::Types(_) | Self::Kabi(_) => true,
            Self::Symtypes(arguments) => arguments.is_verifying(),
            _ => false,
        }
    }

    /// Whether its exit status is for `git bisect run`.
    fn is_bisecting(&self) -> bool {
        match self {
            Self::AbiDiff(arguments) => arguments.bisect,
            Self::Why(arguments) => arguments.bisect,
            Self::Check(arguments) => arguments.bisect,
            _ => false,
        }
    }

    /// Does what is asked, as loud as it is asked to.
    fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let Some(talk) = self.talk() else { return self.run_within(environment, io) };
        let environment = talk.applied_to(environment);
        if !talk.quiet {
            return self.run_within(&environment, io);
        }
        let (mut nowhere, mut unread) = (io::sink(), io::sink());
        let stdout: &mut (dyn Write + Send) =
            if self.is_summed_up() { &mut unread } else { &mut *io.stdout };
        let mut io = Io { stdin: io.stdin, stdout, stderr: &mut nowhere };
        self.run_within(&environment, &mut io)
    }

    /// Does it within its resources.
    fn run_within(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
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
            Self::Extract(arguments) => arguments.run(environment, io),
            Self::Show(arguments) => arguments.run(environment, io),
            Self::Symtypes(arguments) => arguments.run(environment, io),
            Self::Types(arguments) => arguments.run(environment, io),
            Self::Layout(arguments) => arguments.run(environment, io),
            Self::Kabi(arguments) => arguments.run(environment, io),
            Self::History(arguments) => arguments.run(environment, io),
            Self::Releases(arguments) => arguments.run(io),
            Self::Man(arguments) => arguments.run(program(), environment),
            Self::Completions(arguments) => arguments.run(program(), io),
            Self::Help(arguments) => arguments.run(program(), io),
        }
    }
}

/// Runs `modversions` with `args`, its own name first; returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let mut is_bisecting = false;
    let exit = match parse(args) {
        Ok(CommandLine { command }) => {
            is_bisecting = command.is_bisecting();
            command.run(environment, io)
        }
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
    if is_bisecting { exit.for_bisect().status() } else { exit.status() }
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

/// The definition of all commands, for the command line and for manuals. Help is as wide as the notes
/// we print elsewhere, wherever the terminal ends.
fn program() -> clap::Command {
    let program = CommandLine::command().term_width(80);
    let program = program
        .mut_subcommand("genksyms", genksyms::for_manuals)
        .mut_subcommand("gendwarfksyms", gendwarfksyms::for_manuals)
        .mut_subcommand("modpost", modpost::for_manuals);
    manual::with_texts(program)
}

fn parse(args: &[OsString]) -> std::result::Result<CommandLine, clap::Error> {
    CommandLine::from_arg_matches(&program().try_get_matches_from(args)?)
}

#[cfg(test)]
mod tests {
    use super::program;

    /// Fails if a command below this one, or an option or argument of it, has no words.
    fn assert_has_words(command: &clap::Command) {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name} has no words");
        for argument in command.get_arguments().filter(|it| !it.is_hide_set()) {
            let words = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!words.is_empty(), "{name} {argument} has no words");
        }
        command.get_subcommands().for_each(assert_has_words);
    }

    #[test]
    fn no_command_and_no_option_lacks_words() {
        let mut program = program();
        program.build();
        assert_has_words(&program);
    }
}
