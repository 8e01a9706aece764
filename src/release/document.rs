//! The ledger for people: the tables of `modversions releases` and of `docs/releases.md`.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use super::load::Load;
use super::number::KernelRelease;
use super::standing::{Program, Standing};
use super::timeline::{Field, Row};

/// What holds of one field at one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `program.field`.
    pub field: &'static str,
    /// What the field is, in one sentence.
    pub about: &'static str,
    /// The name of its value.
    pub value: &'static str,
    /// From which release on it holds.
    pub since: String,
    /// What it means for a user, in one sentence.
    pub what: &'static str,
    /// How it is known.
    pub evidence: &'static str,
}

/// The series that the table of standings lists, by their first number.
const SERIES: [(u16, RangeInclusive<u16>); 4] =
    [(4, 18..=20), (5, 0..=19), (6, 0..=19), (7, 0..=3)];

/// The releases of RHEL that it lists.
const RHEL: [(u8, RangeInclusive<u8>); 3] = [(8, 0..=10), (9, 0..=6), (10, 0..=0)];

/// Those of Ubuntu.
const UBUNTU: [KernelRelease; 2] = [KernelRelease::series(6, 5), KernelRelease::series(6, 8)];

/// The fields of all programs and of the loader.
fn fields() -> impl Iterator<Item = &'static dyn Field> {
    let programs = Program::ALL.into_iter().flat_map(Program::fields);
    programs.chain(Load::FIELDS).copied()
}

/// All fields at `release`, in the order of the ledger.
pub fn entries(release: KernelRelease) -> Vec<Entry> {
    let entry = |field: &dyn Field| {
        let row = field.row_at(release);
        Entry {
            field: field.name(),
            about: field.about(),
            value: row.id,
            since: field.since(release).to_string(),
            what: row.what,
            evidence: row.evidence,
        }
    };
    fields().map(entry).collect()
}

/// The fields that differ between two releases, each as it is in both.
pub fn differences(one: KernelRelease, other: KernelRelease) -> Vec<(Entry, Entry)> {
    let both = entries(one).into_iter().zip(entries(other));
    both.filter(|(one, other)| one.value != other.value).collect()
}

/// The standing of a program in one word.
pub fn standing_word(program: Program, release: KernelRelease) -> &'static str {
    match (program.standing(release), program) {
        (Standing::Checked, _) => "checked",
        (Standing::Built, _) => "built",
        (Standing::Unknown(_), Program::Gendwarfksyms) if has_none(release) => "none",
        (Standing::Unknown(_), Program::Genksyms | Program::Gendwarfksyms) => "unchecked",
        (Standing::Unknown(_), Program::Modpost) => "refused",
    }
}

/// Whether a release is older than gendwarfksyms.
fn has_none(release: KernelRelease) -> bool {
    let first = Program::Gendwarfksyms.known_releases().next();
    first.is_some_and(|first| release.mainline() < first)
}

/// The table of releases, each with how far each program can be relied on; in Markdown.
pub fn standings() -> String {
    let mut text =
        String::from("| Kernel | genksyms | gendwarfksyms | modpost |\n|---|---|---|---|\n");
    let mainline = SERIES
        .into_iter()
        .flat_map(|(major, minors)| minors.map(move |minor| KernelRelease::series(major, minor)));
    let rhel = RHEL.into_iter().map(|(major, minors)| {
        minors.filter_map(move |minor| KernelRelease::of_rhel(major, Some(minor))).collect()
    });
    let ubuntu = UBUNTU.into_iter().map(|release| vec![release.of_ubuntu()]);
    for line in [mainline.collect()].into_iter().chain(rhel).chain(ubuntu) {
        write_line(&mut text, &line);
    }
    text
}

/// Writes a row for each run of releases with the same standings.
fn write_line(text: &mut String, line: &[KernelRelease]) {
    let words = |release: &KernelRelease| Program::ALL.map(|it| standing_word(it, *release));
    for run in line.chunk_by(|one, other| words(one) == words(other)) {
        let [first, .., last] = run else {
            write_row(text, &run[0].to_string(), words(&run[0]));
            continue;
        };
        write_row(text, &format!("{first} to {last}"), words(first));
    }
}

fn write_row(text: &mut String, releases: &str, words: [&str; 3]) {
    // Writing to a String does not fail.
    let _ = writeln!(text, "| {releases} | {} |", words.join(" | "));
}

/// What the words of [`standings`] mean.
pub const STANDINGS: &str = "\
checked: a distribution's own program of this release was run, and ours answers the same.\n\
built: the same of a program built from the release's own source; or the release lies between two \
such, and it is known in which release everything that differs between them changed.\n\
unchecked: ours runs, and a message says that it is unchecked.\n\
refused: ours does not run. `--kernel` selects a release that is known.\n\
none: the release has no such program. If it is asked for, ours runs, and a message says so.\n";

/// The text of `docs/releases.md`.
pub fn releases_document() -> String {
    let mut text = String::from(
        "# What differs between kernel releases\n\n\
         Printed from the ledger in `src/release/`; do not edit. `modversions releases --kernel R` \
         prints all fields of one release, `--diff A B` those that differ, and `--explain ID` the \
         evidence.\n\n## Releases\n\n",
    );
    text += &standings();
    text.push('\n');
    for line in STANDINGS.lines() {
        let _ = writeln!(text, "- {line}");
    }
    text += "\nA release without a point release, such as 6.1, is the newest known one of its series. \
             A release such as 5.14-el9.4 is RHEL's, or that of a rebuild of it.\n";
    for (title, fields) in [
        ("genksyms", Program::Genksyms.fields()),
        ("gendwarfksyms", Program::Gendwarfksyms.fields()),
        ("modpost", Program::Modpost.fields()),
        ("The loader", Load::FIELDS),
    ] {
        let _ = write!(text, "\n## {title}\n");
        for field in fields {
            let _ = write!(text, "\n### {}\n\n{}\n\n", field.name(), field.about());
            text += "| Since | Change | What differs |\n|---|---|---|\n";
            for row in field.rows() {
                let _ = writeln!(text, "| {} | {} | {} |", beginnings(row), row.id, row.what);
            }
        }
    }
    text
}

/// From which releases on a row holds.
fn beginnings(row: Row) -> String {
    let all: Vec<String> = row.from.iter().map(ToString::to_string).collect();
    all.join(", ")
}

/// All that is known about one change or one field, for `modversions releases --explain ID`.
pub fn explain(id: &str) -> Option<String> {
    let explained = |row: Row| {
        let since = beginnings(row);
        format!("{} (since {since})\n\n{}\n\nEvidence: {}\n", row.id, row.what, row.evidence)
    };
    if let Some(field) = fields().find(|field| field.name() == id) {
        let rows: Vec<String> = field.rows().into_iter().map(explained).collect();
        return Some(format!("{id}: {}\n\n{}", field.about(), rows.join("\n")));
    }
    fields().flat_map(|field| field.rows()).find(|row| row.id == id).map(explained)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_every_value_has_a_name_of_its_own() {
        let is_kebab = |text: &str| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        };
        let mut names = Vec::new();
        for field in fields() {
            names.push(field.name());
            names.extend(field.rows().iter().map(|row| row.id));
        }
        for (index, name) in names.iter().enumerate() {
            assert!(is_kebab(name) && !name.is_empty(), "{name}");
            assert!(!names[..index].contains(name), "{name} twice");
        }
    }

    #[test]
    fn every_field_begins_with_its_oldest_value_and_says_each_beginning_once() {
        for field in fields() {
            let rows = field.rows();
            let all: Vec<String> =
                rows.iter().flat_map(|row| row.from).map(ToString::to_string).collect();
            assert_eq!(all[0], "the oldest", "{}", field.name());
            for (index, since) in all.iter().enumerate() {
                assert!(!all[..index].contains(since), "{}: {since} twice", field.name());
            }
        }
    }

    #[test]
    fn the_table_in_the_readme_is_the_ledgers() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let text = std::fs::read_to_string(path).unwrap();
        let start = text.find("| Kernel | genksyms | gendwarfksyms |").unwrap();
        let end = start + text[start..].find("\n\n").unwrap() + 1;
        if std::env::var_os("BLESS").is_some() {
            let blessed = format!("{}{}{}", &text[..start], standings(), &text[end..]);
            return std::fs::write(path, blessed).unwrap();
        }
        let is_own = text[start..end] == standings();
        assert!(is_own, "{path} is stale: BLESS=1 cargo test rewrites it");
    }

    #[test]
    fn the_document_on_disk_is_the_ledgers() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/releases.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, releases_document()).unwrap();
        }
        let on_disk = std::fs::read_to_string(path).unwrap_or_default();
        assert!(on_disk == releases_document(), "{path} is stale: BLESS=1 cargo test rewrites it");
    }
}
