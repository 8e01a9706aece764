//! The texts that are the same in `--help` and on a manual page, in files of their own.

use clap::Command;

/// What is said at the end of the help of a command: files, exit status, examples, what else to read.
/// The first is that of the program itself.
const COMMANDS: &[(&str, &str)] = &[
    ("modversions", include_str!("commands/modversions.txt")),
    ("abi-diff", include_str!("commands/abi-diff.txt")),
    ("check", include_str!("commands/check.txt")),
    ("completions", include_str!("commands/completions.txt")),
    ("cpp", include_str!("commands/cpp.txt")),
    ("extract", include_str!("commands/extract.txt")),
    ("gendwarfksyms", include_str!("commands/gendwarfksyms.txt")),
    ("genksyms", include_str!("commands/genksyms.txt")),
    ("help", include_str!("commands/help.txt")),
    ("history", include_str!("commands/history.txt")),
    ("kabi", include_str!("commands/kabi.txt")),
    ("kbuild", include_str!("commands/kbuild.txt")),
    ("layout", include_str!("commands/layout.txt")),
    ("man", include_str!("commands/man.txt")),
    ("modpost", include_str!("commands/modpost.txt")),
    ("releases", include_str!("commands/releases.txt")),
    ("show", include_str!("commands/show.txt")),
    ("symtypes", include_str!("commands/symtypes.txt")),
    ("types", include_str!("commands/types.txt")),
    ("why", include_str!("commands/why.txt")),
];

/// A format of files, or what several commands have in common.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: &'static str,
    /// What it is, in one line.
    pub(super) what: &'static str,
    pub(super) text: &'static str,
}

/// All topics.
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "abi-records",
        what: "what no CRC covers, as genksyms writes it",
        text: include_str!("topics/abi-records.txt"),
    },
    Topic {
        name: "kernels",
        what: "how a kernel is given to a command",
        text: include_str!("topics/kernels.txt"),
    },
    Topic {
        name: "rules",
        what: "which differences are tolerated",
        text: include_str!("topics/rules.txt"),
    },
    Topic {
        name: "stable-lists",
        what: "lists of the symbols that must not change",
        text: include_str!("topics/stable-lists.txt"),
    },
    Topic {
        name: "symtypes-files",
        what: "the declarations that CRCs cover",
        text: include_str!("topics/symtypes-files.txt"),
    },
    Topic {
        name: "symvers",
        what: "Module.symvers, the exports of a kernel",
        text: include_str!("topics/symvers.txt"),
    },
];

/// What the page of the program itself ends in.
pub(super) const PROGRAM: &str = COMMANDS[0].1;

/// The program with the texts of its commands, after what each says itself.
pub(in crate::cli) fn with_texts(program: Command) -> Command {
    COMMANDS.iter().fold(program, |program, (name, text)| match *name {
        "modversions" => ending_in(program, &format!("{}\n{text}", topics())),
        name => program.mut_subcommand(name, |command| ending_in(command, text)),
    })
}

fn ending_in(command: Command, text: &str) -> Command {
    let before = command.get_after_long_help().map(|it| format!("{it}\n\n")).unwrap_or_default();
    command.after_long_help(before + text.trim_end())
}

/// The topics, as a section of a text.
fn topics() -> String {
    let lines = TOPICS.iter().map(|it| format!("  {:<15}  {}\n", it.name, it.what));
    format!("Topics, for `modversions help TOPIC`:\n{}", lines.collect::<String>())
}
