//! The compiler that a kernel was configured for: what its `.config` says of it.

/// The option that has the first line of what the compiler's `--version` prints.
const OPTION: &[u8] = b"CONFIG_CC_VERSION_TEXT=\"";

/// The first line that the compiler printed for `--version`, by the text of a `.config`.
pub(super) fn text(config: &[u8]) -> Option<&[u8]> {
    let mut lines = config.split(|byte| *byte == b'\n');
    lines.find_map(|line| line.strip_prefix(OPTION)?.strip_suffix(b"\""))
}

/// The name that it has there: `gcc-12`.
pub(super) fn name(config: &[u8]) -> Option<&[u8]> {
    text(config)?.split(|byte| *byte == b' ').next().filter(|name| !name.is_empty())
}
