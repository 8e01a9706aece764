//! `modversions layout --all`: one line for each type; of two sources, for each that differs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::list::{List, Listed, read};
use super::wanted::{READING, Wanted};
use crate::cli::exit::{Exit, Failure, Result};
use crate::cli::{Environment, Io};
use crate::inputs::progress::Progress;
use crate::layout::Definition;
use crate::shown::Page;

/// Lists the types: [`Exit::Found`] if a size is unknown.
pub(super) fn run(
    source: &[PathBuf],
    wanted: Wanted<'_>,
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let list = Progress::during(environment.progress, READING, |_| read(source, wanted))?;
    say_remarks(&[&list], io);
    let mut page = Page::default();
    list.types.iter().for_each(|listed| page.append(&listed.line()));
    io.show(&page)?;
    Ok(Exit::found(list.types.iter().any(|it| it.definition.is_err())))
}

/// Lists the types that differ between two sources: [`Exit::Found`] if the size of one of them is
/// unknown.
pub(super) fn run_diff(
    sources: [&[PathBuf]; 2],
    wanted: Wanted<'_>,
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let wanted = Wanted { limits: wanted.limits.half(), ..wanted };
    // Two packages take twice as long one after the other. The first error counts.
    let read = |side: usize| read(sources[side], wanted);
    let (old, new) =
        Progress::during(environment.progress, READING, |_| rayon::join(|| read(0), || read(1)));
    let (old, new) = (old?, new?);
    say_remarks(&[&old, &new], io);
    if old.from != new.from {
        let [old, new] = [&old, &new].map(|it| it.from.word());
        let words =
            format!("OLD has {old}, NEW has {new}: types are compared by the same, see --from");
        return Err(Failure(words.into_bytes()));
    }
    let (page, is_known) = changed(&old, &new);
    io.show(&page)?;
    Ok(Exit::found(!is_known))
}

fn say_remarks(lists: &[&List], io: &mut Io<'_>) {
    for remark in lists.iter().filter_map(|it| it.remark.as_ref()) {
        io.say(remark);
    }
}

/// A line for each type that is not the same in both: a sign, the sizes of its variants in both, and
/// the name, between tabs. And whether all these sizes are known.
fn changed(old: &List, new: &List) -> (Page, bool) {
    let mut types = BTreeMap::<&[u8], [Vec<&Listed>; 2]>::new();
    for (side, list) in [old, new].into_iter().enumerate() {
        for listed in &list.types {
            types.entry(&listed.title).or_default()[side].push(listed);
        }
    }
    types.retain(|_, [old, new]| !has_same(old, new));
    let mut page = Page::default();
    for (title, [old, new]) in &types {
        let sign = match (&old[..], &new[..]) {
            ([], _) => b"+",
            (_, []) => b"-",
            _ => b"!",
        };
        let [before, after] = [old, new].map(|side| sizes(side));
        page.append(&Page::of_cells([sign, before.as_bytes(), after.as_bytes(), title]));
    }
    let is_known = types.values().flatten().flatten().all(|it| it.definition.is_ok());
    (page, is_known)
}

/// Whether two kernels have the same variants of a type.
fn has_same(old: &[&Listed], new: &[&Listed]) -> bool {
    old.iter().all(|it| new.contains(it)) && new.iter().all(|it| old.contains(it))
}

/// The sizes of variants.
fn sizes(variants: &[&Listed]) -> String {
    let size = |it: &&Listed| {
        let size = it.definition.as_ref().ok().and_then(Definition::size);
        size.map_or("?".to_owned(), |size| size.to_string())
    };
    match variants {
        [] => "-".to_owned(),
        variants => variants.iter().map(size).collect::<Vec<_>>().join(", "),
    }
}
