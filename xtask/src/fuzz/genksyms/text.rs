//! Terminals as text: names from small pools, and phrases with random contents.

/// One token, or a whole line (which then begins with `#` and ends with a newline).
pub type Token = Vec<u8>;

/// What a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The name of a struct or union.
    Tag,
    /// The name of an enum.
    EnumTag,
    /// An enumerator that is declared here.
    Constant,
    /// What an export exports.
    Exported,
    /// What a declaration declares.
    Declared,
    /// A member, a parameter, or anything else.
    Any,
}

/// The pools of names of one input, and what was declared so far.
pub struct Names {
    /// Names of variables, functions, typedefs, parameters, members.
    pool: Vec<String>,
    /// Names of structs, unions and enums.
    tag_pool: Vec<String>,
    /// Names of enumerators.
    constant_pool: Vec<String>,
    /// Functions and variables that were declared, as far as is known here.
    pub declared: Vec<String>,
    /// Typedefs that were declared.
    pub typedefs: Vec<String>,
    /// Tags that were used: the keyword, and the name.
    pub tags: Vec<(&'static str, String)>,
    /// Enumerators that were declared.
    pub constants: Vec<String>,
}

/// Names that are, or are nearly, something else.
const SPECIAL_NAMES: &[&str] = &[
    "L",
    "$",
    "_",
    "int32x4_t",
    "uint8x16_t",
    "int128x2_t",
    "__seg_gs",
    "typeof_unqual",
    "u8",
    "__int128",
    "attribute",
    "EXPORT_SYMBOL",
    "UNKNOWN",
    "override",
    "extern_",
    "asm_",
    "Static",
];

/// What attributes are called here.
const ATTRIBUTES: &[&str] =
    &["packed", "__aligned__", "unused", "section", "noinline", "deprecated", "format", "mode"];

/// The spellings of some keywords.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("CONST", &["const", "__const", "__const__"]),
    ("INLINE", &["inline", "__inline", "__inline__"]),
    ("SIGNED", &["signed", "__signed", "__signed__"]),
    ("VOLATILE", &["volatile", "__volatile", "__volatile__"]),
    ("RESTRICT", &["restrict", "__restrict", "__restrict__"]),
    ("SEGMENT", &["__seg_gs", "__seg_fs"]),
    ("TYPEOF_TYPE", &["typeof", "__typeof", "__typeof__"]),
    ("BUILTIN_INT", &["__int128", "__int128_t", "__uint128_t"]),
    ("VA_LIST", &["__builtin_va_list"]),
    ("BOOL", &["_Bool"]),
    ("EXTENSION", &["__extension__"]),
    ("EXPORT", &["__GENKSYMS_EXPORT_SYMBOL"]),
    ("DOTS", &["..."]),
];

/// What can stand anywhere, and mostly should not.
const VOCABULARY: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "*",
    ",",
    ";",
    "=",
    ":",
    "...",
    ".",
    "+",
    "-",
    "->",
    "<<",
    ">>",
    "!",
    "==",
    "&",
    "&&",
    "|",
    "^",
    "~",
    "?",
    "/",
    "%",
    "<",
    ">",
    "@",
    "\\",
    "`",
    "##",
    "typedef",
    "struct",
    "union",
    "enum",
    "extern",
    "static",
    "inline",
    "const",
    "volatile",
    "restrict",
    "int",
    "char",
    "long",
    "unsigned",
    "void",
    "_Bool",
    "__attribute__",
    "__attribute__((x))",
    "typeof",
    "typeof(int)",
    "asm",
    "asm(\"x\")",
    "_Static_assert",
    "__extension__",
    "__GENKSYMS_EXPORT_SYMBOL",
    "__builtin_va_list",
    "__seg_gs",
    "register",
    "auto",
    "0",
    "1",
    "0x1f",
    "08",
    "10ULL",
    "1.5",
    ".5e3f",
    "\"s\"",
    "L\"s\"",
    "'c'",
    "L'c'",
    "\"(\"",
    "'{'",
    "\"\\\"\"",
    "\"a\nb\"",
    "'\\''",
    "{}",
    "()",
    "[]",
    "{ int a; }",
    "( int )",
    "= {",
];

/// Bytes that open what is not closed, end the input, or are no tokens.
const NASTY: &[&[u8]] = &[
    b"\"",
    b"'",
    b"\0",
    b"\xff",
    b"\x80",
    b"#",
    b"\n#",
    b"# 1",
    b"\\\n",
    b"\x01",
    b"\"\\",
    b"L\"",
    b"/*",
    b"//",
    b"\r",
    b"\x0c",
    b"\xc3\xa9",
];

/// Files of line markers; the first one an input names is the file that is compiled.
const FILES: &[&str] = &["a.c", "a.c", "b.h", "include/c.h", "<built-in>"];

impl Names {
    /// Pools of random sizes.
    pub fn new(rng: &mut fastrand::Rng) -> Names {
        let mut pool = |prefix: &str, sizes: &[usize]| {
            let size = sizes[rng.usize(..sizes.len())];
            (0..size).map(|number| format!("{prefix}{number}")).collect::<Vec<_>>()
        };
        Names {
            pool: pool("n", &[8, 20, 60, 120]),
            tag_pool: pool("s", &[4, 10, 30, 60]),
            constant_pool: pool("E", &[4, 20, 60]),
            declared: Vec::new(),
            typedefs: Vec::new(),
            tags: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// A name from one of the pools, mostly `own`.
    fn mostly(&self, own: &[String], rng: &mut fastrand::Rng) -> String {
        let pool = match rng.u32(..100) {
            0..2 => return pick(SPECIAL_NAMES, rng).to_owned(),
            2..5 => &self.pool,
            5..7 => &self.tag_pool,
            7..9 => &self.constant_pool,
            9..11 => &self.typedefs,
            11..13 => &self.constants,
            _ => own,
        };
        let pool = if pool.is_empty() { own } else { pool };
        pick_or(pool, "n0", rng)
    }

    /// A name, mostly of a struct, union or enum.
    pub fn any_tag(&self, rng: &mut fastrand::Rng) -> String {
        self.mostly(&self.tag_pool, rng)
    }

    /// A name, mostly of an enumerator.
    pub fn any_constant(&self, rng: &mut fastrand::Rng) -> String {
        self.mostly(&self.constant_pool, rng)
    }

    /// Any name.
    pub fn any(&self, rng: &mut fastrand::Rng) -> String {
        self.mostly(&self.pool, rng)
    }
}

/// One of `choices`, of which there are some.
pub fn pick<T: Clone>(choices: &[T], rng: &mut fastrand::Rng) -> T {
    choices[rng.usize(..choices.len())].clone()
}

/// One of `choices`, or `other` if there are none.
fn pick_or(choices: &[String], other: &str, rng: &mut fastrand::Rng) -> String {
    match choices {
        [] => other.to_owned(),
        _ => pick(choices, rng),
    }
}

/// Whether something of this percentage happens.
pub fn percent(chance: u32, rng: &mut fastrand::Rng) -> bool {
    rng.u32(..100) < chance
}

/// Something that fits mostly nowhere.
pub fn junk(names: &Names, rng: &mut fastrand::Rng) -> Token {
    match rng.u32(..100) {
        0..2 => pick(NASTY, rng).to_vec(),
        2..5 => line(rng),
        5..30 => names.any(rng).into_bytes(),
        _ => pick(VOCABULARY, rng).as_bytes().to_vec(),
    }
}

/// A line of its own: mostly a line marker.
pub fn line(rng: &mut fastrand::Rng) -> Token {
    let (number, file) = (rng.u32(..50), pick(FILES, rng));
    let text = match rng.u32(..20) {
        0 => format!("#line {number} \"{file}\"\n"),
        1 => format!("# {number}\n"),
        2 => format!("#\t{number}\t\"{file}\" 1 3 4\n"),
        3 => "#pragma pack ( { [ \" '\n".to_owned(),
        4 => format!("# {number} \"\"\n"),
        5 => format!("# 0x{number} \"{file}\\\\\"\n"),
        6 => format!("#{number} \"{file}\"\n"),
        7 => "#\n".to_owned(),
        _ => format!("# {number} \"{file}\" 2\n"),
    };
    text.into_bytes()
}

/// Writes terminals as text.
pub struct Writer<'a> {
    /// The names of the input.
    pub names: &'a mut Names,
    /// Chance.
    pub rng: &'a mut fastrand::Rng,
    /// The declaration at hand declares types.
    pub is_typedef: bool,
}

impl Writer<'_> {
    /// Adds the text of a terminal of the grammar.
    pub fn terminal(&mut self, terminal: &str, role: Role, tokens: &mut Vec<Token>) {
        match terminal {
            "TYPEDEF" => self.is_typedef = true,
            "TYPEOF" => return self.type_of(tokens),
            "ATTRIBUTE" => return self.attribute(tokens),
            "ASM" => return self.assembler(tokens),
            "STATIC_ASSERT" => return self.grouped("_Static_assert", "(", ")", tokens),
            "BRACES" => return self.group("{", "}", 2, tokens),
            "BRACKETS" => return self.brackets(tokens),
            "EXPRESSION" => return self.expression(3, tokens),
            "error" => return self.mistake(tokens),
            "OTHER" => return tokens.push(pick(VOCABULARY, self.rng).as_bytes().to_vec()),
            _ => {}
        }
        let text = match terminal {
            "IDENT" => self.name(role, tokens),
            "TYPE" => pick_or(&self.names.typedefs, "int", self.rng),
            _ => self.keyword(terminal),
        };
        tokens.push(text.into_bytes());
    }

    /// A keyword in one of its spellings, or a character.
    fn keyword(&mut self, terminal: &str) -> String {
        match SPELLINGS.iter().find(|(name, _)| *name == terminal) {
            Some((_, spellings)) => {
                let usual = percent(70, self.rng);
                (if usual { spellings[0] } else { pick(spellings, self.rng) }).to_owned()
            }
            None => terminal.to_ascii_lowercase(),
        }
    }

    /// A name for `role`; `before` is what was written, which tells the keyword of a tag.
    fn name(&mut self, role: Role, before: &[Token]) -> String {
        let (names, rng) = (&mut *self.names, &mut *self.rng);
        match role {
            Role::Tag | Role::EnumTag => {
                let name = names.mostly(&names.tag_pool, rng);
                let keyword = match (role, before.last().map(Vec::as_slice)) {
                    (Role::EnumTag, _) => "enum",
                    (_, Some(b"union")) => "union",
                    _ => "struct",
                };
                names.tags.push((keyword, name.clone()));
                name
            }
            Role::Constant => {
                let name = names.mostly(&names.constant_pool, rng);
                names.constants.push(name.clone());
                name
            }
            Role::Exported => pick_or(&names.declared, "n0", rng),
            Role::Declared => {
                let name = names.any(rng);
                let list = if self.is_typedef { &mut names.typedefs } else { &mut names.declared };
                list.push(name.clone());
                name
            }
            Role::Any => names.any(rng),
        }
    }

    /// `__attribute__((…))`.
    fn attribute(&mut self, tokens: &mut Vec<Token>) {
        let keyword = if percent(90, self.rng) { "__attribute__" } else { "__attribute" };
        push(tokens, &[keyword, "(", "("]);
        push(tokens, &[pick(ATTRIBUTES, self.rng)]);
        if percent(40, self.rng) {
            self.group("(", ")", 2, tokens);
        }
        push(tokens, &[")", ")"]);
    }

    /// `typeof(…)` of something that is no type, mostly.
    fn type_of(&mut self, tokens: &mut Vec<Token>) {
        let keyword = pick(&["typeof", "__typeof__", "__typeof", "typeof_unqual"], self.rng);
        push(tokens, &[keyword]);
        match self.rng.u32(..6) {
            0 => self.group("(", ")", 2, tokens),
            1 => push(tokens, &["(", "&", &self.names.any(self.rng), ")"]),
            2 => push(tokens, &["(", "(", &self.names.any(self.rng), ")", ")"]),
            _ => push(tokens, &["(", &self.names.any(self.rng), ")"]),
        }
    }

    /// `asm(…)`, with or without `volatile`.
    fn assembler(&mut self, tokens: &mut Vec<Token>) {
        push(tokens, &[pick(&["asm", "__asm__", "__asm"], self.rng)]);
        if percent(20, self.rng) {
            push(tokens, &["volatile"]);
        }
        push(tokens, &["(", "\"label\""]);
        if percent(30, self.rng) {
            push(tokens, &[":", "\"=r\"", "(", &self.names.any(self.rng), ")"]);
        }
        push(tokens, &[")"]);
    }

    /// `[…]`.
    fn brackets(&mut self, tokens: &mut Vec<Token>) {
        match self.rng.u32(..4) {
            0 => push(tokens, &["[", "]"]),
            1 => push(tokens, &["[", &pick_or(&self.names.constants, "3", self.rng), "]"]),
            2 => self.group("[", "]", 2, tokens),
            _ => push(tokens, &["[", "4", "]"]),
        }
    }

    /// A word before a group.
    fn grouped(&mut self, word: &str, open: &str, close: &str, tokens: &mut Vec<Token>) {
        push(tokens, &[word]);
        self.group(open, close, 2, tokens);
    }

    /// Anything with balanced parentheses of all kinds, in parentheses of one kind.
    fn group(&mut self, open: &str, close: &str, depth: u32, tokens: &mut Vec<Token>) {
        push(tokens, &[open]);
        for _ in 0..self.rng.u32(..5) {
            match self.rng.u32(..12) {
                0 if depth > 0 => self.group("(", ")", depth - 1, tokens),
                1 if depth > 0 => self.group("{", "}", depth - 1, tokens),
                2 if depth > 0 => self.group("[", "]", depth - 1, tokens),
                3 => push(tokens, &[pick(&[";", ",", "=", ":", "return", "int"], self.rng)]),
                4 => push(tokens, &[pick(&["\"s\"", "\")\"", "'}'", "\"]\"", "'\"'"], self.rng)]),
                5 => push(tokens, &[&pick_or(&self.names.constants, "1", self.rng)]),
                6 if percent(10, self.rng) => tokens.push(line(self.rng)),
                7 => push(tokens, &[pick(&["1", "0x20UL", "7ULL", "sizeof", "."], self.rng)]),
                _ => push(tokens, &[&self.names.any(self.rng)]),
            }
        }
        push(tokens, &[close]);
    }

    /// What can be between `=` and a separator.
    fn expression(&mut self, depth: u32, tokens: &mut Vec<Token>) {
        for _ in 0..self.rng.u32(..4) {
            match self.rng.u32(..8) {
                0 => self.group("(", ")", depth.saturating_sub(1), tokens),
                1 if percent(30, self.rng) => self.group("{", "}", 1, tokens),
                2 => push(tokens, &[pick(&["+", "-", "<<", "&", "!", "*"], self.rng)]),
                3 | 4 => push(tokens, &[&pick_or(&self.names.constants, "2", self.rng)]),
                5 => push(tokens, &[&self.names.any(self.rng)]),
                _ => push(tokens, &[pick(&["0", "1", "0x10", "-1", "5UL"], self.rng)]),
            }
        }
    }

    /// Tokens that fit mostly nowhere.
    fn mistake(&mut self, tokens: &mut Vec<Token>) {
        for _ in 0..self.rng.u32(1..4) {
            tokens.push(junk(self.names, self.rng));
        }
    }
}

/// Adds these tokens.
pub fn push(tokens: &mut Vec<Token>, texts: &[&str]) {
    tokens.extend(texts.iter().map(|text| text.as_bytes().to_vec()));
}

/// How tokens are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blanks {
    /// As people do it: the same between the same tokens.
    Tidy,
    /// Left out or more than one, wherever that makes no other tokens.
    Wild,
}

/// Joins tokens.
pub fn joined(tokens: &[Token], blanks: Blanks, rng: &mut fastrand::Rng, text: &mut Vec<u8>) {
    for token in tokens {
        let is_line = token.first() == Some(&b'#') && token.last() == Some(&b'\n');
        match (text.last(), token.first()) {
            (None | Some(b'\n'), _) | (_, None) => {}
            _ if is_line => text.push(b'\n'),
            (Some(last), Some(first)) => match blanks {
                Blanks::Tidy if is_blank_usual(*last, *first) => text.push(b' '),
                Blanks::Tidy => {}
                Blanks::Wild if is_word(*last) && is_word(*first) || percent(50, rng) => {
                    text.push(pick(b"      \t\n", rng));
                }
                Blanks::Wild => {}
            },
        }
        text.extend_from_slice(token);
    }
}

/// Whether people put a blank between tokens that end and begin so.
fn is_blank_usual(last: u8, first: u8) -> bool {
    match (last, first) {
        (b'(' | b'[' | b'*', _) | (_, b')' | b']' | b',' | b';' | b'[') => false,
        (last, b'(') => !is_word(last) && last != b')',
        _ => true,
    }
}

/// Whether the byte belongs to names and numbers.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// The tokens of a text, whose concatenation without the blanks between them it is; lines that
/// begin with `#` are tokens of their own.
pub fn tokens(text: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = token_end(text, at);
        if !text[at].is_ascii_whitespace() {
            tokens.push(text[at..end].to_vec());
        }
        at = end;
    }
    tokens
}

/// Where the token ends that begins at `at`; blanks are tokens here.
pub fn token_end(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let length = match rest[0] {
        b'#' if at == 0 || text[at - 1] == b'\n' => {
            rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1)
        }
        quote @ (b'"' | b'\'') => literal_length(rest, quote).unwrap_or(1),
        byte if is_word(byte) => rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len()),
        byte if byte.is_ascii_whitespace() => {
            let end = |byte: &u8| !byte.is_ascii_whitespace();
            rest.iter().position(end).unwrap_or(rest.len())
        }
        b'.' if rest.starts_with(b"...") => 3,
        _ => 1,
    };
    at + length
}

/// How long the literal is that begins the text, if it ends.
fn literal_length(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}
