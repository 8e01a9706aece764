//! All types of an object that have a name, whatever exports reach: what layouts are taken from.
//!
//! Each unit is as a `.symtypes` file. Unlike there, types that a `.c` file defines are shown whole.

use gimli::constants as dw;

use super::collect::{Collector, reference};
use super::compute::write_symtypes;
use super::debug_info::DebugInfo;
use super::describe::{Describer, letter};
use super::entry::Entry;
use super::messages::{Fault, too_deep};
use super::pieces::Pieces;
use super::scan::{Scan, Scopes};
use super::sections::Sections;
use super::symbols::Symbols;
use crate::elf::{NotReadable, ObjectFile, Strictness};
use crate::module::Machine;
use crate::release::{NamedScopes, SymtypesOrder};

/// What stands for the text of a type that has something in it which type strings have no words for.
pub(super) const UNREADABLE: &[u8] = b"unreadable";

/// How deep types, functions and blocks may stand in each other.
const DEEPEST: usize = 1000;

/// Why an object has no types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTypes {
    /// It is no object, or its sections cannot be read.
    NotReadable(NotReadable),
    /// It has no debugging information.
    NoDebugInfo,
    /// Its debugging information is damaged.
    Damaged,
}

/// The types of one object.
#[derive(Debug)]
pub struct ObjectTypes<'s> {
    info: DebugInfo<'s>,
    /// The machine that it is for.
    pub machine: Machine,
}

/// Does `work` with the types of the object in `data`, which may be linked: a module, or a kernel.
///
/// # Errors
/// It has none, or its debugging information is damaged.
pub fn with_types<T>(data: &[u8], work: impl FnOnce(&ObjectTypes<'_>) -> T) -> Result<T, NoTypes> {
    opened(data, |file, info| {
        let machine = Machine { number: file.machine, target: file.target };
        Ok(work(&ObjectTypes { info, machine }))
    })
}

/// Does `work` with the object in `data` and its debugging information.
pub(super) fn opened<T>(
    data: &[u8],
    work: impl FnOnce(&ObjectFile<'_>, DebugInfo<'_>) -> Result<T, NoTypes>,
) -> Result<T, NoTypes> {
    let strictness = Strictness { byte_order: true, relocatable: false };
    let file = ObjectFile::parse(data, data.len(), strictness).map_err(NoTypes::NotReadable)?;
    let sections = Sections::read(&file, data).map_err(NoTypes::NotReadable)?;
    if sections.info.is_empty() {
        return Err(NoTypes::NoDebugInfo);
    }
    let info = DebugInfo::new(&sections);
    match info.fault {
        Some(_) => Err(NoTypes::Damaged),
        None => work(&file, info),
    }
}

/// The name of a unit: the file that was compiled, as the compiler was given it.
pub(super) fn unit_name(info: &DebugInfo<'_>, unit: u32) -> Vec<u8> {
    let root = info.root(unit).ok();
    root.and_then(|root| info.name(&root)).unwrap_or_default().to_vec()
}

impl<'s> ObjectTypes<'s> {
    /// The names of the units: of each the file that was compiled, as the compiler was given it.
    pub fn units(&self) -> Vec<Vec<u8>> {
        (0..self.info.units.len() as u32).map(|unit| unit_name(&self.info, unit)).collect()
    }

    /// Appends the types of a unit that `is_wanted`, and those that they refer to, to `lines`, which are as
    /// those of a `.symtypes` file. Names are as there: `s#page`. Of several types of one name in different
    /// functions one is taken.
    ///
    /// # Errors
    /// The debugging information is damaged.
    pub fn append(
        &self,
        unit: usize,
        is_wanted: impl Fn(&[u8]) -> bool,
        lines: &mut Vec<u8>,
    ) -> Result<(), NoTypes> {
        let unit = unit as u32;
        let collected = self.collected(unit, is_wanted).map_err(|_| NoTypes::Damaged)?;
        write_symtypes(&collected.map, &Pieces::default(), Vec::new(), SymtypesOrder::Name, lines);
        Ok(())
    }

    fn collected(&self, unit: u32, is_wanted: impl Fn(&[u8]) -> bool) -> Result<Collector, Fault> {
        let scopes = self.scopes(unit)?;
        let mut describer = Describer::of_all(&self.info, &scopes);
        let mut collector = Collector::default();
        let [everywhere, in_functions] = self.named(unit)?;
        let mut name = Vec::new();
        // What a function has for itself has no say where there is one for all.
        for entry in everywhere.iter().chain(&in_functions) {
            let Some(letter) = letter(entry.tag) else { continue };
            reference(letter, &describer.full_name(entry), &mut name);
            if is_wanted(&name) && !collector.has(&name) {
                collector.want(&mut describer, entry)?;
                collector.reached_or(&mut describer, UNREADABLE)?;
            }
        }
        Ok(collector)
    }

    /// The names of the scopes in a unit.
    fn scopes(&self, unit: u32) -> Result<Scopes, Fault> {
        let mut scopes = Scopes::default();
        let mut scan = Scan {
            info: &self.info,
            symbols: &mut Symbols::default(),
            scopes: &mut scopes,
            named: NamedScopes::Types,
            matches: &mut Vec::new(),
        };
        scan.unit(unit)?;
        Ok(scopes)
    }

    /// The types in a unit that have a name and are more than declared, and after them those of functions.
    fn named(&self, unit: u32) -> Result<[Vec<Entry<'s>>; 2], Fault> {
        let nests_types = self.info.units[unit as usize].nests_types();
        let mut found = [Vec::new(), Vec::new()];
        let mut open = vec![(self.info.children(&self.info.root(unit)?), false)];
        while let Some((children, is_in_function)) = open.last_mut() {
            let is_in_function = *is_in_function;
            let Some(entry) = children.next()? else {
                open.pop();
                continue;
            };
            let is_type = letter(entry.tag).is_some();
            if is_type && !entry.is_declaration && self.info.name(&entry).is_some() {
                found[usize::from(is_in_function)].push(entry);
            }
            if entry.has_children && (nests_types || !is_type) {
                if open.len() > DEEPEST {
                    return Err(too_deep(entry.place));
                }
                let is_in_function = is_in_function || entry.tag == dw::DW_TAG_subprogram;
                open.push((self.info.children(&entry), is_in_function));
            }
        }
        Ok(found)
    }
}
