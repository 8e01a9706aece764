//! The questions, each with its answer.

use std::collections::BTreeMap;

use super::answer::{Answer, Strip, Value};
use super::kernels::About;
use super::place::Place;
use super::symbols::Exported;
use super::timeline::{Run, runs};
use super::types::{LayoutOf, MemberAt, Seen};
use crate::shown::counted;

/// What became of a module on a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `loads`, `refused`, `undetermined`, or `unknown`.
    pub word: &'static str,
    /// The kernel's error, if it refuses the module.
    pub error: Option<&'static str>,
    /// The reasons by their ids.
    pub reasons: Vec<&'static str>,
    /// The first reason in words, or what is not known.
    pub message: String,
    /// The symbols that it is about, the first few.
    pub symbols: Vec<String>,
}

/// The columns that say which releases a row is about.
const RELEASES: [&str; 6] =
    ["distribution", "architecture", "flavour", "first", "last", "releases"];

/// What is true of releases that do not have what was asked for, and of those of which it is not known.
const NOT: &str = "";
const UNKNOWN: &str = "unknown";

/// The cells of these columns.
fn releases<T>(run: &Run<T>) -> Vec<Value> {
    vec![
        Value::text(&run.first.distribution),
        Value::text(&run.first.architecture),
        Value::text(run.first.flavour()),
        Value::text(&run.first.release),
        Value::text(&run.last.release),
        Value::Number(run.count as u64),
    ]
}

/// Adds a run to the strip of its kind.
fn add_part<T>(strips: &mut Vec<Strip>, run: &Run<T>, value: &str, words: &str) {
    let place = &run.first;
    let title = format!("{} {} {}", place.distribution, place.architecture, place.flavour());
    let title = title.trim_end();
    if strips.last().is_none_or(|strip| strip.title != title) {
        strips.push(Strip { title: title.to_owned(), parts: Vec::new() });
    }
    let range = match run.count {
        1 => run.first.release.clone(),
        _ => format!("{} to {}", run.first.release, run.last.release),
    };
    if let Some(strip) = strips.last_mut() {
        strip.parts.push((run.count, value.to_owned(), format!("{range}: {words}")));
    }
}

/// How many of the releases have it, do not, and of how many that is not known.
fn counts<T>(runs: &[Run<T>], is: impl Fn(&T) -> Option<bool>) -> [usize; 3] {
    let count = |wanted: Option<bool>| {
        runs.iter().filter(|run| is(&run.is) == wanted).map(|run| run.count).sum()
    };
    [count(Some(true)), count(Some(false)), count(None)]
}

/// How many kernels have it, and how often it changed, if any has it.
fn summary(
    (of, verb): (&str, &str),
    [has, lacks, unknown]: [usize; 3],
    what: &str,
    changes: (usize, Option<&Place>),
) -> Vec<String> {
    let all = has + lacks + unknown;
    let unknown = match unknown {
        0 => String::new(),
        count => format!("; {} of which it is not known", counted(count, "kernel")),
    };
    let first = format!("{of}: {verb} {has} of {}{unknown}", counted(all, "kernel"));
    let second = (has > 0).then(|| changes_line(what, changes));
    [Some(first), second].into_iter().flatten().collect()
}

/// How often what is known changes from one release to the next of its kind, and where first.
fn changes<T, K: PartialEq>(
    runs: &[Run<T>],
    key: impl Fn(&T) -> Option<K>,
) -> (usize, Option<&Place>) {
    let mut count = 0;
    let mut first: Option<&Place> = None;
    let mut last: Option<(&Run<T>, K)> = None;
    for run in runs {
        let Some(own) = key(&run.is) else { continue };
        if let Some((before, value)) = &last
            && before.first.is_alike(&run.first)
            && *value != own
        {
            count += 1;
            first.get_or_insert(&run.first);
        }
        last = Some((run, own));
    }
    (count, first)
}

/// How often it changed, in words.
fn changes_line(what: &str, (count, first): (usize, Option<&Place>)) -> String {
    match first {
        Some(first) => {
            format!("{what} changed {}, first in {}", counted(count, "time"), first.title())
        }
        None => format!("{what} did not change from one of them to the next"),
    }
}

/// `history symbol`.
pub fn symbol(name: &str, places: &[Place], exported: &[Exported]) -> Answer {
    let runs = runs(places, exported);
    let is = |of: &Exported| match of {
        Exported::As(..) => Some(true),
        Exported::Not => Some(false),
        Exported::Unknown(_) => None,
    };
    let crc = |of: &Exported| match of {
        Exported::As(_, crc) => Some(*crc),
        _ => None,
    };
    let mut answer = Answer {
        question: "symbol",
        of: name.to_owned(),
        summary: summary((name, "exported by"), counts(&runs, is), "its CRC", changes(&runs, crc)),
        columns: [
            &RELEASES[..],
            &["state", "crc", "module", "license", "namespace", "imported_by", "why"],
        ]
        .concat(),
        ..Answer::default()
    };
    for run in &runs {
        let words = match &run.is {
            Exported::As(_, Some(crc)) => format!("{crc:#010x}"),
            Exported::As(_, None) => "exported without a CRC".to_owned(),
            Exported::Not => NOT.to_owned(),
            Exported::Unknown(_) => UNKNOWN.to_owned(),
        };
        let cells = match &run.is {
            Exported::As(symbol, crc) => vec![
                Value::text("exported"),
                Value::of_text(crc.map(|crc| format!("{crc:#010x}"))),
                Value::text(&symbol.module),
                Value::of_text(symbol.license.as_deref()),
                Value::of_text(symbol.namespace.as_deref()),
                Value::of_text(symbol.imported_by.as_deref()),
                Value::None,
            ],
            Exported::Not => row_of(7, "not exported", None),
            Exported::Unknown(why) => row_of(7, UNKNOWN, Some(why)),
        };
        let said = if words == NOT { "not exported" } else { &words };
        add_part(&mut answer.strips, run, &words, said);
        answer.rows.push([releases(run), cells].concat());
    }
    answer
}

/// Cells of which only the first and the last have something.
fn row_of(count: usize, word: &str, why: Option<&str>) -> Vec<Value> {
    let mut cells = vec![Value::None; count];
    cells[0] = Value::text(word);
    cells[count - 1] = Value::of_text(why);
    cells
}

/// The answer about something of a type: rows for each way in which a kernel has it.
fn seen<T: Clone + PartialEq>(
    (question, of): (&'static str, &str),
    (places, all): (&[Place], &[Seen<T>]),
    columns: &[&'static str],
    what: &str,
    cells: impl Fn(&T) -> (Vec<Value>, String),
) -> Answer {
    let runs = runs(places, all);
    let is = |of: &Seen<T>| match of {
        Seen::As(_) => Some(true),
        Seen::Not => Some(false),
        Seen::Unknown(_) => None,
    };
    let ways = |of: &Seen<T>| match of {
        Seen::As(ways) => Some(ways.clone()),
        _ => None,
    };
    let mut answer = Answer {
        question,
        of: of.to_owned(),
        summary: summary((of, "in"), counts(&runs, is), what, changes(&runs, ways)),
        columns: [&RELEASES[..], &["state"], columns, &["why"]].concat(),
        ..Answer::default()
    };
    let count = columns.len() + 2;
    for run in &runs {
        let (rows, words): (Vec<Vec<Value>>, String) = match &run.is {
            Seen::As(ways) => {
                let ways: Vec<(Vec<Value>, String)> = ways.iter().map(&cells).collect();
                let words: Vec<String> = ways.iter().map(|(_, words)| words.clone()).collect();
                let row = |(cells, _): (Vec<Value>, String)| {
                    [vec![Value::text("known")], cells, vec![Value::None]].concat()
                };
                (ways.into_iter().map(row).collect(), words.join("; "))
            }
            Seen::Not => (vec![row_of(count, "not there", None)], NOT.to_owned()),
            Seen::Unknown(why) => (vec![row_of(count, UNKNOWN, Some(why))], UNKNOWN.to_owned()),
        };
        let said = if words == NOT { "not there" } else { &words };
        add_part(&mut answer.strips, run, &words, said);
        answer.rows.extend(rows.into_iter().map(|row| [releases(run), row].concat()));
    }
    answer
}

/// `history type`.
pub fn type_named(name: &str, places: &[Place], all: &[Seen<LayoutOf>]) -> Answer {
    let cells = |of: &LayoutOf| {
        let size = of.size.map_or("no size".to_owned(), |size| counted(size, "byte"));
        let cells = vec![
            Value::text(&of.name),
            Value::of(of.size),
            Value::text(format!("{:016x}", of.digest)),
        ];
        (cells, format!("{}: {size}", of.name))
    };
    let columns = ["type", "size", "digest"];
    seen(("type", name), (places, all), &columns, "its layout", cells)
}

/// `history member`.
pub fn member(name: &str, places: &[Place], all: &[Seen<MemberAt>]) -> Answer {
    let cells = |of: &MemberAt| {
        let (byte, bit) = (of.bit_offset / 8, of.bit_offset % 8);
        let is_bits = of.is_bit_field || bit != 0;
        let words = if is_bits { format!("{byte}:{bit}") } else { byte.to_string() };
        let cells = vec![
            Value::Number(byte),
            if is_bits { Value::Number(bit) } else { Value::None },
            Value::Number(of.bits),
            Value::text(&of.of_type),
        ];
        (cells, format!("offset {words}, {}", of.of_type))
    };
    let columns = ["offset", "bit", "bits", "type"];
    seen(("member", name), (places, all), &columns, "its place", cells)
}

/// `history releases`.
pub fn kernels(places: &[Place], all: &[Result<About, String>]) -> Answer {
    let columns = [
        "distribution",
        "architecture",
        "series",
        "release",
        "flavour",
        "built",
        "exports",
        "types",
        "builds_on",
        "why",
    ];
    let row = |(place, about): (&Place, &Result<About, String>)| {
        let known = about.as_ref().ok();
        let known_of = |it: fn(&About) -> Option<u64>| Value::of(known.and_then(it));
        let lacks = |about: &About| {
            let no_exports = about.exports.is_none().then_some("no exports: CRCs unknown");
            let no_types = about.types.is_none().then_some("no BTF: offsets unknown");
            let lacks: Vec<&str> = [no_exports, no_types].into_iter().flatten().collect();
            (!lacks.is_empty()).then(|| lacks.join("; "))
        };
        let why = match about {
            Ok(about) => lacks(about),
            Err(trouble) => Some(trouble.clone()),
        };
        vec![
            Value::text(&place.distribution),
            Value::text(&place.architecture),
            Value::text(&place.series),
            Value::text(&place.release),
            Value::text(place.flavour()),
            Value::of_text(known.and_then(|it| it.built.as_deref())),
            known_of(|it| it.exports),
            known_of(|it| it.types),
            Value::of_text(known.and_then(|it| it.base.as_deref())),
            Value::of_text(why),
        ]
    };
    Answer {
        question: "releases",
        of: counted(places.len(), "kernel"),
        summary: vec![counted(places.len(), "kernel")],
        columns: columns.to_vec(),
        rows: places.iter().zip(all).map(row).collect(),
        strips: Vec::new(),
    }
}

/// `history check`: for each module, what became of it on each kernel.
pub fn check(modules: &[String], places: &[Place], verdicts: &[Vec<Verdict>]) -> Answer {
    let mut answer = Answer {
        question: "check",
        of: modules.join(", "),
        columns: [&["module"][..], &RELEASES, &["verdict", "error", "reasons", "why", "symbols"]]
            .concat(),
        ..Answer::default()
    };
    for (number, module) in modules.iter().enumerate() {
        let own: Vec<Verdict> = verdicts.iter().map(|all| all[number].clone()).collect();
        let runs = runs(places, &own);
        let count = |word: &str| own.iter().filter(|it| it.word == word).count();
        let counts = ["loads", "refused", "undetermined", UNKNOWN].map(|word| (word, count(word)));
        let words = counts.iter().filter(|(word, count)| *count > 0 || *word == "loads");
        let words: Vec<String> = words.map(|(word, count)| format!("{count} {word}")).collect();
        answer.summary.push(format!("{module}: {}", words.join(", ")));
        let first = runs.iter().find(|run| run.is.word == "refused");
        answer.summary.extend(
            first.map(|run| format!("first refused by {}: {}", run.first.title(), run.is.message)),
        );
        for run in &runs {
            let Verdict { word, error, reasons, message, symbols } = &run.is;
            let said = if message.is_empty() { word } else { &*format!("{word}: {message}") };
            add_part(&mut answer.strips, run, word, said);
            let cells = vec![
                Value::text(*word),
                Value::of_text(*error),
                Value::text(reasons.join(" ")),
                Value::text(message),
                Value::text(symbols.join(" ")),
            ];
            answer.rows.push([vec![Value::text(module)], releases(run), cells].concat());
        }
    }
    answer
}

/// `history churn`: how often each import changed, those that did most often first.
pub fn churn(of: &str, names: &[&str], places: &[Place], exported: &[Vec<Exported>]) -> Answer {
    let mut rows = Vec::new();
    let mut changed = 0;
    for (number, name) in names.iter().enumerate() {
        let own: Vec<Exported> = exported.iter().map(|all| all[number].clone()).collect();
        let runs = runs(places, &own);
        // That it is gone is a change, too.
        let key = |of: &Exported| match of {
            Exported::As(_, crc) => Some(Some(*crc)),
            Exported::Not => Some(None),
            Exported::Unknown(_) => None,
        };
        let (count, _) = changes(&runs, key);
        let exporting = own.iter().filter(|it| matches!(it, Exported::As(..))).count();
        let absent = own.iter().filter(|it| matches!(it, Exported::Not)).count();
        let unknown = own.len() - exporting - absent;
        let mut crcs = BTreeMap::<Option<u32>, usize>::new();
        for exported in &own {
            if let Exported::As(_, crc) = exported {
                *crcs.entry(*crc).or_default() += 1;
            }
        }
        let last = runs.windows(2).rev().find(|pair| {
            let keys = [key(&pair[0].is), key(&pair[1].is)];
            pair[0].last.is_alike(&pair[1].first)
                && keys[0].is_some()
                && keys[1].is_some()
                && keys[0] != keys[1]
        });
        let last = last.map(|pair| pair[1].first.release.clone());
        changed += usize::from(count > 0);
        rows.push((count, *name, crcs.len(), exporting, absent, unknown, last));
    }
    rows.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    type Row<'n> = (usize, &'n str, usize, usize, usize, usize, Option<String>);
    let row = |(count, name, crcs, exporting, absent, unknown, last): Row<'_>| {
        let number = |count: usize| Value::Number(count as u64);
        vec![
            Value::text(name),
            number(count),
            number(crcs),
            number(exporting),
            number(absent),
            number(unknown),
            Value::of_text(last),
        ]
    };
    Answer {
        question: "churn",
        of: of.to_owned(),
        summary: vec![format!(
            "{of}: {changed} of {} changed in {}",
            counted(names.len(), "import"),
            counted(places.len(), "kernel")
        )],
        columns: vec![
            "symbol",
            "changes",
            "crcs",
            "exported_by",
            "not_exported_by",
            "unknown",
            "last_changed_in",
        ],
        rows: rows.into_iter().map(row).collect(),
        strips: Vec::new(),
    }
}
