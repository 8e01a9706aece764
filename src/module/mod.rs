//! The content of a linked kernel module (`.ko`): its `.modinfo`, its exports, its imports, and the
//! symbol versions that it was built against.
//!
//! `exports` reads the tables that the kernel's loader reads, `imports` what it looks up, `versions`
//! both kinds of version tables, `signature` what follows the last section, and `vmlinux` does the same for a kernel.
//! Start at [`Module::read`].

mod crcs;
mod exports;
mod flat;
mod imports;
mod machine;
mod read_error;
mod sections;
mod signature;
mod versions;
mod vmlinux;

use std::borrow::Cow;

use object::elf::{
    EM_AARCH64, EM_ARM, EM_LOONGARCH, EM_RISCV, SHF_EXECINSTR, SHF_WRITE, SHN_COMMON,
};

pub use exports::Export;
pub use imports::Import;
pub use machine::Machine;
pub use read_error::ReadError;
pub use signature::{Signature, SignatureFault, Signer, unsigned};
pub use versions::{Version, Versions};
pub use vmlinux::Vmlinux;

use crate::elf::{NameRoom, ObjectFile, Section, Strictness, Target};
use sections::Sections;

/// A module. Borrows the file's bytes.
#[derive(Clone, Debug)]
pub struct Module<'d> {
    /// The width and byte order of its data.
    pub target: Target,
    /// `e_machine`
    pub machine: u16,
    /// How large its `struct module` is, in bytes; none if it has none, and then none is loaded.
    pub struct_size: Option<u64>,
    /// The name in it; where `.modinfo` has none, this one counts.
    pub struct_name: Option<&'d [u8]>,
    /// The texts `tag=value` of `.modinfo`, in order.
    pub info: Vec<(&'d [u8], &'d [u8])>,
    /// What it exports, in the order of its tables.
    pub exports: Vec<Export<'d>>,
    /// How many of these are in the table `__ksymtab` itself, which is the first.
    pub plain_exports: usize,
    /// Whether it has `__kflagstab`, as modules do since 7.1.
    pub has_export_flags: bool,
    /// What it does not define itself, in the order of its symbols.
    pub imports: Vec<Import<'d>>,
    /// Symbols that no object places anywhere, as compilers of old did with variables.
    pub commons: Vec<&'d [u8]>,
    /// The first section that is both code and may be written to: its index and name.
    pub writable_code: Option<(usize, &'d [u8])>,
    /// The versions of what it imports.
    pub versions: Versions<'d>,
    /// What the compiler calls itself.
    pub compiler: Option<&'d [u8]>,
    /// Its appended signature.
    pub signature: Signature,
    /// The message of the signature, in which is who signed; none if there is none of the right form.
    pub signature_message: Option<&'d [u8]>,
}

/// The section with the kernel's `struct module`.
pub const THIS_MODULE: &str = ".gnu.linkonce.this_module";

/// The name of a module as the kernel has it: without folders, `-` and `,` written as `_`.
pub fn kernel_name(path: &[u8]) -> Cow<'_, [u8]> {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    let name = &path[start..];
    if memchr::memchr2(b'-', b',', name).is_none() {
        return Cow::Borrowed(name);
    }
    let written = |&byte: &u8| if matches!(byte, b'-' | b',') { b'_' } else { byte };
    Cow::Owned(name.iter().map(written).collect())
}

impl<'d> Module<'d> {
    /// Reads the module in `bytes`.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn read(bytes: &'d [u8]) -> Result<Self, ReadError> {
        let object = ObjectFile::parse(
            bytes,
            bytes.len(),
            Strictness { byte_order: true, relocatable: true },
        )?;
        let sections = Sections { object: &object };
        let info = match object.modinfo {
            Some(index) => texts(sections.bytes(index, ".modinfo")?),
            None => Vec::new(),
        };
        let info = info.into_iter().filter_map(|text| {
            let equals = memchr::memchr(b'=', text)?;
            Some((&text[..equals], &text[equals + 1..]))
        });
        let compiler = match sections.find(b".comment") {
            Some(index) => texts(sections.bytes(index, ".comment")?).first().copied(),
            None => None,
        };
        let mut room = NameRoom::of_file(bytes.len());
        let exports = exports::read(sections, &mut room)?;
        Ok(Self {
            target: object.target,
            machine: object.machine,
            struct_size: sections
                .find(THIS_MODULE.as_bytes())
                .map(|index| object.sections[index as usize].size),
            struct_name: struct_name(sections),
            info: info.collect(),
            plain_exports: exports.plain,
            has_export_flags: exports.has_flags,
            exports: exports.all,
            imports: imports::read(&object, &mut room)?,
            commons: commons(&object, &mut room)?,
            writable_code: writable_code(&object),
            signature: Signature::of(bytes),
            signature_message: signature::message(bytes),
            versions: Versions::read(sections)?,
            compiler,
        })
    }

    /// The values of a tag of `.modinfo`, in order.
    pub fn values(&self, tag: &[u8]) -> impl Iterator<Item = &'d [u8]> {
        self.info.iter().filter(move |(found, _)| *found == tag).map(|(_, value)| *value)
    }

    /// Whether its license lets it use what is exported for modules under the GPL. As in the
    /// kernel, the first license counts, and a module that names none has a bad one.
    pub fn is_gpl_compatible(&self) -> bool {
        self.values(b"license").next().is_some_and(is_gpl_compatible)
    }
}

/// Whether the kernel takes a module of this license for one that is compatible with the GPL.
pub fn is_gpl_compatible(license: &[u8]) -> bool {
    matches!(
        license,
        b"GPL"
            | b"GPL v2"
            | b"GPL and additional rights"
            | b"Dual BSD/GPL"
            | b"Dual MIT/GPL"
            | b"Dual MPL/GPL"
    )
}

/// The name in `struct module`: behind a state and two pointers, ended by a zero byte.
fn struct_name<'d>(sections: Sections<'_, 'd>) -> Option<&'d [u8]> {
    let bytes = sections.bytes(sections.find(THIS_MODULE.as_bytes())?, THIS_MODULE).ok()?;
    let name = bytes.get(3 * sections.object.target.address_size()..)?;
    Some(&name[..memchr::memchr(0, name)?]).filter(|name| !name.is_empty())
}

/// The symbols that no object places anywhere.
fn commons<'d>(object: &ObjectFile<'d>, room: &mut NameRoom) -> Result<Vec<&'d [u8]>, ReadError> {
    let commons = object.symbols.iter().filter(|symbol| symbol.raw_section == SHN_COMMON);
    let names = commons.map(|symbol| {
        let name = object.symbol_name(symbol)?;
        room.take(name)?;
        Ok(name)
    });
    names.collect()
}

/// The sections whose flags a machine's loader sets anew before it looks at them, by `e_machine`: room
/// for code and addresses that relocations need.
const REWRITTEN: &[(u16, &[&[u8]])] = &[
    (
        EM_AARCH64,
        &[b".plt", b".init.plt", b".text.ftrace_trampoline", b".init.text.ftrace_trampoline"],
    ),
    (EM_ARM, &[b".plt", b".init.plt"]),
    (EM_LOONGARCH, &[b".got", b".plt", b".plt.idx", b".ftrace_trampoline"]),
    (EM_RISCV, &[b".got", b".got.plt", b".plt"]),
];

/// The first section that is both code and may be written to.
fn writable_code<'d>(object: &ObjectFile<'d>) -> Option<(usize, &'d [u8])> {
    let both = u64::from(SHF_WRITE | SHF_EXECINSTR);
    let rewritten = REWRITTEN.iter().find(|(machine, _)| *machine == object.machine);
    let rewritten = rewritten.map_or(&[][..], |(_, names)| names);
    let is_it =
        |section: &Section<'_>| section.flags & both == both && !rewritten.contains(&section.name);
    let index = object.sections.iter().position(is_it)?;
    Some((index, object.sections[index].name))
}

/// The texts of a section, each ended by zero bytes.
fn texts(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|&byte| byte == 0).filter(|text| !text.is_empty()).collect()
}
