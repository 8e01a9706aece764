//! What the command lines of the drop-ins have in common.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use clap::{Arg, ArgAction, Command};

use super::getopt::{Argument, Row};
use super::tree_release::in_build;
use super::{Environment, Io};
use crate::release::KernelRelease;

pub(super) fn bytes(text: &OsStr) -> &[u8] {
    text.as_bytes()
}

/// Says something of our own, after the name that the program was called by.
pub(super) fn say(message: &str, args: &[OsString], io: &mut Io<'_>) {
    let program = args.first().map_or(OsStr::new("modversions"), OsString::as_os_str);
    io.complain(&[bytes(program), b": ", message.as_bytes(), b"\n"].concat());
}

/// The release that `text` names; `None`, said with where it is from, if it names none.
pub(super) fn parse_kernel(
    text: &OsStr,
    from: &str,
    args: &[OsString],
    io: &mut Io<'_>,
) -> Option<KernelRelease> {
    let release = text.to_string_lossy().parse();
    release.inspect_err(|error| say(&format!("{from}: {error}"), args, io)).ok()
}

/// The release that Kbuild names, with the flavour of its tree, or the `default` if it names none;
/// `None`, said, if that is no release. Ubuntu's kernels are known by their `sources`.
pub(super) fn kernel_of_build(
    environment: &Environment,
    sources: Option<&OsStr>,
    default: KernelRelease,
    args: &[OsString],
    io: &mut Io<'_>,
) -> Option<KernelRelease> {
    let Some(text) = &environment.kernel_version else {
        return Some(default);
    };
    let release = parse_kernel(text, "KERNELVERSION", args, io)?;
    let objects = environment.object_tree.as_deref();
    Some(objects.map_or(release, |objects| in_build(release, objects, sources)))
}

/// Options that are not those of the newest release: what they are, and which.
pub(super) type Others<Id> = (&'static str, &'static [&'static [Row<Id>]]);

/// The `command` of a drop-in as manuals, `help` and completions show it, with its options. None of
/// them is parsed: that is for [`super::getopt`].
pub(super) fn documented<Id: Copy>(
    command: Command,
    options: &[&'static [Row<Id>]],
    others: &[Others<Id>],
) -> Command {
    let rows = options.iter().copied().flatten();
    // clap has a `--help` of its own.
    let args = rows.filter(|row| row.long != Some("help")).map(documented_option);
    let others: String = others.iter().map(|(when, parts)| older_options(when, parts)).collect();
    let command = command.args(args);
    match others.trim_end() {
        "" => command,
        others => command.after_long_help(others.to_owned()),
    }
}

fn documented_option<Id>(row: &Row<Id>) -> Arg {
    let arg = Arg::new(row.words).help(row.words);
    let arg = match row.argument {
        Argument::None => arg.action(ArgAction::SetTrue),
        Argument::Required | Argument::Optional => arg.value_name(row.value),
    };
    let arg = row.letter.into_iter().fold(arg, |arg, letter| arg.short(char::from(letter)));
    row.long.into_iter().fold(arg, Arg::long)
}

/// A section as those in `manual/commands`.
fn older_options<Id>(when: &str, parts: &[&[Row<Id>]]) -> String {
    let options = parts.iter().copied().flatten().map(|row| {
        let letter = row.letter.map(|letter| format!("-{}", char::from(letter)));
        let long = row.long.map(|long| format!("--{long}"));
        let names: Vec<String> = letter.into_iter().chain(long).collect();
        let value = if row.value.is_empty() { "" } else { " " };
        format!("  {}{value}{}  {}\n", names.join(", "), row.value, row.words)
    });
    format!("{when}:\n{}\n", options.collect::<String>())
}
