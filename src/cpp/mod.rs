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
mod depfile;
mod directives;
mod expand;
mod host;
mod include;
mod names;
mod print;
mod request;
mod run;
mod scan;
mod search;
mod source;
mod state;
mod token;
mod unusual;

pub use compare::{Difference, first_difference};
pub use host::{FileContent, Host};
pub use request::{Dependencies, Request};
pub use unusual::{Unusual, Usual};

use names::Names;
use print::{Printer, Turn};
use search::Search;
use state::{Outermost, Sources, State};

/// What follows a file's bytes, in [`FileContent`].
pub const PADDING: &[u8] = scan::PADDING;

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The preprocessed text.
    pub text: Vec<u8>,
    /// The list of dependencies, if one is wanted.
    pub dependencies: Option<Vec<u8>>,
}

/// Preprocesses a translation unit, or says why the compiler has to.
pub fn preprocess(request: &Request, host: &mut impl Host) -> Usual<Output> {
    let sources = Sources::new();
    let search = Search::new(request, host);
    let mut state = State {
        request,
        sources: &sources,
        host,
        names: Names::new(),
        definitions: vec![state::Definition::builtin(state::Builtin::Unknown)],
        current: Vec::new(),
        era: 1,
        pending: request.included.iter().rev().cloned().collect(),
        open: Vec::new(),
        contexts: Vec::new(),
        withheld: 0,
        in_condition: false,
        outermost: Outermost::default(),
        counter: 0,
        spare: Vec::new(),
        search,
        read: Vec::new(),
        out: Printer::default(),
    };
    state.definitions[0].builtin = None;
    state.define_builtins();
    state.read_definitions(&request.predefined)?;
    state.read_definitions(&request.definitions)?;
    let input = state.input()?;
    state.enter_file(input, Turn::Begin)?;
    state.print_all()?;
    let dependencies = request.dependencies.as_ref().map(|wanted| state.dependencies(wanted));
    let dependencies = dependencies.transpose()?;
    Ok(Output { text: std::mem::take(&mut state.out).into_text(), dependencies })
}
