//! What a change of a declaration does to a module that was built before it.
//!
//! The layouts of both sides decide, not the texts. What is reserved, and what hides or takes over
//! a former member, is told by its name and its place, as distributions write it.

use std::collections::BTreeMap;
use std::fmt;

use super::Unknown;
use super::describe::FUNCTION_POINTER;
use super::side::{Declared, Side};
use super::types::{Record, Type, TypeKind};

/// How much of the interface a change touches. The later, the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// No bit of the interface differs.
    Cosmetic,
    /// All that a module knows of is where it was; something new is where nothing was.
    Compatible,
    /// A value that modules have built in is another one.
    Semantic,
    /// A function is called otherwise.
    Signature,
    /// A size, an offset or an alignment is another one.
    Layout,
    /// It cannot be told.
    #[default]
    Unknown,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 6] = [
        Class::Cosmetic,
        Class::Compatible,
        Class::Semantic,
        Class::Signature,
        Class::Layout,
        Class::Unknown,
    ];

    /// Whether a module that was built before goes wrong.
    pub const fn is_break(self) -> bool {
        matches!(self, Self::Semantic | Self::Signature | Self::Layout)
    }

    /// The word or words for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Compatible => "compatible layout",
            Self::Semantic => "semantic",
            Self::Signature => "signature change",
            Self::Layout => "layout change",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a change does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// The worst that it does.
    pub class: Class,
    /// All that it does, the worst first, in words without a full stop.
    pub reasons: Vec<String>,
    /// The structs and unions in it whose own size changed, by their tags: what they move is a
    /// consequence of that.
    pub consequence_of: Vec<String>,
}

/// What happened, and how bad that is.
#[derive(Default)]
struct Found {
    reasons: Vec<(Class, String)>,
    consequence_of: Vec<String>,
}

impl Found {
    fn add(&mut self, class: Class, reason: String) {
        self.reasons.push((class, reason));
    }

    fn impact(mut self) -> Impact {
        self.reasons.sort_by_key(|(class, _)| std::cmp::Reverse(*class));
        let class = self.reasons.first().map_or(Class::Cosmetic, |(class, _)| *class);
        let reasons = self.reasons.into_iter().map(|(_, reason)| reason).collect();
        self.consequence_of.dedup();
        Impact { class, reasons, consequence_of: self.consequence_of }
    }
}

/// What the change of a declaration does: of a struct, union, enum, typedef or enumerator by its
/// name with its kind's letter, or of a function or variable by its name.
pub fn impact(name: &[u8], old: &mut impl Side, new: &mut impl Side) -> Impact {
    let mut found = Found::default();
    let ended = match name {
        [b'E', b'#', ..] => values(name, old, new, &mut found),
        [b'e', b'#', ..] => enumerators(name, old, new, &mut found),
        [b's' | b'u' | b't', b'#', ..] => types(name, old, new, &mut found),
        _ => declared(name, old, new, &mut found),
    };
    match ended {
        Ok(()) => found.impact(),
        Err(unknown) => Impact {
            class: Class::Unknown,
            reasons: vec![unknown.told()],
            consequence_of: Vec::new(),
        },
    }
}

/// An enumerator's value.
fn values(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    let (old, new) = (old.value(name)?, new.value(name)?);
    match old == new {
        true => found.add(Class::Cosmetic, format!("the value is {old} as before")),
        false => found.add(Class::Semantic, format!("value {old} -> {new}")),
    }
    Ok(())
}

/// Whether only one side knows more than the name: that says nothing of the type.
fn is_visibility(name: &[u8], old: &mut impl Side, new: &mut impl Side, found: &mut Found) -> bool {
    let reason = match (old.is_opaque(name), new.is_opaque(name)) {
        (true, false) => "its definition became visible",
        (false, true) => "its definition is not visible any more",
        _ => return false,
    };
    found.add(Class::Cosmetic, reason.to_owned());
    true
}

fn enumerators(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    if is_visibility(name, old, new, found) {
        return Ok(());
    }
    size(&old.resolved(name)?, &new.resolved(name)?, found);
    let (before, after) = (old.enumerators(name)?, new.enumerators(name)?);
    let before: BTreeMap<&str, i128> = before.iter().map(|(name, it)| (&**name, *it)).collect();
    let after: Vec<(&str, i128)> = after.iter().map(|(name, it)| (&**name, *it)).collect();
    let kept: BTreeMap<&str, i128> = after.iter().copied().collect();
    for (name, old) in &before {
        match kept.get(name) {
            Some(new) if new == old => {}
            Some(new) => found.add(Class::Semantic, format!("{name}: value {old} -> {new}")),
            None => {
                let is_new = |it: &&(&str, i128)| it.1 == *old && !before.contains_key(it.0);
                match after.iter().find(is_new) {
                    Some((new, _)) => {
                        found.add(Class::Compatible, format!("{name} = {old} is called {new} now"));
                    }
                    None => found.add(Class::Semantic, format!("{name} = {old} is gone")),
                }
            }
        }
    }
    for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(name)) {
        if !before.values().any(|known| known == value) {
            found.add(Class::Compatible, format!("{name} = {value} is new"));
        }
    }
    Ok(())
}

/// A struct, a union, or a typedef.
fn types(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    if is_visibility(name, old, new, found) {
        return Ok(());
    }
    let is_typedef = name.first() == Some(&b't');
    if is_typedef {
        let (before, after) = (old.typedef(name)?, new.typedef(name)?);
        if before != after {
            let is_function = before.contains("fn(") || after.contains("fn(");
            let class = if is_function { Class::Signature } else { Class::Compatible };
            found.add(class, format!("{before} -> {after}"));
        }
    }
    let (before, after) = (old.resolved(name)?, new.resolved(name)?);
    whole(&before, &after, found);
    match (&before.kind, &after.kind) {
        (TypeKind::Record(before), TypeKind::Record(after)) => members(before, after, found),
        _ if !is_same_class(&before, &after) => {
            found.add(Class::Layout, "it is a type of another class".to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn size(old: &Type, new: &Type, found: &mut Found) {
    if old.size != new.size {
        let told = |it: &Type| it.size.map_or("none".to_owned(), |size| size.to_string());
        found.add(Class::Layout, format!("size {} -> {}", told(old), told(new)));
    }
}

/// Size and alignment.
fn whole(old: &Type, new: &Type, found: &mut Found) {
    size(old, new, found);
    if old.align != new.align {
        found.add(Class::Layout, format!("alignment {} -> {}", old.align, new.align));
    }
}

/// A function or variable.
fn declared(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    match (old.declared(name)?, new.declared(name)?) {
        (Declared::Function(before), Declared::Function(after)) => {
            let mut compare = |what: String, before: &str, after: &str| {
                if before != after {
                    let class = passed(before, after);
                    found.add(class, format!("{what} {before} -> {after}"));
                }
            };
            compare("result".to_owned(), &before.result, &after.result);
            let pairs = before.parameters.iter().zip(&after.parameters);
            for (number, (before, after)) in pairs.enumerate() {
                compare(format!("parameter {}", number + 1), before, after);
            }
            let counts = (before.parameters.len(), after.parameters.len());
            if counts.0 != counts.1 {
                let reason = format!("{} parameters -> {}", counts.0, counts.1);
                found.add(Class::Signature, reason);
            }
            if before.has_more != after.has_more {
                found.add(Class::Signature, "`...` came or went".to_owned());
            }
        }
        (Declared::Variable(before, before_words), Declared::Variable(after, after_words)) => {
            whole(&before, &after, found);
            if before_words != after_words {
                let is_same = is_same_class(&before, &after);
                let class = if is_same { Class::Compatible } else { Class::Layout };
                found.add(class, format!("{before_words} -> {after_words}"));
            }
        }
        _ => found.add(Class::Signature, "a function became a variable, or back".to_owned()),
    }
    Ok(())
}

/// What it does that a parameter or result has another type: an integer of the same size, or a
/// pointer to something else, is passed as before.
fn passed(old: &str, new: &str) -> Class {
    let bits = |it: &str| it.strip_prefix(['s', 'u']).and_then(|bits| bits.parse::<u32>().ok());
    match bits(old).is_some() && bits(old) == bits(new) {
        true => Class::Compatible,
        false => Class::Signature,
    }
}

/// What a struct or union is made of if it has one member, or several on top of each other that are
/// alike; any other type is made of itself.
fn only_part(of: &Type) -> &Type {
    let TypeKind::Record(record) = &of.kind else { return of };
    let members = record.layout.members.iter().zip(&record.types);
    let mut parts = members.filter(|(member, _)| !member.is_bit_field).map(|(_, it)| only_part(it));
    match parts.next() {
        Some(first) if first.size == of.size && parts.all(|it| is_same_class(first, it)) => first,
        _ => of,
    }
}

/// Whether two types hold the same kind of bits.
fn is_same_class(old: &Type, new: &Type) -> bool {
    let (old, new) = match (&old.kind, &new.kind) {
        (TypeKind::Record(_), TypeKind::Record(_)) => (old, new),
        _ => (only_part(old), only_part(new)),
    };
    match (&old.kind, &new.kind) {
        (TypeKind::Array(old), TypeKind::Array(new)) => {
            old.size == new.size && is_same_class(old, new)
        }
        (TypeKind::Record(old), TypeKind::Record(new)) => {
            let mut found = Found::default();
            members(old, new, &mut found);
            found.impact().class <= Class::Compatible
        }
        _ if old.is_integer() => new.is_integer() && old.size == new.size,
        (old_kind, new_kind) => {
            old.size == new.size
                && std::mem::discriminant(old_kind) == std::mem::discriminant(new_kind)
        }
    }
}

/// A member by its path, with all that a module knows of it.
struct Flat<'r> {
    path: String,
    offset: u64,
    size: u64,
    of_type: &'r Type,
    description: &'r str,
    is_bit_field: bool,
}

impl Flat<'_> {
    fn end(&self) -> u64 {
        self.offset + self.size
    }

    /// Where it is, for people.
    fn place(&self) -> String {
        place(self.offset)
    }

    fn overlaps(&self, other: &Flat<'_>) -> bool {
        self.offset < other.end() && other.offset < self.end()
    }

    fn is_within(&self, other: &Flat<'_>) -> bool {
        other.offset <= self.offset && self.end() <= other.end()
    }

    fn is_in_place_of(&self, other: &Flat<'_>) -> bool {
        (self.offset, self.size) == (other.offset, other.size)
    }

    /// Its own name.
    fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether what is in it is listed by itself.
    fn is_open(&self) -> bool {
        self.description.ends_with("{}")
    }
}

fn place(bits: u64) -> String {
    match bits % 8 {
        0 => format!("{}", bits / 8),
        rest => format!("{} bit {rest}", bits / 8),
    }
}

/// All members, those of structs without a tag in it included.
fn flat<'r>(record: &'r Record, prefix: &str, base: u64, list: &mut Vec<Flat<'r>>) {
    let parts = record.layout.members.iter().zip(&record.types).zip(&record.descriptions);
    for ((member, of_type), description) in parts {
        let offset = base.saturating_add(member.bit_offset);
        let name = member.name.as_deref().map(String::from_utf8_lossy);
        let path = format!("{prefix}{}", name.as_deref().unwrap_or_default());
        let is_array = matches!(of_type.kind, TypeKind::Array(_));
        let inner = match (&name, is_array) {
            (None, _) => prefix.to_owned(),
            (Some(_), false) => format!("{path}."),
            (Some(_), true) => format!("{path}[]."),
        };
        if name.is_some() {
            let (size, is_bit_field) = (member.bit_size, member.is_bit_field);
            list.push(Flat { path, offset, size, of_type, description, is_bit_field });
        }
        let is_open = name.is_none() || description.ends_with("{}");
        if let TypeKind::Record(record) = &of_type.element().kind
            && is_open
        {
            flat(record, &inner, offset, list);
        }
    }
}

/// Beginnings and parts of the names of members that are there to be used later, or to hide what
/// others took over, and whose way of doing so it is.
const IDIOMS: &[(&str, &str)] = &[
    ("rh_kabi_", "RH_KABI"),
    ("rh_reserved", "RH_KABI"),
    ("__rh_kabi", "RH_KABI"),
    ("android_kabi_", "ANDROID_KABI"),
    ("android_vendor_data", "ANDROID_VENDOR_DATA"),
    ("android_oem_data", "ANDROID_OEM_DATA"),
    ("android_backport_reserved", "ANDROID_BACKPORT_RESERVE"),
    ("__kabi_", "KABI"),
    ("kabi_reserved", "KABI"),
    ("suse_kabi_padding", "SUSE padding"),
    ("__uniqueid_rh_kabi_hide", "RH_KABI"),
    ("reserved", "reserved"),
    ("rsvd", "reserved"),
    ("resv", "reserved"),
    ("padding", "padding"),
    ("pad", "padding"),
    ("spare", "reserved"),
    ("unused", "reserved"),
    ("filler", "padding"),
];

/// What a member is kept for, if its name says that it is for nothing yet.
fn idiom(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let plain = name.trim_start_matches('_');
    let found = IDIOMS.iter().find(|(word, _)| {
        name.starts_with(word) || plain.strip_prefix(word).is_some_and(is_number)
    });
    found.map(|(_, idiom)| *idiom)
}

/// Whether a name has but a number behind its word.
fn is_number(rest: &str) -> bool {
    rest.trim_matches('_').bytes().all(|byte| byte.is_ascii_digit())
}

/// What changed between the members of two structs or unions.
fn members(old: &Record, new: &Record, found: &mut Found) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    flat(old, "", 0, &mut before);
    flat(new, "", 0, &mut after);
    let old_end = 8 * old.layout.size;
    let kept = |path: &str, list: &[Flat<'_>]| list.iter().position(|it| it.path == path);
    for member in &before {
        if let Some(place) = kept(&member.path, &after) {
            compare_member(member, &after[place], found);
            continue;
        }
        let same = |it: &&Flat<'_>| it.is_in_place_of(member);
        // What was taken over is often kept in a struct that hides its name.
        let hidden = after.iter().filter(same).find(|it| it.name() == member.name());
        let is_new = |it: &&Flat<'_>| kept(&it.path, &before).is_none();
        let renamed = after.iter().filter(same).find(is_new);
        let path = &member.path;
        if let Some(hidden) = hidden {
            let reason = format!("{path} is {} now, where it was", hidden.path);
            found.add(Class::Compatible, reason);
        } else if let Some(renamed) = renamed {
            let class = compared_types(member, renamed);
            let class = class.max(Class::Compatible);
            let word = match idiom(member.name()) {
                Some(idiom) => format!(" ({idiom})"),
                None => String::new(),
            };
            found.add(class, format!("{path}{word} is {} now, in its place", renamed.path));
        } else if let Some(idiom) = idiom(member.name()) {
            let users = after.iter().filter(|it| it.overlaps(member));
            let is_used_well = users.clone().all(|it| it.is_within(member) || it.is_open());
            let class = if is_used_well { Class::Compatible } else { Class::Layout };
            found.add(class, format!("{path} ({idiom}) is used otherwise"));
        } else {
            found.add(Class::Layout, format!("{path} at {} is gone", member.place()));
        }
    }
    for member in after.iter().filter(|it| kept(&it.path, &before).is_none()) {
        let is_known =
            |it: &Flat<'_>| it.is_in_place_of(member) && kept(&it.path, &after).is_none();
        if member.is_open() || before.iter().any(is_known) {
            continue;
        }
        let shared: Vec<&Flat<'_>> =
            before.iter().filter(|it| it.overlaps(member) && !it.is_open()).collect();
        let path = &member.path;
        if member.offset >= old_end || member.end() > old_end {
            let reason = format!("{path} is new at {}, behind the former end", member.place());
            // That the size differs is said by itself; without that it has no end.
            found.add(Class::Compatible, reason);
        } else if shared.is_empty() {
            found
                .add(Class::Compatible, format!("{path} is new at {}, in padding", member.place()));
        } else if shared.iter().all(|it| idiom(it.name()).is_some() && member.is_within(it)) {
            let reason = format!("{path} uses {} at {}", shared[0].path, member.place());
            found.add(Class::Compatible, reason);
        } else if let Some(other) = shared.iter().find(|it| kept(&it.path, &after).is_some()) {
            // Where the other one still is, they share the place as members of a union.
            let is_moved = |it: &Flat<'_>| it.path == other.path && !it.is_in_place_of(other);
            if !after.iter().any(is_moved) {
                let reason = format!("{path} is new at {}, over {}", member.place(), other.path);
                found.add(Class::Compatible, reason);
            }
        }
    }
}

/// A member that both sides have.
fn compare_member(old: &Flat<'_>, new: &Flat<'_>, found: &mut Found) {
    let path = &old.path;
    if let Some(idiom) = idiom(old.name())
        && !new.is_in_place_of(old)
        && new.is_within(old)
    {
        let size = format!("{} -> {}", old.size / 8, new.size / 8);
        found.add(Class::Compatible, format!("{path} ({idiom}) gives place: {size}"));
        return;
    }
    if old.offset != new.offset {
        found.add(Class::Layout, format!("offset of {path} {} -> {}", old.place(), new.place()));
    }
    if old.size != new.size {
        let is_bits = old.is_bit_field || new.is_bit_field;
        let (unit, old_size, new_size) = match is_bits {
            true => (" in bits", old.size, new.size),
            false => ("", old.size / 8, new.size / 8),
        };
        let is_record = matches!(old.of_type.element().kind, TypeKind::Record(_));
        let is_consequence = is_record && old.description == new.description && !old.is_open();
        found.add(Class::Layout, format!("size of {path}{unit} {old_size} -> {new_size}"));
        if is_consequence {
            let tag = old.description.rsplit(']').next().unwrap_or_default();
            found.consequence_of.push(tag.to_owned());
        }
        return;
    }
    if old.is_bit_field != new.is_bit_field {
        found.add(Class::Layout, format!("{path} is a bit-field on one side only"));
    }
    if old.description != new.description {
        let class = compared_types(old, new);
        found.add(class, format!("type of {path} {} -> {}", old.description, new.description));
    }
}

/// What it does that a member of the same size and place has another type.
fn compared_types(old: &Flat<'_>, new: &Flat<'_>) -> Class {
    let is_function = |it: &Flat<'_>| it.description.contains(FUNCTION_POINTER);
    if old.description == new.description {
        return Class::Compatible;
    }
    if is_function(old) && is_function(new) {
        return Class::Signature;
    }
    match old.is_open() || new.is_open() || is_same_class(old.of_type, new.of_type) {
        true => Class::Compatible,
        false => Class::Layout,
    }
}
