//! The structure of a declaration, in whichever language it is.

/// The structure of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A struct or union with its members.
    Aggregate(Vec<Part>),
    /// An enum with its enumerators; the type of each is `=` and its value, if it says one.
    Enum(Vec<Part>),
    /// A function: what it returns, and its parameters.
    Function(String, Vec<Part>),
    /// An enum of Rust with its variants: the type of each is `=` and its discriminant, if it has one. What is
    /// beside them is there, too.
    Variants(Vec<Part>),
    /// Anything else: its type.
    Other(String),
}

/// A member, parameter or enumerator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name; members of a named member have that one's name and a dot before theirs. Empty if
    /// it has none.
    pub name: String,
    /// Its type as C, without the name; of a bit-field with its width.
    pub of_type: String,
    /// The unnamed structs and unions that it is in, outermost first: `union struct`.
    pub within: String,
}
