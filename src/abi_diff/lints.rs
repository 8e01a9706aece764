//! The lints: one entry for each kind of difference.

use super::impacts;
use super::silent;
use crate::kernel::Export;

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A module that was built before is refused, or may misbehave.
    Breaking,
    /// Modules load; somebody should look.
    Warning,
    /// For information.
    Note,
}

impl Level {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Level::Breaking => "breaking",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// One kind of difference.
#[derive(Debug)]
pub struct Lint {
    /// What it is called by in rules and reports. Never changed, never used again.
    pub id: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What the exports are that it finds: `exports with another CRC`.
    pub what: &'static str,
    /// What that does to a module, in a sentence or a few.
    pub explanation: &'static str,
    /// Whether an export differs in this way; none if the lint is not about single exports.
    pub finds: Option<Finds>,
}

/// A lint's question about an export before and after.
pub type Finds = fn(Option<&Export>, Option<&Export>) -> bool;

impl PartialEq for Lint {
    fn eq(&self, other: &Lint) -> bool {
        self.id == other.id
    }
}

impl Eq for Lint {}

impl Lint {
    /// Its place among all lints, which is that in reports.
    pub(super) fn place(&self) -> usize {
        LINTS.iter().position(|lint| lint == self).unwrap_or(LINTS.len())
    }
}

/// Asks `question` of an export that both releases have.
fn of_both(
    old: Option<&Export>,
    new: Option<&Export>,
    question: impl Fn(&Export, &Export) -> bool,
) -> bool {
    old.zip(new).is_some_and(|(old, new)| question(old, new))
}

/// An export that two source files of the new kernel declare, each otherwise.
pub const EXPORT_TWICE: Lint = Lint {
    id: "export-twice",
    level: Level::Warning,
    what: "exports that two source files declare, each otherwise",
    explanation: "Both files have types for the symbol, and not the same declaration. Only one of \
                  them can be the one that modules get; the first file, by its path, counts here. \
                  What both kernels have is no difference, and is told on standard error only.",
    finds: None,
};

/// A type whose own declaration changed.
pub const TYPE_CHANGED: Lint = Lint {
    id: "type-changed",
    level: Level::Breaking,
    what: "types declared otherwise",
    explanation: "The type's own declaration is another one. All exports that reach it in their \
                  source file get another CRC, and modules that use these must be built again.",
    finds: None,
};

/// A type that is declared as before, and lies otherwise in memory.
pub const TYPE_BUILT_OTHERWISE: Lint = Lint {
    id: "type-built-otherwise",
    level: Level::Breaking,
    what: "types declared as before that lie otherwise in memory",
    explanation: "What CRCs count of the type's declaration is the same, but by the BTF of both                   kernels the compiler has laid it out otherwise: by an attribute behind its brace,                   or by members that genksyms is not shown (`__GENKSYMS__`).",
    finds: None,
};

/// A type of which only the name was known.
pub const TYPE_BECAME_VISIBLE: Lint = Lint {
    id: "type-became-visible",
    level: Level::Breaking,
    what: "types that are defined where only their names were known",
    explanation: "The source file of an export includes the type's definition now. The type need \
                  not have changed at all, but the CRCs of all exports that reach it do, and \
                  modules that use these are refused. A forward declaration in the place of the \
                  new #include, or `#ifndef __GENKSYMS__` around it, brings the CRCs back.",
    finds: None,
};

/// A type of which only the name is known any more.
pub const TYPE_BECAME_OPAQUE: Lint = Lint {
    id: "type-became-opaque",
    level: Level::Breaking,
    what: "types of which only the names are known where they were defined",
    explanation: "The source file of an export includes the type's definition no more. The type \
                  need not have changed at all, but the CRCs of all exports that reach it do, and \
                  modules that use these are refused.",
    finds: None,
};

/// An export's own declaration changed.
pub const DECLARATION_CHANGED: Lint = Lint {
    id: "declaration-changed",
    level: Level::Breaking,
    what: "exports whose own declaration changed",
    explanation: "The function's parameters or result, or the variable's type, are declared \
                  otherwise. A module that was built before is refused, and may have to be \
                  changed before it builds.",
    finds: None,
};

/// All lints, in the order of reports.
pub const LINTS: &[Lint] = &[
    Lint {
        id: "export-removed",
        level: Level::Breaking,
        what: "exports removed",
        explanation: "The symbol is gone. A module that uses it is refused (`Unknown symbol`).",
        finds: Some(|old, new| old.is_some() && new.is_none()),
    },
    Lint {
        id: "crc-changed",
        level: Level::Breaking,
        what: "exports with another CRC",
        explanation: "The symbol's type, or a type that it reaches, is declared otherwise. A module \
                      that was built before and uses it is refused (`disagrees about version of \
                      symbol`), and must be built again.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.crc != new.crc && old.crc != 0 && new.crc != 0)
        }),
    },
    Lint {
        id: "crc-lost",
        level: Level::Breaking,
        what: "exports without a CRC now",
        explanation: "genksyms found no declaration of the symbol, so its CRC is 0. A module that \
                      was built before is refused; for one that is built now, nothing is checked.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.crc != 0 && new.crc == 0)),
    },
    Lint {
        id: "crc-gained",
        level: Level::Breaking,
        what: "exports with a CRC now",
        explanation: "The symbol's CRC was 0, which a module that was built before has recorded. It \
                      is refused (`disagrees about version of symbol`).",
        finds: Some(|old, new| of_both(old, new, |old, new| old.crc == 0 && new.crc != 0)),
    },
    Lint {
        id: "licence-restricted",
        level: Level::Breaking,
        what: "exports for modules under the GPL only now",
        explanation: "EXPORT_SYMBOL has become EXPORT_SYMBOL_GPL. A module under another licence \
                      that uses it is refused (`Unknown symbol`), and modpost does not build it.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(false) && new.is_gpl == Some(true))
        }),
    },
    Lint {
        id: "namespace-gained",
        level: Level::Breaking,
        what: "exports in a symbol namespace now",
        explanation: "A module that uses the symbol must say MODULE_IMPORT_NS. One that was built \
                      before does not, and is refused (unless the kernel has \
                      CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS).",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.namespace.is_empty() && !new.namespace.is_empty())
        }),
    },
    Lint {
        id: "namespace-changed",
        level: Level::Breaking,
        what: "exports in another symbol namespace",
        explanation: "A module that uses the symbol imports the former namespace, and is refused \
                      until it imports the new one.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| {
                old.namespace != new.namespace
                    && !old.namespace.is_empty()
                    && !new.namespace.is_empty()
            })
        }),
    },
    Lint {
        id: "module-moved",
        level: Level::Warning,
        what: "exports in another module",
        explanation: "The symbol is exported by another module, or has moved into or out of the \
                      kernel itself. Modules load after `depmod`; one that names the former module \
                      in a dependency of its own, or an initramfs with a fixed list, may not.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.module != new.module)),
    },
    Lint {
        id: "licence-relaxed",
        level: Level::Note,
        what: "exports for modules under any licence now",
        explanation: "EXPORT_SYMBOL_GPL has become EXPORT_SYMBOL. No module is affected.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(true) && new.is_gpl == Some(false))
        }),
    },
    Lint {
        id: "namespace-lost",
        level: Level::Note,
        what: "exports in no symbol namespace any more",
        explanation: "MODULE_IMPORT_NS is not needed for the symbol any more. No module is affected.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| !old.namespace.is_empty() && new.namespace.is_empty())
        }),
    },
    Lint {
        id: "export-added",
        level: Level::Note,
        what: "exports added",
        explanation: "A new symbol. No module is affected.",
        finds: Some(|old, new| old.is_none() && new.is_some()),
    },
    Lint {
        id: "crc-unexplained",
        level: Level::Warning,
        what: "exports with another CRC, although the types say nothing of a change",
        explanation: "Both releases have the symbol's types, and these are the same, but the CRCs \
                      are not. The types are not those that the kernel was built from.",
        finds: None,
    },
    Lint {
        id: "stable-missing",
        level: Level::Breaking,
        what: "symbols of the stable list that are not exported any more",
        explanation: "The list promises the symbol, the kernel before has it, the kernel after has \
                      not. A module that uses it is refused (`Unknown symbol`).",
        finds: None,
    },
    Lint {
        id: "stable-drifted",
        level: Level::Breaking,
        what: "symbols with another CRC than the stable list promises",
        explanation: "The list has the CRC that modules were told to rely on, and the kernel after \
                      has another one. Modules that were built against the promised one are refused.",
        finds: None,
    },
    Lint {
        id: "stable-unknown",
        level: Level::Warning,
        what: "symbols of the stable list that neither kernel exports",
        explanation: "The list promises a symbol that is not there, and was not there before. It is \
                      misspelt, or its export is not configured, or it went long ago.",
        finds: None,
    },
    Lint {
        id: "stable-duplicate",
        level: Level::Warning,
        what: "symbols that stand twice in the stable list",
        explanation: "The list has the symbol more than once in one section. Somebody who takes it \
                      out of the list may take out one of them only.",
        finds: None,
    },
    EXPORT_TWICE,
    silent::by_declarations::SILENT_BREAK,
    silent::by_btf::HIDDEN_CHANGE,
    TYPE_CHANGED,
    TYPE_BUILT_OTHERWISE,
    TYPE_BECAME_VISIBLE,
    TYPE_BECAME_OPAQUE,
    DECLARATION_CHANGED,
    impacts::COSMETIC,
    impacts::COMPATIBLE,
    impacts::SEMANTIC,
    impacts::SIGNATURE,
    impacts::LAYOUT,
    impacts::UNKNOWN,
];

/// The lint of this id.
pub fn lint(id: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.id == id)
}
