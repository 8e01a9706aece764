//! What GCC makes of generated types: sizes and offsets as numbers in an object, bit-fields as
//! variables with all bits of one member set.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{ElfFile, FileHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

use super::generate::Unit;
use super::{Expected, Machine};
use crate::run::process::read;

/// The object, and what was asked of it.
pub struct Compiled {
    is_64_bit: bool,
    is_big_endian: bool,
    content: Vec<u8>,
    /// What ours says of the types that are no structs: size and alignment.
    sizes: Vec<Option<(u64, u64)>>,
}

impl Compiled {
    /// Compiles a unit, and with it the questions for `asked`: types by their numbers.
    pub fn by(
        machine: &Machine,
        unit: &Unit,
        asked: &[(usize, Expected)],
        sizes: Vec<Option<(u64, u64)>>,
    ) -> Result<Compiled> {
        let mut text = unit.c.clone();
        for (place, (index, expected)) in asked.iter().enumerate() {
            let of = &unit.aggregates[*index].c_name;
            write!(text, "const long long f{place}[] = {{ sizeof({of}), __alignof__({of})")?;
            for member in expected.places.iter().filter(|it| !it.is_bit_field) {
                write!(text, ", __builtin_offsetof({of}, {})", member.path)?;
                match member.is_sized {
                    true => write!(text, ", sizeof((({of} *)0)->{})", member.path)?,
                    false => write!(text, ", 0")?,
                }
            }
            text += " };\n";
            let bits = expected.places.iter().enumerate().filter(|(_, it)| it.is_bit_field);
            for (number, member) in bits {
                writeln!(text, "{of} b{place}_{number} = {{ .{} = -1 }};", member.path)?;
            }
        }
        for (number, key) in unit.others.iter().enumerate() {
            let of = Unit::c_name(key);
            writeln!(text, "const long long o{number}[] = {{ sizeof({of}), __alignof__({of}) }};")?;
        }
        let folder = tempfile::tempdir()?;
        let (source, object) = (folder.path().join("unit.c"), folder.path().join("unit.o"));
        fs::write(&source, &text)?;
        let mut compiler = Command::new(format!("{}-gcc-12", machine.triplet));
        compiler.args(["-std=gnu11", "-w", "-fno-common", "-c", "-o"]).arg(&object).arg(&source);
        if let Err(error) = read(&mut compiler) {
            let kept = std::env::temp_dir().join("modversions-layout.c");
            fs::write(&kept, &text)?;
            return Err(error.context(format!("see {}", kept.display())));
        }
        let content = fs::read(object)?;
        let [class, order] = content.get(4..6).context("an object without a head")?.try_into()?;
        Ok(Compiled { is_64_bit: class == 2, is_big_endian: order == 2, content, sizes })
    }

    /// The bytes of a variable.
    fn variable(&self, name: &str) -> Result<Vec<u8>> {
        match self.is_64_bit {
            true => variable::<FileHeader64<Endianness>>(&self.content, name),
            false => variable::<FileHeader32<Endianness>>(&self.content, name),
        }
    }

    fn numbers(&self, name: &str) -> Result<Vec<u64>> {
        let number = |bytes: &[u8]| {
            let bytes: [u8; 8] = bytes.try_into().unwrap_or_default();
            if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }
        };
        Ok(self.variable(name)?.chunks(8).map(number).collect())
    }

    /// The first set bit of a variable, in the order of memory, and how many are set; an error if
    /// they are not in a row.
    fn bits(&self, name: &str) -> Result<(u64, u64)> {
        let bytes = self.variable(name)?;
        let is_set = |bit: usize| {
            let within = if self.is_big_endian { 7 - bit % 8 } else { bit % 8 };
            bytes[bit / 8] >> within & 1 == 1
        };
        let set: Vec<usize> = (0..8 * bytes.len()).filter(|&bit| is_set(bit)).collect();
        match (set.first(), set.last()) {
            (Some(&first), Some(&last)) if last - first + 1 == set.len() => {
                Ok((first as u64, set.len() as u64))
            }
            _ => bail!("{name}: bits {set:?}"),
        }
    }

    /// What differs for the struct or union that was asked for at `place`.
    pub fn faults(&self, place: usize, expected: &Expected) -> Result<Vec<String>> {
        let facts = self.numbers(&format!("f{place}"))?;
        let mut faults = Vec::new();
        let mut check = |what: &str, ours: u64, theirs: u64| {
            if ours != theirs {
                faults.push(format!("{what}: ours {ours}, GCC's {theirs}"));
            }
        };
        check("size", expected.size, facts[0]);
        check("alignment", expected.align, facts[1]);
        let mut next = 2;
        for (number, member) in expected.places.iter().enumerate() {
            let path = &member.path;
            if member.is_bit_field {
                let (offset, size) = self.bits(&format!("b{place}_{number}"))?;
                check(&format!("bit offset of {path}"), member.bit_offset, offset);
                check(&format!("bits of {path}"), member.bit_size, size);
                continue;
            }
            check(&format!("offset of {path}"), member.bit_offset, 8 * facts[next]);
            check(&format!("size of {path}"), member.bit_size, 8 * facts[next + 1]);
            next += 2;
        }
        Ok(faults)
    }

    /// What differs for the types that are no structs.
    pub fn other_faults(&self, unit: &Unit) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for (number, (key, ours)) in unit.others.iter().zip(&self.sizes).enumerate() {
            let facts = self.numbers(&format!("o{number}"))?;
            if ours.is_some_and(|ours| [ours.0, ours.1] != facts[..]) {
                faults.push(format!("{}: ours {ours:?}, GCC's {facts:?}", unit.declarations[key]));
            }
        }
        Ok(faults)
    }
}

/// The bytes of a variable in an object.
fn variable<Header: FileHeader<Endian = Endianness>>(
    content: &[u8],
    name: &str,
) -> Result<Vec<u8>> {
    let file = ElfFile::<Header>::parse(content)?;
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
    let symbol = symbol.with_context(|| format!("no {name} in the object"))?;
    let index = symbol.section_index().with_context(|| format!("{name} is in no section"))?;
    let section = file.section_by_index(index)?;
    let data = section.data_range(symbol.address(), symbol.size())?;
    Ok(data.with_context(|| format!("{name} is not all there"))?.to_owned())
}
