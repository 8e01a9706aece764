//! Exports as releases before 5.8 keep them: what a dump has, or a CRC announces, is replaced by
//! what exports it then.

use super::{Export, ExportId, ModuleId, ModuleSet, Source};
use crate::modpost::messages::{self, Message};
use crate::modpost::object_facts::Mark;
use crate::modpost::older::{kinds, lines};
use crate::modpost::text::Fatal;
use crate::release::{NamespaceForm, StaticExports};

impl<'a> ModuleSet<'a> {
    /// Adds what a dump says, as before 5.8.
    pub(super) fn add_lenient_dump(
        &mut self,
        text: &'a [u8],
        is_kernels: bool,
        messages: &mut Vec<Message>,
    ) -> Result<(), Fatal> {
        let has_namespaces = self.release.namespaces != NamespaceForm::None;
        for line in lines::of(text) {
            let record = lines::record(line, has_namespaces);
            let record = record.ok_or_else(|| Fatal(messages::bad_dump()))?;
            let module = self.dumped_module(record.module);
            let (is_gpl_only, mark) = kinds::kind(record.export, self.release);
            // Upstream looks for what it has just added, without the dot, and so adds another one.
            let is_static = self.release.static_exports == StaticExports::WarnedWithDots
                && record.symbol.starts_with(b".")
                && self.find(record.symbol).is_none();
            let export = Export {
                name: record.symbol,
                module,
                namespace: b"",
                is_gpl_only,
                is_function: false,
                mark,
                is_static,
                crc: None,
                source: Source::default(),
            };
            let (id, message) = self.add_provisional(export);
            messages.extend(message);
            let export = &mut self.exports[id.0];
            export.source =
                Source { is_provisional: true, is_kernels: is_kernels || export.source.is_kernels };
            export.is_static &= is_static;
            self.set_crc(record.symbol, record.crc);
            if has_namespaces {
                self.set_namespace(record.symbol, record.namespace, messages);
            }
        }
        Ok(())
    }

    /// Adds an export, as before 5.8: one that was only expected is replaced, and of two others the
    /// module of the first and the kind of the second count. Returns what is to be said.
    pub(super) fn add_provisional(&mut self, export: Export<'a>) -> (ExportId, Option<Message>) {
        let source =
            Source { is_provisional: false, is_kernels: self.module(export.module).is_vmlinux };
        let Some(id) = self.find(export.name) else {
            let id = ExportId(self.exports.len());
            self.by_name.insert(export.name, id);
            self.modules[export.module.0].exports.push(id);
            self.exports.push(Export { source, ..export });
            return (id, None);
        };
        let known = self.export(id);
        let owner = self.module(known.module);
        let message = (!known.source.is_provisional).then(|| {
            let (name, symbol) = (self.module(export.module).name, export.name);
            messages::exported_twice(
                self.release.wording,
                name,
                symbol,
                owner.name,
                owner.is_vmlinux,
            )
            .at(self.release.exported_twice)
        });
        let known = &mut self.exports[id.0];
        if message.is_none() {
            known.module = export.module;
        }
        (known.is_gpl_only, known.mark, known.source) = (export.is_gpl_only, export.mark, source);
        (id, message)
    }

    /// Makes an export of a name that has a CRC and is none yet.
    pub(super) fn expect_export(&mut self, symbol: &'a [u8], module: ModuleId) {
        if self.find(symbol).is_some() {
            return;
        }
        let export = Export {
            name: symbol,
            module,
            namespace: b"",
            is_gpl_only: false,
            is_function: false,
            mark: Mark::Unknown,
            is_static: true,
            crc: None,
            source: Source::default(),
        };
        let (id, _) = self.add_provisional(export);
        self.exports[id.0].source = Source { is_provisional: true, is_kernels: false };
    }
}
