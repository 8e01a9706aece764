//! The namespaces that modules should import and do not, for `make nsdeps`.

use crate::modpost::check::Checked;
use crate::modpost::text::{Fatal, Text};

/// The text: a line for each module that lacks some.
///
/// # Errors
/// A piece is too long.
pub(in crate::modpost) fn text<'a>(
    modules: impl Iterator<Item = (&'a [u8], &'a Checked<'a>)>,
) -> Result<Text, Fatal> {
    let mut out = Text::default();
    for (name, checked) in modules.filter(|(_, checked)| !checked.missing_namespaces.is_empty()) {
        out.print(&[name, b".ko:"])?;
        for namespace in &checked.missing_namespaces {
            out.print(&[b" ", namespace])?;
        }
        out.print(&[b"\n"])?;
    }
    Ok(out)
}
