//! What the user has given: files, directories and packages, compressed or not, and what kernels,
//! modules and types are in them.

pub mod btf;
pub(crate) mod files;
pub mod kernel;
pub(crate) mod kernel_file;
pub(crate) mod modules;
pub(crate) mod packages;
pub(crate) mod progress;
pub(crate) mod release;
pub(crate) mod unpack;
