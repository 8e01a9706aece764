//! The texts of the C programs' command lines, byte for byte. (Those of getopt are in `getopt`.)

use crate::release::OptionSet;

/// What `-V` prints; the same in every kernel.
pub const GENKSYMS_VERSION: &[u8] = b"genksyms version 2.5.60\n";

/// When standard input cannot be read.
pub const UNREADABLE_INPUT: &[u8] = b"input in flex scanner failed\n";

/// The usage text of genksyms.
pub fn genksyms_usage(options: OptionSet) -> String {
    let (letters, first, last) = match options {
        OptionSet::Architecture => (OLD_LETTERS, ARCHITECTURE, ""),
        OptionSet::SymbolPrefix => (OLD_LETTERS, SYMBOL_PREFIX, ""),
        OptionSet::SymbolPrefixAndRelativeCrcs | OptionSet::RelativeCrcs => {
            (LETTERS, SYMBOL_PREFIX, RELATIVE_CRC)
        }
        OptionSet::SymbolPrefixRefused => (LETTERS, SYMBOL_PREFIX, ""),
        OptionSet::Plain => (LETTERS, "", ""),
    };
    format!("Usage:\ngenksyms [{letters}] > /path/to/.tmp_obj.ver\n\n{first}{COMMON}{last}")
}

const OLD_LETTERS: &str = "-adDTwqhV";
const LETTERS: &str = "-adDTwqhVR";
const ARCHITECTURE: &str = "  -a, --arch            Select architecture\n";
const SYMBOL_PREFIX: &str = "  -s, --symbol-prefix   Select symbol prefix\n";
const COMMON: &str = "  -d, --debug           Increment the debug level (repeatable)
  -D, --dump            Dump expanded symbol defs (for debugging only)
  -r, --reference file  Read reference symbols from a file
  -T, --dump-types file Dump expanded types into file
  -p, --preserve        Preserve reference modversions or fail
  -w, --warnings        Enable warnings
  -q, --quiet           Disable warnings (default)
  -h, --help            Print this message
  -V, --version         Print the release version
";
const RELATIVE_CRC: &str = "  -R, --relative-crc    Emit section relative symbol CRCs\n";
