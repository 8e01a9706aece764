//! The types in the debugging information of an object: a module, a linked kernel, or a single file's.

use super::error::{Cause, Result};
use super::given::{Given, Kind};
use crate::corpus::{Corpus, FileText, ReadError, Types};
use crate::gendwarfksyms::{NoTypes, with_types};
use crate::module::Machine;

/// Reads the types that `is_wanted` by their names (`s#page`), and those that they refer to, of the first
/// object among what was given: each file that was compiled is one of the corpus. With them comes the
/// machine. None if there is no object that can be read, or if it has no debugging information.
///
/// # Errors
/// It cannot be unpacked, or its debugging information is damaged.
pub(crate) fn of_given(
    given: &[Given],
    is_wanted: impl Fn(&[u8]) -> bool + Sync,
    types: &mut Types,
) -> Result<Option<(Corpus, Machine)>> {
    let is_object = |given: &&Given| matches!(given.kind, Kind::Module | Kind::Kernel);
    let Some(given) = given.iter().find(is_object) else { return Ok(None) };
    let content = given.whole()?;
    let read = with_types(&content, |object| {
        let read =
            |unit: usize, text: &mut FileText| object.append(unit, &is_wanted, &mut text.lines);
        Ok((Corpus::read(types, object.units(), read)?, object.machine))
    });
    let damaged = || Cause::DamagedDwarf.at(&given.path);
    match read {
        Ok(Ok((corpus, machine))) => Ok(Some((corpus.of_dwarf(), machine))),
        Ok(Err(ReadError::<NoTypes>::File(..) | ReadError::Line(_))) => Err(damaged()),
        // The latter may be an image that boots.
        Err(NoTypes::NoDebugInfo | NoTypes::NotReadable(_)) => Ok(None),
        Err(NoTypes::Damaged) => Err(damaged()),
    }
}
