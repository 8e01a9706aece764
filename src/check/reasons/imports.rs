//! The reasons to refuse an import. The likely cause is seen from the module's other imports:
//! whether the CRCs of all of them differ, or only of those from one module.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::id::ReasonId;
use super::refusal::{
    Explanation, ReasonSymbol, Remedy, Situation, is_other_release, listed, other_headers, rebuild,
    rebuild_and, without_versions, words,
};
use crate::check::candidate::{Facts, Recorded};
use crate::check::loader::{Effect, Event, ImportFault, Outcome, Why};
use crate::kernel::{Export, KERNEL};

/// What is seen from all imports of a module together.
pub(super) struct Survey<'a> {
    /// What it has recorded of each symbol; of several of one name the first counts.
    recorded: IndexMap<&'a [u8], Recorded, BuildHasherDefault<FxHasher>>,
    /// Whether it has recorded anything.
    has_recorded: bool,
    /// Whether exports of the kernel itself have other CRCs than the module was built against.
    has_other_kernel: bool,
    /// The modules that it says to need, and that are not there, as text.
    needed: Option<String>,
}

impl<'a> Survey<'a> {
    pub(super) fn of(
        situation: &Situation<'_>,
        facts: Option<&'a Facts>,
        outcome: &Outcome,
    ) -> Self {
        let is_other_kernel = |event: &Event| {
            let Effect::Refuses(_, Why::Import(_, fault)) = &event.effect else { return false };
            matches!(fault, ImportFault::Crc { owner: None, .. })
        };
        let imports = facts.map(|facts| &facts.imports[..]).unwrap_or_default();
        let mut recorded = IndexMap::default();
        for import in imports {
            recorded.entry(&*import.symbol).or_insert(import.recorded);
        }
        let depends = facts.map(|facts| &facts.depends[..]).unwrap_or_default();
        let needed: Vec<&[u8]> =
            depends.iter().map(Vec::as_slice).filter(|it| !situation.is_known(it)).collect();
        Self {
            recorded,
            has_recorded: imports.iter().any(|it| it.recorded != Recorded::default()),
            has_other_kernel: outcome.events.iter().any(is_other_kernel),
            needed: (!needed.is_empty()).then(|| listed(needed.into_iter())),
        }
    }
}

/// An import of one module.
pub(super) struct Case<'a> {
    pub(super) situation: &'a Situation<'a>,
    pub(super) candidate: usize,
    pub(super) facts: &'a Facts,
    pub(super) survey: &'a Survey<'a>,
}

impl Case<'_> {
    /// Explains its refusal.
    pub(super) fn explain(&self, name: &[u8], fault: &ImportFault) -> Explanation {
        let recorded = self.survey.recorded.get(name).copied().unwrap_or_default();
        let mut symbol = ReasonSymbol {
            name: name.to_owned(),
            expected: recorded.extended.or(recorded.basic),
            actual: None,
            owner: None,
        };
        let kernel = self.situation.kernel;
        let (id, message, (cause, remedy)) = match fault {
            ImportFault::Crc { own, found, owner } => {
                (symbol.expected, symbol.actual) = (Some(*own), Some(*found));
                symbol.owner.clone_from(owner);
                let message = "symbol CRC mismatch";
                (ReasonId::Version, message, self.other_version(name, *own, owner.as_deref()))
            }
            ImportFault::Unlisted { owner } => {
                symbol.owner.clone_from(owner);
                let message = "a symbol that this kernel has a CRC for is missing from its symbol \
                            versions";
                (ReasonId::Unlisted, message, self.unlisted(owner.as_deref()))
            }
            ImportFault::Unversioned => (
                ReasonId::Unversioned,
                "it has no symbol versions, and this kernel requires them",
                (without_versions(self.facts, kernel), rebuild(kernel)),
            ),
            ImportFault::Missing => (ReasonId::Missing, "unresolved symbol", self.missing(name)),
            ImportFault::GplOnly => (
                ReasonId::GplOnly,
                "it uses a GPL-only export",
                (self.license(), "use another symbol, or a GPL-compatible license".into()),
            ),
            ImportFault::Namespace(namespace) => {
                let namespace = words(namespace);
                (
                    ReasonId::Namespace,
                    "it uses a symbol from a namespace that it does not import",
                    (
                        format!(
                            "the symbol is in the namespace {namespace}; it may have been moved \
                             there after the module was written"
                        ),
                        Remedy::rebuild(format!(
                            "add MODULE_IMPORT_NS({namespace}) to its source, and rebuild it"
                        )),
                    ),
                )
            }
            ImportFault::Proprietary(owner) => (
                ReasonId::ProprietaryProvider,
                "it uses both GPL-only exports and exports of a proprietary module",
                (
                    format!("{} is tainted as proprietary", words(owner)),
                    format!("avoid one of the two; {} has no GPL-compatible license", words(owner))
                        .into(),
                ),
            ),
            ImportFault::Common => (
                ReasonId::Common,
                "it has a common symbol: a variable that is in no section",
                (
                    "it was compiled without -fno-common".to_owned(),
                    Remedy::rebuild("build it with Kbuild, or with -fno-common".to_owned()),
                ),
            ),
        };
        Explanation { id, message: message.to_owned(), cause, remedy, symbol: Some(symbol) }
    }

    /// The cause of a CRC mismatch, and what to do.
    fn other_version(&self, name: &[u8], own: u32, owner: Option<&[u8]>) -> (String, Remedy) {
        let kernel = self.situation.kernel;
        let Some(owner) = owner else {
            return (other_headers(self.facts, kernel), rebuild(kernel));
        };
        let shown = words(owner);
        let is_given = self.situation.is_given(owner);
        let in_kernel = kernel.exports.get(name);
        if is_given && in_kernel.is_some_and(|it| it.crc == Some(own)) {
            let remedy = Remedy::rebuild(format!(
                "rebuild it with KBUILD_EXTRA_SYMBOLS set to the Module.symvers of the {shown} \
                 that will be loaded"
            ));
            let other = in_kernel.and_then(Export::owner);
            let other = other.as_deref().unwrap_or(KERNEL);
            return match other == owner {
                true => (
                    format!(
                        "it was built against the kernel's own {shown}, but a different {shown} \
                         was given"
                    ),
                    remedy,
                ),
                false => (
                    format!(
                        "it was built against the kernel's {}, but {shown}, which was given, \
                         exports the same symbol",
                        words(other)
                    ),
                    remedy,
                ),
            };
        }
        if !self.survey.has_other_kernel {
            let extra = Remedy::rebuild(format!(
                "rebuild it against the {shown} that is loaded: set KBUILD_EXTRA_SYMBOLS to its \
                 Module.symvers"
            ));
            let cause = format!(
                "it was built against a different {shown}; the symbols it uses from the kernel \
                 itself match"
            );
            return (cause, if is_given { extra } else { rebuild(kernel) });
        }
        (other_headers(self.facts, kernel), rebuild(kernel))
    }

    /// The cause of a symbol that is not listed, and what to do.
    fn unlisted(&self, owner: Option<&[u8]>) -> (String, Remedy) {
        let kernel = self.situation.kernel;
        let has_any = self.survey.has_recorded;
        match owner {
            Some(owner) if has_any => (
                format!(
                    "the Module.symvers it was built with lacked the exports of {}",
                    words(owner)
                ),
                Remedy::rebuild(format!(
                    "rebuild it with KBUILD_EXTRA_SYMBOLS set to the Module.symvers of {}",
                    words(owner)
                )),
            ),
            None if has_any => (
                "the Module.symvers it was built with lacked the symbol: it was another \
                 kernel's, or incomplete"
                    .to_owned(),
                rebuild(kernel),
            ),
            Some(_) | None => (
                "Module.symvers was missing or empty when the module was built".to_owned(),
                rebuild_and(kernel, ", and make sure there is a Module.symvers"),
            ),
        }
    }

    /// Why nothing exports a symbol, and what to do.
    fn missing(&self, name: &[u8]) -> (String, Remedy) {
        let Situation { kernel, candidates, .. } = self.situation;
        if let Some(given) = self.situation.exporter(name) {
            let shown = words(&candidates[given].name);
            if let Some(cycle) = self.situation.cycle_of(given, self.candidate) {
                let names = listed(cycle.iter().map(|&it| &*candidates[it].name));
                return (
                    format!(
                        "these modules depend on each other, so none can be loaded first: {names}"
                    ),
                    "merge them into one module, or move what they share into another module"
                        .into(),
                );
            }
            if self.situation.is_refused(&candidates[given].name) {
                let remedy = Remedy::of_module(&shown);
                return (format!("{shown} exports it, but is refused itself"), remedy);
            }
        }
        if let Some(owner) = kernel.exports.get(name).and_then(Export::owner) {
            let shown = words(&owner);
            return (
                format!(
                    "the kernel's own {shown} exports it, but the {shown} that was given does not"
                ),
                format!(
                    "use the kernel's own {shown}, or build both modules from the same sources"
                )
                .into(),
            );
        }
        if let Some(needed) = &self.survey.needed {
            return (
                format!(
                    "it depends on {needed}, which this kernel does not have, and which was not \
                     given"
                ),
                format!("load {needed} before it, and give it to this check as well").into(),
            );
        }
        self.gone(name)
    }

    /// Why nothing that is known exports a symbol that no other module is to provide, and what to do.
    fn gone(&self, name: &[u8]) -> (String, Remedy) {
        let (facts, kernel) = (self.facts, self.situation.kernel);
        let recorded = self.survey.recorded.get(name).copied();
        let also = "also give the module that exports it; if there is none, use a version of this \
                    module made for this kernel";
        if is_other_release(facts, kernel) {
            let cause = other_headers(facts, kernel) + ", which has no such export";
            return (cause, also.into());
        }
        if recorded.unwrap_or_default() != Default::default() {
            let cause = "something it was built against exported it, but nothing here does: it was \
                         removed, renamed or configured out, or is in a module that was not given";
            return (cause.to_owned(), also.into());
        }
        if !facts.has_basic && !facts.has_extended {
            let cause = "nothing here exports it; the module has no symbol versions, which would \
                         tell whether anything did when it was built";
            return (cause.to_owned(), also.into());
        }
        (
            "nothing exported it when the module was built either: modpost must have reported it \
             as undefined"
                .to_owned(),
            Remedy::rebuild(
                "rebuild it and heed modpost's warnings; export the symbol, or add the \
                 Module.symvers that has it to KBUILD_EXTRA_SYMBOLS"
                    .to_owned(),
            ),
        )
    }

    /// Why the module may not use GPL-only exports.
    fn license(&self) -> String {
        match &self.facts.license {
            Some(license) if !self.facts.is_gpl_compatible => {
                format!("its license is '{}', which is not GPL-compatible", words(license))
            }
            None => "it declares no license (MODULE_LICENSE)".to_owned(),
            Some(_) => {
                "it uses exports of a proprietary module, so the kernel treats it as proprietary \
                 too"
                .to_owned()
            }
        }
    }
}
