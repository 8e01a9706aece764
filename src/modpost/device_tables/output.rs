//! Where the aliases of a table go.

use crate::modpost::{AliasList, Fatal, Message, messages};
use crate::release;

/// Where the aliases of a table go, and what else is known of it.
pub(super) struct Output<'a> {
    pub(super) module: &'a [u8],
    pub(super) release: &'a release::Modpost,
    pub(super) aliases: &'a mut AliasList,
    pub(super) messages: &'a mut Vec<Message>,
}

/// How many bytes upstream has from 6.13 on for an alias that it puts together, with the zero byte.
pub(super) const ROOM: usize = 256;

impl Output<'_> {
    /// Appends one alias.
    pub(super) fn alias(&mut self, alias: &[u8]) -> Result<(), Fatal> {
        self.aliases.push(alias, self.release)
    }

    /// Appends a piece to an alias that upstream puts together in a buffer, in which `written` bytes
    /// are already.
    pub(super) fn check_room(&self, written: usize, piece: usize) -> Result<(), Fatal> {
        let room = ROOM.saturating_sub(written);
        if piece < room {
            return Ok(());
        }
        match self.release.alias_list {
            release::AliasForm::AsPrinted => Ok(()),
            release::AliasForm::Distinct => Err(Fatal(messages::alias_overflow(self.module))),
            release::AliasForm::DistinctAndShort => {
                Err(Fatal(messages::alias_too_long(ROOM, piece, room)))
            }
        }
    }
}
