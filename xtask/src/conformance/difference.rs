//! What differs between two texts, told to a person.

/// The first line in which two unequal texts differ.
pub fn first_difference(what: &str, theirs: &[u8], ours: &[u8]) -> String {
    let lines = |text: &[u8]| -> Vec<String> {
        let shown = |line: &[u8]| String::from_utf8_lossy(line).chars().take(300).collect();
        text.split_inclusive(|byte| *byte == b'\n').map(shown).collect()
    };
    let (their_lines, our_lines) = (
        theirs.split_inclusive(|byte| *byte == b'\n'),
        ours.split_inclusive(|byte| *byte == b'\n'),
    );
    let same = their_lines.zip(our_lines).take_while(|(left, right)| left == right).count();
    let line_of = |lines: Vec<String>| match lines.get(same) {
        Some(line) => format!("{line:?}"),
        None => "nothing more".to_string(),
    };
    format!(
        "{what}, line {}:\n      upstream {}\n      ours     {}",
        same + 1,
        line_of(lines(theirs)),
        line_of(lines(ours)),
    )
}
