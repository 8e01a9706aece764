//! A canonical declaration as the tree of a C parser.
//!
//! The canonical text is C but for the letters before names. Where it is C that the parser does not
//! read, it is written differently here, with the same meaning; nowhere else is text changed.

use lang_c::ast::{
    Declaration, Declarator, DeclaratorKind, Expression, ExternalDeclaration, SpecifierQualifier,
    Statement,
};
use lang_c::driver::{Config, Flavor, parse_preprocessed};
use lang_c::span::{Node, Span};

use super::text::{is_word_letter, joined, keyword_and_name, spelled};
use crate::formats::symtypes::words;

/// A declaration that the parser could read.
#[derive(Debug)]
pub struct Tree {
    /// The C text; the spans of the tree are in it.
    text: String,
    /// The declaration.
    pub declaration: Declaration,
}

/// How many parentheses, brackets and braces may be open at once. The parser calls itself for each;
/// what kernels have is less than 25.
const DEEPEST: usize = 50;

/// How many words there may be without a comma, semicolon or brace between them. An expression of so
/// many operators is as deep a tree; what kernels have is less than 100.
const LONGEST: usize = 500;

/// What is written for the types of 128 bits, whose name is none of the parser's: words, and the
/// name of a type.
const WIDE: &[(&[&[u8]], &[u8])] = &[
    (&[b"unsigned", b"__int128"], b"__uint128_t"),
    (&[b"__int128", b"unsigned"], b"__uint128_t"),
    (&[b"signed", b"__int128"], b"__int128_t"),
    (&[b"__int128"], b"__int128_t"),
];

/// What is written where GNU's `a ? : b` leaves something out: a statement without a value, which
/// cannot be there otherwise.
const LEFT_OUT: &str = "({})";

/// Names of types that no declaration declares and the parser does not know.
const BUILT_IN: &[&[u8]] = &[b"__int128_t", b"__uint128_t"];

/// Words after which, or before which, a name is not that of a type.
const KEYWORDS: &[&[u8]] = &[
    b"struct",
    b"union",
    b"enum",
    b"typedef",
    b"extern",
    b"static",
    b"inline",
    b"const",
    b"volatile",
    b"restrict",
    b"__restrict",
    b"__restrict__",
    b"__const",
    b"__volatile__",
    b"signed",
    b"__signed__",
    b"unsigned",
    b"void",
    b"char",
    b"short",
    b"int",
    b"long",
    b"float",
    b"double",
    b"_Bool",
    b"_Complex",
    b"return",
    b"sizeof",
    b"_Alignof",
    b"__alignof__",
    b"__alignof",
    b"typeof",
    b"__typeof__",
    b"__typeof",
    b"asm",
    b"__asm__",
    b"__attribute__",
    b"__attribute",
    b"__extension__",
    b"__builtin_offsetof",
    b"_Static_assert",
    b"__builtin_va_list",
    b"__inline",
    b"__inline__",
];

impl Tree {
    /// Reads a canonical declaration; none if the parser cannot. The members of a type of which
    /// nothing is known but its name are left out, as in `struct page`.
    pub fn read(declaration: &[u8]) -> Option<Tree> {
        let declaration = declaration.strip_suffix(b"{ UNKNOWN }").unwrap_or(declaration);
        Tree::parse(c_text(declaration)?)
    }

    /// Reads the canonical text of an expression, as the one and only enumerator of an enum.
    pub fn read_value(expression: &[u8]) -> Option<Tree> {
        Tree::read(&[b"enum { VALUE = ", expression, b" }"].concat())
    }

    fn parse(text: String) -> Option<Tree> {
        let config =
            Config { cpp_command: String::new(), cpp_options: Vec::new(), flavor: Flavor::GnuC11 };
        let mut parsed = parse_preprocessed(&config, text).ok()?;
        match parsed.unit.0.pop()?.node {
            ExternalDeclaration::Declaration(declaration) => {
                Some(Tree { text: parsed.source, declaration: declaration.node })
            }
            ExternalDeclaration::StaticAssert(_) | ExternalDeclaration::FunctionDefinition(_) => {
                None
            }
        }
    }

    /// The text of a span; none if it is no span of this tree.
    pub fn text(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The text of a span as C is written.
    pub fn written(&self, span: Span) -> String {
        as_people_write(self.text(span))
    }

    /// The name that a declarator declares, if it has one.
    pub fn name(&self, declarator: &Declarator) -> Option<&str> {
        name_span(declarator).map(|span| self.text(span))
    }

    /// The text of a declarator without the name that it declares.
    pub fn without_name(&self, declarator: &Node<Declarator>) -> String {
        let text = self.text(declarator.span);
        let start = declarator.span.start;
        let name = name_span(&declarator.node).map(|span| (span.start - start)..(span.end - start));
        let around = name.and_then(|name| Some((text.get(..name.start)?, text.get(name.end..)?)));
        let text = around.map_or(text.to_owned(), |(before, behind)| format!("{before}{behind}"));
        as_people_write(&text)
    }

    /// The type of a member without its name, as C is written.
    pub fn member_type(
        &self,
        specifiers: &[Node<SpecifierQualifier>],
        declarator: Option<&Node<Declarator>>,
    ) -> String {
        let (Some(first), Some(last)) = (specifiers.first(), specifiers.last()) else {
            return String::new();
        };
        let text = self.written(Span::span(first.span.start, last.span.end));
        let derived = declarator.map(|it| self.without_name(it)).unwrap_or_default();
        format!("{text} {derived}").trim_end().to_owned()
    }
}

/// The parser's text as people write C.
fn as_people_write(text: &str) -> String {
    let text = text.replace(LEFT_OUT, "");
    String::from_utf8_lossy(&joined(text.as_bytes())).into_owned()
}

/// Whether this stands where GNU's `a ? : b` leaves something out.
pub fn is_left_out(expression: &Expression) -> bool {
    match expression {
        Expression::Statement(statement) => {
            matches!(&statement.node, Statement::Compound(items) if items.is_empty())
        }
        _ => false,
    }
}

/// Where the name is that a declarator declares.
fn name_span(declarator: &Declarator) -> Option<Span> {
    match &declarator.kind.node {
        DeclaratorKind::Abstract => None,
        DeclaratorKind::Identifier(name) => Some(name.span),
        DeclaratorKind::Declarator(inner) => name_span(&inner.node),
    }
}

/// C for a canonical declaration: typedefs of its types, and itself.
fn c_text(declaration: &[u8]) -> Option<String> {
    let words: Vec<&[u8]> = words(declaration).collect();
    if !is_moderate(&words) {
        return None;
    }
    let words = behind_braces(words);
    let words = renamed(&words);
    let mut typedefs: Vec<&[u8]> =
        words.iter().filter_map(|word| word.strip_prefix(b"t#")).collect();
    typedefs.extend(BUILT_IN.iter().filter(|name| words.contains(name)));
    typedefs.extend(plain_types(&words));
    typedefs.sort_unstable();
    typedefs.dedup();
    let mut text = String::with_capacity(2 * declaration.len());
    // One declaration for all is read in much less time than one for each.
    for (index, name) in typedefs.iter().enumerate() {
        text += if index == 0 { "typedef int " } else { "," };
        text += str::from_utf8(name).ok()?;
    }
    if !typedefs.is_empty() {
        text += ";\n";
    }
    for (index, word) in words.iter().enumerate() {
        let at = |index: usize| words.get(index).copied().unwrap_or_default();
        let is_before_attribute = is_attribute(at(index + 1));
        // The parser wants no blank between the width of a bit-field and its attributes.
        if is_before_attribute && index > 0 && at(index - 1) == b":" {
            text += &format!("({})", str::from_utf8(&spelled(word)).ok()?);
            continue;
        }
        if *word == b":" && index > 0 && at(index - 1) == b"?" {
            text += LEFT_OUT;
        }
        let (keyword, name) = keyword_and_name(word);
        // The canonical text has `( (` and `! =`; the parser wants `((`, and `!=` is one word.
        let is_apart = text.as_bytes().last().is_some_and(is_word_letter)
            && (!keyword.is_empty() || name.first().is_some_and(is_word_letter));
        if is_apart {
            text.push(' ');
        }
        text += keyword;
        text += str::from_utf8(name).ok()?;
    }
    text.push(';');
    Some(text)
}

/// Whether the parser, and who walks through its tree, has room for it on the stack.
fn is_moderate(words: &[&[u8]]) -> bool {
    let (mut open, mut length) = (0_usize, 0);
    words.iter().all(|word| {
        length = if matches!(*word, b";" | b"," | b"{" | b"}") { 0 } else { length + 1 };
        match *word {
            b"(" | b"[" | b"{" => open += 1,
            b")" | b"]" | b"}" => open = open.saturating_sub(1),
            _ => {}
        }
        open <= DEEPEST && length <= LONGEST
    })
}

fn is_attribute(word: &[u8]) -> bool {
    matches!(word, b"__attribute__" | b"__attribute")
}

/// Moves the attributes of a struct, union or enum that stand before its tag or its brace after
/// the brace that closes it, where they mean the same.
fn behind_braces(words: Vec<&[u8]>) -> Vec<&[u8]> {
    let is_early =
        |pair: &[&[u8]]| matches!(pair[0], b"struct" | b"union" | b"enum") && is_attribute(pair[1]);
    if !words.windows(2).any(is_early) {
        return words;
    }
    let mut moved = Vec::with_capacity(words.len());
    // For each open brace, the attributes that come after its end.
    let mut open: Vec<Vec<&[u8]>> = Vec::new();
    let mut waiting = Vec::new();
    let mut index = 0;
    while let Some(&word) = words.get(index) {
        index += 1;
        moved.push(word);
        match word {
            b"struct" | b"union" | b"enum" => {
                let start = index;
                while words.get(index).is_some_and(|word| is_attribute(word)) {
                    index += 1 + group_length(&words[index + 1..]);
                }
                let is_body = words[index..].iter().take(2).any(|&word| word == b"{");
                if is_body {
                    waiting = words[start..index].to_vec();
                } else {
                    index = start;
                }
            }
            b"{" => open.push(std::mem::take(&mut waiting)),
            b"}" => moved.extend(open.pop().unwrap_or_default()),
            _ => {}
        }
    }
    moved
}

/// How many words the group in parentheses has that words begin with.
fn group_length(words: &[&[u8]]) -> usize {
    let mut depth = 0_usize;
    for (index, word) in words.iter().enumerate() {
        match *word {
            b"(" => depth += 1,
            b")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    words.len()
}

/// The words with the types of 128 bits by other names.
fn renamed<'a>(words: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut renamed = Vec::with_capacity(words.len());
    let mut rest = words;
    while let [word, behind @ ..] = rest {
        let (name, length) = match WIDE.iter().find(|(wide, _)| rest.starts_with(wide)) {
            Some((wide, name)) => (*name, wide.len()),
            None => (*word, 1),
        };
        renamed.push(name);
        rest = rest.get(length..).unwrap_or(behind);
    }
    renamed
}

/// Names of types without their letter, as they are where upstream does not look names up: a name
/// before a name, a name in parentheses before a name or number or after `_Alignof`, a name with
/// `*` in parentheses.
fn plain_types<'a>(words: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let is_name = |word: &[u8]| {
        word.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && word.get(1) != Some(&b'#')
            && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && !KEYWORDS.contains(&word)
            && !BUILT_IN.contains(&word)
    };
    let mut found = Vec::new();
    for (index, &word) in words.iter().enumerate().filter(|(_, word)| is_name(word)) {
        let at = |place: usize| words.get(place).copied().unwrap_or_default();
        let before = index.checked_sub(1).map(at).unwrap_or_default();
        let is_tag = matches!(before, b"struct" | b"union" | b"enum");
        let is_cast = || {
            let behind = at(index + 2);
            let is_value = behind.first().is_some_and(u8::is_ascii_alphanumeric);
            before == b"(" && at(index + 1) == b")" && is_value && !is_attribute(behind)
        };
        let is_aligned = || {
            let of = index.checked_sub(2).map(at).unwrap_or_default();
            let is_asked = matches!(of, b"_Alignof" | b"__alignof__" | b"__alignof");
            is_asked && before == b"(" && at(index + 1) == b")"
        };
        let is_pointer = || {
            let stars = words[index + 1..].iter().take_while(|word| **word == b"*").count();
            before == b"(" && stars > 0 && at(index + 1 + stars) == b")"
        };
        if !is_tag && (is_name(at(index + 1)) || is_cast() || is_aligned() || is_pointer()) {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_does_not_read_is_written_otherwise() {
        let cases = [
            ("struct s { t#u32 x ; }", "typedef int u32;\nstruct s{u32 x;};"),
            (
                "struct __attribute__ ( ( packed ) ) s { union __attribute__ ( ( a ) ) { int x ; } u ; }",
                "struct s{union{int x;}__attribute__((a))u;}__attribute__((packed));",
            ),
            (
                "struct s { int x : 3 __attribute__ ( ( packed ) ) ; }",
                "struct s{int x:(3)__attribute__((packed));};",
            ),
            ("struct s { int x [ E#A ? : 3 ] ; }", "struct s{int x[A?({}):3];};"),
            (
                "struct s { unsigned __int128 x ; }",
                "typedef int __uint128_t;\nstruct s{__uint128_t x;};",
            ),
            (
                "struct s { uint8_t x [ ( size_t ) 3 ] ; s#a y ; }",
                "typedef int size_t,uint8_t;\nstruct s{uint8_t x[(size_t)3];struct a y;};",
            ),
        ];
        for (declaration, expected) in cases {
            let text = c_text(declaration.as_bytes()).unwrap_or_default();
            assert_eq!(text, expected, "{declaration}");
            assert!(Tree::read(declaration.as_bytes()).is_some(), "{declaration}");
        }
    }
}
