//! What stayed the same from release to release, and where it changed.

use super::place::Place;

/// Releases of one kind, one after the other, of which the same is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<T> {
    /// The first release.
    pub first: Place,
    /// The last one.
    pub last: Place,
    /// How many there are.
    pub count: usize,
    /// What is true.
    pub is: T,
}

/// Runs of equal values along the releases of each distribution, architecture and flavour.
pub fn runs<T: PartialEq + Clone>(places: &[Place], values: &[T]) -> Vec<Run<T>> {
    let mut runs: Vec<Run<T>> = Vec::new();
    for (place, value) in places.iter().zip(values) {
        match runs.last_mut().filter(|run| run.is == *value && run.last.is_alike(place)) {
            Some(run) => {
                run.last = place.clone();
                run.count += 1;
            }
            None => runs.push(Run {
                first: place.clone(),
                last: place.clone(),
                count: 1,
                is: value.clone(),
            }),
        }
    }
    runs
}
