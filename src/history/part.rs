//! Writes a part: the tables of one kernel, whole or on top of a base.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::facts::{Export, Facts, Field, Symbol, Type, machine_words};
use super::schema::{
    NOTE_BASE, NOTE_BASE_DIGEST, NOTE_BASE_ROWS, NOTE_COVER, NOTE_DIGEST, NOTE_OWN_ROWS,
    NOTE_VERSION, TableName, VERSION,
};
use crate::parquet::{Entry, write};

/// A map by hash that keeps its order.
type Map<K> = IndexMap<K, u32, BuildHasherDefault<FxHasher>>;

/// The rows of a part that others may build on. It builds on none itself.
#[derive(Clone, Debug)]
pub struct Base {
    /// Its release.
    pub release: String,
    /// The digest of what is known of it, as its notes have it.
    pub digest: String,
    /// Its symbols, in the order of their rows.
    pub symbols: Map<Symbol>,
    /// Its layouts by name and digest, in the order of their rows.
    pub layouts: Map<(String, u64)>,
    /// Its fields, each with the type that has it, in the order of their rows.
    pub fields: Map<(String, Field)>,
}

/// The tables of a part: each with the content of its file.
pub type Files = Vec<(TableName, Vec<u8>)>;

/// Of a kernel, how many rows a base has, and how many it lacks.
pub fn overlap(facts: &Facts, base: &Base) -> (usize, usize) {
    let exports = facts.exports.iter().flatten();
    let symbols = exports.filter(|it| base.symbols.contains_key(&it.symbol)).count();
    let types = facts.types.iter().flatten();
    let key = |it: &Type| (it.name.clone(), it.digest);
    let layouts = types.filter(|it| base.layouts.contains_key(&key(it))).count();
    let all = facts.exports.as_ref().map_or(0, Vec::len) + facts.types.as_ref().map_or(0, Vec::len);
    (symbols + layouts, all - symbols - layouts)
}

/// The tables of a kernel, on top of `base` if one is given. Tables without rows are left out, but for
/// those that say what the kernel has.
pub fn files(facts: &Facts, base: Option<&Base>) -> Files {
    let (own_symbols, exports) = exports(facts.exports.as_deref(), base);
    let (own_layouts, types) = types(facts.types.as_deref(), base);
    let count = |number: usize| number as u64;
    let base_symbols = base.map_or(0, |base| base.symbols.len());
    let base_layouts = base.map_or(0, |base| base.layouts.len());
    let base_fields = base.map_or(0, |base| base.fields.len());
    let digest = facts.digest();
    let notes = |base_rows: usize, own_rows: usize| {
        let mut notes = vec![
            (NOTE_VERSION, VERSION.to_string()),
            (NOTE_DIGEST, format!("{digest:016x}")),
            (NOTE_OWN_ROWS, own_rows.to_string()),
        ];
        if let Some(base) = base {
            notes.push((NOTE_BASE, base.release.clone()));
            notes.push((NOTE_BASE_DIGEST, base.digest.clone()));
            notes.push((NOTE_BASE_ROWS, base_rows.to_string()));
        }
        if let Some(loading) = &facts.loading {
            notes.push((NOTE_COVER, loading.cover.clone()));
        }
        notes
    };
    let of_symbols = notes(base_symbols, own_symbols.len());
    let of_layouts = notes(base_layouts, own_layouts.len());
    let mut files = Files::new();
    if !own_symbols.is_empty() {
        let mut rows = own_symbols.iter().zip(0..).map(|(symbol, row)| {
            vec![
                Entry::Number(row),
                Entry::Text(&symbol.name),
                Entry::Text(&symbol.module),
                text(symbol.license.as_deref()),
                text(symbol.namespace.as_deref()),
                text(symbol.imported_by.as_deref()),
            ]
        });
        files.push(written(TableName::Symbols, &mut rows, &of_symbols));
    }
    if facts.exports.is_some() {
        let mut rows = exports
            .iter()
            .map(|(row, crc)| vec![Entry::Number(u64::from(*row)), number(crc.map(u64::from))]);
        files.push(written(TableName::Exports, &mut rows, &of_symbols));
    }
    if !own_layouts.is_empty() {
        let mut rows = own_layouts.iter().zip(0..).map(|(of, row)| {
            vec![
                Entry::Number(row),
                Entry::Text(&of.name),
                Entry::Text(kind(&of.name)),
                number(of.size),
                number(of.align),
                Entry::Number(of.digest),
            ]
        });
        files.push(written(TableName::Layouts, &mut rows, &of_layouts));
        let (own_fields, members) = members(&own_layouts, base);
        let of_fields = notes(base_fields, own_fields.len());
        if !own_fields.is_empty() {
            let mut rows = own_fields.keys().zip(0..).map(|((of, field), row)| {
                vec![
                    Entry::Number(row),
                    Entry::Text(of),
                    Entry::Text(&field.path),
                    Entry::Number(field.bits),
                    Entry::Number(u64::from(field.is_bit_field)),
                    Entry::Text(&field.of_type),
                ]
            });
            files.push(written(TableName::Fields, &mut rows, &of_fields));
        }
        let mut rows = members.iter().map(|row| row.map(Entry::Number).to_vec());
        files.push(written(TableName::Members, &mut rows, &of_fields));
    }
    if facts.types.is_some() {
        let mut rows = types.iter().map(|row| vec![Entry::Number(u64::from(*row))]);
        files.push(written(TableName::Types, &mut rows, &of_layouts));
    }
    let counts = [
        facts.exports.as_ref().map(|it| count(it.len())),
        facts.types.as_ref().map(|it| count(it.len())),
    ];
    let base_rows = [count(base_symbols), count(base_layouts), count(base_fields)];
    let row = release_row(facts, digest, counts, base, base_rows);
    let own = &of_symbols;
    files.push(written(TableName::Release, &mut std::iter::once(row), own));
    files
}

/// A table with its rows.
fn written<'r>(
    table: TableName,
    rows: &mut dyn Iterator<Item = Vec<Entry<'r>>>,
    notes: &[(&str, String)],
) -> (TableName, Vec<u8>) {
    (table, write(table.columns(), rows, notes))
}

fn text(text: Option<&str>) -> Entry<'_> {
    text.map_or(Entry::Null, Entry::Text)
}

fn number(number: Option<u64>) -> Entry<'static> {
    number.map_or(Entry::Null, Entry::Number)
}

/// What a type of this name is.
fn kind(name: &str) -> &'static str {
    let words = ["struct", "union", "enum"];
    let is = |word: &&str| name.strip_prefix(*word).is_some_and(|rest| rest.starts_with(' '));
    words.into_iter().find(is).unwrap_or("typedef")
}

/// The row of the kernel itself.
fn release_row<'f>(
    facts: &'f Facts,
    digest: u64,
    [exports, types]: [Option<u64>; 2],
    base: Option<&'f Base>,
    base_rows: [u64; 3],
) -> Vec<Entry<'f>> {
    let loading = facts.loading.as_ref();
    let machine = loading.and_then(|it| it.machine).map(machine_words);
    let row = vec![
        Entry::Text(facts.place.flavour()),
        text(facts.built.as_deref()),
        text(loading.and_then(|it| it.vermagic.as_deref())),
        number(machine.map(|it| it.0)),
        number(machine.map(|it| it.1)),
        text(machine.map(|it| it.2)),
        text(loading.and_then(|it| it.loader).map(|it| it.name())),
        Entry::Text(loading.map_or("", |it| it.signatures)),
        number(loading.and_then(|it| it.module_size)),
        text(loading.and_then(|it| it.options.as_deref())),
        number(exports),
        text(loading.map(|it| it.cover.as_str())),
        number(types),
        text(facts.types_from.as_deref()),
        Entry::Number(digest),
        text(base.map(|base| base.release.as_str())),
    ];
    row.into_iter().chain(base_rows.map(Entry::Number)).collect()
}

/// The rows that the base lacks, and for each export the number of its row and its CRC, by the number.
fn exports<'f>(
    exports: Option<&'f [Export]>,
    base: Option<&Base>,
) -> (Vec<&'f Symbol>, Vec<(u32, Option<u32>)>) {
    let mut own = Vec::new();
    let mut rows = Vec::new();
    let before = base.map_or(0, |base| base.symbols.len());
    for Export { symbol, crc } in exports.unwrap_or_default() {
        let known = base.and_then(|base| base.symbols.get(symbol).copied());
        rows.push((known.unwrap_or((before + own.len()) as u32), *crc));
        if known.is_none() {
            own.push(symbol);
        }
    }
    rows.sort_unstable();
    (own, rows)
}

/// The rows that the base lacks, and for each type the number of its row, sorted.
fn types<'f>(types: Option<&'f [Type]>, base: Option<&Base>) -> (Vec<&'f Type>, Vec<u32>) {
    let mut own = Vec::new();
    let mut rows = Vec::new();
    let before = base.map_or(0, |base| base.layouts.len());
    for of in types.unwrap_or_default() {
        let known = base.and_then(|base| base.layouts.get(&(of.name.clone(), of.digest)).copied());
        rows.push(known.unwrap_or((before + own.len()) as u32));
        if known.is_none() {
            own.push(of);
        }
    }
    rows.sort_unstable();
    (own, rows)
}

/// The fields that the base lacks, each once; and for each member of the part's own layouts the number of
/// the layout, that of its field, and its offset.
fn members(layouts: &[&Type], base: Option<&Base>) -> (Map<(String, Field)>, Vec<[u64; 3]>) {
    let mut own = Map::default();
    let mut rows = Vec::new();
    let before = base.map_or(0, |base| base.fields.len());
    for (of, layout) in layouts.iter().zip(0..) {
        for member in &of.members {
            let key = (of.name.clone(), member.field.clone());
            let known = base.and_then(|base| base.fields.get(&key).copied());
            let row = known.map_or_else(
                || {
                    let next = own.len() as u32;
                    before as u64 + u64::from(*own.entry(key).or_insert(next))
                },
                u64::from,
            );
            rows.push([layout, row, member.bit_offset]);
        }
    }
    (own, rows)
}
