//! All modules and all exports: from dumps and objects, in the order of the command line.

mod provisional;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::messages::{self, Message};
use super::object_facts::Mark;
use super::object_facts::{ModuleFacts, ObjectFacts, Step, is_kernel};
use super::older::hash::list_of;
use super::older::kinds;
use super::request::Options;
use super::text::Fatal;
use crate::formats::symvers::{self, Record};
use crate::release::{
    CrcSource, DottedNames, DumpReading, DumpedModules, ListOrder, Modpost, Wording,
};

/// A module, by its place in [`ModuleSet::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ModuleId(usize);

/// An export, by its place in [`ModuleSet::exports`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExportId(usize);

/// All modules and exports. Borrows the texts of the dumps and the facts about the objects.
#[derive(Debug)]
pub(super) struct ModuleSet<'a> {
    release: &'a Modpost,
    /// In the order in which they were met.
    modules: Vec<Module<'a>>,
    /// In the order in which they were met.
    exports: Vec<Export<'a>>,
    /// Of several exports of one name, the last.
    by_name: IndexMap<&'a [u8], ExportId, FxBuildHasher>,
    /// The modules of dumps; from 6.13 on, of the one that is being read.
    dumped: IndexMap<&'a [u8], ModuleId, FxBuildHasher>,
}

/// A module, or the kernel itself.
#[derive(Debug)]
pub(super) struct Module<'a> {
    /// Its path without ending.
    pub(super) name: &'a [u8],
    /// Whether it is the kernel itself.
    pub(super) is_vmlinux: bool,
    /// What its object says; `None` if it is only known from a dump.
    pub(super) facts: Option<&'a ModuleFacts>,
    /// What it exports.
    pub(super) exports: Vec<ExportId>,
}

/// An exported symbol.
#[derive(Debug)]
pub(super) struct Export<'a> {
    /// Its name.
    pub(super) name: &'a [u8],
    /// The module that exports it.
    pub(super) module: ModuleId,
    /// Its namespace; empty for none.
    pub(super) namespace: &'a [u8],
    /// Whether it is for GPL modules only.
    pub(super) is_gpl_only: bool,
    /// Whether it is a function.
    pub(super) is_function: bool,
    /// What else its kind says.
    pub(super) mark: Mark,
    /// Whether the linker does not see it, as far as that is asked.
    pub(super) is_static: bool,
    /// The CRC of its type, if there is one.
    pub(super) crc: Option<u32>,
    /// What is known of it only before 5.8.
    pub(super) source: Source,
}

/// Where an export was met last, as releases before 5.8 keep it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// In a dump, or as a CRC of something unknown: what exports it then replaces this.
    is_provisional: bool,
    /// In the kernel's own dump, or in the kernel itself.
    pub(super) is_kernels: bool,
}

impl<'a> ModuleSet<'a> {
    /// Nothing yet.
    pub(super) fn of(release: &'a Modpost) -> Self {
        Self {
            release,
            modules: Vec::new(),
            exports: Vec::new(),
            by_name: IndexMap::default(),
            dumped: IndexMap::default(),
        }
    }

    /// Whether anything is known of the kernel itself.
    pub(super) fn has_kernel(&self) -> bool {
        self.modules.iter().any(|module| module.is_vmlinux)
    }

    /// All exports in the order of the table that releases until 5.18 keep them in.
    pub(super) fn by_hash(&self) -> Vec<ExportId> {
        let mut ids: Vec<usize> = (0..self.exports.len()).rev().collect();
        ids.sort_by_cached_key(|&id| list_of(self.exports[id].name));
        ids.into_iter().map(ExportId).collect()
    }

    /// All modules, in order.
    pub(super) fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module<'a>)> {
        self.modules.iter().enumerate().map(|(index, module)| (ModuleId(index), module))
    }

    /// A module.
    pub(super) fn module(&self, id: ModuleId) -> &Module<'a> {
        &self.modules[id.0]
    }

    /// An export.
    pub(super) fn export(&self, id: ExportId) -> &Export<'a> {
        &self.exports[id.0]
    }

    /// How many exports there are.
    pub(super) fn export_count(&self) -> usize {
        self.exports.len()
    }

    /// What was exported last under this name. A dot before it (of ppc64) does not count.
    pub(super) fn find(&self, name: &[u8]) -> Option<ExportId> {
        let name = name.strip_prefix(b".").unwrap_or(name);
        self.by_name.get(name).copied()
    }

    /// Adds what a dump says; before 5.8, whether it is the kernel's own matters. Returns what is to be
    /// said.
    ///
    /// # Errors
    /// A line is none.
    pub(super) fn add_dump(
        &mut self,
        text: &'a [u8],
        is_kernels: bool,
        options: &Options,
        release: &Modpost,
        messages: &mut Vec<Message>,
    ) -> Result<(), Fatal> {
        if release.dump_reading == DumpReading::Lenient {
            return self.add_lenient_dump(text, is_kernels, messages);
        }
        if release.lists == ListOrder::Reversed {
            return self.add_old_dump(text, options, messages);
        }
        if release.dumped_modules == DumpedModules::ByDump {
            self.dumped.clear();
        }
        for record in symvers::read(text) {
            let record = record.map_err(|_| Fatal(messages::bad_dump()))?;
            let is_own =
                release.dotted_names == DottedNames::AsTheyAre || !record.symbol.starts_with(b".");
            if is_own {
                self.add_record(&record, options, release, messages);
            } else {
                // Until 6.4 upstream looks for the export that it has just added, and leaves out
                // the dot.
                let plain = Record { namespace: b"", ..record };
                if self.add_record(&plain, options, release, messages) {
                    self.set_namespace(record.symbol, record.namespace, messages);
                }
            }
        }
        Ok(())
    }

    /// Adds an export. Whether it is one.
    fn add_record(
        &mut self,
        record: &Record<'a>,
        options: &Options,
        release: &Modpost,
        messages: &mut Vec<Message>,
    ) -> bool {
        let is_gpl_only = match record.export {
            b"EXPORT_SYMBOL" => false,
            b"EXPORT_SYMBOL_GPL" => true,
            other => {
                messages.push(messages::unknown_dump_license(record.symbol, other));
                return false;
            }
        };
        let module = self.dumped_module(record.module);
        let export = Export {
            mark: Mark::None,
            is_static: false,
            name: record.symbol,
            module,
            namespace: record.namespace,
            is_gpl_only,
            is_function: false,
            crc: Some(record.crc),
            source: Source::default(),
        };
        messages.extend(self.add_export(export, options, release.wording));
        true
    }

    /// The module of this name that dumps have.
    fn dumped_module(&mut self, name: &'a [u8]) -> ModuleId {
        match self.dumped.get(name) {
            Some(&module) => module,
            None => {
                let module = self.add_module(name, None);
                self.dumped.insert(name, module);
                module
            }
        }
    }

    /// Adds what a dump says, as until 5.18: what a line says is taken by the name of its symbol, even
    /// if another line has it.
    fn add_old_dump(
        &mut self,
        text: &'a [u8],
        options: &Options,
        messages: &mut Vec<Message>,
    ) -> Result<(), Fatal> {
        for record in symvers::read(text) {
            let record = record.map_err(|_| Fatal(messages::bad_dump()))?;
            let module = self.dumped_module(record.module);
            let (is_gpl_only, mark) = kinds::kind(record.export, self.release);
            let export = Export {
                name: record.symbol,
                module,
                namespace: b"",
                is_gpl_only,
                is_function: false,
                mark,
                is_static: false,
                crc: None,
                source: Source::default(),
            };
            messages.extend(self.add_export(export, options, self.release.wording));
            self.set_crc(record.symbol, record.crc);
            self.not_static(record.symbol);
            self.set_namespace(record.symbol, record.namespace, messages);
        }
        Ok(())
    }

    /// What was exported under this name is no static symbol.
    fn not_static(&mut self, symbol: &[u8]) {
        if let Some(id) = self.find(symbol) {
            self.exports[id.0].is_static = false;
        }
    }

    /// Gives what was exported under this name its CRC.
    fn set_crc(&mut self, symbol: &[u8], crc: u32) {
        if let Some(id) = self.find(symbol) {
            self.exports[id.0].crc = Some(crc);
        }
    }

    /// Puts what was exported last under this name into a namespace.
    fn set_namespace(&mut self, symbol: &[u8], namespace: &'a [u8], messages: &mut Vec<Message>) {
        match self.find(symbol) {
            Some(id) => self.exports[id.0].namespace = namespace,
            None => messages.push(messages::namespace_of_nothing(symbol, namespace)),
        }
    }

    /// Adds what an object contributes. Returns what is to be said.
    ///
    /// # Errors
    /// The run ends with this object.
    pub(super) fn add_object(
        &mut self,
        facts: &'a ObjectFacts,
        options: &Options,
        release: &Modpost,
        messages: &mut Vec<Message>,
    ) -> Result<(), Fatal> {
        let module = facts.module.as_ref();
        let id = module.map(|module| self.add_module(&module.name, Some(module)));
        for step in &facts.steps {
            match step {
                Step::Say(message) if message.ends_the_run() => {
                    return Err(Fatal(message.clone()));
                }
                Step::Say(message) => messages.push(message.clone()),
                Step::Export(index) => {
                    let Some((facts, module)) = module.zip(id) else { continue };
                    let exported = &facts.exports[*index];
                    let export = Export {
                        name: facts.text(exported.name),
                        module,
                        namespace: facts.text(exported.namespace),
                        is_gpl_only: exported.is_gpl_only,
                        is_function: exported.is_function,
                        mark: exported.mark,
                        is_static: true,
                        crc: exported.crc,
                        source: Source::default(),
                    };
                    messages.extend(match release.dump_reading {
                        DumpReading::Lenient => self.add_provisional(export).1,
                        DumpReading::Strict => self.add_export(export, options, release.wording),
                    });
                }
                Step::Crc { symbol, crc } => {
                    if let (Some(module), CrcSource::ObjectsInOrder) = (id, release.crcs) {
                        self.expect_export(symbol, module);
                    }
                    self.set_crc(symbol, *crc);
                }
                Step::Namespace { symbol, namespace } => {
                    self.set_namespace(symbol, namespace, messages);
                }
            }
        }
        for &name in module.iter().flat_map(|module| &module.globals) {
            self.not_static(module.map_or(b"", |module| module.text(name)));
        }
        Ok(())
    }

    fn add_module(&mut self, name: &'a [u8], facts: Option<&'a ModuleFacts>) -> ModuleId {
        let is_vmlinux = is_kernel(name, self.release);
        self.modules.push(Module { name, is_vmlinux, facts, exports: Vec::new() });
        ModuleId(self.modules.len() - 1)
    }

    /// Adds an export, which hides one of the same name. Returns what is to be said of that.
    fn add_export(
        &mut self,
        export: Export<'a>,
        options: &Options,
        wording: Wording,
    ) -> Option<Message> {
        let found = self.find(export.name);
        let previous = found.map(|id| self.export(id).module);
        let message = previous.and_then(|owner| {
            let is_own = owner == export.module;
            let owner = self.module(owner);
            // A package may replace what another package of modules exports.
            let is_wrong = !options.external || owner.is_vmlinux || is_own;
            let name = self.module(export.module).name;
            is_wrong.then(|| {
                let symbol = export.name;
                messages::exported_twice(wording, name, symbol, owner.name, owner.is_vmlinux)
            })
        });
        if let (ListOrder::Reversed, Some(known)) = (self.release.lists, found) {
            let message = message.map(|it| it.at(self.release.exported_twice));
            // Until 5.18 the first stays, or is taken for this one.
            if message.is_none() {
                let known = &mut self.exports[known.0];
                known.module = export.module;
                (known.is_gpl_only, known.mark) = (export.is_gpl_only, export.mark);
            }
            return message;
        }
        let id = ExportId(self.exports.len());
        self.by_name.insert(export.name, id);
        self.modules[export.module.0].exports.push(id);
        self.exports.push(export);
        message
    }
}

impl ExportId {
    /// Its place, for tables beside the set.
    pub(super) fn index(self) -> usize {
        self.0
    }
}
