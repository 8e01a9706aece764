//! The kinds of types, and which words each of them has.

use super::bad_btf::Fault;
use super::kind_layouts::KindLayouts;
use super::words::Words;

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A number of whatever it is.
    Number,
    /// The offset of a name.
    Name,
    /// The number of a type.
    Type,
}

use Word::{Name, Number, Type};

/// The kinds, by what the type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Pointer,
    Array,
    Struct,
    Union,
    Enum,
    Forward,
    Typedef,
    Volatile,
    Const,
    Restrict,
    Function,
    Prototype,
    Variable,
    Section,
    Float,
    DeclarationTag,
    TypeTag,
    Enum64,
    /// One that is not known, by its number; the file tells how large such types are.
    Unknown(u32),
}

/// Which words a kind has.
#[derive(Debug)]
struct Shape {
    kind: Kind,
    /// The third word, after the name and the kind.
    third: Word,
    /// Those that follow.
    once: &'static [Word],
    /// Those that then follow as often as the count says.
    each: &'static [Word],
}

/// A kind of which each type has the same words.
const fn fixed(kind: Kind, third: Word, once: &'static [Word]) -> Shape {
    Shape { kind, third, once, each: &[] }
}

/// A kind with entries.
const fn list(kind: Kind, third: Word, each: &'static [Word]) -> Shape {
    Shape { kind, third, once: &[], each }
}

/// The shapes, the first for kind 1.
const SHAPES: [Shape; 19] = [
    fixed(Kind::Integer, Number, &[Number]),
    fixed(Kind::Pointer, Type, &[]),
    fixed(Kind::Array, Number, &[Type, Type, Number]),
    list(Kind::Struct, Number, &[Name, Type, Number]),
    list(Kind::Union, Number, &[Name, Type, Number]),
    list(Kind::Enum, Number, &[Name, Number]),
    fixed(Kind::Forward, Number, &[]),
    fixed(Kind::Typedef, Type, &[]),
    fixed(Kind::Volatile, Type, &[]),
    fixed(Kind::Const, Type, &[]),
    fixed(Kind::Restrict, Type, &[]),
    fixed(Kind::Function, Type, &[]),
    list(Kind::Prototype, Type, &[Name, Type]),
    fixed(Kind::Variable, Type, &[Number]),
    list(Kind::Section, Number, &[Type, Number, Number]),
    fixed(Kind::Float, Number, &[]),
    fixed(Kind::DeclarationTag, Type, &[Number]),
    fixed(Kind::TypeTag, Type, &[]),
    list(Kind::Enum64, Number, &[Name, Number, Number]),
];

/// What is known of a type of an unknown kind: the words that each type begins with.
const UNKNOWN: Shape = fixed(Kind::Unknown(0), Number, &[]);

/// How many words each type begins with.
const HEAD: usize = 3;

/// A type, as the file has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawType<'d> {
    /// The offset of its name.
    pub(super) name: u32,
    pub(super) kind: Kind,
    /// How many entries it has; of a function, how it is linked.
    pub(super) count: u32,
    /// What it means depends on the kind.
    pub(super) flag: bool,
    /// A size or a type.
    pub(super) third: u32,
    shape: &'static Shape,
    /// All its words.
    words: Words<'d>,
}

impl<'d> RawType<'d> {
    /// The type that begins at word `start`.
    pub(super) fn read(
        types: Words<'d>,
        layouts: KindLayouts<'_>,
        start: usize,
    ) -> Result<Self, Fault> {
        let word = |index| types.get(start + index).ok_or(Fault::CutOff);
        let (name, info, third) = (word(0)?, word(1)?, word(2)?);
        // The kernel has 16 bits for the count and 5 for the kind, and wants those between to be
        // zero. Taken in, they make a count or a kind that is not there.
        let (flag, kind, count) = (info >> 31 == 1, info >> 24 & 0x7f, info & 0xff_ffff);
        let known = (kind as usize).checked_sub(1).and_then(|index| SHAPES.get(index));
        let (shape, kind, [once, each]) = match known {
            Some(shape) => (shape, shape.kind, [shape.once.len(), shape.each.len()]),
            None => {
                let layout = layouts.get(kind).ok_or(Fault::Kind(kind))?;
                (&UNKNOWN, Kind::Unknown(kind), [layout.once, layout.each])
            }
        };
        let words = types.cut(start, HEAD + once + each * count as usize).ok_or(Fault::CutOff)?;
        Ok(Self { name, kind, count, flag, third, shape, words })
    }

    /// How many words it has.
    pub(super) fn size(&self) -> usize {
        self.words.len()
    }

    /// All its words, and what they mean.
    pub(super) fn words(&self) -> impl Iterator<Item = (Word, u32)> {
        let Shape { third, once, each, .. } = *self.shape;
        let head = [Name, Number, third].into_iter();
        let meanings = head.chain(once.iter().copied()).chain(each.iter().copied().cycle());
        meanings.zip(self.words.iter())
    }

    /// The words after the first three that it has once, filled up with zeros.
    pub(super) fn once(&self) -> [u32; 3] {
        let count = self.shape.once.len();
        std::array::from_fn(|index| match index < count {
            true => self.words.get(HEAD + index).unwrap_or_default(),
            false => 0,
        })
    }

    /// The entries, each filled up with zeros.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = [u32; 3]> + use<'d> {
        let (words, size) = (self.words, self.shape.each.len());
        let start = HEAD + self.shape.once.len();
        let count = if size == 0 { 0 } else { self.count as usize };
        (0..count).map(move |entry| {
            std::array::from_fn(|index| match index < size {
                true => words.get(start + entry * size + index).unwrap_or_default(),
                false => 0,
            })
        })
    }
}
