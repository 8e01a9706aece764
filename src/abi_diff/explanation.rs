//! Which exports with another CRC the types explain, and which they do not.

use super::causes::Cause;
use super::findings::Finding;
use super::lints::{Lint, Verdict};
use crate::corpus::{Corpus, Types};

/// The exports with another CRC that no cause reaches.
#[derive(Default)]
pub(super) struct Rest {
    /// Those whose types both releases have.
    pub(super) unexplained: Vec<Finding>,
    /// Those of which one release has no types, by name.
    pub(super) untyped: Vec<Vec<u8>>,
}

/// What `causes` leave of the exports with another CRC in `findings`.
pub(super) fn rest(
    types: &Types,
    [old, new]: [&Corpus; 2],
    causes: &[Cause],
    findings: &[Finding],
) -> Rest {
    let mut is_explained = vec![false; types.name_count()];
    let declared_otherwise = causes.iter().filter(|it| it.is_declared_otherwise());
    for export in declared_otherwise.flat_map(|cause| &*cause.exports) {
        is_explained[export.place()] = true;
    }
    let mut rest = Rest::default();
    for finding in findings.iter().filter(|finding| finding.lint == Lint::CrcChanged) {
        let name = types.find_name(&finding.symbol);
        match name.filter(|&name| old.has(name) && new.has(name)) {
            Some(name) if is_explained[name.place()] => {}
            Some(_) => {
                let lint = Lint::CrcUnexplained;
                let verdict = Verdict::of(lint);
                rest.unexplained.push(Finding { lint, verdict, ..finding.clone() });
            }
            None => rest.untyped.push(finding.symbol.to_vec()),
        }
    }
    rest
}
