//! Inputs: a seed makes a source, options, and perhaps a reference.

use modversions::genksyms::{self, Options, Reading};
use modversions::release::Genksyms;

use super::chunks::Chunks;
use super::grammar::Grammar;
use super::text::{self, Blanks, Names, Token, joined, junk, line, percent, pick, push};
use super::usual::Usual;

/// One input of both programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Standard input.
    pub source: Vec<u8>,
    /// The file behind `-r`.
    pub reference: Option<Vec<u8>>,
    /// `-w`.
    pub warnings: bool,
    /// `-d`.
    pub debug: bool,
    /// `-D`.
    pub dump: bool,
    /// `-p`.
    pub preserve: bool,
}

impl Input {
    /// The arguments of the upstream program; files are relative to its directory.
    pub fn arguments(&self) -> Vec<&'static str> {
        let mut arguments = Vec::new();
        let flags =
            [(self.warnings, "-w"), (self.debug, "-d"), (self.dump, "-D"), (self.preserve, "-p")];
        arguments.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag));
        if self.reference.is_some() {
            arguments.extend(["-r", "reference"]);
        }
        arguments.extend(["-T", "symtypes"]);
        arguments
    }

    /// The same as a case has it.
    pub fn as_of_a_case(&self) -> testkit::run::Input {
        let reference = self.reference.iter();
        testkit::run::Input {
            arguments: self.arguments().into_iter().map(str::to_owned).collect(),
            stdin: self.source.clone(),
            files: reference.map(|text| ("reference".to_owned(), text.clone())).collect(),
        }
    }

    /// The same as our library takes it. Half of the inputs make a record, too, which must not be seen
    /// in anything else, and be the same in both readings.
    pub fn options(&self, reading: Reading) -> Options {
        Options {
            warnings: self.warnings,
            debug: u32::from(self.debug),
            dump_expansions: self.dump,
            dump_types: true,
            preserve: self.preserve,
            record: self.source.len().is_multiple_of(2).then_some("x86-64"),
            reading,
            ..Options::default()
        }
    }
}

/// Where declarations come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The grammar.
    Derived,
    /// What people write.
    Usual,
    /// Both.
    Mixed,
}

/// What makes inputs for one kernel.
pub struct Maker<'a> {
    /// The declaration language.
    pub grammar: &'a Grammar,
    /// Pieces of real files, if there are any.
    pub chunks: &'a Chunks,
    /// The release, to make references with.
    pub release: &'a Genksyms,
}

impl Maker<'_> {
    /// The input of this seed, and how many declarations it has.
    pub fn input(&self, seed: u64) -> (Input, usize) {
        let mut rng = fastrand::Rng::with_seed(seed);
        let rng = &mut rng;
        let (source, declarations) = self.source(rng);
        let mut input = Input {
            source,
            reference: None,
            warnings: false,
            debug: false,
            dump: false,
            preserve: false,
        };
        match rng.u32(..100) {
            0..55 => {}
            55..65 => input.dump = true,
            65..67 => input.preserve = true,
            67..79 => input.warnings = true,
            79..84 => (input.warnings, input.dump) = (true, true),
            84..87 => input.debug = true,
            87..88 => (input.debug, input.warnings) = (true, true),
            _ => self.add_reference(&mut input, rng),
        }
        (input, declarations)
    }

    /// Adds a reference made from what the source itself says.
    fn add_reference(&self, input: &mut Input, rng: &mut fastrand::Rng) {
        let output =
            genksyms::run(&input.source, None, &input.options(Reading::Everything), self.release);
        input.reference = Some(changed_reference(&output.symtypes, rng));
        input.preserve = percent(50, rng);
        input.warnings = percent(40, rng);
        input.dump = percent(30, rng);
        input.debug = percent(10, rng);
    }

    /// A source, and how many declarations it has.
    fn source(&self, rng: &mut fastrand::Rng) -> (Vec<u8>, usize) {
        match rng.u32(..100) {
            0..25 => self.made(Shape::Derived, 0, rng),
            25..40 => self.made(Shape::Derived, 6, rng),
            40..50 => self.made(Shape::Usual, 0, rng),
            50..70 => self.made(Shape::Usual, 6, rng),
            70..75 => self.made(Shape::Mixed, 6, rng),
            75..95 if !self.chunks.is_empty() => self.real(rng),
            75..95 => self.made(Shape::Usual, 12, rng),
            _ => soup(rng),
        }
    }

    /// Declarations of a shape, with up to so many mutations.
    fn made(&self, shape: Shape, most: usize, rng: &mut fastrand::Rng) -> (Vec<u8>, usize) {
        let mut names = Names::new(rng);
        let mut units: Vec<Vec<Token>> = Vec::new();
        let has_lines = percent(50, rng);
        let count = rng.usize(30..80);
        if has_lines && percent(80, rng) {
            units.push(vec![line(rng)]);
        }
        for _ in 0..count {
            if has_lines && percent(15, rng) {
                units.push(vec![line(rng)]);
            }
            let is_derived = match shape {
                Shape::Derived => true,
                Shape::Usual => false,
                Shape::Mixed => percent(30, rng),
            };
            units.push(match is_derived {
                true => self.grammar.declaration(&mut names, rng),
                false => Usual::new(&mut names, rng).declaration(),
            });
            if percent(15, rng) {
                units.push(export(&any_declared(&names, rng)));
            }
        }
        if most > 0 {
            let mutations = rng.usize(1..=most);
            mutate(&mut units, &names, mutations, rng);
        }
        if percent(90, rng) {
            add_probes(&mut units, &names, rng);
        }
        (text_of(&units, rng), count)
    }

    /// Real declarations, mostly with mutations.
    fn real(&self, rng: &mut fastrand::Rng) -> (Vec<u8>, usize) {
        let mut names = Names::new(rng);
        let mut units = self.chunks.some(&mut names, rng);
        let count = units.len();
        if percent(80, rng) {
            let mutations = rng.usize(1..10);
            mutate(&mut units, &names, mutations, rng);
        }
        add_probes(&mut units, &names, rng);
        (text_of(&units, rng), count)
    }
}

/// The name of something that was declared.
fn any_declared(names: &Names, rng: &mut fastrand::Rng) -> String {
    match names.declared.as_slice() {
        [] => names.any(rng),
        declared => pick(declared, rng),
    }
}

/// An export of the name.
fn export(name: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    push(&mut tokens, &["__GENKSYMS_EXPORT_SYMBOL", "(", name, ")", ";"]);
    tokens
}

/// The text of the declarations.
fn text_of(units: &[Vec<Token>], rng: &mut fastrand::Rng) -> Vec<u8> {
    let mut source = Vec::new();
    let blanks = if percent(65, rng) { Blanks::Tidy } else { Blanks::Wild };
    for unit in units {
        joined(unit, blanks, rng, &mut source);
        source.push(b'\n');
    }
    source
}

/// Adds exports that show what all the names have come to mean: of each declared name, and of
/// variables that are made of each typedef, tag and enumerator.
fn add_probes(units: &mut Vec<Vec<Token>>, names: &Names, rng: &mut fastrand::Rng) {
    // A mistake at the end takes what follows with it, up to one of these.
    if percent(30, rng) {
        units.push(vec![b";".to_vec()]);
    }
    let mut declared = names.declared.clone();
    declared.sort();
    declared.dedup();
    rng.shuffle(&mut declared);
    for name in &declared {
        units.push(export(name));
    }
    let mut probes: Vec<Vec<String>> = Vec::new();
    for name in &names.typedefs {
        probes.push(vec![name.clone(), "PROBE".to_owned()]);
    }
    for (keyword, name) in &names.tags {
        probes.push(vec![(*keyword).to_owned(), name.clone(), "PROBE".to_owned()]);
    }
    let constants = names.constants.iter().cloned();
    let arrays =
        constants.map(|name| vec!["int".to_owned(), "PROBE".into(), "[".into(), name, "]".into()]);
    probes.extend(arrays);
    probes.sort();
    probes.dedup();
    rng.shuffle(&mut probes);
    for (number, probe) in probes.iter().enumerate().take(60) {
        let name = format!("probe{number}");
        let word = |word: &String| {
            if word == "PROBE" { name.clone() } else { word.clone() }
        };
        let mut tokens: Vec<Token> = probe.iter().map(|one| word(one).into_bytes()).collect();
        tokens.push(b";".to_vec());
        units.push(tokens);
        units.push(export(&name));
    }
}

/// Tokens without any order.
fn soup(rng: &mut fastrand::Rng) -> (Vec<u8>, usize) {
    let mut names = Names::new(rng);
    names.declared = (0..4).map(|_| names.any(rng)).collect();
    let mut units = Vec::new();
    let count = rng.usize(10..60);
    for _ in 0..count {
        let mut unit: Vec<Token> = (0..rng.u32(1..7)).map(|_| junk(&names, rng)).collect();
        if percent(60, rng) {
            unit.push(b";".to_vec());
        }
        units.push(unit);
    }
    add_probes(&mut units, &names, rng);
    (text_of(&units, rng), count)
}

// ---- Mutations ------------------------------------------------------------------------------

/// Changes tokens here and there.
fn mutate(units: &mut Vec<Vec<Token>>, names: &Names, count: usize, rng: &mut fastrand::Rng) {
    for _ in 0..count {
        let which = rng.usize(..units.len());
        let other = rng.usize(..units.len());
        match rng.u32(..40) {
            0 => units.swap(which, other),
            1 => units.insert(other, units[which].clone()),
            2 => splice(units, which, other, rng),
            3 if percent(10, rng) => {
                units.truncate(which + 1);
                cut(&mut units[which], rng);
            }
            _ => mutate_one(&mut units[which], names, rng),
        }
    }
}

/// Puts tokens of one declaration into another.
fn splice(units: &mut [Vec<Token>], from: usize, to: usize, rng: &mut fastrand::Rng) {
    let start = rng.usize(..=units[from].len());
    let end = rng.usize(start..=units[from].len());
    let piece = units[from][start..end].to_vec();
    let at = rng.usize(..=units[to].len());
    units[to].splice(at..at, piece);
}

/// Ends a declaration in its middle, perhaps in the middle of a token.
fn cut(unit: &mut Vec<Token>, rng: &mut fastrand::Rng) {
    unit.truncate(rng.usize(..=unit.len()));
    if let Some(last) = unit.last_mut() {
        last.truncate(rng.usize(..=last.len()));
    }
}

/// Changes one token of a declaration.
fn mutate_one(unit: &mut Vec<Token>, names: &Names, rng: &mut fastrand::Rng) {
    if unit.is_empty() {
        return unit.push(junk(names, rng));
    }
    let at = rng.usize(..unit.len());
    let next = (at + 1) % unit.len();
    match rng.u32(..12) {
        0..3 => drop(unit.remove(at)),
        3 => unit.insert(at, unit[at].clone()),
        4 => unit.swap(at, next),
        5..7 => unit[at] = junk(names, rng),
        7 => unit[at] = names.any(rng).into_bytes(),
        8 => unit.insert(at, unit[rng.usize(..unit.len())].clone()),
        _ => unit.insert(at, junk(names, rng)),
    }
}

/// A reference like this dump, with some lines changed.
fn changed_reference(dump: &[u8], rng: &mut fastrand::Rng) -> Vec<u8> {
    let mut lines: Vec<Vec<Token>> = dump
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| line.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect())
        .collect();
    if lines.is_empty() {
        return pick(&["", "n1 int n1 \n", "E#E1 3\n", "override n2 int\n"], rng).as_bytes().into();
    }
    for _ in 0..rng.usize(..=lines.len() / 2 + 1) {
        let which = rng.usize(..lines.len());
        change_line(&mut lines, which, rng);
        if lines.is_empty() {
            break;
        }
    }
    if percent(30, rng) {
        rng.shuffle(&mut lines);
    }
    lines.into_iter().flat_map(|line| line.join(&b' ')).collect()
}

/// Changes one line of a reference.
fn change_line(lines: &mut Vec<Vec<Token>>, which: usize, rng: &mut fastrand::Rng) {
    let other = rng.usize(..lines.len());
    // A line from which every token was taken away is left as it is.
    if lines[which].is_empty() || lines[other].is_empty() {
        return;
    }
    let stolen = pick(&lines[other], rng);
    let line = &mut lines[which];
    let at = rng.usize(..line.len());
    match rng.u32(..14) {
        0..4 => line.insert(0, b"override".to_vec()),
        4 => drop(lines.remove(which)),
        5 => drop(line.remove(at)),
        6 => line.insert(at.max(1), line[at].clone()),
        7 => line[at] = stolen,
        8 => {
            line.truncate(1);
            text::push(line, &["struct", "s1", "{", "UNKNOWN", "}", "\n"]);
        }
        9 => line.insert(1, b"extern".to_vec()),
        10 => {
            line[at] =
                pick(&["E#E1", "t#n1", "s#s1", "u#s2", "e#s3", "\"a b\""], rng).bytes().collect()
        }
        11 => line[0] = pick(&["n1", "E#E2", "t#n3", "u#s1", "s#s2"], rng).bytes().collect(),
        12 if percent(20, rng) => {
            line[at] = pick(&["", "x#y", "\"a", "##", "\t"], rng).bytes().collect()
        }
        _ => lines.swap(which, other),
    }
}
