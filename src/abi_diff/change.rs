//! A declaration that changed: its name, and its lines before and after.

use super::lints::Lint;
use crate::corpus::{LineId, NameId, Types};

/// What changed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// What is declared.
    pub name: NameId,
    /// Its line before.
    pub old: LineId,
    /// Its line after; the same one, if it is declared as before and has a different layout.
    pub new: LineId,
}

/// That one side knows a type's name only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// The side before.
    Gained,
    /// The side after.
    Lost,
}

impl Visibility {
    /// What happened, in words without a full stop.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Gained => "became visible: OLD has only its name",
            Self::Lost => "became opaque: NEW has only its name",
        }
    }
}

impl Change {
    /// Whether only one side knows more than the name.
    pub fn visibility(self, types: &Types) -> Option<Visibility> {
        match (types.line(self.old).is_opaque, types.line(self.new).is_opaque) {
            (true, false) => Some(Visibility::Gained),
            (false, true) => Some(Visibility::Lost),
            (true, true) | (false, false) => None,
        }
    }

    /// Whether the text differs, as far as CRCs count it.
    pub fn is_declared_otherwise(self) -> bool {
        self.old != self.new
    }

    /// Which kind of change it is.
    pub(super) fn lint(self, types: &Types) -> Lint {
        if types.is_export(self.name) {
            return Lint::DeclarationChanged;
        }
        match self.visibility(types) {
            Some(Visibility::Gained) => Lint::TypeBecameVisible,
            Some(Visibility::Lost) => Lint::TypeBecameOpaque,
            None if self.is_declared_otherwise() => Lint::TypeChanged,
            None => Lint::TypeBuiltOtherwise,
        }
    }
}
