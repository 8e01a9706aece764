//! What a type is for people, as C that compiles; and two of them side by side.

use super::definition::{Alias, Definition, Enumeration};
use super::table;
use crate::difference::{Run, runs};
use crate::shown::{Page, Shown};

/// How wide the columns before C are, as in [`table::table`].
const COLUMNS: usize = 19;

/// How wide the value of an enumerator may be, in letters.
const VALUE: usize = 20;

/// What a type is, in lines. `of` is what it is called.
pub fn text(of: &str, definition: &Definition) -> Page {
    match definition {
        Definition::Record(layout) => table::table(of, layout),
        Definition::Enumeration(of_enum) => enumeration(of, of_enum),
        Definition::Alias(of_alias) => alias(of_alias),
    }
}

/// What a type is in two sources, line by line, with a sign before what differs.
pub fn side_by_side(of: &str, old: &Definition, new: &Definition) -> Page {
    match (old, new) {
        (Definition::Record(old), Definition::Record(new)) => table::side_by_side(of, old, new),
        (Definition::Enumeration(old), Definition::Enumeration(new)) => enumerations(of, old, new),
        (Definition::Alias(old), Definition::Alias(new)) => aliases(old, new),
        _ => {
            let mut page = Page::of_line("old:");
            page.append(&text(of, old));
            page.line("new:");
            page.append(&text(of, new));
            page
        }
    }
}

/// A line of C behind the columns.
fn line(page: &mut Page, depth: usize, c: &str) {
    page.line(format!("{}{}{c}", " ".repeat(COLUMNS), "    ".repeat(depth)));
}

fn enumeration(title: &str, of: &Enumeration) -> Page {
    let mut page = Page::default();
    let (head, end) = match title.contains(' ') {
        true => (format!("{title} {{"), "};".to_owned()),
        false => ("typedef enum {".to_owned(), format!("}} {title};")),
    };
    line(&mut page, 0, &head);
    for (name, value) in &of.enumerators {
        line(&mut page, 1, &format!("{} = {value},", Shown(name)));
    }
    line(&mut page, 0, &end);
    let [size, align] = [Some(of.size), of.align].map(number);
    page.put(format!("size {size}"));
    if of.align.is_some() {
        page.put(format!(", alignment {align}"));
    }
    page.line(format!(", {}, enumerators {}", sign(of.is_signed), of.enumerators.len()));
    if of.is_signed.is_none() {
        page.line(UNTOLD_SIGN);
    }
    page
}

/// What is said where the sign of an enum is not known.
const UNTOLD_SIGN: &str =
    "the BTF does not record signs of enums: the largest values may be negative ones";

fn sign(is_signed: Option<bool>) -> &'static str {
    match is_signed {
        Some(true) => "signed",
        Some(false) => "unsigned",
        None => "sign unknown",
    }
}

fn alias(of: &Alias) -> Page {
    let mut page = Page::default();
    for declaration in &of.declarations {
        line(&mut page, 0, &Shown(declaration).to_string());
    }
    page.append(&facts([of, of]));
    page
}

fn enumerations(title: &str, old: &Enumeration, new: &Enumeration) -> Page {
    let mut page = Page::of_line(format!("  {:>VALUE$} {:>VALUE$}  {title}", "old", "new"));
    let mut put = |name: &[u8], values: [Option<i128>; 2]| {
        let [old, new] = values.map(|it| it.map_or(String::new(), |it| it.to_string()));
        let sign = sign_of(values);
        page.line(format!("{sign} {old:>VALUE$} {new:>VALUE$}  {}", Shown(name)));
    };
    let names = |of: &Enumeration| -> Vec<Vec<u8>> {
        of.enumerators.iter().map(|(name, _)| name.clone()).collect()
    };
    for run in runs(&names(old), &names(new)) {
        match run {
            Run::Kept { old: before, new: after } => {
                let pairs = old.enumerators[before].iter().zip(&new.enumerators[after]);
                pairs.for_each(|((name, old), (_, new))| put(name, [Some(*old), Some(*new)]));
            }
            Run::Replaced { old: before, new: after } => {
                let before = old.enumerators[before].iter();
                before.for_each(|(name, value)| put(name, [Some(*value), None]));
                let after = new.enumerators[after].iter();
                after.for_each(|(name, value)| put(name, [None, Some(*value)]));
            }
        }
    }
    let size = change([old, new].map(|it| it.size.to_string()));
    page.put(format!("size {size}"));
    put_align(&mut page, [old.align, new.align]);
    page.line(format!(", {}", change([old, new].map(|it| sign(it.is_signed).to_owned()))));
    if old.is_signed.is_none() || new.is_signed.is_none() {
        page.line(UNTOLD_SIGN);
    }
    page
}

fn aliases(old: &Alias, new: &Alias) -> Page {
    let mut page = Page::default();
    let mut put = |sign: char, declarations: &[Vec<u8>]| {
        for declaration in declarations {
            page.line(format!("{sign} {}", Shown(declaration)));
        }
    };
    for run in runs(&old.declarations, &new.declarations) {
        match run {
            Run::Kept { new: after, .. } => put(' ', &new.declarations[after]),
            Run::Replaced { old: before, new: after } => {
                put('-', &old.declarations[before]);
                put('+', &new.declarations[after]);
            }
        }
    }
    page.append(&facts([old, new]));
    page
}

/// Size, alignment and sort of a typedef in two sources.
fn facts(of: [&Alias; 2]) -> Page {
    let mut page = Page::default();
    if of.iter().any(|it| it.size.is_some()) {
        page.put(format!("size {}", change(of.map(|it| number(it.size)))));
        put_align(&mut page, of.map(|it| it.align));
        page.put(", ");
    }
    page.line(change(of.map(|it| it.sort.word().to_owned())));
    page
}

/// Adds the alignment, where one is known.
fn put_align(page: &mut Page, of: [Option<u64>; 2]) {
    if of.iter().any(Option::is_some) {
        page.put(format!(", alignment {}", change(of.map(number))));
    }
}

fn number(of: Option<u64>) -> String {
    of.map_or("unknown".to_owned(), |it| it.to_string())
}

/// What is in both sources, or what it was and what it is.
fn change([old, new]: [String; 2]) -> String {
    if old == new { old } else { format!("{old} -> {new}") }
}

/// The sign before a line with these values.
fn sign_of(values: [Option<i128>; 2]) -> char {
    match values {
        [Some(_), None] => '-',
        [None, Some(_)] => '+',
        [old, new] if old == new => ' ',
        _ => '!',
    }
}
