//! BTF: of a kernel, and of a module on top of one.

use modversions::abi_diff::compare;
use modversions::btf::{Btf, ByName, ImageSearch, KernelBtf, ModuleBtf, Type};
use modversions::corpus::{Release, Types};
use modversions::kernel::Exports;
use modversions::layout::data_model::X86_64;
use testkit::btf_file::small_kernel;

/// What the kernels export, so that a comparison asks for what leads there.
const SYMVERS: &[u8] = b"0x00000001\topen\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000002\tcalls\tvmlinux\tEXPORT_SYMBOL\t\n";

/// Reads BTF.
pub fn read(bytes: &[u8]) {
    ImageSearch::default().find(bytes, true);
    if let Ok(btf) = Btf::parse(bytes) {
        ask(&btf);
        is_compared(bytes);
    }
    let kernel = small_kernel(false).bytes();
    let base = Btf::parse(&kernel).unwrap();
    if let Ok(btf) = Btf::parse_split(bytes, &base) {
        ask(&btf);
        let module = ModuleBtf { name: b"one".to_vec(), btf: bytes.to_vec() };
        let (btf, _) = KernelBtf::new(kernel.clone(), vec![module]).unwrap();
        ask_by_name(&btf);
    }
}

/// Asks all there is to ask of each type.
fn ask(btf: &Btf<'_>) {
    btf.is_kernels();
    btf.pointer_size();
    ByName::records(btf).iter().count();
    for (id, of) in btf.types() {
        let _ = (btf.layout(id), btf.size(id), btf.spelling(id), btf.declaration(id, b"it"));
        btf.record_behind(id);
        let _ = btf.definition(id);
        match of {
            Type::Enumeration(of) => _ = of.enumerators().count(),
            Type::Prototype(of) => _ = (of.parameters().count(), of.is_variadic()),
            Type::Record(of) => _ = of.fields().count(),
            _ => {}
        }
    }
}

/// Asks for types by their names.
fn ask_by_name(btf: &KernelBtf) {
    for name in [&b"device"[..], b"struct device", b"u#device", b"device_t"] {
        btf.variants(name, false);
    }
}

/// Compares it with the kernel that is made here, from either side.
fn is_compared(bytes: &[u8]) {
    let Ok((btf, _)) = KernelBtf::new(bytes.to_vec(), Vec::new()) else { return };
    ask_by_name(&btf);
    let given = release(btf);
    let (btf, _) = KernelBtf::new(small_kernel(false).bytes(), Vec::new()).unwrap();
    let made = release(btf);
    compare(&mut Types::default(), &given, &made, &X86_64);
    compare(&mut Types::default(), &made, &given, &X86_64);
}

/// A release of this BTF.
fn release(btf: KernelBtf) -> Release {
    let exports = Exports::read(&SYMVERS.into()).unwrap();
    Release { title: b"kernel".to_vec(), exports: Some(exports), corpus: None, btf: Some(btf) }
}
