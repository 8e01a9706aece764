//! What a comparison did not evaluate, and why: so that nobody takes silence for an answer.

use super::facts::Facts;
use crate::abi_diff::lints::Lint;
use crate::corpus::Release;
use crate::kernel::Exports;
use crate::report::{NotEvaluated, Text};

/// All of it.
pub(super) fn list(facts: &Facts<'_>) -> Vec<NotEvaluated> {
    let mut list = Vec::new();
    let mut add = |id, what, count, why: &str| {
        list.push(NotEvaluated { id, what, count, why: Text::of(why) });
    };
    let found = facts.found;
    if let Some(why) = lacking(facts, |it| it.exports.is_some(), "a list of exports") {
        add("exports", "CRCs, licenses, namespaces and modules of exports", None, &why);
    }
    if let Some(why) = lacking(facts, is_whole, "all exports of its kernel and modules") {
        add("other-exports", "exports of the other modules", None, &why);
    }
    if let Some(why) = lacking(facts, has_namespaces, "symbol namespaces recorded") {
        add("namespaces", "symbol namespaces", None, &why);
    }
    if found.causes.is_none() {
        let why = lacking(facts, |it| it.corpus.is_some() || it.btf.is_some(), "types or BTF");
        let why = why.unwrap_or_else(|| "the types of one and the BTF of the other".to_owned());
        add("causes", "why CRCs changed", None, &why);
    }
    if found.is_too_much_by_btf {
        add("causes", "which exports lead to what changed", None, "too much differs in BTF");
    }
    if found.causes.is_some() && !found.untyped.is_empty() {
        let count = Some(found.untyped.len());
        add("causes-of-exports", "why the CRC of exports changed", count, untyped_why(facts));
    }
    if !found.unexplained.is_empty() {
        let why = "no type that they lead to differs in BTF";
        let count = Some(found.unexplained.len());
        add("causes-of-exports", "why the CRC of exports changed", count, why);
    }
    match found.examined {
        Some(examined) => {
            let rest = examined.same_crc - examined.by_declarations - examined.by_btf;
            if rest > 0 {
                let why = "neither declarations nor BTF have them";
                add("silent-breaks", "silent breaks of exports with the same CRC", Some(rest), why);
            }
        }
        None if has_records(facts) => {
            let why = lacking(facts, |it| it.btf.is_some(), "BTF").unwrap_or_default();
            add("hidden-changes", "changes that are hidden from genksyms", None, &why);
        }
        None => {
            let why = lacking(facts, |it| it.btf.is_some(), "BTF or ABI records");
            let why = why.unwrap_or_else(|| "not both have lists of exports".to_owned());
            add("silent-breaks", "silent breaks of exports with the same CRC", None, &why);
        }
    }
    if !facts.has_stable_list {
        add("stable-list", "a stable list", None, "none was given (--stablelist)");
    }
    if facts.consumers.is_none() {
        add("modules", "which modules use what changed", None, "none were given (--modules)");
    }
    list
}

/// Why the types of some exports are not known.
pub(super) fn untyped_why(facts: &Facts<'_>) -> &'static str {
    match facts.found.is_by_btf {
        true => "BTF lacks them",
        false => "one of the kernels has no types for them",
    }
}

/// Which lints were asked.
pub(super) fn is_evaluated(facts: &Facts<'_>, lint: Lint) -> bool {
    let [old, new] = facts.releases;
    let both = |has: fn(&Release) -> bool| has(old) && has(new);
    match lint {
        Lint::ExportRemoved | Lint::ExportAdded => true,
        Lint::CrcChanged | Lint::CrcLost | Lint::CrcGained => {
            both(|it| it.exports.is_some()) && !has_no_crcs(facts)
        }
        Lint::LicenseRestricted | Lint::LicenseRelaxed | Lint::ModuleMoved => {
            both(|it| it.exports.is_some())
        }
        Lint::NamespaceGained | Lint::NamespaceChanged | Lint::NamespaceLost => {
            both(has_namespaces)
        }
        Lint::StableMissing | Lint::StableDrifted | Lint::StableUnknown | Lint::StableDuplicate => {
            facts.has_stable_list
        }
        Lint::CrcUnexplained | Lint::ExportTwice => both(|it| it.corpus.is_some()),
        Lint::SilentBreak => {
            (facts.found.examined.is_some() || has_records(facts)) && !has_no_crcs(facts)
        }
        Lint::UnversionedBreak => has_no_crcs(facts),
        Lint::HiddenChange => facts.found.examined.is_some(),
        Lint::TypeBuiltOtherwise => both(|it| it.corpus.is_some() && it.btf.is_some()),
        Lint::TypeChanged
        | Lint::TypeBecameVisible
        | Lint::TypeBecameOpaque
        | Lint::DeclarationChanged
        | Lint::ChangeCosmetic
        | Lint::ChangeCompatible
        | Lint::ChangeEnumerator
        | Lint::ChangeSignature
        | Lint::ChangeLayout
        | Lint::ChangeUnknown => facts.found.causes.is_some(),
    }
}

/// Whether neither kernel has CRCs.
fn has_no_crcs(facts: &Facts<'_>) -> bool {
    let has = facts.releases.map(|it| it.exports.as_ref().and_then(Exports::has_crcs));
    has == [Some(false), Some(false)]
}

/// Whether the types of both are ABI records.
fn has_records(facts: &Facts<'_>) -> bool {
    facts.releases.iter().all(|it| it.corpus.as_ref().is_some_and(|it| it.have_attributes))
}

/// Nothing is missing of what the release should list, as far as it lists anything.
fn is_whole(release: &Release) -> bool {
    release.exports.as_ref().is_none_or(Exports::is_whole)
}

/// The release records namespaces, as far as it lists anything.
fn has_namespaces(release: &Release) -> bool {
    release.exports.as_ref().is_none_or(Exports::has_namespaces)
}

/// Which of the two releases lacks `what`, in words; none if both have it.
fn lacking(facts: &Facts<'_>, has: fn(&Release) -> bool, what: &str) -> Option<String> {
    match facts.releases.map(has) {
        [true, true] => None,
        [false, true] => Some(format!("OLD does not have {what}")),
        [true, false] => Some(format!("NEW does not have {what}")),
        [false, false] => Some(format!("neither kernel has {what}")),
    }
}
