//! Where the aliases of a table go.

use crate::modpost::{Fatal, Message, Text};
use crate::release;

/// Where the aliases of a table go, and what else is known of it.
pub(super) struct Output<'a> {
    pub(super) module: &'a [u8],
    pub(super) release: &'a release::Modpost,
    pub(super) lines: &'a mut Text,
    pub(super) messages: &'a mut Vec<Message>,
}

impl Output<'_> {
    /// Appends one alias.
    pub(super) fn alias(&mut self, alias: &[u8]) -> Result<(), Fatal> {
        self.lines.print(&[b"MODULE_ALIAS(\"", alias, b"\");\n"])
    }
}
