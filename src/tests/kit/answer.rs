//! What a run of a program leaves behind, and how two of these differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::difference::first_difference;

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the run ended.
    pub end: End,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Each file that was created or written anew, by its path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// Each run does something else: it depends on what happens to be in memory.
    Varies,
}

impl Answer {
    /// No answer: what a program did before it `end`ed so is no example to anybody.
    pub fn none(end: End) -> Answer {
        Answer { end, stdout: Vec::new(), stderr: Vec::new(), files: BTreeMap::new() }
    }

    /// Whether it is one that can be compared with.
    pub fn is_some(&self) -> bool {
        matches!(self.end, End::Status(_))
    }

    /// How `got` differs, file by file; empty when it does not.
    pub fn differences(&self, got: &Answer) -> Vec<String> {
        let difference = |what: &str, expected: &[u8], got: &[u8]| {
            first_difference(what, [("expected", expected), ("got", got)])
        };
        let mut differences = Vec::new();
        if self.end != got.end {
            differences.push(format!("ended by {:?}, expected {:?}", got.end, self.end));
        }
        differences.extend(difference("stdout", &self.stdout, &got.stdout));
        differences.extend(difference("stderr", &self.stderr, &got.stderr));
        let paths: BTreeSet<&String> = self.files.keys().chain(got.files.keys()).collect();
        for path in paths {
            match (self.files.get(path), got.files.get(path)) {
                (Some(expected), Some(got)) => differences.extend(difference(path, expected, got)),
                (Some(_), None) => differences.push(format!("{path} was not written")),
                (None, _) => differences.push(format!("{path} was written, unexpectedly")),
            }
        }
        differences
    }
}
