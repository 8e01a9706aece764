//! The kernel releases: their numbers, their flavours, and how they are written.

use std::fmt;
use std::str::FromStr;

/// A kernel release: `6.12.117`, `6.12`, `5.14-el9.4`, `6.8-ubuntu`.
///
/// A release candidate counts as its release, and what a distribution appends is ignored, except for
/// what shows a [`Flavour`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KernelRelease {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number; `None` if it is not given, which means the newest one that is known. (2.4
    /// and 2.6 count their releases here.)
    pub point: Option<u16>,
    /// Whose kernel it is, where that changes what its programs do.
    pub flavour: Flavour,
}

/// Whose kernel a release is, where that changes what its programs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// The kernel as it is released, and every distribution's that is not listed here.
    Mainline,
    /// RHEL's, or that of one of its rebuilds.
    Rhel {
        /// The first number of RHEL's release.
        major: u8,
        /// The second one; `None` if it is not known.
        minor: Option<u8>,
    },
    /// Ubuntu's, with its own form of `__versions`.
    Ubuntu,
}

/// The series that RHEL's releases are based on, by the first number of theirs.
const RHEL: [(u8, (u16, u16)); 3] = [(8, (4, 18)), (9, (5, 14)), (10, (6, 12))];

impl KernelRelease {
    /// The newest release that is known; what is treated as this one where no release is given.
    pub const NEWEST_KNOWN: Self = Self::series(7, 3);

    /// The newest release whose modpost is implemented.
    pub const NEWEST_MODPOST: Self = Self::series(7, 3);

    /// The point release of these three numbers.
    pub const fn new(major: u16, minor: u16, point: u16) -> Self {
        Self { major, minor, point: Some(point), flavour: Flavour::Mainline }
    }

    /// The newest known point release of this series.
    pub const fn series(major: u16, minor: u16) -> Self {
        Self { major, minor, point: None, flavour: Flavour::Mainline }
    }

    /// The kernel of this release of RHEL; `None` if no series is known for it.
    pub fn of_rhel(major: u8, minor: Option<u8>) -> Option<Self> {
        let (_, base) = RHEL.iter().find(|(it, _)| *it == major)?;
        let flavour = Flavour::Rhel { major, minor };
        Some(Self { flavour, ..Self::series(base.0, base.1) })
    }

    /// The release of this number, as Ubuntu has it.
    pub fn of_ubuntu(self) -> Self {
        Self { flavour: Flavour::Ubuntu, ..self }
    }

    /// The release without its flavour.
    pub fn mainline(self) -> Self {
        Self { flavour: Flavour::Mainline, ..self }
    }

    /// The release without the number of its point release; in 2.4 and 2.6, the release itself.
    pub fn of_series(self) -> Self {
        Self { point: self.point.filter(|_| self.major == 2), ..self }
    }

    /// The numbers without the point release.
    pub(super) fn base(self) -> (u16, u16) {
        (self.major, self.minor)
    }
}

impl fmt::Display for KernelRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if let Some(point) = self.point {
            write!(f, ".{point}")?;
        }
        match self.flavour {
            Flavour::Mainline => Ok(()),
            Flavour::Rhel { major, minor: Some(minor) } => write!(f, "-el{major}.{minor}"),
            Flavour::Rhel { major, minor: None } => write!(f, "-el{major}"),
            Flavour::Ubuntu => f.write_str("-ubuntu"),
        }
    }
}

/// A text that is no kernel release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARelease(String);

impl fmt::Display for NotARelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' is not a kernel release (expected X.Y or X.Y.Z, such as 6.12, 5.14-el9.4 or \
             6.8-ubuntu)",
            self.0
        )
    }
}

impl std::error::Error for NotARelease {}

impl FromStr for KernelRelease {
    type Err = NotARelease;

    /// Reads `6.1`, `6.12.117`, `5.14-el9.4` and `6.8-ubuntu`, and what `uname -r` prints:
    /// `6.1.0-56-amd64`, `7.2.0-rc3+`, `5.14.0-503.11.1.el9_5.x86_64`.
    ///
    /// The third number of a distribution's name, as in the last, is no point release if it is 0.
    /// Ubuntu's names do not show that a kernel is Ubuntu's: others end in `-generic`, too.
    fn from_str(text: &str) -> Result<Self, NotARelease> {
        parse_release(text).ok_or_else(|| NotARelease(text.to_owned()))
    }
}

fn parse_release(text: &str) -> Option<KernelRelease> {
    let (major, rest) = leading_number(text)?;
    let (minor, rest) = leading_number(rest.strip_prefix('.')?)?;
    let third = rest.strip_prefix('.').map(leading_number);
    let (point, rest) = match third {
        Some(third) => third.map(|(point, rest)| (Some(point), rest))?,
        None => (None, rest),
    };
    let suffix_is_apart = rest.is_empty() || (rest.len() > 1 && rest.starts_with(['.', '-', '~']));
    if !suffix_is_apart && !rest.starts_with('+') {
        return None;
    }
    let numbers = KernelRelease { major, minor, point, flavour: Flavour::Mainline };
    match rest.strip_prefix('-') {
        Some("ubuntu") => Some(numbers.of_ubuntu()),
        Some(rest) => with_distribution(numbers, rest),
        None => Some(numbers),
    }
}

/// The release of these numbers and of what follows them after a dash; `None` if it names a release
/// of RHEL that has other numbers.
fn with_distribution(numbers: KernelRelease, rest: &str) -> Option<KernelRelease> {
    if let Some((major, minor)) = rest.strip_prefix("el").and_then(|rest| rhel_numbers(rest, '.')) {
        let release = KernelRelease::of_rhel(major, minor)?;
        let has_base = release.base() == numbers.base();
        return (has_base && numbers.point.unwrap_or_default() == 0).then_some(release);
    }
    let starts_with_digit = rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    if numbers.point != Some(0) || !starts_with_digit {
        return Some(numbers);
    }
    // Others build kernels of their own for RHEL, under newer numbers.
    let words =
        rest.split(['.', '+']).filter_map(|word| rhel_numbers(word.strip_prefix("el")?, '_'));
    let mut of_rhel = words.filter_map(|(major, minor)| KernelRelease::of_rhel(major, minor));
    let found = of_rhel.rfind(|it| it.base() == numbers.base());
    Some(found.unwrap_or(KernelRelease { point: None, ..numbers }))
}

/// The numbers of a release of RHEL in `9`, or in `9.4` where the mark is a dot.
fn rhel_numbers(text: &str, mark: char) -> Option<(u8, Option<u8>)> {
    match text.split_once(mark) {
        Some((major, minor)) => Some((major.parse().ok()?, Some(minor.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
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
            ("6.1", (6, 1, None)),
            ("6.1.0", (6, 1, Some(0))),
            ("6.12.117", (6, 12, Some(117))),
            ("6.1.0-56-amd64", (6, 1, None)),
            ("6.8.0-31-generic", (6, 8, None)),
            ("7.2.12+deb13-amd64", (7, 2, Some(12))),
            ("7.2-rc3", (7, 2, None)),
            ("7.2.0-rc3+", (7, 2, Some(0))),
            ("2.6.32.71", (2, 6, Some(32))),
            ("6.6+", (6, 6, None)),
            ("6.19~rc4", (6, 19, None)),
            // Kernels that others build for RHEL.
            ("6.12.5-1.el9.elrepo.x86_64", (6, 12, Some(5))),
            ("5.4.17-2136.300.7.el8uek.x86_64", (5, 4, Some(17))),
            ("6.12.0-1.el9uek.x86_64", (6, 12, None)),
        ];
        for (text, (major, minor, point)) in cases {
            let flavour = Flavour::Mainline;
            assert_eq!(release(text), KernelRelease { major, minor, point, flavour }, "{text}");
        }
    }

    #[test]
    fn the_releases_of_rhel_and_ubuntu_are_read_and_displayed() {
        let cases = [
            ("5.14-el9.4", "5.14-el9.4"),
            ("5.14.0-el9.4", "5.14-el9.4"),
            ("5.14-el9", "5.14-el9"),
            ("5.14.0-503.11.1.el9_5.x86_64", "5.14-el9.5"),
            ("5.14.0-427.el9", "5.14-el9"),
            ("4.18.0-553.el8_10", "4.18-el8.10"),
            ("4.18.0-553.16.1.el8_10.x86_64+debug", "4.18-el8.10"),
            ("6.12.0-55.9.1.el10_0.aarch64", "6.12-el10.0"),
            ("6.8-ubuntu", "6.8-ubuntu"),
            ("6.8.12-ubuntu", "6.8.12-ubuntu"),
        ];
        for (text, shown) in cases {
            assert_eq!(release(text).to_string(), shown, "{text}");
            assert_eq!(release(shown), release(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_clear_message() {
        for text in [
            "",
            "6",
            "6.",
            "6.1.",
            "6.x",
            "v6.1",
            "6.1rc3",
            "6.1-",
            ".1",
            "6.99999",
            " 6.1",
            "6.1-el9.4",
            "5.14.3-el9.4",
            "3.10-el7.9",
        ] {
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
