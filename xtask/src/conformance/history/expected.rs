//! What the queries of docs/history.md must answer, in the order of the page: by our own questions, and
//! where there is none of the kind, by the `Module.symvers` of the kernels.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Rows;
use super::given::{Export, Given};
use super::own::{Known, text};

/// What a query must answer; some also need what was found.
type Expect = fn(&Known<'_>, &Rows) -> Result<Rows>;

/// One for each query.
pub(super) const EXPECTED: [Expect; 10] = [
    kernels,
    crcs_of_one,
    most_crcs,
    came_and_went,
    licenses,
    namespaces,
    largest_modules,
    offsets_of_one,
    most_layouts,
    moved_members,
];

/// How many rows those queries want that have a limit.
const LIMIT: usize = 20;

fn kernels(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let columns = ["distribution", "architecture", "release", "built", "exports", "types"];
    let row = |row: &Value| columns.map(|column| text(&row[column])).to_vec();
    let mut rows: Rows = known.about.iter().map(row).collect();
    // DuckDB has those without a date last.
    rows.sort_by_key(|row| (row[3] == "-", row[3].clone(), row[2].clone()));
    Ok(rows)
}

fn crcs_of_one(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let along = known.along("symbol", "kfree_skb_reason")?;
    let row = |(release, rows): (String, Vec<Value>)| {
        let row = rows.first()?;
        let is_there = row["state"] == "exported";
        is_there.then(|| vec![release, text(&row["crc"]), text(&row["module"])])
    };
    Ok(along.into_iter().filter_map(row).collect())
}

/// For each name, what there is of it in these kernels; sorted by how much that is, the most first.
fn most<'e, T: Ord>(
    kernels: impl Iterator<Item = &'e Given>,
    pair: impl Fn(&'e Export) -> Option<(&'e str, T)>,
) -> Rows {
    let mut all = BTreeMap::<&str, BTreeSet<T>>::new();
    for (name, value) in kernels.flat_map(|it| &it.exports).filter_map(pair) {
        all.entry(name).or_default().insert(value);
    }
    let mut all: Vec<(&str, usize)> = all.into_iter().map(|(name, of)| (name, of.len())).collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter().map(|(name, count)| vec![name.to_owned(), count.to_string()]).collect()
}

fn most_crcs(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let of_series = known.kernels.iter().filter(|it| it.release.starts_with("6.1."));
    let mut rows = most(of_series, |it| Some((&it.symbol, it.crc)));
    rows.truncate(LIMIT);
    Ok(rows)
}

/// The kernels whose names are the first and the last.
fn ends<'k>(known: &Known<'k>) -> Result<[&'k Given; 2]> {
    let mut sorted: Vec<&Given> = known.kernels.iter().collect();
    sorted.sort_by_key(|it| &it.release);
    let ends = [sorted.first(), sorted.last()];
    let [first, last] = ends.map(|it| it.copied().context("there are no kernels"));
    Ok([first?, last?])
}

fn came_and_went(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let [old, new] = ends(known)?.map(|it| it.exports.iter().map(|it| &it.symbol));
    let [old, new]: [BTreeSet<&String>; 2] = [old.collect(), new.collect()];
    let row = |symbol: &&String| vec![(*symbol).clone(), (!old.contains(*symbol)).to_string()];
    Ok(old.symmetric_difference(&new).map(row).collect())
}

fn licenses(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let mut rows = most(known.kernels.iter(), |it| Some((&it.symbol, &it.license)));
    rows.retain(|row| row[1] != "1");
    rows.iter_mut().for_each(|row| row.truncate(1));
    rows.sort();
    Ok(rows)
}

fn namespaces(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    Ok(most(known.kernels.iter(), |it| {
        let is_in_one = !it.namespace.is_empty();
        is_in_one.then_some((&*it.namespace, &it.symbol))
    }))
}

fn largest_modules(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let [_, newest] = ends(known)?;
    let mut rows = most(std::iter::once(newest), |it| Some((&it.module, &it.symbol)));
    rows.truncate(LIMIT);
    Ok(rows)
}

fn offsets_of_one(known: &Known<'_>, _: &Rows) -> Result<Rows> {
    let along = known.along("member", "struct task_struct.pid")?;
    let row = |release: &String, row: &Value| {
        let is_known = row["state"] == "known";
        is_known.then(|| vec![release.clone(), text(&row["offset"]), text(&row["type"])])
    };
    let rows = along.iter().flat_map(|(release, rows)| rows.iter().map(move |it| row(release, it)));
    Ok(rows.flatten().collect())
}

fn most_layouts(known: &Known<'_>, found: &Rows) -> Result<Rows> {
    let expect = |row: &Vec<String>| {
        let name = row.first().context("an empty row")?;
        let along = known.along("type", name)?;
        let own = along.values().flatten().filter(|row| text(&row["type"]) == *name);
        let own: Vec<&Value> = own.collect();
        let digests: BTreeSet<String> = own.iter().map(|row| text(&row["digest"])).collect();
        let sizes = || own.iter().filter_map(|row| row["size"].as_u64());
        let size = |size: Option<u64>| size.map_or("-".to_owned(), |size| size.to_string());
        let sizes = [sizes().min(), sizes().max()].map(size).to_vec();
        Ok([vec![name.clone(), digests.len().to_string()], sizes].concat())
    };
    found.iter().map(expect).collect()
}

fn moved_members(known: &Known<'_>, found: &Rows) -> Result<Rows> {
    let expect = |row: &Vec<String>| {
        let path = row.first().context("an empty row")?;
        let along = known.along("member", &format!("struct task_struct.{path}"))?;
        let offsets = || along.values().flatten().filter_map(|row| row["offset"].as_u64());
        let offset = |it: Option<u64>| it.map_or("-".to_owned(), |it| it.to_string());
        let ends = [offsets().min(), offsets().max()].map(offset).to_vec();
        Ok([vec![path.clone()], ends].concat())
    };
    found.iter().map(expect).collect()
}
