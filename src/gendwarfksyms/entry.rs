//! One debugging information entry (DIE), as far as symbol versions depend on it.

use gimli::constants as dw;
use gimli::{AttributeSpecification, AttributeValue, DwAt, DwTag, EndianSlice, RunTimeEndian};

/// A part of a section of debugging information.
pub(super) type Slice<'s> = EndianSlice<'s, RunTimeEndian>;

/// Where a DIE is: its offset in `.debug_info`, or in `.debug_types` from the end of the former on.
pub(super) type Place = u32;

/// A text that a DIE has, which need not be looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'s> {
    /// It stands in the DIE.
    Here(&'s [u8]),
    /// An offset in `.debug_str`.
    Str(usize),
    /// An offset in `.debug_line_str`.
    LineStr(usize),
    /// An index into the unit's part of `.debug_str_offsets`.
    Index(usize),
}

/// A DIE. Attributes in a form that does not hold the kind of value that is wanted are absent, as are
/// all but the first of their name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'s> {
    pub place: Place,
    /// The index of its unit.
    pub unit: u32,
    pub tag: DwTag,
    pub has_children: bool,
    /// Where its attributes end, and its children begin.
    pub end: Place,
    pub sibling: Option<Place>,
    pub name: Option<Text<'s>>,
    pub linkage_name: Option<Text<'s>>,
    pub type_: Option<Place>,
    pub origin: Option<Place>,
    pub is_declaration: bool,
    pub decl_file: Option<u64>,
    pub numbers: Numbers,
}

/// The numbers in a DIE that are printed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub byte_size: Option<u64>,
    pub alignment: Option<u64>,
    pub encoding: Option<u64>,
    pub accessibility: Option<u64>,
    pub bit_size: Option<u64>,
    pub data_bit_offset: Option<u64>,
    pub data_member_location: Option<u64>,
    pub count: Option<u64>,
    pub upper_bound: Option<u64>,
    pub const_value: Option<u64>,
    pub discr_value: Option<u64>,
}

/// What of its unit the value of an attribute depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    /// Where the unit begins.
    pub unit_start: Place,
    /// How large `.debug_info` is.
    pub info_size: Place,
    /// How large `.debug_loc` is.
    pub locations: u64,
}

/// Whether an attribute is one of those that an [`Entry`] has.
pub(super) fn is_wanted(name: DwAt) -> bool {
    matches!(
        name,
        dw::DW_AT_sibling
            | dw::DW_AT_name
            | dw::DW_AT_linkage_name
            | dw::DW_AT_type
            | dw::DW_AT_abstract_origin
            | dw::DW_AT_declaration
            | dw::DW_AT_decl_file
            | dw::DW_AT_byte_size
            | dw::DW_AT_alignment
            | dw::DW_AT_encoding
            | dw::DW_AT_accessibility
            | dw::DW_AT_bit_size
            | dw::DW_AT_data_bit_offset
            | dw::DW_AT_data_member_location
            | dw::DW_AT_count
            | dw::DW_AT_upper_bound
            | dw::DW_AT_const_value
            | dw::DW_AT_discr_value
    )
}

impl<'s> Entry<'s> {
    /// One without attributes.
    pub fn new(place: Place, unit: u32, tag: DwTag, has_children: bool) -> Self {
        Self {
            place,
            unit,
            tag,
            has_children,
            end: place,
            sibling: None,
            name: None,
            linkage_name: None,
            type_: None,
            origin: None,
            is_declaration: false,
            decl_file: None,
            numbers: Numbers::default(),
        }
    }

    /// Takes in an attribute.
    pub fn set(
        &mut self,
        spec: AttributeSpecification,
        value: AttributeValue<Slice<'s>>,
        around: Surroundings,
    ) {
        let numbers = &mut self.numbers;
        let place = match spec.name() {
            dw::DW_AT_sibling => return first(&mut self.sibling, reference(value, around)),
            dw::DW_AT_name => return first(&mut self.name, text(value)),
            dw::DW_AT_linkage_name => return first(&mut self.linkage_name, text(value)),
            dw::DW_AT_type => return first(&mut self.type_, reference(value, around)),
            dw::DW_AT_abstract_origin => return first(&mut self.origin, reference(value, around)),
            dw::DW_AT_declaration => {
                self.is_declaration = matches!(value, AttributeValue::Flag(true));
                return;
            }
            dw::DW_AT_decl_file => &mut self.decl_file,
            dw::DW_AT_byte_size => &mut numbers.byte_size,
            dw::DW_AT_alignment => &mut numbers.alignment,
            dw::DW_AT_encoding => &mut numbers.encoding,
            dw::DW_AT_accessibility => &mut numbers.accessibility,
            dw::DW_AT_bit_size => &mut numbers.bit_size,
            dw::DW_AT_data_bit_offset => &mut numbers.data_bit_offset,
            dw::DW_AT_data_member_location => &mut numbers.data_member_location,
            dw::DW_AT_count => &mut numbers.count,
            dw::DW_AT_upper_bound => &mut numbers.upper_bound,
            dw::DW_AT_const_value => &mut numbers.const_value,
            dw::DW_AT_discr_value => &mut numbers.discr_value,
            _ => return,
        };
        first(place, number(spec.name(), value, around));
    }
}

fn first<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

/// A number as libdw's `dwarf_formudata` gives it: signed ones with their sign in 64 bits.
fn number(name: DwAt, value: AttributeValue<Slice<'_>>, around: Surroundings) -> Option<u64> {
    match value {
        AttributeValue::Data1(value) => Some(value.into()),
        AttributeValue::Data2(value) => Some(value.into()),
        AttributeValue::Data4(value) => Some(value.into()),
        AttributeValue::Data8(value) => Some(value),
        AttributeValue::Udata(value) => Some(value),
        AttributeValue::Sdata(value) => Some(value as u64),
        // Before version 4 in a form of 4 or 8 bytes, too.
        AttributeValue::SecOffset(offset) if name == dw::DW_AT_data_member_location => {
            let offset = offset as u64;
            (offset < around.locations).then_some(offset)
        }
        _ => None,
    }
}

/// A text that an attribute has.
pub(super) fn text<'s>(value: AttributeValue<Slice<'s>>) -> Option<Text<'s>> {
    match value {
        AttributeValue::String(text) => Some(Text::Here(text.slice())),
        AttributeValue::DebugStrRef(offset) => Some(Text::Str(offset.0)),
        AttributeValue::DebugLineStrRef(offset) => Some(Text::LineStr(offset.0)),
        AttributeValue::DebugStrOffsetsIndex(index) => Some(Text::Index(index.0)),
        _ => None,
    }
}

/// The place of another DIE. What names it by a signature leads nowhere, as in libdw for objects of
/// the compilers that there are.
fn reference(value: AttributeValue<Slice<'_>>, around: Surroundings) -> Option<Place> {
    match value {
        AttributeValue::UnitRef(offset) => {
            Place::try_from(offset.0).ok().and_then(|offset| around.unit_start.checked_add(offset))
        }
        AttributeValue::DebugInfoRef(offset) => {
            Place::try_from(offset.0).ok().filter(|offset| *offset < around.info_size)
        }
        _ => None,
    }
}
