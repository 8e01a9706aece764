//! The lints: one row for each kind of difference, in the order of reports. What is thought of a
//! difference stands beside them: how much it matters, and why it may be tolerated.

use crate::kernel::Export;
use crate::layout::impact::Class;

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

/// What is thought of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How much it matters: as its lint says, unless a rule says otherwise.
    pub level: Level,
    /// Why it is no failure; none if it is one.
    pub tolerated: Option<Tolerance>,
}

/// Why a difference is tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tolerance {
    /// It is a note.
    Implicit,
    /// The rule of this number says so.
    Rule(usize),
    /// All causes of this other CRC are tolerated.
    Causes,
    /// All exports that this cause reaches are tolerated.
    Exports,
}

impl Verdict {
    /// What a lint says where no rule does.
    pub(super) fn of(lint: Lint) -> Verdict {
        Verdict::at(lint.level())
    }

    /// At a level, by no rule.
    pub(super) fn at(level: Level) -> Verdict {
        Verdict { level, tolerated: (level == Level::Note).then_some(Tolerance::Implicit) }
    }

    /// Whether it is a failure.
    pub fn is_open(&self) -> bool {
        self.tolerated.is_none()
    }

    /// Whether it is tolerated for another reason than that it is a note.
    pub fn is_by_rules(&self) -> bool {
        !matches!(self.tolerated, None | Some(Tolerance::Implicit))
    }
}

/// What there is to say of one kind of difference.
struct Row {
    /// What it is called by in rules and reports. Never changed, never used again.
    id: &'static str,
    /// How much it matters.
    level: Level,
    /// What the exports are that it finds: `exports with another CRC`.
    what: &'static str,
    /// What that does to a module, in a sentence or a few.
    explanation: &'static str,
    /// Whether an export differs in this way; none if the lint is not about single exports.
    finds: Option<Finds>,
    /// What reports show of the two exports.
    shown: Shown,
    /// The modules that it does not concern, though they use the export.
    spared: Spared,
}

/// What most rows say of what they leave out.
const REST: Row = Row {
    id: "",
    level: Level::Breaking,
    what: "",
    explanation: "",
    finds: None,
    shown: Shown::Nothing,
    spared: Spared::Nobody,
};

/// What reports show of an export before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    Crc,
    Module,
    Namespace,
}

/// The modules that a change of an export does not concern, though they use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spared {
    Nobody,
    /// Those that were built against the CRC after.
    BuiltAgainstNew,
    /// Those that import the namespace after.
    Importing,
    /// Those under a compatible licence.
    GplCompatible,
}

/// A lint's question about an export before and after.
pub(super) type Finds = fn(Option<&Export>, Option<&Export>) -> bool;

/// Makes of rows the enum of lints, and the table of what there is to say of each.
macro_rules! lints {
    ($($(#[$doc:meta])* $name:ident { $($row:tt)* })*) => {
        /// One kind of difference. Their order is that of reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Lint {
            $($(#[$doc])* $name,)*
        }

        impl Lint {
            /// All lints, in the order of reports.
            pub const ALL: &[Lint] = &[$(Lint::$name),*];
        }

        /// The rows, in the order of the enum.
        #[allow(clippy::needless_update, reason = "some rows say everything")]
        const ROWS: &[Row] = &[$(Row { $($row)* ..REST }),*];
    };
}

impl Lint {
    /// The lint of this id.
    pub fn of_id(id: &str) -> Option<Lint> {
        Lint::ALL.iter().copied().find(|lint| lint.id() == id)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// What it is called by in rules and reports.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// How much it matters.
    pub fn level(self) -> Level {
        self.row().level
    }

    /// What it finds, in the plural: `exports with another CRC`.
    pub fn what(self) -> &'static str {
        self.row().what
    }

    /// What that does to a module, in a sentence or a few.
    pub fn explanation(self) -> &'static str {
        self.row().explanation
    }

    /// Its question about single exports, if it is about these.
    pub(super) fn finds(self) -> Option<Finds> {
        self.row().finds
    }

    /// What reports show of an export before and after.
    pub(super) fn shown(self) -> Shown {
        self.row().shown
    }

    /// The modules that it does not concern, though they use the export.
    pub(super) fn spared(self) -> Spared {
        self.row().spared
    }

    /// The lint for what a change does.
    pub fn of_impact(class: Class) -> Lint {
        match class {
            Class::Cosmetic => Lint::ChangeCosmetic,
            Class::Compatible => Lint::ChangeCompatible,
            Class::Semantic => Lint::ChangeSemantic,
            Class::Signature => Lint::ChangeSignature,
            Class::Layout => Lint::ChangeLayout,
            Class::Unknown => Lint::ChangeUnknown,
        }
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

lints! {
    /// An export is gone.
    ExportRemoved {
        id: "export-removed",
        level: Level::Breaking,
        what: "exports removed",
        explanation: "The symbol is gone. A module that uses it is refused (`Unknown symbol`).",
        finds: Some(|old, new| old.is_some() && new.is_none()),
    }

    /// An export has another CRC.
    CrcChanged {
        id: "crc-changed",
        level: Level::Breaking,
        what: "exports with another CRC",
        explanation: "The symbol's type, or a type that it reaches, is declared otherwise. A module \
                      that was built before and uses it is refused (`disagrees about version of \
                      symbol`), and must be built again.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.crc_or_zero() != new.crc_or_zero() && old.crc_or_zero() != 0 && new.crc_or_zero() != 0)
        }),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export has no CRC any more.
    CrcLost {
        id: "crc-lost",
        level: Level::Breaking,
        what: "exports without a CRC now",
        explanation: "genksyms found no declaration of the symbol, so its CRC is 0. A module that \
                      was built before is refused; for one that is built now, nothing is checked.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.crc_or_zero() != 0 && new.crc_or_zero() == 0)),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export has a CRC now.
    CrcGained {
        id: "crc-gained",
        level: Level::Breaking,
        what: "exports with a CRC now",
        explanation: "The symbol's CRC was 0, which a module that was built before has recorded. It \
                      is refused (`disagrees about version of symbol`).",
        finds: Some(|old, new| of_both(old, new, |old, new| old.crc_or_zero() == 0 && new.crc_or_zero() != 0)),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export is for modules under a compatible licence only now.
    LicenceRestricted {
        id: "licence-restricted",
        level: Level::Breaking,
        what: "exports for modules under the GPL only now",
        explanation: "EXPORT_SYMBOL has become EXPORT_SYMBOL_GPL. A module under another licence \
                      that uses it is refused (`Unknown symbol`), and modpost does not build it.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(false) && new.is_gpl == Some(true))
        }),
        spared: Spared::GplCompatible,
    }

    /// An export is in a namespace now.
    NamespaceGained {
        id: "namespace-gained",
        level: Level::Breaking,
        what: "exports in a symbol namespace now",
        explanation: "A module that uses the symbol must say MODULE_IMPORT_NS. One that was built \
                      before does not, and is refused (unless the kernel has \
                      CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS).",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.namespace().is_empty() && !new.namespace().is_empty())
        }),
        shown: Shown::Namespace,
        spared: Spared::Importing,
    }

    /// An export is in another namespace.
    NamespaceChanged {
        id: "namespace-changed",
        level: Level::Breaking,
        what: "exports in another symbol namespace",
        explanation: "A module that uses the symbol imports the former namespace, and is refused \
                      until it imports the new one.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| {
                old.namespace() != new.namespace()
                    && !old.namespace().is_empty()
                    && !new.namespace().is_empty()
            })
        }),
        shown: Shown::Namespace,
        spared: Spared::Importing,
    }

    /// An export is in another module.
    ModuleMoved {
        id: "module-moved",
        level: Level::Warning,
        what: "exports in another module",
        explanation: "The symbol is exported by another module, or has moved into or out of the \
                      kernel itself. Modules load after `depmod`; one that names the former module \
                      in a dependency of its own, or an initramfs with a fixed list, may not.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.module != new.module)),
        shown: Shown::Module,
    }

    /// An export is for modules under any licence now.
    LicenceRelaxed {
        id: "licence-relaxed",
        level: Level::Note,
        what: "exports for modules under any licence now",
        explanation: "EXPORT_SYMBOL_GPL has become EXPORT_SYMBOL. No module is affected.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(true) && new.is_gpl == Some(false))
        }),
    }

    /// An export is in no namespace any more.
    NamespaceLost {
        id: "namespace-lost",
        level: Level::Note,
        what: "exports in no symbol namespace any more",
        explanation: "MODULE_IMPORT_NS is not needed for the symbol any more. No module is affected.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| !old.namespace().is_empty() && new.namespace().is_empty())
        }),
        shown: Shown::Namespace,
    }

    /// An export is new.
    ExportAdded {
        id: "export-added",
        level: Level::Note,
        what: "exports added",
        explanation: "A new symbol. No module is affected.",
        finds: Some(|old, new| old.is_none() && new.is_some()),
    }

    /// An export has another CRC, and the types do not say why.
    CrcUnexplained {
        id: "crc-unexplained",
        level: Level::Warning,
        what: "exports with another CRC, although the types say nothing of a change",
        explanation: "Both releases have the symbol's types, and these are the same, but the CRCs \
                      are not. The types are not those that the kernel was built from.",
        shown: Shown::Crc,
    }

    /// A symbol of the stable list is not exported any more.
    StableMissing {
        id: "stable-missing",
        level: Level::Breaking,
        what: "symbols of the stable list that are not exported any more",
        explanation: "The list promises the symbol, the kernel before has it, the kernel after has \
                      not. A module that uses it is refused (`Unknown symbol`).",
    }

    /// A symbol has not the CRC that the stable list promises.
    StableDrifted {
        id: "stable-drifted",
        level: Level::Breaking,
        what: "symbols with another CRC than the stable list promises",
        explanation: "The list has the CRC that modules were told to rely on, and the kernel after \
                      has another one. Modules that were built against the promised one are refused.",
    }

    /// A symbol of the stable list is exported by neither kernel.
    StableUnknown {
        id: "stable-unknown",
        level: Level::Warning,
        what: "symbols of the stable list that neither kernel exports",
        explanation: "The list promises a symbol that is not there, and was not there before. It is \
                      misspelt, or its export is not configured, or it went long ago.",
    }

    /// A symbol stands twice in the stable list.
    StableDuplicate {
        id: "stable-duplicate",
        level: Level::Warning,
        what: "symbols that stand twice in the stable list",
        explanation: "The list has the symbol more than once in one section. Somebody who takes it \
                      out of the list may take out one of them only.",
    }

    /// An export that two source files of the new kernel declare, each otherwise.
    ExportTwice {
        id: "export-twice",
        level: Level::Warning,
        what: "exports that two source files declare, each otherwise",
        explanation: "Both files have types for the symbol, and not the same declaration. Only one of \
                      them can be the one that modules get; the first file, by its path, counts here. \
                      What both kernels have is no difference, and is told on standard error only.",
    }

    /// The kernel loads what will go wrong.
    SilentBreak {
        id: "silent-break",
        level: Level::Breaking,
        what: "exports with the same CRC whose types are not the same in memory",
        explanation: "A type that the export reaches lies otherwise in memory, or is called otherwise, \
                      or has other values, in a way that its CRC does not count. The kernel loads a \
                      module that was built before, and the module reads and writes the wrong bytes.",
    }

    /// Something changed that a CRC does not see, and that a module need not see either.
    HiddenChange {
        id: "hidden-change",
        level: Level::Note,
        what: "exports with the same CRC that lead to types which changed out of its sight",
        explanation: "By the BTF of both kernels such a type has other members or sizes, and by the CRC \
                      the file of the export does not see them: it knows the type's name only, or the \
                      change is hidden from genksyms (`__GENKSYMS__`). A module that sees the type all \
                      the same goes wrong, and the kernel loads it.",
    }

    /// A type whose own declaration changed.
    TypeChanged {
        id: "type-changed",
        level: Level::Breaking,
        what: "types declared otherwise",
        explanation: "The type's own declaration is another one. All exports that reach it in their \
                      source file get another CRC, and modules that use these must be built again.",
    }

    /// A type that is declared as before, and lies otherwise in memory.
    TypeBuiltOtherwise {
        id: "type-built-otherwise",
        level: Level::Breaking,
        what: "types declared as before that lie otherwise in memory",
        explanation: "What CRCs count of the type's declaration is the same, but by the BTF of both \
                      kernels the compiler has laid it out otherwise: by an attribute behind its \
                      brace, or by members that genksyms is not shown (`__GENKSYMS__`).",
    }

    /// A type of which only the name was known.
    TypeBecameVisible {
        id: "type-became-visible",
        level: Level::Breaking,
        what: "types that are defined where only their names were known",
        explanation: "The source file of an export includes the type's definition now. The type need \
                      not have changed at all, but the CRCs of all exports that reach it do, and \
                      modules that use these are refused. A forward declaration in the place of the \
                      new #include, or `#ifndef __GENKSYMS__` around it, brings the CRCs back.",
    }

    /// A type of which only the name is known any more.
    TypeBecameOpaque {
        id: "type-became-opaque",
        level: Level::Breaking,
        what: "types of which only the names are known where they were defined",
        explanation: "The source file of an export includes the type's definition no more. The type \
                      need not have changed at all, but the CRCs of all exports that reach it do, and \
                      modules that use these are refused.",
    }

    /// An export's own declaration changed.
    DeclarationChanged {
        id: "declaration-changed",
        level: Level::Breaking,
        what: "exports whose own declaration changed",
        explanation: "The function's parameters or result, or the variable's type, are declared \
                      otherwise. A module that was built before is refused, and may have to be \
                      changed before it builds.",
    }

    /// A change of the text alone.
    ChangeCosmetic {
        id: "change-cosmetic",
        level: Level::Breaking,
        what: "declarations that changed without a difference to modules",
        explanation: "No size, offset, value or parameter differs: a name of a parameter, another \
                      spelling of the same type, a definition that became visible. A module that was \
                      built before would work, but its CRCs are others and it is refused.",
    }

    /// Something new where nothing was.
    ChangeCompatible {
        id: "change-compatible",
        level: Level::Breaking,
        what: "declarations that changed in ways that modules do not see",
        explanation: "All that a module knows of lies where it was: a reserved slot or padding is used, \
                      a member has another name, or a type of the same size and class, an enumerator \
                      is new. A module that was built before would work if the new parts may be left \
                      alone, but its CRCs are others and it is refused.",
    }

    /// A value that modules have built in.
    ChangeSemantic {
        id: "change-semantic",
        level: Level::Breaking,
        what: "enumerators with another value",
        explanation: "A module that was built before has the former value in it, which means something \
                      else now, or nothing.",
    }

    /// A function that is called otherwise.
    ChangeSignature {
        id: "change-signature",
        level: Level::Breaking,
        what: "functions, or pointers to functions, with another signature",
        explanation: "Parameters or results are passed otherwise. A module that was built before would \
                      call the function, or be called, with the wrong ones, and may have to be changed \
                      before it builds.",
    }

    /// Something lies elsewhere.
    ChangeLayout {
        id: "change-layout",
        level: Level::Breaking,
        what: "types that lie otherwise in memory",
        explanation: "A size, an offset or an alignment is another one. A module that was built before \
                      would read and write the wrong bytes, and must be built again.",
    }

    /// It cannot be told.
    ChangeUnknown {
        id: "change-unknown",
        level: Level::Breaking,
        what: "declarations of which it cannot be told what the change does",
        explanation: "A layout or a value cannot be computed from what is known of the types. The report \
                      says why.",
    }
}
