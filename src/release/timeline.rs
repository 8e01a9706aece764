//! One field of behaviour over all releases: its values, and from which release each holds.
//!
//! A field is looked up by itself, and the order of its rows does not matter. What is said of the
//! release in the most exact way wins:
//!
//! 1. a row for the flavour: `rhel(9, 5)` holds from RHEL 9.5 to the end of RHEL 9,
//!    `ubuntu(6, 8)` for that release alone;
//! 2. a row for the stable series: `point(5, 10, 262)` holds from 5.10.262 to the end of 5.10,
//!    and says nothing about 5.14;
//! 3. the last row for mainline: `mainline(5, 19)` holds from 5.19 on.
//!
//! RHEL's kernels have what the first release of their series has, where no row of theirs says
//! more. Where it is only known between which two releases something changed, `.after(…)` names
//! the last one that was seen without it, and the releases between are not served
//! (`standing.rs`).

use std::fmt;

use super::number::{Flavour, KernelRelease};

/// From when on a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Since {
    at: At,
    /// The last release seen without it, in the numbers of `at`; 0 if that is the one before.
    after: (u16, u16),
}

#[allow(dead_code, reason = "not every kind of row is needed at all times")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before all others.
    Oldest,
    /// From this mainline release on.
    Mainline(u16, u16, u16),
    /// From this point release on, in its series only.
    Point(u16, u16, u16),
    /// From this release of RHEL on, up to the next major one.
    Rhel(u8, u8),
    /// In Ubuntu's kernels of this release.
    Ubuntu(u16, u16),
}

/// Before all other rows.
pub(super) const OLDEST: Since = Since { at: At::Oldest, after: (0, 0) };

/// From mainline's X.Y on.
pub(super) const fn mainline(major: u16, minor: u16) -> Since {
    Since { at: At::Mainline(major, minor, 0), after: (0, 0) }
}

/// From mainline's 2.X.Y on.
pub(super) const fn mainline_2(minor: u16, third: u16) -> Since {
    Since { at: At::Mainline(2, minor, third), after: (0, 0) }
}

/// From the point release X.Y.Z on, in X.Y only.
#[allow(dead_code, reason = "not every kind of row is needed at all times")]
pub(super) const fn point(major: u16, minor: u16, point: u16) -> Since {
    Since { at: At::Point(major, minor, point), after: (0, 0) }
}

/// From RHEL X.Y on, in RHEL X only.
pub(super) const fn rhel(major: u8, minor: u8) -> Since {
    Since { at: At::Rhel(major, minor), after: (0, 0) }
}

/// In Ubuntu's kernels of X.Y.
#[allow(dead_code, reason = "not every kind of row is needed at all times")]
pub(super) const fn ubuntu(major: u16, minor: u16) -> Since {
    Since { at: At::Ubuntu(major, minor), after: (0, 0) }
}

impl Since {
    /// It is not known with which release after mainline's X.Y it began; this one has it.
    pub(super) const fn after(self, major: u16, minor: u16) -> Self {
        assert!(matches!(self.at, At::Mainline(..)), "after() belongs to mainline()");
        Self { after: (major, minor), ..self }
    }

    #[allow(dead_code, reason = "not every kind of row is needed at all times")]
    /// It is not known with which point release after X.Y.`point` it began; this one has it.
    pub(super) const fn after_point(self, point: u16) -> Self {
        assert!(matches!(self.at, At::Point(..)), "after_point() belongs to point()");
        // One more than it is, so that 0 still means that nothing is unknown.
        Self { after: (0, point + 1), ..self }
    }

    /// How exactly it speaks about a release, see the head of this file.
    fn exactness(self) -> u8 {
        match self.at {
            At::Oldest => 0,
            At::Mainline(..) => 1,
            At::Point(..) => 2,
            At::Rhel(..) | At::Ubuntu(..) => 3,
        }
    }

    /// Whether `release` lies where it is not known if this has already begun.
    fn is_unknown_at(self, release: KernelRelease) -> bool {
        if self.after == (0, 0) {
            return false;
        }
        let is_rhel = matches!(release.flavour, Flavour::Rhel { .. });
        match self.at {
            At::Mainline(major, minor, _) => {
                release.base() > self.after && release.base() < (major, minor)
            }
            At::Point(major, minor, last) => {
                let point = release.point.unwrap_or(u16::MAX);
                !is_rhel
                    && release.base() == (major, minor)
                    && point >= self.after.1
                    && point < last
            }
            At::Oldest | At::Rhel(..) | At::Ubuntu(..) => false,
        }
    }

    /// How exactly, and how late, this speaks about `release`; `None` if it does not.
    fn rank(self, release: KernelRelease) -> Option<(u8, u16, u16, u16)> {
        let base = release.base();
        let exactness = self.exactness();
        match (self.at, release.flavour) {
            (At::Oldest, _) => Some((exactness, 0, 0, 0)),
            (At::Mainline(major, minor, third), _) => {
                let own_third = if base.0 == 2 { release.point.unwrap_or_default() } else { 0 };
                let is_reached = (major, minor, third) <= (base.0, base.1, own_third);
                is_reached.then_some((exactness, major, minor, third))
            }
            (At::Point(..), Flavour::Rhel { .. }) => None,
            (At::Point(major, minor, point), Flavour::Mainline | Flavour::Ubuntu) => {
                let is_reached =
                    (major, minor) == base && point <= release.point.unwrap_or(u16::MAX);
                is_reached.then_some((exactness, 0, 0, point))
            }
            (At::Rhel(major, minor), Flavour::Rhel { major: own, minor: own_minor }) => {
                let is_reached = major == own && minor <= own_minor.unwrap_or(u8::MAX);
                is_reached.then_some((exactness, 0, 0, minor.into()))
            }
            (At::Ubuntu(major, minor), Flavour::Ubuntu) => {
                ((major, minor) == base).then_some((exactness, 0, 0, 0))
            }
            (At::Rhel(..) | At::Ubuntu(..), _) => None,
        }
    }
}

impl fmt::Display for Since {
    /// As a reader of the ledger sees it: `5.19`, `5.10.262 (5.10 only)`, `el9.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.after;
        match self.at {
            At::Oldest => f.write_str("the oldest"),
            At::Mainline(major, minor, 0) if self.after == (0, 0) => write!(f, "{major}.{minor}"),
            At::Mainline(major, minor, 0) => {
                write!(f, "{major}.{minor} (after {first}.{second})")
            }
            At::Mainline(major, minor, third) => write!(f, "{major}.{minor}.{third}"),
            At::Point(major, minor, point) if self.after == (0, 0) => {
                write!(f, "{major}.{minor}.{point} (of {major}.{minor})")
            }
            At::Point(major, minor, point) => {
                let after = second - 1;
                write!(f, "{major}.{minor}.{point} (of {major}.{minor}, after .{after})")
            }
            At::Rhel(major, minor) => write!(f, "el{major}.{minor}"),
            At::Ubuntu(major, minor) => write!(f, "{major}.{minor}-ubuntu"),
        }
    }
}

/// One value of a field.
pub(super) struct Value<T: 'static> {
    /// Its name in kebab-case, for `modversions releases --explain`; never reused.
    pub(super) id: &'static str,
    /// The value.
    pub(super) is: T,
    /// From when on it holds.
    pub(super) from: &'static [Since],
    /// What it means for a user, in one sentence.
    pub(super) what: &'static str,
    /// How it is known: which program was run, or that it has only been read about.
    pub(super) evidence: &'static str,
}

/// A field, and all values that it has had.
pub(super) struct Timeline<T: 'static> {
    /// `program.field`, in kebab-case; never reused.
    pub(super) name: &'static str,
    /// What it is, in one sentence.
    pub(super) about: &'static str,
    /// The values, in any order; one of them is [`OLDEST`]'s.
    pub(super) values: &'static [Value<T>],
}

impl<T: Copy> Timeline<T> {
    /// The value at `release`.
    pub(super) fn at(&self, release: KernelRelease) -> T {
        self.values[index_at(self.values.iter().map(|value| value.from), release)].is
    }
}

/// The row of those with these beginnings that holds at `release`.
fn index_at(rows: impl Iterator<Item = &'static [Since]>, release: KernelRelease) -> usize {
    let ranks = rows.enumerate().filter_map(|(index, from)| {
        let rank = from.iter().filter_map(|since| since.rank(release)).max();
        rank.map(|rank| (rank, index))
    });
    // Invariant: one row is OLDEST's, which holds everywhere (a test).
    ranks.max_by_key(|(rank, _)| *rank).map_or(0, |(_, index)| index)
}

/// A row of a field, whatever the type of its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) from: &'static [Since],
    pub(super) what: &'static str,
    pub(super) evidence: &'static str,
}

/// A field, whatever the type of its values.
pub(super) trait Field {
    /// `program.field`.
    fn name(&self) -> &'static str;
    /// What it is, in one sentence.
    fn about(&self) -> &'static str;
    /// All its values, in the order of the ledger.
    fn rows(&self) -> Vec<Row>;

    /// The row that holds at `release`.
    fn row_at(&self, release: KernelRelease) -> Row {
        let rows = self.rows();
        rows[index_at(rows.iter().map(|row| row.from), release)]
    }

    /// Since when the row that holds at `release` does so.
    fn since(&self, release: KernelRelease) -> Since {
        let ranked = self.row_at(release).from.iter();
        let ranked = ranked.filter_map(|since| Some((since.rank(release)?, *since)));
        ranked.max_by_key(|(rank, _)| *rank).map_or(OLDEST, |(_, since)| since)
    }

    /// Where it is not known whether `release` already has one of the values.
    fn unknown_at(&self, release: KernelRelease) -> Option<Since> {
        let held = self.since(release).exactness();
        let all = self.rows().into_iter().flat_map(|row| row.from);
        all.copied().find(|since| since.exactness() >= held && since.is_unknown_at(release))
    }
}

impl<T> Field for Timeline<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn rows(&self) -> Vec<Row> {
        let row = |value: &Value<T>| Row {
            id: value.id,
            from: value.from,
            what: value.what,
            evidence: value.evidence,
        };
        self.values.iter().map(row).collect()
    }
}

/// The behaviour of one program: a struct with a field for each timeline, `at(release)`, which looks
/// each of them up, and `FIELDS`, all timelines.
macro_rules! behaviour {
    (
        $(#[$about:meta])*
        $name:ident {
            $( $(#[$field_about:meta])* $field:ident: $type:ty = $timeline:expr, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $( $(#[$field_about])* pub $field: $type, )*
        }

        impl $name {
            /// The behaviour at `release`: each field by itself.
            pub(super) fn at(release: crate::release::KernelRelease) -> Self {
                Self { $( $field: $timeline.at(release), )* }
            }

            /// The timelines of all fields.
            pub(super) const FIELDS: &'static [&'static dyn crate::release::timeline::Field] =
                &[$( &$timeline, )*];
        }
    };
}
pub(super) use behaviour;

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Timeline<u8> = Timeline {
        name: "test.field",
        about: "A test.",
        values: &[
            Value { id: "a", is: 0, from: &[OLDEST, rhel(9, 4)], what: "", evidence: "" },
            Value {
                id: "b",
                is: 1,
                from: &[mainline(5, 19), point(5, 10, 262).after_point(223), rhel(9, 2)],
                what: "",
                evidence: "",
            },
            Value {
                id: "c",
                is: 2,
                from: &[mainline(6, 8).after(6, 6), ubuntu(6, 5)],
                what: "",
                evidence: "",
            },
        ],
    };

    fn release(text: &str) -> KernelRelease {
        text.parse().unwrap()
    }

    #[test]
    fn what_speaks_about_a_release_most_exactly_wins() {
        for (text, value) in [
            ("2.4.3", 0),
            ("5.10.261", 0),
            ("5.10.262", 1),
            ("5.10", 1),
            ("5.14", 0),
            ("5.14-el9.1", 0),
            ("5.14-el9.2", 1),
            ("5.14-el9.3", 1),
            ("5.14-el9.5", 0),
            ("5.14-el9", 0),
            ("5.19", 1),
            ("6.5-ubuntu", 2),
            ("6.6-ubuntu", 1),
            ("6.6", 1),
            ("6.8.3", 2),
            ("8.0", 2),
        ] {
            assert_eq!(FIELD.at(release(text)), value, "{text}");
        }
    }

    #[test]
    fn a_release_between_two_seen_ones_is_unknown() {
        for text in ["5.10.224", "5.10.261", "6.7", "6.7.3"] {
            assert!(FIELD.unknown_at(release(text)).is_some(), "{text}");
        }
        for text in ["5.10", "5.10.223", "5.10.262", "5.14-el9.1", "6.6.99", "6.8", "6.12"] {
            assert!(FIELD.unknown_at(release(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn the_beginning_of_a_row_is_displayed() {
        let shown: Vec<String> = FIELD.rows()[1].from.iter().map(Since::to_string).collect();
        assert_eq!(shown, ["5.19", "5.10.262 (of 5.10, after .223)", "el9.2"]);
        assert_eq!(FIELD.since(release("6.9")).to_string(), "6.8 (after 6.6)");
    }
}
