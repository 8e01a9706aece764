//! The files of rules, and warnings about single rules.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use crate::abi_diff::{Date, Gate, Rule, Rules};
use crate::cli::Environment;
use crate::cli::exit::{Failure, Result};
use crate::inputs::given;
use crate::inputs::limits::Limits;
use crate::shown::Page;

/// Which files of rules there are.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    /// Those with rules, in order.
    pub(super) rules: &'a [PathBuf],
    /// The one with a gate, which may have rules, too.
    pub(super) gate: Option<&'a Path>,
    /// A baseline that is to be written, and does not count before that.
    pub(super) blessed: Option<&'a Path>,
}

/// Reads the files in order, and then the baselines that gates name. What has expired by today is out of
/// force.
pub(super) fn read(files: Files<'_>, environment: &Environment, limits: Limits) -> Result<Rules> {
    let mut rules = Rules::default();
    let counts = |path: &Path| files.blessed.is_none_or(|blessed| !is_same(path, blessed));
    for path in files.rules.iter().filter(|path| counts(path)) {
        add(path, &given::text(path, limits)?, &mut rules)?;
    }
    if let Some(path) = files.gate {
        let gates = rules.gates().count();
        add(path, &given::text(path, limits)?, &mut rules)?;
        if rules.gates().count() == gates {
            return Err(Failure::of(path, "it has no table [gate]"));
        }
    }
    let baselines: Vec<PathBuf> = rules.gates().flat_map(baselines).collect();
    for path in baselines.iter().filter(|path| counts(path)) {
        add(path, &given::text(path, limits)?, &mut rules)?;
    }
    if !rules.is_empty() {
        rules.expire(today(environment)?);
    }
    Ok(rules)
}

/// Adds the rules of the file at `path`, which has this text.
pub(super) fn add(path: &Path, text: &[u8], rules: &mut Rules) -> Result<()> {
    let name = path.as_os_str().as_bytes();
    rules.read(name, text).map_err(|bad| {
        let line = format!(":{}: ", bad.line);
        Failure([name, line.as_bytes(), &bad.message].concat())
    })
}

/// The files with the baselines of a gate, which is in this file.
fn baselines((file, gate): (&[u8], &Gate)) -> Vec<PathBuf> {
    let folder = Path::new(OsStr::from_bytes(file)).parent().unwrap_or(Path::new(""));
    gate.baselines.iter().map(|name| folder.join(name)).collect()
}

/// Whether two paths lead to the same file.
fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| fs::canonicalize(path).ok();
    one == other || place(one).is_some_and(|found| Some(found) == place(other))
}

/// The day of this run, of Greenwich. A build that shall be repeated says which it is.
fn today(environment: &Environment) -> Result<Date> {
    let now = match &environment.source_date_epoch {
        None => OffsetDateTime::now_utc(),
        Some(text) => {
            let seconds = text.to_str().and_then(|text| text.parse().ok());
            let time = seconds.and_then(|it| OffsetDateTime::from_unix_timestamp(it).ok());
            time.ok_or_else(|| Failure(b"SOURCE_DATE_EPOCH is not a number of seconds".to_vec()))?
        }
    };
    let date = now.date();
    let year = u16::try_from(date.year()).unwrap_or(0);
    Ok(Date { year, month: date.month().into(), day: date.day() })
}

/// That a rule has expired.
pub(super) fn expired(rule: &Rule) -> Page {
    let date = rule.expires.map(|date| date.to_string()).unwrap_or_default();
    let owner = rule.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
    warning(rule, &format!("this rule expired after {date}{owner}"))
}

/// That a rule matches nothing.
pub(super) fn unused(rule: &Rule) -> Page {
    warning(rule, "unused rule")
}

fn warning(rule: &Rule, what: &str) -> Page {
    let line = format!(":{}: WARNING: {what}: ", rule.line);
    Page::of_line([&rule.file[..], line.as_bytes(), &rule.shown].concat())
}
