//! What parts say of types and of their members.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::base::all_fields;
use super::dataset::{ByBase, Dataset, Folder, Open, Result};
use super::facts::Field;
use super::place::Place;
use super::schema::{TableName, fields, layouts, members, types};
use crate::parquet::Source;

/// What a part says of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<T> {
    /// The kernel has it so; several types may have one name.
    As(Vec<T>),
    /// It does not have it.
    Not,
    /// That is not known: why.
    Unknown(String),
}

/// A layout of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutOf {
    /// What it is called in C.
    pub name: String,
    /// Its size in bytes; none if it has none.
    pub size: Option<u64>,
    /// The digest of all that is known of it.
    pub digest: u64,
}

/// Where a member lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberAt {
    /// Where it begins in its outermost type, in bits.
    pub bit_offset: u64,
    /// How long it is, in bits.
    pub bits: u64,
    /// Whether it is a bit-field.
    pub is_bit_field: bool,
    /// Its type, as C.
    pub of_type: String,
}

/// A layout that was found: the number of its row, what it is, and of the members that were asked for
/// those that it has, by their path.
#[derive(Clone, Debug)]
struct Row {
    row: u64,
    of: LayoutOf,
    members: Vec<(String, MemberAt)>,
}

/// What a part has of what is asked in rows of its own.
#[derive(Clone, Debug, Default)]
struct Own {
    layouts: Vec<Row>,
    /// The fields, by the numbers of their rows.
    fields: Fields,
}

/// Fields by numbers, each with its type.
type Fields = IndexMap<u64, (String, Field), BuildHasherDefault<FxHasher>>;

/// What is asked: the names that a type may have, and paths of members.
#[derive(Clone, Copy)]
struct Question<'q> {
    names: &'q [String],
    paths: &'q [String],
}

/// A layout with those of its members that were asked for, by their paths.
type WithMembers = (LayoutOf, Vec<(String, MemberAt)>);

/// Those that a part has.
type Found = Vec<WithMembers>;

impl<F: Folder> Dataset<'_, F> {
    /// What the parts at these places say of the types of these names.
    pub fn types(&self, places: &[Place], names: &[String]) -> Vec<Seen<LayoutOf>> {
        let found = self.layouts(places, Question { names, paths: &[] });
        let layout = |(of, _): (LayoutOf, _)| of;
        found
            .into_iter()
            .map(|seen| match seen {
                Seen::As(all) => Seen::As(all.into_iter().map(layout).collect()),
                Seen::Not => Seen::Not,
                Seen::Unknown(why) => Seen::Unknown(why),
            })
            .collect()
    }

    /// What they say of a member of the types of these names, by its path: `se.vruntime` is also found
    /// where `se` is a struct with a member `vruntime`.
    pub fn members(&self, places: &[Place], names: &[String], path: &str) -> Vec<Seen<MemberAt>> {
        // The path itself, and what it begins with, the longest first.
        let ends = path.match_indices('.').map(|(at, _)| at).rev();
        let paths: Vec<String> =
            std::iter::once(path.len()).chain(ends).map(|end| path[..end].to_owned()).collect();
        let found = self.layouts(places, Question { names, paths: &paths });
        let mut answers = Vec::new();
        // What lies behind another type: the place of the question, and where in the path it goes on.
        let mut behind = IndexMap::<(String, usize), Vec<(usize, u64)>>::new();
        for (number, seen) in found.into_iter().enumerate() {
            let all = match seen {
                Seen::As(all) => all,
                Seen::Not => {
                    answers.push(Seen::Not);
                    continue;
                }
                Seen::Unknown(why) => {
                    answers.push(Seen::Unknown(why));
                    continue;
                }
            };
            let mut ways: Vec<MemberAt> = Vec::new();
            for (_, members) in &all {
                let longest = paths.iter().find_map(|it| members.iter().find(|(own, _)| own == it));
                match longest {
                    Some((own, member)) if own == path && !ways.contains(member) => {
                        ways.push(member.clone());
                    }
                    Some((own, member)) if own != path && is_record(&member.of_type) => {
                        let key = (member.of_type.clone(), own.len() + 1);
                        behind.entry(key).or_default().push((number, member.bit_offset));
                    }
                    Some(_) | None => {}
                }
            }
            answers.push(if ways.is_empty() { Seen::Not } else { Seen::As(ways) });
        }
        for ((of_type, start), asked) in behind {
            let inner: Vec<Place> = asked.iter().map(|(at, _)| places[*at].clone()).collect();
            let found = self.members(&inner, &[of_type], &path[start..]);
            for ((number, offset), seen) in asked.into_iter().zip(found) {
                let moved = |it: MemberAt| MemberAt { bit_offset: it.bit_offset + offset, ..it };
                match (&mut answers[number], seen) {
                    (Seen::As(ways), Seen::As(more)) => {
                        for way in more.into_iter().map(moved) {
                            if !ways.contains(&way) {
                                ways.push(way);
                            }
                        }
                    }
                    (answer @ Seen::Not, Seen::As(more)) => {
                        *answer = Seen::As(more.into_iter().map(moved).collect());
                    }
                    (answer @ Seen::Not, Seen::Unknown(why)) => *answer = Seen::Unknown(why),
                    _ => {}
                }
            }
        }
        answers
    }

    /// The layouts of these names that each part has, with their members of these paths.
    fn layouts(&self, places: &[Place], question: Question<'_>) -> Vec<Seen<WithMembers>> {
        let tables = self.open_all(places, TableName::Types);
        let bases = self.in_bases(places, &tables, TableName::Layouts, |place, base| {
            self.own(place, base, question, &Own::default())
        });
        let pairs: Vec<_> = places.iter().zip(&tables).collect();
        let answer = |(place, table): &(&Place, &Result<Option<Open<F::File>>>)| match table {
            Ok(Some(table)) => match self.layouts_in(place, table, &bases, question) {
                Ok(found) if found.is_empty() => Seen::Not,
                Ok(found) => Seen::As(found),
                Err(trouble) => Seen::Unknown(trouble.to_string()),
            },
            Ok(None) => Seen::Unknown("no BTF: its types are not known".to_owned()),
            Err(trouble) => Seen::Unknown(trouble.to_string()),
        };
        pairs.par_iter().map(answer).collect()
    }

    fn layouts_in(
        &self,
        place: &Place,
        table: &Open<F::File>,
        bases: &ByBase<Own>,
        question: Question<'_>,
    ) -> Result<Found> {
        let base = table.base_key(place).and_then(|key| bases.get(&key).cloned());
        let base = base.transpose()?.unwrap_or_default();
        let mut candidates = base.layouts.clone();
        if table.own_rows > 0 {
            let own = self.open_own(place, TableName::Layouts)?;
            let own = self.own(place, &own, question, &base)?;
            candidates.extend(
                own.layouts.into_iter().map(|it| Row { row: it.row + table.base_rows, ..it }),
            );
        }
        let mut found = Found::new();
        for group in table.table.groups() {
            let may_have = |it: &Row| table.table.may_have_number(group, types::LAYOUT_ROW, it.row);
            if !candidates.iter().any(may_have) {
                continue;
            }
            let numbers = table.all_numbers(group, types::LAYOUT_ROW)?;
            let is_here = |it: &&Row| numbers.binary_search(&it.row).is_ok();
            found.extend(
                candidates.iter().filter(is_here).map(|it| (it.of.clone(), it.members.clone())),
            );
        }
        Ok(found)
    }

    /// What is asked in a part's own rows, which build on those of `base`.
    fn own(
        &self,
        place: &Place,
        table: &Open<F::File>,
        question: Question<'_>,
        base: &Own,
    ) -> Result<Own> {
        let Question { names, paths } = question;
        let mut found = Own::default();
        for group in table.table.groups() {
            if !names.iter().any(|name| table.table.may_have_text(group, layouts::TYPE, name)) {
                continue;
            }
            let own = table.all_texts(group, layouts::TYPE)?;
            let here: Vec<usize> = (0..own.len()).filter(|at| names.contains(&own[*at])).collect();
            if here.is_empty() {
                continue;
            }
            let numbers = table.all_numbers(group, layouts::ROW)?;
            let sizes = table.numbers(group, layouts::SIZE)?;
            let digests = table.all_numbers(group, layouts::DIGEST)?;
            found.layouts.extend(here.into_iter().map(|at| {
                let of = LayoutOf { name: own[at].clone(), size: sizes[at], digest: digests[at] };
                Row { row: numbers[at], of, members: Vec::new() }
            }));
        }
        if !paths.is_empty() {
            let members = self.open_own(place, TableName::Members)?;
            if members.own_rows > 0 {
                let own = self.open_own(place, TableName::Fields)?;
                found.fields = wanted_fields(&own, question)?;
            }
            add_members(&members, base, &mut found)?;
        }
        Ok(found)
    }
}

/// The fields that are asked for in a part's own rows.
fn wanted_fields<S: Source>(
    table: &Open<S>,
    Question { names, paths }: Question<'_>,
) -> Result<Fields> {
    let mut found = Fields::default();
    for group in table.table.groups() {
        if names.iter().any(|name| table.table.may_have_text(group, fields::TYPE, name)) {
            let numbers = table.all_numbers(group, fields::ROW)?;
            let own = numbers.into_iter().zip(all_fields(table, group)?);
            let is =
                |(of, field): &(String, Field)| names.contains(of) && paths.contains(&field.path);
            found.extend(own.filter(|(_, it)| is(it)));
        }
    }
    Ok(found)
}

/// Adds the members to a part's own layouts: those whose fields are its own, or its base's.
fn add_members<S: Source>(table: &Open<S>, base: &Own, found: &mut Own) -> Result<()> {
    let Own { layouts, fields } = found;
    for group in table.table.groups() {
        let may_have = |it: &Row| table.table.may_have_number(group, members::LAYOUT, it.row);
        if !layouts.iter().any(may_have) {
            continue;
        }
        let own = table.all_numbers(group, members::LAYOUT)?;
        let numbers = table.all_numbers(group, members::FIELD_ROW)?;
        let offsets = table.all_numbers(group, members::BIT_OFFSET)?;
        for row in layouts.iter_mut() {
            let start = own.partition_point(|layout| *layout < row.row);
            let end = own.partition_point(|layout| *layout <= row.row);
            for at in start..end {
                let field = match numbers[at].checked_sub(table.base_rows) {
                    Some(own) => fields.get(&own),
                    None => base.fields.get(&numbers[at]),
                };
                let Some((_, field)) = field.filter(|(of, _)| *of == row.of.name) else { continue };
                let member = MemberAt {
                    bit_offset: offsets[at],
                    bits: field.bits,
                    is_bit_field: field.is_bit_field,
                    of_type: field.of_type.clone(),
                };
                row.members.push((field.path.clone(), member));
            }
        }
    }
    Ok(())
}

/// Whether a member's type is a struct or union with a tag, and no pointer or array of one.
fn is_record(of_type: &str) -> bool {
    let has_tag = ["struct ", "union "].iter().any(|word| of_type.starts_with(word));
    has_tag && !of_type.contains(['*', '[', '{', '('])
}
