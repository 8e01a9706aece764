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
    /// What one is that it finds: `export whose CRC changed`.
    one: &'static str,
    /// What several are.
    what: &'static str,
    /// What that does to a module, in a sentence or a few.
    explanation: &'static str,
    /// What to do about it, in a sentence or two.
    fix: &'static str,
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
    one: "",
    what: "",
    explanation: "",
    fix: "",
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
    /// Those under a compatible license.
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

    /// What it finds, in the plural: `exports whose CRC changed`.
    pub fn what(self) -> &'static str {
        self.row().what
    }

    /// What so many are that it finds: for 1, `export whose CRC changed`.
    pub fn what_of(self, count: usize) -> &'static str {
        if count == 1 { self.row().one } else { self.row().what }
    }

    /// What that does to a module, in a sentence or a few.
    pub fn explanation(self) -> &'static str {
        self.row().explanation
    }

    /// What to do about it, in a sentence or two.
    pub fn fix(self) -> &'static str {
        self.row().fix
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

    /// Whether it is about exports that causes reach, for no other reason.
    pub(super) fn is_by_causes(self) -> bool {
        matches!(self, Lint::CrcChanged | Lint::UnversionedBreak)
    }

    /// The lint for what a change does.
    pub fn of_impact(class: Class) -> Lint {
        match class {
            Class::Cosmetic => Lint::ChangeCosmetic,
            Class::Compatible => Lint::ChangeCompatible,
            Class::Enumerator => Lint::ChangeEnumerator,
            Class::Signature => Lint::ChangeSignature,
            Class::Layout => Lint::ChangeLayout,
            Class::Unknown => Lint::ChangeUnknown,
        }
    }
}

/// Asks `question` of the namespaces of an export that both releases have, if both are known.
fn of_namespaces(
    old: Option<&Export>,
    new: Option<&Export>,
    question: impl Fn(&[u8], &[u8]) -> bool,
) -> bool {
    let known = |export: &Export| export.namespace.clone();
    let known = old.and_then(known).zip(new.and_then(known));
    known.is_some_and(|(old, new)| question(&old, &new))
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
        one: "export removed",
        what: "exports removed",
        explanation: "The symbol is gone. A module that uses it is refused (`Unknown symbol`).",
        fix: "Keep the export, or tell the owners of the modules that use it what replaces it. \
              `--modules` lists which of your modules do.",
        finds: Some(|old, new| old.is_some() && new.is_none()),
    }

    /// The CRC of an export changed.
    CrcChanged {
        id: "crc-changed",
        level: Level::Breaking,
        one: "export whose CRC changed",
        what: "exports whose CRC changed",
        explanation: "The declaration of the symbol, or of a type that it reaches, changed. A \
                      module that uses the symbol and was built before is refused (`disagrees \
                      about version of symbol`), and must be rebuilt.",
        fix: "Rebuild the modules that use it, or restore the declarations that changed: \
              `modversions why SYMBOL OLD NEW` lists them.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.has_crc() && new.has_crc() && old.crc != new.crc)
        }),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export has no CRC any more.
    CrcLost {
        id: "crc-lost",
        level: Level::Breaking,
        one: "export that lost its CRC",
        what: "exports that lost their CRC",
        explanation: "The symbol's CRC is 0: genksyms found no declaration of it, or the new kernel \
                      has no CRCs at all (CONFIG_MODVERSIONS is off). A module that was built \
                      before is refused; for a module that is built now, nothing is checked.",
        fix: "Make the declaration visible to genksyms: a prototype in asm-prototypes.h for \
              assembler code. If the whole kernel has no CRCs, set CONFIG_MODVERSIONS.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.has_crc() && !new.has_crc())),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export has a CRC now.
    CrcGained {
        id: "crc-gained",
        level: Level::Breaking,
        one: "export that has a CRC now",
        what: "exports that have a CRC now",
        explanation: "The symbol's CRC was 0, and a module that was built before has recorded \
                      that, or none if the old kernel had no CRCs at all. It is refused (`disagrees \
                      about version of symbol`).",
        fix: "Rebuild the modules that use it. There is no other way to keep them: they have \
              recorded that there is no CRC.",
        finds: Some(|old, new| of_both(old, new, |old, new| !old.has_crc() && new.has_crc())),
        shown: Shown::Crc,
        spared: Spared::BuiltAgainstNew,
    }

    /// An export is GPL-only now.
    LicenseRestricted {
        id: "license-restricted",
        level: Level::Breaking,
        one: "export that is GPL-only now",
        what: "exports that are GPL-only now",
        explanation: "EXPORT_SYMBOL became EXPORT_SYMBOL_GPL. A module that uses the symbol and \
                      does not have a GPL-compatible license is refused (`Unknown symbol`), and \
                      modpost refuses to build it.",
        fix: "Keep EXPORT_SYMBOL, or tell the owners of modules under other licenses.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(false) && new.is_gpl == Some(true))
        }),
        spared: Spared::GplCompatible,
    }

    /// An export is in a namespace now.
    NamespaceGained {
        id: "namespace-gained",
        level: Level::Breaking,
        one: "export that is in a symbol namespace now",
        what: "exports that are in a symbol namespace now",
        explanation: "A module that uses the symbol must import the namespace (MODULE_IMPORT_NS). \
                      A module that was built before does not, and is refused (unless the kernel \
                      has CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS).",
        fix: "Add MODULE_IMPORT_NS to the modules that use it, or export it outside of the \
              namespace as before.",
        finds: Some(|old, new| {
            of_namespaces(old, new, |old, new| old.is_empty() && !new.is_empty())
        }),
        shown: Shown::Namespace,
        spared: Spared::Importing,
    }

    /// The namespace of an export changed.
    NamespaceChanged {
        id: "namespace-changed",
        level: Level::Breaking,
        one: "export whose symbol namespace changed",
        what: "exports whose symbol namespace changed",
        explanation: "A module that uses the symbol imports the old namespace, and is refused \
                      until it imports the new one.",
        fix: "Import the new namespace in the modules that use it, or keep the old one.",
        finds: Some(|old, new| {
            of_namespaces(old, new, |old, new| {
                old != new && !old.is_empty() && !new.is_empty()
            })
        }),
        shown: Shown::Namespace,
        spared: Spared::Importing,
    }

    /// A different module has an export.
    ModuleMoved {
        id: "module-moved",
        level: Level::Warning,
        one: "export that moved to a different module",
        what: "exports that moved to a different module",
        explanation: "The symbol is exported by a different module, or moved into or out of the \
                      kernel itself. Modules load after `depmod`; a module that names the old \
                      module as a dependency of its own, or an initramfs with a fixed list of \
                      modules, may fail.",
        fix: "Check fixed lists of modules: in an initramfs, in modprobe.d, and soft \
              dependencies. If all is well, tolerate it by a rule.",
        finds: Some(|old, new| of_both(old, new, |old, new| old.module != new.module)),
        shown: Shown::Module,
    }

    /// An export is no longer GPL-only.
    LicenseRelaxed {
        id: "license-relaxed",
        level: Level::Note,
        one: "export that is no longer GPL-only",
        what: "exports that are no longer GPL-only",
        explanation: "EXPORT_SYMBOL_GPL became EXPORT_SYMBOL. No module is affected.",
        fix: "Nothing.",
        finds: Some(|old, new| {
            of_both(old, new, |old, new| old.is_gpl == Some(true) && new.is_gpl == Some(false))
        }),
    }

    /// An export is no longer in a namespace.
    NamespaceLost {
        id: "namespace-lost",
        level: Level::Note,
        one: "export that is no longer in a symbol namespace",
        what: "exports that are no longer in a symbol namespace",
        explanation: "MODULE_IMPORT_NS is no longer needed for the symbol. No module is affected.",
        fix: "Nothing; modules may drop their MODULE_IMPORT_NS when they no longer need older \
              kernels.",
        finds: Some(|old, new| {
            of_namespaces(old, new, |old, new| !old.is_empty() && new.is_empty())
        }),
        shown: Shown::Namespace,
    }

    /// An export is new.
    ExportAdded {
        id: "export-added",
        level: Level::Note,
        one: "export added",
        what: "exports added",
        explanation: "The symbol is new. No module is affected.",
        fix: "Nothing.",
        finds: Some(|old, new| old.is_none() && new.is_some()),
    }

    /// The CRC of an export changed, and its types did not.
    CrcUnexplained {
        id: "crc-unexplained",
        level: Level::Warning,
        one: "export whose CRC changed although its types did not",
        what: "exports whose CRC changed although their types did not",
        explanation: "Both kernels have the symbol's types, and these are the same, but the CRCs \
                      differ. The types are not those that the kernel was built from.",
        fix: "Give the .symtypes files or ABI records that belong to the very builds whose \
              Module.symvers are compared.",
        shown: Shown::Crc,
    }

    /// A symbol of the stable list is no longer exported.
    StableMissing {
        id: "stable-missing",
        level: Level::Breaking,
        one: "symbol of the stable list that is no longer exported",
        what: "symbols of the stable list that are no longer exported",
        explanation: "The list promises the symbol; the old kernel exports it and the new one does \
                      not. A module that uses it is refused (`Unknown symbol`).",
        fix: "Keep the export, or remove the symbol from the list and announce that.",
    }

    /// The CRC of a symbol is not the one that the stable list promises.
    StableDrifted {
        id: "stable-drifted",
        level: Level::Breaking,
        one: "symbol whose CRC differs from the stable list",
        what: "symbols whose CRC differs from the stable list",
        explanation: "The list has the CRC that modules may rely on, and the new kernel has a \
                      different one. Modules that were built against the promised CRC are refused.",
        fix: "Restore the declarations that changed, or put the new CRC into the list and \
              announce that modules must be rebuilt.",
    }

    /// A symbol of the stable list is exported by neither kernel.
    StableUnknown {
        id: "stable-unknown",
        level: Level::Warning,
        one: "symbol of the stable list that neither kernel exports",
        what: "symbols of the stable list that neither kernel exports",
        explanation: "The list promises a symbol that neither kernel exports. It is misspelled, or \
                      its export is not configured, or it was removed long ago.",
        fix: "Correct the name in the list, or remove it.",
    }

    /// A symbol is in the stable list twice.
    StableDuplicate {
        id: "stable-duplicate",
        level: Level::Warning,
        one: "symbol that is in the stable list twice",
        what: "symbols that are in the stable list twice",
        explanation: "The list has the symbol more than once in one section. If it is removed from \
                      the list one day, one of them may be overlooked.",
        fix: "Remove one of the two lines.",
    }

    /// An export that two source files of the new kernel declare differently.
    ExportTwice {
        id: "export-twice",
        level: Level::Warning,
        one: "export that two source files declare differently",
        what: "exports that two source files declare differently",
        explanation: "Both files have types for the symbol, but different declarations of it. \
                      Modules can get only one of them; the first file in order of paths is used \
                      here. If both kernels have the difference, it is not a change, and there is \
                      only a warning on standard error.",
        fix: "Make both files include the same header for the declaration.",
    }

    /// The kernel loads a module that will misbehave.
    SilentBreak {
        id: "silent-break",
        level: Level::Breaking,
        one: "export with the same CRC whose types have a different layout",
        what: "exports with the same CRC whose types have a different layout",
        explanation: "A type that the export reaches has a different layout, signature or value, \
                      and the CRC does not cover the difference. The kernel loads a module that \
                      was built before, and the module then reads and writes the wrong bytes.",
        fix: "Restore the layout, or change the CRC deliberately, so that old modules are \
              refused: rename a member that genksyms sees, or show the change to genksyms.",
    }

    /// A type changed, and the kernels have no CRCs to tell.
    UnversionedBreak {
        id: "unversioned-break",
        level: Level::Breaking,
        one: "export without a CRC whose types have a different layout",
        what: "exports without CRCs whose types have a different layout",
        explanation: "Neither kernel has CRCs (CONFIG_MODVERSIONS is off), so only the release in a \
                      module's vermagic is compared: each kernel takes modules of exactly its own \
                      release. A type that the export reaches has a different layout, signature or \
                      value. If both kernels have the same release, or if loading is forced, a \
                      module that was built before reads and writes the wrong bytes.",
        fix: "Give the new kernel a release of its own, so that modules must be rebuilt; never \
              force-load modules of the old one.",
    }

    /// Something changed that a CRC does not cover, and that a module need not see either.
    HiddenChange {
        id: "hidden-change",
        level: Level::Note,
        one: "export with the same CRC and a changed type that the CRC does not cover",
        what: "exports with the same CRC and a changed type that the CRC does not cover",
        explanation: "According to the BTF of both kernels, such a type has different members or \
                      sizes; according to the CRC, the source file of the export does not see \
                      them: it has only the type's name, or the change is hidden from genksyms \
                      (`__GENKSYMS__`). A module that does see the type breaks, and the kernel \
                      loads it.",
        fix: "Check that modules do not use the type's members: it should be defined in a header \
              that they do not include.",
    }

    /// A type whose own declaration changed.
    TypeChanged {
        id: "type-changed",
        level: Level::Breaking,
        one: "type whose declaration changed",
        what: "types whose declaration changed",
        explanation: "The type's own declaration changed. The CRCs of all exports that reach it in \
                      their source file change, and modules that use these must be rebuilt.",
        fix: "Rebuild all modules, or restore the declaration. A new member can go into a \
              reserved slot or into padding, hidden from genksyms by `#ifndef __GENKSYMS__`, if \
              its layout effect is none.",
    }

    /// A type with the same declaration and a different layout.
    TypeBuiltOtherwise {
        id: "type-built-otherwise",
        level: Level::Breaking,
        one: "type with the same declaration and a different layout",
        what: "types with the same declaration and a different layout",
        explanation: "The part of the type's declaration that CRCs cover is the same, but \
                      according to the BTF of both kernels the compiler gave it a different \
                      layout: because of an attribute after the closing brace, or of members that \
                      are hidden from genksyms (`__GENKSYMS__`).",
        fix: "Restore the attribute or the hidden members, or show the difference to genksyms, so \
              that modules are refused instead of going wrong.",
    }

    /// A type of which only the name was known.
    TypeBecameVisible {
        id: "type-became-visible",
        level: Level::Breaking,
        one: "type whose definition became visible",
        what: "types whose definition became visible",
        explanation: "The source file of an export now includes the type's definition; before, it \
                      had only its name. The type itself may be unchanged, but the CRCs of all \
                      exports that reach it change, and modules that use these are refused. A \
                      forward declaration instead of the new #include, or `#ifndef __GENKSYMS__` \
                      around it, restores the CRCs.",
        fix: "Put a forward declaration in place of the new #include, or put `#ifndef \
              __GENKSYMS__` around it: the CRCs are then as before.",
    }

    /// A type of which only the name is known now.
    TypeBecameOpaque {
        id: "type-became-opaque",
        level: Level::Breaking,
        one: "type whose definition is no longer visible",
        what: "types whose definition is no longer visible",
        explanation: "The source file of an export no longer includes the type's definition, and \
                      has only its name. The type itself may be unchanged, but the CRCs of all \
                      exports that reach it change, and modules that use these are refused.",
        fix: "Include the header that defines the type again, at least for genksyms (`#ifdef \
              __GENKSYMS__`): the CRCs are then as before.",
    }

    /// An export's own declaration changed.
    DeclarationChanged {
        id: "declaration-changed",
        level: Level::Breaking,
        one: "export whose own declaration changed",
        what: "exports whose own declaration changed",
        explanation: "The function's parameters or return type, or the variable's type, changed. A \
                      module that was built before is refused, and may need changes before it \
                      builds.",
        fix: "Keep the old function beside a new one with a different name, or rebuild the \
              modules and correct their calls.",
    }

    /// A change of the text alone.
    ChangeCosmetic {
        id: "change-cosmetic",
        level: Level::Breaking,
        one: "declaration that changed without any effect on modules",
        what: "declarations that changed without any effect on modules",
        explanation: "No size, offset, value or type of a parameter differs: only the name of a \
                      parameter, or the spelling of the same type, or a definition that became \
                      visible. A module that was built before would work, but the CRCs changed, so \
                      it is refused.",
        fix: "Restore the old spelling, at least for genksyms (`#ifdef __GENKSYMS__`): that \
              restores the CRCs, and nothing else is lost.",
    }

    /// Something new where nothing was.
    ChangeCompatible {
        id: "change-compatible",
        level: Level::Breaking,
        one: "declaration that changed in a compatible way",
        what: "declarations that changed in a compatible way",
        explanation: "Everything that a module uses is still where it was: a reserved slot or \
                      padding is used, a member has a different name, or a type of the same size \
                      and class, or an enumerator is new. A module that was built before would \
                      work if it may leave the new parts alone, but the CRCs changed, so it is \
                      refused.",
        fix: "Hide the change from genksyms (`#ifndef __GENKSYMS__`, or the macros for reserved \
              slots): that restores the CRCs, and modules that were built before go on working.",
    }

    /// A value that modules have built in.
    ChangeEnumerator {
        id: "change-enumerator",
        level: Level::Breaking,
        one: "enumerator whose value changed",
        what: "enumerators whose value changed",
        explanation: "An enumerator has a different value, or is gone. A module that was built \
                      before contains the old value, which now means something else, or nothing.",
        fix: "Add new enumerators at the end, so that the values of the others stay; or rebuild \
              the modules.",
    }

    /// A function that is called differently.
    ChangeSignature {
        id: "change-signature",
        level: Level::Breaking,
        one: "function, or pointer to a function, whose signature changed",
        what: "functions, or pointers to functions, whose signature changed",
        explanation: "Parameters or results are passed differently. A module that was built before \
                      would call the function, or be called, with the wrong ones, and may need \
                      changes before it builds.",
        fix: "Keep the old function beside a new one with a different name, or rebuild the \
              modules and correct their code.",
    }

    /// The layout changed.
    ChangeLayout {
        id: "change-layout",
        level: Level::Breaking,
        one: "type whose layout changed",
        what: "types whose layout changed",
        explanation: "A size, an offset or an alignment changed, or a member is gone. A module \
                      that was built before would read and write the wrong bytes, and must be \
                      rebuilt.",
        fix: "Put new members into padding or reserved slots, or into a struct of their own that \
              a pointer leads to; or rebuild the modules.",
    }

    /// The effect is unknown.
    ChangeUnknown {
        id: "change-unknown",
        level: Level::Breaking,
        one: "declaration whose change has an unknown effect",
        what: "declarations whose change has an unknown effect",
        explanation: "A layout or a value cannot be computed from what is known of the types. The \
                      report says why.",
        fix: "Examine the declarations by hand, or give the BTF of both kernels (`--btf`).",
    }
}
