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
    /// `cargo xtask reference --answers` takes what it answered.
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
}

/// All releases, oldest first.
const RELEASES: [Release; 3] = [
    both("6.1", ""),
    both("6.12", "6.1"),
    Release { tools: &[Tool::Genksyms], ..both("7.2", "6.12") },
];

/// A release of which a package has both programs.
const fn both(name: &'static str, next: &'static str) -> Release {
    let tools = &[Tool::Genksyms, Tool::Modpost];
    Release { name, tools, origin: Origin::Package, next }
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
        for release in &RELEASES {
            let is_root = release.name == ROOT;
            assert_eq!(is_root, next_among(release.name, &[ROOT]).is_none(), "{}", release.name);
        }
        assert_eq!(next_among("7.2", &["6.1", "6.12"]), Some("6.12"));
        assert_eq!(next_among("7.2", &["7.2"]), None);
    }
}
