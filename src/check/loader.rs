//! The kernel's loader: what it would do with one module after another, step by step in its order.
//!
//! The kernel stops after the first step that refuses the module. Here the later steps are done all the
//! same, so that all reasons are reported; what they would log is not part of the log, and they have
//! no effect on the kernel.

mod modinfo;
mod symbols;

use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHasher;

use super::candidate::{Candidate, Content, Export, Facts};
use super::errors::Error;
use super::file_checks::What;
use super::kernel::{Kernel, Signatures};
use super::messages as say;
use super::taints::{Taint, Taints};
use crate::module::{Signature, SignatureFault};
use crate::release::TaintStep;

/// Names of modules, each once.
pub type Names = IndexSet<Vec<u8>, BuildHasherDefault<FxHasher>>;

/// A kernel with the modules that it has loaded.
pub struct Loader<'a> {
    kernel: &'a Kernel,
    /// The modules that are to be loaded, by name. Of the kernel's own modules those of the same
    /// names do not count.
    names: IndexSet<&'a [u8], BuildHasherDefault<FxHasher>>,
    /// Those that are loaded, the oldest first.
    loaded: IndexMap<&'a [u8], Loaded, BuildHasherDefault<FxHasher>>,
    /// What those export, by symbol; the newest last.
    provided: IndexMap<&'a [u8], Vec<Provider<'a>>, BuildHasherDefault<FxHasher>>,
    /// The kernel's own modules that loaded ones use, and how many of those use each.
    used: IndexMap<Vec<u8>, usize, BuildHasherDefault<FxHasher>>,
    /// Whether the kernel compares CRCs.
    has_modversions: Option<bool>,
    marks: Marks,
}

/// A loaded module that exports a symbol.
#[derive(Clone, Copy)]
struct Provider<'a> {
    module: &'a [u8],
    export: &'a Export,
}

/// A loaded module.
struct Loaded {
    taints: Taints,
    /// The modules that it uses.
    uses: Names,
}

/// What earlier modules have left behind in the kernel, refused ones too.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    taints: Taints,
    has_told_unsigned: bool,
    has_told_livepatch: bool,
    has_told_unlisted: bool,
    has_told_no_extended: bool,
    has_no_lock_debugging: bool,
}

/// One thing that the loader finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The step that finds it.
    pub step: Step,
    /// The lines that it logs.
    pub lines: Vec<Vec<u8>>,
    /// What follows from it.
    pub effect: Effect,
    /// Whether the kernel gets this far.
    pub is_reached: bool,
}

/// What follows from an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// The kernel and the module are tainted.
    Taints(Taint),
    /// The module is refused.
    Refuses(Error, Why),
    /// Whether it is refused depends on something that is not known: this.
    Undetermined(String),
}

/// The steps of the loader. Kernels differ in when they taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The signature's form, and whether one is asked for.
    Signature,
    /// The file.
    File,
    /// The version of the structure of modules.
    Layout,
    /// `vermagic`.
    Vermagic,
    /// Whether it patches the kernel, and that can be done.
    Livepatch,
    /// Sections that are both code and may be written to.
    Sections,
    /// Whether there is a module of this name.
    Name,
    /// Taints.
    Taints,
    /// Exports without CRCs.
    Exports,
    /// The namespaces that it imports.
    Namespaces,
    /// Each import. All are looked at; the last error counts.
    Imports,
    /// Exports that there are already.
    Duplicates,
}

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The signature's form is wrong.
    SignatureForm(SignatureFault),
    /// It is not signed, and the kernel asks for that.
    NotSigned,
    /// The file.
    File(What),
    /// The structure of modules has another version; the module's, and the kernel's.
    Layout(u32, u32),
    /// The structure of modules is not among its versions.
    LayoutUnlisted,
    /// It has no versions at all, and the kernel does not load it without.
    NoVersions,
    /// It has no `vermagic`, and the kernel does not load it without.
    NoVermagic,
    /// Its `vermagic` differs.
    Vermagic {
        /// The module's.
        own: Vec<u8>,
        /// The kernel's.
        kernel: Vec<u8>,
        /// Whether the first word is left out since the module has versions.
        skips_release: bool,
    },
    /// By `vermagic` it has symbol versions, and the kernel has none; or the opposite. The rest of the
    /// kernel's `vermagic` is not known.
    Modversions {
        /// Whether the kernel has them.
        kernel: bool,
    },
    /// It is for another release, and the kernel has no symbol versions that would let it pass. The
    /// rest of the kernel's `vermagic` is not known.
    Release {
        /// The module's.
        own: Vec<u8>,
        /// The kernel's.
        kernel: Vec<u8>,
    },
    /// The kernel cannot be patched while it runs.
    NoLivepatch,
    /// A section is both code and may be written to.
    WritableCode(Vec<u8>),
    /// There is a module of this name.
    Exists,
    /// It exports symbols without CRCs, and the kernel does not load it so.
    UnversionedExports,
    /// It exports symbols without `__kflagstab`.
    NoExportFlags,
    /// It imports a namespace that lists modules.
    ModuleNamespace(Vec<u8>),
    /// A symbol, and what is wrong with it.
    Import(Vec<u8>, ImportFault),
    /// A symbol that it exports is exported already: by this module, or by the kernel itself.
    Duplicate(Vec<u8>, Option<Vec<u8>>),
}

/// What is wrong with an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportFault {
    /// Its CRC differs.
    Crc {
        /// That which the module was built against.
        own: u32,
        /// That which it has.
        found: u32,
        /// The module that exports it, if it is not the kernel itself.
        owner: Option<Vec<u8>>,
    },
    /// It is not among the module's versions.
    Unlisted {
        /// The module that exports it, if it is not the kernel itself.
        owner: Option<Vec<u8>>,
    },
    /// The module has no versions, and the kernel does not load it without.
    Unversioned,
    /// Nothing exports it.
    Missing,
    /// It is only for modules under the GPL.
    GplOnly,
    /// It is in a namespace that the module does not import.
    Namespace(Vec<u8>),
    /// A proprietary module exports it, and this module uses what is for the GPL only.
    Proprietary(Vec<u8>),
    /// It is a variable that no object places anywhere.
    Common,
}

/// What the loader did with one module.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// All that it finds, and would find after the step that refuses.
    pub events: Vec<Event>,
    /// The step that refuses the module, and the error.
    pub refusal: Option<(Step, Error)>,
    /// The module's taints, as far as the loader came.
    pub taints: Taints,
    /// What could not be checked at all, in words.
    pub unchecked: Vec<String>,
    /// The modules that must be loaded before: those whose exports it uses.
    pub uses: Names,
}

impl Outcome {
    /// The lines that the kernel logs, in order.
    pub fn log(&self) -> impl Iterator<Item = &[u8]> {
        let reached = self.events.iter().filter(|event| event.is_reached);
        reached.flat_map(|event| &event.lines).map(Vec::as_slice)
    }

    /// What is not known and decides whether it loads; nothing if that is decided.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_open = self.refusal.is_none();
        self.events.iter().filter(move |_| is_open).filter_map(|event| match &event.effect {
            Effect::Undetermined(what) => Some(&**what),
            Effect::Nothing | Effect::Taints(_) | Effect::Refuses(..) => None,
        })
    }
}

impl<'a> Loader<'a> {
    /// A kernel that has just been started, and these modules to load.
    pub fn new(kernel: &'a Kernel, candidates: &'a [Candidate]) -> Self {
        let names = candidates.iter().map(|it| &*it.name).collect();
        Self {
            kernel,
            names,
            loaded: IndexMap::default(),
            provided: IndexMap::default(),
            used: IndexMap::default(),
            has_modversions: kernel.has_modversions(),
            marks: Marks::default(),
        }
    }

    /// Loads a module, if it can be.
    pub fn load(&mut self, candidate: &'a Candidate) -> Outcome {
        let mut attempt = Attempt {
            loader: self,
            name: &candidate.name,
            marks: self.marks,
            step: Step::Signature,
            is_over: false,
            left: self.marks,
            uses_gpl: false,
            is_proprietary: false,
            is_without_versions: false,
            outcome: Outcome::default(),
        };
        attempt.signature(candidate.signature);
        match &candidate.content {
            Content::Refused(fault) => {
                attempt.begin(Step::File);
                let why = Why::File(fault.what);
                attempt.refuse(Error::NoExec, why, fault.lines.clone());
            }
            Content::Unreadable(error) => {
                attempt.begin(Step::File);
                attempt.undetermined(error.clone());
            }
            Content::Module(facts) => {
                if attempt.kernel().machine.is_none() {
                    let words = "the machine (the kernel's is not known)";
                    attempt.outcome.unchecked.push(words.to_owned());
                }
                attempt.all(facts, candidate.signature);
            }
        }
        let Attempt { mut outcome, left, .. } = attempt;
        self.marks = left;
        if let (None, Some(facts)) = (outcome.refusal, candidate.facts()) {
            outcome.taints = left_taints(&outcome);
            let (taints, uses) = (outcome.taints, outcome.uses.clone());
            for name in &uses {
                *self.used.entry(name.clone()).or_default() += 1;
            }
            self.loaded.insert(&candidate.name, Loaded { taints, uses });
            for export in &facts.exports {
                let provider = Provider { module: &candidate.name, export };
                self.provided.entry(&export.symbol).or_default().push(provider);
            }
        }
        outcome
    }

    /// Takes a module out again. What it has marked stays.
    pub fn unload(&mut self, name: &[u8]) {
        if let Some(Loaded { uses, .. }) = self.loaded.shift_remove(name) {
            for name in &uses {
                self.used.entry(name.clone()).and_modify(|count| *count -= 1);
            }
            for providers in self.provided.values_mut() {
                providers.retain(|provider| provider.module != name);
            }
        }
    }
}

/// The taints of a module that was loaded.
fn left_taints(outcome: &Outcome) -> Taints {
    let mut taints = Taints::default();
    for event in &outcome.events {
        if let Effect::Taints(taint) = event.effect {
            taints.add(taint);
        }
    }
    taints
}

/// One module on its way through the steps.
struct Attempt<'l, 'a> {
    loader: &'l Loader<'a>,
    name: &'a [u8],
    /// The kernel's marks at this point, even where the kernel does not come so far.
    marks: Marks,
    step: Step,
    /// Whether an earlier step has refused the module.
    is_over: bool,
    /// The kernel's marks as they will be left.
    left: Marks,
    /// Whether it uses what is for modules under the GPL only.
    uses_gpl: bool,
    /// Whether it is tainted as a proprietary module so far.
    is_proprietary: bool,
    /// Whether it is refused for not having versions.
    is_without_versions: bool,
    outcome: Outcome,
}

impl Attempt<'_, '_> {
    /// All steps after those of the file, in the kernel's order.
    fn all(&mut self, facts: &Facts, signature: Signature) {
        self.layout(facts);
        self.vermagic(facts);
        match self.kernel().load.taints {
            TaintStep::WithModinfo => {
                self.begin(Step::Taints);
                self.taint_by_origin(facts);
                self.livepatch(facts);
                self.begin(Step::Taints);
                self.taint_by_license(facts);
                self.sections(facts);
                self.same_name();
                self.begin(Step::Taints);
                self.taint_by_signature(signature);
                self.taint_by_name();
            }
            TaintStep::Together => {
                self.livepatch(facts);
                self.sections(facts);
                self.same_name();
                self.begin(Step::Taints);
                let was_proprietary = self.marks.taints.has(Taint::Proprietary);
                self.taint_by_origin(facts);
                self.taint_livepatch(facts);
                self.taint_by_license(facts);
                self.taint_by_signature(signature);
                if !self.taint_by_name()
                    && !was_proprietary
                    && self.marks.taints.has(Taint::Proprietary)
                {
                    self.note(vec![say::license_again(self.name)]);
                }
            }
        }
        self.unversioned_exports(facts);
        self.namespaces(facts);
        self.imports(facts);
        self.duplicates(facts);
    }

    fn kernel(&self) -> &Kernel {
        self.loader.kernel
    }

    /// A step begins.
    fn begin(&mut self, step: Step) {
        self.step = step;
        self.is_over = self.outcome.refusal.is_some();
    }

    fn push(&mut self, effect: Effect, lines: Vec<Vec<u8>>) {
        let is_reached = !self.is_over;
        self.is_proprietary |= effect == Effect::Taints(Taint::Proprietary);
        self.is_without_versions |= matches!(effect, Effect::Refuses(_, Why::NoVersions));
        self.outcome.events.push(Event { step: self.step, lines, effect, is_reached });
        if is_reached {
            self.left = self.marks;
        }
    }

    /// Something is logged.
    fn note(&mut self, lines: Vec<Vec<u8>>) {
        self.push(Effect::Nothing, lines);
    }

    /// The module is refused.
    fn refuse(&mut self, error: Error, why: Why, lines: Vec<Vec<u8>>) {
        if !self.is_over {
            self.outcome.refusal = Some((self.step, error));
        }
        self.push(Effect::Refuses(error, why), lines);
    }

    /// Whether it is refused depends on something that is not known.
    fn undetermined(&mut self, what: String) {
        self.push(Effect::Undetermined(what), Vec::new());
    }

    /// The module is tainted, and the kernel with it. Some taints end the checks of locks.
    fn taint(&mut self, taint: Taint, mut lines: Vec<Vec<u8>>) {
        let ends_lock_debugging = matches!(taint, Taint::Proprietary | Taint::Forced);
        if ends_lock_debugging && !self.marks.has_no_lock_debugging {
            self.marks.has_no_lock_debugging = true;
            lines.push(say::no_lock_debugging());
        }
        self.marks.taints.add(taint);
        self.push(Effect::Taints(taint), lines);
    }

    /// Something is not there that the kernel would compare: it may go on without, which taints.
    fn force(&mut self, reason: &[u8], why: Why) {
        match self.kernel().config.is_set("CONFIG_MODULE_FORCE_LOAD") {
            Some(true) => {
                let is_new = !self.marks.taints.has(Taint::Forced);
                let lines = is_new.then(|| say::forced(self.name, reason)).into_iter().collect();
                self.taint(Taint::Forced, lines);
            }
            Some(false) => self.refuse(Error::NoExec, why, Vec::new()),
            None => self.undetermined(format!(
                "whether the kernel has CONFIG_MODULE_FORCE_LOAD (it matters for: {})",
                String::from_utf8_lossy(reason)
            )),
        }
    }

    fn signature(&mut self, signature: Signature) {
        self.begin(Step::Signature);
        if self.kernel().config.is_set("CONFIG_MODULE_SIG") == Some(false) {
            return;
        }
        let what = match signature {
            Signature::Appended(_) => {
                let words = "whether the kernel has the key of the module's signature, and the \
                             module is unchanged since it was signed";
                self.outcome.unchecked.push(words.to_owned());
                return;
            }
            Signature::Bad(SignatureFault::Kind) => {
                self.note(vec![say::not_pkcs7()]);
                "module with unsupported crypto"
            }
            Signature::Bad(fault) => {
                let lines = match fault {
                    SignatureFault::Parameters => vec![say::bad_signature_parameters()],
                    SignatureFault::Length | SignatureFault::Kind => Vec::new(),
                };
                return self.refuse(Error::BadMessage, Why::SignatureForm(fault), lines);
            }
            Signature::None => "unsigned module",
        };
        match self.kernel().signatures {
            Signatures::NotEnforced => {}
            Signatures::Enforced => {
                self.refuse(Error::KeyRejected, Why::NotSigned, vec![say::rejected(what)]);
            }
            Signatures::LockedDown => {
                self.refuse(Error::NotPermitted, Why::NotSigned, vec![say::locked_down()]);
            }
        }
    }

    fn sections(&mut self, facts: &Facts) {
        self.begin(Step::Sections);
        let Some((index, name)) = &facts.writable_code else { return };
        if self.kernel().config.is_set("CONFIG_STRICT_MODULE_RWX") == Some(true) {
            let line = say::writable_code(self.name, name, *index);
            self.refuse(Error::NoExec, Why::WritableCode(name.clone()), vec![line]);
        }
    }

    fn same_name(&mut self) {
        self.begin(Step::Name);
        if self.loader.loaded.contains_key(self.name) {
            self.refuse(Error::Exists, Why::Exists, Vec::new());
        }
    }
}
