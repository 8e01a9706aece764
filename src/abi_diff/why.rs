//! Why the CRC of one export changed: the shortest way from it to each declaration that did.

use super::causes::{Cause, changes_of};
use super::ways::{Step, Ways};
use super::{impacts, visibility};
use crate::btf::Btf;
use crate::corpus::{BtfPair, Corpus, LayoutsFrom, NameId, Release, Types, by_btf, last_alone};
use crate::kernel::KERNEL;
use crate::layout::data_model::DataModel;
use crate::layout::impact::impact;
use crate::layout::{BtfNames, BtfSide};
use crate::module::kernel_name;

/// What is known of an export's change.
#[derive(Debug)]
pub struct Why {
    /// The path of the file of NEW that the export is in; or the module whose BTF shows it.
    pub file: Vec<u8>,
    /// What is known by BTF, which does not show what the export's file sees; none if the types of that
    /// file are known.
    pub by_btf: Option<ByBtf>,
    /// The declarations that changed, and what that does; those first that the export reaches in the
    /// fewest steps.
    pub causes: Vec<Cause>,
    pub(super) ways: Ways,
}

/// What BTF shows of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByBtf {
    /// Its CRC differs, so that its file sees at least one of the changes.
    OtherCrc,
    /// Its CRC is the same, so that its file sees none of them.
    SameCrc,
    /// It has no CRC on one side or both.
    NoCrc,
}

/// Why BTF shows nothing of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInBtf {
    /// There is no BTF.
    NoBtf,
    /// The export is not there.
    NoExport,
    /// The module has no BTF.
    Module,
    /// It is not in the BTF: older kernels' lacks variables, and no BTF has functions of assembler files.
    Undeclared,
}

impl Why {
    /// How many steps it is from the export to a cause.
    pub(super) fn steps_to(&self, cause: &Cause) -> usize {
        self.ways.steps_to(cause.change.name).unwrap_or_default()
    }

    /// The shortest way to a cause backwards: the declaration that names it, and so on to the export.
    pub fn back_from(&self, cause: &Cause) -> impl Iterator<Item = Step<'_>> {
        self.ways.back_from(cause.change.name)
    }
}

/// The ways from `export` to what changed; none if not both releases have types for it. What a change
/// does is determined for the C of `model`.
pub fn why(
    types: &Types,
    old: &Corpus,
    new: &Corpus,
    export: NameId,
    model: &'static DataModel,
) -> Option<Why> {
    let files = (old.place_of(export)?, new.place_of(export)?);
    let file = &new.files[files.1];
    let changes = changes_of(types, &old.files[files.0], file, export);
    let mut causes: Vec<Cause> = changes
        .into_iter()
        .map(|change| Cause::new(types, change, files, [export].into()))
        .collect();
    super::variants::join(types, [old, new], &mut causes);
    super::causes::find_places(types, [old, new], &mut causes);
    impacts::judge(types, [old, new], model, None, &mut causes);
    visibility::judge(types, [old, new], model, None, &mut causes);
    Some(explained(types, new, (export, files.1), causes))
}

/// The ways from the export of this name to what differs in the BTF of both releases, whose types are
/// taken up.
///
/// # Errors
/// What is missing, and which side lacks it: 0 is the old one.
pub fn why_by_btf(
    types: &mut Types,
    releases: [&Release; 2],
    symbol: &[u8],
) -> Result<(NameId, Why), (usize, NotInBtf)> {
    let of_both = |side: usize| {
        let release = releases[side];
        let btf = release.btf.as_ref().ok_or((side, NotInBtf::NoBtf))?;
        let exports = release.exports.as_ref();
        let export = exports.and_then(|it| it.get(symbol)).ok_or((side, NotInBtf::NoExport))?;
        Ok((btf, export))
    };
    let [(old, old_export), (new, new_export)] = [of_both(0)?, of_both(1)?];
    let kernels = [old.kernel(), new.kernel()];
    let module = kernel_name(&new_export.module).into_owned();
    let is_kernels = module == KERNEL;
    let of_module = |side: usize| -> Result<Option<Btf<'_>>, (usize, NotInBtf)> {
        let btf = [old, new][side].module(&module, &kernels[side]);
        (btf.is_some() || is_kernels).then_some(btf).ok_or((side, NotInBtf::Module))
    };
    let modules = [of_module(0)?, of_module(1)?];
    let mut pairs: Vec<BtfPair<'_>> = vec![(KERNEL, [&kernels[0], &kernels[1]])];
    if let [Some(old), Some(new)] = &modules {
        pairs.push((&module, [old, new]));
    }
    let lines = by_btf(types, &pairs, |name| name == symbol);
    let [old, new] = lines.map(|corpus| last_alone(types, corpus));
    let undeclared = |side| (side, NotInBtf::Undeclared);
    let export = types.find_name(symbol).ok_or(undeclared(0))?;
    for (side, corpus) in [&old, &new].into_iter().enumerate() {
        corpus.place_of(export).ok_or(undeclared(side))?;
    }
    let changes = changes_of(types, &old.files[0], &new.files[0], export);
    let mut causes: Vec<Cause> = changes
        .into_iter()
        .map(|change| Cause::new(types, change, (0, 0), [export].into()))
        .collect();
    let names = pairs.iter().map(|(_, sides)| sides.map(BtfNames::of)).collect::<Vec<_>>();
    let [mut before, mut after] = [0, 1].map(|side: usize| match &names[..] {
        [kernel, module] => BtfSide::of_module(&module[side], &kernel[side]),
        _ => BtfSide::of_kernel(&names[0][side]),
    });
    for cause in &mut causes {
        cause.impact = impact(types.name(cause.change.name), &mut before, &mut after);
        cause.layouts_from = LayoutsFrom::Btf;
    }
    let by_btf = match (old_export.crc, new_export.crc) {
        (Some(old), Some(new)) if old == new => ByBtf::SameCrc,
        (Some(_), Some(_)) => ByBtf::OtherCrc,
        _ => ByBtf::NoCrc,
    };
    let why = explained(types, &new, (export, 0), causes);
    Ok((export, Why { by_btf: Some(by_btf), ..why }))
}

/// The ways from an export in a file of NEW to these causes.
fn explained(
    types: &Types,
    new: &Corpus,
    (export, file): (NameId, usize),
    mut causes: Vec<Cause>,
) -> Why {
    let file = &new.files[file];
    let mut ways = Ways::of(types, &file.lines, export);
    causes.retain(|cause| ways.steps_to(cause.change.name).is_some());
    causes.sort_by_cached_key(|cause| {
        let name = cause.change.name;
        (ways.steps_to(name), types.name(name).to_owned())
    });
    let declarations = file.declarations(types);
    ways.find_lines(types, causes.iter().map(|cause| cause.change.name), |name| {
        declarations.get(&name).map(|&line| types.declaration(line))
    });
    Why { file: file.path.clone(), by_btf: None, causes, ways }
}
