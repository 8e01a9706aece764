//! Whom it breaks: which modules use what changed.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::{Comparison, Finding, Level, Lint, Verdict, lint};
use crate::corpus::{NameId, Types};
use crate::kernel::KernelModule;

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
    pub uses: Vec<(&'static Lint, Vec<Vec<u8>>)>,
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
    for finding in breaking.filter(|finding| finding.old.is_some() || finding.new.is_some()) {
        by_symbol.entry(&finding.symbol).or_default().push(finding);
    }
    // Without CRCs, what the types say must do.
    let mut by_type = IndexMap::<&[u8], (), BuildHasherDefault<FxHasher>>::default();
    let has_crcs = found.findings.iter().any(|finding| finding.lint.id == "crc-changed");
    let causes = found.causes.iter().flatten().filter(|_| !has_crcs);
    for cause in causes.filter(|cause| cause.verdict.is_open()) {
        let is_open = |export: &&NameId| found.tolerated.binary_search(export).is_err();
        let open = cause.exports.iter().filter(is_open);
        by_type.extend(open.map(|&export| (types.name(export), ())));
    }
    let crc_changed = lint("crc-changed");
    let mut broken = Vec::new();
    for module in modules {
        let mut uses = IndexMap::<&str, (&'static Lint, Vec<Vec<u8>>)>::default();
        for (symbol, crc) in &module.imports {
            let mut add = |lint: &'static Lint| {
                uses.entry(lint.id).or_insert((lint, Vec::new())).1.push(symbol.clone());
            };
            let findings = by_symbol.get(&symbol[..]).into_iter().flatten();
            findings.filter(|it| concerns(it, module, *crc)).for_each(|it| add(it.lint));
            if let Some(lint) = crc_changed.filter(|_| by_type.contains_key(&symbol[..])) {
                add(lint);
            }
        }
        let mut uses: Vec<_> = uses.into_values().collect();
        if uses.is_empty() {
            continue;
        }
        uses.sort_by_key(|(lint, _)| lint.place());
        uses.iter_mut().for_each(|(_, symbols)| symbols.sort_unstable());
        broken.push(Broken { path: module.path.clone(), uses });
    }
    broken.sort_by(|one, other| one.path.cmp(&other.path));
    Consumers { asked: modules.len(), broken }
}

/// Whether a change matters to a module that uses the symbol, and was built against `crc`.
fn concerns(finding: &Finding, module: &KernelModule, crc: Option<u32>) -> bool {
    let Some(new) = &finding.new else { return true };
    match finding.lint.id {
        // One that was built against the new kernel has no difficulty.
        "crc-changed" | "crc-lost" | "crc-gained" => crc != Some(new.crc),
        "namespace-gained" | "namespace-changed" => {
            !module.namespaces.iter().any(|imported| *imported == new.namespace)
        }
        "licence-restricted" => !module.is_gpl_compatible,
        _ => true,
    }
}
