//! Why the CRC of one export changed, for people.

use super::changes::{put, told};
use super::words::impact_line;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::ways::Step;
use crate::abi_diff::why::{ByBtf, Why};
use crate::canonical::spelled;
use crate::corpus::{NameId, Types};
use crate::shown::{Page, counted};

/// How much of it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowMany {
    /// All changed declarations.
    All,
    /// So many of them, and how many more there are. The words say how to see these.
    Few(usize, &'static str),
    /// All, of which there are at most this many, since no others were looked for; and of the change of
    /// each at most so many lines.
    Nearest(usize, usize),
}

/// How many steps of a way are written: the last ones.
const MOST_STEPS: usize = 20;

/// Writes it for people.
pub fn why_report(types: &Types, export: NameId, why: &Why, extent: HowMany) -> Page {
    let mut page = Page::default();
    page.put(types.name(export));
    let changed = match why.causes.len() {
        0 => "no changed declaration".to_owned(),
        count if matches!(extent, HowMany::Nearest(most, _) if count == most) => {
            format!("the {count} nearest changed declarations")
        }
        count => counted(count, "changed declaration"),
    };
    match why.by_btf {
        None if why.causes.is_empty() => {
            page.line(": no declaration that its CRC covers has changed");
        }
        None => page.put(format!(": {changed} that its CRC covers (in ")).put(&why.file).line(")"),
        Some(by_btf) => {
            page.put(format!(": {changed} that it leads to (by the BTF of "));
            page.put(&why.file).line(")");
            page.line(note(by_btf, why.causes.len()));
        }
    }
    let (few, how, longest) = match extent {
        HowMany::All => (usize::MAX, "", usize::MAX),
        HowMany::Few(few, how) => (few, how, usize::MAX),
        HowMany::Nearest(_, longest) => (usize::MAX, "", longest),
    };
    for (number, cause) in why.causes.iter().take(few).enumerate() {
        page.end();
        page.put(format!("{}. ", number + 1)).line(spelled(types.name(cause.change.name)));
        page.tabs(1).line(impact_line(&cause.impact));
        way(types, why, cause, &mut page);
        let mut of_change = Page::default();
        change(types, cause, &mut of_change);
        page.append_lines(&of_change, longest);
    }
    let more = why.causes.len().saturating_sub(few);
    if more > 0 {
        page.end();
        page.line(format!("... and {} ({how})", counted(more, "more changed declaration")));
    }
    page
}

/// What the CRC says that BTF does not show: which of the changes the export's file sees.
fn note(by_btf: ByBtf, causes: usize) -> &'static str {
    match (by_btf, causes) {
        (ByBtf::SameCrc, 0) => "its CRC is the same in both kernels",
        (ByBtf::SameCrc, _) => {
            "its CRC is the same in both kernels: its source file sees none of these changes"
        }
        (ByBtf::OtherCrc, 0) => {
            "its CRC differs: the reason is not known from BTF, which lacks attributes, and constants that \
             are no enumerators of a type"
        }
        (ByBtf::OtherCrc, _) => {
            "its CRC differs: its source file sees at least one of them; BTF does not show which"
        }
        (ByBtf::NoCrc, _) => "it has no CRC that would show which of them its source file sees",
    }
}

/// The way from the export to a cause: of a long one its end.
fn way(types: &Types, why: &Why, cause: &Cause, page: &mut Page) {
    let last: Vec<Step<'_>> = why.back_from(cause).take(MOST_STEPS).collect();
    let left_out = why.steps_to(cause).saturating_sub(last.len());
    if left_out > 0 {
        page.tabs(1).line(format!("... after {}:", counted(left_out, "step")));
    }
    for Step { name, line } in last.into_iter().rev() {
        page.tabs(1).put(spelled(types.name(name))).put(": ").line(line);
    }
}

/// What changed in the declarations of a cause.
fn change(types: &Types, cause: &Cause, page: &mut Page) {
    for sentence in told(types, cause) {
        page.tabs(1).put("=> ").line(sentence);
    }
    put(types, cause, page);
}
