//! The two kernels of a comparison on a command line, each of which may be given in several pieces:
//! `OLD NEW`, or `OLD… -- NEW…`.

use std::path::PathBuf;

use super::exit::{Failure, Result};

/// What each side is given as: the words before `--` and those after it. Without `--` these are two;
/// before two words alone, it only shows that no option follows.
pub(super) fn sides<'a>(before: &'a [PathBuf], after: &'a [PathBuf]) -> Result<[&'a [PathBuf]; 2]> {
    match (before, after) {
        ([old, new], []) | ([], [old, new]) => Ok([old, new].map(std::slice::from_ref)),
        ([_, ..], [_, ..]) => Ok([before, after]),
        _ => {
            let words =
                "two kernels are needed: OLD NEW, or OLD... -- NEW... if one is in several pieces";
            Err(Failure(words.as_bytes().to_owned()))
        }
    }
}
