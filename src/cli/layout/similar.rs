//! Which types are called similarly to one that is not there: `did you mean`.

use std::borrow::Cow;
use std::ffi::OsStr;

use crate::canonical::spelled;
use crate::formats::symtypes::TypeName;

/// How similar a name must be; 1 is the same.
const SIMILAR: f64 = 0.85;

/// How many are told.
const FEW: usize = 3;

/// How long the names are that are compared, in bytes: it takes as many steps as both have letters,
/// one times the other.
const LONGEST: usize = 128;

/// Those of `names`, with the letters of their kinds, that are similar to `wanted`, the most similar
/// first, as C calls them.
pub(super) fn similar<'n>(
    wanted: &OsStr,
    names: impl Iterator<Item = Cow<'n, [u8]>>,
) -> Vec<String> {
    let wanted = wanted.to_string_lossy();
    let bare = wanted.rsplit([' ', '#']).next().unwrap_or_default();
    if bare.len() > LONGEST {
        return Vec::new();
    }
    let mut found: Vec<(f64, String)> = names.filter_map(|name| likeness(bare, &name)).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    found.dedup();
    found.into_iter().take(FEW).map(|(_, title)| title).collect()
}

/// How similar a name is, and what it is called in C; none if it is not similar.
fn likeness(bare: &str, name: &[u8]) -> Option<(f64, String)> {
    let other = TypeName::of(name).bare;
    if other.len() > LONGEST {
        return None;
    }
    let likeness = strsim::jaro_winkler(bare, &String::from_utf8_lossy(other));
    let title = || String::from_utf8_lossy(&spelled(name)).into_owned();
    (likeness > SIMILAR).then(|| (likeness, title()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_typo_is_similar_and_another_one_is_not() {
        let names: [&[u8]; 5] = [b"s#task_struct", b"s#page", b"u#task_stuff", b"t#u32", b"s#page"];
        let similar = |wanted: &str| {
            similar(OsStr::new(wanted), names.iter().map(|name| Cow::Borrowed(*name)))
        };
        assert_eq!(similar("tsk_struct"), ["struct task_struct"]);
        assert_eq!(similar("struct pagee"), ["struct page"]);
        assert_eq!(similar("inode"), [""; 0]);
        assert_eq!(similar(&"page".repeat(1000)), [""; 0]);
    }
}
