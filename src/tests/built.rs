//! What BTF alone tells: kernels that the machine's compiler builds from a few lines of C, with its
//! own BTF (`gcc -gbtf`). The CRCs of their exports are the same on both sides.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use modversions::abi_diff::{Exports, Release, Types, compare};
use modversions::btf::KernelBtf;
use modversions::elf::named_section;
use modversions::layout::data_model::X86_64;

/// A kernel in C, of which `NEW` is defined on the new side, and what is found of its exports.
struct Case {
    source: &'static str,
    /// `lint symbol: remark`
    found: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        source: "
            #ifdef NEW
            #define PACKED __attribute__((packed))
            #else
            #define PACKED
            #endif
            struct pump { char state; int level; } PACKED;
            struct plant { int count; struct pump *pumps; };
            struct other { int count; };
            int pump_start(struct pump *pump) { return pump->level; }
            int plant_start(struct plant *plant) { return pump_start(plant->pumps); }
            int other_start(struct other *other) { return other->count; }
        ",
        found: &[
            "silent-break plant_start: struct pump: size 8 -> 5",
            "silent-break pump_start: struct pump: size 8 -> 5",
        ],
    },
    // What only lies in a struct that is aligned otherwise is not told of by itself.
    Case {
        source: "
            #ifdef NEW
            #define ALIGNED __attribute__((aligned(64)))
            #else
            #define ALIGNED
            #endif
            struct lock { int value; } ALIGNED;
            struct pump { char state; struct lock lock; };
            int pump_start(struct pump *pump) { return pump->lock.value; }
        ",
        found: &["silent-break pump_start: struct lock: size 4 -> 64"],
    },
    // Other members are in the CRC of whoever sees them.
    Case {
        source: "
            struct inner {
                int before;
            #ifdef NEW
                long added;
            #endif
                int behind;
            };
            struct opaque { char state; struct inner inner; };
            struct seen { struct opaque *opaque; };
            int seen_start(struct seen *seen) { return seen->opaque->inner.behind; }
        ",
        found: &["hidden-change seen_start: struct inner: size 8 -> 24"],
    },
    // Behind these nothing is known to be passed.
    Case {
        source: "
            #ifdef NEW
            #define PACKED __attribute__((packed))
            #else
            #define PACKED
            #endif
            struct pump { char state; int level; } PACKED;
            struct opaque {
            #ifdef NEW
                char added;
            #endif
                struct pump *pump;
            };
            int opaque_start(struct opaque *opaque) { return opaque->pump->level; }
        ",
        found: &["hidden-change opaque_start: struct opaque: size 8 -> 16"],
    },
    // Another name in the same place breaks nothing.
    Case {
        source: "
            #ifdef NEW
            #define level depth
            #endif
            struct pump { int level; };
            int pump_start(struct pump *pump) { return pump->level; }
        ",
        found: &[],
    },
    Case {
        source: "
            #ifdef NEW
            #define PACKED __attribute__((packed))
            #else
            #define PACKED
            #endif
            enum mode { MODE_OFF, MODE_ON } PACKED;
            struct pump { char state; enum mode mode; };
            int pump_start(struct pump *pump) { return pump->mode; }
        ",
        found: &["silent-break pump_start: enum mode: size 4 -> 1"],
    },
];

/// The BTF that the machine's compiler writes of a source; none if it writes none.
fn built(source: &str, is_new: bool, folder: &Path) -> Option<KernelBtf> {
    let (file, object) = (folder.join("kernel.c"), folder.join("kernel.o"));
    // BTF tells the size of pointers by that of `long`.
    fs::write(&file, format!("long word;\n{source}")).unwrap();
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut command = Command::new(compiler);
    command.args(["-w", "-gbtf", "-c", "-o"]).args([&object, &file]);
    if is_new {
        command.arg("-DNEW");
    }
    if !command.output().unwrap().status.success() {
        return None;
    }
    let bytes = fs::read(&object).unwrap();
    let btf = named_section(&bytes, b".BTF").unwrap()?.to_vec();
    Some(KernelBtf::new(btf, Vec::new()).unwrap())
}

/// A kernel that exports all functions that the source calls `start`.
fn release(source: &str, btf: KernelBtf) -> Release {
    let words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut symbols: Vec<&str> = words.filter(|word| word.ends_with("_start")).collect();
    symbols.sort_unstable();
    symbols.dedup();
    let line = |symbol: &&str| format!("0x12345678\t{symbol}\tvmlinux\tEXPORT_SYMBOL\t\n");
    let text: String = symbols.iter().map(line).collect();
    let exports = Exports::read(&Bytes::from(text)).unwrap();
    Release { title: b"kernel".to_vec(), exports: Some(exports), corpus: None, btf: Some(btf) }
}

#[test]
fn what_crcs_do_not_count_is_found_in_btf() {
    let folder = tempfile::tempdir().unwrap();
    for Case { source, found } in CASES {
        let sides = [false, true].map(|is_new| built(source, is_new, folder.path()));
        let [Some(old), Some(new)] = sides else {
            // Only GCC from 12 on writes BTF, and only on some machines.
            assert!(env::var_os("CI").is_none(), "the compiler writes no BTF");
            eprintln!("skipped: the compiler writes no BTF");
            return;
        };
        let (old, new) = (release(source, old), release(source, new));
        let comparison = compare(&Types::default(), &old, &new, &X86_64);
        let told = comparison.findings.iter().map(|finding| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let remark = finding.remark.as_deref().map(text).unwrap_or_default();
            format!("{} {}: {remark}", finding.lint.id, text(&finding.symbol))
        });
        assert_eq!(told.collect::<Vec<_>>(), *found, "{source}");
    }
}
