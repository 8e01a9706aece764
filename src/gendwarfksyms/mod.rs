//! An object with debugging information in, the CRC of each of its exports out. Start here:
//! [`Exports::compute`] is the straight line.
//!
//! ```text
//! list of symbols ─────────────────────────┐
//! object → sections → units → scan → matches → collect (or walk) → types by name → CRC → lines
//!                           └→ scopes
//! ```
//!
//! | File | What it is |
//! |---|---|
//! | `symbols` | the symbols that were asked for, their addresses and aliases |
//! | `sections`, `debug_info`, `entry` | DWARF, as far as versions depend on it |
//! | `scan` | which DIE a symbol has its type from |
//! | `describe` | the text of one DIE |
//! | `collect`, `walk` | all that the symbols reach: each DIE once, or as the C program walks |
//! | `pieces`, `type_map` | texts with references in them, and the longest for each name |
//! | `version` | the CRC |
//! | `compute` | all of it, for one object |
//! | `output` | what is asked for, and what comes of it |
//! | `kabi` | `--stable` |
//! | `kabi_use` | what one object has of kABI, for a look at a whole tree |
//! | `messages` | the C program's texts |
//! | `diagnostics` and its folder | `--diagnostics` |
//! | `object_types` | all types of an object, for layouts |
//! | `object_exports` | the exports of an object, unit by unit, for comparisons |

mod collect;
mod compute;
mod debug_info;
mod describe;
mod diagnostics;
mod entry;
mod kabi;
mod kabi_use;
mod messages;
mod object_exports;
mod object_types;
mod output;
mod pieces;
mod scan;
mod sections;
mod symbols;
mod type_map;
mod version;
mod walk;

pub use kabi_use::{KabiUse, RuleOfObject, kabi_use};
pub use messages::USAGE;
pub use object_exports::{ObjectExports, with_exports};
pub use object_types::{NoTypes, ObjectTypes, with_types};
pub use output::{Options, Output};

use diagnostics::Findings;
use symbols::Symbols;

use crate::release::Gendwarfksyms;

/// The symbols that CRCs are wanted for.
#[derive(Clone, Debug)]
pub struct Exports<'l> {
    symbols: Symbols<'l>,
    findings: Findings,
}

impl<'l> Exports<'l> {
    /// Reads the list of symbols: the first word of each line. None if a line has no word, which is
    /// said in `output`.
    pub fn read(list: &'l [u8], options: &Options, output: &mut Output) -> Option<Self> {
        match Symbols::read(list, options.debug.then_some(&mut output.stderr)) {
            Ok(symbols) => Some(Self { symbols, findings: Findings::default() }),
            Err(fault) => {
                output.fail(fault);
                None
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// Computes the CRCs of those that the object in `data` describes, as the program of `release` does.
    /// `path` names it in messages.
    pub fn compute(
        &mut self,
        path: &[u8],
        data: &[u8],
        options: &Options,
        release: &Gendwarfksyms,
        output: &mut Output,
    ) {
        let symbols = &mut self.symbols;
        match compute::compute(symbols, path, data, options, release, output) {
            Ok(said) if options.diagnostics => self.findings.add(path, symbols, said.found),
            Ok(_) => {}
            Err(fault) => output.fail(fault),
        }
    }

    /// Writes the lines of all symbols, and says which have no CRC; then what there is to say with
    /// `--diagnostics`.
    pub fn finish(self, options: &Options, output: &mut Output) {
        let (lines, said) = self.symbols.versions();
        output.stdout.extend(lines);
        output.stderr.extend(said);
        if options.diagnostics {
            output.stderr.extend(self.findings.render(&self.symbols, options.color));
        }
    }
}
