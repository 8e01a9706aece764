//! A page for a browser: one file, without anything that it would have to fetch.
//!
//! The verdict and a list of the findings are HTML. All else is data beside a script, which makes of it
//! what somebody opens: so a page of 20,000 exports and hundreds of findings is there at once. The script
//! makes text nodes only; in the data `<` stands as an escape, so no name ends it.

use std::hash::BuildHasherDefault;

use indexmap::IndexSet;
use rustc_hash::FxHasher;
use serde::Serialize;

use super::{Cell, Document, Drawing, Finding, Item, Level, Link, Matrix, State, Text};

/// How it looks.
const STYLE: &str = include_str!("html/page.css");

/// What it does.
const SCRIPT: &str = include_str!("html/page.js");

/// Nothing may be fetched, and nothing is run or shown but what is in the file.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// Texts, each once, by their numbers.
type Texts<'a> = IndexSet<&'a str, BuildHasherDefault<FxHasher>>;

/// What the script reads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    noun: &'static str,
    rules: Vec<RulePart<'a>>,
    findings: Vec<FindingPart<'a>>,
    texts: Vec<&'a str>,
    items: Items<'a>,
    sets: Vec<SetPart>,
    consumers: Option<ConsumersPart<'a>>,
    matrix: Option<MatrixPart<'a>>,
}

#[derive(Serialize)]
struct RulePart<'a> {
    id: &'a str,
    what: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingPart<'a> {
    id: &'a str,
    rule: usize,
    also: &'a [&'static str],
    /// 0 for errors, 1 for warnings, 2 for notes.
    level: u8,
    /// 0 for what fails, 1 for information, 2 for what is tolerated.
    state: u8,
    subject: &'a Text,
    message: &'a Text,
    place: String,
    tolerated: Option<String>,
    /// The numbers of these texts.
    does: usize,
    fix: usize,
    changes: &'a [Text],
    diff: &'a Text,
    toleration: &'a Text,
    picture: Option<[Option<DrawingPart<'a>>; 2]>,
    chains: Vec<Vec<(&'a Text, &'a Text)>>,
    /// The number of the set of its items.
    set: Option<usize>,
    /// How many these are.
    count: usize,
    at_most: bool,
}

#[derive(Serialize)]
struct DrawingPart<'a> {
    size: u64,
    members: &'a [(Text, u64, u64)],
}

/// The items, a list for each column: of most the number of a text.
#[derive(Serialize)]
struct Items<'a> {
    names: String,
    modules: Vec<&'a str>,
    module: Vec<usize>,
    namespaces: Vec<&'a str>,
    namespace: Vec<usize>,
    licenses: Vec<&'a str>,
    license: Vec<usize>,
    changes: Vec<&'a str>,
    change: Vec<usize>,
    /// `1` for each that is tolerated, else `0`.
    tolerated: String,
}

/// The numbers of items: as they are, or a bit for each in base64 where that is shorter.
#[derive(Serialize)]
#[serde(untagged)]
enum SetPart {
    Numbers(Vec<u32>),
    Bits(String),
}

#[derive(Serialize)]
struct ConsumersPart<'a> {
    affected: Vec<(&'a Text, &'a [u32])>,
}

#[derive(Serialize)]
struct MatrixPart<'a> {
    columns: &'a [Text],
    rows: Vec<(&'a Text, Vec<CellPart>)>,
}

/// The verdict of a cell, and the findings behind it.
type CellPart = (&'static str, Vec<usize>);

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let title = escaped(&format!("{}: {}", document.command, document.title));
    let data = serde_json::to_string(&data(document)).unwrap_or_default().replace('<', "\\u003c");
    let parts = [
        &beginning(POLICY, &title, STYLE),
        "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n",
        &head(document, &title),
        "<main>\n",
        &sections(document),
        "</main>\n<script type=\"application/json\" id=\"data\">",
        &data,
        "</script>\n<script>\n",
        SCRIPT,
        "</script>\n</body>\n</html>\n",
    ];
    parts.concat().into_bytes()
}

/// What a page begins with, up to its body: what a browser may do with it, its title as HTML has it, and
/// its style.
pub(crate) fn beginning(policy: &str, title: &str, style: &str) -> String {
    [
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"",
        policy,
        "\">\n<title>",
        title,
        "</title>\n<style>\n",
        style,
        "</style>\n</head>\n<body>\n",
    ]
    .concat()
}

/// The verdict, the counts, what was compared, and where to go.
fn head(document: &Document, title: &str) -> String {
    let (class, verdict) = match document.status {
        0 => ("passes", "Passes"),
        1 => ("fails", "Fails"),
        _ => ("undetermined", "Undetermined"),
    };
    let mut lines = document.summary.iter().map(|line| escaped(line.as_str()));
    let first = lines.next().unwrap_or_default();
    let counts = document.counts();
    let count = |count: usize, what: &str| format!("<li><strong>{count}</strong> {what}</li>\n");
    let mut text = format!(
        "<header>\n<h1>{title}</h1>\n<p class=\"verdict {class}\">{verdict}</p>\n<p>{first}</p>\n\
         <ul class=\"counts\" aria-label=\"findings\">\n{}{}{}{}</ul>\n",
        count(counts.errors, "errors"),
        count(counts.warnings, "warnings"),
        count(counts.notes, "notes"),
        count(counts.tolerated, "tolerated"),
    );
    for line in lines {
        text += &format!("<p>{line}</p>\n");
    }
    text += "<ul>\n";
    for side in &document.sides {
        let path = escaped(Text::of(&side.path).as_str());
        let facts = escaped(side.facts.as_str());
        text += &format!("<li>{}: <code>{path}</code> {facts}</li>\n", side.role);
    }
    text += "</ul>\n<nav aria-label=\"sections\">\n<ul>\n";
    for (id, what) in names(document) {
        text += &format!("<li><a href=\"#{id}\">{what}</a></li>\n");
    }
    text + "</ul>\n</nav>\n</header>\n"
}

/// The sections that there are: the id of each, and what it is called.
fn names(document: &Document) -> Vec<(&'static str, String)> {
    let noun = document.item_noun;
    let plural = format!("{}{}s", noun[..1].to_uppercase(), &noun[1..]);
    let sections = [
        (document.matrix.is_some(), "matrix", "Modules and kernels".to_owned()),
        (true, "findings", "Findings".to_owned()),
        (!document.items.is_empty(), "items", plural),
        (document.consumers.is_some(), "consumers", "Modules that use what changed".to_owned()),
        (!document.not_evaluated.is_empty(), "not-evaluated", "Not evaluated".to_owned()),
    ];
    sections.into_iter().filter(|(is, ..)| *is).map(|(_, id, what)| (id, what)).collect()
}

/// The sections, which the script fills.
fn sections(document: &Document) -> String {
    let mut text = String::new();
    for (id, what) in names(document) {
        let heading = format!("<h2 id=\"{id}-heading\">{what}</h2>");
        text += &format!("<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n{heading}\n");
        text += &match id {
            "findings" => findings(document),
            "matrix" => "<div id=\"matrix-table\"></div>\n".to_owned(),
            "items" => "<div id=\"items-table\"></div>\n".to_owned(),
            "consumers" => consumers(document),
            _ => not_evaluated(document),
        };
        text += "</section>\n";
    }
    text
}

/// The findings, a line each for those who have no script.
fn findings(document: &Document) -> String {
    let mut text =
        "<div id=\"findings-tools\" class=\"tools\"></div>\n<div id=\"findings-list\">\n"
            .to_owned();
    if document.findings.is_empty() {
        text += "<p>no findings</p>\n";
    }
    text += "<noscript>\n<ol>\n";
    for finding in &document.findings {
        let id = document.rule(finding).id;
        let state = finding.state.word();
        let message = escaped(finding.message.as_str());
        text += &format!("<li>{state}: <code>{id}</code>: <code>{message}</code></li>\n");
    }
    text + "</ol>\n</noscript>\n</div>\n"
}

fn consumers(document: &Document) -> String {
    let Some(consumers) = &document.consumers else { return String::new() };
    format!(
        "<p>{} of {} modules use something that changed.</p>\n<div id=\"consumers-list\"></div>\n",
        consumers.affected.len(),
        consumers.examined
    )
}

fn not_evaluated(document: &Document) -> String {
    let lines =
        document.not_evaluated.iter().map(|it| format!("<li>{}</li>\n", escaped(&it.to_string())));
    format!("<ul>\n{}</ul>\n", lines.collect::<String>())
}

/// A text in HTML, also in the value of an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn data(document: &Document) -> Data<'_> {
    let mut texts = Texts::default();
    let mut sets = IndexSet::<&[u32], BuildHasherDefault<FxHasher>>::default();
    let findings =
        document.findings.iter().map(|it| finding(document, it, &mut texts, &mut sets)).collect();
    Data {
        noun: document.item_noun,
        rules: document
            .rules
            .iter()
            .map(|rule| RulePart { id: rule.id, what: rule.what })
            .collect(),
        findings,
        texts: texts.into_iter().collect(),
        items: items(&document.items),
        sets: sets.into_iter().map(set).collect(),
        consumers: document.consumers.as_ref().map(|consumers| ConsumersPart {
            affected: consumers.affected.iter().map(|it| (&it.path, &*it.items)).collect(),
        }),
        matrix: document.matrix.as_ref().map(matrix),
    }
}

fn matrix(matrix: &Matrix) -> MatrixPart<'_> {
    let cell = |cell: &'_ Cell| (cell.verdict, cell.findings.clone());
    let rows = matrix.rows.iter();
    let rows = rows.map(|(name, cells)| (name, cells.iter().map(cell).collect()));
    MatrixPart { columns: &matrix.columns, rows: rows.collect() }
}

fn finding<'a>(
    document: &'a Document,
    finding: &'a Finding,
    texts: &mut Texts<'a>,
    sets: &mut IndexSet<&'a [u32], BuildHasherDefault<FxHasher>>,
) -> FindingPart<'a> {
    let place = finding.location.as_ref().map(|location| {
        let line = location.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}", Text::of(document.path(location)))
    });
    let tolerated = match &finding.state {
        State::Tolerated(suppression) => Some(suppression.reason.to_string()),
        State::Open | State::Informative => None,
    };
    let has_layout = finding.layouts.iter().any(Option::is_some);
    let drawing = |it: &'a Option<Drawing>| {
        it.as_ref().map(|it| DrawingPart { size: it.size, members: &it.members })
    };
    let chains = finding.chains.iter();
    let chains = chains.map(|chain| chain.iter().map(|Link { name, line }| (name, line)).collect());
    let items = &finding.reach.items[..];
    FindingPart {
        id: &finding.fingerprint,
        rule: finding.rule,
        also: &finding.also,
        level: match finding.level {
            Level::Error => 0,
            Level::Warning => 1,
            Level::Note => 2,
        },
        state: match finding.state {
            State::Open => 0,
            State::Informative => 1,
            State::Tolerated(_) => 2,
        },
        subject: &finding.subject,
        message: &finding.message,
        place: place.unwrap_or_default(),
        tolerated,
        does: texts.insert_full(finding.does.as_str()).0,
        fix: texts.insert_full(finding.fix.as_str()).0,
        changes: &finding.changes,
        diff: &finding.diff,
        toleration: &finding.toleration,
        picture: has_layout.then(|| finding.layouts.each_ref().map(drawing)),
        chains: chains.collect(),
        set: (!items.is_empty()).then(|| sets.insert_full(items).0),
        count: items.len(),
        at_most: finding.reach.is_at_most,
    }
}

fn items(items: &[Item]) -> Items<'_> {
    fn column<'a>(
        items: &'a [Item],
        of: impl Fn(&'a Item) -> &'a str,
    ) -> (Vec<&'a str>, Vec<usize>) {
        let mut texts = Texts::default();
        let numbers = items.iter().map(|item| texts.insert_full(of(item)).0).collect();
        (texts.into_iter().collect(), numbers)
    }
    let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    let (modules, module) = column(items, |item| item.module.as_str());
    let (namespaces, namespace) = column(items, |item| item.namespace.as_str());
    let (licenses, license) = column(items, |item| item.license);
    let (changes, change) = column(items, |item| item.change.as_str());
    let tolerated = items.iter().map(|item| if item.is_tolerated { '1' } else { '0' });
    Items {
        names: names.join("\n"),
        modules,
        module,
        namespaces,
        namespace,
        licenses,
        license,
        changes,
        change,
        tolerated: tolerated.collect(),
    }
}

/// A set of numbers, which ascend.
fn set(numbers: &[u32]) -> SetPart {
    let bytes = numbers.last().map_or(0, |&last| last as usize / 8 + 1);
    // A number takes about six letters, and a byte a third more than one.
    if numbers.len() * 6 < bytes * 4 / 3 {
        return SetPart::Numbers(numbers.to_vec());
    }
    let mut bits = vec![0_u8; bytes];
    for &number in numbers {
        bits[number as usize / 8] |= 1 << (number % 8);
    }
    SetPart::Bits(base64(&bits))
}

/// Bytes in base64.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= part.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_standard() {
        let written =
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|it| base64(it.as_bytes()));
        assert_eq!(written, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
