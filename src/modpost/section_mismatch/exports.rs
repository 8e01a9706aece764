//! Exports as objects mark them from 6.5 on: a label in `.export_symbol`, followed by the license and
//! the namespace as two strings, and a reference to the symbol.

use object::elf::{EM_PARISC, SHT_RELA, STB_GLOBAL, STB_WEAK, STT_FUNC, STT_LOPROC};

use super::Check;
use super::addends::is_no_reference;
use super::classes::Classes;
use crate::elf::{NotReadable, Relocation};
use crate::modpost::messages;
use crate::modpost::text::Fatal;
use crate::release::Millicode;

/// What precedes the symbol's name in the name of its label.
const LABEL: &[u8] = b"__export_symbol_";

const SYMBOL: NotReadable = NotReadable::Malformed("the symbol of an export");
const TEXTS: &str = "the license of an export";

impl Check<'_, '_> {
    /// Each relocation of section `index` is an export.
    pub(super) fn exports(&mut self, index: usize) -> Result<(), Fatal> {
        let object = self.reader.object;
        let mut relocations = Vec::new();
        let collected = object.relocations(index, |relocation| {
            relocations.push(relocation);
            Ok::<(), NotReadable>(())
        });
        collected.map_err(|reason| self.reader.malformed(reason))?;
        let section = &object.sections[index];
        let release = self.reader.surroundings.release;
        for relocation in relocations {
            let is_none = section.kind == SHT_RELA
                && is_no_reference(object, release, section.info, relocation.kind);
            if !is_none {
                self.export(section.info, relocation)?;
                self.reader.check_room()?;
            }
        }
        Ok(())
    }

    /// One export, by the relocation that applies to section `labels`.
    fn export(&mut self, labels: u32, relocation: Relocation) -> Result<(), Fatal> {
        let object = self.reader.object;
        let label = self.symbol_before(labels, relocation.offset)?;
        let label_name = self.name_of(label)?;
        let module = &self.reader.module.name;
        let release = self.reader.surroundings.release;
        let wording = release.wording;
        let (Some(label), Some(exported)) = (label, label_name.strip_prefix(LABEL)) else {
            let message = messages::strange_export_label(wording, module, label_name);
            self.reader.say(message);
            return Ok(());
        };
        let symbol = object.symbols.get(relocation.symbol as usize);
        let symbol = symbol.ok_or_else(|| self.reader.malformed(SYMBOL))?;
        if !matches!(symbol.bind, STB_GLOBAL | STB_WEAK) {
            let message = messages::local_symbol_exported(wording, module, exported);
            self.reader.say(message);
            return Ok(());
        }
        let name = self.symbol_name(symbol)?;
        if name != exported {
            let message = messages::no_export_symbol(wording, module, name);
            self.reader.say(message);
            return Ok(());
        }
        let text = |offset| {
            let text = object.name_at(label.section, label.value.wrapping_add(offset), TEXTS);
            text.map_err(|reason| self.reader.malformed(reason))
        };
        let license = text(0)?;
        let is_gpl_only = match license {
            b"GPL" => true,
            b"" => false,
            _ => {
                let message = messages::unknown_export_license(wording, module, license, name);
                self.reader.say(message);
                return Ok(());
            }
        };
        let namespace = text(license.len() as u64 + 1)?;
        // The functions of parisc's own library have a type of their own.
        let is_function = symbol.kind == STT_FUNC
            || (symbol.kind == STT_LOPROC
                && release.millicode == Millicode::Functions
                && object.machine == EM_PARISC
                && object.target.is_64_bit);
        self.reader.export(name, namespace, is_gpl_only, is_function);
        self.warn_if_freed(name, symbol.section);
        Ok(())
    }

    /// Says so if an exported symbol is in a section that is freed.
    fn warn_if_freed(&mut self, name: &[u8], section: u32) {
        let classes = self.classes.get(section as usize).copied().unwrap_or(Classes::NONE);
        let kind = if classes.any(Classes::INIT) {
            "init"
        } else if classes.any(Classes::EXIT) {
            "exit"
        } else {
            return;
        };
        let (module, wording) =
            (&self.reader.module.name, self.reader.surroundings.release.wording);
        let message = messages::export_in_freed_section(wording, module, name, kind);
        self.reader.say(message);
    }
}
