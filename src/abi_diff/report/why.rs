//! Why the CRC of one export changed, for people.

use super::words::impact_line;
use crate::abi_diff::change::Change;
use crate::abi_diff::members::sentences;
use crate::abi_diff::why::Why;
use crate::canonical::spelled;
use crate::corpus::declaration::{line_with, lines, unified};
use crate::corpus::{NameId, Types};

/// Writes it for people.
pub fn why_report(types: &Types, export: NameId, why: &Why<'_>) -> Vec<u8> {
    let mut text = types.name(export).to_owned();
    if why.ways.is_empty() {
        text.extend(b": no declaration that its CRC covers has changed\n");
        return text;
    }
    let (count, plural) = match why.ways.len() {
        1 => (1, " that its CRC covers"),
        count => (count, "s that its CRC covers"),
    };
    text.extend(format!(": {count} changed declaration{plural} (in ").into_bytes());
    text.extend(&why.file.path);
    text.extend(b")\n");
    for (number, way) in why.ways.iter().enumerate() {
        let Change { name, old, new } = way.cause.change;
        text.extend(format!("\n{}. ", number + 1).into_bytes());
        text.extend(spelled(types.name(name)));
        text.push(b'\n');
        text.extend(impact_line(&way.cause.impact));
        for step in way.names.windows(2) {
            let declaration = why.file.line_of(types, step[0]).map(|line| types.declaration(line));
            let member = declaration.and_then(|it| line_with(it, types.name(step[1])));
            text.push(b'\t');
            text.extend(spelled(types.name(step[0])));
            text.extend(b": ");
            text.extend(member.unwrap_or_default());
            text.push(b'\n');
        }
        if let Some(visibility) = way.cause.change.visibility(types) {
            text.extend(format!("\t=> {}\n", visibility.words()).into_bytes());
            continue;
        }
        let (old, new) = (types.declaration(old), types.declaration(new));
        for sentence in sentences(types.name(name), old, new).unwrap_or_default() {
            text.extend(b"\t=> ");
            text.extend(sentence.into_bytes());
            text.push(b'\n');
        }
        unified(&lines(old), &lines(new), &mut text);
    }
    text
}
