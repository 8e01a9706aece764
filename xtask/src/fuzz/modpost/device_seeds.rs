//! The tables of `testdata/device-tables` as objects: something to change, wherever they are right.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, anyhow};
use modversions::elf::Target;

use super::situation::Seed;
use crate::elf_text;
use crate::modpost_case::{Input, names_in};
use crate::product::workspace;

/// How an object begins, by the name that its target has in the files.
const OBJECTS: &[(&str, &str)] = &[
    ("le32", "elf 32 little 386"),
    ("le64", "elf 64 little x86_64"),
    ("be32", "elf 32 big ppc"),
    ("be64", "elf 64 big s390"),
];

/// Types whose entries have pointers. The programs for 32 bits that are asked here take those for 8
/// bytes wide, as docs/device-tables.md tells.
const WITH_POINTERS: [&str; 7] = ["amba", "dmi", "hdaudio", "i3c", "of", "pcmcia", "wmi"];

/// An object for each table of `release`.
pub fn all(release: &str) -> Result<Vec<Seed>> {
    let folder = workspace().join("testdata/device-tables");
    let mut seeds = Vec::new();
    for file in names_in(&folder) {
        let text = fs::read_to_string(folder.join(&file))?;
        let device_type = file.trim_end_matches(".txt");
        for block in text.split("\n\n") {
            seeds.extend(of_block(device_type, block, release).with_context(|| file.clone())?);
        }
    }
    Ok(seeds)
}

/// The objects of one block of a file; `src/tests/device_tables.rs` tells what is in it.
fn of_block(device_type: &str, block: &str, release: &str) -> Result<Vec<Seed>> {
    let mut lines = block.trim().lines();
    let head = lines.next().and_then(|line| line.strip_prefix("table "));
    let (targets, releases) = head.and_then(|head| head.split_once(" of ")).context("no head")?;
    if !releases.split(' ').any(|known| known == release) {
        return Ok(Vec::new());
    }
    let size = lines.next().and_then(|line| line.strip_prefix("size ")).context("no size")?;
    let digits = 2 * size.parse::<usize>()?;
    let table: String = lines
        .filter_map(|line| match line.split_once(' ').unwrap_or((line, "")) {
            ("entry", entry) => Some(format!("{entry:0<digits$}")),
            ("bytes", bytes) => Some(bytes.to_owned()),
            _ => None,
        })
        .collect();
    let is_asked = |target: &&str| !target.ends_with("32") || !WITH_POINTERS.contains(&device_type);
    let targets = targets.split(' ').filter(is_asked);
    targets.map(|target| seed(device_type, target, &table)).collect()
}

/// An object with one table, given in hexadecimal digits.
fn seed(device_type: &str, target: &str, table: &str) -> Result<Seed> {
    let head = OBJECTS.iter().find(|(name, _)| *name == target).map(|(_, head)| head);
    let text = format!(
        "{}\nsection .modinfo alloc\n  string license=GPL\nsection .rodata alloc\n  hex {table}00\n\
         symbol __mod_{device_type}__ids_device_table in=.rodata size={} global object\n",
        head.context("no such target")?,
        table.len() / 2,
    );
    let object = elf_text::assemble(&text).map_err(|error| anyhow!("{error}"))?;
    Ok(Seed {
        name: format!("{device_type} of {target}"),
        target: Target {
            is_64_bit: target.ends_with("64"),
            is_big_endian: target.starts_with("be"),
        },
        input: Input {
            arguments: vec!["driver.o".to_owned()],
            stdin: Vec::new(),
            files: BTreeMap::from([("driver.o".to_owned(), object)]),
        },
    })
}
