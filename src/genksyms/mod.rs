//! C to CRC: one preprocessed translation unit in, the CRC of every export out.

mod actions;
mod byte_set;
mod chain;
mod deferred;
mod definitions;
mod diagnostics;
mod dump;
mod expand;
mod interner;
mod keywords;
mod lex;
mod location;
mod members;
mod messages;
mod parse;
mod pragmas;
mod record;
mod scan;
mod session;
mod skim;
mod skip;
mod symbol_id;
mod tables;
mod window;

use crate::formats::symtypes::{self, Kind};
use crate::release::{Genksyms, ReferenceEnumerators};

pub use diagnostics::{Found, Place, Problem, ProblemKind};

use actions::{Enumeration, Stop};
use chain::Piece;
use definitions::{Definitions, Misread, New};
use interner::Interner;
use location::Location;
use messages::Messages;
use parse::{Outcome, Reader};
use session::Session;

/// What a run is asked for, beyond the kernel release. Each field is one option of the C tool,
/// but for those that say that they are ours.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `-w`: print the parser's messages, and let them decide the exit status.
    pub warnings: bool,
    /// `-d`, counted: print each definition and the table's occupancy.
    pub debug: u32,
    /// `-D`: print the expanded text of each export.
    pub dump_expansions: bool,
    /// `-T`: collect the symtypes of everything the exports reach.
    pub dump_types: bool,
    /// `-p`: a changed reference is an error, unless it is an override.
    pub preserve: bool,
    /// Ours: collect the record of what the exports reach, as compiled for this data model.
    pub record: Option<&'static str>,
    /// Ours: the directory of the source tree, as the compiler's line markers name it. The record
    /// names what is in it as from there.
    pub source_tree: Vec<u8>,
    /// Ours: tell what upstream hides, at the end of standard error.
    pub diagnostics: bool,
    /// Ours: collect the same as data.
    pub finds_problems: bool,
    /// Ours: whether the diagnostics are for a terminal that shows colours.
    pub color: bool,
    /// Ours: whether declarations no export reaches may be skipped unread.
    pub reading: Reading,
}

impl Options {
    /// Whether somebody asks what went wrong.
    fn has_diagnostics(&self) -> bool {
        self.diagnostics || self.finds_problems
    }
}

/// How much of the input is parsed. The results are the same; the tests run both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Skim what no export reaches, wherever that is provably the same.
    #[default]
    AsNeeded,
    /// Parse every declaration when it is met.
    Everything,
}

/// What a run says and makes; nothing is written anywhere by the run itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The CRC lines, in the order of the export statements.
    pub stdout: Vec<u8>,
    /// Messages, in the order upstream prints them.
    pub stderr: Vec<u8>,
    /// The text of the `-T` file (empty unless asked for).
    pub symtypes: Vec<u8>,
    /// The text of the record (empty unless asked for).
    pub record: Vec<u8>,
    /// What went wrong with the input (none unless asked for).
    pub found: Option<Found>,
    /// The exit status.
    pub status: u8,
    /// Whether the run stopped early with a clear error of our own (upstream crashes, loops or eats
    /// all memory on such an input). `stderr` has it already, as its last line.
    pub aborted: bool,
}

/// The input that is refused: offsets are kept in 32 bits, with room for texts beside the source.
const TOO_LARGE: usize = 1 << 31;

/// Where nothing is read yet.
const START: Location<'static> = Location { file: None, line: 1 };

/// Runs genksyms over `source`, one preprocessed translation unit, with the text of the `-r`
/// file if there is one.
#[must_use]
pub fn run(
    source: &[u8],
    reference: Option<&[u8]>,
    options: &Options,
    release: &Genksyms,
) -> Output {
    let reference = reference.unwrap_or_default();
    if source.len() + reference.len() >= TOO_LARGE {
        let mut messages = Messages::new(false, false);
        messages.fatal(START, b"the input is 2 GiB or larger");
        return Output { stderr: messages.text, status: 1, aborted: true, ..Output::default() };
    }
    // These give every declaration a say: in messages, in prints, in what is compared.
    let must_read_all =
        options.warnings || options.debug > 0 || options.has_diagnostics() || !reference.is_empty();
    let skims = options.reading == Reading::AsNeeded && !must_read_all;
    read(source, reference, options, release, skims)
        .or_else(|Misread| read(source, reference, options, release, false))
        // Invariant: only what was skimmed can be misread.
        .unwrap_or_default()
}

/// The straight line from source to output. Fails only if it `skims`, and was wrong in that.
fn read(
    source: &[u8],
    reference: &[u8],
    options: &Options,
    release: &Genksyms,
    skims: bool,
) -> Result<Output, Misread> {
    let words = Interner::new(source, release);
    let definitions = Definitions::new(words, options.debug > 0);
    let messages = Messages::new(options.warnings, options.preserve);
    let records = options.record.is_some();
    let mut session = Session::new(source, release, definitions, messages, records);
    session.dump_expansions = options.dump_expansions;
    session.events = options.has_diagnostics().then(Vec::new);
    let mut reader = Reader::new(source, *release, skims, records);

    let enumeration = &mut reader.enumeration;
    if let Err(error) = add_references(reference, &mut session, enumeration, release) {
        let stderr = [session.messages.text, error.message()].concat();
        return Ok(Output { stderr, status: 1, ..Output::default() });
    }
    let ended = read_declarations(&mut reader, &mut session, skims);
    if let Err(stop) = ended {
        return abort(&stop, session, &reader);
    }
    let symtypes = if options.dump_types { dump::symtypes(&session) } else { Vec::new() };
    let record = match options.record {
        Some(model) => {
            let file = reader.lexer.place().source_file;
            record::text(&session, file, model, &options.source_tree)
        }
        None => Vec::new(),
    };
    if options.debug > 0 {
        session.messages.occupancy(session.definitions.len());
    }
    let status = u8::from(session.messages.any_errors());
    let mut found = None;
    if let Some(events) = session.events.take() {
        let (problems, text) = diagnostics::diagnose(source, events, &mut session, options.color);
        if options.diagnostics {
            session.messages.text.extend_from_slice(&text);
        }
        found = options.finds_problems.then_some(problems);
    }
    let stderr = session.messages.text;
    Ok(Output { stdout: session.stdout, stderr, symtypes, record, found, status, aborted: false })
}

/// Reads the input from the beginning to its end: by skimming where that is allowed and the
/// skimmer knows what it sees, by parsing where not.
fn read_declarations<'s>(
    reader: &mut Reader<'s>,
    session: &mut Session<'s>,
    skims: bool,
) -> Result<(), Stop> {
    loop {
        if skims {
            skim::skim(reader, session);
        }
        if reader.declaration(session)? == Outcome::End {
            return Ok(());
        }
    }
}

/// Adds what the reference file holds. Upstream reads it before anything else.
fn add_references(
    reference: &[u8],
    session: &mut Session<'_>,
    enumeration: &mut Enumeration,
    release: &Genksyms,
) -> Result<(), symtypes::ReadError> {
    for record in symtypes::records(reference) {
        let record = record?;
        let words = &mut session.definitions.words;
        let name = words.intern(record.name);
        let mut text: Vec<Piece> = Vec::with_capacity(record.tokens.len());
        for token in &record.tokens {
            text.push(Piece::new(words.intern(token.text), token.kind));
        }
        match release.reference_enumerators {
            ReferenceEnumerators::MoveCounter => match record.kind {
                Kind::EnumConstant => enumeration.value(&mut text, words),
                Kind::Enum => enumeration.end(),
                Kind::Normal | Kind::Typedef | Kind::Struct | Kind::Union => {}
            },
            ReferenceEnumerators::LeaveCounter => {}
        }
        let new = New {
            name,
            kind: record.kind,
            text: &text,
            dropped: &[],
            at: None,
            is_extern: record.is_extern,
        };
        session.definitions.add_reference(&new, record.is_override, &mut session.messages);
    }
    Ok(())
}

/// Ends the run on input on which upstream crashes or never ends. What was printed stands.
fn abort(stop: &Stop, mut session: Session<'_>, reader: &Reader<'_>) -> Result<Output, Misread> {
    let what = match stop {
        Stop::Misread => return Err(Misread),
        // Invariant: the parser recovers from this one by itself.
        Stop::SecondName => return Err(Misread),
        Stop::Endless => b"a declarator after one with parameters of its own declares a list that contains itself".to_vec(),
        Stop::Undeclared(name) => {
            let name = session.definitions.words.text(*name);
            [b"reference to ", name, b", which the source never declares"].concat()
        }
    };
    session.messages.fatal(reader.lexer.location(), &what);
    let (stdout, stderr) = (session.stdout, session.messages.text);
    Ok(Output { stdout, stderr, status: 1, aborted: true, ..Output::default() })
}
