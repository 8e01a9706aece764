//! The types of a file, in whichever language they are declared.

use super::Unknown;
use super::definition::Definition;
use super::described::Described;
use super::engine::{Engine, Lookup};
use super::side::{Declared, Side};
use super::type_string::StringSide;
use super::types::Type;

/// What knows the layouts of a file's types, by the language of its declarations.
pub enum Laid<F> {
    /// Computed from C.
    Computed(Box<Engine<F>>),
    /// As type strings say.
    Said(StringSide<F>),
}

impl<'t, F: Lookup<'t>> Laid<F> {
    /// What a tag or the name of a typedef stands for.
    ///
    /// # Errors
    /// It is not known.
    pub fn definition(&mut self, name: &[u8]) -> Result<Definition, Unknown> {
        match self {
            Self::Computed(engine) => engine.definition(name),
            Self::Said(side) => side.definition(name),
        }
    }

    fn side(&mut self) -> &mut dyn Side {
        match self {
            Self::Computed(engine) => &mut **engine,
            Self::Said(side) => side,
        }
    }
}

impl<'t, F: Lookup<'t>> Side for Laid<F> {
    fn is_opaque(&mut self, name: &[u8]) -> bool {
        self.side().is_opaque(name)
    }

    fn value(&mut self, name: &[u8]) -> Result<i128, Unknown> {
        self.side().value(name)
    }

    fn enumerators(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown> {
        self.side().enumerators(name)
    }

    fn variants(&mut self, name: &[u8]) -> Result<Vec<(String, Option<u64>)>, Unknown> {
        self.side().variants(name)
    }

    fn resolved(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        self.side().resolved(name)
    }

    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        self.side().typedef(name)
    }

    fn declared(&mut self, name: &[u8]) -> Result<Declared, Unknown> {
        self.side().declared(name)
    }
}
