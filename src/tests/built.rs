//! Silent breaks: kernels that the machine's compiler builds from a few lines of C, with its own BTF
//! (`gcc -gbtf`), and what our genksyms records of them. The CRCs of their exports are the same on
//! both sides.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use modversions::abi_diff::{Comparison, compare};
use modversions::btf::{KernelBtf, ModuleBtf};
use modversions::corpus::{Corpus, FileText, Release, Types};
use modversions::elf::named_section;
use modversions::genksyms::{self, Options};
use modversions::kernel::Exports;
use modversions::layout::data_model::X86_64;
use modversions::release::{Behaviour, KernelRelease};
use testkit::btf_file::*;

/// A kernel in C, of which `NEW` is defined on the new side, and what is found of its exports.
struct Case {
    source: &'static str,
    /// By BTF: `lint symbol: remark`.
    found: &'static [&'static str],
    /// Whether the records of our genksyms tell the same.
    is_in_records: bool,
}

/// What stands before each source.
const HEAD: &str = "
    #ifdef NEW
    #define PACKED __attribute__((packed))
    #define ALIGNED __attribute__((aligned(64)))
    #else
    #define PACKED
    #define ALIGNED
    #endif
";

const CASES: &[Case] = &[
    Case {
        source: "
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
        is_in_records: true,
    },
    // What only lies in a struct that is aligned otherwise is not told of by itself.
    Case {
        source: "
            struct lock { int value; } ALIGNED;
            struct pump { char state; struct lock lock; };
            int pump_start(struct pump *pump) { return pump->lock.value; }
        ",
        found: &["silent-break pump_start: struct lock: size 4 -> 64"],
        is_in_records: true,
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
        is_in_records: false,
    },
    // Behind these nothing is known to be passed.
    Case {
        source: "
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
        is_in_records: false,
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
        is_in_records: false,
    },
    Case {
        source: "
            enum mode { MODE_OFF, MODE_ON } PACKED;
            struct pump { char state; enum mode mode; };
            int pump_start(struct pump *pump) { return pump->mode; }
        ",
        found: &["silent-break pump_start: enum mode: size 4 -> 1"],
        is_in_records: true,
    },
];

/// The machine's compiler.
fn compiler() -> Command {
    Command::new(env::var("CC").unwrap_or_else(|_| "cc".to_owned()))
}

/// The BTF that the machine's compiler writes of a source; none if it writes none.
fn built(source: &str, is_new: bool, folder: &Path) -> Option<KernelBtf> {
    let (file, object) = (folder.join("kernel.c"), folder.join("kernel.o"));
    // BTF tells the size of pointers by that of `long`.
    fs::write(&file, format!("{HEAD}long word;\n{source}")).unwrap();
    let mut command = compiler();
    command.args(["-w", "-gbtf", "-c", "-o"]).args([&object, &file]);
    if is_new {
        command.arg("-DNEW");
    }
    if !command.output().unwrap().status.success() {
        return None;
    }
    let bytes = fs::read(&object).unwrap();
    let btf = named_section(&bytes, b".BTF").unwrap()?.to_vec();
    Some(whole(btf, Vec::new()))
}

/// The BTF of a kernel and its modules, all of which must fit.
fn whole(kernel: Vec<u8>, modules: Vec<ModuleBtf>) -> KernelBtf {
    let (btf, misfits) = KernelBtf::new(kernel, modules).unwrap();
    assert!(misfits.is_empty(), "{misfits:?}");
    btf
}

/// The functions that a source calls `start`.
fn symbols(source: &str) -> BTreeSet<&str> {
    let words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.ends_with("_start")).collect()
}

/// A kernel that exports these, with one CRC for all.
fn exports(source: &str) -> Exports {
    let line = |symbol: &str| format!("0x12345678\t{symbol}\tvmlinux\tEXPORT_SYMBOL\t\n");
    let text: String = symbols(source).into_iter().map(line).collect();
    Exports::read(&Bytes::from(text)).unwrap()
}

/// What our genksyms records of a source, and the CRCs, which it prints.
fn recorded(source: &str, is_new: bool, folder: &Path, types: &mut Types) -> (Corpus, Vec<u8>) {
    let exported = symbols(source).into_iter();
    let exported: String =
        exported.map(|symbol| format!("__GENKSYMS_EXPORT_SYMBOL({symbol});\n")).collect();
    let file = folder.join("kernel.c");
    fs::write(&file, format!("{HEAD}{source}\n{exported}")).unwrap();
    let mut command = compiler();
    command.args(["-E", "-P", "-D__GENKSYMS__"]).arg(&file);
    if is_new {
        command.arg("-DNEW");
    }
    let preprocessed = command.output().unwrap();
    assert!(preprocessed.status.success());
    let release = Behaviour::at(KernelRelease::series(6, 1)).genksyms;
    let options = Options { record: Some(X86_64.name), ..Options::default() };
    let output = genksyms::run(&preprocessed.stdout, None, &options, &release);
    let read = |_, text: &mut FileText| {
        text.model = Some(&X86_64);
        text.add_record(&output.record).map(drop)
    };
    let mut corpus = Corpus::read(types, vec![b"kernel".to_vec()], read).unwrap();
    corpus.have_attributes = true;
    (corpus, output.stdout)
}

/// What is found, in a line each.
fn told(comparison: &Comparison) -> Vec<String> {
    let told = comparison.findings.iter().map(|finding| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let remark = finding.remark().map(|it| text(&it)).unwrap_or_default();
        format!("{} {}: {remark}", finding.lint.id(), text(&finding.symbol))
    });
    told.collect()
}

#[test]
fn what_crcs_do_not_count_is_found_in_btf() {
    let folder = tempfile::tempdir().unwrap();
    for Case { source, found, .. } in CASES {
        let sides = [false, true].map(|is_new| built(source, is_new, folder.path()));
        let [Some(old), Some(new)] = sides else {
            // Only GCC from 12 on writes BTF, and only on some machines.
            assert!(env::var_os("CI").is_none(), "the compiler writes no BTF");
            eprintln!("skipped: the compiler writes no BTF");
            return;
        };
        let release = |btf| Release {
            title: b"kernel".to_vec(),
            exports: Some(exports(source)),
            corpus: None,
            btf: Some(btf),
        };
        let (old, new) = (release(old), release(new));
        assert_eq!(told(&compare(&mut Types::default(), &old, &new, &X86_64)), *found, "{source}");
    }
}

#[test]
fn what_crcs_do_not_count_is_found_in_records() {
    let folder = tempfile::tempdir().unwrap();
    for Case { source, found, .. } in CASES.iter().filter(|case| case.is_in_records) {
        let mut types = Types::default();
        let sides = [false, true].map(|is_new| recorded(source, is_new, folder.path(), &mut types));
        let [(old, old_crcs), (new, new_crcs)] = sides;
        assert_eq!(old_crcs, new_crcs, "{source}");
        let release = |corpus| Release {
            title: b"kernel".to_vec(),
            exports: Some(exports(source)),
            corpus: Some(corpus),
            btf: None,
        };
        let comparison = compare(&mut types, &release(old), &release(new), &X86_64);
        assert_eq!(told(&comparison), *found, "{source}");
    }
}

/// A kernel with `struct lock`, and a module with `struct pump` on top of it; sizes and offsets are
/// those of the side.
fn kernel_with_module([lock_size, pump_size, level]: [u32; 3]) -> Release {
    let mut kernel = Writer::new(false);
    let int = kernel.int("int", 4);
    kernel.int("long int", 8);
    let lock = kernel.list("lock", STRUCT, lock_size, &[("value", &[int, 0])]);
    let lock = kernel.add("", POINTER, 0, lock, &[]);
    let mut module = Writer::on(&kernel);
    let pump = [("count", &[int, 0][..]), ("lock", &[lock, 64]), ("level", &[int, level])];
    let pump = module.list("pump", STRUCT, pump_size, &pump);
    let mut function = |name, of| {
        let pointer = module.add("", POINTER, 0, of, &[]);
        let prototype = module.list("", PROTOTYPE, int, &[("it", &[pointer])]);
        module.add(name, FUNCTION, 0, prototype, &[]);
    };
    function("pump_start", pump);
    function("lock_start", lock);
    function("count_start", int);
    let modules = vec![ModuleBtf { name: b"water_pump".to_vec(), btf: module.bytes() }];
    let line = |symbol| format!("0x12345678\t{symbol}\tdrivers/water-pump\tEXPORT_SYMBOL\t\n");
    let text = ["pump_start", "lock_start", "count_start"].map(line).concat();
    Release {
        title: b"kernel".to_vec(),
        exports: Some(Exports::read(&Bytes::from(text)).unwrap()),
        corpus: None,
        btf: Some(whole(kernel.bytes(), modules)),
    }
}

#[test]
fn modules_see_their_own_types_and_their_kernels() {
    let sides = |old, new| (kernel_with_module(old), kernel_with_module(new));
    let told_of =
        |(old, new): (Release, Release)| told(&compare(&mut Types::default(), &old, &new, &X86_64));
    assert!(told_of(sides([4, 24, 128], [4, 24, 128])).is_empty());
    assert_eq!(
        told_of(sides([4, 24, 128], [4, 20, 128])),
        ["silent-break pump_start: struct pump: size 24 -> 20"]
    );
    assert_eq!(
        told_of(sides([4, 24, 128], [64, 24, 128])),
        [
            "silent-break lock_start: struct lock: size 4 -> 64",
            "silent-break pump_start: struct lock: size 4 -> 64"
        ]
    );
    assert_eq!(
        told_of(sides([4, 24, 128], [64, 24, 160])),
        [
            "silent-break lock_start: struct lock: size 4 -> 64",
            "silent-break pump_start: struct pump: offset of level 16 -> 20"
        ]
    );
}

/// A kernel whose one file declares `struct pump` with this member, and whose BTF has a `struct pump`
/// of this size with a member `level`.
fn kernel_that_declares(member: &str, size: u32, types: &mut Types) -> Release {
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.int("long int", 8);
    btf.list("pump", STRUCT, size, &[("level", &[int, 0])]);
    let lines = format!(
        "s#pump struct pump {{ int {member} ; }}\npump_start int pump_start ( s#pump * )\n"
    );
    let read = |_, text: &mut FileText| {
        text.lines.extend_from_slice(lines.as_bytes());
        Ok::<_, ()>(())
    };
    Release {
        title: b"kernel".to_vec(),
        exports: Some(exports("pump_start")),
        corpus: Some(Corpus::read(types, vec![b"kernel".to_vec()], read).unwrap()),
        btf: Some(whole(btf.bytes(), Vec::new())),
    }
}

#[test]
fn another_type_of_the_same_name_says_nothing() {
    for (member, found) in
        [("level", &["silent-break pump_start: struct pump: size 4 -> 8"][..]), ("hours", &[])]
    {
        let mut types = Types::default();
        let sides = [4, 8].map(|size| kernel_that_declares(member, size, &mut types));
        assert_eq!(told(&compare(&mut types, &sides[0], &sides[1], &X86_64)), *found, "{member}");
    }
}
