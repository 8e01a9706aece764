//! Runs over many cases: on all processors, with one report.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case::Case;

/// One run of a case: what it is called, and how it differs from its expectation, or why it could
/// not be made.
pub type Run = (String, Result<Vec<String>, String>);

/// How our program differs from the expectations of `case` in `runs`; what several runs have in
/// common is said once.
pub fn failures(case: &Case, runs: Vec<Run>) -> Vec<String> {
    let count = runs.len();
    let mut runs_by_difference: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (title, differences) in runs {
        for difference in differences.unwrap_or_else(|error| vec![error]) {
            runs_by_difference.entry(difference).or_default().push(title.clone());
        }
    }
    let line = |(difference, titles): (String, Vec<String>)| {
        let titles = if titles.len() == count { "always".to_owned() } else { titles.join(", ") };
        format!("{} ({titles}): {difference}", case.name)
    };
    runs_by_difference.into_iter().map(line).collect()
}

/// Asks each of `cases` for its failures, on all processors; a panic with a report if there are any.
pub fn assert_no_failures(cases: &[Case], failures: impl Fn(&Case) -> Vec<String> + Sync) {
    assert!(!cases.is_empty(), "there is no case");
    let failures = in_parallel(cases, failures);
    let failed = failures.iter().filter(|failures| !failures.is_empty()).count();
    let report = failures.concat().join("\n");
    assert!(failed == 0, "\n{report}\n{failed} of {} cases fail\n", cases.len());
}

/// Applies `action` to each of `items` on all processors; the results are in the items' order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], action: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let result = action(item);
            results.lock().expect("no thread panicked").insert(index, result);
        }
    };
    thread::scope(|scope| {
        let processors = thread::available_parallelism().map_or(2, |count| count.get());
        (0..processors).for_each(|_| drop(scope.spawn(work)));
    });
    results.into_inner().expect("no thread panicked").into_values().collect()
}
