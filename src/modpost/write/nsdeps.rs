//! The namespaces that modules should import and do not, for `make nsdeps`.

use crate::modpost::check::Checked;
use crate::modpost::text::{Fatal, Text};
use crate::release::Modpost;

/// The same, each module's namespaces last to first, as until 5.18.
pub(in crate::modpost) fn text_reversed<'a>(
    modules: impl Iterator<Item = (&'a [u8], &'a Checked<'a>)>,
    release: &Modpost,
) -> Result<Text, Fatal> {
    write(modules, release, |checked| checked.missing_namespaces.iter().rev().copied().collect())
}

/// The text: a line for each module that lacks some.
///
/// # Errors
/// A piece is too long.
pub(in crate::modpost) fn text<'a>(
    modules: impl Iterator<Item = (&'a [u8], &'a Checked<'a>)>,
    release: &Modpost,
) -> Result<Text, Fatal> {
    write(modules, release, |checked| checked.missing_namespaces.iter().copied().collect())
}

fn write<'a>(
    modules: impl Iterator<Item = (&'a [u8], &'a Checked<'a>)>,
    release: &Modpost,
    namespaces: impl Fn(&'a Checked<'a>) -> Vec<&'a [u8]>,
) -> Result<Text, Fatal> {
    let mut out = Text::of(release);
    for (name, checked) in modules.filter(|(_, checked)| !checked.missing_namespaces.is_empty()) {
        out.print(&[name, b".ko:"])?;
        for namespace in namespaces(checked) {
            out.print(&[b" ", namespace])?;
        }
        out.print(&[b"\n"])?;
    }
    Ok(out)
}
