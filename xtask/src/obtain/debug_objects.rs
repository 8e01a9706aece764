//! Objects of a kernel with debugging information, compiled as Kbuild does it where CRCs are from
//! DWARF; all of them linked into one; and that kernel's gendwarfksyms, which is in no package.
//!
//! Kept in the cache as `debug-objects/VERSION/`. Making them takes some five minutes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};

use crate::obtain::debian::{Archive, NamePattern, Origin, require_installed};
use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::{read, run};

/// The package with the source.
const SOURCE: NamePattern<'_> = NamePattern("linux-source-7.3");

/// What building takes.
const BUILD_PACKAGES: &[&str] =
    &["bc", "binutils", "bison", "flex", "gcc", "libdw-dev", "libelf-dev", "libssl-dev", "make"];

/// What is configured besides the defaults.
const CONFIGURATION: &[&str] = &[
    "-e",
    "MODVERSIONS",
    "-d",
    "GENKSYMS",
    "-e",
    "GENDWARFKSYMS",
    "-d",
    "DEBUG_INFO_NONE",
    "-e",
    "DEBUG_INFO_DWARF5",
    "-d",
    "DEBUG_INFO_BTF",
    "-e",
    "EXTENDED_MODVERSIONS",
];

/// The objects: small and large ones of all parts of the kernel, all of which export something.
const OBJECTS: &[&str] = &[
    "arch/x86/kernel/cpu/common.o",
    "arch/x86/kernel/process.o",
    "block/bio.o",
    "block/blk-core.o",
    "block/blk-mq.o",
    "crypto/ahash.o",
    "crypto/api.o",
    "crypto/asymmetric_keys/pkcs7_parser.o",
    "crypto/geniv.o",
    "drivers/acpi/bus.o",
    "drivers/ata/libata-core.o",
    "drivers/base/bus.o",
    "drivers/base/core.o",
    "drivers/base/platform.o",
    "drivers/gpu/drm/drm_atomic.o",
    "drivers/gpu/drm/drm_drv.o",
    "drivers/input/input.o",
    "drivers/net/phy/phy_device.o",
    "drivers/pci/pci.o",
    "drivers/scsi/scsi_lib.o",
    "drivers/usb/core/hcd.o",
    "fs/buffer.o",
    "fs/dcache.o",
    "fs/inode.o",
    "fs/libfs.o",
    "fs/namei.o",
    "fs/seq_file.o",
    "fs/super.o",
    "kernel/exit.o",
    "kernel/fork.o",
    "kernel/irq/manage.o",
    "kernel/kthread.o",
    "kernel/locking/mutex.o",
    "kernel/module/main.o",
    "kernel/panic.o",
    "kernel/resource.o",
    "kernel/sched/core.o",
    "kernel/time/hrtimer.o",
    "kernel/time/timer.o",
    "kernel/workqueue.o",
    "lib/bitmap.o",
    "lib/iov_iter.o",
    "lib/klist.o",
    "lib/kobject.o",
    "lib/maple_tree.o",
    "lib/rhashtable.o",
    "lib/sort.o",
    "lib/string.o",
    "lib/xarray.o",
    "mm/filemap.o",
    "mm/memory.o",
    "mm/page_alloc.o",
    "mm/shmem.o",
    "mm/slub.o",
    "mm/vmscan.o",
    "net/core/dev.o",
    "net/core/skbuff.o",
    "net/core/sock.o",
    "net/ipv4/tcp.o",
    "net/socket.o",
    "security/security.o",
    "sound/core/pcm_lib.o",
];

/// An object, and the list of its exports.
pub struct DebugObject {
    /// Its path in the tree.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The file with its exports, one a line.
    pub exports: PathBuf,
}

/// What there is.
pub struct DebugObjects {
    /// The version of the package with the source.
    pub version: String,
    /// The kernel's gendwarfksyms.
    pub program: PathBuf,
    /// The objects, in the order of their names.
    pub objects: Vec<DebugObject>,
    /// All of them, linked into one.
    pub linked: DebugObject,
}

impl DebugObjects {
    /// Those of Debian's newest 7.3, made now if they are not there.
    pub fn obtain() -> Result<DebugObjects> {
        let archive = Archive::of(Origin::Trixie)?;
        let package = archive.with_fresh_lists(|| archive.newest(SOURCE))?;
        let root = cache_directory()?.join("debug-objects").join(&package.version);
        if !root.is_dir() {
            require_installed(BUILD_PACKAGES)?;
            let source = archive.unpacked(&package)?.join("usr/src/linux-source-7.3.tar.xz");
            made_whole(&root, |scratch| make(&source, scratch))?;
        }
        let object = |name: &str| DebugObject {
            name: name.to_owned(),
            path: root.join(name),
            exports: root.join(format!("{name}.exports")),
        };
        Ok(DebugObjects {
            version: package.version,
            program: root.join("gendwarfksyms"),
            objects: OBJECTS.iter().map(|name| object(name)).collect(),
            linked: object("linked.o"),
        })
    }
}

/// Builds everything below `target`.
fn make(source: &Path, target: &Path) -> Result<()> {
    let work = tempfile::tempdir_in(target.parent().context("a target has a parent")?)?;
    let (tree, build) = (work.path().join("tree"), work.path().join("build"));
    fs::create_dir(&tree)?;
    fs::create_dir(&build)?;
    let mut tar = Command::new("tar");
    run(tar.arg("-xJf").arg(source).arg("-C").arg(&tree).arg("--strip-components=1"))?;
    let in_tree = |arguments: &[&str]| -> Result<()> {
        let mut make = Command::new("make");
        make.current_dir(&tree).arg(format!("O={}", build.display()));
        make.args(["RUSTC=false", "BINDGEN=false", "--silent"]);
        run(make.arg(format!("-j{}", available_parallelism()?)).args(arguments))
    };
    in_tree(&["defconfig"])?;
    let mut config = Command::new(tree.join("scripts/config"));
    run(config.arg("--file").arg(build.join(".config")).args(CONFIGURATION))?;
    in_tree(&["olddefconfig"])?;
    let configured = fs::read_to_string(build.join(".config"))?;
    ensure!(configured.contains("CONFIG_GENDWARFKSYMS=y"), "CRCs are not from DWARF");
    in_tree(&["prepare"])?;
    in_tree(OBJECTS)?;
    let program = build.join("scripts/gendwarfksyms/gendwarfksyms");
    fs::copy(program, target.join("gendwarfksyms"))?;
    let mut link = Command::new("ld");
    link.arg("-r").arg("-o").arg(target.join("linked.o"));
    for name in OBJECTS {
        let object = target.join(name);
        fs::create_dir_all(object.parent().context("an object is in a folder")?)?;
        fs::copy(build.join(name), &object)?;
        list_exports(&object)?;
        link.arg(&object);
    }
    run(&mut link)?;
    list_exports(&target.join("linked.o"))
}

/// Writes the exports of an object beside it, as Kbuild finds them.
fn list_exports(object: &Path) -> Result<()> {
    let symbols = read(Command::new("nm").arg(object))?;
    let names = symbols.lines().filter_map(|line| line.split_once(" __export_symbol_"));
    let list: String = names.map(|(_, name)| format!("{name}\n")).collect();
    ensure!(!list.is_empty(), "{}: no exports", object.display());
    let mut path = object.as_os_str().to_owned();
    path.push(".exports");
    Ok(fs::write(path, list)?)
}
