//! Changes to finished bytes, for objects no tool would write.

use crate::Target;

use super::layout::{self, LaidOut, number};
use super::{Object, Patch};

/// A field of a record: its name, and its offset and size in 32 and 64-bit files.
type Field = (&'static str, [usize; 2], [usize; 2]);

const HEADER: &[Field] = &[
    ("e_type", [16, 16], [2, 2]),
    ("e_machine", [18, 18], [2, 2]),
    ("e_shoff", [32, 40], [4, 8]),
    ("e_shentsize", [46, 58], [2, 2]),
    ("e_shnum", [48, 60], [2, 2]),
    ("e_shstrndx", [50, 62], [2, 2]),
];

const SECTION: &[Field] = &[
    ("sh_name", [0, 0], [4, 4]),
    ("sh_type", [4, 4], [4, 4]),
    ("sh_flags", [8, 8], [4, 8]),
    ("sh_addr", [12, 16], [4, 8]),
    ("sh_offset", [16, 24], [4, 8]),
    ("sh_size", [20, 32], [4, 8]),
    ("sh_link", [24, 40], [4, 4]),
    ("sh_info", [28, 44], [4, 4]),
    ("sh_addralign", [32, 48], [4, 8]),
    ("sh_entsize", [36, 56], [4, 8]),
];

const SYMBOL: &[Field] = &[
    ("st_name", [0, 0], [4, 4]),
    ("st_value", [4, 8], [4, 8]),
    ("st_size", [8, 16], [4, 8]),
    ("st_info", [12, 4], [1, 1]),
    ("st_other", [13, 5], [1, 1]),
    ("st_shndx", [14, 6], [2, 2]),
];

/// Applies the patches of `object` and its end to the bytes.
pub fn apply(object: &Object, laid_out: LaidOut) -> Result<Vec<u8>, String> {
    let target = object.target;
    let LaidOut { mut bytes, sections, section_headers, symbols } = laid_out;
    for patch in &object.patches {
        let (offset, new) = match patch {
            Patch::Header { field, value } => field_bytes(HEADER, field, 0, *value, target)?,
            Patch::Section { section, field, value } => {
                let index = layout::section_index(&sections, section)? as usize;
                let header = section_headers + index * layout::section_header_size(target);
                field_bytes(SECTION, field, header, *value, target)?
            }
            Patch::Symbol { symbol, field, value } => {
                let index = layout::symbol_index(object, symbol)? as usize;
                let entry = symbols + index * layout::symbol_size(target);
                field_bytes(SYMBOL, field, entry, *value, target)?
            }
            Patch::Bytes { offset, bytes } => (*offset, bytes.clone()),
        };
        let place = bytes.get_mut(offset..offset + new.len());
        place.ok_or("a patch is beyond the end")?.copy_from_slice(&new);
    }
    bytes.truncate(object.end.unwrap_or(bytes.len()));
    Ok(bytes)
}

/// Where the field of the record at `record` is, and `value` as it must be there.
fn field_bytes(
    fields: &[Field],
    name: &str,
    record: usize,
    value: u64,
    target: Target,
) -> Result<(usize, Vec<u8>), String> {
    let field = fields.iter().find(|(known, ..)| *known == name);
    let (_, offsets, sizes) = field.ok_or_else(|| format!("there is no field {name}"))?;
    let class = usize::from(target.is_64_bit);
    Ok((record + offsets[class], number(value, sizes[class], target)))
}
