//! A comment for a pull request: the verdict first, then each finding folded up, as long as there is room.
//!
//! What comes from names is in code, where nothing is taken for markup, a mention or a number of an issue.

use super::{Document, Finding, Level, NotEvaluated, State, Text};
use crate::shown::counted;

/// How long a comment may be, in bytes: GitHub's bound is 65,536 characters.
const MOST: usize = 60_000;

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
        let mut part = match section == Some(heading) {
            true => String::new(),
            false => format!("\n### {heading}\n\n"),
        };
        section = Some(heading);
        part += &folded(document, finding);
        // The line that says how many more there are has room, too.
        if text.len() + part.len() + foot.len() + 100 > MOST {
            break;
        }
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
        for consumer in consumers.affected.iter().take(2 * FEW) {
            let count = counted(consumer.items.len(), document.item_noun);
            text += &format!("- {} ({count})\n", code(consumer.path.as_str()));
        }
        if affected > 2 * FEW {
            text += &format!("- … and {} more\n", affected - 2 * FEW);
        }
        text += "\n</details>\n";
    }
    if !document.not_evaluated.is_empty() {
        text += "\n<details><summary>Not evaluated</summary>\n\n";
        for it in &document.not_evaluated {
            text += &format!("- {}\n", code(&NotEvaluated::to_string(it)));
        }
        text += "\n</details>\n";
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
    for change in &finding.changes {
        text += &format!("- {}\n", code(change.as_str()));
    }
    if !finding.diff.is_empty() {
        text += &fenced(finding.diff.as_str());
    }
    if let Some(reached) = document.reached(finding) {
        let names = finding.reach.first(FEW).map(|item| code(document.items[item].name.as_str()));
        let more = if finding.reach.items.len() > FEW { ", …" } else { "" };
        text += &format!("\n{reached}: {}{more}\n", names.collect::<Vec<_>>().join(", "));
    }
    let does = escaped(finding.does.as_str());
    text +=
        &format!("\n{does}\n\n**What to do:** {}\n\n</details>\n", escaped(finding.fix.as_str()));
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
        text += &format!("{line}\n");
    }
    let more = lines.count();
    if more > 0 {
        text += &format!("... and {more} more lines\n");
    }
    text + &format!("{fence}\n")
}

/// A line as code. It is HTML, in which a name cannot end the code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// A text in which nothing is markup: of Markdown's letters and HTML's each is a reference.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_markup = letter.is_ascii_punctuation()
            && !matches!(letter, '.' | ',' | '-' | '/' | ';' | '(' | ')');
        // A list or a number begins a line only after one of these.
        if is_markup || letter == '\n' {
            escaped += &format!("&#{};", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}
