//! What is known of the kernel that is to load modules. Anything may be unknown: from a
//! `Module.symvers` alone, only the exports are known.

use crate::kernel::{Config, Exports};
use crate::module::Machine;
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
