//! abi-diff: what changed between the module interfaces of two kernels, why, and how much it
//! matters. Start at [`compare`], which has a call for each step.
//!
//! `lints` has a row for each kind of difference. `findings` compares single exports, `typed_exports` those
//! that only types name; `causes` finds
//! the declarations that changed, and the exports that they reach, and `variants` joins those that are one
//! enum of Rust; `impacts` says what each of these
//! does to modules, and `visibility` corrects that by what other files know; `btf_changes` has what
//! BTF says of types. `explanation` holds findings and causes together; `declared_twice` and `silent`
//! find what no CRC shows. Then `stable_list` keeps what somebody has promised, `verdicts` judges by
//! `rules`, `baseline` writes rules for what is left, `consumers` finds which modules use what changed,
//! and `report` writes it.

mod baseline;
mod btf_causes;
mod btf_changes;
mod causes;
mod change;
mod comparison;
mod consumers;
mod declared_twice;
mod explanation;
mod findings;
mod impacts;
mod lints;
pub mod members;
mod nearest_causes;
mod pattern;
mod reach;
mod report;
mod rules;
mod shape;
mod silent;
mod stable_list;
mod type_string_shape;
mod typed_exports;
mod variants;
mod verdicts;
mod visibility;
mod ways;
mod why;

pub use baseline::{Blessed, bless};
pub use causes::Cause;
pub use change::{Change, Visibility};
pub use comparison::Comparison;
pub use consumers::{Broken, Consumers, consumers};
pub use findings::{Detail, Finding, ListFault, Reached};
pub use lints::{Level, Lint, Tolerance, Verdict};
pub use nearest_causes::whys;
pub use report::{FORMATS, Facts, Format, HowMany, document, why_report};
pub use rules::{BadRule, Date, Gate, Rule, Rules};
pub use silent::Examined;
pub use stable_list::{BadListLine, StableList};
pub use ways::Step;
pub use why::{ByBtf, NotInBtf, Why, why, why_by_btf};

use self::btf_changes::{BothBtf, BtfTypes};
use crate::corpus::{Release, Types};
use crate::layout::data_model::DataModel;

/// Compares two releases, whose lines are held by `types`.
///
/// What a change does to modules is determined by the BTF of both, and where that lacks it for the
/// C of `model`. If not both have types, what changed is found by the BTF of both, whose declarations
/// `types` then holds, too.
pub fn compare(
    types: &mut Types,
    old: &Release,
    new: &Release,
    model: &'static DataModel,
) -> Comparison {
    let Some((old_btf, new_btf)) = old.btf.as_ref().zip(new.btf.as_ref()) else {
        return compare_by(types, old, new, model, (None, None));
    };
    let kernels = [old_btf.kernel(), new_btf.kernel()];
    let modules = [old_btf.modules(&kernels[0]), new_btf.modules(&kernels[1])];
    let modules = modules.map(Iterator::collect::<Vec<_>>);
    let [before, after] = [0, 1].map(|side: usize| BtfTypes::of(&kernels[side], &modules[side]));
    let have_types = old.corpus.is_some() && new.corpus.is_some();
    let exports = old.exports.as_ref().zip(new.exports.as_ref()).filter(|_| !have_types);
    let lines = exports
        .map(|(of_old, of_new)| btf_causes::lines(types, [&before, &after], [of_old, of_new]));
    let btf = BothBtf::new(types, [&before, &after], new.exports.as_ref());
    compare_by(types, old, new, model, (Some(&btf), lines.as_ref()))
}

/// The steps of a comparison; each needs only what those before it have found. `lines` has what BTF
/// declares, if not both releases have types.
fn compare_by(
    types: &Types,
    old: &Release,
    new: &Release,
    model: &'static DataModel,
    (btf, lines): (Option<&BothBtf<'_>>, Option<&btf_causes::Lines>),
) -> Comparison {
    let exports = old.exports.as_ref().zip(new.exports.as_ref()).map(<[_; 2]>::from);
    let corpora = old.corpus.as_ref().zip(new.corpus.as_ref()).map(<[_; 2]>::from);
    // What differs of single exports.
    let mut findings = match exports {
        Some(exports) => findings::of_exports(exports),
        None => typed_exports::findings(types, [old, new]),
    };
    // The declarations that changed, and what that does.
    let causes = corpora.map(|corpora| {
        let mut causes = causes::causes(types, corpora, btf);
        variants::join(types, corpora, &mut causes);
        impacts::judge(types, corpora, model, btf, &mut causes);
        visibility::judge(types, corpora, model, btf, &mut causes);
        causes
    });
    let by_btf = lines.zip(exports).map(|(lines, exports)| {
        let (mut causes, rest) = btf_causes::causes(types, lines, exports);
        impacts::judge(types, [&lines[0], &lines[1]], model, btf, &mut causes);
        (causes, rest)
    });
    let (causes, rest_by_btf) = match (causes, by_btf) {
        (None, Some((causes, rest))) => (Some(causes), Some(rest)),
        (causes, _) => (causes, None),
    };
    let known_causes = causes.as_deref().unwrap_or_default();
    impacts::judge_exports(types, known_causes, &mut findings);
    // What declarations do not explain.
    let rest = corpora.map(|corpora| explanation::rest(types, corpora, known_causes, &findings));
    let rest = rest.unwrap_or_default();
    findings.extend(rest.unexplained);
    // What no CRC shows.
    findings.extend(corpora.map(|it| declared_twice::findings(types, it)).unwrap_or_default());
    let declared_causes = if corpora.is_some() { known_causes } else { &[] };
    let silent = exports.map(|it| silent::breaks(types, it, corpora, declared_causes, btf));
    let silent = silent.unwrap_or_default();
    findings.extend(silent.findings);
    let is_by_btf = rest_by_btf.is_some();
    let rest_by_btf = rest_by_btf.unwrap_or_default();
    Comparison {
        findings,
        causes,
        is_by_btf,
        untyped: [rest.untyped, rest_by_btf.untyped].concat(),
        unexplained: rest_by_btf.unexplained,
        is_too_much_by_btf: rest_by_btf.is_too_much,
        examined: silent.examined,
        tolerated: Vec::new(),
    }
}
