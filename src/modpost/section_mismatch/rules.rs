//! Which sections must not refer to which others.

use super::classes::Classes;
use crate::release::{ExportEncoding, Modpost};

/// A reference from a section of `from` is wrong if it leads into one of `bad`, or not into one of
/// `good`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rule {
    pub(super) from: Classes,
    pub(super) bad: Classes,
    /// [`Classes::NONE`] allows all that is not bad.
    pub(super) good: Classes,
    pub(super) about: About,
}

/// What a rule is about, as far as messages differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum About {
    /// A reference.
    Reference,
    /// An export, until 6.4.
    Export,
    /// An entry of an exception table.
    Exception,
}

impl Rule {
    /// Whether a reference into a section of these classes is wrong.
    pub(super) fn forbids(&self, to: Classes) -> bool {
        to.any(self.bad) || (self.good != Classes::NONE && !to.any(self.good))
    }
}

/// All code.
pub(super) const ALL_TEXT: Classes =
    Classes::TEXT.and(Classes::OTHER_TEXT).and(Classes::FREED_TEXT);

/// All that is freed after the start.
pub(super) const ALL_INIT: Classes = Classes::INIT.and(Classes::MEMORY_INIT);

/// All that is only used when a module goes.
pub(super) const ALL_EXIT: Classes = Classes::EXIT.and(Classes::MEMORY_EXIT);

const fn reference(from: Classes, bad: Classes) -> Rule {
    Rule { from, bad, good: Classes::NONE, about: About::Reference }
}

const EXCEPTIONS: Rule = Rule {
    from: Classes::EXCEPTION_TABLE,
    bad: Classes::REPLACEMENT,
    good: ALL_TEXT,
    about: About::Exception,
};

const EXPORTS: Rule = Rule {
    from: Classes::KSYMTAB,
    bad: Classes::INIT.and(Classes::EXIT),
    good: Classes::NONE,
    about: About::Export,
};

const MEMORY_INIT: Rule = reference(Classes::MEMORY_INIT, Classes::INIT);
const MEMORY_EXIT: Rule = reference(Classes::MEMORY_EXIT, Classes::EXIT);

const REFERENCES: [Rule; 4] = [
    reference(Classes::TEXT.and(Classes::DATA), ALL_INIT.and(ALL_EXIT)),
    reference(ALL_INIT, ALL_EXIT),
    reference(ALL_EXIT, ALL_INIT),
    reference(Classes::PCI_FIXUP, Classes::INIT),
];

const WITH_KSYMTAB: &[Rule] = &[
    REFERENCES[0],
    MEMORY_INIT,
    MEMORY_EXIT,
    REFERENCES[1],
    REFERENCES[2],
    REFERENCES[3],
    EXPORTS,
    EXCEPTIONS,
];

const WITHOUT_KSYMTAB: &[Rule] = &[
    REFERENCES[0],
    MEMORY_INIT,
    MEMORY_EXIT,
    REFERENCES[1],
    REFERENCES[2],
    REFERENCES[3],
    EXCEPTIONS,
];

/// The rules; the first that a reference breaks counts. Where `.meminit` is no class, no section is of
/// it, and so on.
pub(super) fn of(release: &Modpost) -> &'static [Rule] {
    match release.exports {
        ExportEncoding::KsymtabSymbols => WITH_KSYMTAB,
        ExportEncoding::ExportSymbolSection => WITHOUT_KSYMTAB,
    }
}
