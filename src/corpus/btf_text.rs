//! The types and exports in BTF as lines of `.symtypes`: each as C declares it, and what it names by
//! names with their kinds' letters.
//!
//! BTF has what the compiler made of a declaration: the lengths of arrays and the values of
//! enumerators are numbers, and there are no attributes. So these lines give no CRC; they show whether
//! a type is declared as before, and what it leads to.

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use crate::btf::{Btf, Enumeration, Field, Prototype, Record, Type, TypeId};
use crate::canonical::{integer_word, is_word_letter};
use crate::formats::symtypes::{Kind, TypeName};

/// A name with its kind's letter, and its line.
pub(crate) type Named = (Vec<u8>, Vec<u8>);

/// How many types are written at a time.
const AT_ONCE: usize = 512;

/// How long the declarations of so many types may be together, in bytes: those of all types of a kernel
/// take some 300 bytes each.
const LONGEST_OF_MANY: usize = 4 << 20;

/// How deep pointers, arrays, functions and unnamed structs may nest. C compilers need to take 12, and
/// 63 for structs.
const DEEPEST: usize = 64;

/// The lines of all types that have a name, and of the functions and variables that are `wanted`, sorted
/// and each once: several may have one name. Of a module, only those that its kernel has not. What C does
/// not declare so, or what is longer than any kernel's, has none.
pub(crate) fn lines_of(btf: &Btf<'_>, wanted: impl Fn(&[u8]) -> bool + Sync) -> Vec<Named> {
    let ids: Vec<TypeId> = btf.ids().collect();
    let lines = ids.par_chunks(AT_ONCE).flat_map_iter(|ids| {
        let mut left = LONGEST_OF_MANY;
        let mut line = |&id: &TypeId| {
            let of = btf.get(id);
            let name = name_of(&of)?;
            if name.kind == Kind::Normal && !wanted(name.bare) || !is_word(name.bare) {
                return None;
            }
            let mut text = Text { btf, left };
            let line = text.line(id, &of, name);
            left = text.left;
            Some((name.written(), line?))
        };
        ids.iter().filter_map(&mut line).collect::<Vec<Named>>()
    });
    let mut lines: Vec<Named> = lines.collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// What is declared by name: structs, unions, enums, typedefs, functions and variables.
fn name_of<'d>(of: &Type<'d>) -> Option<TypeName<'d>> {
    let (kind, bare) = match of {
        Type::Record(record) if record.is_union => (Kind::Union, record.name),
        Type::Record(record) => (Kind::Struct, record.name),
        Type::Enumeration(of) => (Kind::Enum, of.name),
        Type::Typedef { name, .. } => (Kind::Typedef, *name),
        Type::Function { name, .. } | Type::Variable { name, .. } => (Kind::Normal, *name),
        _ => return None,
    };
    (!bare.is_empty()).then_some(TypeName { kind, bare })
}

/// Whether C can have such a name.
fn is_word(name: &[u8]) -> bool {
    let is_letter = |byte: &u8| is_word_letter(byte) && !matches!(byte, b'"' | b'\'');
    name.iter().all(is_letter) && !name.first().is_some_and(u8::is_ascii_digit)
}

/// Declarations under way.
struct Text<'a, 'd> {
    btf: &'a Btf<'d>,
    /// How much may still be written, in bytes.
    left: usize,
}

impl Text<'_, '_> {
    /// The line of a type with a name.
    fn line(&mut self, id: TypeId, of: &Type<'_>, name: TypeName<'_>) -> Option<Vec<u8>> {
        let declaration = match of {
            Type::Record(record) => self.record(record, DEEPEST)?,
            Type::Enumeration(of) => self.enumeration(of)?,
            Type::Typedef { name, of } => {
                [b"typedef ", &self.declare(*of, name.to_vec(), DEEPEST)?[..]].concat()
            }
            Type::Function { name, prototype: of } | Type::Variable { name, of } => {
                self.declare(*of, name.to_vec(), DEEPEST)?
            }
            _ => self.declare(id, Vec::new(), DEEPEST)?,
        };
        Some([&name.written()[..], b" ", &declaration].concat())
    }

    /// Counts what is written.
    fn take(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    /// Builds the declaration of a declarator with this type, from its name outwards.
    fn declare(&mut self, id: TypeId, declarator: Vec<u8>, depth: usize) -> Option<Vec<u8>> {
        let depth = depth.checked_sub(1)?;
        let mut declarator = declarator;
        let mut qualifiers: Vec<&[u8]> = Vec::new();
        let mut at = id;
        for _ in 0..DEEPEST {
            self.take(declarator.len() + 1)?;
            match self.btf.get(at) {
                Type::Qualified { word, of } => {
                    qualifiers.push(word.as_bytes());
                    at = of;
                }
                // genksyms knows none of the words that these come from.
                Type::Tagged { of, .. } => at = of,
                Type::Pointer(of) => {
                    let words = [&b"*"[..]].into_iter().chain(qualifiers.drain(..));
                    declarator = joined(words.chain([&declarator[..]]));
                    at = of;
                }
                Type::Array { element, count } => {
                    let count = if count == 0 { String::new() } else { count.to_string() };
                    let words = [&in_parentheses(declarator)[..], b"[", count.as_bytes(), b"]"];
                    declarator = joined(words.into_iter());
                    at = element;
                }
                Type::Prototype(prototype) => {
                    let parameters = self.parameters(&prototype, depth)?;
                    let words = [&in_parentheses(declarator)[..], &parameters];
                    declarator = joined(words.into_iter());
                    qualifiers.clear();
                    at = prototype.returns;
                }
                base => {
                    let base = self.base(&base, depth)?;
                    qualifiers.sort_unstable();
                    let words = qualifiers.into_iter().chain([&base[..], &declarator]);
                    return Some(joined(words));
                }
            }
        }
        None
    }

    /// The parameters of a function, in parentheses, without their names.
    fn parameters(&mut self, prototype: &Prototype<'_>, depth: usize) -> Option<Vec<u8>> {
        let mut parameters = Vec::new();
        for parameter in prototype.parameters() {
            parameters.push(self.declare(parameter.of, Vec::new(), depth)?);
        }
        if prototype.is_variadic() {
            parameters.push(b"...".to_vec());
        } else if parameters.is_empty() {
            parameters.push(b"void".to_vec());
        }
        Some([b"( ", &parameters.join(&b" , "[..])[..], b" )"].concat())
    }

    /// A type that no declarator is around.
    fn base(&mut self, of: &Type<'_>, depth: usize) -> Option<Vec<u8>> {
        let named = |kind, bare: &[u8]| is_word(bare).then(|| TypeName { kind, bare }.written());
        let record = |is_union| if is_union { Kind::Union } else { Kind::Struct };
        match of {
            Type::Void => Some(b"void".to_vec()),
            Type::Integer { name, .. } | Type::Float { name, .. } => Some(as_in_c(name)?.to_vec()),
            Type::Typedef { name, .. } => named(Kind::Typedef, name),
            Type::Record(of) if of.name.is_empty() => self.record(of, depth),
            Type::Record(of) => named(record(of.is_union), of.name),
            Type::Forward { name, is_union } => named(record(*is_union), name),
            Type::Enumeration(of) if of.name.is_empty() => self.enumeration(of),
            Type::Enumeration(of) => named(Kind::Enum, of.name),
            _ => None,
        }
    }

    /// A struct or union with its members.
    fn record(&mut self, record: &Record<'_>, depth: usize) -> Option<Vec<u8>> {
        let depth = depth.checked_sub(1)?;
        let mut text = if record.is_union { b"union ".to_vec() } else { b"struct ".to_vec() };
        if !record.name.is_empty() {
            text.extend_from_slice(record.name);
            text.push(b' ');
        }
        text.extend_from_slice(b"{ ");
        for Field { name, of, width, .. } in record.fields() {
            if !is_word(name) {
                return None;
            }
            text.extend(self.declare(of, name.to_vec(), depth)?);
            if let Some(width) = width {
                text.extend_from_slice(format!(" : {width}").as_bytes());
            }
            text.extend_from_slice(b" ; ");
        }
        text.push(b'}');
        self.take(text.len())?;
        Some(text)
    }

    /// An enum with its enumerators. Their values are written where C would count otherwise.
    fn enumeration(&mut self, of: &Enumeration<'_>) -> Option<Vec<u8>> {
        let mut text = b"enum ".to_vec();
        if !of.name.is_empty() {
            text.extend_from_slice(of.name);
            text.push(b' ');
        }
        text.extend_from_slice(b"{ ");
        let mut next = 0;
        for (number, enumerator) in of.enumerators().enumerate() {
            if !is_word(enumerator.name) {
                return None;
            }
            text.extend_from_slice(if number > 0 { b", " } else { b"" });
            text.extend_from_slice(enumerator.name);
            if enumerator.value != next {
                text.extend_from_slice(format!(" = {}", enumerator.value).as_bytes());
            }
            text.push(b' ');
            next = enumerator.value + 1;
        }
        text.push(b'}');
        self.take(text.len())?;
        Some(text)
    }
}

/// Words with blanks between them; those that are empty do not count.
fn joined<'w>(words: impl Iterator<Item = &'w [u8]>) -> Vec<u8> {
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ')
}

/// A declarator before `[` or `(`: a pointer is in parentheses there.
fn in_parentheses(declarator: Vec<u8>) -> Vec<u8> {
    match declarator.first() {
        Some(b'*') => [b"( ", &declarator[..], b" )"].concat(),
        _ => declarator,
    }
}

/// A type as C calls it, if C can.
fn as_in_c(name: &[u8]) -> Option<&[u8]> {
    let name = integer_word(name);
    let can_be = name.split(|&byte| byte == b' ').all(|word| !word.is_empty() && is_word(word));
    can_be.then_some(name)
}
