//! What a run of our own commands may use of the machine: the options that say so, and the work done
//! within them.

use std::num::NonZeroUsize;

use clap::Args;

use super::threads::{JobServer, with_threads};
use crate::inputs::limits::Limits;

/// What a run may use of the machine.
#[derive(Args)]
pub(super) struct Resources {
    /// Use at most N threads (and never more than 64)
    ///
    /// By default as many as there are processors, or as make's job server has to spare. The report
    /// does not depend on it.
    #[arg(short, long, global = true, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Use at most SIZE of memory for the contents of files, packages and images [default: 1G]
    ///
    /// A number of bytes, or one with K, M, G or T. A single file that is read or unpacked may have half of
    /// it, or a quarter where two kernels are read side by side; 16 times as much may be unpacked of a
    /// package.
    #[arg(long, global = true, value_name = "SIZE", value_parser = limits, default_value = "1G")]
    #[arg(hide_default_value = true)]
    max_memory: Limits,
}

/// How many bits the units of sizes shift a number by.
const UNITS: [(char, u32); 4] = [('K', 10), ('M', 20), ('G', 30), ('T', 40)];

/// The limits by a size such as `512M`.
fn limits(text: &str) -> Result<Limits, &'static str> {
    let unit = UNITS.iter().find(|(unit, _)| text.ends_with([*unit, unit.to_ascii_lowercase()]));
    let (digits, shift) = match unit {
        Some((_, shift)) => (&text[..text.len() - 1], *shift),
        None => (text, 0),
    };
    let number: Option<u64> = digits.parse().ok();
    let bytes = number.and_then(|number| number.checked_mul(1 << shift)).filter(|it| *it > 0);
    bytes.map(Limits::of).ok_or("not a size such as 512M or 2G")
}

impl Resources {
    /// How much of what is given may be held.
    pub(super) fn limits(&self) -> Limits {
        self.max_memory
    }

    /// Does `work`, and gives what it does.
    ///
    /// Must be called before anything opens a file: see [`JobServer::of_environment`].
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        with_threads(self.jobs, &JobServer::of_environment(), work)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, limits};

    #[test]
    fn a_size_is_a_number_with_or_without_a_unit() {
        for (text, bytes) in [("1048576", 1 << 20), ("512M", 512 << 20), ("2g", 2 << 30)] {
            assert_eq!(limits(text), Ok(Limits::of(bytes)), "{text}");
        }
        for text in ["", "M", "0", "-1", "1.5G", "1GiB", "99999999T"] {
            assert!(limits(text).is_err(), "{text}");
        }
    }
}
