//! `--stable`: what distributions do to keep symbol versions while types change. Rules stand in a
//! section of the object, and the names of members that begin with `__kabi_` mean something.

use gimli::constants as dw;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::debug_info::DebugInfo;
use super::entry::{Entry, Place};
use super::messages::{Fault, debug, missing_type, warning};
use crate::elf::ObjectFile;
use crate::release::KabiRules;

/// The section with the rules.
const SECTION: &[u8] = b".discard.gendwarfksyms.kabi_rules";

/// The least that a rule takes, as the C program counts: it takes no notice of a rule of this size.
const LEAST: usize = 6;

/// How names begin that mean something.
pub(super) const KABI: &[u8] = b"__kabi_";

/// How the names of members begin that give the member another name.
pub(super) const RENAMED: &[u8] = b"__kabi_renamed";

/// Whether a name means something for kABI.
pub(super) fn is_kabi(name: &[u8]) -> bool {
    name.starts_with(KABI)
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Effect {
    /// A type is as if only declared.
    Declaration,
    /// An enumerator is left out.
    EnumeratorIgnored,
    /// An enumerator has another value.
    EnumeratorValue,
    /// A type has another size.
    ByteSize,
    /// A type has another text.
    TypeString,
}

impl Effect {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declaration => "declonly",
            Self::EnumeratorIgnored => "enumerator_ignore",
            Self::EnumeratorValue => "enumerator_value",
            Self::ByteSize => "byte_size",
            Self::TypeString => "type_string",
        }
    }

    fn of(word: &[u8], kinds: KabiRules) -> Option<Self> {
        Some(match (word, kinds) {
            (b"declonly", _) => Self::Declaration,
            (b"enumerator_ignore", _) => Self::EnumeratorIgnored,
            (b"enumerator_value", _) => Self::EnumeratorValue,
            (b"byte_size", KabiRules::OfTexts) => Self::ByteSize,
            (b"type_string", KabiRules::OfTexts) => Self::TypeString,
            _ => return None,
        })
    }
}

/// The rules of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules<'d> {
    /// What is to be done, and the value with which.
    rules: IndexMap<(Effect, &'d [u8]), &'d [u8], FxBuildHasher>,
    /// Those in whose place a later one stands.
    replaced: Vec<Replaced<'d>>,
}

/// A rule that a later one replaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replaced<'d> {
    pub effect: Effect,
    pub target: &'d [u8],
    pub value: &'d [u8],
}

impl<'d> Rules<'d> {
    /// Reads them, if they are of these `kinds`; what is to be said goes to `said`.
    ///
    /// # Errors
    /// They are not as rules are.
    pub fn read(
        object: &ObjectFile<'d>,
        kinds: KabiRules,
        debugs: bool,
        said: &mut Vec<u8>,
    ) -> Result<Self, Fault> {
        let fault = |text: &[u8]| Fault::new("kabi_read_rules", text);
        let mut rules = Self::default();
        let Some(section) = object.sections.iter().find(|section| section.name == SECTION) else {
            if debugs {
                said.extend(debug("kabi_read_rules", b"kABI rules not found"));
            }
            return Ok(rules);
        };
        let bytes = object.file_bytes(section.offset);
        let size = usize::try_from(section.size).ok();
        let content = bytes.zip(size).and_then(|(bytes, size)| bytes.get(..size));
        let mut left = content.ok_or_else(|| fault(b"elf_getdata failed: invalid section"))?;
        if left.len() < LEAST {
            let text = format!("kABI rule section too small: {} bytes", left.len());
            return Err(fault(text.as_bytes()));
        }
        if left.last() != Some(&0) {
            return Err(fault(b"kABI rules are not null-terminated"));
        }
        while left.len() > LEAST {
            let version = field(&mut left)?;
            if version != b"1" {
                let text = [b"unsupported kABI rule version: '", version, b"'"].concat();
                return Err(fault(&text));
            }
            let word = field(&mut left)?;
            let effect = Effect::of(word, kinds)
                .ok_or_else(|| fault(&[b"unsupported kABI rule type: '", word, b"'"].concat()))?;
            let target = field(&mut left)?;
            let value = field(&mut left)?;
            if debugs {
                let text = [
                    b"kABI rule: type: '",
                    word,
                    b"', target: '",
                    target,
                    b"', value: '",
                    value,
                    b"'",
                ];
                said.extend(debug("kabi_read_rules", &text.concat()));
            }
            if let Some(value) = rules.rules.insert((effect, target), value) {
                rules.replaced.push(Replaced { effect, target, value });
            }
        }
        if !left.is_empty() {
            let text = b"unexpected data at the end of the kABI rules section";
            said.extend(warning("kabi_read_rules", text));
        }
        Ok(rules)
    }

    /// The rule for a target: its number, and its value.
    pub fn find(&self, effect: Effect, target: &[u8]) -> Option<(usize, &'d [u8])> {
        if target.is_empty() {
            return None;
        }
        let (index, _, value) = self.rules.get_full(&(effect, target))?;
        Some((index, value))
    }

    /// The rule for an enumerator `name` of the enum `of`.
    pub fn of_enumerator(
        &self,
        effect: Effect,
        of: &[u8],
        name: &[u8],
    ) -> Option<(usize, &'d [u8])> {
        if self.rules.is_empty() || of.is_empty() || name.is_empty() {
            return None;
        }
        self.find(effect, &[of, b" ", name].concat())
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// All rules, each with its number.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Effect, &'d [u8])> + '_ {
        self.rules.keys().enumerate().map(|(index, (effect, target))| (index, *effect, *target))
    }

    /// Whether an object has any, whatever they say.
    pub fn are_in(object: &ObjectFile<'_>) -> bool {
        object.sections.iter().any(|section| section.name == SECTION)
    }

    /// Those in whose place a later one stands.
    pub fn replaced(&self) -> &[Replaced<'d>] {
        &self.replaced
    }

    /// The text of a type, by its reference, or of a symbol.
    pub fn type_string(&self, name: &[u8]) -> Option<&'d [u8]> {
        self.find(Effect::TypeString, name).map(|(_, text)| text)
    }
}

/// The next of the texts.
fn field<'d>(left: &mut &'d [u8]) -> Result<&'d [u8], Fault> {
    if left.is_empty() {
        return Err(Fault::new("get_rule_field", b"unexpected end of kABI rules"));
    }
    let end = memchr::memchr(0, left).unwrap_or(left.len());
    let field = &left[..end];
    *left = left.get(end + 1..).unwrap_or_default();
    Ok(field)
}

/// A number as C's `strtoul` reads it: with blanks before it, and a sign.
///
/// # Errors
/// It is none.
pub(super) fn unsigned(text: &[u8]) -> Result<u64, Fault> {
    let fault =
        || Fault::new("get_ulong_value", &[b"invalid unsigned value '", text, b"'"].concat());
    if text.is_empty() {
        return Ok(0);
    }
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r'));
    let digits = &text[start.ok_or_else(fault)?..];
    let (is_negative, digits) = match digits.first() {
        Some(b'-') => (true, &digits[1..]),
        Some(b'+') => (false, &digits[1..]),
        _ => (false, digits),
    };
    if digits.is_empty() {
        return Err(fault());
    }
    let mut value: u64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(fault());
        }
        let sum = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0')));
        value = sum.ok_or_else(fault)?;
    }
    Ok(if is_negative { value.wrapping_neg() } else { value })
}

/// What a union stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status<'s> {
    /// Itself.
    Normal,
    /// Nothing.
    Ignored,
    /// The type that was there before.
    Reserved {
        /// The unit of the DIE that has the type.
        unit: u32,
        /// The type.
        place: Place,
        /// The name that the member had, if it is another one.
        name: Option<&'s [u8]>,
    },
}

/// What a name says.
enum Said<'s> {
    Nothing,
    Ignored,
    Reserved(Option<&'s [u8]>),
}

fn said(name: Option<&[u8]>) -> Said<'_> {
    let Some(rest) = name.and_then(|name| name.strip_prefix(KABI)) else {
        return Said::Nothing;
    };
    if rest.starts_with(b"reserved") {
        Said::Reserved(None)
    } else if rest.starts_with(b"ignored") {
        Said::Ignored
    } else if let Some(name) = rest.strip_prefix(b"renamed") {
        Said::Reserved(Some(name))
    } else {
        Said::Nothing
    }
}

impl<'s> Status<'s> {
    /// That of `union`: one of its first two members, or the first member of one of these, says so.
    pub fn of(info: &DebugInfo<'s>, union: &Entry<'s>) -> Result<Self, Fault> {
        let mut members = info.children(union);
        let mut count = 0;
        while let Some(member) = members.next_with(dw::DW_TAG_member)? {
            let place = member
                .type_
                .ok_or_else(|| missing_type("check_union_member_kabi_status", "union member"))?;
            match said(info.name(&member)) {
                Said::Reserved(name) => {
                    return Ok(Self::Reserved { unit: member.unit, place, name });
                }
                Said::Ignored => return Ok(Self::Ignored),
                Said::Nothing => {}
            }
            let type_ = info.entry(member.unit, place)?;
            count += 1;
            if type_.tag != dw::DW_TAG_structure_type {
                if count >= 2 {
                    break;
                }
                continue;
            }
            // One without members counts, but does not end the search.
            if let Some(first) = info.children(&type_).next_with(dw::DW_TAG_member)? {
                match said(info.name(&first)) {
                    Said::Reserved(name) => {
                        let place = first.type_.ok_or_else(|| {
                            missing_type("check_struct_member_kabi_status", "structure member")
                        })?;
                        return Ok(Self::Reserved { unit: first.unit, place, name });
                    }
                    Said::Ignored => return Ok(Self::Ignored),
                    Said::Nothing if count >= 2 => break,
                    Said::Nothing => {}
                }
            }
        }
        Ok(Self::Normal)
    }
}

#[cfg(test)]
mod tests {
    use super::unsigned;

    #[test]
    fn numbers_are_read_as_strtoul_does() {
        let good: [(&[u8], u64); 6] = [
            (b"", 0),
            (b"0012", 12),
            (b" \t+7", 7),
            (b"-1", u64::MAX),
            (b"18446744073709551615", u64::MAX),
            (b"-18446744073709551615", 1),
        ];
        for (text, value) in good {
            assert_eq!(unsigned(text), Ok(value));
        }
        for text in [&b"18446744073709551616"[..], b"1 ", b" ", b"-", b"0x10", b"a"] {
            assert!(unsigned(text).is_err());
        }
    }
}
