//! Objects in, `Module.symvers` and `<mod>.mod.c` out.

pub mod device_tables;
mod messages;
mod text;

pub use messages::{Level, Message};
pub use text::{Fatal, Text};
