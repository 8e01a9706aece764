//! How long each check took when it last passed here: kept in the cache as `check-times`, a line
//! for each, `SECONDS NAME`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::run::cache::cache_directory;

/// The times by name.
pub struct Times {
    /// Where they are kept; none where there is no cache.
    file: Option<PathBuf>,
    /// Seconds by name.
    seconds: BTreeMap<String, f64>,
}

impl Times {
    /// Those that are kept. What cannot be read was never noted.
    pub fn read() -> Times {
        let file = cache_directory().ok().map(|cache| cache.join("check-times"));
        let text = file.as_ref().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        Times { file, seconds: parse(&text) }
    }

    /// Notes how long this check took. That it cannot be kept is no reason to fail.
    pub fn keep(&mut self, name: &str, time: Duration) {
        self.seconds.insert(name.to_owned(), time.as_secs_f64());
        if let Some(file) = &self.file {
            let _ = file.parent().map(fs::create_dir_all);
            let lines = self.seconds.iter().map(|(name, seconds)| format!("{seconds:.1} {name}\n"));
            let _ = fs::write(file, lines.collect::<String>());
        }
    }

    /// How long these checks took the last time, for a person.
    pub fn describe<'a>(&self, names: impl Iterator<Item = &'a str>) -> String {
        let known: Vec<Option<f64>> = names.map(|name| self.seconds.get(name).copied()).collect();
        let missing = known.iter().filter(|seconds| seconds.is_none()).count();
        let sum: f64 = known.iter().flatten().sum();
        let (minutes, seconds) = ((sum / 60.0) as u64, sum % 60.0);
        match missing {
            0 => format!("The last time they took {minutes} min {seconds:.0} s here."),
            _ if missing == known.len() => "First run here.".to_owned(),
            _ => format!(
                "The last time they took {minutes} min {seconds:.0} s here, without {missing} that \
                 never passed."
            ),
        }
    }
}

/// The times in the text of the file.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let line = |line: &str| {
        let (seconds, name) = line.split_once(' ')?;
        Some((name.to_owned(), seconds.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Times, parse};

    #[test]
    fn times_are_given_as_far_as_they_are_known() {
        let times = Times { file: None, seconds: parse("100.4 tests\n61.0 modpost 6.1\nodd\n") };
        let described = |names: &[&str]| times.describe(names.iter().copied());
        assert_eq!(
            described(&["tests", "modpost 6.1"]),
            "The last time they took 2 min 41 s here."
        );
        assert_eq!(
            described(&["tests", "boot 6.1"]),
            "The last time they took 1 min 40 s here, without 1 that never passed."
        );
        assert_eq!(described(&["boot 6.1"]), "First run here.");
    }
}
