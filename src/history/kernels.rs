//! What parts say of kernels themselves, and a kernel to load modules on made of that.

use bytes::Bytes;

use super::dataset::{Dataset, Folder, Result};
use super::facts::{GPL, Loading, SIGNATURES, Symbol, covered, machine_of};
use super::place::Place;
use super::schema::{TableName, release};
use super::symbols::Exported;
use crate::check::{Kernel, Signatures};
use crate::kernel::{Config, Export, Exports, Origin};
use crate::module::kernel_name;
use crate::parquet::Cells;
use crate::release::{Load, Profile};

/// What a part says of its kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// When it was built, if that is known.
    pub built: Option<String>,
    /// What loading a module asks of it; none if nothing but types is known.
    pub loading: Option<Loading>,
    /// How many exports it has; none if they are not known.
    pub exports: Option<u64>,
    /// How many types are known; none if none are.
    pub types: Option<u64>,
    /// What they were read from.
    pub types_from: Option<String>,
    /// The release that the part builds on.
    pub base: Option<String>,
}

impl<F: Folder> Dataset<'_, F> {
    /// What the part at a place says of its kernel.
    ///
    /// # Errors
    /// It is damaged, or of a newer schema.
    pub fn about(&self, place: &Place) -> Result<About> {
        let table = self.open_own(place, TableName::Release)?;
        let damaged = || table.trouble(crate::parquet::Fault::Damaged("it has no row"));
        if table.table.groups() != (0..1) {
            return Err(damaged());
        }
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for column in 0..release::COLUMNS.len() {
            match table.table.read(0, column).map_err(|fault| table.trouble(fault))? {
                Cells::Texts(mut cells) => {
                    texts.push(cells.pop().flatten());
                    numbers.push(None);
                }
                Cells::Numbers(mut cells) => {
                    numbers.push(cells.pop().flatten());
                    texts.push(None);
                }
            }
        }
        let at = |name: &str| release::COLUMNS.iter().position(|it| it.name == name).unwrap_or(0);
        let text = |name: &str| texts[at(name)].clone();
        let number = |name: &str| numbers[at(name)];
        let order = text("byte_order");
        let machine = number("machine")
            .zip(number("bits"))
            .zip(order)
            .and_then(|((machine, bits), order)| machine_of(machine, bits, &order));
        let signatures = text("signatures").unwrap_or_default();
        let signatures = SIGNATURES.iter().find(|(_, word)| *word == signatures);
        let loading = text("cover").map(|cover| Loading {
            vermagic: text("vermagic"),
            machine,
            loader: text("loader").and_then(|name| Profile::named(&name)),
            signatures: signatures.map_or("", |(_, word)| word),
            module_size: number("module_size"),
            options: text("options"),
            cover,
        });
        Ok(About {
            built: text("built"),
            loading,
            exports: number("exports"),
            types: number("types"),
            types_from: text("types_from"),
            base: text("base"),
        })
    }
}

/// The kernel that this is said of, with those of its exports that were asked for. `load` is what the
/// loader of its release does.
pub fn kernel<'n>(
    place: &Place,
    loading: &Loading,
    exported: impl Iterator<Item = (&'n str, &'n Exported)>,
    load: Load,
) -> Kernel {
    let mut exports = Exports::partial();
    for (name, exported) in exported {
        if let Exported::As(symbol, crc) = exported {
            exports.add(name.as_bytes(), export(symbol, *crc));
        }
    }
    let coverage = covered(&loading.cover).unwrap_or_default();
    exports.origin = Origin { coverage, ..Origin::default() };
    let signatures = SIGNATURES.iter().find(|(_, word)| *word == loading.signatures);
    let release = place.release.as_bytes().to_vec();
    Kernel {
        title: release.clone(),
        release: Some(release),
        vermagic: loading.vermagic.as_ref().map(|it| it.as_bytes().to_vec()),
        machine: loading.machine,
        config: Config::read(loading.options.as_deref().unwrap_or_default().as_bytes()),
        struct_size: loading.module_size,
        exports,
        signatures: signatures.map_or(Signatures::NotEnforced, |(is, _)| *is),
        profile: loading.loader,
        load: loading.loader.unwrap_or(Profile::Mainline).applied(load),
    }
}

fn export(symbol: &Symbol, crc: Option<u32>) -> Export {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    let importer = symbol.imported_by.as_deref();
    let sole = importer.filter(|name| !name.is_empty());
    Export {
        crc,
        module: bytes(&symbol.module),
        is_gpl: symbol.license.as_ref().map(|word| word == GPL),
        namespace: symbol.namespace.as_deref().map(bytes),
        line: 0,
        is_import: importer.is_some(),
        sole_importer: sole.map(|name| Bytes::copy_from_slice(&kernel_name(name.as_bytes()))),
    }
}
