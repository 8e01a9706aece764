//! `modversions help`, `man` and `completions`: what is known of the commands, for people who read
//! it in a terminal, as manual pages, or while they type.
//!
//! All of it comes from one definition, that of clap, and from the texts in `commands` and `topics`,
//! which clap shows at the end of `--help`. See [`markup`] for how they are written.

mod markup;
mod pages;
mod texts;

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command, ValueEnum};

use super::exit::{Exit, Failure, Result};
use super::files::write_whole;
use super::talk::Talk;
use super::{Environment, Io};
use crate::shown::Page;

pub(super) use self::texts::with_texts;

/// Print the help of a command, or explain a topic
///
/// Topics are the formats of files, and what several commands have in common. Without TOPIC, the
/// commands and topics are listed.
#[derive(Args)]
pub(super) struct HelpArguments {
    /// A command, such as `check` or `symtypes verify`, or a topic, such as `symvers`
    topic: Vec<String>,
    #[command(flatten)]
    pub(super) talk: Talk,
}

/// Write the manual pages
///
/// The pages of all commands (section 1) and of the formats of files (section 5). They have the date
/// of the commit that the program was built from, or that of SOURCE_DATE_EPOCH.
#[derive(Args)]
pub(super) struct ManArguments {
    /// The directory to write them to, as man1/NAME.1 and man5/NAME.5: /usr/local/share/man
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    pub(super) talk: Talk,
}

/// Print the completions of a shell
#[derive(Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
    #[command(flatten)]
    pub(super) talk: Talk,
}

/// A shell that completions can be had for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    /// For /usr/share/bash-completion/completions/modversions
    Bash,
    /// For /usr/share/fish/vendor_completions.d/modversions.fish
    Fish,
    /// For /usr/share/zsh/vendor-completions/_modversions
    Zsh,
}

impl HelpArguments {
    /// Prints the help of one of the commands below `program`, or a topic.
    pub(super) fn run(&self, program: Command, io: &mut Io<'_>) -> Result<Exit> {
        let asked = self.topic.join(" ");
        let text = match texts::TOPICS.iter().find(|topic| topic.name == asked) {
            Some(topic) => format!("{}: {}\n\n{}", topic.name, topic.what, topic.text),
            None => long_help(program, &self.topic).ok_or_else(|| {
                let advice = "(`modversions help` lists them)";
                Failure(format!("there is no command or topic '{asked}' {advice}").into_bytes())
            })?,
        };
        io.show(&Page::of_lines(&text))?;
        Ok(Exit::Good)
    }
}

/// What `--help` says of the command that these words name.
fn long_help(mut command: Command, words: &[String]) -> Option<String> {
    command.build();
    let mut found = &mut command;
    for word in words {
        found = found.find_subcommand_mut(word)?;
    }
    Some(found.render_long_help().to_string())
}

impl ManArguments {
    /// Writes all pages.
    pub(super) fn run(&self, program: Command, environment: &Environment) -> Result<Exit> {
        let date = pages::date(environment)?;
        for page in pages::all(program, &date) {
            let folder = self.folder.join(format!("man{}", page.section));
            fs::create_dir_all(&folder).map_err(Failure::from_io(&folder))?;
            let path = folder.join(format!("{}.{}", page.name, page.section));
            write_whole(&path, page.roff.as_bytes()).map_err(|it| Failure::of(&path, &it.0))?;
        }
        Ok(Exit::Good)
    }
}

impl CompletionsArguments {
    /// Prints the completions.
    pub(super) fn run(&self, mut program: Command, io: &mut Io<'_>) -> Result<Exit> {
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Fish => clap_complete::Shell::Fish,
            Shell::Zsh => clap_complete::Shell::Zsh,
        };
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut program, "modversions", &mut text);
        io.write(&text)?;
        Ok(Exit::Good)
    }
}
