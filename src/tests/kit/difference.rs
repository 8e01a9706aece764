//! How two texts differ, in words for a person.

/// No more of a line is shown, in bytes.
const MOST_SHOWN: usize = 300;

/// The first line of `what` in which two named texts differ, if there is one.
pub fn first_difference(what: &str, texts: [(&str, &[u8]); 2]) -> Option<String> {
    let [(name, text), (other_name, other_text)] = texts;
    if text == other_text {
        return None;
    }
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect::<Vec<_>>();
    let (one, other) = (lines(text), lines(other_text));
    let equal = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let width = name.len().max(other_name.len()) + 1;
    let shown = |name: &str, lines: &[&[u8]]| {
        let line = lines.get(equal).map_or_else(|| "(the end)".to_owned(), |line| shortened(line));
        format!("\n    {:width$} {line}", format!("{name}:"))
    };
    Some(format!("{what}, line {}{}{}", equal + 1, shown(name, &one), shown(other_name, &other)))
}

/// `text` with unusual bytes escaped, and no more of it than a reader wants to see.
fn shortened(text: &[u8]) -> String {
    let shown = text[..text.len().min(MOST_SHOWN)].escape_ascii().to_string();
    if text.len() <= MOST_SHOWN { shown } else { format!("{shown} ... ({} bytes)", text.len()) }
}
