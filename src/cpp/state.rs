//! What is known at one place of a translation unit: macros, open files, expansions under way.

use elsa::FrozenVec;

use super::host::Host;
use super::names::{Id, Names};
use super::passages::Passages;
use super::print::Printer;
use super::request::Request;
use super::search::Search;
use super::shelf::Shelf;
use super::source::{Macro, Source, Traits};
use super::token::Token;
use super::unusual::{Unusual, Usual};

/// The files that were scanned, at addresses that stay.
pub(super) type Sources = FrozenVec<Box<Source>>;

/// What is known at one place of a translation unit.
pub(super) struct State<'a, H> {
    /// What was asked for.
    pub(super) request: &'a Request,
    /// The files scanned.
    pub(super) sources: &'a Sources,
    /// Files and the compiler.
    pub(super) host: &'a mut H,
    /// All spellings.
    pub(super) names: Names,
    /// The scanned files that other processes have left.
    pub(super) shelf: Shelf,
    /// Every definition that was reached; the first one is a placeholder.
    pub(super) definitions: Vec<Definition<'a>>,
    /// What each name is defined as.
    pub(super) current: Current,
    /// What headers give between their includes.
    pub(super) passages: Passages,
    /// The number of the next macro that no shelf has.
    pub(super) next_macro: u32,
    /// Expansions that are remembered.
    pub(super) remembered: Vec<Remembered>,
    /// Counts definitions of macros that no body may pass over.
    pub(super) era: u32,
    /// What `-include` names and was not read yet, the next one last.
    pub(super) pending: Vec<Vec<u8>>,
    /// The files being read, each included by the one before.
    pub(super) open: Vec<Open<'a>>,
    /// The expansions being read, each in the one before.
    pub(super) contexts: Vec<Context<'a>>,
    /// How many readers want names as they are.
    pub(super) withheld: u32,
    /// Whether the condition of `#if` is being read.
    pub(super) in_condition: bool,
    /// The outermost macro that is being expanded.
    pub(super) outermost: Outermost,
    /// How many more tokens may be read from expansions and files.
    pub(super) budget: u64,
    /// What `__COUNTER__` is next.
    pub(super) counter: u32,
    /// Whether a body is being skipped, so that nothing which is read is printed.
    pub(super) is_in_body: bool,
    /// Lists of tokens to be used again.
    pub(super) spare: Vec<Vec<Token>>,
    /// The directories, and the files found.
    pub(super) search: Search,
    /// What was read, for the list of dependencies: places in the search's list of files.
    pub(super) read: Vec<usize>,
    /// What exports were called with.
    pub(super) exports: Vec<Vec<Vec<u8>>>,
    /// The text.
    pub(super) out: Printer,
}

/// What each name is defined as: the place of its definition in a translation unit, and its number,
/// which is the same in all. Both are 0 for a name that is not defined.
#[derive(Debug, Default)]
pub(super) struct Current {
    names: Vec<(u32, u32)>,
    /// The names that were ever defined.
    touched: Vec<Id>,
}

impl Current {
    /// What a name is defined as.
    #[inline]
    pub(super) fn get(&self, name: Id) -> (u32, u32) {
        self.names.get(name.place()).copied().unwrap_or((0, 0))
    }

    /// Sets it; there are so many names now.
    fn set(&mut self, name: Id, definition: (u32, u32), count: usize) {
        if name.place() >= self.names.len() {
            self.names.resize(count.max(name.place() + 1), (0, 0));
        }
        self.names[name.place()] = definition;
        self.touched.push(name);
    }

    /// No name is defined.
    pub(super) fn clear(&mut self) {
        for name in self.touched.drain(..) {
            self.names[name.place()] = (0, 0);
        }
    }

    /// Room for so many names.
    pub(super) fn reserve(&mut self, count: usize) {
        self.names.reserve(count.saturating_sub(self.names.len()));
    }
}

/// The outermost macro that is being expanded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outermost {
    /// Whether it has parentheses.
    pub(super) is_function: bool,
    /// The line of its name.
    pub(super) line: u32,
}

/// A macro's definition. It is small: a source file reaches 30,000, and expands few of them.
#[derive(Clone, Copy)]
pub(super) struct Definition<'a> {
    pub(super) source: Option<&'a Source>,
    /// The place of its macro in the source.
    pub(super) place: u32,
    /// The same in every translation unit, and for no other definition.
    pub(super) number: u32,
    pub(super) traits: Traits,
    pub(super) builtin: Option<Builtin>,
    /// It is being expanded.
    pub(super) is_open: bool,
    /// The era in which nothing in its expansion kept a body from being skipped.
    pub(super) harmless: u32,
    /// Whether its expansion is remembered.
    pub(super) memory: Memory,
}

/// An expansion as it is printed.
#[derive(Debug)]
pub(super) struct Remembered {
    /// The names in it and in what it is made of, and their definitions: while these are the same,
    /// the expansion is.
    pub(super) names: Vec<(Id, u32)>,
    /// Its tokens, without borders.
    pub(super) tokens: Vec<Token>,
    /// Its text, without a blank before it.
    pub(super) text: Vec<u8>,
}

/// What is known of a macro's uses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// How often it was expanded, while they are counted.
    pub(super) uses: u8,
    /// Its place among all that is remembered, plus one; 0 for none.
    pub(super) place: u32,
}

/// A macro without a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    /// `__LINE__`
    Line,
    /// `__FILE__`
    File,
    /// `__COUNTER__`
    Counter,
    /// `__has_include` and the like, which mean something in `#if` only.
    Question,
    /// One that is not known here.
    Unknown,
}

impl<'a> Definition<'a> {
    /// The macro as its file has it.
    fn known(&self) -> Option<(&'a Source, &'a Macro)> {
        let source = self.source?;
        Some((source, source.macros.get(self.place as usize)?))
    }

    /// Its body; none for a builtin macro.
    pub(super) fn body(&self) -> &'a [Token] {
        self.known().map_or(&[], |(source, known)| source.body(known))
    }

    /// How many parameters it has.
    pub(super) fn parameters(&self) -> usize {
        self.known().map_or(0, |(_, known)| known.parameters() as usize)
    }

    /// None.
    pub(super) fn none() -> Self {
        Self {
            source: None,
            traits: Traits::default(),
            builtin: None,
            is_open: false,
            place: 0,
            number: 0,
            harmless: 0,
            memory: Memory::default(),
        }
    }

    /// A builtin macro.
    pub(super) fn builtin(which: Builtin, number: u32) -> Self {
        Self { builtin: Some(which), number, ..Self::none() }
    }
}

/// A file being read.
pub(super) struct Open<'a> {
    /// Its place in the search's list of files.
    pub(super) file: usize,
    pub(super) source: &'a Source,
    /// The next item.
    pub(super) item: usize,
    /// The tokens of the present item, and the place of the next one.
    pub(super) text: &'a [Token],
    pub(super) at: usize,
    /// The line of the token that was read last.
    pub(super) line: u32,
}

/// An expansion or an argument being read.
pub(super) struct Context<'a> {
    pub(super) feed: Feed<'a>,
    pub(super) at: usize,
    /// The macro that is closed by its end; 0 for none.
    pub(super) which: u32,
    /// The line of its tokens, if they do not have one of their own.
    pub(super) line: Option<u16>,
    /// What is read ends here: an argument, a directive.
    pub(super) is_barrier: bool,
}

/// Where the tokens of a context are.
pub(super) enum Feed<'a> {
    /// In a macro's body, or in a directive.
    Kept(&'a [Token]),
    /// In a list of their own.
    Own(Vec<Token>),
}

impl Feed<'_> {
    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Feed::Kept(tokens) => tokens.len(),
            Feed::Own(tokens) => tokens.len(),
        }
    }
}

impl Context<'_> {
    /// The next token, which is then read.
    pub(super) fn next(&mut self) -> Option<Token> {
        let tokens: &[Token] = match &self.feed {
            Feed::Kept(tokens) => tokens,
            Feed::Own(tokens) => tokens,
        };
        let token = *tokens.get(self.at)?;
        self.at += 1;
        Some(Token { line: self.line.unwrap_or(token.line), ..token })
    }
}

impl<'a, H: Host> State<'a, H> {
    /// Takes so many tokens, and one, from the budget.
    ///
    /// # Errors
    /// They are more than are left: macros and files that double each time make any number.
    pub(super) fn spend(&mut self, tokens: usize) -> Usual<()> {
        let left = self.budget.checked_sub(tokens as u64 + 1);
        self.budget = left.ok_or(Unusual::TooMuch)?;
        Ok(())
    }

    /// The place of a name's definition; 0 if it is not defined.
    pub(super) fn defined(&mut self, name: Id) -> u32 {
        let (which, number) = self.current.get(name);
        self.passages.look(name, number);
        which
    }

    /// Sets the definition of a name; 0 removes it.
    pub(super) fn set(&mut self, name: Id, definition: u32) {
        let number = self.definitions[definition as usize].number;
        self.current.set(name, (definition, number), self.names.len());
    }

    /// Gives a name the definition at this place of a file.
    pub(super) fn define(&mut self, source: &'a Source, place: u32, definition: &'a Macro) {
        let which = self.definitions.len() as u32;
        let traits = definition.traits();
        self.definitions.push(Definition {
            source: Some(source),
            traits,
            place,
            number: source.first_macro.saturating_add(place),
            ..Definition::none()
        });
        if traits.is_unbalanced || traits.counts {
            self.era += 1;
        }
        self.set(definition.name, which);
        self.passages.change(definition.name, Some(place));
    }
}

/// Keeps a scanned file, and numbers its macros unless a shelf has: `next` is the next number. Returns
/// its place.
pub(super) fn keep(sources: &Sources, mut source: Source, next: &mut u32) -> usize {
    if source.shelf_at.is_none() {
        source.first_macro = *next;
        *next = next.saturating_add(source.macros.len() as u32);
    }
    sources.push(Box::new(source));
    sources.len() - 1
}
