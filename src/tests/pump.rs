//! A module, `pump`, that fits a kernel, and whatever may be changed in it; and that kernel. Modules
//! are texts (see `elf_text`).

use std::path::Path;

use tempfile::TempDir;
use testkit::elf_text::assemble;
use testkit::linked_kernel::linked_kernel;

use crate::in_folder::{put, run};

/// What a kernel exports.
pub const SYMVERS: &str = "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL\tPUMP\n\
    0x0000000b\tgauge_read\tdrivers/gauge-core\tEXPORT_SYMBOL_GPL\t\n";

/// How it is configured.
pub const CONFIG: &str = "CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_PREEMPT_BUILD=y\n\
    CONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\nCONFIG_MODULE_SIG=y\n\
    CONFIG_STRICT_MODULE_RWX=y\n";

/// Its release.
pub const RELEASE: &str = "6.12.1";

/// The words of its `vermagic`.
pub const MAGIC: &str = "SMP preempt mod_unload modversions ";

/// Headers of a kernel of this release, in `kernel`; `more` options are set.
pub fn headers(folder: &Path, release: &str, more: &str) {
    put(folder, "kernel/Module.symvers", SYMVERS);
    put(folder, "kernel/.config", format!("{CONFIG}{more}"));
    let line = format!("#define UTS_RELEASE \"{release}\"\n");
    put(folder, "kernel/include/generated/utsrelease.h", line);
    let line = "#define LINUX_COMPILE_BY \"somebody\"\n";
    put(folder, "kernel/include/generated/compile.h", line);
}

/// A module, piece by piece.
#[derive(Clone)]
pub struct Pump {
    pub header: &'static str,
    pub info: String,
    /// What it imports, with the CRCs in `__versions`; without one it is not there.
    pub imports: Vec<(&'static str, Option<u32>)>,
    pub layout: Option<u32>,
    pub has_versions: bool,
    /// What it exports.
    pub exports: Vec<(&'static str, u32)>,
    pub more: String,
}

/// A module that fits the kernel.
pub fn pump() -> Pump {
    Pump {
        header: "64 little x86_64",
        info: format!(
            "license=GPL name=pump intree=Y \"vermagic={RELEASE} {MAGIC}\" import_ns=PUMP"
        ),
        imports: vec![("printk", Some(8)), ("kfree", Some(9)), ("flow", Some(10))],
        layout: Some(7),
        has_versions: true,
        exports: Vec::new(),
        more: String::new(),
    }
}

impl Pump {
    pub fn named(name: &str) -> Pump {
        let pump = pump();
        Pump { info: pump.info.replace("name=pump", &format!("name={name}")), ..pump }
    }

    pub fn info(mut self, old: &str, new: &str) -> Pump {
        assert!(self.info.contains(old));
        self.info = self.info.replace(old, new);
        self
    }

    pub fn imports(mut self, symbol: &'static str, crc: Option<u32>) -> Pump {
        self.imports.retain(|(name, _)| *name != symbol);
        self.imports.push((symbol, crc));
        self
    }

    pub fn exports(mut self, symbol: &'static str, crc: u32) -> Pump {
        self.exports.push((symbol, crc));
        self
    }

    pub fn with(mut self, more: &str) -> Pump {
        self.more += more;
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text =
            format!("elf {}\nsection .modinfo alloc\nstring {}\n", self.header, self.info);
        text += "section .gnu.linkonce.this_module alloc write\nzeros 64\n";
        if self.has_versions {
            text += "section __versions alloc align=32\n";
            let layout = ("module_layout", self.layout);
            for (symbol, crc) in self.imports.iter().chain([&layout]) {
                if let Some(crc) = crc {
                    text += &format!("u64 {crc}\nascii {symbol}\nzeros {}\n", 56 - symbol.len());
                }
            }
        }
        for (symbol, _) in &self.imports {
            text += &format!("symbol {symbol} global\n");
        }
        text += &self.tables();
        assemble(&(text + &self.more)).unwrap()
    }

    /// The tables of what it exports.
    fn tables(&self) -> String {
        if self.exports.is_empty() {
            return String::new();
        }
        let mut strings = String::from("section __ksymtab_strings alloc\nstring \"\"");
        let (mut table, mut relocations) = (String::new(), String::new());
        let (mut crcs, mut place) = (String::new(), 1);
        for (number, (symbol, crc)) in self.exports.iter().enumerate() {
            strings += &format!(" {symbol}");
            table += "u32 0 0 0\n";
            let at = number * 12;
            relocations += &format!("reloc {at} 2 text\nreloc {} 2 strings {place}\n", at + 4);
            relocations += &format!("reloc {} 2 strings 0\n", at + 8);
            crcs += &format!("u32 {crc}\n");
            place += symbol.len() + 1;
        }
        format!(
            "section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
             {strings}\nsymbol strings in=. section\nsection __ksymtab alloc\n{table}\
             rela __ksymtab\n{relocations}section __kcrctab alloc\n{crcs}"
        )
    }
}

/// A module of a kernel without symbol versions, for this release.
pub fn unversioned(release: &str) -> Pump {
    let imports = vec![("printk", None), ("kfree", None), ("flow", None)];
    let pump = Pump { has_versions: false, imports, ..pump() };
    pump.info(&format!("{RELEASE} {MAGIC}"), &format!("{release} SMP preempt mod_unload "))
}

/// What is said of one module on a kernel of this release, with these options too, and the status.
pub fn check_on(release: &str, options: &str, pump: &Pump) -> String {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), release, options);
    put(folder.path(), "pump.ko", pump.bytes());
    let (status, text) = run(folder.path(), "check pump.ko --kernel kernel/");
    format!("{text}status: {status}\n")
}

/// A linked kernel that exports what [`SYMVERS`] says of it, but no module of it.
pub fn vmlinux() -> Vec<u8> {
    linked_kernel(&format!("{RELEASE} {MAGIC}"), "")
}
