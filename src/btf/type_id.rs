//! The numbers of types.

/// The number of a type. 0 is `void`, which no file describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(super) u32);

impl TypeId {
    /// The number, as other programs print it.
    pub fn number(self) -> u32 {
        self.0
    }
}
