//! abi-diff: what changed between the module interfaces of two kernels, why, and how much it
//! matters.
//!
//! `exports` compares what the two say of each export; `corpus` reads their types, each line held
//! once by `types`; `causes` finds the types whose own declaration changed, and what they reach;
//! `modules` takes the exports from modules, `consumers` tells which modules use what changed,
//! `stable_list` holds all that to a list of symbols; `report` tells it. Start at [`compare`].

mod causes;
mod consumers;
mod corpus;
mod declaration;
mod exports;
mod lints;
mod modules;
mod report;
mod stable_list;
mod types;

pub use causes::Cause;
pub use consumers::{Broken, Consumers, consumers};
pub use corpus::{Corpus, ReadError as CorpusError, TypesFile};
pub use exports::{Export, Exports, Finding, ReadError as ExportsError};
pub use lints::{LINTS, Level, Lint, lint};
pub use modules::{Coverage, Disagreement, KernelModule, Origin};
pub use report::{Format, write};
pub use stable_list::{BadListLine, StableList};
pub use types::{Line, LineId, NameId, Types};

/// What is known of one release.
#[derive(Debug)]
pub struct Release {
    /// How the user named it.
    pub title: Vec<u8>,
    /// Its exports; none if it says nothing of CRCs.
    pub exports: Option<Exports>,
    /// Its types; none if it says nothing of these.
    pub corpus: Option<Corpus>,
}

/// What differs between two releases.
#[derive(Debug)]
pub struct Comparison {
    /// Differences of single exports, in the order of the lints, and then of the symbols.
    pub findings: Vec<Finding>,
    /// Declarations that changed, those first that reach the most exports; none if not both
    /// releases have types.
    pub causes: Option<Vec<Cause>>,
    /// Exports with another CRC that no cause reaches, because one of the releases has no types for
    /// them: those of assembler files, and of files that were not given. By name.
    pub untyped: Vec<Vec<u8>>,
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
pub fn compare(types: &Types, old: &Release, new: &Release) -> Comparison {
    let mut findings = match (&old.exports, &new.exports) {
        (Some(old), Some(new)) => exports::findings(old, new),
        _ => Vec::new(),
    };
    let corpora = old.corpus.as_ref().zip(new.corpus.as_ref());
    let causes = corpora.map(|(old, new)| causes::causes(types, old, new));
    let mut untyped = Vec::new();
    if let (Some(causes), Some((old, new))) = (&causes, corpora) {
        let mut is_explained = vec![false; types.name_count()];
        for export in causes.iter().flat_map(|cause| &cause.exports) {
            is_explained[export.0 as usize] = true;
        }
        let mut unexplained = Vec::new();
        for finding in findings.iter().filter(|finding| finding.lint.id == "crc-changed") {
            let name = types.find_name(&finding.symbol);
            match name.filter(|&name| old.has(name) && new.has(name)) {
                Some(name) if is_explained[name.0 as usize] => {}
                Some(_) => unexplained.push(finding.clone()),
                None => untyped.push(finding.symbol.clone()),
            }
        }
        if let Some(lint) = lint("crc-unexplained") {
            findings.extend(unexplained.into_iter().map(|finding| Finding { lint, ..finding }));
        }
    }
    Comparison { findings, causes, untyped, consumers: None }
}
