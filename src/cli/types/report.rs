//! What a run says at its end.

use std::collections::BTreeMap;

use crate::cpp::Unusual;
use crate::shown::Page;

/// What there is to say of a run.
#[derive(Default)]
pub(super) struct Report {
    /// How many C files make compiles.
    pub(super) files: usize,
    /// How many of them were done here and export something.
    pub(super) made: usize,
    /// How many were taken from an earlier run.
    pub(super) taken_over: usize,
    /// How many exports there are.
    pub(super) exports: usize,
    /// How many of them are assembler files.
    pub(super) assembler: usize,
    /// Why C files were preprocessed by the compiler, for each of them.
    pub(super) left: Vec<Unusual>,
    /// How many objects make was asked for, so that it makes what is generated.
    pub(super) generated: usize,
    /// Sources that it did not make.
    pub(super) not_generated: Vec<Vec<u8>>,
    /// Sources that could not be done, and why.
    pub(super) failed: Vec<(Vec<u8>, Vec<u8>)>,
    /// Exports without a declaration: their sources, and the symbols.
    pub(super) undeclared: Vec<(Vec<u8>, Vec<u8>)>,
    /// What make complained of.
    pub(super) complaints: Vec<String>,
}

impl Report {
    /// Whether an export may be missing.
    pub(super) fn lacks_something(&self) -> bool {
        !self.failed.is_empty() || !self.not_generated.is_empty()
    }

    /// The text.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::default();
        let mut count = |number: usize, what: &str| {
            page.line(format!("{number:6} {what}"));
        };
        count(self.files, "C files that make compiles");
        if self.taken_over > 0 {
            count(self.taken_over, "whose types are taken from the earlier run");
            count(self.made, "whose types were made now");
        } else {
            count(self.made - self.assembler, "that export something");
        }
        if self.assembler > 0 {
            count(self.assembler, "assembler files that do, preprocessed by the compiler");
        }
        count(self.exports, "exports");
        if self.generated > 0 {
            count(self.generated, "objects made, for the sake of generated files");
        }
        if !self.left.is_empty() {
            count(self.left.len(), "files preprocessed by the compiler");
        }
        let mut reasons: BTreeMap<Unusual, usize> = BTreeMap::new();
        for reason in &self.left {
            *reasons.entry(*reason).or_default() += 1;
        }
        for (reason, number) in reasons {
            page.line(format!("       {number:6} {}", reason.words()));
        }
        for source in &self.not_generated {
            page.put(source).line(": make did not generate it, so its exports are not known");
        }
        for (source, symbol) in &self.undeclared {
            let words = " is exported and not declared: its CRC is 0, as in a build";
            page.put(source).put(": ").put(symbol).line(words);
        }
        for (source, why) in &self.failed {
            page.put(source).put(": not done: ").line(why);
        }
        for complaint in &self.complaints {
            page.put("make says: ").line(complaint);
        }
        page
    }
}
