//! Which sections must not refer to which others.

use super::classes::Classes;
use crate::release::{ExportEncoding, KsymtabRule, MismatchText, Modpost};

/// A reference from a section of `from` is wrong if it leads into one of `bad`, or not into one of
/// `good`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rule {
    pub(super) from: Classes,
    pub(super) bad: Classes,
    /// [`Classes::NONE`] allows all that is not bad.
    pub(super) good: Classes,
    pub(super) about: About,
    /// Which variables may break it, by the patterns that their names match; until 5.19.
    pub(super) allowed: &'static str,
}

/// What a rule is about, as far as messages differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum About {
    /// A reference.
    Reference,
    /// From code to what is freed after the start; this and the next ones until 5.19.
    TextToInit,
    /// The same from data.
    DataToInit,
    /// From code to what a built-in driver does not have.
    TextToExit,
    /// The same from data.
    DataToExit,
    /// From what memory can be added with to the same without that.
    MemoryToOther,
    /// From what is freed after the start to what a built-in driver does not have.
    InitToExit,
    /// The opposite.
    ExitToInit,
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
    Rule { from, bad, good: Classes::NONE, about: About::Reference, allowed: "" }
}

const EXCEPTIONS: Rule = Rule {
    from: Classes::EXCEPTION_TABLE,
    bad: Classes::REPLACEMENT,
    good: ALL_TEXT,
    about: About::Exception,
    allowed: "",
};

const EXPORTS: Rule = Rule {
    from: Classes::KSYMTAB,
    bad: Classes::INIT.and(Classes::EXIT),
    good: Classes::NONE,
    about: About::Export,
    allowed: "",
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

/// The names that variables may have which refer to what is freed.
const TABLES: &str = "*driver, *_template, *_timer, *_sht, *_ops, *_probe, *_probe_one, *_console";

/// The same for what is freed after the start.
const INIT_TABLES: &str = "*_template, *_timer, *_sht, *_ops, *_probe, *_probe_one, *_console";

const fn old(from: Classes, bad: Classes, about: About, allowed: &'static str) -> Rule {
    Rule { from, bad, good: Classes::NONE, about, allowed }
}

const fn in_paragraphs(exports: Rule) -> [Rule; 12] {
    [
        old(Classes::TEXT, ALL_INIT, About::TextToInit, TABLES),
        old(Classes::DATA, Classes::MEMORY_INIT, About::DataToInit, TABLES),
        old(Classes::DATA, Classes::INIT, About::DataToInit, INIT_TABLES),
        old(Classes::TEXT, ALL_EXIT, About::TextToExit, TABLES),
        old(Classes::DATA, ALL_EXIT, About::DataToExit, TABLES),
        old(Classes::MEMORY_INIT, Classes::INIT, About::MemoryToOther, TABLES),
        old(Classes::MEMORY_EXIT, Classes::EXIT, About::MemoryToOther, TABLES),
        old(ALL_INIT, ALL_EXIT, About::InitToExit, TABLES),
        old(ALL_EXIT, ALL_INIT, About::ExitToInit, TABLES),
        old(Classes::PCI_FIXUP, Classes::INIT, About::InitToExit, ""),
        Rule { allowed: TABLES, ..exports },
        EXCEPTIONS,
    ]
}

/// The rules until 5.19.
const IN_PARAGRAPHS: &[Rule] = &in_paragraphs(EXPORTS);

/// The same where the rule for exports has the name of a section that objects do not have.
const IN_PARAGRAPHS_OF_LINKED: &[Rule] =
    &in_paragraphs(Rule { from: Classes::LINKED_KSYMTAB, ..EXPORTS });

/// The rules; the first that a reference breaks counts. Where `.meminit` is no class, no section is of
/// it, and so on.
pub(super) fn of(release: &Modpost) -> &'static [Rule] {
    if release.mismatch_text == MismatchText::Paragraphs {
        return match release.ksymtab_rule {
            KsymtabRule::Objects => IN_PARAGRAPHS,
            KsymtabRule::Linked => IN_PARAGRAPHS_OF_LINKED,
        };
    }
    match release.exports {
        ExportEncoding::KsymtabSymbols => WITH_KSYMTAB,
        ExportEncoding::ExportSymbolSection => WITHOUT_KSYMTAB,
    }
}
