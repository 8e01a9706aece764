//! What kind of section a name stands for.

use crate::release::{
    ExportEncoding, InterruptText, KsymtabRule, MemorySections, MismatchText, Modpost, NoinstrText,
    SoftirqText, TextSections, UncheckedSections,
};

/// A set of kinds of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Classes(u32);

impl Classes {
    pub(super) const NONE: Self = Self(0);
    /// Its references are nobody's business: debug information, notes and the like.
    pub(super) const UNCHECKED: Self = Self(1);
    pub(super) const INIT: Self = Self(1 << 1);
    /// Freed unless memory can be added to a running machine; gone in 6.10 or 6.11.
    pub(super) const MEMORY_INIT: Self = Self(1 << 2);
    pub(super) const EXIT: Self = Self(1 << 3);
    pub(super) const DATA: Self = Self(1 << 4);
    pub(super) const TEXT: Self = Self(1 << 5);
    /// Code that may refer to what ordinary code may not, or is used in other ways.
    pub(super) const OTHER_TEXT: Self = Self(1 << 6);
    /// The code among the sections that are freed.
    pub(super) const FREED_TEXT: Self = Self(1 << 7);
    pub(super) const PCI_FIXUP: Self = Self(1 << 8);
    /// The exports, until 6.4.
    pub(super) const KSYMTAB: Self = Self(1 << 9);
    pub(super) const EXCEPTION_TABLE: Self = Self(1 << 10);
    /// Replacements of instructions, which no exception can happen in.
    pub(super) const REPLACEMENT: Self = Self(1 << 11);
    /// Data among the sections that are freed after the start.
    pub(super) const INIT_DATA: Self = Self(1 << 12);
    pub(super) const HEAD_TEXT: Self = Self(1 << 13);
    /// Freed unless memory can be removed from a running machine; gone in 6.7.
    pub(super) const MEMORY_EXIT: Self = Self(1 << 14);
    /// Tables of exports as the linker makes them, until 5.18.
    pub(super) const LINKED_KSYMTAB: Self = Self(1 << 15);

    /// Both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have a kind in common.
    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The names of a kind of sections.
struct Row {
    names: &'static [Pattern],
    class: Classes,
}

/// A name, or how a name begins.
enum Pattern {
    Name(&'static str),
    Prefix(&'static str),
}

use Pattern::{Name, Prefix};

impl Pattern {
    fn matches(&self, name: &[u8]) -> bool {
        let (Name(text) | Prefix(text)) = self;
        let text = text.as_bytes();
        // Nearly all fail here, without a call of the C library (which took 7 % of a run).
        if name.get(1) != text.get(1) {
            return false;
        }
        match self {
            Name(_) => name == text,
            Prefix(_) => name.starts_with(text),
        }
    }
}

/// The sections of all releases.
const COMMON: &[Row] = &[
    Row {
        names: &[
            Prefix(".comment"),
            Prefix(".debug"),
            Prefix(".zdebug"),
            Name(".GCC.command.line"),
            Prefix(".mdebug"),
            Name(".pdr"),
            Prefix(".stab"),
            Prefix(".note"),
            Prefix(".got"),
            Prefix(".toc"),
            Name(".xt.prop"),
            Name(".xt.lit"),
            Prefix(".arcextmap"),
            Prefix(".gnu.linkonce.arcext"),
            Prefix(".cmem"),
            Prefix(".fmt_slot"),
            Prefix(".gnu.lto"),
            Prefix(".discard."),
        ],
        class: Classes::UNCHECKED,
    },
    Row { names: &[Prefix(".init.")], class: Classes::INIT },
    Row { names: &[Prefix(".exit.")], class: Classes::EXIT },
    Row { names: &[Name(".data"), Name(".data.rel")], class: Classes::DATA },
    Row {
        names: &[Name(".text"), Name(".sched.text"), Name(".kprobes.text"), Name(".cpuidle.text")],
        class: Classes::TEXT,
    },
    Row {
        names: &[
            Name(".ref.text"),
            Name(".head.text"),
            Name(".spinlock.text"),
            Name(".fixup"),
            Name(".entry.text"),
            Name(".exception.text"),
            Name(".coldtext"),
        ],
        class: Classes::OTHER_TEXT,
    },
    Row { names: &[Name(".init.text"), Name(".exit.text")], class: Classes::FREED_TEXT },
    Row {
        names: &[
            Name(".pci_fixup_early"),
            Name(".pci_fixup_header"),
            Name(".pci_fixup_final"),
            Name(".pci_fixup_enable"),
            Name(".pci_fixup_resume"),
            Name(".pci_fixup_resume_early"),
            Name(".pci_fixup_suspend"),
        ],
        class: Classes::PCI_FIXUP,
    },
    Row { names: &[Name("__ex_table")], class: Classes::EXCEPTION_TABLE },
    Row { names: &[Name(".altinstr_replacement")], class: Classes::REPLACEMENT },
    Row {
        names: &[Name(".init.setup"), Name(".init.rodata"), Name(".init.data")],
        class: Classes::INIT_DATA,
    },
    Row { names: &[Prefix(".head.text")], class: Classes::HEAD_TEXT },
];

/// The parts of `.text`, before all of them were like `.text` itself.
const UNLIKELY_TEXT: &[Row] = &[
    Row { names: &[Name(".text.unlikely")], class: Classes::TEXT },
    Row { names: &[Prefix(".text.")], class: Classes::OTHER_TEXT },
];

/// What SuperH's compiler once made, until 5.18.
const CODE_RANGES: &[Row] = &[Row { names: &[Name(".cranges")], class: Classes::UNCHECKED }];

/// Tables of exports, by the name that some releases until 5.18 have for them.
const LINKED_KSYMTAB: &[Row] =
    &[Row { names: &[Prefix("__ksymtab")], class: Classes::LINKED_KSYMTAB }];

/// Code that must not be instrumented.
const NOINSTR_TEXT: &[Row] = &[Row { names: &[Name(".noinstr.text")], class: Classes::TEXT }];

/// The code that soft interrupts enter.
const SOFT_INTERRUPT_TEXT: &[Row] =
    &[Row { names: &[Name(".softirqentry.text")], class: Classes::OTHER_TEXT }];

/// All parts of `.text`.
const PARTS_OF_TEXT: &[Row] = &[Row { names: &[Prefix(".text.")], class: Classes::TEXT }];

/// The code of the large memory model of x86-64.
const LARGE_TEXT: &[Row] =
    &[Row { names: &[Name(".ltext"), Prefix(".ltext.")], class: Classes::TEXT }];

/// The code that interrupts enter.
const INTERRUPT_TEXT: &[Row] =
    &[Row { names: &[Name(".irqentry.text")], class: Classes::OTHER_TEXT }];

/// What is freed unless memory can be added.
const MEMORY: &[Row] = &[
    Row { names: &[Prefix(".meminit.")], class: Classes::MEMORY_INIT },
    Row { names: &[Name(".meminit.text")], class: Classes::FREED_TEXT },
    Row { names: &[Name(".meminit.rodata"), Name(".meminit.data")], class: Classes::INIT_DATA },
];

/// What is freed unless memory can be removed.
const MEMORY_REMOVAL: &[Row] = &[
    Row { names: &[Prefix(".memexit.")], class: Classes::MEMORY_EXIT },
    Row { names: &[Name(".memexit.text")], class: Classes::FREED_TEXT },
];

/// The exports, as objects had them until 6.4.
const KSYMTAB: &[Row] = &[Row { names: &[Prefix("___ksymtab")], class: Classes::KSYMTAB }];

/// What Clang makes for the linker, since 6.6.
const CALL_GRAPH: &[Row] =
    &[Row { names: &[Name(".llvm.call-graph-profile")], class: Classes::UNCHECKED }];

/// Clang's coverage of code, and the symbols of live patches, since 7.2.
const COVERAGE: &[Row] = &[Row {
    names: &[Name("__llvm_covfun"), Name("__llvm_covmap"), Name(".klp.symid")],
    class: Classes::UNCHECKED,
}];

/// The names that a release knows.
pub(super) struct Known(Vec<&'static Row>);

/// The names that `release` knows: put together once for an object, since each of its sections is
/// compared with all of them.
pub(super) fn known_to(release: &Modpost) -> Known {
    let text: &[&[Row]] = match release.text_sections {
        TextSections::Unlikely => &[UNLIKELY_TEXT],
        TextSections::AllParts => &[PARTS_OF_TEXT],
        TextSections::Large => &[PARTS_OF_TEXT, LARGE_TEXT],
    };
    let interrupts = match release.interrupt_text {
        InterruptText::Unknown => &[],
        InterruptText::Known => INTERRUPT_TEXT,
    };
    let (memory, removal) = match release.memory_sections {
        MemorySections::InitAndExit => (MEMORY, MEMORY_REMOVAL),
        MemorySections::Init => (MEMORY, &[][..]),
        MemorySections::Ordinary => (&[][..], &[][..]),
    };
    let exports = match release.exports {
        ExportEncoding::KsymtabSymbols => KSYMTAB,
        ExportEncoding::ExportSymbolSection => &[],
    };
    let unchecked: &[&[Row]] = match release.unchecked_sections {
        UncheckedSections::NoneOfLlvm => &[],
        UncheckedSections::CallGraph => &[CALL_GRAPH],
        UncheckedSections::Coverage => &[CALL_GRAPH, COVERAGE],
    };
    let soft = match release.softirq_text {
        SoftirqText::Unknown => &[],
        SoftirqText::Code => SOFT_INTERRUPT_TEXT,
    };
    let noinstr = match release.noinstr_text {
        NoinstrText::Unknown => &[],
        NoinstrText::Code => NOINSTR_TEXT,
    };
    let old = match release.ksymtab_rule {
        _ if release.mismatch_text != MismatchText::Paragraphs => [&[][..], &[]],
        KsymtabRule::Objects => [CODE_RANGES, &[]],
        KsymtabRule::Linked => [CODE_RANGES, LINKED_KSYMTAB],
    };
    let parts = [COMMON, interrupts, memory, removal, exports, soft, noinstr].into_iter();
    let parts = parts.chain(old);
    Known(parts.chain(text.iter().copied()).chain(unchecked.iter().copied()).flatten().collect())
}

impl Known {
    /// The kinds of section that `name` stands for.
    pub(super) fn of(&self, name: &[u8]) -> Classes {
        let mut classes = Classes::NONE;
        for row in &self.0 {
            if row.names.iter().any(|pattern| pattern.matches(name)) {
                classes = classes.and(row.class);
            }
        }
        classes
    }
}
