//! A type string as C, a member a line.

use crate::canonical::type_string::{
    Bodies, DISCRIMINANT, declared, declared_function, enumerator, member, of_function,
    record_word, references,
};
use crate::formats::symtypes::TypeName;
use crate::formats::type_string::{
    Attributes, Enumerator, Item, Modifier, Part, Shape, Type, TypeString, unquoted,
};

/// What is said besides types and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Nothing.
    Types,
    /// Where each member is, how large the whole is.
    Places,
}

/// A line.
#[derive(Default)]
pub(super) struct Line<'t> {
    /// Its text, with tabs before it.
    pub(super) text: String,
    /// The names in it with their kinds' letters.
    pub(super) names: Vec<&'t [u8]>,
}

/// The lines of what `name` is, which has its kind's letter; with a semicolon at the end where places are
/// shown. An export is called `called`.
pub(super) fn lines<'t>(
    name: &[u8],
    called: &str,
    string: &TypeString<'t>,
    detail: Detail,
) -> Vec<Line<'t>> {
    let mut writer = Writer { lines: Vec::new(), detail };
    let end = if detail == Detail::Places { ";" } else { "" };
    match string {
        TypeString::Function(function) => {
            let mut names = Vec::new();
            of_function(function, &mut names);
            let text = declared_function(function, called, Bodies::Whole) + end;
            writer.lines.push(Line { text, names });
        }
        TypeString::Variable(of) => writer.declaration("", of, called, end, 0),
        TypeString::Type(of) => match &of.shape {
            Shape::Modified(Modifier::Typedef, to) => {
                writer.declaration("typedef ", to, &text(of.name), end, 0);
            }
            _ => {
                let bare = unquoted(TypeName::of(name).bare);
                let called = if of.name == bare { "" } else { called };
                writer.declaration("", of, called, end, 0);
            }
        },
    }
    writer.lines
}

/// Lines under way.
struct Writer<'t> {
    lines: Vec<Line<'t>>,
    detail: Detail,
}

impl<'t> Writer<'t> {
    fn line(&mut self, depth: usize, text: &str) {
        let text = format!("{}{text}", "\t".repeat(depth));
        self.lines.push(Line { text, names: Vec::new() });
    }

    /// A type with a name, between two texts; what is in a struct or enum without a name, or in the
    /// outermost, on lines of its own.
    fn declaration(&mut self, before: &str, of: &Type<'t>, name: &str, behind: &str, depth: usize) {
        let (body, bounds) = match &of.shape {
            Shape::Array(bounds, element) => {
                let bound = |it: &Option<u64>| it.map(|it| it.to_string()).unwrap_or_default();
                let bounds = bounds.iter().map(|it| format!("[{}]", bound(it))).collect();
                (&**element, bounds)
            }
            _ => (of, String::new()),
        };
        let (word, is_empty) = match &body.shape {
            Shape::Record(record, items) => (record_word(*record), items.is_empty()),
            Shape::Enumeration(enumerators) => ("enum", enumerators.is_empty()),
            _ => ("", true),
        };
        if is_empty {
            let mut line = Line::default();
            references(of, &mut line.names);
            let text = declared(of, name, Bodies::Whole);
            let size = if word.is_empty() { String::new() } else { self.size(&body.attributes) };
            line.text = format!("{}{before}{text}{behind}{size}", "\t".repeat(depth));
            self.lines.push(line);
            return;
        }
        let called = text(body.name);
        let blank = if called.is_empty() { "" } else { " " };
        self.line(depth, &format!("{before}{word}{blank}{called} {{"));
        match &body.shape {
            Shape::Enumeration(enumerators) => {
                self.enumerators(enumerators, body.attributes.byte_size, depth + 1);
            }
            _ => self.items(body.items(), depth + 1),
        }
        let name = format!("{name}{bounds}");
        let blank = if name.is_empty() { "" } else { " " };
        let size = self.size(&body.attributes);
        self.line(depth, &format!("}}{blank}{name}{behind}{size}"));
    }

    fn enumerators(&mut self, enumerators: &[Enumerator<'t>], size: Option<u64>, depth: usize) {
        for of in enumerators {
            self.line(depth, &format!("{},", enumerator(of, size)));
        }
    }

    fn items(&mut self, items: &[Item<'t>], depth: usize) {
        for item in items {
            match item {
                Item::Member(part) => self.member("", part, &text(part.name), depth),
                Item::Variants(items) => {
                    self.line(depth, "variants {");
                    self.variants(items, depth + 1);
                    self.line(depth, "};");
                }
                Item::Variant(items, attributes) => {
                    let value = attributes.discr_value.map(|it| it.to_string());
                    let value = format!("[{}] ", value.unwrap_or_default());
                    match &items[..] {
                        [Item::Member(part)] => self.member(&value, part, &text(part.name), depth),
                        items => {
                            self.line(depth, &format!("{value}{{"));
                            self.items(items, depth + 1);
                            self.line(depth, "};");
                        }
                    }
                }
                Item::Other(other) => self.line(depth, &format!("{};", text(other))),
            }
        }
    }

    /// What tells them apart, and the variants.
    fn variants(&mut self, items: &[Item<'t>], depth: usize) {
        for item in items {
            match item {
                Item::Member(part) if part.name.is_empty() => {
                    self.member("", part, DISCRIMINANT, depth);
                }
                other => self.items(std::slice::from_ref(other), depth),
            }
        }
    }

    fn member(&mut self, before: &str, part: &Part<'t>, name: &str, depth: usize) {
        let behind = format!(";{}", self.place(&part.attributes));
        if part.attributes.bit_size.is_some() {
            let mut line = Line::default();
            references(&part.of, &mut line.names);
            let text = member(part, name, Bodies::Whole);
            line.text = format!("{}{before}{text}{behind}", "\t".repeat(depth));
            self.lines.push(line);
            return;
        }
        self.declaration(before, &part.of, name, &behind, depth);
    }

    /// Where a member is: in bytes, and in bits behind a colon.
    fn place(&self, attributes: &Attributes<'_>) -> String {
        match (self.detail, attributes.data_bit_offset, attributes.data_member_location) {
            (Detail::Types, ..) | (_, None, None) => String::new(),
            (_, Some(bits), _) => format!(" /* {}:{} */", bits / 8, bits % 8),
            (_, None, Some(bytes)) => format!(" /* {bytes} */"),
        }
    }

    fn size(&self, attributes: &Attributes<'_>) -> String {
        let size = attributes.byte_size.map(|it| format!("size {it}"));
        let align = attributes.alignment.map(|it| format!("alignment {it}"));
        let said: Vec<String> = size.into_iter().chain(align).collect();
        match self.detail {
            Detail::Places if !said.is_empty() => format!(" /* {} */", said.join(", ")),
            _ => String::new(),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
