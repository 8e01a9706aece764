//! What the tasks work on, downloaded and made once, and kept below the cache directory: Debian's
//! packages, and of each kernel its programs, headers, source, modules, preprocessed C files and
//! types.

pub mod corpus;
pub mod cpp_commands;
pub mod debian;
pub mod debian_kernel;
pub mod debug_objects;
pub mod headers_tree;
pub mod kernel_tree;
pub mod kernels;
pub mod machine;
pub mod module_set;
pub mod symtypes_tree;
pub mod upstream;

use std::env;

use anyhow::Result;

/// Nothing, said on stderr, when `found` failed on a developer's machine; with `CI=true` its
/// error.
pub fn or_skip<T>(found: Result<T>, what: &str) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_ci() => Err(error.context(format!("{what}: cannot be had"))),
        Err(error) => {
            eprintln!("skipped: {what}: cannot be had: {error:#}");
            Ok(None)
        }
    }
}

/// Whether this is a continuous-integration run, where a skip is a failure.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}
