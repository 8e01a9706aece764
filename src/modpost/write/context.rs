//! What the text of every file depends on.

use crate::modpost::Options;
use crate::modpost::module_set::{ExportId, ModuleSet};
use crate::release::{Modpost, SectionAttribute};

/// What the text of a file depends on, besides the module that it is about.
#[derive(Clone, Copy)]
pub(in crate::modpost) struct Context<'a> {
    /// All modules and exports.
    pub(in crate::modpost) set: &'a ModuleSet<'a>,
    /// For each export whether something uses it.
    pub(in crate::modpost) used: &'a [bool],
    /// What was asked for.
    pub(in crate::modpost) options: &'a Options,
    /// How the release behaves.
    pub(in crate::modpost) release: &'a Modpost,
}

impl Context<'_> {
    /// Whether an export is left out, since nothing uses it and `-t` asks for that.
    pub(super) fn is_trimmed(&self, export: ExportId) -> bool {
        self.options.trim_unused && !self.used[export.index()]
    }

    /// The attribute that puts something into the section `name`.
    pub(super) fn section(&self, name: &str) -> String {
        match self.release.section_attribute {
            SectionAttribute::Attribute => format!("__attribute__((section(\"{name}\")))"),
            SectionAttribute::Unquoted => format!("__section({name})"),
            SectionAttribute::Quoted => format!("__section(\"{name}\")"),
        }
    }

    /// The same for what nothing refers to, with what keeps it.
    pub(super) fn used_section(&self, name: &str) -> String {
        let between = match self.release.section_attribute {
            SectionAttribute::Attribute => '\n',
            SectionAttribute::Unquoted | SectionAttribute::Quoted => ' ',
        };
        format!("__used{between}{}", self.section(name))
    }
}
