//! Programs of macros: definitions, conditions and uses, of which the compiler takes most without a
//! warning.

use fastrand::Rng;

use super::{FILES, Program};

/// Macros without parameters.
const PLAIN: [&str; 6] = ["A", "B", "C", "D", "E", "G"];

/// Macros with parameters, and these. What `##` may stand beside has no other arguments than words.
const CALLED: [(&str, &[&str]); 10] = [
    ("F", &["x"]),
    ("H", &["x", "y"]),
    ("K", &["x", "y", "z"]),
    ("L", &[]),
    ("V", &["..."]),
    ("W", &["x", "..."]),
    ("N", &["x", "r..."]),
    ("P", &["p"]),
    ("Q", &["p", "q"]),
    ("S", &["p", "..."]),
];

/// Whether a macro of these parameters is one whose arguments are words.
fn takes_words(parameters: &[&str]) -> bool {
    parameters.first() == Some(&"p")
}

/// Words that are never macros.
const WORDS: [&str; 6] = ["u", "v", "int", "struct", "if", "_1"];

/// Other tokens.
const OTHERS: [&str; 24] = [
    "1",
    "0",
    "2u",
    "0x1f",
    "1.5e",
    "\"s\"",
    "\"a\\\"b\"",
    "'c'",
    "'\\''",
    "+",
    "-",
    "*",
    "<",
    "<<",
    ">>=",
    "==",
    "->",
    "...",
    ";",
    "[",
    "]",
    "=",
    "&&",
    "L\"w\"",
];

/// Builtin macros.
const BUILTINS: [&str; 3] = ["__LINE__", "__COUNTER__", "__FILE__"];

/// A program.
pub fn program(rng: &mut Rng) -> Program {
    let mut header = Vec::new();
    let mut source = Vec::new();
    for _ in 0..rng.usize(0..8) {
        lines(rng, &mut header, 0);
    }
    if rng.bool() {
        header.insert(0, "#ifndef GUARD\n#define GUARD".to_owned());
        header.push("#endif".to_owned());
    }
    for _ in 0..rng.usize(3..10) {
        source.push(definition(rng));
    }
    for _ in 0..rng.usize(3..16) {
        lines(rng, &mut source, 0);
    }
    [source, header]
}

/// One or more lines that belong together.
fn lines(rng: &mut Rng, out: &mut Vec<String>, depth: usize) {
    match rng.u8(0..20) {
        0..5 => out.push(definition(rng)),
        5 => out.push(format!("#undef {}", macro_name(rng))),
        6 if depth == 0 && !out.is_empty() => out.push(format!("#include \"{}\"", FILES[1])),
        7..10 if depth < 3 => {
            let mut group = vec![condition(rng)];
            for _ in 0..rng.usize(0..3) {
                lines(rng, &mut group, depth + 1);
            }
            if rng.u8(0..3) == 0 {
                group.push(format!("#elif {}", expression(rng, 0)));
                lines(rng, &mut group, depth + 1);
            }
            if rng.bool() {
                group.push("#else".to_owned());
                lines(rng, &mut group, depth + 1);
            }
            group.push("#endif".to_owned());
            out.push(group.join("\n"));
        }
        10 => out.push(format!("int f({}) {{ {} }}", tokens(rng, &[], 1), tokens(rng, &[], 2))),
        11 => out.push("#pragma pack(1)".to_owned()),
        12 => out.push(format!("/* {} */", WORDS[rng.usize(..WORDS.len())])),
        _ => out.push(tokens(rng, &[], 0)),
    }
}

fn macro_name(rng: &mut Rng) -> &'static str {
    match rng.bool() {
        true => PLAIN[rng.usize(..PLAIN.len())],
        false => CALLED[rng.usize(..CALLED.len())].0,
    }
}

/// A definition, after which nothing else is known by its name.
fn definition(rng: &mut Rng) -> String {
    let (head, name, parameters) = match rng.u8(0..5) {
        0..2 => {
            let name = PLAIN[rng.usize(..PLAIN.len())];
            (name.to_owned(), name, &[][..])
        }
        _ => {
            let (name, parameters) = CALLED[rng.usize(..CALLED.len())];
            (format!("{name}({})", parameters.join(", ")), name, parameters)
        }
    };
    let is_called = head.contains('(');
    let mut body = body(rng, parameters, is_called);
    if rng.u8(0..12) == 0 {
        body = body.replacen(' ', " \\\n ", 1);
    }
    format!("#undef {name}\n#define {head} {body}")
}

/// A macro's body.
fn body(rng: &mut Rng, parameters: &[&str], is_called: bool) -> String {
    let names: Vec<&str> = parameters
        .iter()
        .map(|name| if *name == "..." { "__VA_ARGS__" } else { name.trim_end_matches("...") })
        .collect();
    let mut out = String::new();
    for _ in 0..rng.usize(0..6) {
        let part = match rng.u8(0..10) {
            0 if is_called && !names.is_empty() => format!("#{}", names[rng.usize(..names.len())]),
            // Most of what is made of other arguments is no token.
            1 | 2 if takes_words(parameters) || !is_called || rng.u8(0..40) == 0 => {
                let word = |rng: &mut Rng| match names.is_empty() || rng.bool() {
                    true => word(rng).to_owned(),
                    false => names[rng.usize(..names.len())].to_owned(),
                };
                let (left, right) = (word(rng), word(rng));
                match rng.u8(0..4) {
                    0 => format!("{left} ## {right} ## {}", word(rng)),
                    1 if !names.is_empty() => format!("{left} ## {}", rng.u8(0..20)),
                    _ => format!("{left}##{right}"),
                }
            }
            3 if parameters.last().is_some_and(|last| last.ends_with("...")) => {
                format!(", ## {}", names[names.len() - 1])
            }
            _ => tokens(rng, &names, 1),
        };
        out.push_str(&part);
        if rng.u8(0..4) > 0 {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

/// A word for the sides of a `##`.
fn word(rng: &mut Rng) -> &'static str {
    match rng.u8(0..3) {
        0 => macro_name(rng),
        1 => PLAIN[rng.usize(..PLAIN.len())],
        _ => WORDS[rng.usize(..WORDS.len())],
    }
}

/// Some tokens, with calls among them whose parentheses match.
fn tokens(rng: &mut Rng, parameters: &[&str], depth: usize) -> String {
    let mut out = String::new();
    for _ in 0..rng.usize(1..6) {
        let blank = match rng.u8(0..12) {
            0 if parameters.is_empty() && depth == 0 => "\n",
            1 => "/**/",
            2..5 => "",
            _ => " ",
        };
        let token = match rng.u8(0..16) {
            0..2 if !parameters.is_empty() => parameters[rng.usize(..parameters.len())].to_owned(),
            0..5 => PLAIN[rng.usize(..PLAIN.len())].to_owned(),
            5..8 if depth < 4 => call(rng, parameters, depth),
            8 => CALLED[rng.usize(..CALLED.len())].0.to_owned(),
            9 => BUILTINS[rng.usize(..BUILTINS.len())].to_owned(),
            10 => format!(
                "({})",
                if depth < 4 { tokens(rng, parameters, depth + 1) } else { String::new() }
            ),
            11 | 12 => WORDS[rng.usize(..WORDS.len())].to_owned(),
            _ => OTHERS[rng.usize(..OTHERS.len())].to_owned(),
        };
        out.push_str(&token);
        // Words beside each other would be one, and a number takes what follows.
        let needs_blank = out.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_');
        out.push_str(if needs_blank && blank.is_empty() { " " } else { blank });
    }
    // `/` is no token here, so no comment begins by chance.
    out.trim_end().to_owned()
}

/// A call, mostly with the right number of arguments.
fn call(rng: &mut Rng, parameters: &[&str], depth: usize) -> String {
    let (name, wanted) = CALLED[rng.usize(..CALLED.len())];
    let is_open = wanted.last().is_some_and(|last| last.ends_with("..."));
    let count = match is_open {
        true => wanted.len() - 1 + rng.usize(0..3),
        false => wanted.len(),
    };
    let takes_words = takes_words(wanted);
    let argument = |rng: &mut Rng| match rng.u8(0..6) {
        0 => String::new(),
        1 if takes_words => rng.u8(..).to_string(),
        1..3 => word(rng).to_owned(),
        _ if takes_words => word(rng).to_owned(),
        _ => tokens(rng, parameters, depth + 1),
    };
    let arguments: Vec<String> = (0..count).map(|_| argument(rng)).collect();
    let blank = ["", " "][rng.usize(..2)];
    format!("{name}{blank}({})", arguments.join(","))
}

/// The first line of a group.
fn condition(rng: &mut Rng) -> String {
    match rng.u8(0..4) {
        0 => format!("#ifdef {}", macro_name(rng)),
        1 => format!("#ifndef {}", macro_name(rng)),
        _ => format!("#if {}", expression(rng, 0)),
    }
}

/// An expression of integers.
fn expression(rng: &mut Rng, depth: usize) -> String {
    let simple = depth > 3;
    match rng.u8(0..if simple { 6 } else { 12 }) {
        0 => format!("defined({})", macro_name(rng)),
        1 => format!("defined {}", macro_name(rng)),
        2 => PLAIN[rng.usize(..PLAIN.len())].to_owned(),
        3 => format!("{}u", rng.u32(..)),
        4 => ["'a'", "0x7fffffffffffffff", "010", "-1", "1L", "'\\n'"][rng.usize(..6)].to_owned(),
        5 => rng.u8(0..4).to_string(),
        6 => format!("!{}", expression(rng, depth + 1)),
        7 => format!("({})", expression(rng, depth + 1)),
        8 => {
            let [first, second, third] = [0; 3].map(|_| expression(rng, depth + 1));
            format!("{first} ? {second} : {third}")
        }
        _ => {
            let signs = [
                "+", "-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "|",
                "^", "&&", "||",
            ];
            let [first, second] = [0; 2].map(|_| expression(rng, depth + 1));
            format!("{first} {} {second}", signs[rng.usize(..signs.len())])
        }
    }
}

/// Bytes that mean something to a scanner.
const PIECES: [&[u8]; 22] = [
    b"\\\n",
    b"\"",
    b"'",
    b"/*",
    b"*/",
    b"//",
    b"#",
    b"##",
    b"\n",
    b"\0",
    b"\xff",
    b"??=",
    b"%:",
    b"R\"x(",
    b"__VA_OPT__(",
    b"#include \"a.c\"\n",
    b"(",
    b")",
    b"{",
    b"}",
    b"_Pragma(",
    b"#if 1\n",
];

/// Breaks a text at a few places.
pub fn broken(text: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..=text.len());
        let end = (at + rng.usize(0..12)).min(text.len());
        match rng.u8(0..5) {
            0 => drop(text.drain(at..end)),
            1 => text.truncate(at),
            2 => {
                let copy = text[at..end].to_vec();
                let to = rng.usize(..=text.len());
                text.splice(to..to, copy);
            }
            3 => {
                if let Some(byte) = text.get_mut(at) {
                    *byte = rng.u8(..);
                }
            }
            _ => {
                let piece = PIECES[rng.usize(..PIECES.len())];
                text.splice(at..at, piece.iter().copied());
            }
        }
    }
}

/// Versions of a program with a part less, the smallest first.
pub fn smaller(program: &Program) -> Vec<Program> {
    let program = program.clone().map(|lines| {
        let text = lines.join("\n");
        text.lines().map(str::to_owned).collect::<Vec<String>>()
    });
    let mut versions = Vec::new();
    for (file, lines) in program.iter().enumerate() {
        for size in [16, 4, 2, 1] {
            for at in (0..lines.len()).step_by(size) {
                let mut less = program.clone();
                less[file].drain(at..(at + size).min(lines.len()));
                versions.push(less);
            }
        }
        for (at, line) in lines.iter().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            for word in 1..words.len() {
                let rest = [&words[..word], &words[word + 1..]].concat();
                let mut less = program.clone();
                less[file][at] = rest.join(" ");
                versions.push(less);
            }
        }
    }
    versions
}
