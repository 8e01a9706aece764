//! Types as C spells them.

use super::{BadBtf, Btf, Fault, Prototype, Type, TypeId};

/// How many pointers, arrays and functions may stand in one declaration, and how deep functions may
/// nest in parameters. C compilers need to take 12.
const DEEPEST: usize = 64;

/// How long a declaration may be, in bytes.
const LONGEST: usize = 4 << 10;

impl Btf<'_> {
    /// The type without a name, as in a cast: `struct page **`, `int (*)(void)`, `char[16]`.
    ///
    /// # Errors
    /// See [`Btf::declaration`].
    pub fn spelling(&self, id: TypeId) -> Result<Vec<u8>, BadBtf> {
        self.declaration(id, b"")
    }

    /// The declaration of `name` with this type: `struct page **name`. A function or variable is
    /// declared by its own name.
    ///
    /// # Errors
    /// The type is nothing that C declares, or it nests too deep.
    pub fn declaration(&self, id: TypeId, name: &[u8]) -> Result<Vec<u8>, BadBtf> {
        self.declare(id, name.to_vec(), DEEPEST)
    }

    /// Builds a declaration from its name outwards.
    fn declare(&self, id: TypeId, name: Vec<u8>, depth: usize) -> Result<Vec<u8>, BadBtf> {
        let endless = id.is(Fault::Endless);
        let mut declarator = name;
        let mut words = Words::default();
        let mut at = id;
        for _ in 0..DEEPEST {
            if declarator.len() > LONGEST {
                break;
            }
            match self.get(at) {
                Type::Qualified { word, of } => {
                    words.qualifiers.push(word.as_bytes());
                    at = of;
                }
                Type::Tagged { tag, of } => {
                    words.tags.push([b"__", tag].concat());
                    at = of;
                }
                Type::Pointer(of) => {
                    declarator = std::mem::take(&mut words).pointer(&declarator);
                    at = of;
                }
                Type::Array { element, count } => {
                    parenthesize(&mut declarator);
                    let count = if count == 0 { String::new() } else { count.to_string() };
                    declarator.extend_from_slice(format!("[{count}]").as_bytes());
                    at = element;
                }
                Type::Prototype(prototype) => {
                    parenthesize(&mut declarator);
                    let depth = depth.checked_sub(1).ok_or(endless)?;
                    declarator.extend(self.parameters(&prototype, depth)?);
                    words = Words::default();
                    at = prototype.returns;
                }
                Type::Function { name, prototype: of } | Type::Variable { name, of } => {
                    declarator = name.to_vec();
                    at = of;
                }
                base => {
                    let base = base_type(&base).ok_or(id.is(Fault::NoDeclaration))?;
                    return Ok(words.base(base, &declarator));
                }
            }
        }
        Err(endless)
    }

    /// The parameters of a function, in parentheses, without their names.
    fn parameters(&self, prototype: &Prototype<'_>, depth: usize) -> Result<Vec<u8>, BadBtf> {
        let mut text = b"(".to_vec();
        for parameter in prototype.parameters() {
            if text.len() > LONGEST {
                return Err(parameter.of.is(Fault::Endless));
            }
            text.extend(self.declare(parameter.of, Vec::new(), depth)?);
            text.extend_from_slice(b", ");
        }
        if prototype.is_variadic() {
            text.extend_from_slice(b"...");
        } else if text.len() == 1 {
            text.extend_from_slice(b"void");
        } else {
            text.truncate(text.len() - 2);
        }
        text.push(b')');
        Ok(text)
    }
}

/// Words that belong to the pointer or the type that comes next.
#[derive(Default)]
struct Words<'a> {
    qualifiers: Vec<&'a [u8]>,
    tags: Vec<Vec<u8>>,
}

impl Words<'_> {
    /// `*const name`
    fn pointer(&self, declarator: &[u8]) -> Vec<u8> {
        let tags = self.tags.iter().map(Vec::as_slice);
        let words: Vec<&[u8]> = tags.chain(self.qualifiers.iter().copied()).collect();
        let mut text = b"*".to_vec();
        text.extend(words.join(&b' '));
        if !words.is_empty() && !declarator.is_empty() {
            text.push(b' ');
        }
        text.extend_from_slice(declarator);
        text
    }

    /// `const char __user *name`
    fn base(&self, base: Vec<u8>, declarator: &[u8]) -> Vec<u8> {
        let tags = self.tags.iter().map(Vec::as_slice);
        let words = self.qualifiers.iter().copied().chain([base.as_slice()]).chain(tags);
        let mut text = words.collect::<Vec<_>>().join(&b' ');
        if !declarator.is_empty() && !declarator.starts_with(b"[") {
            text.push(b' ');
        }
        text.extend_from_slice(declarator);
        text
    }
}

/// Puts a pointer into parentheses, as before `[` and `(`.
fn parenthesize(declarator: &mut Vec<u8>) {
    if declarator.starts_with(b"*") {
        declarator.insert(0, b'(');
        declarator.push(b')');
    }
}

/// A type that no declarator is around; none if C has no such type.
fn base_type(of: &Type<'_>) -> Option<Vec<u8>> {
    let tagged = |word: &[u8], name: &[u8]| match name {
        b"" => [word, b" { ... }"].concat(),
        name => [word, b" ", name].concat(),
    };
    let record = |is_union, name| tagged(if is_union { b"union" } else { b"struct" }, name);
    Some(match of {
        Type::Void => b"void".to_vec(),
        Type::Integer { name, .. } | Type::Float { name, .. } | Type::Typedef { name, .. } => {
            name.to_vec()
        }
        Type::Record(of) => record(of.is_union, of.name),
        Type::Forward { name, is_union } => record(*is_union, name),
        Type::Enumeration(of) => tagged(b"enum", of.name),
        _ => return None,
    })
}
