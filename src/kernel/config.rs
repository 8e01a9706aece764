//! A kernel's configuration, and what follows from it for the modules that it loads.

use object::elf::{
    EM_386, EM_AARCH64, EM_ARM, EM_IA_64, EM_LOONGARCH, EM_MIPS, EM_PARISC, EM_PPC, EM_PPC64,
    EM_RISCV, EM_S390, EM_X86_64,
};

use crate::elf::Target;
use crate::module::Machine;
use crate::release::PreemptionWord;

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

    /// The lines of those options that are set and matter where modules are loaded, sorted: as much of it
    /// says the same of any module as all of it. It is not empty unless nothing is known.
    pub fn for_loading(&self) -> Vec<u8> {
        let architectures = ROWS.iter().flat_map(|row| row.vermagic.unwrap_or_default());
        let places = [PREEMPT, PREEMPT_BUILD, REAL_TIME_FIRST];
        let common = common(PreemptionWord::Preempt);
        let words = common.iter().chain(&places).chain(architectures).flat_map(|it| it.words);
        let words: Vec<&str> = words.map(|(option, _)| *option).collect();
        let matters = |option: &[u8]| {
            let is = |name: &&str| name.as_bytes() == option;
            words.iter().chain(LOADING).chain(DIGESTED).any(is)
                || ROWS.iter().any(|row| is(&row.option) || is(&row.order.0))
        };
        let lines = self.options.iter().filter(|(option, value)| value == b"y" && matters(option));
        lines.flat_map(|(option, value)| [option, &b"="[..], value, b"\n"].concat()).collect()
    }

    /// The machine that it is for; none if it is none that is known here.
    pub fn machine(&self) -> Option<Machine> {
        self.row().map(|row| row.machine(self))
    }

    fn row(&self) -> Option<&'static Row> {
        ROWS.iter().find(|row| self.is_set(row.option) == Some(true))
    }

    /// What a kernel of this release asks of a module's `vermagic`; none if the configuration does
    /// not tell it.
    pub fn vermagic(&self, release: &[u8], preemption: PreemptionWord) -> Option<Vec<u8>> {
        let architecture = self.row()?.vermagic?;
        if DIGESTED.iter().any(|option| self.is_set(option) == Some(true)) {
            return None;
        }
        let mut text = [release, b" "].concat();
        for place in common(preemption).iter().chain(architecture) {
            text.extend(place.word(self)?.as_bytes());
        }
        Some(text)
    }
}

/// A place in `vermagic` that a word may stand at.
#[derive(Clone, Copy)]
struct Place {
    /// Options, each with its word: that of the first option that is set stands here.
    words: &'static [(&'static str, &'static str)],
    /// Whether there always is a word. If no option is set then, it is one that is not known here.
    is_filled: bool,
}

/// A place that has a word if this option is set.
const fn flag(word: &'static [(&'static str, &'static str); 1]) -> Place {
    Place { words: word, is_filled: false }
}

/// A place that always has one of these words.
const fn one_of(words: &'static [(&'static str, &'static str)]) -> Place {
    Place { words, is_filled: true }
}

impl Place {
    /// The word here, with the blank behind it; empty if there is none, and none if it is not known.
    fn word(self, config: &Config) -> Option<&'static str> {
        let first = self.words.iter().find(|(option, _)| config.is_set(option) == Some(true));
        match first {
            Some((_, word)) => Some(word),
            None if self.is_filled => None,
            None => Some(""),
        }
    }
}

/// The places of all architectures, after the release.
const fn common(preemption: PreemptionWord) -> [Place; 4] {
    let preemption = match preemption {
        PreemptionWord::Preempt => PREEMPT,
        PreemptionWord::PreemptBuild => PREEMPT_BUILD,
        PreemptionWord::RealTimeFirst => REAL_TIME_FIRST,
    };
    [
        flag(&[("CONFIG_SMP", "SMP ")]),
        preemption,
        flag(&[("CONFIG_MODULE_UNLOAD", "mod_unload ")]),
        flag(&[("CONFIG_MODVERSIONS", "modversions ")]),
    ]
}

const PREEMPT: Place = Place {
    words: &[("CONFIG_PREEMPT", "preempt "), ("CONFIG_PREEMPT_RT", "preempt_rt ")],
    is_filled: false,
};
const PREEMPT_BUILD: Place = Place {
    words: &[("CONFIG_PREEMPT_BUILD", "preempt "), ("CONFIG_PREEMPT_RT", "preempt_rt ")],
    is_filled: false,
};
const REAL_TIME_FIRST: Place = Place {
    words: &[("CONFIG_PREEMPT_RT", "preempt_rt "), ("CONFIG_PREEMPT_BUILD", "preempt ")],
    is_filled: false,
};

/// What else matters where modules are loaded; the first is set wherever they are.
const LOADING: &[&str] = &[
    "CONFIG_MODULES",
    "CONFIG_64BIT",
    "CONFIG_MODULE_SIG",
    "CONFIG_MODULE_SIG_FORCE",
    "CONFIG_MODULE_FORCE_LOAD",
    "CONFIG_STRICT_MODULE_RWX",
    "CONFIG_LIVEPATCH",
    "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS",
];

/// If one of these is set, a digest of the build's seed belongs to `vermagic`. (The second before
/// 5.19.)
const DIGESTED: &[&str] = &["CONFIG_RANDSTRUCT", "CONFIG_GCC_PLUGIN_RANDSTRUCT"];

/// The option that puts this word, which is without the blank behind it, into `vermagic`.
pub(crate) fn option_of(word: &str, preemption: PreemptionWord) -> Option<&'static str> {
    let architectures = ROWS.iter().flat_map(|row| row.vermagic.unwrap_or_default());
    let common = common(preemption);
    let mut words = common.iter().chain(architectures).flat_map(|place| place.words);
    words.find(|(_, own)| own.trim_end() == word).map(|(option, _)| *option)
}

/// An architecture.
struct Row {
    /// The option that it is known by.
    option: &'static str,
    number: u16,
    /// Its places in `vermagic`, behind the common ones; none if the configuration does not tell
    /// them.
    vermagic: Option<&'static [Place]>,
    /// The option that makes its byte order other than usual, and whether that is big endian.
    order: (&'static str, bool),
}

/// All that are known. On others the class and machine of modules are not checked.
///
/// The words are those of `arch/*/include/asm/vermagic.h` of 5.10, 6.1, 6.12 and 7.2 (read), and of
/// the modules that Debian has built of them for each of its architectures.
const ROWS: &[Row] = &[
    Row { option: "CONFIG_X86_64", number: EM_X86_64, vermagic: Some(&[]), order: ("", true) },
    Row {
        option: "CONFIG_X86_32",
        number: EM_386,
        vermagic: Some(&[one_of(X86_FAMILIES)]),
        order: ("", true),
    },
    Row {
        option: "CONFIG_ARM64",
        number: EM_AARCH64,
        vermagic: Some(&[flag(&[("CONFIG_ARM64", "aarch64")])]),
        order: ("CONFIG_CPU_BIG_ENDIAN", true),
    },
    Row {
        option: "CONFIG_ARM",
        number: EM_ARM,
        vermagic: Some(&[
            one_of(ARM_VERSIONS),
            flag(&[("CONFIG_THUMB2_KERNEL", "thumb2 ")]),
            flag(&[("CONFIG_ARM_PATCH_PHYS_VIRT", "p2v8 ")]),
        ]),
        order: ("CONFIG_CPU_BIG_ENDIAN", true),
    },
    Row {
        option: "CONFIG_RISCV",
        number: EM_RISCV,
        vermagic: Some(&[flag(&[("CONFIG_RISCV", "riscv")])]),
        order: ("", true),
    },
    Row {
        option: "CONFIG_LOONGARCH",
        number: EM_LOONGARCH,
        vermagic: Some(&[flag(&[("CONFIG_LOONGARCH", "LOONGARCH ")]), one_of(WIDTHS)]),
        order: ("", true),
    },
    Row {
        option: "CONFIG_S390",
        number: EM_S390,
        vermagic: Some(&[]),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_PPC64",
        number: EM_PPC64,
        vermagic: Some(POWERPC),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_PPC32",
        number: EM_PPC,
        vermagic: Some(POWERPC),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_MIPS",
        number: EM_MIPS,
        vermagic: Some(&[one_of(MIPS_FAMILIES), one_of(WIDTHS)]),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    Row {
        option: "CONFIG_PARISC",
        number: EM_PARISC,
        vermagic: Some(&[]),
        order: ("CONFIG_CPU_LITTLE_ENDIAN", false),
    },
    // It has the compiler's version in `vermagic`.
    Row { option: "CONFIG_IA64", number: EM_IA_64, vermagic: None, order: ("", true) },
];

const WIDTHS: &[(&str, &str)] = &[("CONFIG_32BIT", "32BIT "), ("CONFIG_64BIT", "64BIT ")];

/// Before 6.5 there was no option for the first.
const POWERPC: &[Place] = &[
    Place {
        words: &[
            ("CONFIG_ARCH_USING_PATCHABLE_FUNCTION_ENTRY", "patchable-function-entry "),
            ("CONFIG_MPROFILE_KERNEL", "mprofile-kernel "),
        ],
        is_filled: false,
    },
    flag(&[("CONFIG_RELOCATABLE", "relocatable ")]),
];

/// The oldest that a kernel is for: it is built for that one. (`CONFIG_CPU_32v6K` is what those of
/// ARMv7 have in common with some of ARMv6.)
const ARM_VERSIONS: &[(&str, &str)] = &[
    ("CONFIG_CPU_32v3", "ARMv3 "),
    ("CONFIG_CPU_32v4", "ARMv4 "),
    ("CONFIG_CPU_32v4T", "ARMv4 "),
    ("CONFIG_CPU_32v5", "ARMv5 "),
    ("CONFIG_CPU_32v6", "ARMv6 "),
    ("CONFIG_CPU_32v7", "ARMv7 "),
    ("CONFIG_CPU_32v7M", "ARMv7 "),
];

/// One of them is chosen. Some are gone since 6.12.
const X86_FAMILIES: &[(&str, &str)] = &[
    ("CONFIG_M486SX", "486SX "),
    ("CONFIG_M486", "486 "),
    ("CONFIG_M586", "586 "),
    ("CONFIG_M586TSC", "586TSC "),
    ("CONFIG_M586MMX", "586MMX "),
    ("CONFIG_MCORE2", "CORE2 "),
    ("CONFIG_MATOM", "ATOM "),
    ("CONFIG_M686", "686 "),
    ("CONFIG_MPENTIUMII", "PENTIUMII "),
    ("CONFIG_MPENTIUMIII", "PENTIUMIII "),
    ("CONFIG_MPENTIUMM", "PENTIUMM "),
    ("CONFIG_MPENTIUM4", "PENTIUM4 "),
    ("CONFIG_MK6", "K6 "),
    ("CONFIG_MK7", "K7 "),
    ("CONFIG_MK8", "K8 "),
    ("CONFIG_MELAN", "ELAN "),
    ("CONFIG_MCRUSOE", "CRUSOE "),
    ("CONFIG_MEFFICEON", "EFFICEON "),
    ("CONFIG_MWINCHIPC6", "WINCHIPC6 "),
    ("CONFIG_MWINCHIP3D", "WINCHIP3D "),
    ("CONFIG_MCYRIXIII", "CYRIXIII "),
    ("CONFIG_MVIAC3_2", "VIAC3-2 "),
    ("CONFIG_MVIAC7", "VIAC7 "),
    ("CONFIG_MGEODEGX1", "GEODEGX1 "),
    ("CONFIG_MGEODE_LX", "GEODE "),
];

/// One of them is chosen.
const MIPS_FAMILIES: &[(&str, &str)] = &[
    ("CONFIG_CPU_BMIPS", "BMIPS "),
    ("CONFIG_CPU_MIPS32_R1", "MIPS32_R1 "),
    ("CONFIG_CPU_MIPS32_R2", "MIPS32_R2 "),
    ("CONFIG_CPU_MIPS32_R5", "MIPS32_R5 "),
    ("CONFIG_CPU_MIPS32_R6", "MIPS32_R6 "),
    ("CONFIG_CPU_MIPS64_R1", "MIPS64_R1 "),
    ("CONFIG_CPU_MIPS64_R2", "MIPS64_R2 "),
    ("CONFIG_CPU_MIPS64_R5", "MIPS64_R5 "),
    ("CONFIG_CPU_MIPS64_R6", "MIPS64_R6 "),
    ("CONFIG_CPU_R3000", "R3000 "),
    ("CONFIG_CPU_R4300", "R4300 "),
    ("CONFIG_CPU_TX39XX", "TX39XX "),
    ("CONFIG_CPU_VR41XX", "VR41XX "),
    ("CONFIG_CPU_R4X00", "R4X00 "),
    ("CONFIG_CPU_TX49XX", "TX49XX "),
    ("CONFIG_CPU_R5000", "R5000 "),
    ("CONFIG_CPU_R5500", "R5500 "),
    ("CONFIG_CPU_NEVADA", "NEVADA "),
    ("CONFIG_CPU_R10000", "R10000 "),
    ("CONFIG_CPU_RM7000", "RM7000 "),
    ("CONFIG_CPU_SB1", "SB1 "),
    ("CONFIG_CPU_LOONGSON32", "LOONGSON32 "),
    ("CONFIG_CPU_LOONGSON2EF", "LOONGSON2EF "),
    ("CONFIG_CPU_LOONGSON64", "LOONGSON64 "),
    ("CONFIG_CPU_CAVIUM_OCTEON", "OCTEON "),
    ("CONFIG_CPU_P5600", "P5600 "),
    ("CONFIG_CPU_XLR", "XLR "),
    ("CONFIG_CPU_XLP", "XLP "),
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

    /// A configuration in which these options are set, with a blank between them.
    fn config(options: &str) -> Config {
        let lines = options.split(' ').map(|option| format!("CONFIG_{option}=y\n"));
        Config::read(lines.collect::<String>().as_bytes())
    }

    /// The words that it makes, without the release.
    fn words(options: &str, preemption: PreemptionWord) -> Option<String> {
        let text = config(options).vermagic(b"R", preemption)?;
        Some(String::from_utf8(text).unwrap().strip_prefix("R ").unwrap().to_owned())
    }

    #[test]
    fn vermagic_is_made_of_a_configuration() {
        let text = b"# CONFIG_PREEMPT_RT is not set\nCONFIG_SMP=y\nCONFIG_X86_64=y\n\
            CONFIG_PREEMPT_BUILD=y\nCONFIG_64BIT=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n";
        let config = Config::read(text);
        let magic = config.vermagic(b"6.1.0-56-amd64", PreemptionWord::PreemptBuild).unwrap();
        assert_eq!(magic, b"6.1.0-56-amd64 SMP preempt mod_unload modversions ");
        let target = Target { is_64_bit: true, is_big_endian: false };
        assert_eq!(config.machine(), Some(Machine { target, number: EM_X86_64 }));
        assert_eq!(config.is_set("CONFIG_PREEMPT_RT"), Some(false));
        assert_eq!(Config::default().is_set("CONFIG_SMP"), None);
    }

    #[test]
    fn what_matters_for_loading_says_the_same_of_it() {
        let whole = config("X86_64 64BIT SMP PREEMPT_BUILD MODULES MODVERSIONS E1000 MODULE_SIG");
        let lines = whole.for_loading();
        let kept = Config::read(&lines);
        assert_eq!(kept.for_loading(), lines);
        assert!(!String::from_utf8(lines).unwrap().contains("E1000"));
        let build = PreemptionWord::PreemptBuild;
        assert_eq!(kept.vermagic(b"R", build), whole.vermagic(b"R", build));
        assert_eq!(kept.machine(), whole.machine());
        assert_eq!(kept.is_set("CONFIG_MODULE_SIG"), Some(true));
        assert!(Config::default().for_loading().is_empty());
    }

    /// The options are those of Debian's kernels, and so are the words, by their modules.
    #[test]
    fn each_architecture_has_its_words() {
        for (options, expected) in [
            ("X86_32 M686 SMP PREEMPT_BUILD", "SMP preempt 686 "),
            ("X86_32 MGEODE_LX SMP", "SMP GEODE "),
            ("ARM64 64BIT SMP", "SMP aarch64"),
            ("ARM CPU_32v6 CPU_32v6K CPU_32v7 ARM_PATCH_PHYS_VIRT", "ARMv6 p2v8 "),
            ("ARM CPU_32v6K CPU_32v7 ARM_PATCH_PHYS_VIRT", "ARMv7 p2v8 "),
            ("ARM CPU_32v7 ARM_PATCH_PHYS_VIRT SMP MODVERSIONS", "SMP modversions ARMv7 p2v8 "),
            ("ARM CPU_32v7M THUMB2_KERNEL", "ARMv7 thumb2 "),
            ("RISCV 64BIT SMP", "SMP riscv"),
            ("LOONGARCH 64BIT", "LOONGARCH 64BIT "),
            ("LOONGARCH 32BIT", "LOONGARCH 32BIT "),
            ("S390 64BIT SMP", "SMP "),
            ("PPC64 MPROFILE_KERNEL RELOCATABLE", "mprofile-kernel relocatable "),
            (
                "PPC64 MPROFILE_KERNEL ARCH_USING_PATCHABLE_FUNCTION_ENTRY RELOCATABLE",
                "patchable-function-entry relocatable ",
            ),
            ("PPC32", ""),
            ("MIPS CPU_MIPS64_R2 64BIT SMP", "SMP MIPS64_R2 64BIT "),
            ("MIPS CPU_CAVIUM_OCTEON 64BIT", "OCTEON 64BIT "),
            ("MIPS CPU_MIPS32_R2 32BIT", "MIPS32_R2 32BIT "),
            ("PARISC", ""),
        ] {
            let found = words(options, PreemptionWord::PreemptBuild);
            assert_eq!(found.as_deref(), Some(expected), "{options}");
        }
        for options in ["IA64", "X86_32", "MIPS 64BIT", "X86_64 RANDSTRUCT", "SPARC64"] {
            assert_eq!(words(options, PreemptionWord::PreemptBuild), None, "{options}");
        }
    }

    #[test]
    fn there_is_one_word_for_preemption() {
        use PreemptionWord::{Preempt, PreemptBuild, RealTimeFirst};
        for (options, words_of) in [
            ("X86_64 PREEMPT PREEMPT_BUILD", ["preempt ", "preempt ", "preempt "]),
            ("X86_64 PREEMPT_BUILD PREEMPT_RT", ["preempt_rt ", "preempt ", "preempt_rt "]),
            ("X86_64 PREEMPT_RT", ["preempt_rt "; 3]),
            ("X86_64 PREEMPT_LAZY PREEMPT_BUILD", ["", "preempt ", "preempt "]),
        ] {
            let found = [Preempt, PreemptBuild, RealTimeFirst].map(|it| words(options, it));
            assert_eq!(found, words_of.map(|it| Some(it.to_owned())), "{options}");
        }
    }

    #[test]
    fn the_machine_has_the_width_and_order_of_the_configuration() {
        for (options, number, is_64_bit, is_big_endian) in [
            ("ARM64 64BIT CPU_BIG_ENDIAN", EM_AARCH64, true, true),
            ("S390 64BIT", EM_S390, true, true),
            ("PPC64 64BIT CPU_LITTLE_ENDIAN", EM_PPC64, true, false),
            ("MIPS 64BIT CPU_LITTLE_ENDIAN", EM_MIPS, true, false),
            ("MIPS 64BIT CPU_BIG_ENDIAN", EM_MIPS, true, true),
            ("MIPS 32BIT CPU_LITTLE_ENDIAN", EM_MIPS, false, false),
            ("MIPS 32BIT CPU_BIG_ENDIAN", EM_MIPS, false, true),
            ("IA64 64BIT", EM_IA_64, true, false),
            ("PARISC", EM_PARISC, false, true),
        ] {
            let target = Target { is_64_bit, is_big_endian };
            assert_eq!(config(options).machine(), Some(Machine { target, number }), "{options}");
        }
    }
}
