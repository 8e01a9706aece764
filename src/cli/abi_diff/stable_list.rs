//! The file with the list of the symbols that matter.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::abi_diff::StableList;
use crate::cli::exit::{Failure, Result};
use crate::inputs::given;
use crate::inputs::limits::Limits;

/// Reads a stable list.
pub(in crate::cli) fn read(path: &Path, limits: Limits) -> Result<StableList> {
    let text = given::text(path, limits)?;
    let name = path.as_os_str().as_bytes();
    let list = StableList::read(name, &text).map_err(|bad| {
        let place = format!(":{}: neither a symbol nor a [section]: ", bad.line);
        let text = &bad.text[..bad.text.len().min(80)];
        Failure([name, place.as_bytes(), text].concat())
    })?;
    match list.is_empty() {
        true => Err(Failure::of(path, "it is empty: no symbols")),
        false => Ok(list),
    }
}
