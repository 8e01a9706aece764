//! The text of one DIE: the words that it prints itself, and between them other DIEs.
//!
//! What comes of the words and of the DIEs is up to a [`Writer`].

use gimli::DwTag;
use gimli::constants as dw;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::debug_info::DebugInfo;
use super::entry::{Entry, Place};
use super::kabi::{Effect, Rules, Status, is_kabi, unsigned};
use super::messages::{Fault, missing_type, no_such_file, unexpected_child, unexpected_type};
use super::scan::Scopes;
use super::symbols::Kind;

/// What takes the text of a DIE.
pub(super) trait Writer<'s>: Sized {
    /// Takes some words.
    fn words(&mut self, text: &[u8]);
    /// Takes a line break; what follows is so many levels deeper.
    fn line_break(&mut self, levels: i32);
    /// Takes the type at `place`.
    fn type_at(
        &mut self,
        describer: &mut Describer<'_, 's>,
        near: u32,
        place: Place,
    ) -> Result<(), Fault>;
    /// Takes a DIE that is part of this one; `body` writes its text.
    fn part(
        &mut self,
        place: Place,
        body: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault>;
    /// Whether structures are written with what is in them.
    fn expands(&self) -> bool;
    /// The name that the last union gave to the member that it stands for.
    fn renamed(&self) -> Option<&'s [u8]>;
    /// Sets or forgets that name.
    fn set_renamed(&mut self, name: Option<&'s [u8]>);
    /// Notes that `member` takes that `name`, instead of its own.
    fn takes_name(
        &mut self,
        describer: &Describer<'_, 's>,
        member: &Entry<'s>,
        own: Option<&'s [u8]>,
        name: &'s [u8],
    ) -> Result<(), Fault>;
}

/// Knows how to describe DIEs.
pub(super) struct Describer<'a, 's> {
    pub info: &'a DebugInfo<'s>,
    pub scopes: &'a Scopes,
    /// The rules of kABI, if they count.
    pub rules: Option<&'a Rules<'s>>,
    /// Of each unit, as far as it was asked for, which of its files are `.c` files.
    files: Vec<Option<Option<Vec<bool>>>>,
    /// Whether the file of this number is one. It is asked for by number alone, whatever unit the DIE
    /// is of, until the next unit's turn.
    private: IndexMap<u64, bool, FxBuildHasher>,
    /// The rules that were applied, by their numbers.
    pub used_rules: IndexSet<usize, FxBuildHasher>,
    /// Whether what a `.c` file defines is shown.
    shows_all: bool,
}

impl<'a, 's> Describer<'a, 's> {
    pub fn new(info: &'a DebugInfo<'s>, scopes: &'a Scopes, rules: Option<&'a Rules<'s>>) -> Self {
        let files = vec![None; info.units.len()];
        let used_rules = IndexSet::default();
        let private = IndexMap::default();
        Self { info, scopes, rules, files, private, used_rules, shows_all: false }
    }

    /// One that shows what a `.c` file defines, too.
    pub fn of_all(info: &'a DebugInfo<'s>, scopes: &'a Scopes) -> Self {
        Self { shows_all: true, ..Self::new(info, scopes, None) }
    }

    /// The next unit's turn.
    pub fn next_unit(&mut self) {
        self.private.clear();
    }

    /// The name of a DIE with the scopes that it stands in; empty if it has none.
    pub fn full_name(&self, entry: &Entry<'s>) -> Name<'a, 's> {
        Name { scope: self.scopes.of(entry.place), own: self.info.name(entry).unwrap_or_default() }
    }

    /// What a union stands for by the rules of kABI.
    pub fn status(&self, union: &Entry<'s>) -> Result<Status<'s>, Fault> {
        match self.rules {
            Some(_) => Status::of(self.info, union),
            None => Ok(Status::Normal),
        }
    }

    /// Writes the DIE of a symbol.
    pub fn symbol<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        kind: Kind,
        to: &mut W,
    ) -> Result<(), Fault> {
        match kind {
            Kind::Function => self.subroutine(entry, b"subprogram", to),
            Kind::Variable => {
                to.words(b"variable ");
                self.type_of(entry, to)
            }
        }
    }

    /// Writes a DIE that is a type.
    pub fn entry<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        match entry.tag {
            dw::DW_TAG_structure_type => self.structure(entry, b"structure_type", to),
            dw::DW_TAG_class_type => self.structure(entry, b"class_type", to),
            dw::DW_TAG_union_type => self.union(entry, to),
            dw::DW_TAG_enumeration_type => self.enumeration(entry, to),
            dw::DW_TAG_base_type => self.base(entry, to),
            dw::DW_TAG_array_type => self.array(entry, to),
            dw::DW_TAG_subroutine_type => self.subroutine(entry, b"subroutine_type", to),
            dw::DW_TAG_unspecified_type => {
                to.words(b"unspecified_type");
                Ok(())
            }
            // A part of a DIE, named as a type by one that is damaged.
            dw::DW_TAG_member | dw::DW_TAG_formal_parameter => {
                self.item(entry, item_word(entry.tag), true, to)
            }
            dw::DW_TAG_subrange_type => {
                subrange(entry, to);
                Ok(())
            }
            tag => match modifier(tag) {
                Some(word) => self.modifier(entry, word, to),
                None => Err(unexpected_type(tag.0)),
            },
        }
    }

    /// Writes the type that a DIE has.
    fn type_of<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        match entry.type_ {
            Some(place) => to.type_at(self, entry.unit, place),
            None => {
                to.words(b"base_type void");
                Ok(())
            }
        }
    }

    fn name<W: Writer<'s>>(&self, entry: &Entry<'s>, to: &mut W) {
        let name = self.full_name(entry);
        if !name.is_empty() {
            to.words(b" ");
        }
        match name.scope {
            Some(_) => to.words(&name.to_vec()),
            None => to.words(name.own),
        }
    }

    /// The value of a rule, which is noted as used.
    fn used(&mut self, rule: Option<(usize, &'s [u8])>) -> Option<&'s [u8]> {
        let (index, value) = rule?;
        self.used_rules.insert(index);
        Some(value)
    }

    fn byte_size<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        let Some(mut size) = entry.numbers.byte_size else {
            return Ok(());
        };
        if let Some(rules) = self.rules {
            let rule = rules.find(Effect::ByteSize, &self.full_name(entry).to_vec());
            if let Some(other) = self.used(rule) {
                size = unsigned(other)?;
            }
        }
        number(b" byte_size(", Some(size), to);
        Ok(())
    }

    fn base<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        to.words(b"base_type");
        self.name(entry, to);
        self.byte_size(entry, to)?;
        number(b" encoding(", entry.numbers.encoding, to);
        number(b" alignment(", entry.numbers.alignment, to);
        Ok(())
    }

    fn modifier<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        word: &str,
        to: &mut W,
    ) -> Result<(), Fault> {
        to.words(word.as_bytes());
        self.name(entry, to);
        to.words(b" {");
        to.line_break(1);
        self.type_of(entry, to)?;
        to.line_break(-1);
        to.words(b"}");
        self.byte_size(entry, to)?;
        number(b" alignment(", entry.numbers.alignment, to);
        Ok(())
    }

    fn array<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        to.words(b"array_type");
        let mut children = self.info.children(entry);
        while let Some(child) = children.next_with(dw::DW_TAG_subrange_type)? {
            to.part(child.place, |to| {
                subrange(&child, to);
                Ok(())
            })?;
        }
        to.words(b" {");
        to.line_break(1);
        self.type_of(entry, to)?;
        to.line_break(-1);
        to.words(b"}");
        Ok(())
    }

    fn subroutine<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        word: &[u8],
        to: &mut W,
    ) -> Result<(), Fault> {
        to.words(word);
        to.words(b" (");
        to.line_break(1);
        let mut children = self.info.children(entry);
        let mut is_first = true;
        while let Some(child) = children.next_with(dw::DW_TAG_formal_parameter)? {
            to.part(child.place, |to| self.item(&child, "formal_parameter ", is_first, to))?;
            is_first = false;
        }
        to.line_break(-1);
        to.words(b")");
        to.line_break(0);
        to.words(b"-> ");
        self.type_of(entry, to)
    }

    /// Writes a member or a parameter.
    fn item<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        word: &str,
        is_first: bool,
        to: &mut W,
    ) -> Result<(), Fault> {
        let mut name = self.info.name(entry);
        if self.rules.is_some() {
            name = name.filter(|name| !is_kabi(name));
            to.set_renamed(None);
        }
        comma(is_first, to);
        to.words(word.as_bytes());
        self.type_of(entry, to)?;
        if self.rules.is_some()
            && let Some(other) = to.renamed()
        {
            to.takes_name(self, entry, name, other)?;
            name = Some(other);
        }
        if let Some(name) = name {
            to.words(b" ");
            to.words(name);
        }
        let numbers = &entry.numbers;
        number(b" accessibility(", numbers.accessibility, to);
        number(b" bit_size(", numbers.bit_size, to);
        number(b" data_bit_offset(", numbers.data_bit_offset, to);
        number(b" data_member_location(", numbers.data_member_location, to);
        Ok(())
    }

    fn union<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        match self.status(entry)? {
            Status::Normal => self.structure(entry, b"union_type", to),
            Status::Ignored => Ok(()),
            Status::Reserved { unit, place, name } => {
                to.set_renamed(name);
                to.type_at(self, unit, place)
            }
        }
    }

    /// Writes the beginning of a type that has something in it, and whether that is written, too.
    fn open<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        word: &[u8],
        to: &mut W,
    ) -> Result<bool, Fault> {
        to.words(word);
        self.name(entry, to);
        to.words(b" {");
        to.line_break(1);
        Ok(to.expands() && self.is_shown(entry)?)
    }

    fn close<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        is_expanded: bool,
        to: &mut W,
    ) -> Result<(), Fault> {
        to.line_break(-1);
        to.words(b"}");
        if is_expanded {
            self.byte_size(entry, to)?;
            number(b" alignment(", entry.numbers.alignment, to);
        }
        Ok(())
    }

    fn structure<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        word: &[u8],
        to: &mut W,
    ) -> Result<(), Fault> {
        let is_expanded = self.open(entry, word, to)?;
        if is_expanded {
            self.members(entry, to)?;
        }
        self.close(entry, is_expanded, to)
    }

    fn members<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        let mut children = self.info.children(entry);
        let mut is_first = true;
        while let Some(child) = children.next()? {
            match child.tag {
                dw::DW_TAG_member => {
                    if self.is_ignored(&child)? {
                        continue;
                    }
                    to.part(child.place, |to| self.item(&child, "member ", is_first, to))?;
                }
                dw::DW_TAG_variant_part => {
                    to.part(child.place, |to| self.variant_part(&child, is_first, to))?;
                }
                dw::DW_TAG_class_type
                | dw::DW_TAG_enumeration_type
                | dw::DW_TAG_structure_type
                | dw::DW_TAG_template_type_parameter
                | dw::DW_TAG_union_type
                | dw::DW_TAG_subprogram => continue,
                tag => return Err(unexpected_child(tag.0)),
            }
            is_first = false;
        }
        Ok(())
    }

    /// Whether a member is of a union that is to be ignored.
    fn is_ignored(&self, member: &Entry<'s>) -> Result<bool, Fault> {
        if self.rules.is_none() {
            return Ok(false);
        }
        let place = member.type_.ok_or_else(|| missing_type("is_kabi_ignored", "member"))?;
        let type_ = self.info.entry(member.unit, place)?;
        let is_union = type_.tag == dw::DW_TAG_union_type;
        Ok(is_union && matches!(self.status(&type_)?, Status::Ignored))
    }

    fn variant_part<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        is_first: bool,
        to: &mut W,
    ) -> Result<(), Fault> {
        comma(is_first, to);
        to.words(b"variant_part {");
        to.line_break(1);
        let mut children = self.info.children(entry);
        let mut is_first = true;
        while let Some(child) = children.next()? {
            match child.tag {
                dw::DW_TAG_member => {
                    to.part(child.place, |to| self.item(&child, "member ", is_first, to))?;
                }
                dw::DW_TAG_variant => {
                    to.part(child.place, |to| self.variant(&child, is_first, to))?;
                }
                dw::DW_TAG_variant_part => {
                    to.part(child.place, |to| self.variant_part(&child, is_first, to))?;
                }
                _ => to.type_at(self, child.unit, child.place)?,
            }
            is_first = false;
        }
        to.line_break(-1);
        to.words(b"}");
        Ok(())
    }

    fn variant<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        is_first: bool,
        to: &mut W,
    ) -> Result<(), Fault> {
        comma(is_first, to);
        to.words(b"variant {");
        to.line_break(1);
        let mut children = self.info.children(entry);
        let mut is_first = true;
        while let Some(child) = children.next_with(dw::DW_TAG_member)? {
            to.part(child.place, |to| self.item(&child, "member ", is_first, to))?;
            is_first = false;
        }
        to.line_break(-1);
        to.words(b"}");
        number(b" discr_value(", entry.numbers.discr_value, to);
        Ok(())
    }

    fn enumeration<W: Writer<'s>>(&mut self, entry: &Entry<'s>, to: &mut W) -> Result<(), Fault> {
        let is_expanded = self.open(entry, b"enumeration_type", to)?;
        if is_expanded {
            let name = self.rules.map(|_| self.full_name(entry).to_vec());
            let mut children = self.info.children(entry);
            let mut is_first = true;
            while let Some(child) = children.next_with(dw::DW_TAG_enumerator)? {
                to.part(child.place, |to| {
                    is_first &= !self.enumerator(&child, name.as_deref(), is_first, to)?;
                    Ok(())
                })?;
            }
        }
        self.close(entry, is_expanded, to)
    }

    /// Writes an enumerator, unless a rule says otherwise; returns whether it is written.
    fn enumerator<W: Writer<'s>>(
        &mut self,
        entry: &Entry<'s>,
        of: Option<&[u8]>,
        is_first: bool,
        to: &mut W,
    ) -> Result<bool, Fault> {
        let mut value = entry.numbers.const_value;
        if let (Some(rules), Some(of)) = (self.rules, of) {
            let name = self.full_name(entry).to_vec();
            let ignored = rules.of_enumerator(Effect::EnumeratorIgnored, of, &name);
            if self.used(ignored).is_some() {
                return Ok(false);
            }
            let other = rules.of_enumerator(Effect::EnumeratorValue, of, &name);
            if let Some(other) = self.used(other) {
                value = Some(unsigned(other)?);
            }
        }
        comma(is_first, to);
        to.words(b"enumerator");
        self.name(entry, to);
        if let Some(value) = value {
            to.words(b" = ");
            to.words(with_decimal(b"", value, b"").as_bytes());
        }
        Ok(true)
    }

    /// Whether a type is more than declared, and everybody may see its definition.
    fn is_shown(&mut self, entry: &Entry<'s>) -> Result<bool, Fault> {
        if entry.is_declaration {
            return Ok(false);
        }
        if let Some(rules) = self.rules {
            let rule = rules.find(Effect::Declaration, &self.full_name(entry).to_vec());
            if self.used(rule).is_some() {
                return Ok(false);
            }
        }
        Ok(self.shows_all || !self.is_private(entry)?)
    }

    /// Whether a type is defined in a `.c` file.
    fn is_private(&mut self, entry: &Entry<'s>) -> Result<bool, Fault> {
        let Some(number) = entry.decl_file else {
            return Ok(false);
        };
        if let Some(known) = self.private.get(&number) {
            return Ok(*known);
        }
        let info = self.info;
        let files = self.files[entry.unit as usize].get_or_insert_with(|| info.c_files(entry.unit));
        let files = files.as_ref().ok_or_else(|| no_such_file("dwarf_getsrcfiles"))?;
        let file = usize::try_from(number).ok().and_then(|number| files.get(number));
        let is_c = *file.ok_or_else(|| no_such_file("dwarf_filesrc"))?;
        self.private.insert(number, is_c);
        Ok(is_c)
    }
}

/// A name with its scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a, 's> {
    pub scope: Option<&'a [u8]>,
    /// Its own part; empty if it has no name.
    pub own: &'s [u8],
}

impl Name<'_, '_> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// The whole of it.
    pub fn to_vec(self) -> Vec<u8> {
        match self.scope {
            Some(scope) if !self.own.is_empty() => [scope, b"::", self.own].concat(),
            _ => self.own.to_vec(),
        }
    }
}

/// What types are called that only say something of another type.
fn modifier(tag: DwTag) -> Option<&'static str> {
    Some(match tag {
        dw::DW_TAG_pointer_type => "pointer_type",
        dw::DW_TAG_const_type => "const_type",
        dw::DW_TAG_typedef => "typedef_type",
        dw::DW_TAG_volatile_type => "volatile_type",
        dw::DW_TAG_restrict_type => "restrict_type",
        dw::DW_TAG_atomic_type => "atomic_type",
        dw::DW_TAG_immutable_type => "immutable_type",
        dw::DW_TAG_packed_type => "packed_type",
        dw::DW_TAG_reference_type => "reference_type",
        dw::DW_TAG_rvalue_reference_type => "rvalue_reference_type",
        dw::DW_TAG_shared_type => "shared_type",
        dw::DW_TAG_template_type_parameter => "template_type_parameter_type",
        _ => return None,
    })
}

/// The letter that references to types of this tag begin with, if there are any.
pub(super) fn letter(tag: DwTag) -> Option<u8> {
    Some(match tag {
        dw::DW_TAG_class_type | dw::DW_TAG_structure_type => b's',
        dw::DW_TAG_union_type => b'u',
        dw::DW_TAG_enumeration_type => b'e',
        dw::DW_TAG_typedef => b't',
        _ => return None,
    })
}

fn item_word(tag: DwTag) -> &'static str {
    if tag == dw::DW_TAG_member { "member " } else { "formal_parameter " }
}

fn comma<'s, W: Writer<'s>>(is_first: bool, to: &mut W) {
    if !is_first {
        to.words(b" ,");
        to.line_break(0);
    }
}

fn subrange<'s, W: Writer<'s>>(entry: &Entry<'s>, to: &mut W) {
    let count = entry.numbers.count;
    match count.or(entry.numbers.upper_bound.map(|bound| bound.wrapping_add(1))) {
        Some(count) => to.words(with_decimal(b"[", count, b"]").as_bytes()),
        None => to.words(b"[]"),
    }
}

fn number<'s, W: Writer<'s>>(word: &[u8], value: Option<u64>, to: &mut W) {
    if let Some(value) = value {
        to.words(with_decimal(word, value, b")").as_bytes());
    }
}

/// The text `before`, a number in decimal digits, and the text `after`. (Written so that nothing is
/// allocated: half of all words have a number.)
fn with_decimal(before: &[u8], value: u64, after: &[u8]) -> Decimal {
    let mut text = Decimal { bytes: [0; MOST_WORDS], start: MOST_WORDS };
    text.put(after);
    let mut value = value;
    loop {
        text.put(&[b'0' + (value % 10) as u8]);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    text.put(before);
    text
}

/// More than the longest words with a number have: ` data_member_location(` and 20 digits.
const MOST_WORDS: usize = 64;

/// A short text, which is put together from its end.
struct Decimal {
    bytes: [u8; MOST_WORDS],
    start: usize,
}

impl Decimal {
    fn put(&mut self, text: &[u8]) {
        let end = self.start;
        self.start -= text.len();
        self.bytes[self.start..end].copy_from_slice(text);
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}
