//! Exports that two files of the new release declare, each differently, and of the old one not.

use super::findings::{Detail, Finding};
use super::lints::Lint;
use crate::corpus::{Corpus, NameId, Types};

/// A finding for each, by name.
pub(super) fn findings(types: &Types, [old, new]: [&Corpus; 2]) -> Vec<Finding> {
    let before = old.declared_twice(types);
    let is_new = |name: NameId| before.iter().all(|(known, _)| *known != name);
    let found = new.declared_twice(types).into_iter().filter(|(name, _)| is_new(*name));
    let findings = found.map(|(name, files)| {
        let paths = files.into_iter().map(|file| new.files[file].path.clone()).collect();
        let symbol = types.name(name).to_owned();
        Finding::new(Lint::ExportTwice, symbol.into(), Detail::DeclaredTwice(paths))
    });
    findings.collect()
}
