//! What type strings say, and by which words they are known.

/// What a line says: a type, or an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeString<'t> {
    /// A function.
    Function(Function<'t>),
    /// A variable of this type.
    Variable(Type<'t>),
    /// A type.
    Type(Type<'t>),
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type<'t> {
    /// What it is.
    pub shape: Shape<'t>,
    /// Its name, with those of what it is in: `core::option::Option<u8>`. Empty if it has none; a
    /// reference's own is in its shape.
    pub name: &'t [u8],
    /// What is said of it.
    pub attributes: Attributes<'t>,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape<'t> {
    /// One of the language's own, by its name: `int`, and `void` where DWARF has no type.
    Base,
    /// The type of this name, with its kind's letter and its quotes as it stands: `s#hdr`.
    Reference(&'t [u8]),
    /// A type made of another: `const`, `pointer`, `typedef`.
    Modified(Modifier, Box<Type<'t>>),
    /// An array, with the number of elements of each dimension; none where it has no end.
    Array(Vec<Option<u64>>, Box<Type<'t>>),
    /// What a pointer to a function points to.
    Function(Box<Function<'t>>),
    /// A struct, class or union with what is in it.
    Record(Record, Vec<Item<'t>>),
    /// An enum.
    Enumeration(Vec<Enumerator<'t>>),
    /// A type without any content, as that of C++'s `nullptr`.
    Unspecified,
    /// No type, where a rule hides it.
    Nothing,
    /// A type of a kind that this program does not know: its word, and what stands between its braces.
    Other(&'t [u8], &'t [u8]),
}

/// How a type is made of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `_Atomic`.
    NotDivided,
    /// `const`.
    Const,
    /// Ada's and D's `immutable`.
    Immutable,
    /// Packed, as in Pascal.
    Packed,
    /// A pointer, or a reference of Rust, which has a name.
    Pointer,
    /// A reference of C++.
    Reference,
    /// `restrict`.
    Restrict,
    /// A reference to something that may be moved from.
    RvalueReference,
    /// `shared`, as in UPC.
    Shared,
    /// `volatile`.
    Volatile,
    /// A typedef.
    Typedef,
    /// The parameter of a template.
    TemplateParameter,
}

/// Which record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A struct.
    Structure,
    /// A class of C++.
    Class,
    /// A union.
    Union,
}

/// What is in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'t> {
    /// A member.
    Member(Part<'t>),
    /// The variants of an enum of Rust, of which each value has one.
    Variants(Vec<Item<'t>>),
    /// One of them, with its members.
    Variant(Vec<Item<'t>>, Attributes<'t>),
    /// Something that this program does not know, as it stands.
    Other(&'t [u8]),
}

/// A member or parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'t> {
    /// Its type.
    pub of: Type<'t>,
    /// Its name; empty if it has none.
    pub name: &'t [u8],
    /// What is said of it.
    pub attributes: Attributes<'t>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function<'t> {
    /// What it takes. `...` is not shown.
    pub parameters: Vec<Part<'t>>,
    /// What it returns.
    pub result: Type<'t>,
}

/// An enumerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator<'t> {
    /// Its name.
    pub name: &'t [u8],
    /// Its value in 64 bits, of negative ones the two's complement.
    pub value: Option<u64>,
}

/// What is said of a type, a member or a variant, as far as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes<'t> {
    /// The size in bytes.
    pub byte_size: Option<u64>,
    /// How the bits of a base type are understood: DWARF's number for it.
    pub encoding: Option<u64>,
    /// The alignment in bytes, if the source or the language sets one.
    pub alignment: Option<u64>,
    /// Who may use a member: 1 all, 2 those derived from it, 3 its own.
    pub accessibility: Option<u64>,
    /// How many bits a bit-field has.
    pub bit_size: Option<u64>,
    /// Where a bit-field begins, in bits from the start of its record.
    pub data_bit_offset: Option<u64>,
    /// Where a member begins, in bytes; before DWARF 5 also a bit-field's unit.
    pub data_member_location: Option<u64>,
    /// The discriminant that a variant is for.
    pub discr_value: Option<u64>,
    /// Others, with their numbers.
    pub others: Vec<(&'t [u8], u64)>,
}

/// Why a text is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadTypeString {
    /// Where in it, in bytes.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a type string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends, and this should come.
    Cut(&'static str),
    /// This should stand there.
    Expected(&'static str),
    /// A number has more than 20 digits.
    Number,
    /// More than [`DEEPEST`] types are in one another.
    TooDeep,
    /// It is longer than [`LONGEST`].
    TooLong,
}

impl std::fmt::Display for BadTypeString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.at + 1;
        match self.fault {
            Fault::Cut(what) => write!(f, "the declaration is cut off: it ends before {what}"),
            Fault::Expected(what) => {
                write!(f, "{what} should stand at byte {place} of the declaration")
            }
            Fault::Number => {
                write!(f, "a number has more than 20 digits at byte {place} of the declaration")
            }
            Fault::TooDeep => write!(f, "more than {DEEPEST} types are in one another"),
            Fault::TooLong => write!(f, "the declaration is longer than {LONGEST} bytes"),
        }
    }
}

/// How many types, variants and functions may be in one another.
pub const DEEPEST: usize = 128;

/// How many bytes a type string may have; those of kernels have some 100,000 at most.
pub const LONGEST: usize = 4 << 20;

/// The words that a type begins with which is made of another.
pub(super) const MODIFIERS: &[(&[u8], Modifier)] = &[
    (b"atomic_type", Modifier::NotDivided),
    (b"const_type", Modifier::Const),
    (b"immutable_type", Modifier::Immutable),
    (b"packed_type", Modifier::Packed),
    (b"pointer_type", Modifier::Pointer),
    (b"reference_type", Modifier::Reference),
    (b"restrict_type", Modifier::Restrict),
    (b"rvalue_reference_type", Modifier::RvalueReference),
    (b"shared_type", Modifier::Shared),
    (b"volatile_type", Modifier::Volatile),
    (b"typedef_type", Modifier::Typedef),
    (b"template_type_parameter_type", Modifier::TemplateParameter),
];

/// The words that records begin with.
pub(super) const RECORDS: &[(&[u8], Record)] = &[
    (b"structure_type", Record::Structure),
    (b"class_type", Record::Class),
    (b"union_type", Record::Union),
];

/// What a word stands for in a table.
pub(super) fn of_word<T: Copy>(table: &[(&[u8], T)], word: &[u8]) -> Option<T> {
    table.iter().find(|(it, _)| *it == word).map(|(_, of)| *of)
}

/// Whether a declaration is one, by its first word. No declaration of C begins with such a word: a
/// typedef's name would have its letter there.
pub fn is_type_string(declaration: &[u8]) -> bool {
    let first = declaration.split(|&byte| byte == b' ').next().unwrap_or_default();
    match first {
        b"variable" | b"base_type" | b"enumeration_type" | b"subroutine_type"
        | b"unspecified_type" => true,
        b"subprogram" => declaration.starts_with(b"subprogram ("),
        _ => {
            first.starts_with(b"array_type[")
                || of_word(MODIFIERS, first).is_some()
                || of_word(RECORDS, first).is_some()
        }
    }
}

/// Whether a declaration is that of a type of which no more is known than its name: its definition is
/// elsewhere, or hidden since it is in a `.c` file. What is empty has a size.
pub fn is_opaque(declaration: &[u8]) -> bool {
    let first = declaration.split(|&byte| byte == b' ').next().unwrap_or_default();
    let has_body = first == b"enumeration_type" || of_word(RECORDS, first).is_some();
    has_body && declaration.ends_with(b" { }")
}

/// A name as people write it: without the quotes that it has if there are blanks in it.
pub fn unquoted(name: &[u8]) -> &[u8] {
    match name {
        [b'\'', inner @ .., b'\''] => inner,
        plain => plain,
    }
}

impl<'t> Type<'t> {
    /// What is in a record; nothing of other types.
    pub fn items(&self) -> &[Item<'t>] {
        match &self.shape {
            Shape::Record(_, items) => items,
            _ => &[],
        }
    }
}
