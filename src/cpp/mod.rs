//! The preprocessor: the text that genksyms reads, made as the compilers make it.
//!
//! Exact, or not at all: whatever a compiler might warn of, refuse or do differently ends with the
//! reason, an [`Unusual`], and nothing is printed; the compiler itself is then asked. A file is
//! scanned to tokens and items first, which depends on its bytes alone; the translation unit is then
//! read from these.
//!
//! ```text
//! bytes → tokens, items → directives → expansion → (bodies left out) → text
//!         scan            run          expand       bodies             print
//! ```

mod bodies;
mod compare;
mod condition;
mod declaration;
mod depfile;
mod directives;
mod expand;
mod host;
mod include;
mod macro_numbers;
mod names;
mod passages;
mod passages_on_shelf;
mod print;
mod remember;
mod request;
mod reuse;
mod run;
mod scan;
mod search;
mod shared;
mod shelf;
mod shelving;
mod source;
mod state;
mod token;
mod unusual;

pub use compare::{Difference, first_difference};
pub use host::{FileContent, Host, Stamp};
pub use request::{Dependencies, Request};
pub use unusual::{Unusual, Usual};

use bytes::Bytes;

use names::Names;
use passages::Passages;
use print::{Printer, Turn};
use search::Search;
use shelf::Shelf;
use state::{Current, Outermost, Sources, State};

/// What follows a file's bytes, in [`FileContent`].
pub const PADDING: &[u8] = scan::PADDING;

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The preprocessed text.
    pub text: Vec<u8>,
    /// The list of dependencies, if one is wanted.
    pub dependencies: Option<Vec<u8>>,
    /// The paths of all files that were read, in the order in which they were first.
    pub read: Vec<Vec<u8>>,
    /// The calls of macros that export for genksyms, in order: the arguments of each, expanded, as
    /// text without blanks: `sym`, `"_gpl"`, `"NAMESPACE"`.
    pub exports: Vec<Vec<Vec<u8>>>,
}

/// What one translation unit leaves for the next, in the same directory and while no file changes:
/// scanned files, and all spellings. What is made does not depend on it.
pub struct Kept {
    sources: Sources,
    names: Names,
    /// What other processes have left.
    shelf: Shelf,
    /// The files, by path: the place of each among the sources, and its identity.
    files: search::Map<Vec<u8>, (usize, (u64, u64))>,
    /// Room for what names are defined as.
    current: Current,
    /// What headers give between their includes.
    passages: Passages,
    /// The number of the next macro that no shelf has.
    next_macro: u32,
    /// The texts of definitions, and their places among the sources.
    texts: search::Map<Vec<u8>, usize>,
}

impl Kept {
    /// Nothing is kept yet.
    pub fn new() -> Self {
        let (names, shelf) = (Names::new(), Shelf::default());
        Self::with(names, shelf, Passages::none())
    }

    /// Nothing is kept yet; what headers give will be, for hundreds of translation units.
    pub fn for_many() -> Self {
        Self { passages: Passages::to_be_remembered(), ..Self::new() }
    }

    fn with(names: Names, shelf: Shelf, passages: Passages) -> Self {
        let (current, files, texts) = Default::default();
        let next_macro = shelf.next_macro.max(source::FIRST_MACRO);
        let sources = Sources::new();
        Self { sources, names, shelf, files, current, passages, next_macro, texts }
    }

    /// What other processes have left: bytes that [`Self::shelved`] gave them, by the same `maker`.
    /// None if these are no such bytes.
    pub fn of_others(shelf: Bytes, maker: u64) -> Option<Self> {
        let (shelf, names) = Shelf::open(shelf, maker)?;
        Some(Self::with(Names::beside(names), shelf, Passages::to_be_shelved()))
    }

    /// Whether what other processes have left was found to be damaged: then what was made with it may be
    /// wrong.
    pub fn is_broken(&self) -> bool {
        self.shelf.is_broken || self.names.shared.is_broken
    }

    /// What other processes can use, in parts of one file; none if that would be little more than what
    /// they have already. `maker` stands for this program: scanned files are for no other one.
    pub fn shelved(&mut self, maker: u64) -> Option<Vec<Bytes>> {
        let mut sources: Vec<(&source::Source, &[u8])> =
            self.sources.iter().map(|source| (source, &b""[..])).collect();
        for (path, (place, _)) in &self.files {
            if let Some((_, known)) = sources.get_mut(*place) {
                *known = path;
            }
        }
        if self.is_broken() || !shelving::is_worth_making(&self.shelf, &sources, &self.passages) {
            return None;
        }
        shelving::shelved(&self.shelf, &mut self.names, &sources, &self.passages, maker)
    }

    /// About how many bytes of memory it takes.
    pub fn size(&self) -> usize {
        let sources: usize = self.sources.iter().map(source::Source::size).sum();
        sources + self.names.size() + self.passages.size
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::new()
    }
}

/// Preprocesses a translation unit, or says why the compiler has to.
pub fn preprocess(request: &Request, host: &mut impl Host) -> Usual<Output> {
    preprocess_with(&mut Kept::new(), request, host)
}

/// The same with what others left, and leaves more.
pub fn preprocess_with(kept: &mut Kept, request: &Request, host: &mut impl Host) -> Usual<Output> {
    let mut search = Search::new(request, host);
    search.by_path = std::mem::take(&mut kept.files);
    let kept_names = kept.names.len();
    let mut state = State {
        request,
        sources: &kept.sources,
        host,
        names: std::mem::take(&mut kept.names),
        shelf: std::mem::take(&mut kept.shelf),
        definitions: Vec::with_capacity(DEFINITIONS),
        current: std::mem::take(&mut kept.current),
        passages: std::mem::take(&mut kept.passages),
        next_macro: kept.next_macro,
        remembered: Vec::new(),
        era: 1,
        pending: request.included.iter().rev().cloned().collect(),
        open: Vec::new(),
        contexts: Vec::new(),
        withheld: 0,
        in_condition: false,
        outermost: Outermost::default(),
        budget: MOST_TOKENS,
        counter: 0,
        is_in_body: false,
        spare: Vec::new(),
        search,
        read: Vec::new(),
        exports: Vec::new(),
        out: Printer::new(TEXT),
    };
    state.current.clear();
    state.current.reserve(kept_names + NEW_NAMES);
    // The first one is a placeholder.
    state.definitions.push(state::Definition::none());
    let made = state.output(&mut kept.texts);
    let (names, shelf, files) = (state.names, state.shelf, state.search.by_path);
    (kept.names, kept.shelf, kept.files) = (names, shelf, files);
    (kept.current, kept.passages) = (state.current, state.passages);
    kept.next_macro = state.next_macro;
    kept.passages.forget();
    made
}

/// How many definitions a source file of the kernel reaches, and how long its text is. More room than it takes
/// costs nothing.
const DEFINITIONS: usize = 32 << 10;
const TEXT: usize = 3 << 20;

/// How many tokens may be read from expansions and files, fifty times what the largest source file of the
/// kernel reads: they take eight bytes each, and as text some more.
const MOST_TOKENS: u64 = 64_000_000;

/// How many names it has that others have not.
const NEW_NAMES: usize = 16 << 10;

impl<H: Host> State<'_, H> {
    /// All of it.
    fn output(&mut self, texts: &mut search::Map<Vec<u8>, usize>) -> Usual<Output> {
        let request = self.request;
        self.define_builtins();
        let (for_many, are_remembered) = (self.passages.are_for_many, self.passages.are_remembered);
        self.read_definitions(&request.predefined, for_many, texts)?;
        self.read_definitions(&request.definitions, are_remembered, texts)?;
        let input = self.input()?;
        self.enter_file(input, Turn::Begin)?;
        self.print_all()?;
        let dependencies = request.dependencies.as_ref().map(|wanted| self.dependencies(wanted));
        let dependencies = dependencies.transpose()?;
        let read = self.read.iter().map(|place| self.search.path(*place).to_vec()).collect();
        let text = self.out.take_text();
        Ok(Output { text, dependencies, read, exports: std::mem::take(&mut self.exports) })
    }
}
