//! What the kernel checks of a module file before it reads the content: its headers and sections, and
//! that the section with `struct module` exists.
//!
//! The kernel reads every file as one for its own machine; so does this.

use object::elf::{EM_386, ET_REL, SHF_ALLOC, SHT_NOBITS, SHT_NULL, SHT_STRTAB, SHT_SYMTAB};

use super::kernel::Kernel;
use super::messages as say;
use crate::elf::{RawElf, RawSection};
use crate::module::THIS_MODULE;
use crate::release::{FileChecks, FileMessages, ThisModule};

/// Why the kernel does not look into a file. The error is always `ENOEXEC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// What is wrong.
    pub what: What,
    /// The lines that the kernel logs.
    pub lines: Vec<Vec<u8>>,
    /// The module's name, as far as that could be found.
    pub module: Option<Vec<u8>>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is no ELF file.
    NotElf,
    /// It is none of the kind that modules are.
    NotRelocatable,
    /// It is for another machine.
    Machine,
    /// It ends too early, or its headers do not fit together.
    Damaged,
    /// It has no symbols.
    NoSymbols,
    /// It has no `struct module`.
    NoThisModule,
    /// Its `struct module` is of another size than the kernel's.
    StructSize {
        /// The module's.
        own: u64,
        /// The kernel's.
        kernel: u64,
    },
}

/// A fault without the module's name, which is found at last.
type Fault = (What, Vec<u8>);

/// The first fault that the kernel finds in the file; none if it finds none. `bytes` are without the
/// signature.
pub(super) fn first_fault(bytes: &[u8], kernel: &Kernel) -> Option<FileFault> {
    let own = RawElf::stated_target(bytes);
    let target = kernel.machine.map(|machine| machine.target).or(own);
    let elf = target.and_then(|target| RawElf::new(bytes, target));
    let Some(elf) = elf else {
        let what = if bytes.starts_with(b"\x7fELF") { What::Damaged } else { What::NotElf };
        let line = match own.or(target) {
            None if bytes.len() >= SHORTEST => say::bad_magic(),
            _ => say::bad_header_length(bytes.len()),
        };
        return Some(FileFault { what, lines: logged(line, kernel), module: None });
    };
    let file = File { bytes, elf };
    let checks: &[fn(&File<'_>, &Kernel) -> Option<Fault>] = match kernel.load.file_checks {
        FileChecks::NamesFirst => {
            &[header, table, names_index, names, first_section, sections, allocated_names]
        }
        FileChecks::SectionsFirst => {
            &[header, table, first_section, sections, names_index, names, all_names, single_modinfo]
        }
    };
    let fault = checks.iter().find_map(|check| check(&file, kernel));
    if let Some((what, line)) = fault {
        return Some(FileFault { what, lines: logged(line, kernel), module: None });
    }
    let last = |name: &mut Option<Vec<u8>>| {
        *name = file.module_name();
        let name = name.as_deref();
        match kernel.load.this_module {
            ThisModule::Found => file.symbols(name).or_else(|| file.this_module_found(name)),
            ThisModule::OneOfSize => file
                .this_module(name, kernel.struct_size)
                .or_else(|| file.symbols(name))
                .or_else(|| file.symbol_names(kernel)),
        }
    };
    let mut module = None;
    let (what, line) = last(&mut module)?;
    Some(FileFault { what, lines: vec![line], module })
}

/// What the kernel logs of a fault in the file's structure.
fn logged(line: Vec<u8>, kernel: &Kernel) -> Vec<Vec<u8>> {
    match kernel.load.file_messages {
        FileMessages::Each => vec![line],
        FileMessages::Summary if say::is_about_a_section(&line) => {
            vec![line, say::invalid_structures()]
        }
        FileMessages::Summary => vec![say::invalid_structures()],
    }
}

/// How long the name of a module may be, in bytes; the kernel's own limit is 64 with the zero byte.
/// It stands in each line that is logged of the module. A longer one is that of the file instead.
pub(super) const LONGEST_NAME: usize = 255;

/// The number that the 486 once had.
const EM_486: u16 = 6;

/// The size of the smaller of the two headers.
const SHORTEST: usize = 52;

struct File<'d> {
    bytes: &'d [u8],
    elf: RawElf<'d>,
}

fn damaged(line: Vec<u8>) -> Option<Fault> {
    Some((What::Damaged, line))
}

fn header(file: &File<'_>, kernel: &Kernel) -> Option<Fault> {
    let elf = &file.elf;
    if !file.bytes.starts_with(b"\x7fELF") {
        return Some((What::NotElf, say::bad_magic()));
    }
    if elf.kind() != ET_REL {
        // What is in the other byte order looks so, too.
        let is_other_order = elf.kind().swap_bytes() == ET_REL;
        let what = if is_other_order { What::Machine } else { What::NotRelocatable };
        return Some((what, say::bad_type(elf.kind())));
    }
    let machine = kernel.machine?.number;
    // x86 of 32 bits takes the number of the 486, too.
    let is_it = elf.machine() == machine || (machine == EM_386 && elf.machine() == EM_486);
    (!is_it).then(|| (What::Machine, say::bad_machine(elf.machine())))
}

fn table(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    let elf = &file.elf;
    if !elf.has_known_section_size() {
        let own = RawElf::stated_target(file.bytes);
        let is_other = own.is_some_and(|own| {
            RawElf::new(file.bytes, own).is_some_and(|own| own.has_known_section_size())
        });
        let what = if is_other { What::Machine } else { What::Damaged };
        return Some((what, say::bad_section_size()));
    }
    let room = (file.bytes.len() as u64).checked_sub(elf.section_table()).filter(|&room| room > 0);
    if room.is_none_or(|room| elf.section_table_size() > room) {
        return damaged(say::table_beyond_end());
    }
    None
}

fn first_section(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    let first = file.elf.section(0)?;
    let is_empty = first.kind == SHT_NULL && first.size == 0 && first.address == 0;
    if is_empty { None } else { damaged(say::bad_first_section(first.kind)) }
}

fn names_index(file: &File<'_>, kernel: &Kernel) -> Option<Fault> {
    let (index, count) = (file.elf.name_section(), file.elf.section_count());
    if index == 0 || index >= count {
        return damaged(say::bad_names_index(index, count));
    }
    let section = file.elf.section(index)?;
    match kernel.load.file_checks {
        FileChecks::NamesFirst if !file.is_inside(&section) => {
            damaged(say::bad_names_section(section.kind))
        }
        FileChecks::SectionsFirst if section.kind != SHT_STRTAB => {
            damaged(say::bad_names_kind(section.kind))
        }
        FileChecks::NamesFirst | FileChecks::SectionsFirst => None,
    }
}

fn names(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    let section = file.elf.section(file.elf.name_section())?;
    if section.size == 0 {
        return damaged(say::no_names());
    }
    match file.elf.content(&section)?.last() {
        Some(0) => None,
        _ => damaged(say::names_without_end()),
    }
}

fn sections(file: &File<'_>, kernel: &Kernel) -> Option<Fault> {
    let count = file.elf.section_count();
    for (index, section) in file.elf.sections().enumerate().skip(1) {
        if matches!(section.kind, SHT_NULL | SHT_NOBITS) {
            continue;
        }
        let is_old = kernel.load.file_checks == FileChecks::NamesFirst;
        if is_old && section.kind == SHT_SYMTAB && !is_index(section.link, count) {
            return damaged(say::bad_link(section.link, count));
        }
        if !file.is_inside(&section) {
            return damaged(say::bad_section(index, section.kind));
        }
    }
    None
}

fn is_index(link: u32, count: u16) -> bool {
    link != 0 && link < u32::from(count)
}

/// Until 6.12 only the names of what is kept in memory were checked.
fn allocated_names(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    file.bad_name(|section| section.kind != SHT_NOBITS && section.flags & u64::from(SHF_ALLOC) != 0)
}

fn all_names(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    file.bad_name(|_| true)
}

fn single_modinfo(file: &File<'_>, _: &Kernel) -> Option<Fault> {
    let is_it = |section: &RawSection| file.elf.is_called(section, b".modinfo");
    let count = file.elf.sections().filter(is_it).count();
    if count > 1 { damaged(say::two_modinfos()) } else { None }
}

impl File<'_> {
    fn is_inside(&self, section: &RawSection) -> bool {
        let end = section.offset.checked_add(section.size);
        end.is_some_and(|end| end <= self.bytes.len() as u64)
    }

    /// A section whose name is outside of the table, of those that are asked for.
    fn bad_name(&self, is_asked: impl Fn(&RawSection) -> bool) -> Option<Fault> {
        let names = self.elf.section(self.elf.name_section())?;
        let mut sections = self.elf.sections().enumerate();
        let bad = sections.find(|(_, section)| {
            section.kind != SHT_NULL && is_asked(section) && u64::from(section.name) >= names.size
        });
        bad.and_then(|(index, section)| damaged(say::bad_section_name(index, section.kind)))
    }

    /// The value of `name` in `.modinfo`.
    fn module_name(&self) -> Option<Vec<u8>> {
        let info = self.elf.content(&self.elf.find(b".modinfo")?)?;
        let mut texts = info.split(|&byte| byte == 0);
        let name = texts.find_map(|text| text.strip_prefix(b"name="));
        name.filter(|name| name.len() <= LONGEST_NAME).map(<[u8]>::to_owned)
    }

    fn symbols(&self, module: Option<&[u8]>) -> Option<Fault> {
        let count = self.elf.sections().filter(|section| section.kind == SHT_SYMTAB).count();
        (count == 0).then(|| (What::NoSymbols, say::no_symbols(module)))
    }

    /// Whether the symbols' names are where they should be. (Of old that is asked of each section.)
    fn symbol_names(&self, kernel: &Kernel) -> Option<Fault> {
        if kernel.load.file_checks == FileChecks::NamesFirst {
            return None;
        }
        let count = self.elf.section_count();
        let symbols = self.elf.sections().find(|section| section.kind == SHT_SYMTAB)?;
        if !is_index(symbols.link, count) {
            return damaged(say::bad_link(symbols.link, count));
        }
        let names = self.elf.section(u16::try_from(symbols.link).ok()?)?;
        if names.kind == SHT_STRTAB { None } else { damaged(say::bad_symbol_names(names.kind)) }
    }

    /// Whether there is a `struct module`, as asked until 6.3.
    fn this_module_found(&self, module: Option<&[u8]>) -> Option<Fault> {
        let is_it = |section: &RawSection| {
            section.flags & u64::from(SHF_ALLOC) != 0
                && self.elf.is_called(section, THIS_MODULE.as_bytes())
        };
        let is_found = self.elf.sections().any(|section| is_it(&section));
        (!is_found).then(|| (What::NoThisModule, say::no_module(module)))
    }

    /// Whether there is exactly one, as large as the kernel's.
    fn this_module(&self, module: Option<&[u8]>, size: Option<u64>) -> Option<Fault> {
        let is_it = |section: &RawSection| self.elf.is_called(section, THIS_MODULE.as_bytes());
        let mut found = self.elf.sections().filter(is_it);
        let (Some(section), None) = (found.next(), found.next()) else {
            return Some((What::NoThisModule, say::not_one_this_module(module)));
        };
        if section.kind == SHT_NOBITS {
            return Some((What::NoThisModule, say::empty_this_module(module)));
        }
        if section.flags & u64::from(SHF_ALLOC) == 0 {
            return Some((What::NoThisModule, say::unloaded_this_module(module)));
        }
        let kernel = size.filter(|&size| size != section.size)?;
        let what = What::StructSize { own: section.size, kernel };
        Some((what, say::other_this_module(module)))
    }
}
