//! What a report is of, whichever command found it.
//!
//! ```text
//! Document
//! ├─ sides, summary        what was compared, and the verdict
//! ├─ rules                 the kinds of findings that there are, found or not
//! ├─ findings              a cause each, the most important first
//! │   ├─ location, related where it is, and what else belongs to it
//! │   └─ reach ──────────┐
//! ├─ items  ◄────────────┘ what findings concern: exports, modules
//! ├─ consumers             the modules that use items
//! └─ not_evaluated         what was not found because nobody could look
//! ```

use std::fmt;

use super::Text;

/// All of a report.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The command: `abi-diff`.
    pub command: &'static str,
    /// What was asked of it, for a heading: `6.1.170 → 6.1.192`.
    pub title: Text,
    /// What it was given.
    pub sides: Vec<Side>,
    /// The exit status: 0 if all is well, 1 if something fails, 2 if that is not known.
    pub status: u8,
    /// The verdict in a sentence, and then what else is worth knowing at once, a line each.
    pub summary: Vec<Text>,
    /// The kinds of findings, in the command's order. [`Finding::rule`] counts in it.
    pub rules: Vec<Rule>,
    /// The findings: what fails first, then by level, then as the command sorts them.
    pub findings: Vec<Finding>,
    /// What an item is, in the singular: `export`.
    pub item_noun: &'static str,
    /// What findings concern, by name. [`Reach::items`] counts in it.
    pub items: Vec<Item>,
    /// The modules that use items; none if nobody asked.
    pub consumers: Option<Consumers>,
    /// What became of modules on kernels, if that is what the command is about.
    pub matrix: Option<Matrix>,
    /// What was not evaluated, and why.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// Something that the command was given.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is to the command: `old`, `new`, `kernel`.
    pub role: &'static str,
    /// How the user named it.
    pub path: Vec<u8>,
    /// What it has: `24618 exports, types of 3103 files`.
    pub facts: Text,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something fails.
    Error,
    /// Somebody should look.
    Warning,
    /// For information.
    #[default]
    Note,
}

/// A kind of finding.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it is called by in rules and reports: `type-changed`.
    pub id: &'static str,
    /// How much it matters if nobody says otherwise.
    pub level: Level,
    /// What it finds, in the plural: `types whose declaration changed`.
    pub what: &'static str,
    /// What that does, in a sentence or a few.
    pub help: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Where more is said of it, from the project's page on: `docs/lints.md#type-changed`.
    pub reference: String,
    /// Whether it was looked for.
    pub is_evaluated: bool,
}

/// One finding: a cause, with all that it reaches.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The number of its rule.
    pub rule: usize,
    /// Other ids that rules of the user may call it by.
    pub also: Vec<&'static str>,
    /// How much it matters.
    pub level: Level,
    /// What it is about: `struct mm_struct`.
    pub subject: Text,
    /// What there is to say of it, in a line.
    pub message: Text,
    /// What it does.
    pub does: Text,
    /// What to do about it.
    pub fix: Text,
    /// Where it is, as exactly as that is known.
    pub location: Option<Location>,
    /// Where something else is that has to do with it: a few.
    pub related: Vec<Related>,
    /// The items that it concerns.
    pub reach: Reach,
    /// What changed, a sentence each.
    pub changes: Vec<Text>,
    /// What changed as a unified diff.
    pub diff: Text,
    /// What the user's rules say to tolerate it, or empty.
    pub toleration: Text,
    /// How it lies in memory before and after, if that was asked for and is known.
    pub layouts: [Option<Drawing>; 2],
    /// Short ways from items to it, if they were asked for: each from an item to its subject.
    pub chains: Vec<Vec<Link>>,
    /// Whether it fails.
    pub state: State,
    /// What it is recognized by in another run: the same for the same rule and subject.
    pub fingerprint: String,
}

/// Whether a finding fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It does.
    Open,
    /// It is for information.
    #[default]
    Informative,
    /// Somebody has said that it need not.
    Tolerated(Suppression),
}

/// Why a finding does not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The reason, and who gave it.
    pub reason: Text,
    /// Where that is written.
    pub location: Option<Location>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// What the path begins at.
    pub root: Root,
    /// The file.
    pub path: Vec<u8>,
    /// The line, from 1, if it is known.
    pub line: Option<u32>,
}

/// What a path begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The folder that the command runs in, or the top of the file system.
    Here,
    /// The top of the sources.
    Sources,
    /// The side of this number.
    Side(usize),
}

/// A place with what is there.
#[derive(Clone, Debug)]
pub struct Related {
    /// What is there.
    pub message: Text,
    /// Where it is.
    pub location: Location,
}

/// The items that a finding concerns.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Their numbers, ascending.
    pub items: Vec<u32>,
    /// Those to name if only a few are: the nearest; else the first ones are.
    pub nearest: Vec<u32>,
    /// Whether it may concern fewer of them.
    pub is_at_most: bool,
}

impl Reach {
    /// The first few to name.
    pub fn first(&self, count: usize) -> impl Iterator<Item = usize> {
        let first = if self.nearest.is_empty() { &self.items } else { &self.nearest };
        first.iter().take(count).map(|&item| item as usize)
    }
}

/// Something that findings concern.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Its name.
    pub name: Text,
    /// What has it: a module, `vmlinux`.
    pub module: Text,
    /// Its symbol namespace.
    pub namespace: Text,
    /// How it is exported, or empty.
    pub license: &'static str,
    /// What became of it, in a word or two: `CRC changed`.
    pub change: Text,
    /// Whether what became of it is tolerated.
    pub is_tolerated: bool,
    /// Where it is listed.
    pub location: Option<Location>,
}

/// The modules that use items.
#[derive(Clone, Debug)]
pub struct Consumers {
    /// How many were asked for.
    pub examined: usize,
    /// Those that use something that changed, by path.
    pub affected: Vec<Consumer>,
}

/// A module that uses items.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its file.
    pub path: Text,
    /// The numbers of the items, ascending.
    pub items: Vec<u32>,
}

/// How a struct or union lies in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Its size in bytes.
    pub size: u64,
    /// Its members, each with where it begins and how long it is, in bits.
    pub members: Vec<(Text, u64, u64)>,
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is declared: an export, a type.
    pub name: Text,
    /// The line of it that names the next one; empty at the end.
    pub line: Text,
}

/// What became of modules on kernels.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// The kernels.
    pub columns: Vec<Text>,
    /// The modules, each with a cell for each kernel.
    pub rows: Vec<(Text, Vec<Cell>)>,
}

/// What became of a module on a kernel.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The verdict: `loads`, `refused`, `undetermined`.
    pub verdict: &'static str,
    /// The numbers of the findings that say why.
    pub findings: Vec<usize>,
}

/// What was not evaluated.
#[derive(Clone, Debug)]
pub struct NotEvaluated {
    /// What it is called in reports for programs: `silent-breaks`.
    pub id: &'static str,
    /// What it is: `silent breaks`.
    pub what: &'static str,
    /// Of how many exports, or whatever it is; none if of all.
    pub count: Option<usize>,
    /// Why not.
    pub why: Text,
}

/// How many findings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that fail, and are errors.
    pub errors: usize,
    /// Those that fail, and are warnings.
    pub warnings: usize,
    /// Those for information.
    pub notes: usize,
    /// Those that somebody tolerates.
    pub tolerated: usize,
}

impl Document {
    /// How many findings there are.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for finding in &self.findings {
            let count = match (&finding.state, finding.level) {
                (State::Tolerated(_), _) => &mut counts.tolerated,
                (State::Informative, _) | (State::Open, Level::Note) => &mut counts.notes,
                (State::Open, Level::Error) => &mut counts.errors,
                (State::Open, Level::Warning) => &mut counts.warnings,
            };
            *count += 1;
        }
        counts
    }

    /// The rule of a finding.
    pub fn rule(&self, finding: &Finding) -> &Rule {
        &self.rules[finding.rule]
    }

    /// The findings that fail.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.state == State::Open)
    }

    /// Where a finding is; if it is nowhere, the last thing that the command was given.
    pub fn location(&self, finding: &Finding) -> Location {
        let given = || Location {
            root: Root::Here,
            path: self.sides.last().map(|side| side.path.clone()).unwrap_or_default(),
            line: None,
        };
        finding.location.clone().unwrap_or_else(given)
    }

    /// The path of a location from where the command runs, or from the top of the sources.
    pub fn path(&self, location: &Location) -> Vec<u8> {
        match location.root {
            Root::Here | Root::Sources => location.path.clone(),
            Root::Side(number) => [&self.sides[number].path[..], b"/", &location.path].concat(),
        }
    }

    /// How many items a finding concerns, in words; none if it concerns none.
    pub fn reached(&self, finding: &Finding) -> Option<String> {
        let Reach { items, is_at_most, .. } = &finding.reach;
        let most = if *is_at_most { "up to " } else { "" };
        let count = crate::shown::counted(items.len(), self.item_noun);
        (!items.is_empty()).then(|| format!("{most}{count}"))
    }
}

impl Level {
    /// The word that SARIF and others have for it.
    pub const fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

impl State {
    /// Its word in tables.
    pub const fn word(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Informative => "informative",
            State::Tolerated(_) => "tolerated",
        }
    }
}

impl fmt::Display for NotEvaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            Some(count) => write!(f, "{} ({count}): {}", self.what, self.why),
            None => write!(f, "{}: {}", self.what, self.why),
        }
    }
}
