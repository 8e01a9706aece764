//! What came out of all comparisons, counted.

use std::collections::BTreeMap;

/// How a computed layout compares with BTF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// BTF has a type of this name and this layout.
    Right,
    /// BTF has types of this name, and none with this layout: how the most similar one differs.
    Wrong(String),
    /// It was not computed.
    Unknown {
        /// Why, in a word or two.
        kind: &'static str,
        /// The whole reason.
        reason: String,
    },
    /// No BTF describes a type of this name.
    NotInBtf,
}

/// The verdicts on one type, over all files that declare it.
#[derive(Default)]
struct OfType {
    right: usize,
    wrong: usize,
    unknown: usize,
    /// The first verdict that is not right, and the file.
    example: Option<(Verdict, String)>,
}

/// The verdicts on all types.
#[derive(Default)]
pub struct Tally {
    /// By name with the kind's letter: `s#page`.
    types: BTreeMap<Vec<u8>, OfType>,
    /// How often a file declares a type that no BTF describes.
    not_in_btf: usize,
    /// How often each reason was given.
    reasons: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts a verdict on type `name` in `file`.
    pub fn add(&mut self, name: &[u8], file: &str, verdict: Verdict) {
        if verdict == Verdict::NotInBtf {
            self.not_in_btf += 1;
            return;
        }
        let of_type = self.types.entry(name.to_vec()).or_default();
        match &verdict {
            Verdict::Right | Verdict::NotInBtf => of_type.right += 1,
            Verdict::Wrong(_) => of_type.wrong += 1,
            Verdict::Unknown { kind, .. } => {
                of_type.unknown += 1;
                *self.reasons.entry(kind).or_default() += 1;
            }
        }
        // A wrong one tells more than an unknown one.
        let is_better = match &of_type.example {
            None => verdict != Verdict::Right,
            Some((Verdict::Unknown { .. }, _)) => matches!(verdict, Verdict::Wrong(_)),
            Some(_) => false,
        };
        if is_better {
            of_type.example = Some((verdict, file.to_owned()));
        }
    }

    /// How many comparisons there were, and how many of them were wrong and unknown.
    pub fn counts(&self) -> (usize, usize, usize) {
        let sum = |count: fn(&OfType) -> usize| self.types.values().map(count).sum::<usize>();
        let (wrong, unknown) = (sum(|of| of.wrong), sum(|of| of.unknown));
        (sum(|of| of.right) + wrong + unknown, wrong, unknown)
    }

    /// Prints the counts, and each type that is not right in every file.
    pub fn print(&self, source: &str) {
        let (compared, wrong, unknown) = self.counts();
        let names = |is: fn(&OfType) -> bool| self.types.values().filter(|of| is(of)).count();
        println!(
            "  from {source}: {} types compared in {compared} places: {} right, {wrong} wrong ({} \
             types), {unknown} unknown ({} types, {:.3} %); in {} places a type that no BTF \
             describes",
            self.types.len(),
            compared - wrong - unknown,
            names(|of| of.wrong > 0),
            names(|of| of.unknown > 0),
            100.0 * unknown as f64 / compared.max(1) as f64,
            self.not_in_btf,
        );
        for (kind, count) in &self.reasons {
            println!("    unknown, {kind}: {count}");
        }
        for (name, of) in &self.types {
            let Some((verdict, file)) = &of.example else { continue };
            let text = match verdict {
                Verdict::Wrong(text) => format!("wrong: {text}"),
                Verdict::Unknown { reason, .. } => format!("unknown: {reason}"),
                Verdict::Right | Verdict::NotInBtf => continue,
            };
            let name = String::from_utf8_lossy(name);
            println!(
                "    {name} in {file} ({} such, {} right): {text}",
                of.wrong + of.unknown,
                of.right
            );
        }
    }
}
