//! Where reports go: standard output, and files.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use super::colour;
use crate::abi_diff::{FORMATS, Facts, Format};
use crate::cli::Io;
use crate::cli::exit::{Failure, Result};
use crate::cli::files::stage;

/// One report.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Output {
    /// What it looks like.
    format: &'static Format,
    /// The file; none for standard output.
    file: Option<PathBuf>,
}

impl Output {
    /// Reads `FORMAT` or `FORMAT:FILE`.
    pub(in crate::cli) fn parse(text: OsString) -> std::result::Result<Output, String> {
        let text = text.into_vec();
        let (format, file) = match text.iter().position(|&byte| byte == b':') {
            Some(place) => (&text[..place], Some(&text[place + 1..])),
            None => (&text[..], None),
        };
        let known = FORMATS.iter().find(|it| it.name.as_bytes() == format);
        let format = known.ok_or_else(|| format!("the formats are {}", names()))?;
        if file.is_some_and(<[u8]>::is_empty) {
            return Err("no file after the colon".to_owned());
        }
        let file = file.map(|name| OsString::from_vec(name.to_owned()).into());
        Ok(Output { format, file })
    }
}

/// What `-h` says of the option.
pub(super) fn help() -> String {
    format!("The format of the report: {}; FORMAT:FILE writes one to a file", names())
}

/// What `--help` says of it.
pub(super) fn long_help() -> String {
    let rows = FORMATS.iter().map(|format| format!("- {}: {}\n", format.name, format.what));
    let rows: String = rows.collect();
    let first = FORMATS[0].name;
    format!(
        "The format of the report; FORMAT:FILE writes one to a file\n\n{rows}\nMay be given several \
         times. The format without a FILE goes to standard output; the default is {first}."
    )
}

/// The names of all formats, in words.
fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    match &names[..] {
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

/// Writes all reports. If one cannot be written, no file is changed.
pub(super) fn write_all(
    outputs: &[Output],
    facts: &Facts<'_>,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<()> {
    let mut staged = Vec::new();
    for Output { format, file } in outputs {
        let Some(file) = file else { continue };
        let ready = stage(file, &(format.write)(facts)).map_err(Failure::from_io(file))?;
        staged.push((ready, file));
    }
    for (ready, file) in staged {
        ready.commit().map_err(|error| Failure::of(file, &error.0))?;
    }
    // As usual, the last one counts.
    let on_stdout = outputs.iter().rfind(|output| output.file.is_none());
    let format = on_stdout.map_or(&FORMATS[0], |output| output.format);
    let text = (format.write)(facts);
    if format.is_for_people && is_coloured {
        io.write(&colour::paint(&text))
    } else {
        io.write(&text)
    }
}
