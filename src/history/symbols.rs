//! What parts say of symbols: found by their names, in a base once for all parts that build on it.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::dataset::{ByBase, Dataset, Folder, Open, Result};
use super::facts::{Symbol, covered};
use super::place::Place;
use super::schema::{TableName, exports, symbols};
use crate::kernel::Coverage;

/// What a part says of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// The kernel exports it, with this CRC, if it has one.
    As(Symbol, Option<u32>),
    /// It does not.
    Not,
    /// That is not known: why.
    Unknown(String),
}

/// What was asked for, by name: its number.
type Wanted<'n> = IndexMap<&'n str, usize, BuildHasherDefault<FxHasher>>;

/// A symbol that was found: the number of its name, that of its row, and what it is.
#[derive(Clone, Debug)]
struct Row {
    name: usize,
    row: u64,
    symbol: Symbol,
}

impl<F: Folder> Dataset<'_, F> {
    /// What the parts at these places say of symbols, in their order; for each place by the order of the
    /// names.
    pub fn symbols(&self, places: &[Place], names: &[&str]) -> Vec<Vec<Exported>> {
        let wanted: Wanted<'_> = names.iter().zip(0..).map(|(name, at)| (*name, at)).collect();
        let tables = self.open_all(places, TableName::Exports);
        let bases =
            self.in_bases(places, &tables, TableName::Symbols, |_, base| rows(base, &wanted));
        let pairs: Vec<_> = places.iter().zip(&tables).collect();
        let answer = |(place, table): &(&Place, &Result<Option<Open<F::File>>>)| {
            let all = |exported: Exported| vec![exported; names.len()];
            match table {
                Ok(Some(table)) => {
                    let found = self.in_part(place, table, &bases, &wanted, names.len());
                    found.unwrap_or_else(|trouble| all(Exported::Unknown(trouble.to_string())))
                }
                Ok(None) => all(Exported::Unknown("its exports are not known".to_owned())),
                Err(trouble) => all(Exported::Unknown(trouble.to_string())),
            }
        };
        pairs.par_iter().map(answer).collect()
    }

    /// What one part says.
    fn in_part(
        &self,
        place: &Place,
        table: &Open<F::File>,
        bases: &ByBase<Vec<Row>>,
        wanted: &Wanted<'_>,
        count: usize,
    ) -> Result<Vec<Exported>> {
        let mut candidates: Vec<Row> = Vec::new();
        if let Some(key) = table.base_key(place) {
            candidates.extend(bases.get(&key).cloned().transpose()?.unwrap_or_default());
        }
        if table.own_rows > 0 {
            let own = self.open_own(place, TableName::Symbols)?;
            let own = rows(&own, wanted)?;
            candidates
                .extend(own.into_iter().map(|it| Row { row: it.row + table.base_rows, ..it }));
        }
        candidates.sort_by_key(|it| it.row);
        let absent = match table.cover.as_deref().and_then(covered) {
            Some(Coverage::Everything) => Exported::Not,
            _ => Exported::Unknown("not all of its exports are known".to_owned()),
        };
        let mut answers = vec![absent; count];
        for (row, crc) in crcs(table, &candidates)? {
            answers[row.name] = Exported::As(row.symbol.clone(), crc);
        }
        Ok(answers)
    }
}

/// The rows of the symbols that are wanted.
fn rows<S: crate::parquet::Source>(table: &Open<S>, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    for group in table.table.groups() {
        let may_have = |name: &&str| table.table.may_have_text(group, symbols::SYMBOL, name);
        if !wanted.keys().any(may_have) {
            continue;
        }
        let names = table.all_texts(group, symbols::SYMBOL)?;
        let here: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((at, *wanted.get(name.as_str())?)))
            .collect();
        if here.is_empty() {
            continue;
        }
        let numbers = table.all_numbers(group, symbols::ROW)?;
        let modules = table.all_texts(group, symbols::MODULE)?;
        let licenses = table.texts(group, symbols::LICENSE)?;
        let namespaces = table.texts(group, symbols::NAMESPACE)?;
        let importers = table.texts(group, symbols::IMPORTED_BY)?;
        found.extend(here.into_iter().map(|(at, name)| Row {
            name,
            row: numbers[at],
            symbol: Symbol {
                name: names[at].clone(),
                module: modules[at].clone(),
                license: licenses[at].clone(),
                namespace: namespaces[at].clone(),
                imported_by: importers[at].clone(),
            },
        }));
    }
    Ok(found)
}

/// Which of these rows, sorted by their numbers, a kernel has, with the CRCs.
fn crcs<'r, S: crate::parquet::Source>(
    table: &Open<S>,
    rows: &'r [Row],
) -> Result<Vec<(&'r Row, Option<u32>)>> {
    let mut found = Vec::new();
    for group in table.table.groups() {
        let may_have =
            |row: &&Row| table.table.may_have_number(group, exports::SYMBOL_ROW, row.row);
        let here: Vec<&Row> = rows.iter().filter(may_have).collect();
        if here.is_empty() {
            continue;
        }
        let numbers = table.all_numbers(group, exports::SYMBOL_ROW)?;
        let places: Vec<(&Row, usize)> = here
            .into_iter()
            .filter_map(|row| Some((row, numbers.binary_search(&row.row).ok()?)))
            .collect();
        if places.is_empty() {
            continue;
        }
        let crcs = table.numbers(group, exports::CRC)?;
        let crc = |at: usize| crcs[at].and_then(|crc| u32::try_from(crc).ok());
        found.extend(places.into_iter().map(|(row, at)| (row, crc(at))));
    }
    Ok(found)
}
