//! The aliases of a module, as its device tables have them.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::text::{Fatal, Text};
use crate::release;

/// The aliases of a module, in the order in which its tables have them.
#[derive(Clone, Debug, Default)]
pub struct AliasList {
    /// Up to 6.12: as lines, which are printed while the tables are read.
    lines: Text,
    /// From 6.13 on: each once.
    distinct: IndexSet<Vec<u8>, FxBuildHasher>,
    /// How many bytes those have.
    size: usize,
    /// In the kernel itself: of how many of them, from the first on, all belong to this module.
    builtin: IndexMap<usize, Vec<u8>, FxBuildHasher>,
}

impl AliasList {
    /// Appends an alias.
    ///
    /// # Errors
    /// Its line is too long for what upstream prints at once.
    pub fn push(&mut self, alias: &[u8], release: &release::Modpost) -> Result<(), Fatal> {
        match release.alias_list {
            release::AliasForm::AsPrinted => print(&mut self.lines, alias),
            release::AliasForm::Distinct | release::AliasForm::DistinctAndShort => {
                if self.distinct.insert(alias.to_vec()) {
                    self.size += alias.len();
                }
                Ok(())
            }
        }
    }

    /// Says that the aliases that came last are those of the module `name`, which is built in.
    pub(super) fn belong_to(&mut self, name: &[u8]) {
        self.builtin.entry(self.distinct.len()).or_insert_with(|| name.to_vec());
    }

    /// How many bytes they have.
    pub(super) fn size(&self) -> usize {
        self.lines.bytes().len() + self.size
    }

    /// Appends their lines for a module.
    ///
    /// # Errors
    /// A line is too long.
    pub fn print(&self, out: &mut Text) -> Result<(), Fatal> {
        out.append(&self.lines);
        self.distinct.iter().try_for_each(|alias| print(out, alias))
    }

    /// Appends their lines for modules that are built in.
    ///
    /// # Errors
    /// A line is too long.
    pub(super) fn print_builtin(&self, out: &mut Text) -> Result<(), Fatal> {
        let mut start = 0;
        for (&end, module) in &self.builtin {
            for alias in self.distinct.get_range(start..end).into_iter().flatten() {
                out.print(&[b"MODULE_INFO(", module, b".alias, \"", alias, b"\");\n"])?;
            }
            start = end;
        }
        Ok(())
    }
}

fn print(out: &mut Text, alias: &[u8]) -> Result<(), Fatal> {
    out.print(&[b"MODULE_ALIAS(\"", alias, b"\");\n"])
}
