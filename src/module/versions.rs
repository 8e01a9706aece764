//! The versions that a module was built against: `__versions`, and since 6.14 the pair
//! `__version_ext_crcs` and `__version_ext_names`, which has room for names of any length.

use super::imports::looked_up;
use super::read_error::ReadError;
use super::sections::Sections;

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
}

/// How large an entry of `__versions` is: a `long`, and the name in the rest.
const ENTRY: usize = 64;

const BASIC: &str = "__versions";
const CRCS: &str = "__version_ext_crcs";
const NAMES: &str = "__version_ext_names";

impl<'d> Versions<'d> {
    /// Reads both tables.
    pub(super) fn read(sections: Sections<'_, 'd>) -> Result<Self, ReadError> {
        Ok(Self { basic: basic(sections)?, extended: extended(sections)? })
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

fn basic<'d>(sections: Sections<'_, 'd>) -> Result<Option<Vec<Version<'d>>>, ReadError> {
    let Some(index) = sections.find_allocated(BASIC.as_bytes()) else { return Ok(None) };
    let bytes = sections.bytes(index, BASIC)?;
    let (target, machine) = (sections.object.target, sections.object.machine);
    let (entries, rest) = bytes.as_chunks::<ENTRY>();
    if !rest.is_empty() {
        return Err(ReadError::Table(BASIC));
    }
    let entry = |entry: &'d [u8; ENTRY]| {
        let (crc, name) = entry.split_at(target.address_size());
        let crc = if target.is_64_bit { target.u64(crc)? as u32 } else { target.u32(crc)? };
        let end = memchr::memchr(0, name)?;
        Some(Version { symbol: looked_up(machine, &name[..end]), crc })
    };
    let versions: Option<Vec<_>> = entries.iter().map(entry).collect();
    versions.map(Some).ok_or(ReadError::Table(BASIC))
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
