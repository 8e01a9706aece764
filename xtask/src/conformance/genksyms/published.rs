//! Our CRCs against the ones Debian published in `Module.symvers`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

/// A symbol's CRC, as one of the corpus files exports it.
pub struct Export {
    /// The C file.
    path: String,
    /// The symbol.
    name: String,
    /// Its CRC.
    crc: u32,
}

/// The exports in genksyms' output for the C file `path`: lines `#SYMVER NAME 0xCRC`, before 5.19
/// `__crc_NAME = 0xCRC;`.
pub fn exports_in(path: &str, stdout: &[u8]) -> Vec<Export> {
    let text = String::from_utf8_lossy(stdout);
    text.lines()
        .filter_map(|line| {
            let (name, crc) = match line.strip_prefix("#SYMVER ") {
                Some(rest) => rest.split_once(' ')?,
                None => line.strip_prefix("__crc_")?.strip_suffix(';')?.split_once(" = ")?,
            };
            let crc = hexadecimal(crc)?;
            Some(Export { path: path.to_string(), name: name.to_string(), crc })
        })
        .collect()
}

/// The published exports of one kernel.
pub struct Published {
    /// CRC by symbol.
    crcs: BTreeMap<String, u32>,
}

impl Published {
    /// Reads `Module.symvers`: `0xCRC`, name, module, kind and namespace, separated by tabs.
    pub fn parse(text: &str) -> Result<Published> {
        let mut crcs = BTreeMap::new();
        for line in text.lines() {
            let mut columns = line.split('\t');
            let (crc, name) = (columns.next(), columns.next());
            let crc = crc.and_then(hexadecimal).with_context(|| format!("odd line {line:?}"))?;
            let name = name.with_context(|| format!("odd line {line:?}"))?;
            crcs.insert(name.to_string(), crc);
        }
        if crcs.is_empty() {
            bail!("the published Module.symvers is empty");
        }
        Ok(Published { crcs })
    }

    /// Compares, and prints the result; the number of symbols with a CRC other than the
    /// published one.
    ///
    /// A symbol exported by several files counts as reproduced when one of them, the one that is
    /// linked, has the published CRC; the others are named.
    pub fn compare(&self, exports: &[Export]) -> usize {
        let mut reproduced = BTreeSet::new();
        for export in exports {
            if self.crcs.get(&export.name) == Some(&export.crc) {
                reproduced.insert(export.name.as_str());
            }
        }
        let mut different = BTreeSet::new();
        let mut unpublished = BTreeSet::new();
        for export in exports {
            let Some(published) = self.crcs.get(&export.name) else {
                unpublished.insert(export.name.as_str());
                continue;
            };
            if export.crc == *published {
                continue;
            }
            let Export { path, name, crc } = export;
            print!("  {path}: {name} is {crc:#010x}, published {published:#010x}");
            if reproduced.contains(name.as_str()) {
                println!(" (and is so in another file)");
            } else {
                println!();
                different.insert(name.as_str());
            }
        }
        println!(
            "  CRCs: {} published, {} reproduced from C files, {} different, {} not in these \
             files (assembler, or not in the sample); {} exported but not published",
            self.crcs.len(),
            reproduced.len(),
            different.len(),
            self.crcs.len() - reproduced.len() - different.len(),
            unpublished.len(),
        );
        different.len()
    }
}

/// A number written as `0x...`.
fn hexadecimal(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}
