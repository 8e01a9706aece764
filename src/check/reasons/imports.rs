//! What is said of an import that is refused, and of its likely cause, which is seen from the other
//! imports: whether all have other versions, or those of one module only.

use super::{ReasonSymbol, Situation, Told, build_again, other_headers, words};
use crate::check::candidate::Facts;
use crate::check::loader::{Effect, ImportFault, Outcome, Why};

/// What is seen from all imports of a module together.
pub(super) struct Survey {
    /// The modules that export something with another CRC than the module was built against; none
    /// stands for the kernel itself.
    others: Vec<Option<Vec<u8>>>,
}

impl Survey {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let mut others = Vec::new();
        for event in &outcome.events {
            if let Effect::Refuses(_, Why::Import(_, ImportFault::Crc { owner, .. })) =
                &event.effect
                && !others.contains(owner)
            {
                others.push(owner.clone());
            }
        }
        Self { others }
    }
}

/// An import of one module.
pub(super) struct Case<'a> {
    pub(super) situation: &'a Situation<'a>,
    pub(super) candidate: usize,
    pub(super) facts: &'a Facts,
    pub(super) survey: &'a Survey,
}

impl Case<'_> {
    /// What is said of it.
    pub(super) fn tell(&self, name: &[u8], fault: &ImportFault) -> Told {
        let recorded = self.facts.imports.iter().find(|import| import.symbol == name);
        let recorded = recorded.map(|it| it.recorded).unwrap_or_default();
        let mut symbol = ReasonSymbol {
            name: name.to_owned(),
            own: recorded.extended.or(recorded.basic),
            found: None,
            owner: None,
        };
        let kernel = self.situation.kernel;
        let (id, what, (cause, remedy)) = match fault {
            ImportFault::Crc { own, found, owner } => {
                (symbol.own, symbol.found) = (Some(*own), Some(*found));
                symbol.owner.clone_from(owner);
                let what = "what it uses has another version than it was built against";
                ("version", what, self.other_version(name, *own, owner.as_deref()))
            }
            ImportFault::Unlisted { owner } => {
                symbol.owner.clone_from(owner);
                let what = "its versions do not list a symbol that it uses and this kernel has a \
                            version of";
                ("unlisted", what, self.unlisted(owner.as_deref()))
            }
            ImportFault::Unversioned => (
                "unversioned",
                "it has no versions, and the kernel does not load a module without",
                (
                    "it was built without CONFIG_MODVERSIONS, or its versions were taken out"
                        .to_owned(),
                    build_again(kernel),
                ),
            ),
            ImportFault::Missing => {
                ("missing", "nothing here exports what it uses", self.missing(name))
            }
            ImportFault::GplOnly => (
                "gpl-only",
                "it uses what is exported for modules under the GPL only",
                (self.license(), "use another symbol, or another licence".to_owned()),
            ),
            ImportFault::Namespace(namespace) => {
                let namespace = words(namespace);
                (
                    "namespace",
                    "it uses a symbol in a namespace that it does not import",
                    (
                        format!(
                            "the symbol is in the namespace {namespace}, or came to be in it after \
                             the module was written"
                        ),
                        format!(
                            "add MODULE_IMPORT_NS({namespace}) to its source, and build it \
                                 again"
                        ),
                    ),
                )
            }
            ImportFault::Proprietary(owner) => (
                "proprietary-provider",
                "it uses both what is for the GPL only and what a proprietary module exports",
                (
                    format!("{} is tainted as proprietary", words(owner)),
                    format!("do without one of the two; {} is under no free licence", words(owner)),
                ),
            ),
            ImportFault::Common => (
                "common",
                "a variable of it has no place in any section",
                (
                    "it was compiled without -fno-common".to_owned(),
                    "build it with Kbuild, or with -fno-common".to_owned(),
                ),
            ),
        };
        Told { id, what: what.to_owned(), cause, remedy, symbol: Some(symbol) }
    }

    /// The cause of another CRC, and what to do.
    fn other_version(&self, name: &[u8], own: u32, owner: Option<&[u8]>) -> (String, String) {
        let kernel = self.situation.kernel;
        let Some(owner) = owner else {
            return (other_headers(self.facts, kernel), build_again(kernel));
        };
        let shown = words(owner);
        let is_given = self.situation.candidates.iter().any(|it| it.name == owner);
        let in_kernel = kernel.exports.get(name);
        if is_given && in_kernel.is_some_and(|it| it.crc == Some(own)) {
            let remedy = format!(
                "build it again with KBUILD_EXTRA_SYMBOLS naming the Module.symvers of the {shown} \
                 that is to be loaded"
            );
            let other = in_kernel.and_then(|it| it.owner.as_deref()).unwrap_or(b"vmlinux");
            return match other == owner {
                true => (
                    format!(
                        "it was built against the kernel's own {shown}, and another {shown} was \
                             given"
                    ),
                    remedy,
                ),
                false => (
                    format!(
                        "it was built against {} of the kernel, and {shown}, which was given, \
                             exports the same",
                        words(other)
                    ),
                    remedy,
                ),
            };
        }
        if !self.survey.others.contains(&None) {
            let extra = format!(
                "build it again against the {shown} that is loaded: KBUILD_EXTRA_SYMBOLS names its \
                 Module.symvers"
            );
            let cause = format!(
                "it was built against another {shown}; what it uses of the kernel itself fits"
            );
            return (cause, if is_given { extra } else { build_again(kernel) });
        }
        (other_headers(self.facts, kernel), build_again(kernel))
    }

    /// The cause of a symbol that is not listed, and what to do.
    fn unlisted(&self, owner: Option<&[u8]>) -> (String, String) {
        let kernel = self.situation.kernel;
        let imports = self.facts.imports.iter();
        let has_any = imports.clone().any(|it| it.recorded != Default::default());
        match owner {
            Some(owner) if has_any => (
                format!(
                    "the Module.symvers that it was built with did not have the exports of {}",
                    words(owner)
                ),
                format!(
                    "build it again with KBUILD_EXTRA_SYMBOLS naming the Module.symvers of {}",
                    words(owner)
                ),
            ),
            None if has_any => (
                "the Module.symvers that it was built with had no version of it: it was another \
                 kernel's, or incomplete"
                    .to_owned(),
                build_again(kernel),
            ),
            Some(_) | None => (
                "there was no Module.symvers when it was built, or an empty one".to_owned(),
                format!("{}, and look that there is a Module.symvers", build_again(kernel)),
            ),
        }
    }

    /// Why nothing exports a symbol, and what to do.
    fn missing(&self, name: &[u8]) -> (String, String) {
        let Situation { kernel, candidates, order, refused } = *self.situation;
        let exports = |facts: &Facts| facts.exports.iter().any(|export| export.symbol == name);
        let given = candidates.iter().position(|it| it.facts().is_some_and(exports));
        if let Some(given) = given {
            let shown = words(&candidates[given].name);
            let together =
                |cycle: &&Vec<usize>| cycle.contains(&given) && cycle.contains(&self.candidate);
            if let Some(cycle) = order.cycles.iter().find(together) {
                let names = cycle.iter().map(|&it| words(&candidates[it].name));
                let names = names.collect::<Vec<_>>().join(", ");
                return (
                    format!(
                        "these modules need each other, so that none can be the first: {names}"
                    ),
                    "make one module of them, or move what they share into another one".to_owned(),
                );
            }
            if refused.contains(&&*candidates[given].name) {
                let remedy = format!("see what is said of {shown}");
                return (format!("{shown} exports it, and is refused itself"), remedy);
            }
        }
        if let Some(owner) = kernel.exports.get(name).and_then(|export| export.owner.as_deref()) {
            let shown = words(owner);
            return (
                format!(
                    "the kernel's own {shown} exports it, and the {shown} that was given does \
                         not"
                ),
                format!("use the kernel's own {shown}, or build both of the same sources"),
            );
        }
        let is_known = |name: &&Vec<u8>| {
            candidates.iter().any(|it| it.name == **name) || kernel.exports.has_owner(name)
        };
        let needed: Vec<_> = self.facts.depends.iter().filter(|it| !is_known(it)).collect();
        if !needed.is_empty() {
            let needed = needed.into_iter().map(|it| words(it)).collect::<Vec<_>>().join(", ");
            return (
                format!(
                    "it depends on {needed}, which this kernel does not have and which was not \
                         given"
                ),
                format!("load {needed} before it; here, give it as well"),
            );
        }
        let imports = &self.facts.imports;
        let is_recorded = |name: &[u8]| {
            imports.iter().any(|it| it.symbol == name && it.recorded != Default::default())
        };
        if is_recorded(name) {
            return (
                "what it was built against exported it, and nothing here does: it is gone, has \
                 another name, is configured out, or is in a module that was not given"
                    .to_owned(),
                "give the module that exports it as well; if there is none, use a version of this \
                 module that is made for this kernel"
                    .to_owned(),
            );
        }
        (
            "nothing exported it when the module was built, either: modpost must have said that it \
             is undefined"
                .to_owned(),
            "build it again and heed modpost's warnings; export the symbol, or name the \
             Module.symvers that has it in KBUILD_EXTRA_SYMBOLS"
                .to_owned(),
        )
    }

    /// Why the module may not use what is for the GPL only.
    fn license(&self) -> String {
        match &self.facts.license {
            Some(license) if !self.facts.is_gpl_compatible => {
                format!("its licence is '{}', which is not compatible", words(license))
            }
            None => "it says no licence (MODULE_LICENSE)".to_owned(),
            Some(_) => {
                "it uses what a proprietary module exports, and counts as one since".to_owned()
            }
        }
    }
}
