//! What each cause does to modules that were built before, from the layouts of both releases.
//!
//! Layouts are computed from the declarations in the first pair of files in which the cause was
//! found.

use indexmap::IndexMap;
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use super::btf_changes::BothBtf;
use super::causes::Cause;
use super::findings::Finding;
use super::lints::{Level, Lint};
use super::visibility;
use crate::canonical::spelled;
use crate::corpus::{Corpus, TypesFile};
use crate::corpus::{Declarations, LayoutsFrom};
use crate::corpus::{NameId, Types};
use crate::layout::data_model::DataModel;
use crate::layout::impact::{Class, Impact, impact};

/// How many reasons are told in a line.
const FEW: usize = 3;

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
    for cause in &mut *causes {
        by_files.entry(cause.files).or_default().push(cause);
    }
    let mut by_files: Vec<_> = by_files.into_iter().collect();
    by_files.par_iter_mut().for_each(|((old_file, new_file), causes)| {
        let files = [&old.files[*old_file], &new.files[*new_file]];
        let mut judge = btf.map(|btf| btf.judge(types, files[1]));
        let mut rest = Vec::new();
        for cause in causes {
            let told = judge.as_mut().and_then(|judge| {
                let impact = judge.impact(types, cause)?;
                let users = users(types, cause.name, files);
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
        let names: Vec<NameId> = rest.iter().map(|cause| cause.name).collect();
        let told = impacts_of(types, (old, files[0]), (new, files[1]), &names, model);
        for (cause, impact) in rest.into_iter().zip(told) {
            (cause.impact, cause.layouts_from) = (impact, old.layouts_from());
        }
    });
    drop(by_files);
    visibility::judge(types, [old, new], model, btf, causes);
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
    let (mut before, mut after) = (before.engine(model), after.engine(model));
    let told = names.iter().map(|&name| {
        let told = impact(types.name(name), &mut before, &mut after);
        let users = users(types, name, [old_file, new_file]);
        with_users(told, users, |user| impact(user, &mut before, &mut after))
    });
    told.collect()
}

/// An impact in a line: the first few reasons, and what it is a consequence of.
pub(super) fn impact_line(impact: &Impact) -> Vec<u8> {
    let mut line = format!("\t[{}]", impact_lint(impact.class).id);
    let few: Vec<&str> = impact.reasons.iter().take(FEW).map(String::as_str).collect();
    if !few.is_empty() {
        line += &format!(" {}", few.join("; "));
    }
    let more = impact.reasons.len() - few.len();
    if more > 0 {
        line += &format!("; and {more} more");
    }
    if !impact.consequence_of.is_empty() {
        line += &format!(" (with {} in it)", impact.consequence_of.join(", "));
    }
    line.push('\n');
    line.into_bytes()
}

/// The structs and unions, declared as before in the new one of two files, in whose declarations an
/// enumerator stands, by name; of other things none.
fn users<'a>(types: &'a Types, name: NameId, [old, new]: [&TypesFile; 2]) -> Vec<&'a [u8]> {
    if !types.name(name).starts_with(b"E#") {
        return Vec::new();
    }
    let meaning = |line| types.line(line).meaning;
    let lines = new.lines.iter().map(|&line| types.line(line));
    let users = lines.filter(|line| {
        line.references.contains(&name)
            && old.line_of(types, line.name).map(meaning) == Some(line.meaning)
    });
    let names = users.map(|line| types.name(line.name));
    names.filter(|name| matches!(name, [b's' | b'u', b'#', ..])).collect()
}

/// What a change does, and what it does to the layouts of its `users`.
fn with_users(
    mut impact: Impact,
    users: Vec<&[u8]>,
    mut changed: impl FnMut(&[u8]) -> Impact,
) -> Impact {
    for user in users {
        let of_user = changed(user);
        if of_user.class == Class::Layout {
            impact.class = impact.class.max(Class::Layout);
            let reasons = of_user.reasons.first().into_iter();
            let told =
                reasons.map(|it| format!("{}: {it}", String::from_utf8_lossy(&spelled(user))));
            impact.reasons.splice(0..0, told);
        }
    }
    impact
}

/// Says of each export with another CRC the worst that the causes do which reach it.
pub(super) fn judge_exports(types: &Types, causes: &[Cause], findings: &mut [Finding]) {
    let mut worst: Vec<Option<Class>> = vec![None; types.name_count()];
    for cause in causes {
        for export in &cause.exports {
            let class = &mut worst[export.0 as usize];
            *class = (*class).max(Some(cause.impact.class));
        }
    }
    for finding in findings.iter_mut().filter(|it| it.lint.id == "crc-changed") {
        let name = types.find_name(&finding.symbol);
        finding.impact = name.and_then(|name| worst[name.0 as usize]);
    }
}

/// The lint for what a change does.
pub fn impact_lint(class: Class) -> &'static Lint {
    match class {
        Class::Cosmetic => &COSMETIC,
        Class::Compatible => &COMPATIBLE,
        Class::Semantic => &SEMANTIC,
        Class::Signature => &SIGNATURE,
        Class::Layout => &LAYOUT,
        Class::Unknown => &UNKNOWN,
    }
}

/// A change of the text alone.
pub(super) const COSMETIC: Lint = Lint {
    id: "change-cosmetic",
    level: Level::Breaking,
    what: "declarations that changed without a difference to modules",
    explanation: "No size, offset, value or parameter differs: a name of a parameter, another \
                  spelling of the same type, a definition that became visible. A module that was \
                  built before would work, but its CRCs are others and it is refused.",
    finds: None,
};

/// Something new where nothing was.
pub(super) const COMPATIBLE: Lint = Lint {
    id: "change-compatible",
    level: Level::Breaking,
    what: "declarations that changed in ways that modules do not see",
    explanation: "All that a module knows of lies where it was: a reserved slot or padding is used, \
                  a member has another name, or a type of the same size and class, an enumerator \
                  is new. A module that was built before would work if the new parts may be left \
                  alone, but its CRCs are others and it is refused.",
    finds: None,
};

/// A value that modules have built in.
pub(super) const SEMANTIC: Lint = Lint {
    id: "change-semantic",
    level: Level::Breaking,
    what: "enumerators with another value",
    explanation: "A module that was built before has the former value in it, which means something \
                  else now, or nothing.",
    finds: None,
};

/// A function that is called otherwise.
pub(super) const SIGNATURE: Lint = Lint {
    id: "change-signature",
    level: Level::Breaking,
    what: "functions, or pointers to functions, with another signature",
    explanation: "Parameters or results are passed otherwise. A module that was built before would \
                  call the function, or be called, with the wrong ones, and may have to be changed \
                  before it builds.",
    finds: None,
};

/// Something lies elsewhere.
pub(super) const LAYOUT: Lint = Lint {
    id: "change-layout",
    level: Level::Breaking,
    what: "types that lie otherwise in memory",
    explanation: "A size, an offset or an alignment is another one. A module that was built before \
                  would read and write the wrong bytes, and must be built again.",
    finds: None,
};

/// It cannot be told.
pub(super) const UNKNOWN: Lint = Lint {
    id: "change-unknown",
    level: Level::Breaking,
    what: "declarations of which it cannot be told what the change does",
    explanation: "A layout or a value cannot be computed from what is known of the types. The report \
                  says why.",
    finds: None,
};
