//! The tables of `testdata/device-tables` as objects: something to change, wherever they are right.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Error, Result};
use testkit::device_table_file::{BETWEEN_BLOCKS, Block, MODULE, target};
use testkit::elf_text;
use testkit::files::names_in;
use testkit::run::Input;

use super::situation::Seed;
use crate::reference::device_tables::{HAVE_POINTERS, symbol};
use crate::reference::elf_target;
use crate::run::product::workspace;

/// An object for each table of `release`.
pub fn all(release: &str) -> Result<Vec<Seed>> {
    let folder = workspace().join("testdata/device-tables");
    let mut seeds = Vec::new();
    for file in names_in(&folder) {
        let text = fs::read_to_string(folder.join(&file))?;
        let device_type = file.trim_end_matches(".txt");
        for block in text.trim_end().split(BETWEEN_BLOCKS) {
            let block = Block::parse(block).map_err(Error::msg)?;
            for (target, _) in block.runs().filter(|(_, known)| *known == release) {
                if !target.ends_with("32") || !HAVE_POINTERS.contains(&device_type) {
                    seeds.push(seed(device_type, target, release, &block.table)?);
                }
            }
        }
    }
    Ok(seeds)
}

/// An object with one table.
fn seed(device_type: &str, target_name: &str, release: &str, table: &[u8]) -> Result<Seed> {
    let target = elf_target(target(target_name));
    let class = if target.is_64_bit { 64 } else { 32 };
    let (order, machine) = match (target.is_big_endian, target.is_64_bit) {
        (false, false) => ("little", "386"),
        (false, true) => ("little", "x86_64"),
        (true, false) => ("big", "ppc"),
        (true, true) => ("big", "s390"),
    };
    let digits: String = table.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!(
        "elf {class} {order} {machine}\n\
         section .modinfo alloc\n string license=GPL\n\
         section .rodata alloc\n hex {digits}00\n\
         symbol {} in=.rodata size={} global object\n",
        symbol(device_type, MODULE, release)?,
        table.len(),
    );
    let path = format!("{MODULE}.o");
    let object = elf_text::assemble(&text).map_err(Error::msg)?;
    Ok(Seed {
        name: format!("{device_type} of {target_name}"),
        target,
        input: Input {
            arguments: vec![path.clone()],
            stdin: Vec::new(),
            files: BTreeMap::from([(path, object)]),
        },
    })
}
