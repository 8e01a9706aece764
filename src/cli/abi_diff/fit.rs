//! Whether two releases can be compared at all, and what to know about it.

use crate::cli::exit::{Failure, Result};
use crate::corpus::{Language, Release};
use crate::kernel::{Exports, Origin};
use crate::module::Machine;
use crate::shown::counted;

/// What is said of a release before the comparison.
type Remark = Vec<u8>;

/// Remarks before the comparison.
///
/// # Errors
/// The two have nothing that can be compared.
pub(super) fn check(old: &Release, new: &Release) -> Result<Vec<Remark>> {
    has_common(old, new)?;
    let languages = languages([old, new]);
    let Some(exports) = old.exports.as_ref().zip(new.exports.as_ref()) else {
        return Ok(languages.into_iter().chain(one_list(old, new)).collect());
    };
    let origins = (&exports.0.origin, &exports.1.origin);
    is_one_machine([old, new], origins)?;
    let sides = [(old, exports.0, exports.1), (new, exports.1, exports.0)];
    let eras = sides.into_iter().filter_map(|(release, own, other)| era(release, own, other));
    let disagreements = [(old, origins.0), (new, origins.1)].into_iter().filter_map(disagreement);
    let general = languages.into_iter().chain(compilers(origins));
    Ok(general.chain(eras).chain(disagreements).collect())
}

/// # Errors
/// What the one has, the other has not; or there are exports on both sides, and nothing is known of them.
fn has_common(old: &Release, new: &Release) -> Result<()> {
    let has_both = |has: fn(&Release) -> bool| has(old) && has(new);
    let has_any = |it: &Release| it.corpus.as_ref().is_some_and(|it| it.exports().next().is_some());
    if has_both(|it| it.corpus.is_some()) && (has_any(old) || has_any(new)) {
        return Ok(());
    }
    if has_both(|it| it.exports.is_some()) {
        let has_crcs = [old, new].map(|it| it.exports.as_ref().and_then(Exports::has_crcs));
        let nothing = match has_crcs {
            [None, None] => "neither has any export",
            [None | Some(false), None | Some(false)] if !has_both(|it| it.btf.is_some()) => {
                "neither has CRCs (CONFIG_MODVERSIONS is off), and not both have types or BTF, which \
                 kernel images and their packages have (--btf reads it from there)"
            }
            _ => return Ok(()),
        };
        let words = format!(": nothing can be compared: {nothing}");
        return Err(Failure([&old.title[..], b", ", &new.title, words.as_bytes()].concat()));
    }
    if has_both(|it| it.corpus.is_some()) {
        let words = b": nothing can be compared: neither has any export";
        return Err(Failure([&old.title[..], b", ", &new.title, words].concat()));
    }
    let what = |it: &Release| {
        let what = match (&it.exports, &it.corpus) {
            (Some(_), _) => "CRCs",
            (None, Some(_)) => "types",
            (None, None) => "BTF",
        };
        [&it.title[..], b" has only ", what.as_bytes()].concat()
    };
    let words = b": nothing can be compared";
    Err(Failure([&what(old), &b", "[..], &what(new), words].concat()))
}

/// # Errors
/// The two are for different machines.
fn is_one_machine([old, new]: [&Release; 2], origins: (&Origin, &Origin)) -> Result<()> {
    let Some((one, other)) = origins.0.machine.as_ref().zip(origins.1.machine.as_ref()) else {
        return Ok(());
    };
    if one == other {
        return Ok(());
    }
    let said = |it: &Release, machine: &Machine| {
        [&it.title[..], format!(" is for {machine}").as_bytes()].concat()
    };
    let words = b": CRCs of different architectures cannot be compared";
    Err(Failure([&said(old, one), &b", "[..], &said(new, other), words].concat()))
}

/// That only one side has a list of exports.
fn one_list(old: &Release, new: &Release) -> Option<Remark> {
    let (with, without) = match (&old.exports, &new.exports) {
        (Some(_), None) => (old, new),
        (None, Some(_)) => (new, old),
        _ => return None,
    };
    let words: [&[u8]; 4] = [
        &without.title,
        b": it has no list of exports, and ",
        &with.title,
        b" has one: CRCs are not compared, and exports are by the types of both (--symvers gives lists)",
    ];
    Some(words.concat())
}

/// That the CRCs are of different kinds.
fn languages(releases: [&Release; 2]) -> Option<Remark> {
    let [old, new] = releases.map(|it| it.corpus.as_ref().map(|it| it.language));
    let program = |language: Language| match language {
        Language::C => "genksyms",
        Language::TypeStrings => "gendwarfksyms",
    };
    let (old, new) = (program(old?), program(new?));
    let words = format!(
        "the types of OLD are those of {old}, of NEW those of {new}: all CRCs differ, and all declarations"
    );
    (old != new).then(|| words.into_bytes())
}

/// That the compilers differ.
fn compilers(origins: (&Origin, &Origin)) -> Option<Remark> {
    let (one, other) = origins.0.compiler.as_ref().zip(origins.1.compiler.as_ref())?;
    let words = [&b"the compilers differ: "[..], one, b", then ", other];
    (one != other).then(|| words.concat())
}

/// That one side does not record what the other has.
fn era(release: &Release, own: &Exports, other: &Exports) -> Option<Remark> {
    let has_some = other.iter().any(|(_, export)| !export.namespace().is_empty());
    let words =
        b": it does not record symbol namespaces (kernels before 5.4), so these are not compared";
    let has_own = own.iter().any(|(_, export)| !export.is_import);
    (has_own && !own.has_namespaces() && has_some).then(|| [&release.title[..], words].concat())
}

/// That modules of a release do not agree on the CRC of what they import.
fn disagreement((release, origin): (&Release, &Origin)) -> Option<Remark> {
    let first = origin.disagreements.first()?;
    let count = counted(origin.disagreements.len(), "symbol");
    let [one, other] = &first.modules;
    let head = format!(
        ": its modules were built against different CRCs of {count}, and the first one is \
         used, for example "
    );
    let words: [&[u8]; 7] =
        [&release.title, head.as_bytes(), &first.symbol, b": ", one, b", ", other];
    Some(words.concat())
}
