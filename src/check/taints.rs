//! Taints: marks on a kernel, and on each of its modules, for the readers of bug reports.

/// A taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taint {
    /// The module's license is not compatible with the GPL.
    Proprietary,
    /// Something was not checked because it was not there.
    Forced,
    /// It is from the staging directory.
    Staging,
    /// It was not built with the kernel.
    OutOfTree,
    /// It is not signed by a key that the kernel knows.
    Unsigned,
    /// It patches the running kernel.
    Livepatch,
    /// It is for tests.
    Test,
}

/// A row: the taint, the kernel's letter, and a word.
struct Row(Taint, char, &'static str);

/// All of them, in the order of the enumeration.
const ROWS: &[Row] = &[
    Row(Taint::Proprietary, 'P', "proprietary"),
    Row(Taint::Forced, 'F', "forced"),
    Row(Taint::Staging, 'C', "staging"),
    Row(Taint::OutOfTree, 'O', "out-of-tree"),
    Row(Taint::Unsigned, 'E', "unsigned"),
    Row(Taint::Livepatch, 'K', "livepatch"),
    Row(Taint::Test, 'N', "test"),
];

impl Taint {
    /// The letter that the kernel shows.
    pub fn letter(self) -> char {
        ROWS[self as usize].1
    }

    /// A word for it.
    pub fn word(self) -> &'static str {
        ROWS[self as usize].2
    }
}

/// A set of taints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taints(u8);

impl Taints {
    /// Adds one.
    pub fn add(&mut self, taint: Taint) {
        self.0 |= 1 << taint as u8;
    }

    /// Whether it is there.
    pub fn has(self, taint: Taint) -> bool {
        self.0 & (1 << taint as u8) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// All that are there, in order.
    pub fn iter(self) -> impl Iterator<Item = Taint> {
        ROWS.iter().map(|row| row.0).filter(move |&taint| self.has(taint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_taint_has_its_row() {
        for row in ROWS {
            assert_eq!((row.0.letter(), row.0.word()), (row.1, row.2));
        }
    }
}
