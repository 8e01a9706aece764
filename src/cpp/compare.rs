//! Whether two preprocessed texts have the same tokens.

use super::names::Names;
use super::scan::{PADDING, scan};
use super::source::{Source, What};
use super::token::Token;

/// The first place where the tokens of two texts differ, blanks and markers aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which token it is, from 0.
    pub place: usize,
    /// The tokens of the first text there, a few.
    pub first: Vec<u8>,
    /// Those of the second.
    pub second: Vec<u8>,
}

/// How many tokens of a difference are shown.
const SHOWN: usize = 12;

/// Compares the tokens of two preprocessed texts; `None` if they are the same.
pub fn first_difference(first: &[u8], second: &[u8]) -> Option<Difference> {
    let mut names = Names::new();
    let mut scanned = |text: &[u8]| scan(&[text, PADDING].concat(), &mut names);
    let sources = [scanned(first), scanned(second)];
    let [first, second] = sources.each_ref().map(tokens);
    let same = |(a, b): &(&Token, &Token)| (a.id, a.kind) == (b.id, b.kind);
    let place = first.iter().zip(&second).take_while(same).count();
    if place == first.len() && place == second.len() {
        return None;
    }
    let shown = |tokens: &[Token]| {
        let some = tokens[place..].iter().take(SHOWN);
        some.map(|token| names.spelling(token.id)).collect::<Vec<_>>().join(&b' ')
    };
    Some(Difference { place, first: shown(&first), second: shown(&second) })
}

/// The tokens of a text and of its pragmas, in order.
fn tokens(source: &Source) -> Vec<Token> {
    let has_tokens = |what| matches!(what, What::Text | What::Pragma);
    let items = source.items.iter().filter(|item| has_tokens(item.what()));
    items.flat_map(|item| source.tokens_of(item)).copied().collect()
}
