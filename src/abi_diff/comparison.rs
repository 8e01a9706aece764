//! What differs between two releases.

use super::causes::Cause;
use super::findings::Finding;
use super::silent::Examined;
use crate::corpus::NameId;

/// What differs between two releases.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Differences of single exports, in the order of the lints, and then of the symbols.
    pub findings: Vec<Finding>,
    /// Declarations that changed, those first that reach the most exports; none if not both
    /// releases have types.
    pub causes: Option<Vec<Cause>>,
    /// Whether the causes are found by BTF. Then an export may reach fewer of them than have it: BTF does
    /// not show what its file sees.
    pub is_by_btf: bool,
    /// Exports with another CRC that no cause reaches, because one of the releases has no types for
    /// them: those of assembler files, and of files that were not given; by BTF also variables, which
    /// older kernels' lacks. By name.
    pub untyped: Vec<Vec<u8>>,
    /// Exports with another CRC that lead to nothing that differs in the BTF of both, by name; none if the
    /// causes are not found by BTF.
    pub unexplained: Vec<Vec<u8>>,
    /// Whether so much differs in the BTF of both that it was not determined which exports lead to it.
    pub is_too_much_by_btf: bool,
    /// How it was looked for silent breaks; none if not both releases have BTF.
    pub examined: Option<Examined>,
    /// Of the exports that causes reach, those whose other CRC is tolerated, by number.
    pub tolerated: Vec<NameId>,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.causes.as_ref().is_none_or(Vec::is_empty)
    }

    /// Whether something differs that is not tolerated.
    pub fn is_failure(&self) -> bool {
        let causes = self.causes.iter().flatten().map(|cause| cause.verdict);
        let mut verdicts = self.findings.iter().map(|finding| finding.verdict).chain(causes);
        verdicts.any(|verdict| verdict.is_open())
    }
}
