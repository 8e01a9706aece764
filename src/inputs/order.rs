//! Many things read side by side, as if they were read one after the other.

use std::path::PathBuf;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::error::{Cause, Result};
use super::limits::{AT_ONCE, Account, Kept};

/// What was taken of a module.
pub(super) struct Taken<T> {
    pub(super) value: T,
    /// How many bytes it had when unpacked.
    pub(super) unpacked: u64,
}

/// What `take` takes of each, in order; or the first error in order, whichever thread meets one
/// first.
///
/// Small ones are taken side by side: `take` is told how many bytes it may hold. Those that are over
/// this limit, or of which much is kept, are taken again, alone and with a larger one. `place` shows
/// where one is.
pub(super) fn in_order<I: Sync, T: Kept + Send>(
    items: &[I],
    account: &mut Account,
    place: impl Fn(&I) -> PathBuf,
    take: impl Fn(&I, u64) -> Result<Taken<T>> + Sync,
) -> Result<Vec<T>> {
    let limits = account.limits;
    // None is for what has to be taken alone.
    let beside = |item| match take(item, limits.beside()) {
        Ok(taken) if taken.value.kept() > limits.kept_beside() => None,
        Err(error) if error.is_over_limit() => None,
        taken => Some(taken),
    };
    let mut all = Vec::with_capacity(items.len());
    for some in items.chunks(AT_ONCE) {
        // (What rayon itself collects results to is any of the errors.)
        let taken: Vec<_> = some.par_iter().map(beside).collect();
        for (item, taken) in some.iter().zip(taken) {
            let taken = taken.unwrap_or_else(|| take(item, limits.alone()));
            let Taken { value, unpacked } = taken?;
            let counted = account.unpack(unpacked).and_then(|()| account.keep(value.kept()));
            counted.map_err(|over| Cause::OverLimit(over).at(&place(item)))?;
            all.push(value);
        }
    }
    Ok(all)
}
