//! Where a part lies in a data set: a folder below those of its distribution, architecture and series, named
//! as engines for SQL expect it, `key=value`.

use std::cmp::Ordering;

/// What a kernel is told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Who made it: `debian`.
    pub distribution: String,
    /// The machine that it is for, as its makefiles call it: `x86_64`.
    pub architecture: String,
    /// The first two numbers of its release: `6.1`.
    pub series: String,
    /// What it calls itself: `6.1.0-47-amd64`.
    pub release: String,
}

/// The keys of the folders, the outermost first.
const KEYS: [&str; 4] = ["distribution", "architecture", "series", "release"];

impl Place {
    /// The path of the part in the data set.
    ///
    /// # Errors
    /// A value has something in it that no name of a folder has here; or it is empty.
    pub fn path(&self) -> Result<String, String> {
        let values = [&self.distribution, &self.architecture, &self.series, &self.release];
        let folder = |(key, value): (&str, &String)| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+~-".contains(&byte);
            match value.is_empty() || !value.bytes().all(is_plain) {
                true => Err(format!(
                    "the {key} is {value:?}: it may have letters, digits and . _ + ~ - only (--{key} \
                     gives another)"
                )),
                false => Ok(format!("{key}={value}")),
            }
        };
        let folders = KEYS.into_iter().zip(values).map(folder);
        Ok(folders.collect::<Result<Vec<String>, String>>()?.join("/"))
    }

    /// The place that a folder of this name is, within these; none if it is not named so.
    pub fn value(depth: usize, name: &str) -> Option<&str> {
        name.strip_prefix(KEYS.get(depth)?)?.strip_prefix('=').filter(|value| !value.is_empty())
    }

    /// The flavour: what follows the numbers of the release, such as `amd64` or `rt-amd64`.
    pub fn flavour(&self) -> &str {
        flavour(&self.release)
    }

    /// What the release would be without its flavour, for people.
    pub fn title(&self) -> String {
        format!("{} {} {}", self.distribution, self.architecture, self.release)
    }

    /// In the order of time as far as numbers tell it, and kernels of one kind together.
    pub fn order(&self, other: &Place) -> Ordering {
        let kind = |it: &Place| (it.distribution.clone(), it.architecture.clone());
        kind(self)
            .cmp(&kind(other))
            .then_with(|| self.flavour().cmp(other.flavour()))
            .then_with(|| compare(&self.release, &other.release))
    }

    /// Whether another is of the same kind: the next or the one before in time, of one flavour.
    pub fn is_alike(&self, other: &Place) -> bool {
        (&self.distribution, &self.architecture, self.flavour())
            == (&other.distribution, &other.architecture, other.flavour())
    }
}

/// The flavour of a release.
fn flavour(release: &str) -> &str {
    let is_number = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
    // `6.1.0-47-amd64`, `6.12.107+deb12-rt-amd64`, `5.15.0-91-generic`, `6.1.0-rc3-custom`
    let mut rest = release;
    while let Some((part, after)) = rest.split_once('-') {
        let begins = part.starts_with(|byte: char| byte.is_ascii_digit()) || part.starts_with("rc");
        if !begins || !is_number(&part) {
            return rest;
        }
        rest = after;
    }
    if rest.starts_with(|byte: char| byte.is_ascii_digit()) { "" } else { rest }
}

/// The series of a release: its first two numbers; none if it has not.
pub fn series(release: &str) -> Option<String> {
    let mut numbers = release.split(|byte: char| !byte.is_ascii_digit());
    let (major, minor) = (numbers.next()?, numbers.next()?);
    let is_there = !major.is_empty() && !minor.is_empty();
    (is_there && release[major.len()..].starts_with('.')).then(|| format!("{major}.{minor}"))
}

/// Compares releases: numbers by their value, all else as text.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some(a), Some(b)) = (one.first(), other.first()) else {
            // What is before a release, as -rc1, sorts before the release itself.
            let is_before = |rest: &[u8]| rest.starts_with(b"~") || rest.starts_with(b"-rc");
            return match (is_before(one), is_before(other)) {
                (true, false) if other.is_empty() => Ordering::Less,
                (false, true) if one.is_empty() => Ordering::Greater,
                _ => one.len().cmp(&other.len()),
            };
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (left, right) = (take_number(&mut one), take_number(&mut other));
            let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
            if order.is_ne() {
                return order;
            }
            continue;
        }
        if a != b {
            return a.cmp(b);
        }
        (one, other) = (&one[1..], &other[1..]);
    }
}

/// The digits that a text begins with, without leading zeros.
fn take_number<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn a_release_has_a_flavour_and_a_series() {
        for (release, own_flavour, own_series) in [
            ("6.1.0-47-amd64", "amd64", Some("6.1")),
            ("6.1.0-47-rt-amd64", "rt-amd64", Some("6.1")),
            ("6.12.107+deb12-cloud-amd64", "cloud-amd64", Some("6.12")),
            ("5.15.0-91-generic", "generic", Some("5.15")),
            ("5.14.0-427.el9.x86_64", "", Some("5.14")),
            ("6.1.0-rc3-custom", "custom", Some("6.1")),
            ("6.1.192", "", Some("6.1")),
            ("custom", "custom", None),
            ("6", "", None),
        ] {
            assert_eq!(flavour(release), own_flavour, "{release}");
            assert_eq!(series(release).as_deref(), own_series, "{release}");
        }
    }

    #[test]
    fn releases_are_in_the_order_of_their_numbers() {
        let sorted = [
            "5.10.0-9-amd64",
            "6.1.0-9-amd64",
            "6.1.0-47-amd64",
            "6.1.0-050-amd64",
            "6.12.0-rc1",
            "6.12.0-rc2",
            "6.12.0",
            "6.12.107+deb12-amd64",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
    }

    #[test]
    fn a_place_is_a_path_of_plain_names() {
        let place = Place {
            distribution: "debian".to_owned(),
            architecture: "x86_64".to_owned(),
            series: "6.1".to_owned(),
            release: "6.1.0-47-amd64".to_owned(),
        };
        let path = place.path().unwrap();
        assert_eq!(
            path,
            "distribution=debian/architecture=x86_64/series=6.1/release=6.1.0-47-amd64"
        );
        let last = path.rsplit('/').next().unwrap();
        assert_eq!(Place::value(3, last), Some("6.1.0-47-amd64"));
        assert_eq!(Place::value(2, last), None);
        for release in ["", "../..", "a/b", "a b"] {
            let place = Place { release: release.to_owned(), ..place.clone() };
            assert!(place.path().unwrap_err().contains("--release"), "{release}");
        }
    }
}
