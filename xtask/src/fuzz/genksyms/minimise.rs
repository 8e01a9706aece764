//! Makes an input on which the programs differ as small as it gets in bounded time.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::compare::{Comparer, Difference, Verdict};
use super::input::Input;
use super::text::token_end;

/// No input is worked on longer.
const LIMIT: Duration = Duration::from_secs(20);

/// Makes the input smaller as long as ours, run in the same way, still differs.
pub fn minimise(
    comparer: &Comparer<'_>,
    input: &Input,
    difference: &Difference,
) -> Result<(Input, Difference)> {
    let mut work = Work {
        comparer,
        end: Instant::now() + LIMIT,
        input: input.clone(),
        difference: difference.clone(),
    };
    work.options()?;
    loop {
        let before = work.input.clone();
        work.pieces(Part::Source, lines)?;
        work.pieces(Part::Reference, lines)?;
        work.pieces(Part::Source, tokens)?;
        work.pieces(Part::Reference, tokens)?;
        if work.input.source.len() < 300 {
            work.pieces(Part::Source, bytes)?;
        }
        work.options()?;
        if work.input == before || Instant::now() > work.end {
            return Ok((work.input, work.difference));
        }
    }
}

/// Which text is worked on.
#[derive(Clone, Copy)]
enum Part {
    /// Standard input.
    Source,
    /// The file behind `-r`.
    Reference,
}

/// The work on one input.
struct Work<'a> {
    comparer: &'a Comparer<'a>,
    end: Instant,
    input: Input,
    difference: Difference,
}

impl Work<'_> {
    /// Takes the input if the programs differ on it. False also when the time is over.
    fn takes(&mut self, input: Input) -> Result<bool> {
        if input == self.input || Instant::now() > self.end {
            return Ok(false);
        }
        match self.comparer.compare(&input)? {
            Verdict::Differs(difference) if difference.reading == self.difference.reading => {
                self.input = input;
                self.difference = *difference;
                Ok(true)
            }
            Verdict::Differs(_) | Verdict::Same | Verdict::UpstreamFailed => Ok(false),
        }
    }

    /// Leaves out options.
    fn options(&mut self) -> Result<()> {
        let changes: [fn(&mut Input); 5] = [
            |input| input.debug = false,
            |input| input.dump = false,
            |input| input.preserve = false,
            |input| input.warnings = false,
            |input| input.reference = None,
        ];
        for change in changes {
            let mut input = self.input.clone();
            change(&mut input);
            self.takes(input)?;
        }
        Ok(())
    }

    /// Leaves out pieces of a text, from all of it to a single one.
    fn pieces(&mut self, part: Part, split: fn(&[u8]) -> Vec<Vec<u8>>) -> Result<()> {
        let Some(text) = self.text(part) else {
            return Ok(());
        };
        let mut pieces = split(text);
        let mut size = pieces.len().next_power_of_two() / 2;
        while size > 0 {
            let mut at = 0;
            while at < pieces.len() && Instant::now() < self.end {
                let mut left = pieces.clone();
                left.drain(at..(at + size).min(pieces.len()));
                let mut input = self.input.clone();
                match part {
                    Part::Source => input.source = left.concat(),
                    Part::Reference => input.reference = Some(left.concat()),
                }
                if self.takes(input)? {
                    pieces = left;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
        Ok(())
    }

    /// The text of a part, if the input has it.
    fn text(&self, part: Part) -> Option<&[u8]> {
        match part {
            Part::Source => Some(&self.input.source),
            Part::Reference => self.input.reference.as_deref(),
        }
    }
}

/// The lines of a text.
fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The tokens of a text, and the blanks between them.
fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = token_end(text, at);
        tokens.push(text[at..end].to_vec());
        at = end;
    }
    tokens
}

/// The bytes of a text.
fn bytes(text: &[u8]) -> Vec<Vec<u8>> {
    text.iter().map(|byte| vec![*byte]).collect()
}
