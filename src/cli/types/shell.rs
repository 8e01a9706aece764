//! The words of commands, as a shell reads them: of what make prints, and of `.cmd` files.

/// The simple commands of a text, each as its words, without what redirects its streams.
///
/// Variables and substitutions are not expanded: commands with these are no compiler's.
pub(super) fn commands(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut commands = Vec::new();
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\'' => {
                let word = word.get_or_insert_default();
                word.extend(bytes.by_ref().take_while(|byte| *byte != b'\''));
            }
            b'"' => {
                let word = word.get_or_insert_default();
                while let Some(byte) = bytes.next().filter(|byte| *byte != b'"') {
                    let escaped = bytes
                        .peek()
                        .copied()
                        .filter(|next| byte == b'\\' && matches!(next, b'"' | b'\\' | b'$' | b'`'));
                    word.push(escaped.unwrap_or(byte));
                    if escaped.is_some() {
                        bytes.next();
                    }
                }
            }
            b'\\' => match bytes.next() {
                Some(b'\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            b' ' | b'\t' => words.extend(word.take()),
            b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'\n' => {
                words.extend(word.take());
                commands.push(std::mem::take(&mut words));
            }
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    commands.push(words);
    commands.retain(|words| !words.is_empty());
    commands
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn words_are_those_of_a_shell() {
        let text = br#"set -e; echo 'a; b'; gcc -DX='"a b"' -D"Y=\"\$c" d\ e.c | f >g "#;
        let found = commands(text);
        let shown: Vec<Vec<String>> = found
            .iter()
            .map(|words| words.iter().map(|word| String::from_utf8_lossy(word).into()).collect())
            .collect();
        let gcc: Vec<&str> = vec!["gcc", "-DX=\"a b\"", "-DY=\"$c", "d e.c"];
        assert_eq!(shown[0], ["set", "-e"]);
        assert_eq!(shown[1], ["echo", "a; b"]);
        assert_eq!(shown[2], gcc);
        assert_eq!(shown[3..], [vec!["f"], vec!["g"]]);
    }
}
