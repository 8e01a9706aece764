//! A comment for a pull request: the verdict first, then each finding folded up, as long as there is room.
//!
//! What comes from names is in code, where nothing is taken for markup, a mention or a number of an issue.

use std::borrow::Cow;

use super::{Consumer, Document, Finding, Level, NotEvaluated, State, Text};
use crate::shown::counted;

/// How long a comment may be, in bytes: GitHub's bound is 65,536 characters.
const MOST: usize = 60_000;

/// How many letters of a name, a sentence or a line are shown: written out, a letter takes up to six bytes, and
/// no single text may take the room of all others.
const LONGEST: usize = 300;

/// How many lines of a difference are shown, and how many items.
const MOST_LINES: usize = 60;
const FEW: usize = 10;

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut text = head(document);
    let foot = foot(document);
    let mut left = document.findings.len();
    let mut section = None;
    for finding in &document.findings {
        let heading = heading(finding);
        let beginning = match section == Some(heading) {
            true => String::new(),
            false => format!("\n### {heading}\n\n"),
        };
        // The line that says how many more there are has room, too.
        let room = MOST.saturating_sub(text.len() + foot.len() + 100);
        let mut forms =
            [folded, line].into_iter().map(|it| beginning.clone() + &it(document, finding));
        let Some(part) = forms.find(|part| part.len() <= room) else { break };
        section = Some(heading);
        text += &part;
        left -= 1;
    }
    if left > 0 {
        text += &format!("\n*… and {} in the full report*\n", counted(left, "more finding"));
    }
    text += &foot;
    let end = (0..=text.len().min(MOST)).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
    text.into_bytes()
}

/// The verdict, and the counts.
fn head(document: &Document) -> String {
    let verdict = match document.status {
        0 => "✅ Passes",
        1 => "❌ Fails",
        _ => "❔ Undetermined",
    };
    let title = code(document.title.as_str());
    let mut text = format!("## {verdict}: {} {title}\n\n", document.command);
    for line in &document.summary {
        text += &format!("{}  \n", code(line.as_str()));
    }
    let counts = document.counts();
    text += &format!(
        "\n| errors | warnings | notes | tolerated |\n|---:|---:|---:|---:|\n| {} | {} | {} | {} |\n",
        counts.errors, counts.warnings, counts.notes, counts.tolerated
    );
    text
}

/// What was not evaluated, and whose modules use what changed.
fn foot(document: &Document) -> String {
    let mut text = String::new();
    if let Some(consumers) = &document.consumers {
        let affected = consumers.affected.len();
        text += &format!(
            "\n<details><summary>{affected} of {} use something that changed</summary>\n\n",
            counted(consumers.examined, "module")
        );
        let line = |it: &Consumer| {
            let count = counted(it.items.len(), document.item_noun);
            Text::of(format!("{} ({count})", it.path))
        };
        text += &list(&consumers.affected.iter().map(line).collect::<Vec<_>>());
        text += "\n</details>\n";
    }
    if !document.not_evaluated.is_empty() {
        text += "\n<details><summary>Not evaluated</summary>\n\n";
        let line = |it: &NotEvaluated| Text::of(it.to_string());
        text += &list(&document.not_evaluated.iter().map(line).collect::<Vec<_>>());
        text += "\n</details>\n";
    }
    text
}

/// The first few lines of a list, and how many more there are.
fn list(lines: &[Text]) -> String {
    let mut text: String =
        lines.iter().take(FEW).map(|line| format!("- {}\n", code(line.as_str()))).collect();
    if lines.len() > FEW {
        text += &format!("- … and {} more\n", lines.len() - FEW);
    }
    text
}

/// What a finding stands under.
fn heading(finding: &Finding) -> &'static str {
    match (&finding.state, finding.level) {
        (State::Open, Level::Error) => "Errors",
        (State::Open, Level::Warning) => "Warnings",
        (State::Open, Level::Note) | (State::Informative, _) => "Notes",
        (State::Tolerated(_), _) => "Tolerated",
    }
}

/// One finding in a line, if there is no room for more.
fn line(document: &Document, finding: &Finding) -> String {
    let [subject, message] = [&finding.subject, &finding.message].map(|text| code(text.as_str()));
    format!("\n- {subject} <b>{}</b>: {message}\n", document.rule(finding).id)
}

/// One finding: a line, and the rest below it.
fn folded(document: &Document, finding: &Finding) -> String {
    let rule = document.rule(finding);
    let (subject, message) = (code(finding.subject.as_str()), code(finding.message.as_str()));
    let mut text =
        format!("<details><summary>{subject} <b>{}</b></summary>\n\n{message}\n\n", rule.id);
    let location = document.location(finding);
    let path = Text::of(document.path(&location));
    let line = location.line.map(|line| format!(":{line}")).unwrap_or_default();
    text += &format!("{}\n\n", code(&format!("{path}{line}")));
    if let State::Tolerated(suppression) = &finding.state {
        text += &format!("Tolerated: {}\n\n", code(suppression.reason.as_str()));
    }
    text += &list(&finding.changes);
    if !finding.diff.is_empty() {
        text += &fenced(finding.diff.as_str());
    }
    if let Some(reached) = document.reached(finding) {
        let names = finding.reach.first(FEW).map(|item| code(document.items[item].name.as_str()));
        let more = if finding.reach.items.len() > FEW { ", …" } else { "" };
        text += &format!("\n{reached}: {}{more}\n", names.collect::<Vec<_>>().join(", "));
    }
    let [does, fix] = [&finding.does, &finding.fix].map(|text| escaped(&cut(text.as_str())));
    text += &format!("\n{does}\n\n**What to do:** {fix}\n\n</details>\n");
    text
}

/// A difference as a block of code.
fn fenced(diff: &str) -> String {
    // The fence is longer than any that is in it.
    let mut longest = 0;
    let mut run = 0;
    for letter in diff.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    let mut text = format!("\n{fence}diff\n");
    let mut lines = diff.lines();
    for line in lines.by_ref().take(MOST_LINES) {
        text += &format!("{}\n", cut(line));
    }
    let more = lines.count();
    if more > 0 {
        text += &format!("... and {more} more lines\n");
    }
    text + &format!("{fence}\n")
}

/// A line as code. It is HTML, in which a name cannot end the code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(&cut(text)))
}

/// The beginning of a text, and that it is not all of it.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// A text in which nothing is markup: of Markdown's letters and HTML's each is a reference, and so is the dot,
/// without which no address is seen in it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_markup =
            letter.is_ascii_punctuation() && !matches!(letter, ',' | '-' | '/' | ';' | '(' | ')');
        // A list or a number begins a line only after one of these.
        if is_markup || letter == '\n' {
            escaped += &format!("&#{};", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}
