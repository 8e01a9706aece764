//! ELF files as the tools read them: relocatable objects of either class and byte order.

mod target;

pub use target::Target;
