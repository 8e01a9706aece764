//! The colours of a report on a terminal: those that git gives a difference, and those of verdicts.

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use memchr::memmem;

/// When there are colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum When {
    /// On a terminal, or if CLICOLOR_FORCE is set, unless NO_COLOR is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl When {
    /// Whether that is now, if `is_usual` says it of the stream.
    pub(super) fn is_now(self, is_usual: bool) -> bool {
        match self {
            When::Auto => is_usual,
            When::Always => true,
            When::Never => false,
        }
    }
}

/// The report, with colours where it `is_coloured`.
pub(super) fn painted(text: Vec<u8>, is_coloured: bool) -> Vec<u8> {
    if is_coloured { paint(&text) } else { text }
}

fn paint(text: &[u8]) -> Vec<u8> {
    let mut painted = Vec::with_capacity(text.len() + text.len() / 4);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match style(line) {
            None => painted.extend(line),
            Some(style) => {
                let (text, end) = line.split_at(line.len() - usize::from(line.ends_with(b"\n")));
                painted.extend(style.render().to_string().into_bytes());
                painted.extend(text);
                painted.extend(style.render_reset().to_string().into_bytes());
                painted.extend(end);
            }
        }
    }
    painted
}

/// How a line looks, which its beginning shows.
fn style(line: &[u8]) -> Option<Style> {
    match line {
        [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => Some(Style::new().bold()),
        [b'@', b'@', ..] => Some(AnsiColor::Cyan.on_default()),
        [b'-', ..] => Some(AnsiColor::Red.on_default()),
        [b'+', ..] => Some(AnsiColor::Green.on_default()),
        [b'0'..=b'9', ..] => Some(Style::new().bold()),
        [b' ' | b'\t', ..] => None,
        _ => verdict(line).map(|color| color.on_default().bold()),
    }
}

/// The colour of the verdict of `check` on a module.
fn verdict(line: &[u8]) -> Option<AnsiColor> {
    let has = |words: &str| memmem::find(line, words.as_bytes()).is_some();
    match line.strip_suffix(b"\n").unwrap_or(line) {
        line if line.ends_with(b": loads") || has(": loads; ") => Some(AnsiColor::Green),
        line if line.ends_with(b": undetermined") => Some(AnsiColor::Yellow),
        _ if has(": refused by ") => Some(AnsiColor::Red),
        _ => None,
    }
}
