//! The versions that a module was built against: `__versions`, and since 6.14 the pair
//! `__version_ext_crcs` and `__version_ext_names`, which has room for names of any length.
//!
//! `__versions` has two forms. Mainline's entries have 64 bytes each: a `long`, and the name in the
//! rest. Ubuntu's kernels before 6.14 have a form of their own for names of any length:
//!
//! ```text
//! u32 distance to the next │ u32 CRC │ name, zero bytes to a multiple of 4
//! ```
//!
//! A distance of 0 ends them.

use super::Machine;
use super::imports::looked_up;
use super::read_error::ReadError;
use super::sections::Sections;
use crate::elf::Target;
use crate::release::VersionEntries;

/// The version of a symbol that a module imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'d> {
    /// The symbol, as the loader looks it up.
    pub symbol: &'d [u8],
    /// Its CRC when the module was built.
    pub crc: u32,
}

/// The version tables of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions<'d> {
    /// Those of `__versions`; none if there is no such section.
    pub basic: Option<Vec<Version<'d>>>,
    /// Those of the extended tables; none if there are no such sections.
    pub extended: Option<Vec<Version<'d>>>,
    /// The form that `__versions` is in.
    pub form: VersionEntries,
    /// The bytes of `__versions`.
    section: &'d [u8],
}

/// How large an entry of `__versions` is: a `long`, and the name in the rest.
const ENTRY: usize = 64;

/// Where the name is in an entry that is linked to the next.
const LINKED_NAME: usize = 8;

/// How long a name there may be, with the zero behind it: the kernel's `KSYM_NAME_LEN`, in bytes.
const LONGEST_LINKED: usize = 512;

/// How many zero bytes may end linked entries: an entry without a name, and the end of the string
/// that all of them are for the compiler.
const LINKED_END: std::ops::RangeInclusive<usize> = 8..=16;

const BASIC: &str = "__versions";
const CRCS: &str = "__version_ext_crcs";
const NAMES: &str = "__version_ext_names";

impl<'d> Versions<'d> {
    /// Reads both tables.
    pub(super) fn read(sections: Sections<'_, 'd>) -> Result<Self, ReadError> {
        let extended = extended(sections)?;
        let Some(index) = sections.find_allocated(BASIC.as_bytes()) else {
            return Ok(Self { extended, ..Self::default() });
        };
        let section = sections.bytes(index, BASIC)?;
        let object = Object::of(sections);
        let (form, basic) = match linked(section, object) {
            Some(versions) => (VersionEntries::Linked, versions),
            None => {
                let versions = fixed(section, object).ok_or(ReadError::Table(BASIC))?;
                (VersionEntries::Fixed, versions)
            }
        };
        Ok(Self { basic: Some(basic), extended, form, section })
    }

    /// What a kernel reads in `__versions` that takes it for one of this form; none if there is no
    /// such section. `machine` is the module's.
    pub fn read_as(&self, form: VersionEntries, machine: Machine) -> Option<Vec<Version<'d>>> {
        if form == self.form {
            return self.basic.clone();
        }
        let object = Object { target: machine.target, machine: machine.number };
        let read = match form {
            VersionEntries::Fixed => object.read_fixed(self.section),
            VersionEntries::Linked => object.read_linked(self.section).0,
        };
        self.basic.as_ref().map(|_| read)
    }

    /// The entries that count: the extended ones if there are any, as for the kernel.
    pub fn entries(&self) -> &[Version<'d>] {
        self.extended.as_deref().or(self.basic.as_deref()).unwrap_or_default()
    }

    /// Whether the module has versions at all.
    pub fn is_present(&self) -> bool {
        self.basic.is_some() || self.extended.is_some()
    }
}

/// What an object is for, as far as its version tables depend on it.
#[derive(Clone, Copy)]
struct Object {
    target: Target,
    machine: u16,
}

impl Object {
    fn of(sections: Sections<'_, '_>) -> Self {
        Self { target: sections.object.target, machine: sections.object.machine }
    }

    fn version<'d>(self, name: &'d [u8], crc: u32) -> Version<'d> {
        Version { symbol: looked_up(self.machine, name), crc }
    }

    /// The entries of 64 bytes, up to the first that is none.
    fn read_fixed<'d>(self, section: &'d [u8]) -> Vec<Version<'d>> {
        let (entries, _) = section.as_chunks::<ENTRY>();
        let version = |entry: &'d [u8; ENTRY]| {
            let (crc, name) = entry.split_at(self.target.address_size());
            let crc = match self.target.is_64_bit {
                true => self.target.u64(crc)? as u32,
                false => self.target.u32(crc)?,
            };
            Some(self.version(&name[..memchr::memchr(0, name)?], crc))
        };
        entries.iter().map_while(version).collect()
    }

    /// The entries that are linked by distances, up to the first that is none, and what is behind them.
    fn read_linked<'d>(self, section: &'d [u8]) -> (Vec<Version<'d>>, &'d [u8]) {
        let (mut versions, mut rest) = (Vec::new(), section);
        while let Some((version, after)) = self.next_linked(rest) {
            versions.push(version);
            rest = after;
        }
        (versions, rest)
    }

    fn next_linked<'d>(self, section: &'d [u8]) -> Option<(Version<'d>, &'d [u8])> {
        let distance = usize::try_from(self.target.u32(section)?).ok()?;
        // The name may go on behind the distance, which the kernel does not compare with its length.
        let after = section.get(distance..).filter(|_| distance >= LINKED_NAME)?;
        let name = &section[LINKED_NAME..];
        let (crc, name) =
            (self.target.u32(&section[4..])?, &name[..name.len().min(LONGEST_LINKED)]);
        let version = self.version(&name[..memchr::memchr(0, name)?], crc);
        Some((version, after))
    }
}

/// The entries of 64 bytes; none if the section is not made of such.
fn fixed(section: &[u8], object: Object) -> Option<Vec<Version<'_>>> {
    let versions = object.read_fixed(section);
    (versions.len() * ENTRY == section.len()).then_some(versions)
}

/// The linked entries; none if the section is not made of such: a CRC is hardly ever the distance to
/// the next entry, and not in all of them.
fn linked(section: &[u8], object: Object) -> Option<Vec<Version<'_>>> {
    let (versions, end) = object.read_linked(section);
    let is_end = LINKED_END.contains(&end.len()) && end.iter().all(|&byte| byte == 0);
    is_end.then_some(versions)
}

fn extended<'d>(sections: Sections<'_, 'd>) -> Result<Option<Vec<Version<'d>>>, ReadError> {
    let find = |name: &str| sections.find_allocated(name.as_bytes());
    let (crcs, names) = match (find(CRCS), find(NAMES)) {
        (None, None) => return Ok(None),
        (Some(crcs), Some(names)) => (sections.bytes(crcs, CRCS)?, sections.bytes(names, NAMES)?),
        (Some(_), None) => return Err(ReadError::Table(NAMES)),
        (None, Some(_)) => return Err(ReadError::Table(CRCS)),
    };
    let (crcs, rest) = crcs.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(ReadError::Table(CRCS));
    }
    let (target, machine) = (sections.object.target, sections.object.machine);
    let mut names = names;
    let mut version = |crc: &[u8; 4]| {
        let end = memchr::memchr(0, names)?;
        let (symbol, after) = names.split_at(end);
        names = &after[1..];
        Some(Version { symbol: looked_up(machine, symbol), crc: target.u32(crc)? })
    };
    let versions: Option<Vec<_>> = crcs.iter().map(&mut version).collect();
    versions.map(Some).ok_or(ReadError::Table(NAMES))
}
