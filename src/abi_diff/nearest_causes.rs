//! Why the CRCs of many exports changed: the nearest few declarations of each that did. The declarations
//! of a file are followed once for all its exports, backwards from what changed.

use std::collections::VecDeque;
use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::causes::{Cause, Finder, find_places};
use super::ways::Ways;
use super::why::Why;
use super::{impacts, visibility};
use crate::corpus::declaration::lines_with;
use crate::corpus::{ByName, Corpus, LineId, NameId, Types};
use crate::layout::data_model::DataModel;

/// The exports of one pair of files.
type ByFiles = IndexMap<(usize, usize), Vec<NameId>, BuildHasherDefault<FxHasher>>;

/// For each of `exports` that both releases have types for the nearest changed declarations, at most
/// `most` of them, and the ways there. What a change does is determined for the C of `model`.
pub fn whys(
    types: &Types,
    [old, new]: [&Corpus; 2],
    exports: impl Iterator<Item = NameId>,
    most: usize,
    model: &'static DataModel,
) -> Vec<(NameId, Why)> {
    let mut by_files = ByFiles::default();
    for export in exports {
        if let Some(files) = old.place_of(export).zip(new.place_of(export)) {
            by_files.entry(files).or_default().push(export);
        }
    }
    let mut finder = Finder::new(types);
    let mut found = Vec::new();
    for (files, exports) in by_files {
        let (old_file, new_file) = (&old.files[files.0], &new.files[files.1]);
        let changes = finder.all_changes(old_file, new_file);
        let cause = |change| Cause::new(types, change, files, [].into());
        let mut causes: Vec<Cause> = changes.into_iter().map(cause).collect();
        causes.sort_by_key(|cause| types.name(cause.change.name));
        find_places(types, [old, new], &mut causes);
        impacts::judge(types, [old, new], model, None, &mut causes);
        visibility::judge(types, [old, new], model, None, &mut causes);
        let mut near = Near::of(types, new_file.declarations(types), &causes, most);
        found.extend(exports.into_iter().map(|export| {
            let (numbers, ways) = near.from(types, export);
            let causes = numbers.into_iter().map(|number| causes[number].clone()).collect();
            (export, Why { file: new_file.path.clone(), by_btf: None, causes, ways })
        }));
    }
    found
}

/// That a name leads to a cause.
#[derive(Clone, Copy)]
struct Lead {
    /// The number of the cause.
    cause: usize,
    /// The next name on the way there; of the cause itself its own.
    next: NameId,
}

/// Which causes are nearest to each name of a file.
struct Near {
    declared: ByName<LineId>,
    /// The nearest first; a name has few.
    leads: ByName<Vec<Lead>>,
    /// Of declarations on ways that were asked for: the lines with the names that follow.
    lines: ByName<ByName<Vec<u8>>>,
}

impl Near {
    fn of(types: &Types, declared: ByName<LineId>, causes: &[Cause], most: usize) -> Self {
        let mut users = ByName::<Vec<NameId>>::default();
        for (&name, &line) in &declared {
            for &reference in &types.line(line).references {
                users.entry(reference).or_default().push(name);
            }
        }
        let mut leads = ByName::<Vec<Lead>>::default();
        let mut waiting = VecDeque::new();
        for (number, cause) in causes.iter().enumerate() {
            let name = cause.change.name;
            leads.entry(name).or_default().push(Lead { cause: number, next: name });
            waiting.push_back((name, number));
        }
        while let Some((next, cause)) = waiting.pop_front() {
            for &user in users.get(&next).into_iter().flatten() {
                let of_user = leads.entry(user).or_default();
                if of_user.len() < most && of_user.iter().all(|lead| lead.cause != cause) {
                    of_user.push(Lead { cause, next });
                    waiting.push_back((user, cause));
                }
            }
        }
        Self { declared, leads, lines: ByName::default() }
    }

    /// The causes nearest to an export by their numbers, and the ways there.
    fn from(&mut self, types: &Types, export: NameId) -> (Vec<usize>, Ways) {
        let mut ways = Ways::at(export);
        let mut causes = Vec::new();
        for lead in self.leads.get(&export).cloned().unwrap_or_default() {
            causes.push(lead.cause);
            let (mut name, mut next) = (export, lead.next);
            while next != name {
                ways.add(name, next, self.line(types, name, next));
                let of_next = self.leads.get(&next).into_iter().flatten();
                let after = of_next.copied().find(|other| other.cause == lead.cause);
                (name, next) = (next, after.map_or(next, |after| after.next));
            }
        }
        (causes, ways)
    }

    /// The line of the declaration of `name` that has `next`.
    fn line(&mut self, types: &Types, name: NameId, next: NameId) -> Vec<u8> {
        let Self { declared, leads, lines } = self;
        let of_name = lines.entry(name).or_insert_with(|| {
            let declaration = declared.get(&name).map(|&line| types.declaration(line));
            let nexts = leads.get(&name).into_iter().flatten().map(|lead| lead.next);
            let nexts: Vec<NameId> = nexts.collect();
            let found = declaration
                .map(|it| lines_with(types.name(name), it, nexts.iter().map(|&it| types.name(it))));
            let found = found.unwrap_or_default();
            let line = |next: NameId| Some((next, found.get(types.name(next))?.clone()));
            nexts.into_iter().filter_map(line).collect()
        });
        of_name.get(&next).cloned().unwrap_or_default()
    }
}
