//! The colours of a report on a terminal: those that git gives a difference.

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use crate::cli::Environment;

/// When there are colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum When {
    /// On a terminal, or if CLICOLOR_FORCE is set, unless NO_COLOR is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl When {
    /// Whether that is now.
    pub(super) fn is_now(self, environment: &Environment) -> bool {
        match self {
            When::Auto => environment.stdout_color,
            When::Always => true,
            When::Never => false,
        }
    }
}

/// The report with colours.
pub(super) fn paint(text: &[u8]) -> Vec<u8> {
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
        _ => None,
    }
}
