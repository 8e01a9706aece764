//! What a compiler said of itself.

/// What a compiler said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// Its `#define` lines.
    pub(super) predefined: Vec<u8>,
    /// The questions that it knows.
    pub(super) questions: Vec<Vec<u8>>,
    /// Its answers so far: `__has_attribute(x)` and the number.
    pub(super) answers: Vec<(Vec<u8>, i64)>,
}
