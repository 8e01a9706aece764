//! Modules that are changed, each in one fact.

use anyhow::{Context, Result, ensure};
use modversions::check::Kernel as KernelFacts;
use modversions::module::{Module, THIS_MODULE};
use testkit::elf_text::assemble;

use super::Case;
use super::own::{Own, OwnModule};
use super::patch::{Patch, section};
use crate::conformance::modpost::Extent;

/// A change; whether the module has what is to be changed.
type Apply = fn(&mut Patch, &KernelFacts) -> Result<bool>;

/// A kind of change.
struct Change {
    name: &'static str,
    apply: Apply,
}

/// All changes. The signature is taken away first: with it, the kernel refuses what was changed.
const CHANGES: &[Change] = &[
    Change { name: "unsigned", apply: |_, _| Ok(true) },
    // What is imported.
    Change { name: "undefined symbol", apply: |patch, _| rename_import(patch) },
    Change { name: "undefined, not used", apply: |patch, _| import_unused(patch, 1 << 4) },
    Change { name: "undefined weak symbol", apply: |patch, _| import_unused(patch, 2 << 4) },
    Change {
        name: "common symbol",
        apply: |patch, _| {
            let (at, _) = *patch.undefined()?.first().context("no import")?;
            patch.put(at + 6, &0xfff2_u16.to_le_bytes()).map(|()| true)
        },
    },
    // What it says of itself.
    Change {
        name: "vermagic",
        apply: |patch, _| patch.replace(".modinfo", b" mod_unload ", b" mod_unloae "),
    },
    Change { name: "vermagic's release", apply: |patch, kernel| change_release(patch, kernel) },
    Change {
        name: "no vermagic",
        apply: |patch, _| patch.replace(".modinfo", b"vermagic=", b"vermagix="),
    },
    Change {
        name: "proprietary",
        apply: |patch, _| {
            Ok(patch.replace(".modinfo", b"\0license=GPL\0", b"\0license=MIT\0")?
                || patch.replace(".modinfo", b"\0license=GPL v2\0", b"\0license=GPL v9\0")?
                || patch.replace(
                    ".modinfo",
                    b"\0license=Dual BSD/GPL\0",
                    b"\0license=Dual BSD/GPX\0",
                )?)
        },
    },
    Change {
        name: "no license",
        apply: |patch, _| patch.replace(".modinfo", b"\0license=", b"\0licence="),
    },
    Change {
        name: "namespace not imported",
        apply: |patch, _| patch.replace(".modinfo", b"\0import_ns=", b"\0import_nz="),
    },
    Change {
        name: "out of tree",
        apply: |patch, _| patch.replace(".modinfo", b"\0intree=", b"\0intrex="),
    },
    Change {
        name: "staging",
        apply: |patch, _| patch.replace(".modinfo", b"\0intree=Y\0", b"\0staging=\0"),
    },
    Change {
        name: "test",
        apply: |patch, _| patch.replace(".modinfo", b"\0intree=Y\0", b"\0test=Yes\0"),
    },
    Change {
        name: "livepatch",
        apply: |patch, _| patch.replace(".modinfo", b"\0retpoline=Y\0", b"\0livepatch=Y\0"),
    },
    Change { name: "no name", apply: |patch, _| patch.replace(".modinfo", b"\0name=", b"\0nama=") },
    // What it exports.
    Change { name: "an export of the kernel", apply: export_of_kernel },
    // The file.
    Change { name: "10 bytes", apply: |patch, _| cut(patch, |_| 10) },
    Change { name: "60 bytes", apply: |patch, _| cut(patch, |_| 60) },
    Change { name: "100 bytes", apply: |patch, _| cut(patch, |_| 100) },
    Change { name: "half of it", apply: |patch, _| cut(patch, |size| size / 2) },
    Change { name: "a byte less", apply: |patch, _| cut(patch, |size| size - 1) },
    Change { name: "no magic", apply: |patch, _| patch.put(1, b"elf").map(|()| true) },
    Change { name: "a program", apply: |patch, _| patch.put(16, &[2, 0]).map(|()| true) },
    Change { name: "other byte order", apply: |patch, _| patch.put(16, &[0, 1]).map(|()| true) },
    Change { name: "other machine", apply: |patch, _| patch.put(18, &[183, 0]).map(|()| true) },
    Change { name: "odd section size", apply: |patch, _| patch.put(58, &[40, 0]).map(|()| true) },
    Change { name: "no section of names", apply: |patch, _| patch.put(62, &[0, 0]).map(|()| true) },
    Change {
        name: "names beyond sections",
        apply: |patch, _| patch.put(62, &[0xf0, 0]).map(|()| true),
    },
    Change {
        name: "first section",
        apply: |patch, _| patch.put_section(0, section::SIZE, &[1]).map(|()| true),
    },
    Change {
        name: "section beyond end",
        apply: |patch, _| {
            let index = patch.index(".text")?;
            patch.put_section(index, section::SIZE + 3, &[1]).map(|()| true)
        },
    },
    Change {
        name: "section name beyond",
        apply: |patch, _| {
            let index = patch.index(".modinfo")?;
            patch.put_section(index, section::NAME + 2, &[1]).map(|()| true)
        },
    },
    Change {
        name: "names without end",
        apply: |patch, _| {
            let last = patch.range(".shstrtab")?.end - 1;
            patch.put(last, b"x").map(|()| true)
        },
    },
    Change {
        name: "names of no kind",
        apply: |patch, _| {
            let index = patch.index(".shstrtab")?;
            patch.put_section(index, section::KIND, &[1]).map(|()| true)
        },
    },
    Change {
        name: "no symbols",
        apply: |patch, _| {
            let index = patch.index(".symtab")?;
            patch.put_section(index, section::KIND, &[1]).map(|()| true)
        },
    },
    Change {
        name: "symbols without names",
        apply: |patch, _| {
            let index = patch.index(".symtab")?;
            patch.put_section(index, section::LINK, &[0, 2]).map(|()| true)
        },
    },
    Change { name: "no struct module", apply: |patch, _| patch.hide(THIS_MODULE).map(|()| true) },
    Change {
        name: "struct module not kept",
        apply: |patch, _| {
            let index = patch.index(THIS_MODULE)?;
            patch.put_section(index, section::FLAGS, &1_u64.to_le_bytes()).map(|()| true)
        },
    },
    Change {
        name: "code to write to",
        apply: |patch, _| {
            let index = patch.index(".data")?;
            patch.put_section(index, section::FLAGS, &7_u64.to_le_bytes()).map(|()| true)
        },
    },
    Change { name: "signature of no kind", apply: |patch, _| add_signature(patch, 1, 4) },
    Change { name: "signature too long", apply: |patch, _| add_signature(patch, 2, 1 << 24) },
];

/// Those of what only a kernel with versions has.
const OF_VERSIONS: &[Change] = &[
    Change { name: "crc", apply: |patch, _| change_a_crc(patch) },
    Change {
        name: "two crcs",
        apply: |patch, _| {
            Ok(change_a_crc(patch)? && change_crc(patch, |name| name == b"__fentry__")?)
        },
    },
    Change {
        name: "crc of module_layout",
        apply: |patch, _| change_crc(patch, |name| name == b"module_layout"),
    },
    Change {
        name: "entry dropped",
        apply: |patch, _| {
            drop_entry(patch, |name| !matches!(name, b"module_layout" | b"__fentry__"))
        },
    },
    Change {
        name: "module_layout dropped",
        apply: |patch, _| drop_entry(patch, |name| name == b"module_layout"),
    },
    Change { name: "no __versions", apply: |patch, _| patch.hide("__versions").map(|()| true) },
    Change {
        name: "__versions not kept",
        apply: |patch, _| {
            let index = patch.index("__versions")?;
            patch.put_section(index, section::FLAGS, &0_u64.to_le_bytes()).map(|()| true)
        },
    },
    Change {
        name: "crc and undefined",
        apply: |patch, _| Ok(change_a_crc(patch)? && rename_import(patch)?),
    },
    Change {
        name: "vermagic without versions",
        apply: |patch, kernel| {
            patch.hide("__versions")?;
            change_release(patch, kernel)
        },
    },
    Change {
        name: "vermagic and layout",
        apply: |patch, _| {
            Ok(patch.replace(".modinfo", b" SMP ", b" UP\0 ")?
                && change_crc(patch, |name| name == b"module_layout")?)
        },
    },
    Change {
        name: "no modversions word",
        apply: |patch, _| patch.replace(".modinfo", b" modversions ", b" \0odversions "),
    },
    Change {
        name: "exports without crcs",
        apply: |patch, _| {
            if patch.index("__kcrctab").is_ok() {
                patch.hide("__kcrctab")?;
            } else if patch.index("__kcrctab_gpl").is_ok() {
                patch.hide("__kcrctab_gpl")?;
            } else {
                return Ok(false);
            }
            Ok(true)
        },
    },
];

/// Those that only a kernel without versions has a verdict of its own on.
const WITHOUT_VERSIONS: &[Change] = &[Change {
    name: "modversions word",
    apply: |patch, _| {
        let mut is_there = false;
        patch.edit_modinfo(|values| {
            // What is not needed makes room.
            values.retain(|value| !value.starts_with(b"retpoline="));
            for value in values.iter_mut().filter(|value| value.starts_with(b"vermagic=")) {
                value.extend(b"modversions ");
                is_there = true;
            }
        })?;
        Ok(is_there)
    },
}];

/// Those that only a kernel that asks for the size survives: others take what is there for
/// `struct module`.
const ONLY_WHERE_CHECKED: &[Change] = &[Change {
    name: "struct module's size",
    apply: |patch, _| {
        let index = patch.index(THIS_MODULE)?;
        patch.put_section(index, section::SIZE, &[0x40]).map(|()| true)
    },
}];

/// All changed modules.
pub fn cases(own: &Own, kernel: &KernelFacts, extent: Extent) -> Result<Vec<Case>> {
    let each = match extent {
        Extent::Quick => 1,
        Extent::Whole => 5,
    };
    let checks_size = kernel.load.this_module == modversions::release::ThisModule::OneOfSize;
    let more = if checks_size { ONLY_WHERE_CHECKED } else { &[] };
    let of_versions =
        if kernel.has_modversions() == Some(true) { OF_VERSIONS } else { WITHOUT_VERSIONS };
    let mut cases = Vec::new();
    for change in CHANGES.iter().chain(of_versions).chain(more) {
        let mut found = 0;
        // Each kind begins elsewhere, so that not always the same modules are changed.
        let start = cases.len() * 7 % 400;
        for (module, before) in own.all().skip(start) {
            if found == each {
                break;
            }
            let mut patch = Patch::unsigned(&module.bytes);
            // A section that a module does not have cannot be changed.
            if matches!((change.apply)(&mut patch, kernel), Ok(true)) {
                cases.push(case(change.name, module, patch.bytes, before));
                found += 1;
            }
        }
        ensure!(found > 0, "no module for the change {}", change.name);
    }
    cases.extend(of_two(own, each)?);
    let mut damaged = Vec::new();
    for (module, before) in own.all().skip(3).step_by(97).take(each) {
        let mut bytes = module.bytes.clone();
        bytes[100] ^= 1;
        let change = "changed after signing";
        damaged.push(Case { is_unknowable: true, ..case(change, module, bytes, before) });
    }
    cases.extend(damaged);
    let other = "elf 32 little 386\nsection .text alloc exec\nzeros 16\nsymbol x in=.text at=0 global func\n";
    let bytes = assemble(other).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    cases.push(Case {
        change: "of 32 bits",
        module: String::new(),
        bytes,
        before: Vec::new(),
        is_unknowable: false,
    });
    Ok(cases)
}

fn case(change: &'static str, module: &OwnModule, bytes: Vec<u8>, before: Vec<Vec<u8>>) -> Case {
    Case { change, module: module.path.clone(), bytes, before, is_unknowable: false }
}

/// Cases of two modules that have to do with each other.
fn of_two(own: &Own, each: usize) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let (mut doubles, mut twice, mut tainted) = (0, 0, 0);
    for (module, before) in own.all().skip(50) {
        let facts = Module::read(&module.bytes).map_err(|error| anyhow::anyhow!("{error}"))?;
        if !facts.exports.is_empty() && doubles < each && before.is_empty() {
            // The same module by another name, which exports the same.
            let mut patch = Patch::unsigned(&module.bytes);
            rename(&mut patch, &facts)?;
            let name = "exports of another";
            cases.push(case(name, module, patch.bytes, vec![module.bytes.clone()]));
            doubles += 1;
        } else if twice < each && before.is_empty() {
            let name = "loaded twice";
            cases.push(case(name, module, module.bytes.clone(), vec![module.bytes.clone()]));
            twice += 1;
        }
        if let [needed] = &*before
            && tainted < 2 * each
        {
            // What it needs is proprietary.
            let mut patch = Patch::unsigned(needed);
            if patch.replace(".modinfo", b"\0license=GPL\0", b"\0license=MIT\0")? {
                let name = "of a proprietary one";
                let mut user = Patch::unsigned(&module.bytes);
                if tainted % 2 == 1 {
                    user.replace(".modinfo", b"\0license=GPL\0", b"\0license=MIT\0")?;
                }
                cases.push(case(name, module, user.bytes, vec![patch.bytes]));
                tainted += 1;
            }
        }
    }
    Ok(cases)
}

/// Gives a module another name of the same length.
fn rename(patch: &mut Patch, facts: &Module<'_>) -> Result<()> {
    /// Where the name is in `struct module`.
    const NAME: usize = 24;
    let name = facts.values(b"name").next().context("a module without a name")?;
    let new: Vec<u8> = [b"q", &name[1..]].concat();
    let old_text = [b"\0name=", name, b"\0"].concat();
    let new_text = [b"\0name=", &new[..], b"\0"].concat();
    ensure!(patch.replace(".modinfo", &old_text, &new_text)?, "no name in .modinfo");
    let place = patch.range(THIS_MODULE)?.start + NAME;
    patch.put(place, &new)
}

/// Gives the release in `vermagic` another number.
fn change_release(patch: &mut Patch, kernel: &KernelFacts) -> Result<bool> {
    let release = kernel.release.as_deref().context("the kernel's release is not known")?;
    let old = [b"vermagic=", release].concat();
    let new = [b"vermagic=", &b"1"[..], &release[1..]].concat();
    patch.replace(".modinfo", &old, &new)
}

/// Changes the CRC of any import.
fn change_a_crc(patch: &mut Patch) -> Result<bool> {
    change_crc(patch, |name| !matches!(name, b"module_layout" | b"__fentry__"))
}

/// Changes the CRC of an entry of `__versions`.
fn change_crc(patch: &mut Patch, is_it: impl Fn(&[u8]) -> bool) -> Result<bool> {
    let Some((at, _)) = patch.versions()?.into_iter().rfind(|(_, name)| is_it(name)) else {
        return Ok(false);
    };
    let byte = patch.bytes[at] ^ 0x55;
    patch.put(at, &[byte]).map(|()| true)
}

/// Makes an entry of `__versions` one of something else.
fn drop_entry(patch: &mut Patch, is_it: impl Fn(&[u8]) -> bool) -> Result<bool> {
    let Some((at, _)) = patch.versions()?.into_iter().find(|(_, name)| is_it(name)) else {
        return Ok(false);
    };
    patch.put(at + 8, b"?").map(|()| true)
}

/// Gives an import a name that nothing has.
fn rename_import(patch: &mut Patch) -> Result<bool> {
    // A name may be the end of another one.
    let is_apart = |at: usize| at > 0 && patch.bytes[at - 1] == 0;
    let Some(&(_, name)) = patch.undefined()?.iter().find(|(_, name)| is_apart(*name)) else {
        return Ok(false);
    };
    patch.put(name, b"?").map(|()| true)
}

/// Makes an import, weak or not, of a symbol that nothing refers to, so that nothing happens where it
/// is not there.
fn import_unused(patch: &mut Patch, info: u8) -> Result<bool> {
    let Some(at) = patch.unused_symbol()? else { return Ok(false) };
    patch.put(at + 4, &[info])?;
    patch.put(at + 6, &[0, 0]).map(|()| true)
}

/// Gives an export the name of one of the kernel's own that is as long.
fn export_of_kernel(patch: &mut Patch, kernel: &KernelFacts) -> Result<bool> {
    let module = Module::read(&patch.bytes).map_err(|error| anyhow::anyhow!("{error}"))?;
    let Some(export) = module.exports.first() else { return Ok(false) };
    let is_it = |(name, of): &(&[u8], &modversions::kernel::Export)| {
        of.is_kernels() && name.len() == export.symbol.len()
    };
    let Some((name, _)) = kernel.exports.iter().find(is_it) else { return Ok(false) };
    let (old, new) = (export.symbol.to_vec(), name.to_vec());
    patch.replace("__ksymtab_strings", &[&old[..], b"\0"].concat(), &[&new[..], b"\0"].concat())
}

/// Leaves so many bytes.
fn cut(patch: &mut Patch, size: impl Fn(usize) -> usize) -> Result<bool> {
    patch.bytes.truncate(size(patch.bytes.len()));
    Ok(true)
}

/// Puts something behind the module that looks like a signature.
fn add_signature(patch: &mut Patch, kind: u8, length: u32) -> Result<bool> {
    patch.bytes.extend([1; 4]);
    patch.bytes.extend([0, 0, kind, 0, 0, 0, 0, 0]);
    patch.bytes.extend(length.to_be_bytes());
    patch.bytes.extend(b"~Module signature appended~\n");
    Ok(true)
}
