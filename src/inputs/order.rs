//! Many things read side by side, as if they were read one after the other.

use rayon::iter::ParallelIterator;

/// What comes of each, in order; or the first error in order, whichever thread meets one first.
/// (What rayon itself collects results to is any of the errors.)
pub(super) fn in_order<T: Send, E: Send>(
    results: impl ParallelIterator<Item = Result<T, E>>,
) -> Result<Vec<T>, E> {
    results.collect::<Vec<_>>().into_iter().collect()
}
