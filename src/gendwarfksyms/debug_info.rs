//! The units of one file, and the entries (DIEs) in them.

use std::sync::Arc;

use gimli::constants as dw;
use gimli::{
    Abbreviations, AttributeValue, DebugAbbrev, DebugLine, DwLang, DwTag, UnitHeader, UnitOffset,
    UnitType,
};

use super::entry::{Entry, Place, Slice, Surroundings, Text, is_wanted, text};
use super::messages::{Fault, no_debugging_information};
use super::sections::Sections;

/// A unit of compilation, or of a type.
#[derive(Debug)]
pub(super) struct Unit<'s> {
    header: UnitHeader<Slice<'s>>,
    abbreviations: Arc<Abbreviations>,
    /// Where its header begins.
    pub start: Place,
    /// Where the next one begins.
    pub end: Place,
    around: Surroundings,
    language: Option<DwLang>,
    /// What has made it, with its options.
    producer: Option<Text<'s>>,
    /// Where its table of files is, in `.debug_line`.
    lines: Option<usize>,
    /// Where its part of `.debug_str_offsets` begins.
    texts: usize,
}

/// The debugging information of one file.
#[derive(Debug)]
pub(super) struct DebugInfo<'s> {
    sections: &'s Sections<'s>,
    pub units: Vec<Unit<'s>>,
    /// Why there are no more units, if that is not the end.
    pub fault: Option<Fault>,
}

impl<'s> DebugInfo<'s> {
    /// Reads the headers of all units.
    pub fn new(sections: &'s Sections<'s>) -> Self {
        let mut info = Self { sections, units: Vec::new(), fault: None };
        if sections.info.is_empty() || info.read_units().is_none() {
            info.fault = Some(no_debugging_information());
        }
        info
    }

    fn read_units(&mut self) -> Option<()> {
        let endian = self.sections.endian;
        let mut units = gimli::DebugInfo::new(&self.sections.info, endian).units();
        while let Some(header) = units.next().ok()? {
            let start = header.debug_info_offset()?.0;
            self.read_unit(header, start)?;
        }
        let mut units = gimli::DebugTypes::new(&self.sections.types, endian).units();
        while let Some(header) = units.next().ok()? {
            let start = self.sections.info.len().checked_add(header.debug_types_offset()?.0)?;
            self.read_unit(header, start)?;
        }
        Some(())
    }

    fn read_unit(&mut self, header: UnitHeader<Slice<'s>>, start: usize) -> Option<()> {
        let sections = self.sections;
        let end = start.checked_add(header.length_including_self())?;
        let (start, end) = (Place::try_from(start).ok()?, Place::try_from(end).ok()?);
        let abbreviations = DebugAbbrev::new(&sections.abbrev, sections.endian);
        let abbreviations = header.abbreviations(&abbreviations).ok()?;
        let around = Surroundings {
            unit_start: start,
            info_size: sections.info.len() as Place,
            locations: sections.locations,
        };
        let mut unit = Unit {
            header,
            abbreviations: Arc::new(abbreviations),
            start,
            end,
            around,
            language: None,
            producer: None,
            lines: None,
            texts: sections.default_texts(&header),
        };
        unit.read_root()?;
        self.units.push(unit);
        Some(())
    }

    /// The index of the unit that has this place.
    pub fn unit_of(&self, place: Place) -> Option<u32> {
        let index = self.units.partition_point(|unit| unit.end <= place);
        let unit = self.units.get(index)?;
        (unit.start <= place).then_some(index as u32)
    }

    /// The root of a unit.
    pub fn root(&self, index: u32) -> Result<Entry<'s>, Fault> {
        let unit = &self.units[index as usize];
        let root = unit.start + unit.header.root_offset().0 as Place;
        self.entry_in(index, root)?.ok_or_else(|| Fault::damaged(root))
    }

    /// The DIE at `place`, which is expected to be near to unit `near`.
    pub fn entry(&self, near: u32, place: Place) -> Result<Entry<'s>, Fault> {
        let unit = &self.units[near as usize];
        let index = if (unit.start..unit.end).contains(&place) {
            near
        } else {
            self.unit_of(place).ok_or_else(|| Fault::damaged(place))?
        };
        self.entry_in(index, place)?.ok_or_else(|| Fault::damaged(place))
    }

    /// The DIE at `place` of a unit; none if a list of children ends there.
    fn entry_in(&self, index: u32, place: Place) -> Result<Option<Entry<'s>>, Fault> {
        self.units[index as usize].entry(index, place).map_err(|_| Fault::damaged(place))
    }

    /// The children of a DIE, in order.
    pub fn children(&self, parent: &Entry<'s>) -> Children<'_, 's> {
        let next = parent.has_children.then_some(parent.end);
        Children { info: self, unit: parent.unit, next }
    }

    /// Where the DIE after all descendants of `entry` begins.
    fn after(&self, entry: &Entry<'s>) -> Result<Place, Fault> {
        if !entry.has_children {
            return Ok(entry.end);
        }
        let unit = &self.units[entry.unit as usize];
        match entry.sibling {
            // Forward only, so that this comes to an end.
            Some(sibling) if sibling > entry.place && sibling < unit.end => Ok(sibling),
            Some(_) => Err(Fault::damaged(entry.place)),
            None => unit.after_children(entry.end).map_err(|_| Fault::damaged(entry.place)),
        }
    }

    /// A text, if it is there.
    pub fn text(&self, unit: u32, text: Text<'s>) -> Option<&'s [u8]> {
        let unit = &self.units[unit as usize];
        match text {
            Text::Here(text) => Some(text),
            Text::Str(offset) => until_zero(&self.sections.str, offset),
            Text::LineStr(offset) => until_zero(&self.sections.line_str, offset),
            Text::Index(index) => {
                let offset = self.sections.indexed(&unit.header, unit.texts, index)?;
                until_zero(&self.sections.str, offset)
            }
        }
    }

    /// The name of a DIE.
    pub fn name(&self, entry: &Entry<'s>) -> Option<&'s [u8]> {
        self.text(entry.unit, entry.name?)
    }

    /// The name that a DIE has as a symbol.
    pub fn symbol_name(&self, entry: &Entry<'s>) -> Option<&'s [u8]> {
        let linkage_name = entry.linkage_name.and_then(|name| self.text(entry.unit, name));
        linkage_name.or_else(|| self.name(entry))
    }

    /// Whether each file of a unit's table is a `.c` file; none if there is no such table.
    pub fn c_files(&self, unit: u32) -> Option<Vec<bool>> {
        let unit = &self.units[unit as usize];
        let lines = DebugLine::new(&self.sections.line, self.sections.endian);
        let address_size = unit.header.address_size();
        let program =
            lines.program(gimli::DebugLineOffset(unit.lines?), address_size, None, None).ok()?;
        let header = program.header();
        let is_c = |name: AttributeValue<Slice<'s>>| {
            let name = match name {
                AttributeValue::String(name) => Some(name.slice()),
                AttributeValue::DebugStrRef(offset) => until_zero(&self.sections.str, offset.0),
                AttributeValue::DebugLineStrRef(offset) => {
                    until_zero(&self.sections.line_str, offset.0)
                }
                _ => None,
            };
            name.is_some_and(|name| name.ends_with(b".c"))
        };
        // Before version 5 the first file has number 1.
        let unnamed = (header.version() < 5).then_some(false);
        let files = header.file_names().iter().map(|file| is_c(file.path_name()));
        Some(unnamed.into_iter().chain(files).collect())
    }

    /// Whether a unit was compiled so that it names functions and variables without their types.
    pub fn has_few_types(&self, unit: u32) -> bool {
        let producer = self.units[unit as usize].producer.and_then(|it| self.text(unit, it));
        let mut words = producer.unwrap_or_default().split(|byte| *byte == b' ');
        words.any(|word| word == b"-g1")
    }

    /// Whether there are types in units of their own.
    pub fn has_type_units(&self) -> bool {
        self.units.iter().any(|unit| matches!(unit.header.type_(), UnitType::Type { .. }))
    }

    /// Whether a DIE may name one of another unit.
    pub fn has_references_between_units(&self) -> bool {
        self.units.len() > 1 && self.units.iter().any(Unit::has_outer_references)
    }
}

impl<'s> Unit<'s> {
    fn read_root(&mut self) -> Option<()> {
        let mut entries = self.header.entries_raw(&self.abbreviations, None).ok()?;
        let abbreviation = entries.read_abbreviation().ok()??;
        for spec in abbreviation.attributes() {
            let attribute = entries.read_attribute(*spec).ok()?;
            match (spec.name(), attribute.value()) {
                (dw::DW_AT_language, AttributeValue::Language(it)) => self.language = Some(it),
                (dw::DW_AT_producer, value) => self.producer = text(value),
                (dw::DW_AT_stmt_list, AttributeValue::DebugLineRef(it)) => self.lines = Some(it.0),
                (dw::DW_AT_str_offsets_base, AttributeValue::DebugStrOffsetsBase(it)) => {
                    self.texts = it.0;
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Whether an assembler has made it, which knows no types.
    pub fn is_assembler(&self) -> bool {
        self.language == Some(dw::DW_LANG_Mips_Assembler)
    }

    /// Whether types stand in other types, or in functions with scopes of their own: not in C.
    pub fn nests_types(&self) -> bool {
        !matches!(
            self.language,
            Some(
                dw::DW_LANG_C89
                    | dw::DW_LANG_C
                    | dw::DW_LANG_C99
                    | dw::DW_LANG_C11
                    | dw::DW_LANG_C17
                    | dw::DW_LANG_Mips_Assembler
            )
        )
    }

    fn entry(&self, index: u32, place: Place) -> gimli::Result<Option<Entry<'s>>> {
        let offset = UnitOffset((place - self.start) as usize);
        let mut entries = self.header.entries_raw(&self.abbreviations, Some(offset))?;
        let Some(abbreviation) = entries.read_abbreviation()? else {
            return Ok(None);
        };
        let mut entry = Entry::new(place, index, abbreviation.tag(), abbreviation.has_children());
        for spec in abbreviation.attributes() {
            if is_wanted(spec.name()) {
                let value = entries.read_attribute_inline(*spec)?.raw_value();
                entry.set(*spec, value, self.around);
            } else {
                entries.skip_attributes(std::slice::from_ref(spec))?;
            }
        }
        entry.end = self.start + entries.next_offset().0 as Place;
        Ok(Some(entry))
    }

    /// Where a list of children that begins at `place` ends, with all that is in it.
    fn after_children(&self, place: Place) -> gimli::Result<Place> {
        let offset = UnitOffset((place - self.start) as usize);
        let mut entries = self.header.entries_raw(&self.abbreviations, Some(offset))?;
        while entries.next_depth() >= 0 {
            if let Some(abbreviation) = entries.read_abbreviation()? {
                entries.skip_attributes(abbreviation.attributes())?;
            }
        }
        Ok(self.start + entries.next_offset().0 as Place)
    }

    fn has_outer_references(&self) -> bool {
        (1..)
            .map_while(|code| self.abbreviations.get(code))
            .any(|it| it.attributes().iter().any(|spec| spec.form() == dw::DW_FORM_ref_addr))
    }
}

/// The children of a DIE.
#[derive(Debug)]
pub(super) struct Children<'i, 's> {
    info: &'i DebugInfo<'s>,
    unit: u32,
    next: Option<Place>,
}

impl<'s> Children<'_, 's> {
    /// The next child.
    pub fn next(&mut self) -> Result<Option<Entry<'s>>, Fault> {
        let Some(place) = self.next.take() else {
            return Ok(None);
        };
        // At the end of its unit, a list ends, too.
        if place >= self.info.units[self.unit as usize].end {
            return Ok(None);
        }
        let Some(entry) = self.info.entry_in(self.unit, place)? else {
            return Ok(None);
        };
        self.next = Some(self.info.after(&entry)?);
        Ok(Some(entry))
    }

    /// The next child with this tag.
    pub fn next_with(&mut self, tag: DwTag) -> Result<Option<Entry<'s>>, Fault> {
        while let Some(entry) = self.next()? {
            if entry.tag == tag {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }
}

/// The bytes from `offset` to the next zero byte.
fn until_zero(bytes: &[u8], offset: usize) -> Option<&[u8]> {
    let bytes = bytes.get(offset..)?;
    Some(&bytes[..memchr::memchr(0, bytes)?])
}
