//! What can be wrong with a line of a `.symtypes` file.

use std::fmt;

use crate::formats::type_string::BadTypeString;

/// What is wrong with a line of a `.symtypes` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It has no name and declaration.
    NoLine,
    /// It is blank.
    Blank,
    /// Its declaration ends too early.
    Cut,
    /// Its declaration is no type string of gendwarfksyms, though it begins as one.
    TypeString(BadTypeString),
    /// It is the second line for the same name.
    Twice,
    /// The file does not declare this, to which the line refers.
    Undeclared(Vec<u8>),
}

impl Damage {
    /// What to say of the line.
    pub fn sentence(&self) -> Vec<u8> {
        match self {
            Self::Undeclared(name) => {
                [b"it refers to a name that is not declared in this file: ", &name[..]].concat()
            }
            other => other.to_string().into_bytes(),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TypeString(bad) => return bad.fmt(f),
            Self::NoLine => "not a valid .symtypes line",
            Self::Blank => "a blank line, which genksyms never writes",
            Self::Cut => "the declaration is cut off",
            Self::Twice => "there is already a line for that name in this file",
            Self::Undeclared(_) => "it refers to a name that is not declared in this file",
        })
    }
}
