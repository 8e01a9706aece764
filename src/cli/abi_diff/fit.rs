//! Whether two releases can be compared at all, and what to know about it.

use crate::cli::exit::{Failure, Result};
use crate::corpus::Release;
use crate::module::Machine;

/// Remarks before the comparison.
///
/// # Errors
/// The two have nothing that can be compared.
pub(super) fn check(old: &Release, new: &Release) -> Result<Vec<Vec<u8>>> {
    let has_both = |has: fn(&Release) -> bool| has(old) && has(new);
    if !has_both(|it| it.exports.is_some()) && !has_both(|it| it.corpus.is_some()) {
        let what = |it: &Release| {
            let what = match (&it.exports, &it.corpus) {
                (Some(_), _) => "CRCs",
                (None, Some(_)) => "types",
                (None, None) => "BTF",
            };
            [&it.title[..], b" has only ", what.as_bytes()].concat()
        };
        let words = b": nothing can be compared";
        return Err(Failure([&what(old), &b", "[..], &what(new), words].concat()));
    }
    let mut remarks = Vec::new();
    let Some((of_old, of_new)) = old.exports.as_ref().zip(new.exports.as_ref()) else {
        return Ok(remarks);
    };
    let (old_origin, new_origin) = (&of_old.origin, &of_new.origin);
    if let (Some(one), Some(other)) = (&old_origin.machine, &new_origin.machine)
        && one != other
    {
        let said = |it: &Release, machine: &Machine| {
            [&it.title[..], format!(" is for {machine}").as_bytes()].concat()
        };
        let words = b": CRCs of different architectures cannot be compared";
        let message = [&said(old, one), &b", "[..], &said(new, other), words].concat();
        return Err(Failure(message));
    }
    if let (Some(one), Some(other)) = (&old_origin.compiler, &new_origin.compiler)
        && one != other
    {
        let words: [&[u8]; 5] = [b"the compilers differ: ", one, b", then ", other, b""];
        remarks.push(words.concat());
    }
    for (release, origin) in [(old, old_origin), (new, new_origin)] {
        let Some(first) = origin.disagreements.first() else { continue };
        let count = origin.disagreements.len();
        let [one, other] = &first.modules;
        let head = format!(
            ": its modules were built against different CRCs of {count} symbols, and the first one is \
             used, for example "
        );
        let words: [&[u8]; 7] =
            [&release.title, head.as_bytes(), &first.symbol, b": ", one, b", ", other];
        remarks.push(words.concat());
    }
    Ok(remarks)
}
