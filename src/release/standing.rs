//! How far our programs can be relied on for a release: the releases whose own programs are known,
//! and what lies between them.

use super::gendwarfksyms::Gendwarfksyms;
use super::genksyms::Genksyms;
use super::modpost::Modpost;
use super::number::{Flavour, KernelRelease};
use super::timeline::Field;

/// A program of the kernel that ours can replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `scripts/genksyms`.
    Genksyms,
    /// `scripts/gendwarfksyms`.
    Gendwarfksyms,
    /// `scripts/mod/modpost`.
    Modpost,
}

/// How far our program can be relied on for a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A distribution's own program of this series was run.
    Checked,
    /// A program built from the own source of this series was run; or the release lies between two
    /// that are known, and it is known in which releases what differs between them changed.
    Built,
    /// Neither. Why, and what to do: a message for the user, without the program's name.
    Unknown(String),
}

/// What lies between a known release and the one before it in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    /// Releases that are served where no row of the ledger leaves open when something changed.
    Served,
    /// Releases that are not served.
    NotServed,
}
use Between::{NotServed, Served};

/// One release whose own program is known.
struct Known {
    release: KernelRelease,
    standing: Standing,
    /// What lies between the row before and this one.
    between: Between,
}

const fn checked(major: u16, minor: u16, point: u16, between: Between) -> Known {
    let release = KernelRelease::new(major, minor, point);
    Known { release, standing: Standing::Checked, between }
}

const fn built(major: u16, minor: u16, point: u16, between: Between) -> Known {
    let release = KernelRelease::new(major, minor, point);
    Known { release, standing: Standing::Built, between }
}

/// A release of RHEL, whose program was built from its source; those before it are, too.
const fn rhel(major: u8, minor: u8) -> Known {
    let (first, second) = match major {
        8 => (4, 18),
        9 => (5, 14),
        _ => (6, 12),
    };
    let flavour = Flavour::Rhel { major, minor: Some(minor) };
    let release = KernelRelease { flavour, ..KernelRelease::series(first, second) };
    Known { release, standing: Standing::Built, between: Served }
}

/// A release of Ubuntu, whose program was built from its source.
const fn ubuntu(major: u16, minor: u16) -> Known {
    let release = KernelRelease { flavour: Flavour::Ubuntu, ..KernelRelease::series(major, minor) };
    Known { release, standing: Standing::Built, between: NotServed }
}

/// The releases whose genksyms is known: of each line of development, oldest first.
const GENKSYMS: &[Known] = &[
    built(4, 19, 1, NotServed),
    built(4, 19, 222, Served),
    built(5, 4, 59, Served),
    built(5, 4, 273, Served),
    built(5, 6, 4, Served),
    built(5, 8, 1, Served),
    checked(5, 10, 262, Served),
    built(5, 14, 2, Served),
    built(5, 15, 85, Served),
    built(5, 17, 0, Served),
    built(5, 19, 0, Served),
    built(6, 0, 1, Served),
    checked(6, 1, 192, Served),
    built(6, 3, 8, Served),
    built(6, 4, 6, Served),
    built(6, 5, 0, Served),
    built(6, 6, 87, Served),
    built(6, 8, 0, Served),
    built(6, 9, 0, Served),
    built(6, 11, 11, Served),
    checked(6, 12, 117, Served),
    built(6, 13, 2, Served),
    built(6, 14, 0, Served),
    built(6, 17, 0, Served),
    built(6, 18, 2, Served),
    built(6, 19, 9, Served),
    built(7, 0, 0, Served),
    built(7, 1, 5, Served),
    checked(7, 2, 12, Served),
    checked(7, 3, 4, Served),
    rhel(8, 0),
    rhel(8, 1),
    rhel(8, 2),
    rhel(8, 3),
    rhel(8, 4),
    rhel(8, 5),
    rhel(8, 6),
    rhel(8, 7),
    rhel(8, 8),
    rhel(8, 9),
    rhel(8, 10),
    rhel(9, 0),
    rhel(9, 1),
    rhel(9, 2),
    rhel(9, 3),
    rhel(9, 4),
    rhel(9, 5),
    rhel(9, 6),
    rhel(10, 0),
];

/// The releases whose gendwarfksyms is known. No distribution has it in a package.
const GENDWARFKSYMS: &[Known] = &[
    built(6, 14, 0, NotServed),
    built(6, 18, 2, Served),
    built(6, 19, 9, Served),
    built(7, 0, 12, Served),
    built(7, 2, 12, Served),
    built(7, 3, 4, Served),
];

/// The releases whose modpost is implemented, oldest first.
const MODPOST: &[Known] = &[
    built(4, 19, 1, NotServed),
    built(4, 19, 222, Served),
    built(4, 20, 0, Served),
    built(5, 0, 1, Served),
    built(5, 2, 1, Served),
    built(5, 3, 1, Served),
    built(5, 4, 273, Served),
    built(5, 8, 1, Served),
    built(5, 9, 2, Served),
    checked(5, 10, 262, Served),
    built(5, 11, 0, Served),
    built(5, 12, 9, Served),
    built(5, 14, 2, Served),
    built(5, 15, 85, Served),
    built(5, 16, 10, Served),
    built(5, 17, 0, Served),
    built(5, 18, 12, Served),
    built(5, 19, 0, Served),
    built(6, 0, 1, Served),
    checked(6, 1, 192, Served),
    built(6, 2, 1, Served),
    built(6, 3, 8, Served),
    built(6, 4, 6, Served),
    built(6, 5, 0, Served),
    built(6, 6, 87, Served),
    built(6, 7, 3, Served),
    built(6, 8, 0, Served),
    built(6, 9, 0, Served),
    built(6, 10, 0, Served),
    built(6, 11, 11, Served),
    checked(6, 12, 117, Served),
    built(6, 13, 2, Served),
    built(6, 14, 0, Served),
    built(6, 17, 0, Served),
    built(6, 18, 2, Served),
    built(6, 19, 9, Served),
    built(7, 0, 0, Served),
    built(7, 1, 5, Served),
    checked(7, 2, 12, Served),
    checked(7, 3, 4, Served),
    rhel(8, 0),
    rhel(8, 1),
    rhel(8, 2),
    rhel(8, 3),
    rhel(8, 4),
    rhel(8, 5),
    rhel(8, 6),
    rhel(8, 7),
    rhel(8, 8),
    rhel(8, 9),
    rhel(8, 10),
    rhel(9, 0),
    rhel(9, 1),
    rhel(9, 2),
    rhel(9, 3),
    rhel(9, 4),
    rhel(9, 5),
    rhel(9, 6),
    rhel(10, 0),
    ubuntu(6, 5),
    ubuntu(6, 8),
];

impl Program {
    /// All of them.
    pub const ALL: [Program; 3] = [Program::Genksyms, Program::Gendwarfksyms, Program::Modpost];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Program::Genksyms => "genksyms",
            Program::Gendwarfksyms => "gendwarfksyms",
            Program::Modpost => "modpost",
        }
    }

    /// The releases whose own program is known.
    fn known(self) -> &'static [Known] {
        match self {
            Program::Genksyms => GENKSYMS,
            Program::Gendwarfksyms => GENDWARFKSYMS,
            Program::Modpost => MODPOST,
        }
    }

    /// What differs between its releases.
    pub(super) fn fields(self) -> &'static [&'static dyn Field] {
        match self {
            Program::Genksyms => Genksyms::FIELDS,
            Program::Gendwarfksyms => Gendwarfksyms::FIELDS,
            Program::Modpost => Modpost::FIELDS,
        }
    }

    /// The releases whose own program is known, oldest first.
    pub fn known_releases(self) -> impl Iterator<Item = KernelRelease> {
        self.known().iter().map(|known| known.release)
    }

    /// How far our program can be relied on for `release`.
    pub fn standing(self, release: KernelRelease) -> Standing {
        if let Flavour::Rhel { major, minor: None } = release.flavour {
            return Standing::Unknown(format!(
                "kernel {release}: the minor release of RHEL {major} is not known, and its programs \
                 differ; name it as in --kernel {release}.4"
            ));
        }
        let Some(standing) = self.standing_between(release) else {
            return Standing::Unknown(self.reason(release));
        };
        let mut open =
            self.fields().iter().filter_map(|it| Some((it.name(), it.unknown_at(release)?)));
        if let Some((field, since)) = open.next() {
            let advice = self.advice(release);
            return Standing::Unknown(format!(
                "kernel {release}: {field} changed with {since}, and whether this release has \
                 that is not known{advice}"
            ));
        }
        standing
    }

    /// The standing by the known releases around `release`, if it has one.
    fn standing_between(self, release: KernelRelease) -> Option<Standing> {
        let known: Vec<&Known> =
            self.known().iter().filter(|known| is_of_one_line(known.release, release)).collect();
        // The newest known release of the same series or minor answers for all of it.
        if let Some(own) = known.iter().rev().find(|known| is_of_one_series(known.release, release))
        {
            return Some(own.standing.clone());
        }
        if release.flavour == Flavour::Ubuntu {
            return None;
        }
        let next = known.iter().position(|known| release < known.release)?;
        match known[next].between {
            Between::Served if next > 0 => Some(Standing::Built),
            Between::Served | Between::NotServed => None,
        }
    }

    /// Why a release that is neither known nor between two known ones is not served.
    fn reason(self, release: KernelRelease) -> String {
        let of_line = || self.known_releases().filter(|known| is_of_one_line(*known, release));
        let advice = self.advice(release);
        match (self, of_line().next(), of_line().last()) {
            (Program::Modpost, ..) => {
                format!("kernel {release}: modpost of this release is not implemented{advice}")
            }
            (Program::Genksyms, Some(oldest), _) if release < oldest => {
                let oldest = oldest.of_series();
                format!(
                    "kernel {release}: the declaration language of this release has not been checked \
                     against its own genksyms; treating it as {oldest}'s"
                )
            }
            (Program::Gendwarfksyms, Some(oldest), _) if release < oldest => {
                let oldest = oldest.of_series();
                format!(
                    "kernel {release}: gendwarfksyms came with {oldest}; treating this release as \
                     {oldest}"
                )
            }
            (_, _, Some(newest)) if release > newest => {
                let newest = newest.of_series();
                format!(
                    "kernel {release}: this release is newer than the newest known one; treating it \
                     as {newest}"
                )
            }
            _ => {
                let name = self.name();
                format!("kernel {release}: {name} of this release has not been checked{advice}")
            }
        }
    }

    /// How to choose one of the nearest known releases, to be appended to a message.
    fn advice(self, release: KernelRelease) -> String {
        let has_line = self.known_releases().any(|known| is_of_one_line(known, release));
        let near = || {
            self.known_releases().filter(|known| match has_line {
                true => is_of_one_line(*known, release),
                false => known.flavour == Flavour::Mainline,
            })
        };
        let before = near().filter(|known| *known < release).last();
        let after = near().find(|known| *known > release);
        let words: Vec<String> = [before, after]
            .into_iter()
            .flatten()
            .map(|known| {
                let is_same_series = is_of_one_series(known, release);
                let known = if is_same_series { known } else { known.of_series() };
                format!("--kernel {known}")
            })
            .collect();
        match &words[..] {
            [] => String::new(),
            [one] => format!("; {one} selects a release that is"),
            [one, other, ..] => format!("; {one} or {other} selects a release that is"),
        }
    }
}

/// Whether two releases are of one line of development: mainline, one release of RHEL, or Ubuntu.
fn is_of_one_line(one: KernelRelease, other: KernelRelease) -> bool {
    match (one.flavour, other.flavour) {
        (Flavour::Rhel { major: one, .. }, Flavour::Rhel { major: other, .. }) => one == other,
        (one, other) => one == other,
    }
}

/// Whether two releases are of one stable series, or the same minor release of RHEL.
fn is_of_one_series(one: KernelRelease, other: KernelRelease) -> bool {
    one.flavour == other.flavour && one.base() == other.base()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(program: Program, text: &str) -> Standing {
        program.standing(text.parse().unwrap())
    }

    #[test]
    fn only_known_releases_and_those_between_them_are_relied_on() {
        let genksyms = |text| standing(Program::Genksyms, text);
        for text in ["5.10", "6.1", "6.12.117", "7.2", "7.2.13-1", "6.1.100", "7.3"] {
            assert_eq!(genksyms(text), Standing::Checked, "{text}");
        }
        for text in [
            "4.19",
            "4.19.1",
            "4.19.100",
            "5.0",
            "5.9",
            "6.7",
            "5.4",
            "5.12",
            "5.15",
            "5.19",
            "6.2",
            "6.4.3",
            "6.15",
            "6.19",
            "4.18-el8.3",
            "5.14-el9.4",
            "5.14-el9.6",
            "6.12-el10.0",
        ] {
            assert_eq!(genksyms(text), Standing::Built, "{text}");
        }
        for text in ["2.4.37", "4.18", "8.0", "5.14-el9", "5.14-el9.7", "6.5-ubuntu"] {
            assert!(matches!(genksyms(text), Standing::Unknown(_)), "{text}");
        }
    }

    #[test]
    fn gendwarfksyms_is_relied_on_from_its_first_release_on() {
        let gendwarfksyms = |text| standing(Program::Gendwarfksyms, text);
        for text in ["6.14", "6.15.3", "6.16", "6.18.2", "7.1", "7.3.4"] {
            assert_eq!(gendwarfksyms(text), Standing::Built, "{text}");
        }
        for (text, words) in
            [("6.12", "came with 6.14"), ("8.0", "newer than"), ("6.12-el10.0", "")]
        {
            let Standing::Unknown(reason) = gendwarfksyms(text) else { panic!("{text}") };
            assert!(reason.contains(words), "{reason}");
        }
    }

    #[test]
    fn the_known_releases_are_in_order() {
        for program in Program::ALL {
            let lines = |known: &Known| known.release;
            let all: Vec<KernelRelease> = program.known().iter().map(lines).collect();
            for (one, other) in all.iter().zip(&all[1..]) {
                assert!(!is_of_one_line(*one, *other) || one < other, "{one} {other}");
            }
        }
    }

    #[test]
    fn the_reason_names_the_nearest_releases_and_how_to_choose_one() {
        let Standing::Unknown(reason) = standing(Program::Modpost, "6.15") else { panic!("6.15") };
        let advice = "; --kernel 6.14 or --kernel 6.17 selects a release that is";
        assert!(reason.ends_with(advice), "{reason}");
    }
}
