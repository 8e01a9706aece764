//! The kernel releases whose programs answer the cases, a row each. A new one is a row here and a run
//! of `cargo xtask reference`, which writes what its programs answer differently.

/// A program of the kernel that we reimplement, and that has cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `scripts/genksyms`.
    Genksyms,
    /// `scripts/mod/modpost`.
    Modpost,
}

/// Where a program that answers comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From a package of Debian: `cargo xtask reference` runs it.
    Package,
    /// Built outside of the repository from the source of this version, since no package has it:
    /// `cargo xtask reference` takes it by `--programs`, or what it answered by `--answers`.
    Built(&'static str),
}

/// A release, and those of its programs that the cases are compared with.
struct Release {
    /// As `--kernel` takes it.
    name: &'static str,
    /// Its programs.
    tools: &'static [Tool],
    /// Where they come from.
    origin: Origin,
    /// The release that its answers are stored as the difference from: its neighbour on the way to
    /// 6.1, the only one that has none.
    next: &'static str,
    /// Whether its objects have a symbol `__crc_X` for each export X that has a CRC. Later the CRCs are in
    /// `.cmd` files only.
    has_crc_symbols: bool,
}

/// All releases, oldest first.
const RELEASES: &[Release] = &[
    with_crc_symbols("4.18-el8.0", Origin::Built("RHEL 8.0"), "4.18-el8.1"),
    Release {
        has_crc_symbols: true,
        ..both("4.18-el8.1", Origin::Built("4.18.0-147 (RHEL 8.1)"), "4.18-el8.2")
    },
    with_crc_symbols("4.18-el8.2", Origin::Built("4.18.0-193 (RHEL 8.2)"), "4.18-el8.3"),
    with_crc_symbols("4.18-el8.3", Origin::Built("4.18.0-240 (RHEL 8.3)"), "4.18-el8.4"),
    with_crc_symbols("4.18-el8.4", Origin::Built("4.18.0-305 (RHEL 8.4)"), "4.18-el8.5"),
    Release {
        has_crc_symbols: true,
        ..both("4.18-el8.5", Origin::Built("4.18.0-348 (RHEL 8.5)"), "4.18-el8.6")
    },
    with_crc_symbols("4.18-el8.6", Origin::Built("4.18.0-372 (RHEL 8.6)"), "4.18-el8.7"),
    with_crc_symbols("4.18-el8.7", Origin::Built("4.18.0-425 (RHEL 8.7)"), "4.18-el8.8"),
    with_crc_symbols("4.18-el8.8", Origin::Built("4.18.0-477 (RHEL 8.8)"), "4.18-el8.9"),
    with_crc_symbols("4.18-el8.9", Origin::Built("4.18.0-513 (RHEL 8.9)"), "4.18-el8.10"),
    with_crc_symbols("4.18-el8.10", Origin::Built("RHEL 8.10"), "4.19.222"),
    Release { has_crc_symbols: true, ..both("4.19.1", Origin::Built("4.19.1"), "4.19.222") },
    Release { has_crc_symbols: true, ..both("4.19.222", Origin::Built("4.19.222"), "5.0") },
    with_crc_symbols("4.20", Origin::Built("4.20.0"), "4.19.1"),
    with_crc_symbols("5.0", Origin::Built("5.0.1"), "5.2"),
    with_crc_symbols("5.2", Origin::Built("5.2.1"), "5.3"),
    with_crc_symbols("5.3", Origin::Built("5.3.1"), "5.4"),
    with_crc_symbols("5.4", Origin::Built("5.4.273"), "5.8"),
    with_crc_symbols("5.8", Origin::Built("5.8.1"), "5.9"),
    with_crc_symbols("5.9", Origin::Built("5.9.2"), "5.10"),
    Release { has_crc_symbols: true, ..both("5.10", Origin::Package, "5.11") },
    with_crc_symbols("5.11", Origin::Built("5.11.0"), "5.12"),
    with_crc_symbols("5.12", Origin::Built("5.12.9"), "5.14"),
    Release { has_crc_symbols: true, ..both("5.14", Origin::Built("5.14.2"), "5.15") },
    with_crc_symbols("5.14-el9.0", Origin::Built("RHEL 9.0"), "5.14-el9.1"),
    with_crc_symbols("5.14-el9.1", Origin::Built("RHEL 9.1"), "5.14-el9.2"),
    with_crc_symbols("5.14-el9.2", Origin::Built("RHEL 9.2"), "5.14-el9.3"),
    with_crc_symbols("5.14-el9.3", Origin::Built("5.14.0-362 (RHEL 9.3)"), "5.14-el9.4"),
    with_crc_symbols("5.14-el9.4", Origin::Built("RHEL 9.4"), "5.14"),
    modpost("5.14-el9.6", Origin::Built("RHEL 9.6"), "6.4"),
    with_crc_symbols("5.15", Origin::Built("5.15.85"), "5.16"),
    with_crc_symbols("5.16", Origin::Built("5.16.10"), "5.17"),
    with_crc_symbols("5.17", Origin::Built("5.17.0"), "5.18"),
    with_crc_symbols("5.18", Origin::Built("5.18.12"), "5.19"),
    modpost("5.19", Origin::Built("5.19.0"), "6.0"),
    modpost("6.0", Origin::Built("6.0.1"), "6.1"),
    both("6.1", Origin::Package, ""),
    modpost("6.2", Origin::Built("6.2.1"), "6.1"),
    modpost("6.3", Origin::Built("6.3.8"), "6.2"),
    modpost("6.4", Origin::Built("6.4.6"), "6.3"),
    modpost("6.5", Origin::Built("6.5.0"), "6.4"),
    modpost("6.5-ubuntu", Origin::Built("Ubuntu's 6.5.3"), "6.5"),
    modpost("6.6", Origin::Built("6.6.87"), "6.5"),
    modpost("6.7", Origin::Built("6.7.3"), "6.6"),
    modpost("6.8", Origin::Built("6.8.0"), "6.7"),
    modpost("6.8-ubuntu", Origin::Built("Ubuntu's 6.8"), "6.8"),
    modpost("6.9", Origin::Built("6.9.0"), "6.8"),
    modpost("6.10", Origin::Built("6.10.0"), "6.9"),
    modpost("6.11", Origin::Built("6.11.11"), "6.10"),
    both("6.12", Origin::Package, "6.11"),
    modpost("6.12-el10.0", Origin::Built("RHEL 10.0"), "6.12"),
    modpost("6.13", Origin::Built("6.13.2"), "6.12"),
    both("6.14", Origin::Built("6.14.0"), "6.13"),
    both("6.17", Origin::Built("6.17.0"), "6.14"),
    modpost("6.18", Origin::Built("6.18.2"), "6.17"),
    both("6.19", Origin::Built("6.19.9"), "6.18"),
    both("7.0", Origin::Built("7.0.0"), "6.19"),
    modpost("7.1", Origin::Built("7.1.5"), "7.0"),
    both("7.2", Origin::Package, "7.1"),
    both("7.3", Origin::Package, "7.2"),
];

/// The first release whose headers make `__GENKSYMS_EXPORT_SYMBOL` of all words that export.
const ONE_EXPORT_WORD: &str = "5.10";

/// A release whose modpost alone answers.
const fn modpost(name: &'static str, origin: Origin, next: &'static str) -> Release {
    Release { name, tools: &[Tool::Modpost], origin, next, has_crc_symbols: false }
}

/// The same, of a release whose objects have the CRCs of exports.
const fn with_crc_symbols(name: &'static str, origin: Origin, next: &'static str) -> Release {
    Release { has_crc_symbols: true, ..modpost(name, origin, next) }
}

/// A release of which both programs answer.
const fn both(name: &'static str, origin: Origin, next: &'static str) -> Release {
    Release { name, tools: &[Tool::Genksyms, Tool::Modpost], origin, next, has_crc_symbols: false }
}

impl Tool {
    /// What it is called by, and the folder of its cases below `testdata`.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Modpost => "modpost",
        }
    }

    /// The releases whose program answers its cases, oldest first.
    pub fn releases(self) -> Vec<&'static str> {
        let of_tool = RELEASES.iter().filter(|release| release.tools.contains(&self));
        of_tool.map(|release| release.name).collect()
    }
}

/// Releases whose programs were not asked about device tables.
const WITHOUT_DEVICE_TABLES: [&str; 2] = ["5.14-el9.1", "5.14-el9.2"];

/// The releases whose device tables are compared, oldest first.
pub fn device_table_releases() -> Vec<&'static str> {
    let mut releases = Tool::Modpost.releases();
    releases.retain(|release| !WITHOUT_DEVICE_TABLES.contains(release));
    releases
}

/// Where the programs of `release` come from.
pub fn origin(release: &str) -> Option<Origin> {
    row(release).map(|row| row.origin)
}

/// The release that the answers of `release` are stored as the difference from, if only `releases`
/// have the case: its nearest neighbour among them on the way to 6.1.
pub fn next_among<'a>(release: &str, releases: &[&'a str]) -> Option<&'a str> {
    let mut next = row(release)?.next;
    loop {
        if let Some(found) = releases.iter().find(|release| **release == next) {
            return Some(found);
        }
        next = row(next)?.next;
    }
}

/// The word that exports a symbol, as genksyms of `release` reads it.
pub fn export_word(release: &str) -> &'static str {
    let age = |name: &str| RELEASES.iter().position(|row| row.name == name);
    if age(release) < age(ONE_EXPORT_WORD) { "EXPORT_SYMBOL" } else { EXPORT_WORD }
}

/// The word that exports a symbol in the input of all cases of genksyms.
pub const EXPORT_WORD: &str = "__GENKSYMS_EXPORT_SYMBOL";

/// Whether the objects of `release` have a symbol `__crc_X` for each export X that has a CRC.
pub fn has_crc_symbols(release: &str) -> bool {
    row(release).is_some_and(|row| row.has_crc_symbols)
}

/// The number of the minor release of RHEL that `release` is of, if it is of one.
pub fn rhel(release: &str) -> Option<&str> {
    release.split_once("-el").map(|(_, number)| number)
}

fn row(release: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|row| row.name == release)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The release whose answers are stored in full.
    const ROOT: &str = "6.1";

    #[test]
    fn every_release_leads_to_the_root() {
        for release in RELEASES {
            let is_root = release.name == ROOT;
            assert_eq!(is_root, next_among(release.name, &[ROOT]).is_none(), "{}", release.name);
        }
        assert_eq!(next_among("7.3", &["6.1", "6.12"]), Some("6.12"));
        assert_eq!(next_among("7.2", &["7.2"]), None);
        assert_eq!(next_among("4.18-el8.5", &["4.19.1", "5.14"]), Some("5.14"));
    }
}
