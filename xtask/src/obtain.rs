//! What the tasks work on, downloaded and made once, and kept below the cache directory: Debian's
//! packages, and of each kernel its programs, headers, source, modules, preprocessed C files and
//! types.

pub mod corpus;
pub mod debian;
pub mod debian_kernel;
pub mod headers_tree;
pub mod kernel_tree;
pub mod kernels;
pub mod module_set;
pub mod symtypes_tree;
pub mod upstream;
