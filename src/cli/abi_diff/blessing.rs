//! `--bless`: the differences of today, written as rules, so that only what is new fails.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::rules;
use crate::abi_diff::{Blessed, Comparison, Rules, bless};
use crate::cli::Io;
use crate::cli::exit::{Failure, Result};
use crate::cli::files::write_whole;
use crate::corpus::{Release, Types};
use crate::inputs::given;
use crate::inputs::limits::Limits;
use crate::shown::counted;

/// Writes or updates the baseline at `path`, and judges by it.
pub(super) fn apply(
    (path, limits): (&Path, Limits),
    types: &Types,
    releases: [&Release; 2],
    (found, in_force): (&mut Comparison, &mut Rules),
    io: &mut Io<'_>,
) -> Result<()> {
    let before = before(path, limits)?;
    let blessed = bless(types, releases, found, &before);
    write_whole(path, &blessed.text).map_err(|error| Failure::of(path, &error.0))?;
    rules::add(path, &blessed.text, in_force)?;
    found.judge(types, releases, in_force);
    io.say(&Failure::of(path, &summary(&blessed)).0);
    Ok(())
}

/// What is at `path`, which must be rules in TOML: anything else is not overwritten.
fn before(path: &Path, limits: Limits) -> Result<String> {
    // A link that leads nowhere is made a file, too.
    if fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(String::new());
    }
    let text = given::text(path, limits)?;
    // A name with this ending is that of TOML.
    let as_toml = path.with_extension("toml");
    rules::add(&as_toml, &text, &mut Rules::default())
        .ok()
        .and_then(|()| String::from_utf8(text.to_vec()).ok())
        .ok_or_else(|| Failure::of(path, "it is not a baseline, and is not overwritten"))
}

fn summary(blessed: &Blessed) -> String {
    let Blessed { added, kept, removed, nameless, .. } = *blessed;
    let rules = counted(added, "rule");
    let skipped = match nameless {
        0 => String::new(),
        some => format!("; {} cannot be named in a rule", counted(some, "difference")),
    };
    format!("{rules} added, {kept} kept, {removed} removed{skipped}")
}
