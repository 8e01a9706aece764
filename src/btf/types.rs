//! Types as they are asked for.

use super::file::Btf;
use super::kinds::{Kind, RawType};
use super::type_id::TypeId;

/// A type. Names are empty where C has none.
#[derive(Clone, Copy, Debug)]
pub enum Type<'d> {
    /// `void`
    Void,
    /// An integer, `char` and `bool` too.
    Integer {
        /// What the compiler calls it: `long unsigned int`.
        name: &'d [u8],
        /// In bytes.
        size: u64,
        /// Where its bits begin: not 0 only of bit-fields, as older encoders describe them.
        first_bit: u64,
        /// How many bits it has.
        bits: u64,
        /// Whether it has a sign.
        is_signed: bool,
        /// Whether it is `bool`.
        is_bool: bool,
    },
    /// A floating-point number.
    Float {
        /// What the compiler calls it.
        name: &'d [u8],
        /// In bytes.
        size: u64,
    },
    /// A pointer to this.
    Pointer(TypeId),
    /// An array.
    Array {
        /// What it is of.
        element: TypeId,
        /// How many; 0 where C says nothing.
        count: u64,
    },
    /// A struct or union.
    Record(Record<'d>),
    /// An enumeration.
    Enumeration(Enumeration<'d>),
    /// A struct or union that is only named.
    Forward {
        /// The name.
        name: &'d [u8],
        /// A union, else a struct.
        is_union: bool,
    },
    /// A name for another type.
    Typedef {
        /// The name.
        name: &'d [u8],
        /// Of what.
        of: TypeId,
    },
    /// The same type with `const`, `volatile` or `restrict`.
    Qualified {
        /// The word.
        word: &'static str,
        /// Of what.
        of: TypeId,
    },
    /// The same type with a tag, such as `user` for `__user`.
    Tagged {
        /// The tag.
        tag: &'d [u8],
        /// Of what.
        of: TypeId,
    },
    /// What a function takes and returns.
    Prototype(Prototype<'d>),
    /// A function.
    Function {
        /// Its name.
        name: &'d [u8],
        /// Its type.
        prototype: TypeId,
    },
    /// A variable.
    Variable {
        /// Its name.
        name: &'d [u8],
        /// Its type.
        of: TypeId,
    },
    /// The variables in one section.
    Section {
        /// The section.
        name: &'d [u8],
    },
    /// A tag on a declaration.
    DeclarationTag {
        /// The tag.
        tag: &'d [u8],
        /// Which declaration.
        of: TypeId,
        /// Which of its members or parameters, counted from 0; none if it is on the whole.
        component: Option<u32>,
    },
    /// Something of a kind that is not known: its number.
    Unknown(u32),
}

/// A struct or union.
#[derive(Clone, Copy, Debug)]
pub struct Record<'d> {
    /// Its tag.
    pub name: &'d [u8],
    /// A union, else a struct.
    pub is_union: bool,
    /// In bytes.
    pub size: u64,
    entries: Entries<'d>,
}

/// A member of a struct or union, as BTF has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'d> {
    /// Empty for an unnamed struct or union.
    pub name: &'d [u8],
    /// Its type.
    pub of: TypeId,
    /// In bits, from the start of the record.
    pub offset: u64,
    /// Of a bit-field, how many bits it has. Older encoders say it in the type instead.
    pub width: Option<u64>,
}

/// An enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Enumeration<'d> {
    /// Its tag.
    pub name: &'d [u8],
    /// In bytes.
    pub size: u64,
    entries: Entries<'d>,
}

/// A name with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator<'d> {
    /// The name.
    pub name: &'d [u8],
    /// Of 32 or 64 bits, with or without a sign, as the enumeration says.
    pub value: i128,
}

/// What a function takes and returns.
#[derive(Clone, Copy, Debug)]
pub struct Prototype<'d> {
    /// What it returns.
    pub returns: TypeId,
    entries: Entries<'d>,
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'d> {
    /// Its name.
    pub name: &'d [u8],
    /// Its type.
    pub of: TypeId,
}

/// By these types libbpf, too, determines how large a pointer is: in the kernel both have one size.
const AS_LARGE_AS_POINTERS: [&[u8]; 4] =
    [b"long int", b"long unsigned int", b"long", b"unsigned long"];

impl Btf<'_> {
    /// How large pointers are, if a type of ours shows it.
    pub(super) fn find_pointer_size(&self) -> Option<u64> {
        self.types().find_map(|(_, of)| match of {
            Type::Integer { name, size, .. } if AS_LARGE_AS_POINTERS.contains(&name) => Some(size),
            _ => None,
        })
    }

    /// Whether some enumeration of ours has a sign.
    pub(super) fn has_signed_enumeration(&self) -> bool {
        self.types().any(|(_, of)| matches!(of, Type::Enumeration(of) if of.has_sign()))
    }

    /// The types, in the order of their numbers. Of a module, only those that its kernel has not.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        self.ids().map(|id| (id, self.get(id)))
    }

    /// Type `id`, the kernel's as well. A number that no type has is taken for `void`.
    pub fn get(&self, id: TypeId) -> Type<'_> {
        self.raw(id).map_or(Type::Void, |raw| decode(self, raw))
    }
}

impl<'d> Type<'d> {
    /// The name by which it is found, if it has one: a tag, or the name of a type, function or
    /// variable.
    pub fn name(&self) -> Option<&'d [u8]> {
        let name = match self {
            Self::Integer { name, .. }
            | Self::Float { name, .. }
            | Self::Forward { name, .. }
            | Self::Typedef { name, .. }
            | Self::Function { name, .. }
            | Self::Variable { name, .. }
            | Self::Section { name } => name,
            Self::Record(record) => record.name,
            Self::Enumeration(enumeration) => enumeration.name,
            Self::Void
            | Self::Pointer(_)
            | Self::Array { .. }
            | Self::Qualified { .. }
            | Self::Tagged { .. }
            | Self::Prototype(_)
            | Self::DeclarationTag { .. }
            | Self::Unknown(_) => b"",
        };
        Some(name).filter(|name| !name.is_empty())
    }
}

/// What a type is made of, as the file has it.
#[derive(Clone, Copy, Debug)]
struct Entries<'d> {
    btf: &'d Btf<'d>,
    raw: RawType<'d>,
}

impl<'d> Record<'d> {
    /// Its members, in order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'d>> + use<'d> {
        let Entries { btf, raw } = self.entries;
        raw.entries().map(move |[name, of, offset]| {
            // The flag says that the upper byte is the width of a bit-field.
            let (offset, width) = match raw.flag {
                true => (offset & 0xff_ffff, offset >> 24),
                false => (offset, 0),
            };
            Field {
                name: btf.name(name),
                of: TypeId(of),
                offset: u64::from(offset),
                width: Some(u64::from(width)).filter(|&width| width > 0),
            }
        })
    }

    /// How many members it has.
    pub fn field_count(&self) -> usize {
        self.entries.raw.count as usize
    }
}

impl<'d> Enumeration<'d> {
    /// Whether it has a sign. Older encoders do not tell that of any.
    pub fn has_sign(&self) -> bool {
        self.entries.raw.flag
    }

    /// Its names and their values, in order.
    pub fn enumerators(&self) -> impl Iterator<Item = Enumerator<'d>> + use<'d> {
        let Entries { btf, raw } = self.entries;
        raw.entries().map(move |[name, low, high]| {
            let wide = u64::from(high) << 32 | u64::from(low);
            // The flag says that there is a sign.
            let value = match (raw.kind, raw.flag) {
                (Kind::Enum64, true) => i128::from(wide as i64),
                (Kind::Enum64, false) => i128::from(wide),
                (_, true) => i128::from(low as i32),
                (_, false) => i128::from(low),
            };
            Enumerator { name: btf.name(name), value }
        })
    }
}

impl<'d> Prototype<'d> {
    /// Its parameters, in order, without `...`.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'d>> + use<'d> {
        let Entries { btf, raw } = self.entries;
        let count = raw.count as usize - usize::from(self.is_variadic());
        let named =
            move |[name, of, _]: [u32; 3]| Parameter { name: btf.name(name), of: TypeId(of) };
        raw.entries().take(count).map(named)
    }

    /// Whether `...` follows them: a last parameter with neither name nor type.
    pub fn is_variadic(&self) -> bool {
        self.entries.raw.entries().next_back() == Some([0; 3])
    }
}

/// What an integer may be, as bits of its encoding.
const SIGNED: u32 = 1;
const BOOL: u32 = 4;

/// What `raw` means.
fn decode<'d>(btf: &'d Btf<'_>, raw: RawType<'d>) -> Type<'d> {
    let name = btf.name(raw.name);
    let (size, of) = (u64::from(raw.third), TypeId(raw.third));
    let [first, _, third] = raw.once();
    let entries = Entries { btf, raw };
    match raw.kind {
        Kind::Integer => Type::Integer {
            name,
            size,
            first_bit: u64::from(first >> 16 & 0xff),
            bits: u64::from(first & 0xff),
            is_signed: first >> 24 & SIGNED != 0,
            is_bool: first >> 24 & BOOL != 0,
        },
        Kind::Float => Type::Float { name, size },
        Kind::Pointer => Type::Pointer(of),
        Kind::Array => Type::Array { element: TypeId(first), count: u64::from(third) },
        Kind::Struct => Type::Record(Record { name, is_union: false, size, entries }),
        Kind::Union => Type::Record(Record { name, is_union: true, size, entries }),
        Kind::Enum | Kind::Enum64 => Type::Enumeration(Enumeration { name, size, entries }),
        Kind::Forward => Type::Forward { name, is_union: raw.flag },
        Kind::Typedef => Type::Typedef { name, of },
        Kind::Volatile => Type::Qualified { word: "volatile", of },
        Kind::Const => Type::Qualified { word: "const", of },
        Kind::Restrict => Type::Qualified { word: "restrict", of },
        Kind::TypeTag => Type::Tagged { tag: name, of },
        Kind::Prototype => Type::Prototype(Prototype { returns: of, entries }),
        Kind::Function => Type::Function { name, prototype: of },
        Kind::Variable => Type::Variable { name, of },
        Kind::Section => Type::Section { name },
        Kind::Unknown(kind) => Type::Unknown(kind),
        Kind::DeclarationTag => {
            let is_whole = first == u32::MAX;
            Type::DeclarationTag { tag: name, of, component: (!is_whole).then_some(first) }
        }
    }
}
