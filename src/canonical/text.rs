//! The words of canonical declarations as people write C.

use crate::formats::symtypes::{Kind, TypeName, is_reference, words};
use crate::formats::type_string::unquoted;

/// Words that a parenthesis stands apart from.
const TYPE_WORDS: &[&[u8]] = &[
    b"void",
    b"char",
    b"short",
    b"int",
    b"long",
    b"signed",
    b"unsigned",
    b"float",
    b"double",
    b"_Bool",
    b"const",
    b"volatile",
    b"return",
    b"restrict",
    b"inline",
    b"static",
    b"extern",
    b"typedef",
    b",",
    b";",
    b"=",
    b"{",
    b"}",
    b":",
    b"*",
];

/// What a name with its kind's letter is called in C: `struct page`.
pub fn spelled(name: &[u8]) -> Vec<u8> {
    let (keyword, name) = keyword_and_name(name);
    [keyword.as_bytes(), name].concat()
}

/// The same in two parts, the first with a blank at its end.
pub(super) fn keyword_and_name(name: &[u8]) -> (&'static str, &[u8]) {
    let TypeName { kind, bare } = TypeName::of(name);
    let keyword = match kind {
        Kind::Struct => "struct ",
        Kind::Union => "union ",
        Kind::Enum => "enum ",
        Kind::Typedef | Kind::EnumConstant | Kind::Normal => "",
    };
    (keyword, unquoted(bare))
}

/// A type of C by what compilers call it: each of them has its own order of words. Other names as they are.
pub fn integer_word(name: &[u8]) -> &[u8] {
    match name {
        b"short int" => b"short",
        b"short unsigned int" => b"unsigned short",
        b"long int" => b"long",
        b"long unsigned int" => b"unsigned long",
        b"long long int" => b"long long",
        b"long long unsigned int" => b"unsigned long long",
        b"__int128 unsigned" => b"unsigned __int128",
        other => other,
    }
}

/// The names that people may mean, with their kinds' letters: of
/// `page` all kinds, of `struct page` or `s#page` one.
pub fn spellings(wanted: &[u8]) -> Vec<Vec<u8>> {
    let words: [(&[u8], &[u8]); 4] =
        [(b"struct ", b"s#"), (b"union ", b"u#"), (b"enum ", b"e#"), (b"typedef ", b"t#")];
    for (word, letter) in words {
        if let Some(name) = wanted.strip_prefix(word) {
            return vec![[letter, &quoted(name.trim_ascii())[..]].concat()];
        }
    }
    if wanted.get(1) == Some(&b'#') {
        return vec![wanted.to_vec()];
    }
    let letters: [&[u8]; 6] = [b"", b"s#", b"u#", b"e#", b"t#", b"E#"];
    letters.iter().map(|letter| [letter, &quoted(wanted)[..]].concat()).collect()
}

/// A name as it stands behind its kind's letter: in quotes, if it has blanks in it.
fn quoted(name: &[u8]) -> Vec<u8> {
    match name.contains(&b' ') {
        true => [b"'", name, b"'"].concat(),
        false => name.to_vec(),
    }
}

/// Whether a byte may be in a name or number.
pub fn is_word_letter(letter: &u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'$' | b'.' | b'"' | b'\'' | 128..)
}

/// The words of C text whose blanks are not needed: names and numbers, operators, and other signs.
fn c_words(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    const OPERATORS: &[&[u8]] = &[b"<<", b">>", b"==", b"!=", b"<=", b">=", b"&&", b"||", b"->"];
    std::iter::from_fn(move || {
        text = text.trim_ascii_start();
        let length = match text.iter().take_while(|letter| is_word_letter(letter)).count() {
            0 if OPERATORS.iter().any(|operator| text.starts_with(operator)) => 2,
            0 => usize::from(!text.is_empty()),
            length => length,
        };
        let (word, rest) = text.split_at(length);
        text = rest;
        (!word.is_empty()).then_some(word)
    })
}

/// C as people write it, in one line.
pub fn joined(text: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    let mut last: Option<&[u8]> = None;
    for word in c_words(text) {
        if last.is_some_and(|last| is_apart(last, word)) {
            line.push(b' ');
        }
        line.extend(word);
        last = Some(word);
    }
    line
}

/// A canonical declaration as people write C, in one line.
pub fn in_c(declaration: &[u8]) -> Vec<u8> {
    let words: Vec<Vec<u8>> = words(declaration).map(spelled).collect();
    joined(&words.join(&b' '))
}

/// Whether a blank stands between two words.
pub fn is_apart(last: &[u8], word: &[u8]) -> bool {
    match (last, word) {
        (b"(" | b"[" | b"~" | b"!", _) | (_, b"," | b";" | b")" | b"[" | b"]") => false,
        (b"*", b"const" | b"volatile" | b"restrict") => true,
        (b"*", _) => false,
        (b")" | b"]", b"(") => false,
        // A function's name, or a macro's, has no blank after it.
        (last, b"(") if last.first().is_some_and(is_word_letter) => {
            is_reference(last) || TYPE_WORDS.contains(&last)
        }
        _ => true,
    }
}

/// A type with a name where C has it: `int (*open)(u32)`, `u8 address[6]`, `int flag : 1`.
pub fn named(of_type: &str, name: &str) -> String {
    let (of_type, width) = match of_type.rsplit_once(" : ") {
        Some((of_type, width)) => (of_type, format!(" : {width}")),
        None => (of_type, String::new()),
    };
    if of_type.starts_with('=') {
        return format!("{name} {of_type}");
    }
    if of_type.is_empty() || name.is_empty() {
        return format!("{name}{of_type}{width}");
    }
    let (before, behind) = of_type.split_at(place_of_name(of_type));
    let before = before.trim_end();
    let blank = if before.is_empty() || before.ends_with(['*', '(']) { "" } else { " " };
    format!("{before}{blank}{name}{behind}{width}")
}

/// Where the name belongs in a type without one: behind the stars of the innermost parentheses that
/// begin with one, else before the first array's bounds, else at the end.
fn place_of_name(of_type: &str) -> usize {
    let mut depth = 0_usize;
    for (place, letter) in of_type.bytes().enumerate() {
        match letter {
            b'(' if depth == 0 && is_declarator(of_type, place) => {
                return behind_stars(of_type, place + 1);
            }
            b'[' if depth == 0 => return place,
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    of_type.len()
}

/// Whether the parenthesis at `place` begins a declarator, not an expression.
fn is_declarator(of_type: &str, place: usize) -> bool {
    let is_of_typeof = of_type[..place].trim_end().trim_end_matches('_').ends_with("typeof");
    of_type[place + 1..].trim_start().starts_with('*') && !is_of_typeof
}

/// Where the stars end that begin at `place`, with the qualifiers of the pointers and all
/// parentheses that begin with a star themselves.
fn behind_stars(of_type: &str, mut place: usize) -> usize {
    loop {
        let rest = of_type[place..].trim_start();
        let start = of_type.len() - rest.len();
        let word = rest.bytes().take_while(is_word_letter).count();
        place = match rest.bytes().next() {
            Some(b'*') => start + 1,
            Some(b'(') if is_declarator(of_type, start) => start + 1,
            _ if word > 0 => start + word,
            _ => return start,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_where_c_has_it() {
        for (of_type, name, expected) in [
            ("int", "x", "int x"),
            ("struct page **", "page", "struct page **page"),
            ("char[16]", "comm", "char comm[16]"),
            ("u8 [6]", "address", "u8 address[6]"),
            ("struct tank *[2][3]", "tanks", "struct tank *tanks[2][3]"),
            ("int (*)(u32, char[2])", "open", "int (*open)(u32, char[2])"),
            ("int (*const)(void)", "open", "int (*const open)(void)"),
            ("int (*[4])(void)", "all", "int (*all[4])(void)"),
            ("void (*(*)(int))(long)", "signal", "void (*(*signal)(int))(long)"),
            ("void *(*)(void *)", "alloc", "void *(*alloc)(void *)"),
            ("typeof (*x)", "y", "typeof (*x) y"),
            ("struct { int a[2]; }", "b", "struct { int a[2]; } b"),
            ("unsigned int : 3", "flag", "unsigned int flag : 3"),
            ("char[16]", "", "char[16]"),
        ] {
            assert_eq!(named(of_type, name), expected, "{of_type}");
        }
    }
}
