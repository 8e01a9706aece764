//! Which part a new one builds on, and all of the rows there.

use super::dataset::{Dataset, Folder, Open, Result};
use super::facts::{Facts, Field, Symbol};
use super::part::{Base, overlap};
use super::place::Place;
use super::schema::{TableName, fields, layouts, symbols};
use crate::parquet::Source;

/// How many neighbours are looked at.
const NEAREST: usize = 16;

impl<F: Folder> Dataset<'_, F> {
    /// The base for a kernel: the nearest part of its kind and series that builds on none, or that on
    /// which the nearest builds; none if there is none that has most of what the kernel has. So, nothing
    /// builds on what builds on something, and reading a part never takes more than two.
    ///
    /// # Errors
    /// A part is damaged.
    pub fn base(&self, facts: &Facts) -> Result<Option<Base>> {
        let place = &facts.place;
        let alike = |it: &&Place| it.is_alike(place) && it.series == place.series;
        let (before, after): (Vec<&Place>, Vec<&Place>) =
            self.places.iter().filter(alike).partition(|it| it.order(place).is_lt());
        for neighbour in before.into_iter().rev().chain(after).take(NEAREST) {
            let table = self.open_own(neighbour, TableName::Release)?;
            let base = match &table.base {
                Some((release, _)) => Place { release: release.clone(), ..neighbour.clone() },
                None => neighbour.clone(),
            };
            let base = self.rows_of(&base)?;
            let lacks_symbols = facts.exports.is_some() && base.symbols.is_empty();
            let lacks_layouts = facts.types.is_some() && base.layouts.is_empty();
            if lacks_symbols || lacks_layouts {
                continue;
            }
            let (common, missing) = overlap(facts, &base);
            return Ok((common > missing).then_some(base));
        }
        Ok(None)
    }

    /// The digest of what is known of the kernel at a place.
    ///
    /// # Errors
    /// Its part is damaged, or of a newer schema.
    pub fn digest(&self, place: &Place) -> Result<String> {
        Ok(self.open_own(place, TableName::Release)?.digest)
    }

    /// All own rows of a part.
    fn rows_of(&self, place: &Place) -> Result<Base> {
        let release = self.open_own(place, TableName::Release)?;
        let mut base = Base {
            release: place.release.clone(),
            digest: release.digest.clone(),
            symbols: Default::default(),
            layouts: Default::default(),
            fields: Default::default(),
        };
        if let Some(table) = self.open(place, TableName::Symbols)? {
            for group in table.table.groups() {
                let numbers = table.all_numbers(group, symbols::ROW)?;
                let names = table.all_texts(group, symbols::SYMBOL)?;
                let modules = table.all_texts(group, symbols::MODULE)?;
                let licenses = table.texts(group, symbols::LICENSE)?;
                let namespaces = table.texts(group, symbols::NAMESPACE)?;
                let importers = table.texts(group, symbols::IMPORTED_BY)?;
                let words = licenses.into_iter().zip(namespaces).zip(importers);
                for (((row, name), module), ((license, namespace), imported_by)) in
                    numbers.into_iter().zip(names).zip(modules).zip(words)
                {
                    let symbol = Symbol { name, module, license, namespace, imported_by };
                    base.symbols.insert(symbol, row as u32);
                }
            }
        }
        if let Some(table) = self.open(place, TableName::Layouts)? {
            for group in table.table.groups() {
                let numbers = table.all_numbers(group, layouts::ROW)?;
                let names = table.all_texts(group, layouts::TYPE)?;
                let digests = table.all_numbers(group, layouts::DIGEST)?;
                for ((row, name), digest) in numbers.into_iter().zip(names).zip(digests) {
                    base.layouts.insert((name, digest), row as u32);
                }
            }
        }
        if let Some(table) = self.open(place, TableName::Fields)? {
            for group in table.table.groups() {
                let numbers = table.all_numbers(group, fields::ROW)?;
                for (row, (of, field)) in numbers.into_iter().zip(all_fields(&table, group)?) {
                    base.fields.insert((of, field), row as u32);
                }
            }
        }
        Ok(base)
    }
}

/// The fields in a row group, each with its type.
pub(super) fn all_fields<S: Source>(table: &Open<S>, group: usize) -> Result<Vec<(String, Field)>> {
    let types = table.all_texts(group, fields::TYPE)?;
    let paths = table.all_texts(group, fields::PATH)?;
    let bits = table.all_numbers(group, fields::BITS)?;
    let are_bit_fields = table.all_numbers(group, fields::IS_BIT_FIELD)?;
    let of_types = table.all_texts(group, fields::OF_TYPE)?;
    let numbers = bits.into_iter().zip(are_bit_fields);
    let texts = types.into_iter().zip(paths).zip(of_types);
    let field = |(((of, path), of_type), (bits, is))| {
        (of, Field { path, bits, is_bit_field: is == 1, of_type })
    };
    Ok(texts.zip(numbers).map(field).collect())
}
