//! The reports of a comparison.

use crate::abi_diff::{FORMATS, Facts, document};
use crate::cli::Io;
use crate::cli::colour::painted;
use crate::cli::exit::Result;
use crate::cli::reports::{self, Output, OwnFormats};

/// The formats that only abi-diff has.
pub(super) const OWN: &OwnFormats = &{
    let mut rows = [("", ""); FORMATS.len()];
    let mut at = 0;
    while at < FORMATS.len() {
        rows[at] = (FORMATS[at].name, FORMATS[at].what);
        at += 1;
    }
    rows
};

/// Writes all reports. If one cannot be written, no file is changed.
pub(super) fn write_all(
    outputs: &[Output],
    facts: &Facts<'_>,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<()> {
    let write = |name: &'static str, is_on_stdout: bool| {
        let Some(format) = FORMATS.iter().find(|format| format.name == name) else {
            return Vec::new();
        };
        painted((format.write)(facts), is_on_stdout && format.is_for_people && is_coloured)
    };
    reports::write_all(
        outputs,
        FORMATS[0].name,
        |has_pictures| document(facts, has_pictures),
        write,
        io,
    )
}
