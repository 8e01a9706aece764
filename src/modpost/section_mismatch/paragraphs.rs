//! The reports until 5.19: a line about each reference that breaks a rule, and a paragraph that
//! explains it. What a reference comes from is known by the name of the section of relocations.

mod messages;

use object::elf::{SHT_RELA, STT_FUNC};

use self::messages::{self as texts, Side};
use super::Check;
use super::classes::Classes;
use super::exceptions::{self, End};
use super::reference::Reference;
use super::rules::{ALL_EXIT, ALL_INIT, About};
use crate::elf::Symbol;
use crate::modpost::messages::{self as common, Level, PrettySymbol};
use crate::modpost::text::Fatal;
use crate::release::MismatchText;

impl<'a> Check<'_, 'a> {
    /// Whether it is one of these releases.
    pub(super) fn is_in_paragraphs(&self) -> bool {
        self.reader.surroundings.release.mismatch_text == MismatchText::Paragraphs
    }

    /// The section that the relocations in section `index` apply to, by the name of that.
    pub(super) fn table_target(&self, index: usize) -> &'a [u8] {
        let section = &self.reader.object.sections[index];
        let prefix = if section.kind == SHT_RELA { 5 } else { 4 };
        section.name.get(prefix..).unwrap_or_default()
    }

    /// Says what is wrong with a reference to `to_symbol`, unless it is allowed after all.
    pub(super) fn report_in_a_paragraph(
        &mut self,
        reference: &Reference,
        to_symbol: Option<&'a Symbol>,
    ) -> Result<(), Fatal> {
        let from_section = self.table_target(reference.table);
        let sections = &self.reader.object.sections;
        let named = sections.iter().position(|section| section.name == from_section);
        let from_symbol = match named {
            Some(index) => self.symbol_before(index as u32, reference.relocation.offset)?,
            None => None,
        };
        let release = self.reader.surroundings.release;
        let to_section = self.reader.object.symbols[reference.relocation.symbol as usize].section;
        let to = self.end(self.name_of(to_symbol)?, to_section);
        let from = End {
            symbol: self.name_of(from_symbol)?,
            section: from_section,
            classes: self.known.of(from_section),
        };
        let is_function = |symbol: Option<&Symbol>| symbol.map(|symbol| symbol.kind == STT_FUNC);
        let pretty = [(from, from_symbol), (to, to_symbol)].map(|(end, symbol)| PrettySymbol {
            name: end.symbol,
            is_function: is_function(symbol),
        });
        if reference.rule.about == About::Exception {
            return self.report_old_exception(reference, &pretty, to, to_section);
        }
        if from.symbol.starts_with(b"reference___initcall")
            || exceptions::allow_until_5_19(from, to, reference.rule, release)
        {
            return Ok(());
        }
        self.reader.facts.mismatches += 1;
        let is_freed = |classes: Classes| classes.any(ALL_INIT.and(ALL_EXIT));
        let mark = |end: End<'_>| match is_freed(end.classes) {
            true => texts::mark(end.section),
            false => Vec::new(),
        };
        let [one, other] = pretty;
        let one = Side { symbol: one, section: from.section, mark: mark(from) };
        let other = Side { symbol: other, section: to.section, mark: mark(to) };
        let (offset, rule) = (reference.relocation.offset, reference.rule);
        let path = self.reader.path;
        if !self.reader.surroundings.options.counts_mismatches {
            let message = texts::paragraph(path, offset, &one, &other, rule.about, rule.allowed);
            self.reader.say(message);
        }
        Ok(())
    }

    /// An entry of an exception table.
    fn report_old_exception(
        &mut self,
        reference: &Reference,
        [from, to]: &[PrettySymbol<'_>; 2],
        to_end: End<'_>,
        to_section: u32,
    ) -> Result<(), Fatal> {
        self.reader.facts.mismatches += 1;
        let place = (self.table_target(reference.table), reference.relocation.offset);
        let path = self.reader.path;
        let is_silent = self.reader.surroundings.options.counts_mismatches;
        if !is_silent {
            self.reader.say(common::exception_mismatch(path, place, from, to, to_end.section));
        }
        if to_end.classes.any(reference.rule.bad) {
            return Err(Fatal(common::forbidden_exception_target(place, to_end.section, path)));
        }
        if self.is_executable(to_section) {
            if !is_silent {
                let level = Level::Plain;
                self.reader.say(common::unlisted_exception_target(level, place, to_end.section));
            }
            return Ok(());
        }
        let is_fault = match (place.1, self.exception_size(reference)?) {
            (0, _) => true,
            (_, 0) => return Err(Fatal(texts::unknown_entry_size())),
            (offset, size) => offset.is_multiple_of(size),
        };
        Err(Fatal(texts::exception_into_data(place, to_end.section, is_fault)))
    }
}
