//! `modversions abi-diff`, also by the name `abi-diff`.

mod fit;
mod inputs;

use std::path::{Path, PathBuf};

use super::Io;
use super::modules::Result;
use crate::abi_diff::{Format, LINTS, Types, compare, consumers, lint, write};

/// What is asked for.
pub(super) struct Request<'a> {
    /// The release before.
    pub(super) old: &'a Path,
    /// The release after.
    pub(super) new: &'a Path,
    /// What the report looks like.
    pub(super) format: Format,
    /// The modules that may use what changed.
    pub(super) modules: &'a [PathBuf],
    /// The list of the symbols that matter, if not all do.
    pub(super) stable_list: Option<&'a Path>,
}

/// Compares; returns the exit status: 0 if nothing differs, 1 if something does, 2 if it could not
/// be told.
pub(super) fn run(request: &Request<'_>, io: &mut Io<'_>) -> u8 {
    match compare_and_report(request, io) {
        Ok(status) => status,
        Err(message) => {
            say(&message, io);
            2
        }
    }
}

/// Says something.
fn say(message: &[u8], io: &mut Io<'_>) {
    io.complain(&[b"modversions: ", message, b"\n"].concat());
}

fn compare_and_report(request: &Request<'_>, io: &mut Io<'_>) -> Result<u8> {
    let mut types = Types::default();
    let old = inputs::read(request.old, &mut types)?;
    let new = inputs::read(request.new, &mut types)?;
    for remark in fit::check(&old, &new)? {
        say(&remark, io);
    }
    let list = request.stable_list.map(inputs::read_list).transpose()?;
    let modules = inputs::read_modules(request.modules)?;
    let mut found = compare(&types, &old, &new);
    if let Some(list) = list {
        list.apply(&types, old.exports.as_ref().zip(new.exports.as_ref()), &mut found);
    }
    if !modules.is_empty() {
        found.consumers = Some(consumers(&types, &found, &modules));
    }
    io.print(&write(request.format, &types, [&old, &new], &found));
    Ok(u8::from(!found.is_empty()))
}

/// Lists the lints.
pub(super) fn list_lints(io: &mut Io<'_>) -> u8 {
    for lint in LINTS {
        io.print(format!("{:<20} {:<9} {}\n", lint.id, lint.level.word(), lint.what).as_bytes());
    }
    0
}

/// Tells what a lint means.
pub(super) fn explain(id: &str, io: &mut Io<'_>) -> u8 {
    match lint(id) {
        Some(lint) => {
            let (level, what) = (lint.level.word(), lint.what);
            io.print(format!("{id} ({level}): {what}\n\n{}\n", lint.explanation).as_bytes());
            0
        }
        None => {
            let message = format!(
                "modversions: no lint is called '{id}' (`modversions abi-diff --list-lints`)\n"
            );
            io.complain(message.as_bytes());
            2
        }
    }
}
