//! The sources that options give in pieces: packages, directories and files that are one kernel together.

use std::path::PathBuf;

/// The pieces of each source: of one in `pieces`, or of two in `pairs`, where each pair has one of the old
/// and one of the new; none if there are neither. What is given twice is one piece.
pub(super) fn of(pieces: &[PathBuf], pairs: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    let side = |number: usize| once(pairs.iter().skip(number).step_by(2));
    match (pieces, pairs) {
        ([], []) => Vec::new(),
        (pieces, []) => vec![once(pieces.iter())],
        _ => vec![side(0), side(1)],
    }
}

fn once<'p>(pieces: impl Iterator<Item = &'p PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    for piece in pieces {
        if !kept.contains(piece) {
            kept.push(piece.clone());
        }
    }
    kept
}
