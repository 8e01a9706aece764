//! An ELF file without its debugging information, which is most of a kernel that was built with it.

use std::ops::Range;

use object::elf::SHT_NOBITS;

use super::{RawElf, RawSection};

/// How the names of sections begin that hold debugging information, and relocations for it.
const DEBUG: [&[u8]; 3] = [b".debug_", b".rela.debug_", b".rel.debug_"];

/// Fills `bytes`, which are zero and as many as the file has, with all of the file that is not
/// debugging information alone. `fill` fills a range of them from the file.
///
/// # Errors
/// What `fill` returns.
pub(crate) fn fill_without_debug<E>(
    bytes: &mut [u8],
    mut fill: impl FnMut(&mut [u8], Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    fill(bytes, 0..HEADER.min(bytes.len()))?;
    for part in [table_of_sections, names_of_sections] {
        let range = part(bytes);
        fill(bytes, range)?;
    }
    wanted(bytes).into_iter().try_for_each(|range| fill(bytes, range))
}

/// At least what the header of a file has.
const HEADER: usize = 64;

/// The file, if it states what it is.
fn elf(bytes: &[u8]) -> Option<RawElf<'_>> {
    RawElf::new(bytes, RawElf::stated_target(bytes)?)
}

/// As much of a range as there is in a file.
fn within(bytes: &[u8], start: u64, size: u64) -> Range<usize> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    place(start)..place(start.saturating_add(size))
}

/// Where the headers of sections are.
fn table_of_sections(bytes: &[u8]) -> Range<usize> {
    let range = elf(bytes).map(|elf| within(bytes, elf.section_table(), elf.section_table_size()));
    range.unwrap_or(0..0)
}

/// Where the names of sections are.
fn names_of_sections(bytes: &[u8]) -> Range<usize> {
    let section = elf(bytes).and_then(|elf| elf.section(elf.name_section()));
    section.map_or(0..0, |section| within(bytes, section.offset, section.size))
}

/// All but debugging information; everything if other sections have some of the same bytes.
fn wanted(bytes: &[u8]) -> Vec<Range<usize>> {
    let (debug, others) = sections(bytes);
    let debug = merged(debug);
    let is_shared = |it: &Range<usize>| {
        let next = debug.partition_point(|debug| debug.end <= it.start);
        debug.get(next).is_some_and(|debug| debug.start < it.end)
    };
    let left_out = if others.iter().any(is_shared) { &[][..] } else { &debug };
    let starts = [0].into_iter().chain(left_out.iter().map(|range| range.end));
    let ends = left_out.iter().map(|range| range.start).chain([bytes.len()]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// Where the sections with debugging information are, and all others that take room.
fn sections(bytes: &[u8]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let Some(elf) = elf(bytes) else { return Default::default() };
    let names = &bytes[names_of_sections(bytes)];
    let is_debug = |section: &RawSection| {
        let name = names.get(section.name as usize..).unwrap_or_default();
        DEBUG.iter().any(|start| name.starts_with(start))
    };
    let sections = elf.sections().filter(|section| section.kind != SHT_NOBITS && section.size > 0);
    let (debug, others): (Vec<_>, Vec<_>) = sections.partition(is_debug);
    let places = |sections: Vec<RawSection>| {
        sections.iter().map(|it| within(bytes, it.offset, it.size)).collect()
    };
    (places(debug), places(others))
}

/// The same bytes as ranges in order, none of which touches another.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        last.end = if touches { last.end.max(next.end) } else { last.end };
        touches
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF file with these sections, 64 bytes each from 64 on, and names of 16 bytes.
    fn file(names: &[&str]) -> Vec<u8> {
        let count = names.len() + 1;
        let end = 64 + 64 * count;
        let mut bytes = vec![7; end + 64 * count];
        bytes[..64].fill(0);
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[40..48].copy_from_slice(&(end as u64).to_le_bytes());
        bytes[60..62].copy_from_slice(&(count as u16).to_le_bytes());
        bytes[62..64].copy_from_slice(&(names.len() as u16).to_le_bytes());
        for (number, name) in names.iter().chain(&[".shstrtab"]).enumerate() {
            let place = 64 + 64 * names.len() + 16 * number;
            if number < 4 {
                bytes[place..place + 16].fill(0);
                bytes[place..place + name.len()].copy_from_slice(name.as_bytes());
            }
            let header = &mut bytes[end + 64 * number..][..64];
            header.fill(0);
            header[0] = 16 * number as u8;
            header[4] = 1;
            header[24..32].copy_from_slice(&(64 + 64 * number as u64).to_le_bytes());
            header[32] = 64;
        }
        bytes
    }

    /// What is filled of a file, and how many bytes were asked for.
    fn filled(bytes: &[u8]) -> (Vec<u8>, usize) {
        let (mut found, mut asked) = (vec![0; bytes.len()], 0);
        let done: Result<(), ()> = fill_without_debug(&mut found, |found, range| {
            asked += range.len();
            found[range.clone()].copy_from_slice(&bytes[range]);
            Ok(())
        });
        done.unwrap();
        (found, asked)
    }

    #[test]
    fn all_but_debugging_information_is_read() {
        let bytes = file(&[".text", ".debug_info", ".data"]);
        let (found, _) = filled(&bytes);
        assert_eq!(found[128..192], [0; 64]);
        assert!(found[..128] == bytes[..128] && found[192..] == bytes[192..]);
    }

    #[test]
    fn what_another_section_has_too_is_read() {
        let mut bytes = file(&[".text", ".debug_info", ".data"]);
        let header = bytes.len() - 2 * 64;
        bytes[header + 24] = 130;
        assert_eq!(filled(&bytes).0, bytes);
    }

    #[test]
    fn a_file_is_not_read_often_whatever_it_says() {
        for end in 0..=file(&[".text", ".debug_info"]).len() {
            let bytes = &file(&[".text", ".debug_info"])[..end];
            let (found, asked) = filled(bytes);
            assert!(asked <= 4 * bytes.len() && (end > 300 || found.len() == end));
        }
    }
}
