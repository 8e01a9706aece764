//! What modpost says on standard error: every text upstream has, each in one place.

/// What a message means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `WARNING: modpost: `; the run can still succeed.
    Warning,
    /// `ERROR: modpost: `; the run goes on, writes no file any more, and fails.
    Error,
    /// `FATAL: modpost: ` (from 6.12 on `ERROR: modpost: `); the run ends here.
    Fatal,
    /// No prefix; means nothing.
    Plain,
    /// No prefix; the run ends here.
    Failure,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it means for the run.
    pub level: Level,
    /// Its text without the level's prefix, and with the newline if it has one.
    pub text: Vec<u8>,
}

impl Message {
    fn new(level: Level, parts: &[&[u8]]) -> Self {
        Self { level, text: parts.concat() }
    }
}

/// A piece of generated text of `needed` bytes, with the zero byte, was too long for `room`.
pub(super) fn output_truncated(beginning: &[u8], needed: usize, room: usize) -> Message {
    let sizes = format!(": {needed} bytes needed, {room} available\n");
    let words: [&[u8]; 3] =
        [b"buf_printf output truncated for string ", beginning, sizes.as_bytes()];
    Message::new(Level::Fatal, &words)
}
