//! The numbers of kernel releases, and how far the answers for one can be relied on.

use std::fmt;
use std::str::FromStr;

/// A kernel release: `6.12.117` is 6, 12 and 117; `6.1` is 6, 1 and 0.
///
/// A release candidate counts as its release, and what a distribution appends is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KernelRelease {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number, 0 if there is none. (2.4 and 2.6 count their releases here.)
    pub patch: u16,
}

impl KernelRelease {
    /// The oldest release whose declaration language is implemented.
    pub const OLDEST_CHECKED: Self = Self::new(5, 19, 0);
    /// The newest release whose own programs have been compared with.
    pub const NEWEST_KNOWN: Self = Self::new(7, 2, 0);

    /// The newest release whose modpost is known.
    pub const NEWEST_MODPOST: Self = Self::new(6, 12, 0);

    /// The release of these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// How far our answers for this release can be relied on.
    pub fn standing(self) -> Standing {
        if self < Self::OLDEST_CHECKED {
            return Standing::Unchecked(format!(
                "kernel {self}: the declaration language of this release has not been checked \
                 against its own genksyms; treating it as {}'s",
                Self::OLDEST_CHECKED
            ));
        }
        let series = Self::new(self.major, self.minor, 0);
        if series > Self::NEWEST_KNOWN {
            return Standing::Unchecked(format!(
                "kernel {self}: this release is newer than the newest known one; treating it as \
                 {}",
                Self::NEWEST_KNOWN
            ));
        }
        Standing::Checked
    }
}

/// How far our answers for a release can be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A drop-in: the release lies between two whose programs have been compared with.
    Checked,
    /// Why not; a message for the user, without the program's name.
    Unchecked(String),
}

impl fmt::Display for KernelRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch != 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

/// A text that is no kernel release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARelease(String);

impl fmt::Display for NotARelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a kernel release (expected X.Y or X.Y.Z, such as 6.12)", self.0)
    }
}

impl std::error::Error for NotARelease {}

impl FromStr for KernelRelease {
    type Err = NotARelease;

    /// Reads `6.1`, `6.12.117`, `2.6.32.71`, `6.1.0-56-amd64`, `7.2-rc3`, `5.14.0+`.
    fn from_str(text: &str) -> Result<Self, NotARelease> {
        parse_release(text).ok_or_else(|| NotARelease(text.to_owned()))
    }
}

fn parse_release(text: &str) -> Option<KernelRelease> {
    let (major, rest) = leading_number(text)?;
    let (minor, rest) = leading_number(rest.strip_prefix('.')?)?;
    let third = rest.strip_prefix('.').map(leading_number);
    let (patch, rest) = match third {
        Some(third) => third?,
        None => (0, rest),
    };
    let suffix_is_apart = rest.is_empty() || (rest.len() > 1 && rest.starts_with(['.', '-', '~']));
    (suffix_is_apart || rest.starts_with('+')).then_some(KernelRelease { major, minor, patch })
}

/// The number `text` begins with, and what follows it.
fn leading_number(text: &str) -> Option<(u16, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> KernelRelease {
        text.parse().unwrap()
    }

    #[test]
    fn releases_are_read_in_every_form_the_kernel_and_distributions_write() {
        let cases = [
            ("6.1", (6, 1, 0)),
            ("6.12.117", (6, 12, 117)),
            ("6.1.0-56-amd64", (6, 1, 0)),
            ("7.2-rc3", (7, 2, 0)),
            ("7.2.0-rc3+", (7, 2, 0)),
            ("2.6.32.71", (2, 6, 32)),
            ("5.14.0-427.el9", (5, 14, 0)),
            ("6.6+", (6, 6, 0)),
            ("6.19~rc4", (6, 19, 0)),
        ];
        for (text, (major, minor, patch)) in cases {
            assert_eq!(release(text), KernelRelease { major, minor, patch }, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_clear_message() {
        for text in
            ["", "6", "6.", "6.1.", "6.x", "v6.1", "6.1rc3", "6.1-", ".1", "6.99999", " 6.1"]
        {
            let error = text.parse::<KernelRelease>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{text}' is not a kernel release")), "{error}");
        }
    }

    #[test]
    fn releases_are_ordered_and_displayed_as_people_write_them() {
        assert!(release("6.9") < release("6.12"));
        assert!(release("6.12") < release("6.12.1"));
        assert_eq!(release("2.6.29").to_string(), "2.6.29");
        assert_eq!(release("7.2-rc1").to_string(), "7.2");
    }
}
