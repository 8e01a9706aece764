//! What a comparison wants of a release: its exports, its types, and its BTF, each from whatever it
//! is given as.

use std::path::{Path, PathBuf};

use super::btf::{self, Which};
use super::error::Result;
use super::given::Given;
use super::limits::Limits;
use super::modules;
use super::pieces::{Pieces, Purpose, Side};
use super::progress::Progress;
use super::types::Form;
use crate::corpus::{Release, Types};
use crate::kernel::KernelModule;

/// What was found of a release, but for its types, which are read later.
struct Found {
    title: Vec<u8>,
    limits: Limits,
    side: Side,
}

/// Two releases, and what there is to say of them.
pub(crate) struct Both {
    /// OLD and NEW.
    pub(crate) releases: [Release; 2],
    /// What is to be said before the comparison.
    pub(crate) remarks: Vec<Vec<u8>>,
}

/// How a release's layouts are wanted.
#[derive(Clone, Copy)]
pub(crate) enum Layouts<'a> {
    /// Not at all.
    Unwanted,
    /// By the BTF that it has itself, if any.
    Own,
    /// By the BTF of the kernel that this is.
    Of(&'a Path),
}

/// Reads two releases, each given as its pieces, with the best types that both have, and shows the
/// progress.
pub(crate) fn read_both(
    sides: [&[PathBuf]; 2],
    layouts: [Layouts<'_>; 2],
    (types, limits): (&mut Types, Limits),
    progress: &Progress,
) -> Result<Both> {
    progress.begin("reading kernels");
    // They need nothing of each other; only the types do.
    let find = |side: usize| {
        let given = sides[side].iter().map(|path| Given::at(path, limits.half()));
        find(given, limits.half(), layouts[side], progress)
    };
    let [old, new] = [0, 1].map(|side| move || find(side));
    let (old, new) = rayon::join(old, new);
    let found = [old?, new?];
    let form = Form::of(found.iter().map(|it| &it.side.types));
    let remarks = found.iter().flat_map(|it| it.side.remarks.clone()).collect();
    let [old, new] = found;
    progress.begin("reading OLD");
    let old = old.read_types(form, types, progress)?;
    progress.begin("reading NEW");
    let new = new.read_types(form, types, progress)?;
    Ok(Both { releases: [old, new], remarks })
}

/// Reads the release at `path`, with its types in this form, else in the best that it has.
pub(crate) fn read_quietly(
    path: &Path,
    form: Option<Form>,
    types: &mut Types,
    limits: Limits,
) -> Result<Release> {
    of_given(vec![Given::at(path, limits)?], form, types)
}

/// The same of what was given, which are the pieces of one release.
pub(crate) fn of_given(
    given: Vec<Given>,
    form: Option<Form>,
    types: &mut Types,
) -> Result<Release> {
    let progress = Progress::new(false);
    let limits = given.first().map_or_else(Limits::default, |given| given.limits);
    let found = find(given.into_iter().map(Ok), limits, Layouts::Unwanted, &progress)?;
    let form = form.unwrap_or_else(|| Form::of([&found.side.types].into_iter()));
    found.read_types(form, types, &progress)
}

/// Reads the exports of the kernel, or of the modules, whose pieces are at `paths`; and what is to be said
/// before any answer.
pub(crate) fn exports_of(
    paths: &[PathBuf],
    limits: Limits,
    progress: &Progress,
) -> Result<(Release, Vec<Vec<u8>>)> {
    let given = paths.iter().map(|path| Given::at(path, limits));
    let Found { title, side, .. } = find(given, limits, Layouts::Unwanted, progress)?;
    let Side { exports, remarks, .. } = side;
    Ok((Release { title, exports, corpus: None, btf: None }, remarks))
}

/// Reads the modules at `paths`.
pub(crate) fn read_modules(paths: &[PathBuf], limits: Limits) -> Result<Vec<KernelModule>> {
    let take = modules::parsed(KernelModule::new);
    modules::read_all(paths, limits, &take)
}

/// Reads the exports of what is given, and its BTF, and finds its types.
fn find(
    given: impl IntoIterator<Item = Result<Given>>,
    limits: Limits,
    layouts: Layouts<'_>,
    progress: &Progress,
) -> Result<Found> {
    let wants_btf = matches!(layouts, Layouts::Own);
    let mut pieces = Pieces::new(Purpose::Comparison { wants_btf }, limits, progress);
    given.into_iter().try_for_each(|given| pieces.add(given?))?;
    let title = pieces.title();
    let mut side = pieces.side()?;
    if let Layouts::Of(path) = layouts {
        let kernel = btf::read_kernel(path, None, Which::Exporting, limits)?;
        side.remarks.extend(kernel.remark_of(path));
        side.btf = Some(kernel.btf);
    }
    Ok(Found { title, limits, side })
}

impl Found {
    /// Reads the types, too, and shows the progress.
    fn read_types(self, form: Form, types: &mut Types, progress: &Progress) -> Result<Release> {
        let Side { exports, types: places, btf, .. } = self.side;
        let corpus = places.read(self.limits, form, types, progress)?;
        Ok(Release { title: self.title, exports, corpus, btf })
    }
}
