//! Objects of a kernel with debugging information, compiled as Kbuild does it where CRCs are from
//! DWARF; all of them linked into one; and that kernel's gendwarfksyms, which is in no package.
//!
//! Kept in the cache as `debug-objects/VERSION/`. Making them takes some five minutes. Or they are all
//! that a build of a kernel has left in its tree, by whichever compilers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};
use modversions::formats::symver_line;
use tempfile::TempDir;

use crate::obtain::debian::{Archive, NamePattern, Origin, require_installed};
use crate::obtain::or_skip;
use crate::run::cache::{cache_directory, made_whole};
use crate::run::files::files_below;
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
    /// What they are of: `linux-source 7.3.4-1`.
    pub title: String,
    /// The kernel's gendwarfksyms.
    pub program: PathBuf,
    /// The objects, in the order of their names.
    pub objects: Vec<DebugObject>,
    /// All of them, linked into one.
    pub linked: DebugObject,
    /// Where what was made for them is, if it goes away with them.
    _scratch: Option<TempDir>,
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
            title: format!("linux-source {}", package.version),
            program: root.join("gendwarfksyms"),
            objects: OBJECTS.iter().map(|name| object(name)).collect(),
            linked: object("linked.o"),
            _scratch: None,
        })
    }

    /// All objects in `tree`, which a kernel was built in, that Kbuild has recorded CRCs of: what it asked
    /// for is asked again. The program is that of the tree.
    pub fn of_tree(tree: &Path) -> Result<DebugObjects> {
        let scratch = tempfile::tempdir()?;
        let mut objects = Vec::new();
        for (path, _) in files_below(tree)? {
            let Some(name) = object_of_command(&path) else { continue };
            let command = fs::read(tree.join(&path))?;
            let names: Vec<&[u8]> =
                symver_line::read(&command).iter().map(|line| line.name).collect();
            if names.is_empty() || !tree.join(&name).is_file() {
                continue;
            }
            let exports = scratch.path().join(objects.len().to_string());
            fs::write(&exports, [names.join(&b'\n'), b"\n".to_vec()].concat())?;
            let path = tree.join(&name);
            objects.push(DebugObject { name: name.display().to_string(), path, exports });
        }
        ensure!(!objects.is_empty(), "{}: no object with CRCs there", tree.display());
        objects.sort_by(|one, other| one.name.cmp(&other.name));
        let linked = DebugObject {
            name: "linked.o".to_owned(),
            path: scratch.path().join("linked.o"),
            exports: scratch.path().join("linked.o.exports"),
        };
        let mut link = Command::new("ld");
        // Each module has an `init_module` of its own; the first one is taken.
        link.args(["-r", "-z", "muldefs", "-o"]).arg(&linked.path);
        run(link.args(objects.iter().map(|it| &it.path)))?;
        let mut all = Vec::new();
        for object in &objects {
            all.extend(fs::read(&object.exports)?);
        }
        fs::write(&linked.exports, all)?;
        let folder = tree.join("scripts/gendwarfksyms");
        let kept = folder.join(".gendwarfksyms.modversions-kept");
        let program = if kept.is_file() { kept } else { folder.join("gendwarfksyms") };
        let title = tree.display().to_string();
        Ok(DebugObjects { title, program, objects, linked, _scratch: Some(scratch) })
    }

    /// Those of `tree`, or of Debian's newest 7.3. A tree that was named must have them; the others may
    /// be out of reach: none, said on stderr.
    pub fn of(tree: Option<&Path>) -> Result<Option<DebugObjects>> {
        match tree {
            Some(tree) => DebugObjects::of_tree(tree).map(Some),
            None => or_skip(DebugObjects::obtain(), "objects with debugging information"),
        }
    }
}

/// The object that a file is about which Kbuild has written: `lib/.sort.o.cmd` is of `lib/sort.o`.
fn object_of_command(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_prefix('.')?.strip_suffix(".cmd")?;
    name.ends_with(".o").then(|| path.with_file_name(name))
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
