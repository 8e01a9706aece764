//! A kernel's configuration, and what follows from it for the modules that it loads.

use object::elf::{
    EM_386, EM_AARCH64, EM_ARM, EM_LOONGARCH, EM_PPC, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64,
};

use crate::elf::Target;
use crate::module::Machine;

/// A `.config`; empty if none is known.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The options that are set, with their values, sorted.
    options: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Config {
    /// Reads the text of a `.config`. Lines that set nothing are ignored.
    pub fn read(text: &[u8]) -> Self {
        let lines = text.split(|&byte| byte == b'\n');
        let mut options: Vec<_> = lines
            .filter(|line| line.starts_with(b"CONFIG_"))
            .filter_map(|line| {
                let equals = memchr::memchr(b'=', line)?;
                Some((line[..equals].to_owned(), line[equals + 1..].trim_ascii_end().to_owned()))
            })
            .collect();
        options.sort_unstable();
        Self { options }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Whether an option is `y`; none if nothing is known.
    pub fn is_set(&self, option: &str) -> Option<bool> {
        if self.is_empty() {
            return None;
        }
        let index = self.options.binary_search_by(|(name, _)| (**name).cmp(option.as_bytes()));
        Some(index.is_ok_and(|index| self.options[index].1 == b"y"))
    }

    /// The machine that it is for; none if it is none that is known here.
    pub fn machine(&self) -> Option<Machine> {
        self.row().map(|row| row.machine(self))
    }

    fn row(&self) -> Option<&'static Row> {
        ROWS.iter().find(|row| self.is_set(row.option) == Some(true))
    }

    /// What a kernel of this release asks of a module's `vermagic`; none if the machine's part of it
    /// is not known here.
    pub fn vermagic(&self, release: &[u8]) -> Option<Vec<u8>> {
        let row = self.row()?;
        if self.is_set("CONFIG_RANDSTRUCT") == Some(true) {
            // A digest of the seed belongs to it.
            return None;
        }
        let mut text = [release, b" "].concat();
        for (option, word) in WORDS {
            if self.is_set(option) == Some(true) {
                text.extend(word.as_bytes());
            }
        }
        text.extend(row.vermagic?.as_bytes());
        Some(text)
    }
}

/// The words of `vermagic` after the release, each with the option that puts it there. (Before
/// 5.16 it was `CONFIG_PREEMPT` for `preempt`; since then that sets `CONFIG_PREEMPT_BUILD`, too.)
pub(crate) const WORDS: &[(&str, &str)] = &[
    ("CONFIG_SMP", "SMP "),
    ("CONFIG_PREEMPT_BUILD", "preempt "),
    ("CONFIG_PREEMPT_RT", "preempt_rt "),
    ("CONFIG_MODULE_UNLOAD", "mod_unload "),
    ("CONFIG_MODVERSIONS", "modversions "),
];

/// An architecture.
struct Row {
    /// The option that it is known by.
    option: &'static str,
    number: u16,
    /// Its part of `vermagic`, if it is always the same.
    vermagic: Option<&'static str>,
    /// The option that makes its byte order other than usual, and whether that is big endian.
    order: (&'static str, bool),
}

/// All that are known. On others the class and machine of modules are not checked.
const ROWS: &[Row] = &[
    Row { option: "CONFIG_X86_64", number: EM_X86_64, vermagic: Some(""), order: ("", true) },
    Row { option: "CONFIG_X86_32", number: EM_386, vermagic: None, order: ("", true) },
    Row {
        option: "CONFIG_ARM64",
        number: EM_AARCH64,
        vermagic: Some("aarch64"),
        order: ("CONFIG_CPU_BIG_ENDIAN", true),
    },
    Row {
        option: "CONFIG_ARM",
        number: EM_ARM,
        vermagic: None,
        order: ("CONFIG_CPU_BIG_ENDIAN", true),
    },
    Row { option: "CONFIG_RISCV", number: EM_RISCV, vermagic: Some("riscv"), order: ("", true) },
    Row {
        option: "CONFIG_LOONGARCH",
        number: EM_LOONGARCH,
        vermagic: Some("LOONGARCH 64BIT "),
        order: ("", true),
    },
    Row {
        option: "CONFIG_S390",
        number: EM_S390,
        vermagic: Some(""),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_PPC64",
        number: EM_PPC64,
        vermagic: None,
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_PPC32",
        number: EM_PPC,
        vermagic: None,
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
];

impl Row {
    fn machine(&self, config: &Config) -> Machine {
        let (option, is_big) = self.order;
        let is_other = config.is_set(option) == Some(true);
        let is_64_bit = config.is_set("CONFIG_64BIT") == Some(true);
        let target = Target { is_64_bit, is_big_endian: is_other == is_big };
        Machine { target, number: self.number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vermagic_is_made_of_a_configuration() {
        let text = b"# CONFIG_PREEMPT_RT is not set\nCONFIG_SMP=y\nCONFIG_X86_64=y\n\
            CONFIG_PREEMPT_BUILD=y\nCONFIG_64BIT=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n";
        let config = Config::read(text);
        let magic = config.vermagic(b"6.1.0-56-amd64").unwrap();
        assert_eq!(magic, b"6.1.0-56-amd64 SMP preempt mod_unload modversions ");
        let target = Target { is_64_bit: true, is_big_endian: false };
        assert_eq!(config.machine(), Some(Machine { target, number: EM_X86_64 }));
        assert_eq!(config.is_set("CONFIG_PREEMPT_RT"), Some(false));
        assert_eq!(Config::default().is_set("CONFIG_SMP"), None);
        let big = Config::read(b"CONFIG_ARM64=y\nCONFIG_64BIT=y\nCONFIG_CPU_BIG_ENDIAN=y\n");
        assert!(big.machine().unwrap().target.is_big_endian);
        assert_eq!(big.vermagic(b"6.1").unwrap(), b"6.1 aarch64");
        let s390 = Config::read(b"CONFIG_S390=y\nCONFIG_64BIT=y\n");
        assert!(s390.machine().unwrap().target.is_big_endian);
        assert_eq!(Config::read(b"CONFIG_PPC64=y\n").vermagic(b"6.1"), None);
    }
}
