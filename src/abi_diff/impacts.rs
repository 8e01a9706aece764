//! What each cause does to modules that were built before, from the layouts of both releases.
//!
//! Layouts are computed from the declarations in the first pair of files in which the cause was
//! found.

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use super::btf_changes::BothBtf;
use super::causes::Cause;
use super::findings::{Detail, Finding};
use super::lints::Lint;
use crate::corpus::{Corpus, Declarations, LayoutsFrom, NameId, Types, TypesFile};
use crate::formats::symtypes::{Kind, TypeName};
use crate::layout::data_model::DataModel;
use crate::layout::impact::{Class, Impact, Reason, impact};

/// Finds out what each cause does: by BTF, if both releases have some and it has the types, else by
/// their declarations.
pub(super) fn judge(
    types: &Types,
    [old, new]: [&Corpus; 2],
    model: &'static DataModel,
    btf: Option<&BothBtf<'_>>,
    causes: &mut [Cause],
) {
    let mut by_files = IndexMap::<(usize, usize), Vec<&mut Cause>>::new();
    for cause in causes {
        by_files.entry(cause.files).or_default().push(cause);
    }
    let mut by_files: Vec<_> = by_files.into_iter().collect();
    by_files.par_iter_mut().for_each(|((old_file, new_file), causes)| {
        let files = [&old.files[*old_file], &new.files[*new_file]];
        if let Some(btf) = btf.filter(|_| new.layouts_from() == LayoutsFrom::Btf) {
            let mut judge = btf.judge_module(&files[1].path);
            for cause in causes {
                let name = types.name(cause.change.name);
                (cause.impact, cause.layouts_from) = (judge.any_impact(name), LayoutsFrom::Btf);
            }
            return;
        }
        let mut judge = btf.map(|btf| btf.judge(types, files[1]));
        let users = Users::of(types, causes.iter().map(|it| it.change.name), files);
        let mut rest = Vec::new();
        for cause in causes {
            let told = judge.as_mut().and_then(|judge| {
                let impact = judge.impact(types, cause.change)?;
                let users = users.get(cause.change.name);
                Some(with_users(impact, users, |user| judge.changed(user)))
            });
            match told {
                Some(impact) => (cause.impact, cause.layouts_from) = (impact, LayoutsFrom::Btf),
                None => rest.push(cause),
            }
        }
        if rest.is_empty() {
            return;
        }
        // All at once: for each call the declarations of both files are gone through.
        let names = rest.iter().flat_map(|cause| {
            let variants = cause.variants.iter().map(|variant| variant.name);
            std::iter::once(cause.change.name).chain(variants)
        });
        let names: Vec<NameId> = names.collect();
        let told = impacts_of(types, (old, files[0]), (new, files[1]), &names, model);
        let mut told = names.iter().zip(told);
        for cause in rest {
            let Some((_, impact)) = told.next() else { break };
            let from = old.layouts_from().max(new.layouts_from());
            (cause.impact, cause.layouts_from) = (impact, from);
            for (&variant, told) in told.by_ref().take(cause.variants.len()) {
                add_variant(&mut cause.impact, types.name(variant), told);
            }
        }
    });
}

/// Adds what the change of a variant does to that of its enum. All variants have the size of the enum.
fn add_variant(impact: &mut Impact, variant: &[u8], told: Impact) {
    let is_news = |reason: &Reason| {
        let is_whole = matches!(reason, Reason::Size { .. } | Reason::Alignment { .. });
        !is_whole || !impact.reasons.contains(reason)
    };
    let reasons: Vec<Reason> = told.reasons.into_iter().filter(is_news).collect();
    impact.class = impact.class.max(told.class);
    impact.reasons.extend(
        reasons
            .into_iter()
            .map(|reason| Reason::OfUser { user: variant.to_owned(), reason: Box::new(reason) }),
    );
    impact.consequence_of.extend(told.consequence_of);
    impact.consequence_of.dedup();
}

/// What the changes of these names do between two files, by their declarations.
pub(super) fn impacts_of(
    types: &Types,
    (old, old_file): (&Corpus, &TypesFile),
    (new, new_file): (&Corpus, &TypesFile),
    names: &[NameId],
    model: &'static DataModel,
) -> Vec<Impact> {
    let before = Declarations::of(types, old, old_file);
    let after = Declarations::of(types, new, new_file);
    let (mut before, mut after) = (before.laid(model), after.laid(model));
    let users = Users::of(types, names.iter().copied(), [old_file, new_file]);
    let told = names.iter().map(|&name| {
        let told = impact(types.name(name), &mut before, &mut after);
        with_users(told, users.get(name), |user| impact(user, &mut before, &mut after))
    });
    told.collect()
}

/// The structs and unions, declared as before in the new one of two files, in whose declarations
/// enumerators stand.
struct Users<'a> {
    /// By enumerator, in the order of their lines.
    by_name: IndexMap<NameId, Vec<&'a [u8]>>,
}

impl<'a> Users<'a> {
    /// Those of the enumerators among these names.
    fn of(
        types: &'a Types,
        names: impl Iterator<Item = NameId>,
        [old, new]: [&TypesFile; 2],
    ) -> Self {
        let is_enumerator =
            |name: &NameId| TypeName::of(types.name(*name)).kind == Kind::EnumConstant;
        let mut by_name: IndexMap<NameId, Vec<&[u8]>> =
            names.filter(is_enumerator).map(|name| (name, Vec::new())).collect();
        if by_name.is_empty() {
            return Self { by_name };
        }
        let before = old.declarations(types);
        let meaning = |line| types.line(line).meaning;
        for line in new.lines.iter().map(|&line| types.line(line)) {
            let name = types.name(line.name);
            if !matches!(TypeName::of(name).kind, Kind::Struct | Kind::Union)
                || before.get(&line.name).map(|&line| meaning(line)) != Some(line.meaning)
            {
                continue;
            }
            for reference in &line.references {
                if let Some(users) = by_name.get_mut(reference) {
                    users.push(name);
                }
            }
        }
        Self { by_name }
    }

    /// Those of one enumerator.
    fn get(&self, name: NameId) -> &[&'a [u8]] {
        self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a change does, and what it does to the layouts of its `users`.
fn with_users(
    mut impact: Impact,
    users: &[&[u8]],
    mut changed: impl FnMut(&[u8]) -> Impact,
) -> Impact {
    for &user in users {
        let of_user = changed(user);
        if of_user.class == Class::Layout {
            impact.class = impact.class.max(Class::Layout);
            let reason = of_user.reasons.into_iter().next().map(Box::new);
            let told = reason.map(|reason| Reason::OfUser { user: user.to_owned(), reason });
            impact.reasons.splice(0..0, told);
        }
    }
    impact
}

/// Says of each export with another CRC the worst that the causes do which reach it.
pub(super) fn judge_exports(types: &Types, causes: &[Cause], findings: &mut [Finding]) {
    let mut worst: Vec<Option<Class>> = vec![None; types.name_count()];
    for cause in causes {
        for export in &*cause.exports {
            let class = &mut worst[export.place()];
            *class = (*class).max(Some(cause.impact.class));
        }
    }
    for finding in findings.iter_mut().filter(|it| it.lint == Lint::CrcChanged) {
        if let Detail::Changed { worst: of_finding, .. } = &mut finding.detail {
            let name = types.find_name(&finding.symbol);
            *of_finding = name.and_then(|name| worst[name.place()]);
        }
    }
}
