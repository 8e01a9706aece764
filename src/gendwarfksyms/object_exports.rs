//! What an object exports, with the CRC of each export and the types that it reaches: what objects are
//! compared by.
//!
//! A linked object has a unit for each file that was compiled. Kbuild computes CRCs before that, of each
//! file by itself, and the same is done here: an export belongs to the unit that defines it.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::collect::Collector;
use super::compute::write_symtypes;
use super::debug_info::DebugInfo;
use super::describe::Describer;
use super::messages::Fault;
use super::object_types::{NoTypes, UNREADABLE, opened, unit_name};
use super::pieces::Pieces;
use super::scan::{Match, Scan, Scopes};
use super::symbols::{SymbolId, Symbols, Typed};
use super::version::Versions;
use crate::elf::{NameRoom, ObjectFile};
use crate::release::{NamedScopes, SymtypesOrder};

/// How the names of symbols begin that say in an object what it exports, since 6.4, and in a linked one.
const MARKS: [&[u8]; 2] = [b"__export_symbol_", b"__ksymtab_"];

/// The exports of one object.
#[derive(Debug)]
pub struct ObjectExports<'s, 'l> {
    info: DebugInfo<'s>,
    symbols: Symbols<'l>,
    units: Vec<UnitExports>,
}

/// A unit that defines exports, and which DIEs these have their types from.
#[derive(Debug)]
struct UnitExports {
    unit: u32,
    exports: Vec<(SymbolId, Typed)>,
}

/// Which unit an export belongs to, as far as is known.
struct Owner {
    unit: u32,
    typed: Typed,
    /// Whether it is more than declared there.
    is_defined: bool,
}

/// Does `work` with the exports of the object in `data`, which may be linked: a module, or a kernel.
/// An object that marks none exports all its global symbols, as Kbuild takes them of Rust's objects.
///
/// # Errors
/// It has no debugging information, or that is damaged.
pub fn with_exports<T>(
    data: &[u8],
    work: impl FnOnce(&ObjectExports<'_, '_>) -> T,
) -> Result<T, NoTypes> {
    opened(data, |file, info| {
        let list = listed(file)?;
        let mut symbols = Symbols::read(&list, None).map_err(|_| NoTypes::Damaged)?;
        symbols.locate(file, false);
        let units = units(&info, &mut symbols).map_err(|_| NoTypes::Damaged)?;
        Ok(work(&ObjectExports { info, symbols, units }))
    })
}

/// What the object exports, a line each.
pub(super) fn listed(file: &ObjectFile<'_>) -> Result<Vec<u8>, NoTypes> {
    let mut room = NameRoom::of_file(file.file_size());
    let (mut marked, mut global) = (Vec::new(), Vec::new());
    for symbol in file.symbols.iter().skip(1).filter(|symbol| !symbol.is_undefined()) {
        let name = file.symbol_name(symbol).map_err(NoTypes::NotReadable)?;
        match MARKS.iter().find_map(|mark| name.strip_prefix(*mark)) {
            Some(export) => marked.push(export),
            // STB_LOCAL
            None if symbol.bind != 0 => global.push(name),
            None => continue,
        }
        room.take(name).map_err(NoTypes::NotReadable)?;
    }
    let names = if marked.is_empty() { global } else { marked };
    let is_word = |name: &&[u8]| !name.is_empty() && !name.iter().any(u8::is_ascii_whitespace);
    Ok(names.into_iter().filter(is_word).flat_map(|name| [name, b"\n"].concat()).collect())
}

/// The units that define what is asked for.
fn units(info: &DebugInfo<'_>, symbols: &mut Symbols<'_>) -> Result<Vec<UnitExports>, Fault> {
    let mut owners = IndexMap::<SymbolId, Owner, FxBuildHasher>::default();
    for unit in 0..info.units.len() as u32 {
        if info.units[unit as usize].is_assembler() {
            continue;
        }
        symbols.forget_types();
        let (matches, _) = scanned(info, symbols, unit)?;
        for Match { symbol, typed } in matches {
            let is_defined = !info.entry(unit, typed.place)?.is_declaration;
            for id in symbols.group(symbol) {
                let is_better = owners.get(&id).is_none_or(|owner| is_defined && !owner.is_defined);
                if is_better {
                    owners.insert(id, Owner { unit, typed, is_defined });
                }
            }
        }
    }
    let mut units: Vec<UnitExports> = Vec::new();
    owners.sort_by_key(|_, owner| owner.unit);
    for (id, Owner { unit, typed, .. }) in owners {
        match units.last_mut().filter(|last| last.unit == unit) {
            Some(last) => last.exports.push((id, typed)),
            None => units.push(UnitExports { unit, exports: vec![(id, typed)] }),
        }
    }
    Ok(units)
}

/// What a unit has of the symbols, and the names of its scopes.
fn scanned(
    info: &DebugInfo<'_>,
    symbols: &mut Symbols<'_>,
    unit: u32,
) -> Result<(Vec<Match>, Scopes), Fault> {
    let (mut matches, mut scopes) = (Vec::new(), Scopes::default());
    let named = NamedScopes::Types;
    Scan { info, symbols, scopes: &mut scopes, named, matches: &mut matches }.unit(unit)?;
    Ok((matches, scopes))
}

impl ObjectExports<'_, '_> {
    /// The names of the units that define exports: of each the file that was compiled, as the compiler
    /// was given it.
    pub fn units(&self) -> Vec<Vec<u8>> {
        self.units.iter().map(|it| unit_name(&self.info, it.unit)).collect()
    }

    /// Appends the exports of one of [`ObjectExports::units`], and the types that they reach, to `lines`,
    /// which are as those of a `.symtypes` file. Returns the exports with their CRCs, without `--stable`.
    /// Those that type strings have no words for are left out.
    ///
    /// # Errors
    /// The debugging information is damaged.
    pub fn append(&self, unit: usize, lines: &mut Vec<u8>) -> Result<Vec<(Vec<u8>, u32)>, NoTypes> {
        self.described(&self.units[unit], lines).map_err(|_| NoTypes::Damaged)
    }

    fn described(
        &self,
        of: &UnitExports,
        lines: &mut Vec<u8>,
    ) -> Result<Vec<(Vec<u8>, u32)>, Fault> {
        let (_, scopes) = scanned(&self.info, &mut Symbols::default(), of.unit)?;
        let mut describer = Describer::new(&self.info, &scopes, None);
        let mut collector = Collector::default();
        let (mut pieces, mut spans) = (Pieces::default(), Vec::new());
        for (id, typed) in &of.exports {
            if let Ok(span) = collector.symbol(&mut describer, of.unit, *typed, &mut pieces) {
                spans.push((self.symbols.name(*id).to_vec(), span));
            }
        }
        collector.reached_or(&mut describer, UNREADABLE)?;
        let (mut map, mut versions) = (collector.map, Versions::new(None));
        let crc = |(name, span): &(Vec<u8>, _)| {
            Ok((name.clone(), versions.crc(&mut map, &pieces, *span, None)?))
        };
        let crcs = spans.iter().map(crc).collect::<Result<_, Fault>>()?;
        write_symtypes(&map, &pieces, spans, SymtypesOrder::Name, lines);
        Ok(crcs)
    }
}
