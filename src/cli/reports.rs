//! Where reports go, `-f FORMAT[:FILE]`: standard output, and files. Each command has formats of its own, and
//! those of [`crate::report`].

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use super::Io;
use super::exit::Result;
use super::files::write_all_whole;
use crate::report::{self, Document, WRITERS};

/// A format that a command has for itself: its name, and what it is. The first is taken if none is named.
pub(super) type OwnFormats = [(&'static str, &'static str)];

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    /// The name of its format.
    pub(super) format: &'static str,
    /// The file; none for standard output.
    file: Option<PathBuf>,
}

impl Output {
    /// Whether it is a file.
    pub(super) fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// Reads `FORMAT` or `FORMAT:FILE`.
    pub(super) fn parse(own: &OwnFormats, text: OsString) -> std::result::Result<Output, String> {
        Self::parse_of(&rows(own), text)
    }

    /// The same of these formats alone.
    pub(super) fn parse_of(
        formats: &OwnFormats,
        text: OsString,
    ) -> std::result::Result<Output, String> {
        let text = text.into_vec();
        let (format, file) = match text.iter().position(|&byte| byte == b':') {
            Some(place) => (&text[..place], Some(&text[place + 1..])),
            None => (&text[..], None),
        };
        let known = formats.iter().map(|(name, _)| *name).find(|name| name.as_bytes() == format);
        let format = known.ok_or_else(|| format!("the formats are {}", names(formats)))?;
        if file.is_some_and(<[u8]>::is_empty) {
            return Err("no file after the colon".to_owned());
        }
        let file = file.map(|name| OsString::from_vec(name.to_owned()).into());
        Ok(Output { format, file })
    }
}

/// All formats: those of the command, and then those of all.
fn rows(own: &OwnFormats) -> Vec<(&'static str, &'static str)> {
    own.iter().copied().chain(WRITERS.iter().map(|writer| (writer.name, writer.what))).collect()
}

/// What `-h` says of the option.
pub(super) fn help(own: &OwnFormats) -> String {
    help_of(&rows(own))
}

/// The same of these formats alone.
pub(super) fn help_of(formats: &OwnFormats) -> String {
    format!("The format of the report: {}; FORMAT:FILE writes one to a file", names(formats))
}

/// What `--help` says of it.
pub(super) fn long_help(own: &OwnFormats) -> String {
    let rows: String = rows(own).iter().map(|(name, what)| format!("- {name}: {what}\n")).collect();
    let first = own.first().map_or("", |(name, _)| name);
    format!(
        "The format of the report; FORMAT:FILE writes one to a file\n\n{rows}\nMay be given several \
         times. The format without a FILE goes to standard output; the default is {first}. docs/reports.md \
         describes the formats for other programs."
    )
}

/// The names of all formats, in words.
fn names(formats: &OwnFormats) -> String {
    let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
    match &names[..] {
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

/// Writes all reports: `write` makes those of the command's own formats, of which `default` is for standard
/// output if no other is, and `document` what all others are made from. If one cannot be written, no file
/// is changed.
pub(super) fn write_all(
    outputs: &[Output],
    default: &'static str,
    document: impl Fn(bool) -> Document,
    write: impl Fn(&'static str, bool) -> Vec<u8>,
    io: &mut Io<'_>,
) -> Result<()> {
    let shared = || outputs.iter().filter_map(|output| report::writer(output.format));
    let has_pictures = shared().any(|writer| writer.has_pictures);
    let document = shared().next().map(|_| document(has_pictures));
    let text = |format: &'static str, is_on_stdout: bool| match report::writer(format)
        .zip(document.as_ref())
    {
        Some((writer, document)) => (writer.write)(document),
        None => write(format, is_on_stdout),
    };
    write_each(outputs, default, text, io)
}

/// Writes the reports that go to files, of the formats of all commands: all or none.
pub(super) fn write_files(outputs: &[Output], document: &Document) -> Result<()> {
    let writer = |output: &Output| report::writer(output.format);
    let files = outputs.iter().filter_map(|it| Some((it.file.as_deref()?, writer(it)?)));
    write_all_whole(files.map(|(file, writer)| (file, (writer.write)(document))))
}

/// Writes all reports, each as `text` makes it; see [`write_all`].
pub(super) fn write_each(
    outputs: &[Output],
    default: &'static str,
    text: impl Fn(&'static str, bool) -> Vec<u8>,
    io: &mut Io<'_>,
) -> Result<()> {
    let files = outputs.iter().filter_map(|output| Some((output.file.as_deref()?, output.format)));
    write_all_whole(files.map(|(file, format)| (file, text(format, false))))?;
    // As usual, the last one counts.
    let on_stdout = outputs.iter().rfind(|output| output.file.is_none());
    io.write(&text(on_stdout.map_or(default, |output| output.format), true))
}
