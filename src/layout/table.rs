//! A layout for people, member by member, with what lies between them; and two of them side by side.

use std::ops::Range;

use super::{Kind, Layout, Member};
use crate::canonical::named;
use crate::difference::{Run, runs};
use crate::shown::{Page, Shown, counted};

/// The bytes of a cache line.
const CACHE_LINE: u64 = 64;

/// A layout in lines: offset, size, member. `of` is what the type is called.
pub fn table(of: &str, layout: &Layout) -> Page {
    let mut table = Table::default();
    let (head, end) = frame(of, layout.kind);
    table.line(None, None, 0, &head);
    table.members(layout.kind, &layout.members, 8 * layout.size, 1);
    table.line(None, None, 0, &end);
    let Table { mut page, holes, hole_bits, .. } = table;
    let align = layout.align.map(|align| format!(", alignment {align}")).unwrap_or_default();
    let lines = layout.size.div_ceil(CACHE_LINE);
    let (size, members) = (layout.size, layout.members.len());
    page.line(format!("size {size}{align}, members {members}, cache lines {lines}"));
    if holes > 0 {
        page.line(format!("holes {holes}, {} in them", amount(hole_bits)));
    }
    page
}

/// What C has before and behind the members of a type. A typedef does not say what it is called of.
fn frame(of: &str, kind: Kind) -> (String, String) {
    match of.contains(' ') {
        true => (format!("{of} {{"), "};".to_owned()),
        false => (format!("typedef {} {{", word(kind)), format!("}} {of};")),
    }
}

/// The word that a type of this kind begins with.
fn word(kind: Kind) -> &'static str {
    if kind == Kind::Union { "union" } else { "struct" }
}

/// Lines under way.
#[derive(Default)]
struct Table {
    page: Page,
    holes: usize,
    hole_bits: u64,
    /// The cache line that the last member was in.
    cache_line: u64,
}

impl Table {
    fn line(&mut self, offset: Option<u64>, size: Option<u64>, depth: usize, text: &str) {
        let offset = offset.map(place).unwrap_or_default();
        let size = size.map(place).unwrap_or_default();
        let tabs = "    ".repeat(depth);
        let line = format!("{offset:>9} {size:>7}  {tabs}{text}");
        self.page.line(line.trim_end());
    }

    /// The members of a struct or union that ends at `end`.
    fn members(&mut self, kind: Kind, members: &[Member], end: u64, depth: usize) {
        let mut gaps = gaps(kind, members, end).into_iter();
        for (member, gap) in members.iter().zip(gaps.by_ref()) {
            self.gap(gap, "hole", depth);
            let line = member.bit_offset / (8 * CACHE_LINE);
            if kind == Kind::Struct && line > self.cache_line {
                self.cache_line = line;
                let text = format!("/* cache line {line} */");
                self.line(Some(8 * CACHE_LINE * line), None, depth, &text);
            }
            self.member(member, depth);
        }
        gaps.for_each(|gap| self.gap(gap, "padding", depth));
    }

    fn gap(&mut self, gap: Range<u64>, what: &str, depth: usize) {
        let size = gap.end - gap.start;
        if size > 0 {
            let text = format!("/* {what} of {} */", amount(size));
            self.line(Some(gap.start), Some(size), depth, &text);
            self.holes += 1;
            self.hole_bits += size;
        }
    }

    fn member(&mut self, member: &Member, depth: usize) {
        let size = Some(member.bit_size);
        let text = declared(member);
        if member.inner.is_empty() {
            self.line(Some(member.bit_offset), size, depth, &format!("{text};"));
            return;
        }
        let (kind, end) = extent(member);
        let word = word(kind);
        self.line(Some(member.bit_offset), size, depth, &format!("{word} {{"));
        self.members(kind, &member.inner, end, depth + 1);
        let name = text.strip_prefix(word).unwrap_or(&text).trim_start();
        let name = name.strip_prefix("{ ... }").unwrap_or(name).trim_start();
        self.line(None, None, depth, format!("}} {name};").replace(" ;", ";").as_str());
    }
}

/// How many holes a struct or union has, with those of unnamed ones in it. Padding is a hole.
pub fn holes(layout: &Layout) -> usize {
    fn count(kind: Kind, members: &[Member], end: u64) -> usize {
        let own = gaps(kind, members, end).iter().filter(|gap| !gap.is_empty()).count();
        let inner = members.iter().filter(|member| !member.inner.is_empty()).map(|member| {
            let (kind, end) = extent(member);
            count(kind, &member.inner, end)
        });
        own + inner.sum::<usize>()
    }
    count(layout.kind, &layout.members, 8 * layout.size)
}

/// The bits that are unused before each member of a struct or union, and those before its end.
fn gaps(kind: Kind, members: &[Member], end: u64) -> Vec<Range<u64>> {
    let mut position = members.first().map_or(0, |first| first.bit_offset);
    let starts = members.iter().map(|member| (member.bit_offset, reach(member)));
    let gap = |(start, reach): (u64, u64)| {
        let is_gap = kind == Kind::Struct && start > position;
        let gap = if is_gap { position..start } else { start..start };
        position = position.max(reach);
        gap
    };
    starts.chain([(end, end)]).map(gap).collect()
}

/// Where a member ends.
fn reach(member: &Member) -> u64 {
    member.bit_offset.saturating_add(member.bit_size)
}

/// What an unnamed struct or union with members is, and where it ends.
fn extent(member: &Member) -> (Kind, u64) {
    let of_type = String::from_utf8_lossy(&member.of_type);
    let kind = if of_type.starts_with("union") { Kind::Union } else { Kind::Struct };
    // Of an array, the members of the first element are listed; where it ends is not known.
    let end = match of_type.contains('[') {
        true => member.inner.iter().map(reach).max().unwrap_or(0),
        false => reach(member),
    };
    (kind, end)
}

/// A member as C has it.
fn declared(member: &Member) -> String {
    let name = member.name.as_deref().map(|name| Shown(name).to_string());
    declared_as(member, &name.unwrap_or_default())
}

/// The same under another name.
fn declared_as(member: &Member, name: &str) -> String {
    let mut text = named(&Shown(&member.of_type).to_string(), name);
    if member.is_bit_field {
        text += &format!(" : {}", member.bit_size);
    }
    text
}

/// Bytes, and bits after a colon if there are some.
fn place(bits: u64) -> String {
    match bits % 8 {
        0 => (bits / 8).to_string(),
        rest => format!("{}:{rest}", bits / 8),
    }
}

/// So many bytes, or bits.
fn amount(bits: u64) -> String {
    match bits % 8 {
        0 => counted(bits / 8, "byte"),
        _ => counted(bits, "bit"),
    }
}

/// A row of two layouts side by side.
struct Row {
    path: String,
    offset: u64,
    size: u64,
    text: String,
}

impl Row {
    /// That of a hole or padding; none if there is none.
    fn of_gap(prefix: &str, what: &str, gap: &Range<u64>) -> Option<Row> {
        let text = format!("/* {what} */");
        let (offset, size) = (gap.start, gap.end - gap.start);
        (size > 0).then(|| Row { path: format!("{prefix}{text}"), offset, size, text })
    }
}

/// The rows of the members of a struct or union that ends at `end`, and of what lies between them.
fn rows(prefix: &str, (kind, members, end): (Kind, &[Member], u64), rows_so_far: &mut Vec<Row>) {
    let gaps = gaps(kind, members, end);
    for (member, gap) in members.iter().zip(&gaps) {
        rows_so_far.extend(Row::of_gap(prefix, "hole", gap));
        let path = match &member.name {
            Some(name) => {
                let path = format!("{prefix}{}", Shown(name));
                let (offset, size) = (member.bit_offset, member.bit_size);
                let text = declared_as(member, &path);
                rows_so_far.push(Row { path: path.clone(), offset, size, text });
                format!("{path}.")
            }
            None => prefix.to_owned(),
        };
        if !member.inner.is_empty() {
            let (kind, end) = extent(member);
            rows(&path, (kind, &member.inner, end), rows_so_far);
        }
    }
    if let Some(gap) = gaps.last() {
        rows_so_far.extend(Row::of_gap(prefix, "padding", gap));
    }
}

/// Two layouts side by side: offset and size in each, and a sign before what differs.
pub fn side_by_side(of: &str, old: &Layout, new: &Layout) -> Page {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    rows("", (old.kind, &old.members, 8 * old.size), &mut before);
    rows("", (new.kind, &new.members, 8 * new.size), &mut after);
    fn paths(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|row| row.path.as_str()).collect()
    }
    let head = format!("  {:>9} {:>7}   {:>9} {:>7}  {of}", "old", "size", "new", "size");
    let mut page = Page::of_line(head);
    let mut put = |old: Option<&Row>, new: Option<&Row>| {
        let is_same = |(old, new): (&Row, &Row)| (old.offset, old.size) == (new.offset, new.size);
        let sign = match (old, new) {
            (Some(_), None) => '-',
            (None, Some(_)) => '+',
            (old, new) if old.zip(new).is_some_and(is_same) => ' ',
            _ => '!',
        };
        let cells = |row: Option<&Row>| match row {
            Some(row) => format!("{:>9} {:>7}", place(row.offset), place(row.size)),
            None => " ".repeat(17),
        };
        let name = new.or(old).map_or("", |row| &row.text);
        page.line(format!("{sign} {}   {}  {name}", cells(old), cells(new)));
    };
    for run in runs(&paths(&before), &paths(&after)) {
        match run {
            Run::Kept { old, new } => {
                let pairs = before[old].iter().zip(&after[new]);
                pairs.for_each(|(old, new)| put(Some(old), Some(new)));
            }
            Run::Replaced { old, new } => {
                before[old].iter().for_each(|old| put(Some(old), None));
                after[new].iter().for_each(|new| put(None, Some(new)));
            }
        }
    }
    let same = |old: String, new: String| if old == new { old } else { format!("{old} -> {new}") };
    page.put(format!("size {}", same(old.size.to_string(), new.size.to_string())));
    // BTF has none.
    if old.align.is_some() || new.align.is_some() {
        let align =
            |layout: &Layout| layout.align.map_or("unknown".to_owned(), |it| it.to_string());
        page.put(format!(", alignment {}", same(align(old), align(new))));
    }
    page.end();
    page
}
