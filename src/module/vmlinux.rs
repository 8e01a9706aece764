//! The content of a linked kernel (`vmlinux`, or the image that is loaded): its release, what it
//! requires of modules, and its exports. Its symbol table is not needed, so a stripped kernel is
//! enough; where there are no sections, `flat` finds the exports.

use object::elf::ET_REL;

use super::crcs::crcs;
use super::exports::{FLAGS, KINDS, STRINGS, add_flags};
use super::{Export, Machine, ReadError, flat};
use crate::elf::{NameRoom, NotReadable, RawElf, RawSection, Target, name_of};

/// A kernel. Borrows the file's bytes.
#[derive(Clone, Debug)]
pub struct Vmlinux<'d> {
    /// The width and byte order of its data.
    pub target: Target,
    /// `e_machine`
    pub machine: u16,
    /// The banner that it starts with, from `Linux version` on.
    pub banner: Option<&'d [u8]>,
    /// What it calls itself: a word of that.
    pub release: Option<&'d [u8]>,
    /// What it asks of a module's `vermagic`.
    pub vermagic: Option<&'d [u8]>,
    /// Its configuration, compressed, if it was told to keep it.
    pub config: Option<&'d [u8]>,
    /// What it exports, in the order of its tables.
    pub exports: Vec<Export<'d>>,
}

/// How the banner begins.
const BANNER: &[u8] = b"Linux version ";

/// What stands before and behind the configuration.
const CONFIG: [&[u8]; 2] = [b"IKCFG_ST", b"IKCFG_ED"];

/// One of the words that follow the release in `vermagic`; every kernel that loads modules and can
/// unload them has it.
const UNLOAD: &[u8] = b" mod_unload ";

impl<'d> Vmlinux<'d> {
    /// Reads the kernel in `bytes`, an ELF file.
    ///
    /// # Errors
    /// It is no ELF file, is one of a module's kind, or has tables that do not fit together.
    pub fn read(bytes: &'d [u8]) -> Result<Self, ReadError> {
        let target = RawElf::stated_target(bytes).ok_or(NotReadable::NoObject)?;
        let elf = RawElf::new(bytes, target).ok_or(NotReadable::NoObject)?;
        if elf.kind() == ET_REL {
            return Err(ReadError::NoKernel);
        }
        let kernel = Self::of_texts(bytes, Machine { target, number: elf.machine() });
        let exports = match elf.find(STRINGS.as_bytes()) {
            Some(strings) => exports(&elf, target, strings, NameRoom::of_file(bytes.len()))?,
            // Somebody has cut off the sections; or it is another program.
            None if kernel.release.is_some() => flat::find(bytes, target),
            None => Vec::new(),
        };
        Ok(Self { exports, ..kernel })
    }

    /// Reads the kernel that this `image` is, as it is loaded on this machine.
    pub fn of_image(image: &'d [u8], machine: Machine) -> Self {
        let exports = flat::find(image, machine.target);
        Self { exports, ..Self::of_texts(image, machine) }
    }

    /// What the texts in a kernel say.
    fn of_texts(bytes: &'d [u8], machine: Machine) -> Self {
        let banner = memchr::memmem::find_iter(bytes, BANNER)
            .map(|start| until(&bytes[start..], &[0, b'\n']))
            .find(|banner| banner.get(BANNER.len()).is_some_and(u8::is_ascii_digit));
        let release = banner.map(|banner| until(&banner[BANNER.len()..], b" "));
        Self {
            target: machine.target,
            machine: machine.number,
            banner,
            release,
            vermagic: release.and_then(|release| vermagic(bytes, release)),
            config: between(bytes, CONFIG),
            exports: Vec::new(),
        }
    }
}

/// The part of `bytes` before the first of `ends`, but not more than [`LONGEST`] of it.
fn until<'d>(bytes: &'d [u8], ends: &[u8]) -> &'d [u8] {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let end = bytes.iter().position(|byte| ends.contains(byte));
    &bytes[..end.unwrap_or(bytes.len())]
}

/// How long the banner and `vermagic` may be.
const LONGEST: usize = 1024;

/// The part of `bytes` between two marks.
fn between<'d>(bytes: &'d [u8], [begin, end]: [&[u8]; 2]) -> Option<&'d [u8]> {
    let rest = &bytes[memchr::memmem::find(bytes, begin)? + begin.len()..];
    Some(&rest[..memchr::memmem::find(rest, end)?])
}

/// The text that begins with the release, and goes on as `vermagic` does.
fn vermagic<'d>(bytes: &'d [u8], release: &[u8]) -> Option<&'d [u8]> {
    memchr::memmem::find_iter(bytes, UNLOAD).find_map(|unload| {
        let before = &bytes[unload.saturating_sub(LONGEST)..unload];
        let before = &before[memchr::memrchr(0, before).map_or(0, |end| end + 1)..];
        let start = unload - before.len() + memchr::memmem::rfind(before, release)?;
        Some(until(&bytes[start..], &[0]))
    })
}

fn exports<'d>(
    elf: &RawElf<'d>,
    target: Target,
    strings: RawSection,
    mut room: NameRoom,
) -> Result<Vec<Export<'d>>, ReadError> {
    let mut exports = Vec::new();
    for kind in KINDS {
        let Some(section) = elf.find(kind.symbols.as_bytes()) else { continue };
        let table = Table { elf, target, section, strings };
        let fault = ReadError::Table(kind.symbols);
        let start = exports.len();
        table.add_to(&mut exports, kind.is_gpl, &mut room).ok_or(fault)?;
        let found = &mut exports[start..];
        if let Some(section) = elf.find(kind.crcs.as_bytes()) {
            let fault = ReadError::Table(kind.crcs);
            let crcs =
                elf.range(&section).and_then(|it| crcs(elf.bytes(), it, found.len(), target));
            found
                .iter_mut()
                .zip(crcs.ok_or(fault)?)
                .for_each(|(export, crc)| export.crc = Some(crc));
        }
    }
    if let Some(section) = elf.find(FLAGS.as_bytes()) {
        let fault = ReadError::Table(FLAGS);
        add_flags(&mut exports, elf.content(&section).ok_or(fault)?).ok_or(fault)?;
    }
    Ok(exports)
}

/// A `__ksymtab…` that is linked to its place.
struct Table<'e, 'd> {
    elf: &'e RawElf<'d>,
    target: Target,
    section: RawSection,
    strings: RawSection,
}

/// What an entry looks like: the size of a field, the number of fields, and whether a field holds
/// the distance to what it means, and not the address.
#[derive(Clone, Copy)]
struct Layout(usize, usize, bool);

/// All that kernels have had.
const LAYOUTS: &[Layout] = &[
    Layout(4, 3, true),
    Layout(4, 2, true),
    Layout(8, 3, false),
    Layout(8, 2, false),
    Layout(4, 3, false),
    Layout(4, 2, false),
];

impl<'d> Table<'_, 'd> {
    /// Adds all exports; none if no layout makes sense of the table.
    fn add_to(
        &self,
        exports: &mut Vec<Export<'d>>,
        is_gpl: bool,
        room: &mut NameRoom,
    ) -> Option<()> {
        let bytes = self.elf.content(&self.section)?;
        let read = |&layout: &Layout| self.read(bytes, layout, is_gpl, *room);
        let (found, left) = LAYOUTS.iter().find_map(read)?;
        exports.extend(found);
        *room = left;
        Some(())
    }

    /// All exports, and the room that is left for names, if every entry makes sense so and its names
    /// have room.
    fn read(
        &self,
        bytes: &'d [u8],
        layout: Layout,
        is_gpl: bool,
        mut room: NameRoom,
    ) -> Option<(Vec<Export<'d>>, NameRoom)> {
        let Layout(size, fields, _) = layout;
        let entries = bytes.chunks(size * fields);
        let mut exports = Vec::with_capacity(entries.len());
        for number in 0..entries.len() {
            let at = number * size * fields;
            let symbol = self.text(bytes, at + size, layout)?;
            let namespace = match fields {
                3 => self.text(bytes, at + 2 * size, layout)?,
                _ => b"",
            };
            if symbol.is_empty() {
                return None;
            }
            room.take(symbol).and_then(|()| room.take(namespace)).ok()?;
            exports.push(Export { symbol, crc: None, is_gpl, namespace });
        }
        Some((exports, room))
    }

    /// The text that the field at `at` means.
    fn text(
        &self,
        bytes: &[u8],
        at: usize,
        Layout(size, fields, is_distance): Layout,
    ) -> Option<&'d [u8]> {
        let field = bytes.get(at..)?.get(..size)?;
        let address = match (size, is_distance) {
            (8, _) => self.target.u64(field)?,
            (_, false) => u64::from(self.target.u32(field)?),
            (_, true) => {
                let distance = i64::from(self.target.u32(field)?.cast_signed());
                self.section.address.wrapping_add(at as u64).wrapping_add_signed(distance)
            }
        };
        // Where there is no namespace, some tables have nothing at all.
        if fields == 3 && field.iter().all(|&byte| byte == 0) {
            return Some(b"");
        }
        let offset = usize::try_from(address.checked_sub(self.strings.address)?).ok()?;
        name_of(self.elf.content(&self.strings)?.get(offset..), STRINGS).ok()
    }
}
