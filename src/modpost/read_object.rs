//! One object, and the texts that Kbuild keeps beside it, to its [`ObjectFacts`].

use object::elf::{
    EM_PPC, EM_PPC64, EM_S390, EM_SPARC, EM_SPARCV9, SHN_ABS, SHN_COMMON, SHT_NOBITS, STB_GLOBAL,
    STB_WEAK, STT_OBJECT, STT_SPARC_REGISTER,
};

use super::check::MODULE_LIST;
use super::command_files::CommandFiles;
use super::device_tables::{self, Table, TableName};
use super::object_facts::{ModuleFacts, ObjectFacts, Step, Surroundings, Undefined};
use super::older;
use super::reader::{Reader, fatal};
use super::section_mismatch;
use super::text::Fatal;
use super::{crcs, files::MappedFile, messages, srcversion};
use crate::elf::{NotReadable, ObjectFile, Strictness, Symbol, SymbolNames};
use crate::module::is_gpl_compatible;
use crate::release::{
    ByteOrderCheck, CompilerRoutines, CrcSource, DescriptionCheck, ExpolineThunks, ExportEncoding,
    KeptExports, LicenseAdvice, ListOrder, Modpost, NamespaceForm, NumberedNames, ObjectKinds,
    ObjectNames, SectionBounds, SourceFiles, StaticExports,
};

/// Reads the object at `path`. What ends the run is the last of the steps.
pub(super) fn read_object(path: &[u8], surroundings: Surroundings<'_>) -> ObjectFacts {
    let mut facts = ObjectFacts::default();
    if let Err(Fatal(message)) = read_into(&mut facts, path, surroundings) {
        facts.steps.push(Step::Say(message));
    }
    facts
}

fn read_into(
    facts: &mut ObjectFacts,
    path: &[u8],
    surroundings: Surroundings<'_>,
) -> Result<(), Fatal> {
    let name = match surroundings.release.crcs {
        CrcSource::CommandFiles => path.strip_suffix(b".o"),
        // Until 5.18 nobody looks what the last two characters are.
        CrcSource::Objects | CrcSource::ObjectsInOrder => {
            Some(&path[..path.len().saturating_sub(2)])
        }
    };
    if name.is_none() && surroundings.release.object_names == ObjectNames::CheckedFirst {
        facts.steps.push(Step::Say(messages::not_dot_o(path)));
        return Ok(());
    }
    let file = match surroundings.files.map(path) {
        Ok(file) => file,
        Err(error) if surroundings.options.ignore_missing => {
            facts.steps.push(Step::Say(messages::file_ignored(path, &error.0)));
            return Ok(());
        }
        Err(error) => return Err(Fatal(messages::file_failure(path, &error.0))),
    };
    let Some(object) = parse(&file, path, surroundings)? else {
        return Ok(());
    };
    let Some(name) = name else {
        facts.steps.push(Step::Say(messages::not_dot_o(path)));
        return Ok(());
    };
    let mut module =
        ModuleFacts::new(name, 64 - object.target.address_size(), surroundings.release);
    module.is_big_endian = object.target.is_big_endian;
    let names = match surroundings.release.numbered_names {
        NumberedNames::Cut => SymbolNames::of(&object),
        NumberedNames::Kept => SymbolNames::uncut(&object),
    };
    let said = 0;
    let mut reader = Reader { path, surroundings, object: &object, names, facts, module, said };
    let result = reader.read();
    // What it exported by then has been seen, even if the run ends with it.
    let module = reader.module;
    facts.module = Some(module);
    result
}

/// The object in a file; `None` if the file is no object.
fn parse<'f>(
    file: &'f MappedFile,
    path: &[u8],
    surroundings: Surroundings<'_>,
) -> Result<Option<ObjectFile<'f>>, Fatal> {
    let release = surroundings.release;
    let strictness = Strictness {
        byte_order: release.byte_order == ByteOrderCheck::Checked,
        relocatable: release.object_kinds == ObjectKinds::OnlyRelocatable,
    };
    match ObjectFile::parse(&file.bytes, file.size, strictness) {
        Ok(object) => Ok(Some(object)),
        Err(NotReadable::NoObject) => Ok(None),
        Err(reason) => Err(fatal(path, file.size, reason)),
    }
}

impl<'a> Reader<'a> {
    /// Everything, in upstream's order.
    fn read(&mut self) -> Result<(), Fatal> {
        if !self.module.is_vmlinux {
            self.read_modinfo()?;
        } else if self.surroundings.release.description
            == DescriptionCheck::WithExtraWarningsAndKernel
        {
            self.check_description();
        }
        self.read_kept_exports()?;
        let namespaces = self.read_symbols()?;
        match self.surroundings.release.crcs {
            CrcSource::CommandFiles => self.read_namespaces(&namespaces)?,
            CrcSource::Objects | CrcSource::ObjectsInOrder => self.read_marks()?,
        }
        if !(self.module.is_vmlinux && self.surroundings.options.skips_kernel_mismatches) {
            section_mismatch::check(self)?;
        }
        let mut commands = CommandFiles::default();
        if !self.module.is_vmlinux {
            self.read_sources(&mut commands)?;
        }
        if self.surroundings.options.modversions {
            let name = self.module.keep(b"module_layout");
            self.module.undefined.push(Undefined { name, is_weak: false });
            if self.surroundings.release.crcs == CrcSource::CommandFiles {
                crcs::set(self, &commands)?;
            }
        }
        if self.surroundings.release.lists == ListOrder::Reversed {
            self.module.undefined.reverse();
        }
        Ok(())
    }

    fn read_modinfo(&mut self) -> Result<(), Fatal> {
        let release = self.surroundings.release;
        let wording = release.wording;
        let mut has_license = false;
        for license in self.modinfo(b"license") {
            has_license = true;
            if !is_gpl_compatible(license?) {
                self.module.is_gpl_compatible = false;
                break;
            }
        }
        if !has_license {
            let mut message = messages::no_license(wording, self.path, &self.module.name);
            if release.license_advice == LicenseAdvice::Given {
                message.text.extend_from_slice(older::messages::LICENSE_ADVICE);
            }
            self.say(message.at(release.no_license));
        }
        for namespace in self.modinfo(b"import_ns") {
            let namespace = namespace?;
            if release.namespaces == NamespaceForm::ModuleLists
                && namespace.starts_with(MODULE_LIST)
            {
                let name = &self.module.name;
                self.say(messages::module_list_imported(wording, name, namespace));
            }
            self.module.imported_namespaces.insert(namespace.to_vec());
        }
        self.check_description();
        Ok(())
    }

    /// Warns of an object that does not say what it is for.
    fn check_description(&mut self) {
        let Surroundings { options, release, .. } = self.surroundings;
        let is_checked = match release.description {
            DescriptionCheck::Never => false,
            DescriptionCheck::WithExtraWarnings | DescriptionCheck::WithExtraWarningsAndKernel => {
                options.extra_warnings
            }
            DescriptionCheck::Always => true,
        };
        if is_checked && self.modinfo(b"description").next().is_none() {
            let (path, name) = (self.path, &self.module.name);
            self.say(messages::no_description(release.wording, path, name));
        }
    }

    /// The exports that the object asks to keep: texts in a section of their own.
    fn read_kept_exports(&mut self) -> Result<(), Fatal> {
        if self.surroundings.release.kept_exports == KeptExports::ByList {
            return Ok(());
        }
        let object = self.object;
        let sections = (0_u32..).zip(&object.sections).skip(1);
        let last = sections.filter(|(_, section)| section.name == b".no_trim_symbol").last();
        let Some((index, section)) = last else { return Ok(()) };
        let size = usize::try_from(section.size).ok();
        let bytes = object.bytes_at(index, 0).zip(size).and_then(|(bytes, size)| bytes.get(..size));
        let bytes = bytes.ok_or_else(|| self.malformed(KEPT_EXPORTS))?;
        for name in bytes.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            let name = self.module.keep(name);
            self.module.kept_exports.push(name);
        }
        self.check_room()
    }

    /// Goes through the symbols; returns those that give an export its namespace.
    fn read_symbols(&mut self) -> Result<Vec<Symbol>, Fatal> {
        let object = self.object;
        let mut namespaces = Vec::new();
        for symbol in &object.symbols {
            let name = self.names.shorten(object, symbol.name);
            let name = name.map_err(|reason| self.malformed(reason))?;
            if self.surroundings.release.crcs == CrcSource::ObjectsInOrder
                && let Some(exported) = name.strip_prefix(b"__crc_")
            {
                self.read_crc(symbol, exported)?;
            }
            match symbol.raw_section {
                SHN_COMMON if name.starts_with(b"__gnu_lto_") => {}
                SHN_COMMON => self.say(messages::common_symbol(
                    self.surroundings.release.wording,
                    name,
                    &self.module.name,
                )),
                _ if symbol.is_undefined() => self.read_undefined(symbol, name),
                _ => self.read_defined(symbol, name)?,
            }
            // Kept whatever section it is in, as upstream does.
            if name.starts_with(NAMESPACE) {
                namespaces.push(*symbol);
            }
            self.check_room()?;
        }
        Ok(namespaces)
    }

    fn read_undefined(&mut self, symbol: &Symbol, name: &[u8]) {
        let (object, release) = (self.object, self.surroundings.release);
        let is_weak = match symbol.bind {
            STB_GLOBAL => false,
            STB_WEAK => true,
            _ => return,
        };
        if is_left_to_the_linker(name, object.machine, release) {
            return;
        }
        let is_sparc = matches!(object.machine, EM_SPARC | EM_SPARCV9);
        if is_sparc && symbol.kind == STT_SPARC_REGISTER {
            return;
        }
        let name = match name {
            [b'.', rest @ ..] if is_sparc => {
                let mut name = [b"_", rest].concat();
                name[1..].iter_mut().take(1).for_each(|byte| byte.make_ascii_uppercase());
                self.module.keep(&name)
            }
            _ => self.module.keep(name),
        };
        self.module.undefined.push(Undefined { name, is_weak });
    }

    fn read_defined(&mut self, symbol: &Symbol, name: &[u8]) -> Result<(), Fatal> {
        match name {
            b"init_module" => self.module.has_init = true,
            b"cleanup_module" => self.module.has_cleanup = true,
            [b'_', b'_', b'm', ..] => self.read_device_table(symbol, name)?,
            [b'_', b'_', b'k', ..] => self.read_export(symbol, name)?,
            _ => {}
        }
        Ok(())
    }

    /// An export, as objects marked it until 6.4.
    fn read_export(&mut self, symbol: &Symbol, name: &[u8]) -> Result<(), Fatal> {
        if self.surroundings.release.exports != ExportEncoding::KsymtabSymbols {
            return Ok(());
        }
        let Some(name) = name.strip_prefix(b"__ksymtab_") else {
            return Ok(());
        };
        let section = self.object.section_name(symbol.section);
        let is_old = self.surroundings.release.crcs != CrcSource::CommandFiles;
        if is_old && symbol.section as usize >= self.object.sections.len() {
            return Err(self.malformed(NotReadable::Malformed("the section of an export")));
        }
        if is_old {
            let kind = older::kinds::kind_of_section(section, self.surroundings.release);
            self.export_of_kind(name, kind);
            return Ok(());
        }
        let is_gpl_only = section.starts_with(b"___ksymtab_gpl+");
        if is_gpl_only || section.starts_with(b"___ksymtab+") {
            self.export(name, b"", is_gpl_only, false);
        }
        Ok(())
    }

    fn read_device_table(&mut self, symbol: &Symbol, name: &[u8]) -> Result<(), Fatal> {
        let object = self.object;
        let Some(section) = object.sections.get(symbol.section as usize) else {
            return Ok(());
        };
        let release = self.surroundings.release;
        let Some(TableName { device_type, module: builtin, table }) =
            TableName::parse(name, release.table_symbols)
        else {
            return Ok(());
        };
        if symbol.kind != STT_OBJECT {
            return Ok(());
        }
        let zeros;
        // Upstream asks for the bit, which other types have, too.
        let data = if section.kind & SHT_NOBITS != 0 {
            let size = usize::try_from(symbol.size).ok().filter(|&size| size <= MOST_ZEROS);
            zeros = vec![0; size.ok_or_else(|| self.malformed(DEVICE_TABLE))?];
            &zeros[..]
        } else {
            let bytes = object.bytes_at(symbol.section, symbol.value);
            let size = usize::try_from(symbol.size).ok();
            let data = bytes.zip(size).and_then(|(bytes, size)| bytes.get(..size));
            data.ok_or_else(|| self.malformed(DEVICE_TABLE))?
        };
        let mut said = Vec::new();
        let table = Table { device_type, module: &self.module.name, name: table, data };
        let aliases = &mut self.module.aliases;
        let result =
            device_tables::write_aliases(&table, object.target, release, aliases, &mut said);
        if let Some(builtin) = builtin.filter(|_| self.module.is_vmlinux) {
            self.module.aliases.belong_to(builtin);
        }
        said.into_iter().for_each(|message| self.say(message));
        result
    }

    /// The namespaces of exports, as objects had them until 6.4.
    fn read_namespaces(&mut self, symbols: &[Symbol]) -> Result<(), Fatal> {
        if self.surroundings.release.exports != ExportEncoding::KsymtabSymbols {
            return Ok(());
        }
        for symbol in symbols {
            let name = self.names.get(self.object, symbol.name);
            let name = name.map_err(|reason| self.malformed(reason))?;
            let Some(exported) = name.strip_prefix(NAMESPACE) else {
                continue;
            };
            let namespace = self.object.name_at(symbol.section, symbol.value, EXPORT_NAMESPACE);
            let namespace = namespace.map_err(|reason| self.malformed(reason))?;
            self.put_in_namespace(exported, namespace);
            self.check_room()?;
        }
        Ok(())
    }

    /// What symbols say of exports until 5.18: namespaces, CRCs, and whether the linker sees them.
    fn read_marks(&mut self) -> Result<(), Fatal> {
        let (object, release) = (self.object, self.surroundings.release);
        for symbol in &object.symbols {
            let name = self.names.shorten(object, symbol.name);
            let name = name.map_err(|reason| self.malformed(reason))?;
            if release.namespaces != NamespaceForm::None
                && let Some(exported) = name.strip_prefix(NAMESPACE)
            {
                let namespace = object.name_at(symbol.section, symbol.value, EXPORT_NAMESPACE);
                let namespace = namespace.map_err(|reason| self.malformed(reason))?;
                self.put_in_namespace(exported, namespace);
            }
            if release.crcs == CrcSource::Objects
                && let Some(exported) = name.strip_prefix(b"__crc_")
            {
                self.read_crc(symbol, exported)?;
            }
            self.check_room()?;
        }
        if release.static_exports != StaticExports::Unchecked {
            for symbol in &object.symbols {
                if matches!(symbol.bind, STB_GLOBAL | STB_WEAK) {
                    let name = self.names.get(object, symbol.name);
                    let name = name.map_err(|reason| self.malformed(reason))?;
                    let name = self.module.keep(name);
                    self.module.globals.push(name);
                }
            }
            self.check_room()?;
        }
        Ok(())
    }

    /// The CRC of an export, which `symbol` is or leads to.
    fn read_crc(&mut self, symbol: &Symbol, exported: &[u8]) -> Result<(), Fatal> {
        let crc = if symbol.is_undefined() {
            let told = self.surroundings.release.missing_crc;
            let (name, is_kernel) = (&self.module.name, self.module.is_vmlinux);
            let message = older::messages::no_crc_was_made(exported, name, is_kernel, told);
            self.say(message);
            if self.surroundings.release.crcs != CrcSource::ObjectsInOrder {
                return Ok(());
            }
            0
        } else if symbol.raw_section == SHN_ABS {
            symbol.value as u32
        } else {
            let bytes = self.object.bytes_at(symbol.section, symbol.value);
            let crc = bytes.and_then(|bytes| self.object.target.u32(bytes));
            crc.ok_or_else(|| self.malformed(NotReadable::Malformed("the CRC of an export")))?
        };
        self.set_crc(exported, crc);
        Ok(())
    }

    fn read_sources(&mut self, commands: &mut CommandFiles) -> Result<(), Fatal> {
        let Surroundings { options, release, .. } = self.surroundings;
        let version = self.modinfo(b"version").next().transpose()?;
        let is_marked = version.is_some_and(|version| version.starts_with(b"$Revision"));
        if is_marked && release.source_files == SourceFiles::Wanted {
            return Err(Fatal(older::messages::revision_mark(self.path)));
        }
        if options.all_srcversions || version.is_some() {
            let mut said = Vec::new();
            let (path, name) = (self.path, &self.module.name);
            let digest = srcversion::of_module(path, name, self.surroundings, commands, &mut said);
            said.into_iter().for_each(|message| self.say(message));
            self.module.srcversion = digest?;
        }
        Ok(())
    }
}

/// What precedes the name of an export in the name of its namespace's symbol.
const NAMESPACE: &[u8] = b"__kstrtabns_";

const EXPORT_NAMESPACE: &str = "the namespace of an export";

/// How large a device table without bytes in the file may be: far more than any kernel has.
const MOST_ZEROS: usize = 1 << 20;

const KEPT_EXPORTS: NotReadable = NotReadable::Malformed("the exports to keep");

const DEVICE_TABLE: NotReadable = NotReadable::Malformed("a device table");

/// Whether a reference to `name` is resolved without any export: mostly by the linker, which makes
/// the `.ko` after this.
fn is_left_to_the_linker(name: &[u8], machine: u16, release: &Modpost) -> bool {
    if name == b"__this_module" || name == b"_GLOBAL_OFFSET_TABLE_" {
        return true;
    }
    let is_bound = name.starts_with(b"__start_") || name.starts_with(b"__stop_");
    if is_bound && release.section_bounds == SectionBounds::LeftToTheLinker {
        return true;
    }
    let thunks = release.expoline_thunks;
    let prefixes: &[&[u8]] = match machine {
        EM_PPC => {
            &[b"_restgpr_", b"_savegpr_", b"_rest32gpr_", b"_save32gpr_", b"_restvr_", b"_savevr_"]
        }
        EM_PPC64 if name == b".TOC." => return true,
        EM_PPC64 => match release.compiler_routines {
            CompilerRoutines::Old => &[b"_restgpr0_", b"_savegpr0_", b"_restvr_", b"_savevr_"],
            CompilerRoutines::WithFloatingPoint => &[
                b"_restgpr0_",
                b"_savegpr0_",
                b"_restgpr1_",
                b"_savegpr1_",
                b"_restfpr_",
                b"_savefpr_",
                b"_restvr_",
                b"_savevr_",
            ],
        },
        EM_S390 if thunks == ExpolineThunks::Ignored => &[b"__s390_indirect_jump_r"],
        _ => &[],
    };
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}
