//! What one object contributes: read from its bytes and the texts beside it, and from nothing
//! else. So objects can be read in any order, and on any thread.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::release::{KernelName, Modpost};

use super::aliases::AliasList;
use super::files::Files;
use super::md4;
use super::messages::Message;
use super::paths;
use super::request::Options;
use super::significant::Headers;

/// What one object contributes to the run, in the order in which upstream meets it.
#[derive(Debug, Default)]
pub(super) struct ObjectFacts {
    /// What happens, in order.
    pub(super) steps: Vec<Step>,
    /// The module; `None` for a file that is passed over.
    pub(super) module: Option<ModuleFacts>,
    /// How many references between sections are wrong.
    pub(super) mismatches: usize,
}

/// What happens while an object is read, as far as other modules see it.
#[derive(Debug)]
pub(super) enum Step {
    /// Something is said; if it is fatal, this is the last step.
    Say(Message),
    /// The module exports the symbol of this index; another may have done so before.
    Export(usize),
    /// Whatever symbol of this name was exported gets a CRC, until 5.18.
    Crc {
        /// The symbol.
        symbol: Vec<u8>,
        /// Its CRC.
        crc: u32,
    },
    /// Whatever symbol of this name was exported last is put into a namespace.
    Namespace {
        /// The symbol.
        symbol: Vec<u8>,
        /// The namespace; empty for none.
        namespace: Vec<u8>,
    },
}

/// What is known of a module from its object.
#[derive(Debug, Default)]
pub(super) struct ModuleFacts {
    /// The path without `.o`.
    pub(super) name: Vec<u8>,
    /// How long a name in the kernel's tables may be for this object's class, with its zero byte.
    pub(super) name_room: usize,
    /// Whether it is the kernel itself.
    pub(super) is_vmlinux: bool,
    /// Whether the object is for a big-endian machine.
    pub(super) is_big_endian: bool,
    /// Whether all its licenses are compatible with the GPL, or it has none.
    pub(super) is_gpl_compatible: bool,
    /// Whether it defines `init_module`.
    pub(super) has_init: bool,
    /// Whether it defines `cleanup_module`.
    pub(super) has_cleanup: bool,
    /// The namespaces that it imports.
    pub(super) imported_namespaces: IndexSet<Vec<u8>, FxBuildHasher>,
    /// What it needs, in the order of the symbol table; then `module_layout`, with `-m`.
    pub(super) undefined: Vec<Undefined>,
    /// What it exports, in the order of discovery.
    pub(super) exports: Vec<Exported>,
    /// The symbols that the linker sees, where exports are checked for being among them.
    pub(super) globals: Vec<Name>,
    /// The aliases of its device tables.
    pub(super) aliases: AliasList,
    /// The exports that it keeps from being trimmed (from 6.14 on).
    pub(super) kept_exports: Vec<Name>,
    /// The digest of its sources.
    pub(super) srcversion: Option<[u8; md4::DIGITS]>,
    /// All names, one behind the other.
    names: Vec<u8>,
}

/// A name of a module's symbol, kept by the module: [`ModuleFacts::text`] has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    start: u32,
    length: u32,
}

/// A symbol that the module needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Undefined {
    /// Its name.
    pub(super) name: Name,
    /// Whether the module does without it if nothing exports it.
    pub(super) is_weak: bool,
}

/// A symbol that the module exports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exported {
    /// Its name.
    pub(super) name: Name,
    /// Its namespace; empty for none.
    pub(super) namespace: Name,
    /// Whether it is for GPL modules only.
    pub(super) is_gpl_only: bool,
    /// What else its kind says.
    pub(super) mark: Mark,
    /// Whether it is a function (known from 6.5 on).
    pub(super) is_function: bool,
    /// The CRC of its type, if there is one.
    pub(super) crc: Option<u32>,
}

/// What the kind of an export says besides the license.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Nothing should use it, until 5.11.
    Unused,
    /// It will be for GPL modules only, until 5.11.
    Future,
    /// Its section is none of exports, until 5.18.
    Unknown,
}

/// Whether the module of this name is the kernel itself.
pub(super) fn is_kernel(name: &[u8], release: &Modpost) -> bool {
    match release.kernel_name {
        KernelName::BaseName => matches!(paths::base_name(name), b"vmlinux" | b"vmlinux.o"),
        KernelName::WholeName => name == b"vmlinux",
    }
}

impl ModuleFacts {
    /// Nothing known yet of the module `name`.
    pub(super) fn new(name: &[u8], name_room: usize, release: &Modpost) -> Self {
        // Without any license nothing is said of those that it uses: it fails anyway.
        let (is_vmlinux, name) = (is_kernel(name, release), name.to_vec());
        Self { name, name_room, is_vmlinux, is_gpl_compatible: true, ..Self::default() }
    }

    /// The text of one of its names.
    pub(super) fn text(&self, name: Name) -> &[u8] {
        &self.names[name.start as usize..][..name.length as usize]
    }

    /// How many bytes its names and aliases have.
    pub(super) fn text_size(&self) -> usize {
        self.names.len() + self.aliases.size()
    }

    /// Keeps a name.
    pub(super) fn keep(&mut self, text: &[u8]) -> Name {
        // An object has far less room for names (see `Reader::check_room`) than 4 GiB.
        let name = Name { start: self.names.len() as u32, length: text.len() as u32 };
        self.names.extend_from_slice(text);
        name
    }
}

/// What reading an object needs to know.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// What was asked for.
    pub(super) options: &'a Options,
    /// How the release behaves.
    pub(super) release: &'a Modpost,
    /// Where files come from.
    pub(super) files: &'a dyn Files,
    /// The headers that were read before.
    pub(super) headers: &'a Headers,
    /// The folder of the lists of modules' objects, before 5.4.
    pub(super) module_lists: &'a [u8],
}
