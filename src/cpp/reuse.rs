//! Passages of headers are recorded while they are read, and taken from memory where they would be read
//! the same again.

use super::declaration::Declaration;
use super::host::Host;
use super::names::Id;
use super::passages::{Change, MOST_VERSIONS, Passage, Start};
use super::source::What;
use super::state::State;
use super::unusual::Usual;

impl<H: Host> State<'_, H> {
    /// Goes on to the next item of the innermost file, of which nothing is left to read, outside of all
    /// expansions; passages end and begin here.
    pub(super) fn next_item_or_passage(&mut self, declaration: &mut Declaration) -> Usual<()> {
        let Some(open) = self.open.last() else { return Ok(()) };
        let item = open.source.items.get(open.item);
        let is_border =
            item.is_none_or(|it| matches!(it.what(), What::Include | What::IncludeNext));
        if !is_border && self.open.len() > 1 {
            return self.next_item();
        }
        self.end_passage(*declaration);
        self.next_item()?;
        self.begin_passage(declaration);
        Ok(())
    }

    /// Begins a passage of a header: takes it from what is remembered, or records it.
    fn begin_passage(&mut self, declaration: &mut Declaration) {
        // Of the source file itself nothing is read again.
        if self.open.len() < 2 || *declaration != Declaration::default() {
            return;
        }
        let Some(open) = self.open.last() else { return };
        let found = &self.search.files[open.file];
        let start = Start {
            source: found.source as u32,
            item: open.item as u32,
            is_system: found.is_system,
            leaves_out_bodies: self.request.leaves_out_bodies,
            warns_of_undefined: self.request.warns_of_undefined,
        };
        // Whether it is remembered or not, so that the text does not depend on that.
        self.out.begin_at(open.line + 1);
        if !self.passages.are_remembered || self.take_passage(start, declaration) {
            return;
        }
        if !self.shelf.is_empty() && self.take_from_shelf(start, declaration) {
            return;
        }
        let record = &mut self.passages.record;
        record.is_on = true;
        record.start = Some(start);
        record.changes.clear();
        record.is_once = false;
        (record.text, record.exports) = (self.out.length(), self.exports.len());
        (record.counter, record.budget) = (self.counter, self.budget);
        let looked_up = &mut record.looked_up;
        looked_up.names.clear();
        looked_up.passage += 1;
        // What was found to be harmless before is looked up again, and so recorded.
        self.era += 1;
    }

    /// Ends the passage that is being recorded, if there is one.
    fn end_passage(&mut self, declaration: Declaration) {
        let passages = &mut self.passages;
        let record = &mut passages.record;
        let (true, Some(start)) = (std::mem::take(&mut record.is_on), record.start) else { return };
        let Some(open) = self.open.last() else { return };
        let passage = Passage {
            names: record.looked_up.names.clone(),
            changes: record.changes.clone(),
            is_once: record.is_once,
            counts: self.counter - record.counter,
            tokens: record.budget - self.budget,
            exports: self.exports.get(record.exports..).unwrap_or_default().to_vec(),
            text: self.out.from(record.text).to_vec(),
            position: self.out.position(),
            declaration,
            end: open.item,
            line: open.line,
        };
        let versions = passages.known.entry(start).or_default();
        if versions.len() < MOST_VERSIONS {
            passages.size += passage.size();
            versions.push(passage);
        }
    }

    /// Does what a remembered passage does, if there is one that would be read the same now.
    fn take_passage(&mut self, start: Start, declaration: &mut Declaration) -> bool {
        // Nothing is recorded while they are away: what is done below is done by a passage.
        let mut passages = std::mem::take(&mut self.passages);
        let current = &self.current;
        let is_same = |(name, number): &(Id, u32)| current.get(*name).1 == *number;
        let found = passages.known.get_mut(&start).and_then(|versions| {
            let place = versions.iter_mut().position(|passage| {
                let differs = passage.names.iter().position(|name| !is_same(name));
                if let Some(place) = differs {
                    // It will be a difference again: it is met sooner.
                    passage.names.swap(place, place / 2);
                }
                differs.is_none()
            })?;
            // So are versions that are met often.
            versions.swap(place, place / 2);
            versions.get(place / 2)
        });
        // What is more than may be read is read until that is seen.
        let found = found.filter(|passage| passage.tokens <= self.budget);
        let is_found = found.is_some();
        if let (Some(passage), Some(open)) = (found, self.open.last_mut()) {
            let (file, source) = (open.file, open.source);
            (open.item, open.line) = (passage.end, passage.line);
            (open.text, open.at) = (&[], 0);
            for change in &passage.changes {
                match *change {
                    Change::Undefine(name) => self.set(name, 0),
                    Change::Define(place) => {
                        if let Some(definition) = source.macros.get(place as usize) {
                            self.define(source, place, definition);
                        }
                    }
                }
            }
            if passage.is_once {
                self.search.mark_once(file);
            }
            self.counter += passage.counts;
            self.budget -= passage.tokens;
            self.exports.extend_from_slice(&passage.exports);
            self.out.put(&passage.text, passage.position);
            *declaration = passage.declaration;
        }
        self.passages = passages;
        is_found
    }
}
