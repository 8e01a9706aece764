//! What [`super::impact`] asks of the types of one release, whatever these are known from.
//!
//! Names have their kind's letter (`s#page`, `E#NR_CPUS`); those of functions and variables have
//! none. Types are described in words as in [`super::described`].

use super::Unknown;
use super::described::{Described, Signature};
use super::engine::{Engine, Lookup};
use super::types::Type;

/// The types of one release.
pub trait Side {
    /// Whether nothing is known of a type but its name.
    fn is_opaque(&mut self, name: &[u8]) -> bool;

    /// The value of an enumerator.
    fn value(&mut self, name: &[u8]) -> Result<i128, Unknown>;

    /// The enumerators of an enum with their values, in order.
    fn enumerators(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown>;

    /// The variants of a struct that is an enum of Rust, in order, each with the discriminant that tells
    /// of it; one has none that is told by the values of others. None of other types.
    fn variants(&mut self, _name: &[u8]) -> Result<Vec<(String, Option<u64>)>, Unknown> {
        Ok(Vec::new())
    }

    /// A struct, union, enum, or what a typedef stands for.
    fn resolved(&mut self, name: &[u8]) -> Result<Type, Unknown>;

    /// What a typedef stands for.
    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown>;

    /// A function or variable.
    fn declared(&mut self, name: &[u8]) -> Result<Declared, Unknown>;
}

/// A function or a variable.
pub enum Declared {
    /// What a function takes and gives.
    Function(Signature),
    /// The type of a variable, and the same as it is compared.
    Variable(Type, Described),
}

/// What the declarations say. The engine must be one for comparisons.
impl<'t, F: Lookup<'t>> Side for Engine<F> {
    fn is_opaque(&mut self, name: &[u8]) -> bool {
        matches!(self.declaration(name), Err(Unknown::Opaque(_)))
    }

    fn value(&mut self, name: &[u8]) -> Result<i128, Unknown> {
        Engine::value(self, name)
    }

    fn enumerators(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown> {
        self.enumerator_values(name)
    }

    fn resolved(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        self.resolve(name)
    }

    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        self.described_name(name)
    }

    fn declared(&mut self, name: &[u8]) -> Result<Declared, Unknown> {
        let tree = self.tree(name)?;
        match self.signature(&tree)? {
            Some(signature) => Ok(Declared::Function(signature)),
            None => {
                let of_type = self.variable(&tree, name)?;
                Ok(Declared::Variable(of_type, self.variable_described(&tree)?))
            }
        }
    }
}
