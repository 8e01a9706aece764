//! References that lead into sections which the kernel frees, or out of those it knows.
//!
//! Upstream matches the names of two sections for each relocation. Here a section's name is
//! matched once ([`classes`]); this shows for a section with relocations which other sections it
//! must not refer to ([`rules`]), and the relocations are only examined if there is one.
//! Everything else happens only for what was found: the addends, the names, the exceptions.

mod addends;
mod classes;
mod exceptions;
mod exports;
mod nearby;
mod paragraphs;
mod reference;
mod report;
mod rules;

use std::rc::Rc;

use indexmap::IndexMap;
use indexmap::map::Entry;
use object::elf::{SHF_ALLOC, SHT_PROGBITS, SHT_REL, SHT_RELA};
use rustc_hash::FxBuildHasher;

use super::messages;
use super::reader::Reader;
use super::text::Fatal;
use crate::elf::{NotReadable, Section};
use crate::release::{ExportEncoding, MismatchText, ModpostOptions, SymbolSearch};
use addends::Addend;
use classes::{Classes, Known};
use nearby::Nearby;
use reference::Reference;
use rules::Rule;

/// Checks all sections of an object and, from 6.5 on, collects its exports.
///
/// # Errors
/// The run ends here.
pub(super) fn check(reader: &mut Reader<'_>) -> Result<(), Fatal> {
    let mut check = Check::new(reader);
    for index in 0..check.reader.object.sections.len() {
        check.section(index)?;
    }
    Ok(())
}

/// The check of one object.
struct Check<'r, 'a> {
    reader: &'r mut Reader<'a>,
    rules: &'static [Rule],
    /// The names of sections that the release knows.
    known: Known,
    /// The classes of each section.
    classes: Vec<Classes>,
    /// Where symbols are, once that is asked for.
    nearby: Option<Nearby>,
    /// For each set of rules that was asked for, which sections are wrong by them; none at all
    /// where no section is.
    wrong: IndexMap<Vec<&'static Rule>, Wrong, FxBuildHasher>,
    /// The section whose references are exports, from 6.5 on if modules are enabled.
    export_section: Option<u32>,
}

/// For each section the rule by which no reference may lead there; empty if no section has one.
type Wrong = Rc<[Option<&'static Rule>]>;

const RELOCATION: NotReadable = NotReadable::Malformed("the symbol of a relocation");

impl<'r, 'a> Check<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>) -> Self {
        let release = reader.surroundings.release;
        let sections = &reader.object.sections;
        let known = classes::known_to(release);
        let classes = sections.iter().map(|section| known.of(section.name)).collect();
        let has_exports = release.exports == ExportEncoding::ExportSymbolSection
            && (reader.surroundings.options.modules_enabled
                || !matches!(release.options, ModpostOptions::Since66 | ModpostOptions::Since614));
        let is_export_section = |section: &Section<'_>| section.name == b".export_symbol";
        // Of several the last counts; if there is none, upstream takes that of index 0 for it.
        let export_section = has_exports.then(|| {
            sections.iter().skip(1).rposition(is_export_section).map_or(0, |at| at as u32 + 1)
        });
        let rules = rules::of(release);
        Self {
            reader,
            rules,
            known,
            classes,
            nearby: None,
            wrong: IndexMap::default(),
            export_section,
        }
    }

    fn section(&mut self, index: usize) -> Result<(), Fatal> {
        let section = self.reader.object.sections[index];
        let is_loaded = section.flags & u64::from(SHF_ALLOC) != 0;
        if section.kind == SHT_PROGBITS
            && !is_loaded
            && !self.classes[index].any(Classes::UNCHECKED)
        {
            let wording = self.reader.surroundings.release.wording;
            self.reader.say(messages::unexpected_section(wording, self.name(), section.name));
            self.reader.check_room()?;
        }
        if matches!(section.kind, SHT_REL | SHT_RELA) {
            self.relocations(index, section.info)?;
        }
        Ok(())
    }

    /// What messages call the object.
    fn name(&self) -> &[u8] {
        match self.reader.surroundings.release.mismatch_text {
            MismatchText::Paragraphs | MismatchText::Names => self.reader.path,
            MismatchText::NamesInModule
            | MismatchText::OffsetsFromNames
            | MismatchText::Offsets
            | MismatchText::Addresses => &self.reader.module.name,
        }
    }

    /// Checks the relocations in section `index`, which apply to section `from`.
    fn relocations(&mut self, index: usize, from: u32) -> Result<(), Fatal> {
        let from_classes = match self.is_in_paragraphs() {
            true => self.known.of(self.table_target(index)),
            false => self.classes.get(from as usize).copied().unwrap_or(Classes::NONE),
        };
        if from_classes.any(Classes::UNCHECKED) {
            return Ok(());
        }
        self.refuse_unknown_addends(index)?;
        if self.export_section == Some(from) {
            return self.exports(index);
        }
        let applying = self.rules.iter().filter(|rule| from_classes.any(rule.from)).collect();
        let wrong = self.wrong_sections(applying);
        if wrong.is_empty() {
            return Ok(());
        }
        for reference in self.wrong_references(index, from, &wrong)? {
            self.report(reference)?;
            self.reader.check_room()?;
        }
        Ok(())
    }

    /// From 6.5 on, a machine whose addends cannot be decoded ends the run.
    fn refuse_unknown_addends(&self, index: usize) -> Result<(), Fatal> {
        let object = self.reader.object;
        let is_checked =
            self.reader.surroundings.release.symbol_search != SymbolSearch::BySectionName;
        let is_known = addends::is_known(object.machine);
        if !is_checked || is_known || object.sections[index].kind != SHT_REL {
            return Ok(());
        }
        let mut has_any = false;
        let examined = object.relocations(index, |_| {
            has_any = true;
            Ok::<(), NotReadable>(())
        });
        examined.map_err(|reason| self.reader.malformed(reason))?;
        if has_any {
            return Err(Fatal(messages::unknown_addends()));
        }
        Ok(())
    }

    /// The sections that are wrong by the rules `applying`.
    fn wrong_sections(&mut self, applying: Vec<&'static Rule>) -> Wrong {
        let (sections, classes) = (&self.reader.object.sections, &self.classes);
        let find = |rules: &[&'static Rule]| {
            let rule_for = |(section, classes): (&Section<'_>, &Classes)| {
                let mut rules = rules.iter().copied().filter(|_| !section.name.is_empty());
                rules.find(|rule| rule.forbids(*classes))
            };
            let wrong: Vec<_> = sections.iter().zip(classes).map(rule_for).collect();
            if wrong.iter().any(Option::is_some) { wrong.into() } else { Wrong::default() }
        };
        match self.wrong.entry(applying) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let wrong = find(new.key());
                new.insert(wrong).clone()
            }
        }
    }

    /// The relocations of section `index` that lead into a section of `wrong`.
    fn wrong_references(
        &self,
        index: usize,
        from: u32,
        wrong: &[Option<&'static Rule>],
    ) -> Result<Vec<Reference>, Fatal> {
        let object = self.reader.object;
        let has_addend = object.sections[index].kind == SHT_RELA;
        let mut found = Vec::new();
        let (table, mut index) = (index, 0);
        object
            .relocations(table, |relocation| {
                let symbol = object.symbols.get(relocation.symbol as usize).ok_or(RELOCATION)?;
                // Reserved numbers are far outside of the table.
                if let Some(&Some(rule)) = wrong.get(symbol.section as usize) {
                    found.push(Reference { from, relocation, table, index, has_addend, rule });
                }
                index += 1;
                Ok::<(), NotReadable>(())
            })
            .map_err(|reason| self.reader.malformed(reason))?;
        Ok(found)
    }

    /// Where a reference leads to.
    fn addend(&self, reference: &Reference) -> Result<Addend, Fatal> {
        let release = self.reader.surroundings.release;
        addends::of(self.reader.object, release, reference)
            .map_err(|reason| self.reader.malformed(reason))
    }
}
