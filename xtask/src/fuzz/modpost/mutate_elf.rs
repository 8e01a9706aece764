//! Changes to the fields and names of an object, so that it stays one but for these.

use fastrand::Rng;
use modversions::elf::Target;

use super::elf_records::{Field, Kind, Record, places, records, strings};

/// Values that a field may have, by its name.
const KNOWN: &[(&str, &[u64])] = &[
    ("e_type", &[0, 1, 2, 3]),
    ("e_machine", &[2, 3, 8, 15, 20, 21, 22, 40, 43, 62, 183, 243, 258]),
    ("sh_type", &[0, 1, 2, 3, 4, 7, 8, 9, 11, 14, 18]),
    ("sh_flags", &[0, 1, 2, 3, 4, 6, 7, 0x30]),
    ("st_info", &[0, 1, 2, 3, 4, 0x10, 0x11, 0x12, 0x13, 0x1a, 0x1d, 0x20, 0x21, 0x22]),
    ("st_shndx", &[0, 1, 2, 3, 0xff00, 0xfff1, 0xfff2, 0xffff]),
    ("r_info (first half)", &[1, 2, 4, 5, 10, 28, 39, 55, 102]),
    ("r_info (second half)", &[1, 2, 3, 4, 5, 6]),
];

/// Values at which somebody's arithmetic ends.
const EXTREMES: &[u64] = &[
    0xff,
    0xff00,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fff0,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_f000,
    0xffff_ffff_ffff_ffff,
];

/// Names that mean something.
const NAMES: &[&str] = &[
    "",
    ".init.text",
    ".exit.text",
    ".text",
    ".data",
    ".modinfo",
    ".export_symbol",
    ".altinstr_replacement",
    "__ex_table",
    ".init.data",
    ".comment",
    "___ksymtab+a",
    "___ksymtab_gpl+a",
    "__ksymtab_a",
    "__kstrtabns_a",
    "__export_symbol_a",
    "__mod_pci__a_device_table",
    "__mod_acpi__a_device_table",
    "init_module",
    "cleanup_module",
    "__this_module",
    "module_layout",
    "a.0",
    "a.1.b",
    ".a",
    "a.constprop.0",
    "$a",
    ".L1",
    "a_ops",
    "__param_a",
    "_sinittext",
];

/// Sets a field of a record to another value.
pub fn field(bytes: &mut [u8], target: Target, rng: &mut Rng) -> Option<String> {
    let mut records = records(bytes, target);
    let mut kinds: Vec<Kind> = records.iter().map(|record| record.kind).collect();
    kinds.sort();
    kinds.dedup();
    // A file has one header and many symbols; each kind is met as often.
    let kind = *rng.choice(&kinds)?;
    records.retain(|record| record.kind == kind);
    let number = rng.usize(..records.len());
    let field = rng.choice(kind.fields())?;
    let old = records[number].get(bytes, target, field)?;
    let value = value(bytes, target, &records, field, old, rng);
    records[number].set(bytes, target, field, value);
    Some(format!("{kind:?} {number}: {} = {value:#x}, was {old:#x}", field.name))
}

/// Another value for a field of such records.
fn value(
    bytes: &[u8],
    target: Target,
    records: &[Record],
    field: &Field,
    old: u64,
    rng: &mut Rng,
) -> u64 {
    let known = KNOWN.iter().find(|(name, _)| *name == field.name).filter(|_| rng.bool());
    if let Some(value) = known.and_then(|(_, values)| rng.choice(values.iter())) {
        return *value;
    }
    let other = rng.choice(records).and_then(|record| record.get(bytes, target, field));
    match rng.u32(..12) {
        0 => 0,
        1 => 1,
        2 => u64::MAX,
        3 => old.wrapping_add(1),
        4 => old.wrapping_sub(1),
        5 => old ^ 1 << rng.u32(..64),
        6 => old.wrapping_add(rng.u64(..64)).wrapping_sub(32),
        7 => (bytes.len() as u64).wrapping_add(rng.u64(..16)).wrapping_sub(8),
        8 => rng.u64(..bytes.len() as u64),
        9 => EXTREMES[rng.usize(..EXTREMES.len())].wrapping_sub(rng.u64(..2)),
        10 => 0xff00 + rng.u64(..0x100),
        _ => other.unwrap_or_default(),
    }
}

/// Sets some bytes of a section to other ones.
pub fn data(bytes: &mut [u8], target: Target, rng: &mut Rng) -> Option<String> {
    let sections = places(bytes, target);
    let (start, end) = *rng.choice(&sections)?;
    let at = rng.usize(start..end);
    let length = [1, 1, 2, 4, 8, 16][rng.usize(..6)].min(end - at);
    let from = rng.usize(start..=end - length);
    let source = bytes[from..from + length].to_vec();
    let kind = rng.u32(..5);
    for (index, byte) in bytes[at..at + length].iter_mut().enumerate() {
        *byte = match kind {
            0 => 0,
            1 => 0xff,
            2 => rng.u8(..),
            3 => *rng.choice(b"\"\\*?:,-_ \tAZaz09\n")?,
            _ => source[index],
        };
    }
    Some(format!("data at {at:#x} = {}", bytes[at..at + length].escape_ascii()))
}

/// Exchanges two records of one kind, or makes one the copy of another.
pub fn records_moved(bytes: &mut [u8], target: Target, rng: &mut Rng) -> Option<String> {
    let mut records = records(bytes, target);
    let kind = rng.choice(&records)?.kind;
    records.retain(|record| record.kind == kind);
    let [one, other] = [0; 2].map(|_| rng.usize(..records.len()));
    let is_copied = rng.bool();
    for field in kind.fields() {
        let first = records[one].get(bytes, target, field)?;
        let second = records[other].get(bytes, target, field)?;
        records[one].set(bytes, target, field, second);
        if !is_copied {
            records[other].set(bytes, target, field, first);
        }
    }
    let what = if is_copied { "becomes" } else { "changes places with" };
    Some(format!("{kind:?} {one} {what} {other}"))
}

/// Writes another name over one in a string table, with its zero byte or without.
pub fn name(bytes: &mut [u8], target: Target, rng: &mut Rng) -> Option<String> {
    let strings = strings(bytes, target);
    let (start, end) = *rng.choice(&strings)?;
    let old = bytes[start..end].escape_ascii().to_string();
    let name = match rng.u32(..3) {
        0 => {
            let (start, end) = *rng.choice(&strings)?;
            bytes[start..end].to_vec()
        }
        _ => rng.choice(NAMES)?.as_bytes().to_vec(),
    };
    let end_byte: &[u8] = if rng.bool() { b"\0" } else { b"" };
    let new = [&name, end_byte].concat();
    let place = bytes.get_mut(start..start + new.len())?;
    place.copy_from_slice(&new);
    Some(format!("name {old} at {start:#x} = {}", new.escape_ascii()))
}
