//! The files of rules, and warnings about single rules.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use time::OffsetDateTime;

use crate::abi_diff::{Date, Rule, Rules};
use crate::cli::Environment;
use crate::cli::exit::{Failure, Result};
use crate::inputs::given;
use crate::inputs::limits::Limits;
use crate::shown::Page;

/// Reads the files in order. What has expired by today is out of force.
pub(super) fn read(paths: &[PathBuf], environment: &Environment, limits: Limits) -> Result<Rules> {
    let mut rules = Rules::default();
    if paths.is_empty() {
        return Ok(rules);
    }
    for path in paths {
        let name = path.as_os_str().as_bytes();
        let text = given::text(path, limits)?;
        rules.read(name, &text).map_err(|bad| {
            let line = format!(":{}: ", bad.line);
            Failure([name, line.as_bytes(), &bad.message].concat())
        })?;
    }
    rules.expire(today(environment)?);
    Ok(rules)
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
