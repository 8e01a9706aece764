//! `modversions releases`: what differs between kernel releases.

use clap::Args;
use serde::Serialize;

use super::Io;
use super::exit::{Exit, Failure, Result};
use super::format::Format;
use super::talk::Talk;
use crate::formats::json;
use crate::release::{self, Entry, KernelRelease, Program, Standing};
use crate::shown::Page;

/// List kernel releases, and what differs between them
///
/// Without options: how far each program can be relied on for each release.
#[derive(Args)]
pub(super) struct Arguments {
    /// Print all that is known about one release, such as 6.12, 6.1.192, 5.14-el9.4 or 6.8-ubuntu
    #[arg(long, value_name = "RELEASE")]
    kernel: Option<KernelRelease>,

    /// Print what differs between two releases
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "kernel")]
    diff: Option<Vec<KernelRelease>>,

    /// Explain one change or one field, with the evidence
    #[arg(long, value_name = "ID", conflicts_with_all = ["kernel", "diff", "format"])]
    explain: Option<String>,

    /// Print what differs between all releases, as in docs/releases.md
    #[arg(long, conflicts_with_all = ["kernel", "diff", "explain", "format"])]
    all: bool,

    /// What --kernel and --diff print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    pub(super) talk: Talk,
}

impl Arguments {
    /// Lists releases, all that differs or one release, or explains one change.
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<Exit> {
        if let Some(id) = &self.explain {
            let text = release::explain(id).ok_or_else(|| {
                let advice = "(`modversions releases --all` lists them)";
                Failure(format!("there is no change '{id}' {advice}").into_bytes())
            })?;
            io.show(&Page::of_lines(&text))?;
            return Ok(Exit::Good);
        }
        let text = match (self.kernel, self.diff.as_deref()) {
            (Some(release), _) => self.one(release),
            (None, Some(&[old, new])) => self.both(old, new),
            (None, _) if self.all => release::releases_document(),
            (None, _) => format!("{}\n{}", release::standings(), release::STANDINGS),
        };
        match self.format {
            Format::Text => io.show(&Page::of_lines(&text))?,
            Format::Json => io.write(text.as_bytes())?,
        }
        Ok(Exit::Good)
    }

    /// All fields of one release.
    fn one(&self, release: KernelRelease) -> String {
        let entries = release::entries(release);
        match self.format {
            Format::Text => one_text(release, &entries),
            Format::Json => {
                let fields = entries.iter().map(Value::of).collect();
                written(&Release {
                    kernel: release.to_string(),
                    standings: standings(release),
                    fields,
                })
            }
        }
    }

    /// The fields that differ between two.
    fn both(&self, old: KernelRelease, new: KernelRelease) -> String {
        let differences = release::differences(old, new);
        match self.format {
            Format::Text => both_text(old, new, &differences),
            Format::Json => {
                let fields = differences.iter().map(Difference::of).collect();
                written(&Differences { old: old.to_string(), new: new.to_string(), fields })
            }
        }
    }
}

/// A document, which is UTF-8 as all of its texts are.
fn written(document: &impl Serialize) -> String {
    String::from_utf8_lossy(&json::document(document)).into_owned()
}

fn one_text(release: KernelRelease, entries: &[Entry]) -> String {
    let mut text = format!("kernel {release}\n");
    for it in standings(release) {
        let reason = it.reason.map_or(String::new(), |reason| format!(" ({reason})"));
        text += &format!("{}: {}{reason}\n", it.program, it.standing);
    }
    for entry in entries {
        text += &format!("\n{}: {} (since {})\n", entry.field, entry.value, entry.since);
        text += &format!("    {}\n", entry.what);
    }
    text
}

fn both_text(old: KernelRelease, new: KernelRelease, differences: &[(Entry, Entry)]) -> String {
    let mut text = match differences.len() {
        0 => format!("{old} and {new} do not differ\n"),
        1 => format!("{old} and {new} differ in 1 field\n"),
        many => format!("{old} and {new} differ in {many} fields\n"),
    };
    for (before, after) in differences {
        text += &format!("\n{}: {}\n", before.field, before.about);
        for (release, entry) in [(old, before), (new, after)] {
            text += &format!("    {release}: {} ({})\n", entry.what, entry.value);
        }
    }
    text
}

/// How far each program can be relied on for a release.
fn standings(release: KernelRelease) -> Vec<StandingOf> {
    let standing = |program: Program| StandingOf {
        program: program.name(),
        standing: release::standing_word(program, release),
        reason: match program.standing(release) {
            Standing::Checked | Standing::Built => None,
            Standing::Unknown(reason) => Some(reason),
        },
    };
    Program::ALL.map(standing).into()
}

/// The document of `--kernel`.
#[derive(Serialize)]
struct Release<'a> {
    kernel: String,
    standings: Vec<StandingOf>,
    fields: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct StandingOf {
    program: &'static str,
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The document of `--diff`.
#[derive(Serialize)]
struct Differences<'a> {
    old: String,
    new: String,
    fields: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct Difference<'a> {
    old: Value<'a>,
    new: Value<'a>,
}

impl Difference<'_> {
    fn of((old, new): &(Entry, Entry)) -> Difference<'_> {
        Difference { old: Value::of(old), new: Value::of(new) }
    }
}

#[derive(Serialize)]
struct Value<'a> {
    field: &'a str,
    value: &'a str,
    since: &'a str,
    what: &'a str,
    evidence: &'a str,
}

impl Value<'_> {
    fn of(entry: &Entry) -> Value<'_> {
        Value {
            field: entry.field,
            value: entry.value,
            since: &entry.since,
            what: entry.what,
            evidence: entry.evidence,
        }
    }
}
