//! What is known of the kernel that is to load modules. Anything may be unknown: from a
//! `Module.symvers` alone, only the exports are known.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use crate::formats::symvers::{BadLine, read_any_era};
use crate::kernel::Config;
use crate::module::{Machine, Module, kernel_name};
use crate::release::{Load, Profile};

/// A kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// What it was given as.
    pub title: Vec<u8>,
    /// What it calls itself: `6.1.0-56-amd64`.
    pub release: Option<Vec<u8>>,
    /// What it asks of a module's `vermagic`.
    pub vermagic: Option<Vec<u8>>,
    /// The machine that it runs on.
    pub machine: Option<Machine>,
    /// How it was configured.
    pub config: Config,
    /// How large its `struct module` is, in bytes.
    pub struct_size: Option<u64>,
    /// What it exports, with its own modules.
    pub exports: Exports,
    /// What it does with a module that is not signed by a key that it knows.
    pub signatures: Signatures,
    /// Whose loader it has; none if that is not known.
    pub profile: Option<Profile>,
    /// How its loader behaves.
    pub load: Load,
}

/// What a kernel does with a module that is not signed by a key that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signatures {
    /// It loads it. (At least as far as its files tell: a parameter of the kernel may change that.)
    NotEnforced,
    /// It refuses it.
    Enforced,
    /// It refuses it since it is locked down, as after a secure boot.
    LockedDown,
}

impl Kernel {
    /// Whether it compares CRCs at all; none if that is not known.
    pub fn has_modversions(&self) -> Option<bool> {
        self.config.is_set("CONFIG_MODVERSIONS").or_else(|| {
            let words = self.vermagic.as_ref().map(|it| has_word(it, b"modversions"));
            words.or_else(|| self.exports.has_crcs())
        })
    }

    /// What it is called in a report.
    pub fn name(&self) -> &[u8] {
        self.release.as_deref().unwrap_or(&self.title)
    }
}

/// Whether a text of words has this one.
pub(super) fn has_word(text: &[u8], word: &[u8]) -> bool {
    text.split(|&byte| byte == b' ').any(|it| it == word)
}

/// An export of a kernel or of one of its modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its CRC; none if it has none.
    pub crc: Option<u32>,
    /// Whether it is GPL-only; none if that is not known.
    pub is_gpl: Option<bool>,
    /// Its namespace, empty if it is in none; none if that is not known.
    pub namespace: Option<Vec<u8>>,
    /// The module that has it; none if it is the kernel itself.
    pub owner: Option<Vec<u8>>,
}

/// What a kernel exports.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    exports: IndexMap<Vec<u8>, Export, BuildHasherDefault<FxHasher>>,
    /// Whether nothing is missing.
    pub are_all: bool,
}

impl Exports {
    /// Reads a `Module.symvers` of any era. Where a symbol is repeated, the first line counts, as it
    /// does for modpost.
    ///
    /// # Errors
    /// A line is none.
    pub fn read(text: &[u8]) -> Result<Self, BadLine> {
        let mut found = Self { are_all: true, ..Self::default() };
        for record in read_any_era(text) {
            let record = record?;
            let is_kernel = record.module == b"vmlinux" || record.module.ends_with(b"/vmlinux");
            let export = Export {
                crc: Some(record.crc),
                is_gpl: (!record.export.is_empty()).then(|| record.export.ends_with(b"_GPL")),
                namespace: Some(record.namespace.to_owned()),
                owner: (!is_kernel).then(|| kernel_name(record.module)),
            };
            found.exports.entry(record.symbol.to_owned()).or_insert(export);
        }
        Ok(found)
    }

    /// Adds what one of the kernel's modules exports; `name` is the module's.
    pub fn add_module(&mut self, name: &[u8], module: &Module<'_>) {
        for export in &module.exports {
            let added = Export {
                crc: export.crc,
                is_gpl: Some(export.is_gpl),
                namespace: Some(export.namespace.to_owned()),
                owner: Some(kernel_name(name)),
            };
            self.exports.entry(export.symbol.to_owned()).or_insert(added);
        }
    }

    /// Adds what is in `others`. What is known already stays.
    pub fn add_all(&mut self, others: &Exports) {
        for (symbol, export) in &others.exports {
            self.add(symbol, export.clone());
        }
    }

    /// Adds an export.
    pub fn add(&mut self, symbol: &[u8], export: Export) {
        self.exports.entry(symbol.to_owned()).or_insert(export);
    }

    /// Adds exports of the kernel itself of which only the CRCs are known, from what its modules
    /// have recorded. What is known better stays.
    pub fn add_recorded<'a>(&mut self, crcs: impl Iterator<Item = (&'a [u8], u32)>) {
        for (symbol, crc) in crcs {
            if !self.exports.contains_key(symbol) {
                let export = Export { crc: Some(crc), is_gpl: None, namespace: None, owner: None };
                self.exports.insert(symbol.to_owned(), export);
            }
        }
    }

    /// The export of this symbol.
    pub fn get(&self, symbol: &[u8]) -> Option<&Export> {
        self.exports.get(symbol)
    }

    /// Whether one of them is this module's.
    pub fn has_owner(&self, name: &[u8]) -> bool {
        self.exports.values().any(|export| export.owner.as_deref() == Some(name))
    }

    /// All of them, by symbol, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Export)> + Clone {
        self.exports.iter().map(|(symbol, export)| (&**symbol, export))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.exports.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.exports.is_empty()
    }

    /// Whether any has a CRC; none if there is no export. Without versions, dumps have zeros.
    fn has_crcs(&self) -> Option<bool> {
        let has_crc = |export: &Export| export.crc.is_some_and(|crc| crc != 0);
        (!self.is_empty()).then(|| self.exports.values().any(has_crc))
    }
}
