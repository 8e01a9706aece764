//! The exports that a report names, each once.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::facts::Facts;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::lints::Lint;
use crate::corpus::{NameId, Release};
use crate::kernel::Export;
use crate::report::{Item, Location, Root, Text};

/// The exports of a report, by name.
pub(super) struct Items<'a> {
    /// Those that are known, in the order of their names.
    pub(super) items: Vec<Item>,
    by_name: BTreeMap<&'a [u8], u32>,
    /// By the number of the name.
    by_id: Vec<u32>,
}

impl<'a> Items<'a> {
    /// All exports that findings and causes name.
    pub(super) fn of(facts: &Facts<'a>) -> Self {
        let found = facts.found;
        let of_exports = || found.findings.iter().filter(|finding| finding.is_of_export());
        let mut names: Vec<&[u8]> = of_exports().map(|finding| &finding.symbol[..]).collect();
        let mut is_named = vec![false; facts.types.name_count()];
        for export in found.causes.iter().flatten().flat_map(|cause| &*cause.exports) {
            is_named[export.place()] = true;
        }
        names.extend(facts.types.ids_where(&is_named).map(|id| facts.types.name(id)));
        names.sort_unstable();
        names.dedup();
        let by_name: BTreeMap<&[u8], u32> = names.iter().copied().zip(0..).collect();
        let mut by_id = vec![u32::MAX; facts.types.name_count()];
        let mut items: Vec<Item> = Vec::with_capacity(names.len());
        for (name, number) in names.iter().zip(0..) {
            let id = facts.types.find_name(name);
            if let Some(id) = id {
                by_id[id.place()] = number;
            }
            let is_tolerated = id.is_some_and(|id| found.tolerated.binary_search(&id).is_ok());
            items.push(Item { is_tolerated, ..item(facts, name) });
        }
        for finding in of_exports() {
            let Some(&number) = by_name.get(&finding.symbol[..]) else { continue };
            let item = &mut items[number as usize];
            // The lints are in the order of how much they matter to an export.
            if item.change.is_empty() {
                item.change = Text::of(word(finding.lint));
            }
            item.is_tolerated |= finding.verdict.is_by_rules();
        }
        Self { items, by_name, by_id }
    }

    /// The numbers of the exports that causes reach, ascending. Causes that share a list share this one.
    pub(super) fn of_causes(&self, causes: &[Cause]) -> Vec<Arc<Vec<u32>>> {
        let mut lists = IndexMap::<(*const NameId, usize), Arc<Vec<u32>>>::new();
        let mut list = |cause: &Cause| {
            let list = lists.entry((cause.exports.as_ptr(), cause.exports.len()));
            list.or_insert_with(|| Arc::new(self.of_ids(&cause.exports))).clone()
        };
        causes.iter().map(&mut list).collect()
    }

    /// The numbers of these exports, ascending.
    pub(super) fn of_ids(&self, exports: &[NameId]) -> Vec<u32> {
        let mut items: Vec<u32> = exports.iter().map(|export| self.by_id[export.place()]).collect();
        items.sort_unstable();
        items
    }

    /// The number of an export, if it is known.
    pub(super) fn number(&self, name: &[u8]) -> Option<u32> {
        self.by_name.get(name).copied()
    }
}

/// An export, as the kernel after has it; if it is gone, as the one before had it.
fn item(facts: &Facts<'_>, name: &[u8]) -> Item {
    let of = |release: &Release| release.exports.as_ref().and_then(|it| it.get(name)).cloned();
    let [old, new] = facts.releases;
    let side = [new, old].into_iter().find_map(|release| Some((release, of(release)?)));
    let Some((release, export)) = side else {
        return Item { name: Text::of(name), ..Item::default() };
    };
    Item {
        name: Text::of(name),
        module: Text::of(&export.module),
        namespace: Text::of(export.namespace()),
        license: match export.is_gpl {
            Some(true) => "GPL",
            Some(false) => "any",
            None => "",
        },
        change: Text::default(),
        is_tolerated: false,
        location: place(release, &export),
    }
}

/// Where a list has an export.
pub(super) fn place(release: &Release, export: &Export) -> Option<Location> {
    let list = release.exports.as_ref()?.origin.list.clone()?;
    (export.line > 0).then_some(Location { root: Root::Here, path: list, line: Some(export.line) })
}

/// What became of an export, in a word or two.
const fn word(lint: Lint) -> &'static str {
    match lint {
        Lint::ExportRemoved => "removed",
        Lint::ExportAdded => "added",
        Lint::CrcChanged | Lint::CrcUnexplained => "CRC changed",
        Lint::CrcLost => "CRC lost",
        Lint::CrcGained => "CRC gained",
        Lint::LicenseRestricted => "GPL-only now",
        Lint::LicenseRelaxed => "not GPL-only now",
        Lint::NamespaceGained | Lint::NamespaceChanged | Lint::NamespaceLost => "namespace",
        Lint::ModuleMoved => "moved",
        Lint::SilentBreak => "silent break",
        Lint::UnversionedBreak => "break without CRC",
        Lint::HiddenChange => "hidden change",
        _ => "other",
    }
}
