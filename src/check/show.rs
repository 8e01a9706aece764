//! What a module or a kernel contains, for people and for programs.

use serde::Serialize;

use crate::formats::json::{Text, crc, document};
use crate::kernel::{self, KERNEL};
use crate::module::{Export, Machine, Module, Signature, Signer, Version, Vmlinux};
use crate::release::VersionEntries;
use crate::shown::{Page, counted};

use super::candidate::Sorted;
use super::{Format, Kernel};

/// The name of the schema of what is written for programs.
const SCHEMA: &str = "modversions/show";

/// Its version.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    path: Text<'a>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vermagic: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compiler: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    struct_module_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<SignerPart<'a>>,
    modinfo: Vec<InfoPart<'a>>,
    exports: Vec<ExportPart<'a>>,
    imports: Vec<ImportPart<'a>>,
    versions: Option<Vec<VersionPart<'a>>>,
    extended_versions: Option<Vec<VersionPart<'a>>>,
    #[serde(skip)]
    version_entries: VersionEntries,
}

/// Who signed a module.
#[derive(Serialize)]
struct SignerPart<'a> {
    name: Option<Text<'a>>,
    key: String,
    hash: Option<&'static str>,
}

#[derive(Serialize)]
struct InfoPart<'a> {
    tag: Text<'a>,
    value: Text<'a>,
}

#[derive(Serialize)]
struct ExportPart<'a> {
    symbol: Text<'a>,
    crc: Option<String>,
    gpl_only: Option<bool>,
    namespace: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<Text<'a>>,
}

#[derive(Serialize)]
struct ImportPart<'a> {
    symbol: Text<'a>,
    weak: bool,
    crc: Option<String>,
}

#[derive(Serialize)]
struct VersionPart<'a> {
    symbol: Text<'a>,
    crc: String,
}

/// Shows a module.
pub fn show_module(format: Format, path: &[u8], module: &Module<'_>) -> Vec<u8> {
    let versions_by_symbol = Sorted::new(Some(module.versions.entries()));
    let recorded = |symbol: &[u8]| versions_by_symbol.get(symbol).map(crc);
    let machine = Machine { target: module.target, number: module.machine };
    let document = Document {
        schema: SCHEMA,
        version: VERSION,
        path: Text(path),
        kind: "module",
        machine: Some(machine.to_string()),
        release: None,
        vermagic: None,
        compiler: module.compiler.map(Text),
        struct_module_size: module.struct_size,
        signature: Some(match module.signature {
            Signature::None => "none",
            Signature::Appended(_) => "appended",
            Signature::Bad(_) => "damaged",
        }),
        signer: module.signature_message.and_then(Signer::of).map(signer),
        modinfo: module
            .info
            .iter()
            .map(|(tag, value)| InfoPart { tag: Text(tag), value: Text(value) })
            .collect(),
        exports: exports(&module.exports),
        imports: module
            .imports
            .iter()
            .map(|import| ImportPart {
                symbol: Text(import.symbol),
                weak: import.is_weak,
                crc: recorded(import.symbol),
            })
            .collect(),
        versions: module.versions.basic.as_deref().map(versions),
        extended_versions: module.versions.extended.as_deref().map(versions),
        version_entries: module.versions.form,
    };
    document.write(format)
}

/// Shows the file of a kernel itself.
pub fn show_vmlinux(format: Format, path: &[u8], kernel: &Vmlinux<'_>) -> Vec<u8> {
    let machine = Machine { target: kernel.target, number: kernel.machine };
    let document = Document {
        machine: Some(machine.to_string()),
        release: kernel.release.map(Text),
        vermagic: kernel.vermagic.map(Text),
        exports: exports(&kernel.exports),
        ..Document::of_kernel(path)
    };
    document.write(format)
}

/// Shows what is known of a kernel.
pub fn show_kernel(format: Format, kernel: &Kernel) -> Vec<u8> {
    let document = Document {
        machine: kernel.machine.map(|machine| machine.to_string()),
        release: kernel.release.as_deref().map(Text),
        vermagic: kernel.vermagic.as_deref().map(Text),
        struct_module_size: kernel.struct_size,
        exports: kernel.exports.iter().map(export_of_kernel).collect(),
        ..Document::of_kernel(&kernel.title)
    };
    document.write(format)
}

fn export_of_kernel<'a>((symbol, export): (&'a [u8], &'a kernel::Export)) -> ExportPart<'a> {
    ExportPart {
        symbol: Text(symbol),
        crc: export.crc.map(crc),
        gpl_only: export.is_gpl,
        namespace: Some(export.namespace()).filter(|it| !it.is_empty()).map(Text),
        module: Some(&*export.module).filter(|it| !it.is_empty()).map(Text),
    }
}

fn signer<'a>(signer: Signer<'a>) -> SignerPart<'a> {
    SignerPart { name: signer.name.map(Text), key: key(signer.key), hash: signer.hash }
}

/// The identifier of a key, as `modinfo` writes it.
pub(super) fn key(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

fn exports<'a>(exports: &[Export<'a>]) -> Vec<ExportPart<'a>> {
    let part = |export: &Export<'a>| ExportPart {
        symbol: Text(export.symbol),
        crc: export.crc.map(crc),
        gpl_only: Some(export.is_gpl),
        namespace: Some(export.namespace).filter(|it| !it.is_empty()).map(Text),
        module: None,
    };
    exports.iter().map(part).collect()
}

fn versions<'a>(versions: &[Version<'a>]) -> Vec<VersionPart<'a>> {
    let part =
        |version: &Version<'a>| VersionPart { symbol: Text(version.symbol), crc: crc(version.crc) };
    versions.iter().map(part).collect()
}

impl<'a> Document<'a> {
    /// A kernel of which nothing is known.
    fn of_kernel(path: &'a [u8]) -> Self {
        Document {
            schema: SCHEMA,
            version: VERSION,
            path: Text(path),
            kind: "kernel",
            machine: None,
            release: None,
            vermagic: None,
            compiler: None,
            struct_module_size: None,
            signature: None,
            signer: None,
            modinfo: Vec::new(),
            exports: Vec::new(),
            imports: Vec::new(),
            versions: None,
            extended_versions: None,
            version_entries: VersionEntries::default(),
        }
    }

    fn write(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => document(self),
            Format::Text => self.text().into_bytes(),
        }
    }

    fn text(&self) -> Page {
        let mut page = Page::default();
        let mut row = |name: &[u8], value: Option<&[u8]>| {
            if let Some(value) = value {
                let gap = " ".repeat(16_usize.saturating_sub(name.len() + 1).max(1));
                page.put(name).put(":").put(gap).line(value);
            }
        };
        row(b"file", Some(self.path.0));
        row(b"kind", Some(self.kind.as_bytes()));
        row(b"machine", self.machine.as_deref().map(str::as_bytes));
        row(b"release", self.release.as_ref().map(|it| it.0));
        row(b"vermagic", self.vermagic.as_ref().map(|it| it.0));
        row(b"compiler", self.compiler.as_ref().map(|it| it.0));
        let size = self.struct_module_size.map(|size| counted(size, "byte"));
        row(b"struct module", size.as_deref().map(str::as_bytes));
        row(b"signature", self.signature.map(str::as_bytes));
        if let Some(SignerPart { name, key, hash }) = &self.signer {
            row(b"signer", name.as_ref().map(|it| it.0));
            row(b"sig_key", Some(key.as_bytes()));
            row(b"sig_hashalgo", hash.map(str::as_bytes));
        }
        for info in &self.modinfo {
            row(info.tag.0, Some(info.value.0));
        }
        let crc = |crc: &Option<String>| crc.clone().unwrap_or_else(|| "no CRC    ".to_owned());
        let mut section = |thing: &str, place: &str, lines: Vec<Vec<u8>>| {
            page.end();
            page.line(counted(lines.len(), thing) + place);
            for line in lines {
                page.put("  ").line(line);
            }
        };
        let exports = self.exports.iter().map(|export| {
            let license = if export.gpl_only == Some(true) { " (GPL only)" } else { "" };
            let namespace = export.namespace.as_ref().map_or(&b""[..], |it| it.0);
            let arrow: &[u8] = if namespace.is_empty() { b"" } else { b" in " };
            let crc = crc(&export.crc);
            let name = [crc.as_bytes(), b" ", export.symbol.0, license.as_bytes()].concat();
            let module = export.module.as_ref().filter(|it| it.0 != KERNEL);
            let module = module.map(|it| [b" of ", it.0].concat()).unwrap_or_default();
            [&name, arrow, namespace, &module].concat()
        });
        section("export", "", exports.collect());
        if self.kind == "module" {
            let imports = self.imports.iter().map(|import| {
                let weak: &[u8] = if import.weak { b" (weak)" } else { b"" };
                [crc(&import.crc).as_bytes(), b" ", import.symbol.0, weak].concat()
            });
            section("import", "", imports.collect());
        }
        let basic = match self.version_entries {
            VersionEntries::Fixed => " in __versions",
            VersionEntries::Linked => " in __versions, in the form of Ubuntu's kernels",
        };
        for (place, versions) in [
            (basic, &self.versions),
            (" in __version_ext_crcs and __version_ext_names", &self.extended_versions),
        ] {
            let Some(versions) = versions else { continue };
            let lines = versions.iter();
            section(
                "version",
                place,
                lines.map(|it| [it.crc.as_bytes(), b" ", it.symbol.0].concat()).collect(),
            );
        }
        page
    }
}
