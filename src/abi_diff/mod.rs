//! abi-diff: what changed between the module interfaces of two kernels, why, and how much it
//! matters.
//!
//! `exports` compares what the two say of each export; `corpus` reads their types, each line held
//! once by `types`; `causes` finds the types whose own declaration changed, and what they reach;
//! `impacts` says what each of these does to modules; `modules` takes the exports from modules, `consumers` tells which modules use what changed,
//! `stable_list` holds all that to a list of symbols; `report` tells it. Start at [`compare`].
//! `verify` computes the CRCs from the types; `consolidated` puts the types of a release into one
//! file; `show` prints one of them.

mod btf_changes;

mod causes;
mod consumers;
mod findings;
mod impacts;
mod lints;
pub mod members;
mod report;
mod rules;
mod silent;
mod stable_list;
mod verdicts;
mod visibility;
mod why;

pub use causes::{Cause, Change};
pub use consumers::{Broken, Consumers, consumers};
pub use findings::Finding;
pub use impacts::impact_lint;
pub use lints::{LINTS, Level, Lint, lint};
pub use report::{Facts, Format, write};
pub use rules::{BadRule, Date, Rule, Rules};
pub use silent::by_btf::LookedAt;
pub use stable_list::{BadListLine, StableList};
pub use verdicts::{Tolerance, Verdict};
pub use why::{Way, Why, told, why};

use self::btf_changes::{BothBtf, BtfTypes};
use crate::corpus::{Corpus, NameId, Release, Types};
use crate::layout::data_model::DataModel;

/// What differs between two releases.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Differences of single exports, in the order of the lints, and then of the symbols.
    pub findings: Vec<Finding>,
    /// Declarations that changed, those first that reach the most exports; none if not both
    /// releases have types.
    pub causes: Option<Vec<Cause>>,
    /// Exports with another CRC that no cause reaches, because one of the releases has no types for
    /// them: those of assembler files, and of files that were not given. By name.
    pub untyped: Vec<Vec<u8>>,
    /// How it was looked for silent breaks; none if not both releases have BTF.
    pub looked_at: Option<LookedAt>,
    /// Of the exports that causes reach, those whose other CRC is tolerated, by number.
    pub tolerated: Vec<NameId>,
    /// The modules that use what changed; none if nobody asked.
    pub consumers: Option<Consumers>,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.causes.as_ref().is_none_or(Vec::is_empty)
    }
}

/// Compares two releases, whose lines are held by `types`.
///
/// What a change does to modules is told by the BTF of both, and where that does not tell it for the
/// C of `model`.
pub fn compare(
    types: &Types,
    old: &Release,
    new: &Release,
    model: &'static DataModel,
) -> Comparison {
    let Some((old_btf, new_btf)) = old.btf.as_ref().zip(new.btf.as_ref()) else {
        return compare_by(types, old, new, model, None);
    };
    let kernels = [old_btf.kernel(), new_btf.kernel()];
    let modules = [old_btf.modules(&kernels[0]), new_btf.modules(&kernels[1])];
    let modules = modules.map(Iterator::collect::<Vec<_>>);
    let [before, after] = [0, 1].map(|side: usize| BtfTypes::of(&kernels[side], &modules[side]));
    let btf = BothBtf::new(types, [&before, &after], new.exports.as_ref());
    compare_by(types, old, new, model, Some(&btf))
}

fn compare_by(
    types: &Types,
    old: &Release,
    new: &Release,
    model: &'static DataModel,
    btf: Option<&BothBtf<'_>>,
) -> Comparison {
    let exports = old.exports.as_ref().zip(new.exports.as_ref());
    let mut findings = match exports {
        Some((old, new)) => findings::findings(old, new),
        _ => Vec::new(),
    };
    let corpora = old.corpus.as_ref().zip(new.corpus.as_ref());
    let causes = corpora.map(|(old, new)| {
        let mut causes = causes::causes(types, old, new, btf);
        impacts::judge(types, [old, new], model, btf, &mut causes);
        causes
    });
    impacts::judge_exports(types, causes.as_deref().unwrap_or_default(), &mut findings);
    let mut untyped = Vec::new();
    if let (Some(causes), Some((old, new))) = (&causes, corpora) {
        let mut is_explained = vec![false; types.name_count()];
        let declared_otherwise = causes.iter().filter(|cause| cause.old != cause.new);
        for export in declared_otherwise.flat_map(|cause| &cause.exports) {
            is_explained[export.0 as usize] = true;
        }
        let mut unexplained = Vec::new();
        for finding in findings.iter().filter(|finding| finding.lint.id == "crc-changed") {
            let name = types.find_name(&finding.symbol);
            match name.filter(|&name| old.has(name) && new.has(name)) {
                Some(name) if is_explained[name.0 as usize] => {}
                Some(_) => unexplained.push(finding.clone()),
                None => untyped.push(finding.symbol.to_vec()),
            }
        }
        if let Some(lint) = lint("crc-unexplained") {
            let verdict = Verdict::of(lint);
            let said = |finding| Finding { lint, verdict, ..finding };
            findings.extend(unexplained.into_iter().map(said));
        }
    }
    if let Some((old, new)) = corpora {
        findings.extend(declared_twice(types, old, new));
    }
    let mut looked_at = None;
    if let Some((old, new)) = exports {
        let causes = causes.as_deref().unwrap_or_default();
        let silent = silent::by_declarations::silent_breaks(types, [old, new], causes);
        if let Some(btf) = btf {
            // Without attributes, declarations tell nothing of layouts.
            let is_told = |symbol: &[u8], module: &[u8]| {
                let name = types.find_name(symbol);
                corpora.zip(name).is_some_and(|((old, new), name)| {
                    let have_attributes = old.have_attributes && new.have_attributes;
                    old.has(name) && new.has(name) && (have_attributes || btf.has(module))
                })
            };
            let (found, exports) = silent::by_btf::findings(btf, [old, new], is_told);
            let is_silent =
                |symbol: &[u8]| silent.binary_search_by(|it| it.symbol[..].cmp(symbol)).is_ok();
            findings.extend(found.into_iter().filter(|it| !is_silent(&it.symbol)));
            looked_at = Some(exports);
        }
        findings.extend(silent);
    }
    let tolerated = Vec::new();
    Comparison { findings, causes, untyped, looked_at, tolerated, consumers: None }
}

/// The exports that two files of the new release declare, each otherwise, and of the old one not.
fn declared_twice(types: &Types, old: &Corpus, new: &Corpus) -> Vec<Finding> {
    let before = old.declared_twice(types);
    let is_new = |name: NameId| before.iter().all(|(known, _)| *known != name);
    let found = new.declared_twice(types).into_iter().filter(|(name, _)| is_new(*name));
    let said = |(name, files): (NameId, Vec<usize>)| Finding {
        lint: &lints::EXPORT_TWICE,
        symbol: types.name(name).to_owned().into(),
        old: None,
        new: None,
        files: files.into_iter().map(|file| new.files[file].path.clone()).collect(),
        remark: None,
        impact: None,
        verdict: Verdict::of(&lints::EXPORT_TWICE),
    };
    found.map(said).collect()
}
