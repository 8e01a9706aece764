//! The messages about a reference that breaks a rule.

use object::elf::{SHF_EXECINSTR, STT_FUNC};

use super::Check;
use super::addends::{Addend, is_no_reference};
use super::classes::Classes;
use super::exceptions::{self, End};
use super::nearby::{Nearby, is_name_for_people};
use super::reference::Reference;
use super::rules::About;
use crate::elf::{NotReadable, Symbol};
use crate::modpost::messages::{self, Level, Message, PrettySymbol};
use crate::modpost::object_facts::Surroundings;
use crate::modpost::text::Fatal;
use crate::release::{ExceptionTargets, MismatchText, SymbolSearch};

impl<'a> Check<'_, 'a> {
    /// Says what is wrong with a reference, unless it is allowed after all.
    pub(super) fn report(&mut self, reference: Reference) -> Result<(), Fatal> {
        let addend = self.addend(&reference)?;
        if addend == Addend::NoReference {
            return Ok(());
        }
        let to = self.target(&reference, addend)?;
        if self.is_in_paragraphs() {
            return self.report_in_a_paragraph(&reference, to);
        }
        let from = self.symbol_before(reference.from, reference.relocation.offset)?;
        match self.reader.surroundings.release.mismatch_text {
            MismatchText::Paragraphs | MismatchText::Names | MismatchText::NamesInModule => {
                self.report_by_names(&reference, from, to)
            }
            MismatchText::OffsetsFromNames | MismatchText::Offsets | MismatchText::Addresses => {
                self.report_by_address(&reference, addend, from, to)
            }
        }
    }

    fn search(&mut self) -> Result<&Nearby, Fatal> {
        let nearby = match self.nearby.take() {
            Some(nearby) => nearby,
            None => {
                let release = self.reader.surroundings.release;
                Nearby::new(self.reader.object, &self.reader.names, release)
                    .map_err(|reason| self.reader.malformed(reason))?
            }
        };
        Ok(self.nearby.insert(nearby))
    }

    /// The symbol that `address` of a section belongs to.
    pub(super) fn symbol_before(
        &mut self,
        section: u32,
        address: u64,
    ) -> Result<Option<&'a Symbol>, Fatal> {
        let object = self.reader.object;
        let index = self.search()?.before(section, address);
        Ok(index.map(|index| &object.symbols[index]))
    }

    /// The symbol that a reference leads to: its own if that has a name, else one that is close.
    fn target(
        &mut self,
        reference: &Reference,
        addend: Addend,
    ) -> Result<Option<&'a Symbol>, Fatal> {
        let (object, release) = (self.reader.object, self.reader.surroundings.release);
        let own = &object.symbols[reference.relocation.symbol as usize];
        let is_named = match release.symbol_search {
            SymbolSearch::BySectionName => own.name != 0,
            SymbolSearch::Nearest | SymbolSearch::Sorted => {
                is_name_for_people(self.symbol_name(own)?, release.symbol_names)
            }
        };
        if is_named {
            return Ok(Some(own));
        }
        let close = match addend {
            Addend::At(address) => self.search()?.close_to(own.section, address),
            Addend::Unknown | Addend::NoReference => None,
        };
        Ok(match (close, release.mismatch_text) {
            (Some(index), _) => Some(&object.symbols[index]),
            (
                None,
                MismatchText::Paragraphs | MismatchText::Names | MismatchText::OffsetsFromNames,
            ) => None,
            (
                None,
                MismatchText::NamesInModule | MismatchText::Offsets | MismatchText::Addresses,
            ) => Some(own),
        })
    }

    /// The name of a symbol.
    pub(super) fn symbol_name(&self, symbol: &Symbol) -> Result<&'a [u8], Fatal> {
        let object = self.reader.object;
        let name = self.reader.names.get(object, symbol.name);
        name.map_err(|reason| self.reader.malformed(reason))
    }

    /// The name of a symbol, or what messages have for none.
    pub(super) fn name_of(&self, symbol: Option<&Symbol>) -> Result<&'a [u8], Fatal> {
        match (symbol, self.reader.surroundings.release.mismatch_text) {
            (Some(symbol), _) => self.symbol_name(symbol),
            (None, MismatchText::Addresses) => Ok(b""),
            (None, _) => Ok(b"(unknown)"),
        }
    }

    /// One end of a reference.
    pub(super) fn end(&self, symbol: &'a [u8], section: u32) -> End<'a> {
        let classes = self.classes.get(section as usize).copied().unwrap_or(Classes::NONE);
        End { symbol, section: self.reader.object.section_name(section), classes }
    }

    pub(super) fn is_executable(&self, section: u32) -> bool {
        let section = self.reader.object.sections.get(section as usize);
        section.is_some_and(|section| section.flags & u64::from(SHF_EXECINSTR) != 0)
    }

    fn is_allowed(&self, from: End<'_>, to: End<'_>) -> bool {
        let Surroundings { release, options, .. } = self.reader.surroundings;
        exceptions::allow(from, to, release, options.extra_warnings)
    }

    fn report_by_names(
        &mut self,
        reference: &Reference,
        from_symbol: Option<&'a Symbol>,
        to_symbol: Option<&'a Symbol>,
    ) -> Result<(), Fatal> {
        let target = &self.reader.object.symbols[reference.relocation.symbol as usize];
        let from = self.end(self.name_of(from_symbol)?, reference.from);
        let to = self.end(self.name_of(to_symbol)?, target.section);
        let text = self.reader.surroundings.release.mismatch_text;
        if reference.rule.about == About::Exception && text == MismatchText::NamesInModule {
            self.reader.facts.mismatches += 1;
            let section = self.reader.object.section_name(reference.from);
            let place = (section, reference.relocation.offset);
            let message = messages::exception_target(self.name(), place, to.section, to.symbol);
            self.reader.say(message);
            return self.say_why_exception_is_wrong(Level::Warning, reference, to, target.section);
        }
        if reference.rule.about == About::Exception {
            let is_function =
                |symbol: Option<&Symbol>| symbol.map(|symbol| symbol.kind == STT_FUNC);
            let pretty = [(from, from_symbol), (to, to_symbol)].map(|(end, symbol)| PrettySymbol {
                name: end.symbol,
                is_function: is_function(symbol),
            });
            return self.report_exception(reference, &pretty, to, target.section);
        }
        if self.is_allowed(from, to) {
            return Ok(());
        }
        self.reader.facts.mismatches += 1;
        let (name, wording) = (self.name(), self.reader.surroundings.release.wording);
        let message = match reference.rule.about {
            About::Export => messages::export_of_init_or_exit(name, to.symbol, to.section),
            _ => {
                let ends = ([from.symbol, from.section], [to.symbol, to.section]);
                messages::section_mismatch(wording, name, ends.0, ends.1)
            }
        };
        self.reader.say(message);
        Ok(())
    }

    /// An entry of an exception table, until 6.4.
    fn report_exception(
        &mut self,
        reference: &Reference,
        [from, to]: &[PrettySymbol<'_>; 2],
        to_end: End<'_>,
        to_section: u32,
    ) -> Result<(), Fatal> {
        self.reader.facts.mismatches += 1;
        let place = (self.reader.object.section_name(reference.from), reference.relocation.offset);
        let message = messages::exception_mismatch(self.name(), place, from, to, to_end.section);
        self.reader.say(message);
        self.say_why_exception_is_wrong(Level::Plain, reference, to_end, to_section)
    }

    fn say_why_exception_is_wrong(
        &mut self,
        level: Level,
        reference: &Reference,
        to: End<'_>,
        to_section: u32,
    ) -> Result<(), Fatal> {
        let place = (self.reader.object.section_name(reference.from), reference.relocation.offset);
        let message: Message = if to.classes.any(reference.rule.bad) {
            let name = self.name();
            return Err(Fatal(messages::forbidden_exception_target(place, to.section, name)));
        } else if self.is_executable(to_section) {
            messages::unlisted_exception_target(level, place, to.section)
        } else {
            self.refuse_data(reference, to)?;
            messages::exception_into_data(place, to.section)
        };
        self.reader.say(message);
        Ok(())
    }

    /// Until 6.4, an entry of an exception table that leads into data ends the run. The size of an entry
    /// is known from its second half on.
    fn refuse_data(&self, reference: &Reference, to: End<'_>) -> Result<(), Fatal> {
        if self.reader.surroundings.release.exception_targets == ExceptionTargets::Errors {
            return Ok(());
        }
        let offset = reference.relocation.offset;
        let size = self.exception_size(reference)?;
        if offset != 0 && size == 0 {
            return Err(Fatal(messages::exception_size_unknown()));
        }
        let is_fault = offset == 0 || offset.is_multiple_of(size);
        let from = self.reader.object.section_name(reference.from);
        Err(Fatal(messages::exception_in_data((from, offset), to.section, is_fault)))
    }

    /// The size of an entry of an exception table, as the second of its relocations shows; 0 before
    /// that.
    pub(super) fn exception_size(&self, reference: &Reference) -> Result<u64, Fatal> {
        if reference.index == 0 {
            return Ok(0);
        }
        let (object, release) = (self.reader.object, self.reader.surroundings.release);
        let (mut index, mut size) = (0, 0);
        let found = object.relocations(reference.table, |relocation| {
            let is_none = reference.has_addend
                && is_no_reference(object, release, reference.from, relocation.kind);
            if index == 1 && !is_none {
                size = 2 * relocation.offset;
            }
            index += 1;
            Ok::<(), NotReadable>(())
        });
        found.map_err(|reason| self.reader.malformed(reason))?;
        Ok(size)
    }

    fn report_by_address(
        &mut self,
        reference: &Reference,
        addend: Addend,
        from_symbol: Option<&'a Symbol>,
        to_symbol: Option<&'a Symbol>,
    ) -> Result<(), Fatal> {
        let target = &self.reader.object.symbols[reference.relocation.symbol as usize];
        let from = self.end(self.name_of(from_symbol)?, reference.from);
        let to = self.end(self.name_of(to_symbol)?, target.section);
        if self.is_allowed(from, to) {
            return Ok(());
        }
        self.reader.facts.mismatches += 1;
        let text = self.reader.surroundings.release.mismatch_text;
        let is_exception = reference.rule.about == About::Exception;
        if text == MismatchText::OffsetsFromNames
            && (from_symbol.is_none() || (to_symbol.is_none() && is_exception))
        {
            let place = (from.section, reference.relocation.offset);
            return Err(Fatal(messages::reference_from_nothing(self.name(), place)));
        }
        // The symbol's name and the offset from it, or the address alone. Both are cut to 32 bits.
        let base = from_symbol.filter(|_| !from.symbol.is_empty()).map_or(0, |from| from.value);
        let offset = reference.relocation.offset.wrapping_sub(base) as u32;
        let is_alone = text == MismatchText::Addresses && from.symbol.is_empty();
        let plus = if is_alone { "" } else { "+" };
        let from_text = [from.symbol, format!("{plus}0x{offset:x}").as_bytes()].concat();
        let to_text = match addend {
            Addend::At(address) if text == MismatchText::Addresses && to.symbol.is_empty() => {
                format!("0x{:x}", address as u32).into_bytes()
            }
            _ => to.symbol.to_vec(),
        };
        let message = messages::section_mismatch(
            self.reader.surroundings.release.wording,
            self.name(),
            [&from_text, from.section],
            [&to_text, to.section],
        );
        self.reader.say(message);
        if reference.rule.about == About::Exception {
            // Upstream asks about the section of the symbol that it has named.
            let named = to_symbol.map_or(target.section, |symbol| symbol.section);
            self.say_why_exception_is_wrong(Level::Warning, reference, to, named)?;
        }
        Ok(())
    }
}
