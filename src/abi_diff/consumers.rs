//! Whom it breaks: which modules use what changed.

use std::collections::BTreeMap;
use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::comparison::Comparison;
use super::findings::Finding;
use super::lints::{Level, Lint, Spared, Verdict};
use crate::corpus::{NameId, Types};
use crate::kernel::{KernelImport, KernelModule};

/// What became of the modules that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumers {
    /// How many were asked for.
    pub asked: usize,
    /// Those that use what changed, in the order of their files.
    pub broken: Vec<Broken>,
}

/// A module that uses what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file of the module.
    pub path: Vec<u8>,
    /// What changed of the symbols that it uses, by lint.
    pub uses: Vec<(Lint, Vec<Vec<u8>>)>,
}

impl Broken {
    /// How many symbols it uses that changed.
    pub fn symbols(&self) -> usize {
        let mut symbols: Vec<&Vec<u8>> = self.uses.iter().flat_map(|(_, it)| it).collect();
        symbols.sort_unstable();
        symbols.dedup();
        symbols.len()
    }
}

/// Which of `modules` use something of what was found, once it is judged: what is tolerated breaks
/// nobody.
pub fn consumers(types: &Types, found: &Comparison, modules: &[KernelModule]) -> Consumers {
    let mut by_symbol = IndexMap::<&[u8], Vec<&Finding>, BuildHasherDefault<FxHasher>>::default();
    let is_breaking = |it: Verdict| it.level == Level::Breaking && it.is_open();
    let breaking = found.findings.iter().filter(|finding| is_breaking(finding.verdict));
    // What is only said of a list is no change of an export.
    for finding in breaking.filter(|finding| finding.is_of_export()) {
        by_symbol.entry(&finding.symbol).or_default().push(finding);
    }
    // Without CRCs, what the types say must do.
    let mut by_type = IndexMap::<&[u8], (), BuildHasherDefault<FxHasher>>::default();
    let has_exports = found.findings.iter().any(|finding| finding.lint.is_by_causes());
    let causes = found.causes.iter().flatten().filter(|_| !has_exports);
    for cause in causes.filter(|cause| cause.verdict.is_open()) {
        let is_open = |export: &&NameId| found.tolerated.binary_search(export).is_err();
        let open = cause.exports.iter().filter(is_open);
        by_type.extend(open.map(|&export| (types.name(export), ())));
    }
    let mut broken = Vec::new();
    for module in modules {
        let mut uses = BTreeMap::<Lint, Vec<Vec<u8>>>::new();
        for KernelImport { symbol, crc, .. } in &module.imports {
            let mut add = |lint| uses.entry(lint).or_default().push(symbol.clone());
            let findings = by_symbol.get(&symbol[..]).into_iter().flatten();
            findings.filter(|it| concerns(it, module, *crc)).for_each(|it| add(it.lint));
            if by_type.contains_key(&symbol[..]) {
                add(Lint::CrcChanged);
            }
        }
        if uses.is_empty() {
            continue;
        }
        let mut uses: Vec<_> = uses.into_iter().collect();
        uses.iter_mut().for_each(|(_, symbols)| symbols.sort_unstable());
        broken.push(Broken { path: module.path.clone(), uses });
    }
    broken.sort_by(|one, other| one.path.cmp(&other.path));
    Consumers { asked: modules.len(), broken }
}

/// Whether a change matters to a module that uses the symbol, and was built against `crc`.
fn concerns(finding: &Finding, module: &KernelModule, crc: Option<u32>) -> bool {
    let Some(new) = finding.new_export() else { return true };
    match finding.lint.spared() {
        Spared::Nobody => true,
        Spared::BuiltAgainstNew => crc != Some(new.crc_or_zero()),
        Spared::Importing => !module.namespaces.iter().any(|it| *it == new.namespace()),
        Spared::GplCompatible => !module.is_gpl_compatible,
    }
}
