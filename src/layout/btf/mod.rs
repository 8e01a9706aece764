//! Layouts from BTF: what the compiler has laid out, as the build has written it down.

mod alike;
mod change;
mod definition;
mod layout;
mod side;
mod variants;

pub use change::{BtfChange, btf_change};
pub use side::{BtfNames, BtfSide};
pub use variants::Variant;
