//! One pass over a unit: which DIEs the symbols have their types from, and which types stand in
//! others and so have longer names.

use gimli::DwTag;
use gimli::constants as dw;

use super::debug_info::DebugInfo;
use super::entry::{Entry, Place};
use super::messages::{Fault, no_pointer, pointer_to_nothing, too_deep};
use super::symbols::{Kind, SymbolId, Symbols, Typed, is_pointer};
use crate::release::NamedScopes;

/// How deep namespaces, types and blocks may stand in each other.
const DEEPEST: usize = 1000;

/// What stands for the name of a scope that has none.
const ANONYMOUS: &[u8] = b"<anonymous>";

/// Whether symbols are looked for in a DIE with this tag.
fn holds_symbols(tag: DwTag) -> bool {
    matches!(tag, dw::DW_TAG_namespace | dw::DW_TAG_class_type | dw::DW_TAG_structure_type)
}

/// Whether libdw takes a DIE with this tag for a scope that has addresses.
fn may_hold_code(tag: DwTag) -> bool {
    matches!(
        tag,
        dw::DW_TAG_module
            | dw::DW_TAG_lexical_block
            | dw::DW_TAG_with_stmt
            | dw::DW_TAG_catch_block
            | dw::DW_TAG_try_block
            | dw::DW_TAG_entry_point
            | dw::DW_TAG_inlined_subroutine
            | dw::DW_TAG_subprogram
    )
}

/// A symbol whose type is to be found at a DIE.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub symbol: SymbolId,
    pub typed: Typed,
}

/// The names of the scopes that types stand in.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    /// The DIEs in scopes with a name, in order, each with the index of that.
    places: Vec<(Place, u32)>,
    names: Vec<Vec<u8>>,
}

impl Scopes {
    /// The name of the scope that a DIE stands in, if it has one: `core::option`.
    pub fn of(&self, place: Place) -> Option<&[u8]> {
        let index = self.places.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        Some(&self.names[self.places[index].1 as usize])
    }
}

/// What the surroundings of a DIE pass on to it.
#[derive(Clone, Copy, Debug)]
struct Surrounding {
    /// The name of the scope.
    scope: Option<u32>,
    /// Whether symbols are looked for.
    has_symbols: bool,
}

/// A pass over one unit.
pub(super) struct Scan<'a, 's, 'l> {
    pub info: &'a DebugInfo<'s>,
    pub symbols: &'a mut Symbols<'l>,
    pub scopes: &'a mut Scopes,
    /// Which scopes are part of names.
    pub named: NamedScopes,
    /// What was found, in the order in which the C program looks at it.
    pub matches: &'a mut Vec<Match>,
}

impl<'s> Scan<'_, 's, '_> {
    /// Goes through a unit.
    ///
    /// # Errors
    /// A variable that should carry the type of a symbol carries none, or the unit is damaged.
    pub fn unit(&mut self, unit: u32) -> Result<(), Fault> {
        let root = self.info.root(unit)?;
        let nests_types = match self.named {
            NamedScopes::Types => self.info.units[unit as usize].nests_types(),
            NamedScopes::Blocks => true,
        };
        let scope = self.scope_of(&root, None);
        self.inside(&root, Surrounding { scope, has_symbols: true }, nests_types, 0)?;
        for (symbol, typed) in self.symbols.left_to_pointers() {
            // Not if it is an alias of one before.
            if self.symbols.typed(symbol).is_none() {
                self.found(symbol, typed);
            }
        }
        Ok(())
    }

    fn found(&mut self, symbol: SymbolId, typed: Typed) {
        self.symbols.set_typed(symbol, typed);
        self.matches.push(Match { symbol, typed });
    }

    fn inside(
        &mut self,
        parent: &Entry<'s>,
        around: Surrounding,
        nests_types: bool,
        depth: usize,
    ) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err(too_deep(parent.place));
        }
        let mut children = self.info.children(parent);
        while let Some(entry) = children.next()? {
            let is_scope = self.is_scope(entry.tag);
            let is_symbol = matches!(entry.tag, dw::DW_TAG_subprogram | dw::DW_TAG_variable);
            if let Some(scope) = around.scope
                && !is_symbol
            {
                self.scopes.places.push((entry.place, scope));
            }
            if is_symbol && around.has_symbols {
                self.symbol(&entry)?;
            }
            // Where no types nest, only what may hold symbols matters.
            if entry.has_children && (holds_symbols(entry.tag) || nests_types) {
                let scope = is_scope.then(|| self.scope_of(&entry, around.scope)).flatten();
                let has_symbols = around.has_symbols && holds_symbols(entry.tag);
                self.inside(&entry, Surrounding { scope, has_symbols }, nests_types, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Whether what stands in a DIE with this tag has its name before its own.
    fn is_scope(&self, tag: DwTag) -> bool {
        match self.named {
            NamedScopes::Types => holds_symbols(tag),
            NamedScopes::Blocks => holds_symbols(tag) || may_hold_code(tag),
        }
    }

    /// The name of the scope that `entry` is for what stands in it.
    fn scope_of(&mut self, entry: &Entry<'s>, outer: Option<u32>) -> Option<u32> {
        let mut own = self.info.name(entry);
        match (entry.tag, self.named) {
            (dw::DW_TAG_compile_unit, _) => return None,
            (_, NamedScopes::Blocks) => own = own.or(Some(ANONYMOUS)),
            (tag, NamedScopes::Types) if !holds_symbols(tag) => return None,
            (_, NamedScopes::Types) => {}
        }
        let name = match (outer, own) {
            (Some(outer), own) => {
                let outer = &self.scopes.names[outer as usize];
                [outer, &b"::"[..], own.unwrap_or(ANONYMOUS)].concat()
            }
            (None, Some(own)) => own.to_vec(),
            (None, None) => return None,
        };
        self.scopes.names.push(name);
        Some(self.scopes.names.len() as u32 - 1)
    }

    /// Looks whether a function or variable is one of the symbols.
    fn symbol(&mut self, entry: &Entry<'s>) -> Result<(), Fault> {
        let info = self.info;
        let origin = match entry.origin {
            Some(origin) => Some(info.entry(entry.unit, origin)?),
            None => None,
        };
        let own = info.symbol_name(entry).and_then(|name| self.symbols.wanted(name));
        let of_origin = || {
            let origin = origin.as_ref()?;
            info.symbol_name(origin).and_then(|name| self.symbols.wanted(name))
        };
        let Some(symbol) = own.or_else(of_origin) else {
            return Ok(());
        };
        let source = origin.as_ref().unwrap_or(entry);
        let place = source.place;
        match info.symbol_name(source) {
            Some(name) if is_pointer(name) => {
                let typed = self.pointed_to(source, name)?;
                self.symbols.set_pointer(symbol, typed);
            }
            _ if entry.tag == dw::DW_TAG_subprogram => {
                self.found(symbol, Typed { place, kind: Kind::Function });
            }
            _ => self.found(symbol, Typed { place, kind: Kind::Variable }),
        }
        Ok(())
    }

    /// What a pointer says of the symbol that it points to: of a function its type; else the pointer
    /// itself, which has a type as a variable has.
    fn pointed_to(&self, entry: &Entry<'s>, name: &[u8]) -> Result<Typed, Fault> {
        let place = entry.type_.ok_or_else(|| no_pointer(name))?;
        let pointer = self.info.entry(entry.unit, place)?;
        if pointer.tag != dw::DW_TAG_pointer_type {
            return Err(no_pointer(name));
        }
        let target = pointer.type_.ok_or_else(|| pointer_to_nothing(name))?;
        let target = self.info.entry(pointer.unit, target)?;
        Ok(if target.tag == dw::DW_TAG_subroutine_type {
            Typed { place: target.place, kind: Kind::Function }
        } else {
            Typed { place, kind: Kind::Variable }
        })
    }
}
