//! Objects, modules and linked kernels: as modpost, `check` and `show` read them.

use modversions::check::{
    Candidate, Extent, Format, Kernel, Report, Signatures, check, show_module, show_vmlinux, write,
};
use modversions::elf::{RawElf, is_linked, named_section};
use modversions::kernel::{Config, Exports, KernelModule};
use modversions::modpost::{FileError, Files, MappedFile, Options, Request, Staged, run};
use modversions::module::{Module, Vmlinux};
use modversions::release::{Behaviour, KernelRelease};

/// The releases whose loader and modpost read the object.
const RELEASES: [KernelRelease; 2] = [KernelRelease::series(6, 1), KernelRelease::NEWEST_KNOWN];

/// What the kernels export.
const SYMVERS: &[u8] = b"0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL_GPL\tPUMP\n";

/// How they are configured.
const CONFIG: &[u8] = b"CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\n\
    CONFIG_MODVERSIONS=y\nCONFIG_MODULE_SIG=y\nCONFIG_MODULE_FORCE_LOAD=y\n";

/// Reads an object.
pub fn read(bytes: &[u8]) {
    RawElf::stated_target(bytes);
    is_linked(bytes);
    let _ = named_section(bytes, b".BTF");
    if let Ok(module) = Module::read(bytes) {
        KernelModule::new(b"one.ko", b"one", &module);
        show_module(Format::Text, b"one.ko", &module);
        show_module(Format::Json, b"one.ko", &module);
    }
    if let Ok(kernel) = Vmlinux::read(bytes) {
        KernelModule::of_kernel(b"vmlinux", &kernel);
        show_vmlinux(Format::Text, b"vmlinux", &kernel);
        show_vmlinux(Format::Json, b"vmlinux", &kernel);
    }
    for release in RELEASES {
        load(release, bytes);
        link(release, bytes);
    }
}

/// As the loader of a release does.
fn load(release: KernelRelease, bytes: &[u8]) {
    let kernel = kernel(release);
    let candidates =
        ["one.ko", "two.ko"].map(|path| Candidate::read(&kernel, path.as_bytes(), bytes));
    let checked = check(&kernel, &candidates);
    let report = Report {
        kernel: &kernel,
        candidates: &candidates,
        checked: &checked,
        types: &[],
        are_types_given: false,
    };
    for is_full in [false, true] {
        write(Format::Text, &[report], Extent { is_full, is_refused_only: is_full });
    }
    write(Format::Json, &[report], Extent::default());
}

/// A kernel of a release.
fn kernel(release: KernelRelease) -> Kernel {
    let (config, load) = (Config::read(CONFIG), Behaviour::at(release).load);
    let name = release.to_string().into_bytes();
    Kernel {
        title: b"kernel".to_vec(),
        vermagic: config.vermagic(&name, load.preemption),
        release: Some(name),
        machine: config.machine(),
        config,
        struct_size: Some(64),
        exports: Exports::read(&SYMVERS.into()).unwrap(),
        signatures: Signatures::NotEnforced,
        profile: None,
        load,
    }
}

/// As modpost of a release does, for a module and for the kernel.
fn link(release: KernelRelease, bytes: &[u8]) {
    let behaviour = Behaviour::at(release);
    for object in [&b"one.o"[..], b"vmlinux.o"] {
        let options = Options {
            modversions: true,
            modules_enabled: true,
            all_srcversions: true,
            extra_warnings: true,
            ..Options::default()
        };
        let request = Request {
            options,
            objects: vec![object.to_vec()],
            dump: Some(b"Module.symvers".to_vec()),
            ..Request::default()
        };
        run(&request, &behaviour.modpost, &OneObject(bytes));
    }
}

/// Files of which each object is this one, and others are not there. What is written is dropped.
struct OneObject<'a>(&'a [u8]);

/// The size of a page.
const PAGE: usize = 4096;

impl Files for OneObject<'_> {
    fn map(&self, _: &[u8]) -> Result<MappedFile, FileError> {
        let size = self.0.len();
        if size == 0 {
            return Err(FileError("Invalid argument".to_owned()));
        }
        let mut bytes = self.0.to_vec();
        bytes.resize(size.next_multiple_of(PAGE), 0);
        Ok(MappedFile { bytes: Box::new(bytes), size })
    }

    fn read(&self, _: &[u8]) -> Result<Vec<u8>, FileError> {
        Err(FileError("No such file or directory".to_owned()))
    }

    fn read_stream(&self, _: Option<&[u8]>) -> Result<Vec<u8>, FileError> {
        Err(FileError("No such file or directory".to_owned()))
    }

    fn stage(&self, _: &[u8], _: &[u8]) -> Result<Staged, FileError> {
        Ok(Staged::Unchanged)
    }

    fn stage_if_changed(&self, _: &[u8], _: &[u8]) -> Result<Staged, FileError> {
        Ok(Staged::Unchanged)
    }
}
