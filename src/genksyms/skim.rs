//! Skimming: which names a declaration declares, without parsing the declaration.
//!
//! Most of a preprocessed file is never reached by an export. Of such a declaration only two
//! things matter: where it ends, and which names it declares, since the first declaration of a name
//! wins and since typedefs and enumerators change how later text is read. The skimmer finds
//! both, and the declaration is parsed only if an export reaches it.
//!
//! It must be right about both or say that it does not know: then the declaration is parsed at
//! once. Why it is right:
//!
//! - Outside of parameter lists and bodies it accepts only what the grammar accepts, for which it
//!   looks up each name as the lexer would.
//! - A syntax error inside a parameter list without nested parentheses is mended at the `)` of
//!   that list: the function is declared all the same. (From 6.14 on an error there can change how
//!   the next declaration is read if a function's body follows, so there the list is checked.) A list
//!   that ends in `struct` or the like is not accepted: the brace after it does not open a function's body.
//! - A syntax error inside a member is mended at the `;` of that member, if the member has no body
//!   after its first word, and its parentheses are balanced: recovery drops tokens up to a `)` or
//!   a `;`, and while it drops no `)` it can meet no parenthesis it does not know. The struct ends
//!   where it would have ended, and is declared.
//! - A body inside a struct is accepted only where its member begins with `struct`, `union` or
//!   `enum`, so that no error can come before its `{`.
//! - In an enum each enumerator is checked.

mod bodies;
pub(super) mod known;
mod parameters;

use super::definitions::{Definitions, Scope};
use super::interner::Name;
use super::parse::Reader;
use super::scan::{BLANK, NAME_START, is, is_builtin_vector, name_end};
use super::session::Session;
use super::skip::{Mark, Place};
use super::tables::Terminal;
use super::window::Window;
use crate::formats::symtypes::Kind;
use crate::release::{Genksyms, TypedefNames, VectorInts};
use known::KnownTexts;

/// Skims declarations from where the reader is, and takes the reader to the first one that must be
/// read.
pub(super) fn skim<'s>(reader: &mut Reader<'s>, session: &mut Session<'s>) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has just been asked for the features that it needs.
        return unsafe { skim_avx2(reader, session) };
    }
    skim_anywhere(reader, session);
}

/// The same, compiled for processors that shift and count bits in one instruction: that, and no
/// calls to look at 64 bytes, is 3 % of a skimmed file's time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn skim_avx2<'s>(reader: &mut Reader<'s>, session: &mut Session<'s>) {
    skim_anywhere(reader, session);
}

/// The same on any processor.
#[inline(always)]
fn skim_anywhere<'s>(reader: &mut Reader<'s>, session: &mut Session<'s>) {
    if !reader.is_at_rest() {
        return;
    }
    let mut skimmer = Skimmer {
        source: reader.lexer.source(),
        release: reader.lexer.release(),
        place: reader.lexer.place(),
        known: &mut session.known,
        word_start: 0,
        window: Window::CLOSED,
        definitions: &mut session.definitions,
    };
    while skimmer.place.blanks(skimmer.source).is_some() {
        let start = skimmer.place.mark();
        skimmer.definitions.begin_unit(&skimmer.place);
        if skimmer.declaration().is_none() {
            skimmer.definitions.abandon_unit();
            skimmer.place.go_to(start);
            break;
        }
        reader.has_declarations = true;
    }
    reader.lexer.set_place(skimmer.place);
}

/// How deep bodies, parameter lists and pointers may be nested; what is deeper is left to the
/// parser, which has a limit of its own.
const DEEPEST: u32 = 32;

/// How long a member or a parameter list may be that is passed over: stars and parentheses in it
/// take room on the parser's stack, of which there is more than this.
const LONGEST: usize = 4096;

/// A skimmer in one translation unit.
struct Skimmer<'a, 's> {
    source: &'s [u8],
    release: Genksyms,
    place: Place<'s>,
    /// What declarations have begun with.
    known: &'a mut KnownTexts<'s>,
    /// Where the word that was read last begins.
    word_start: usize,
    /// What was looked at last.
    window: Window,
    definitions: &'a mut Definitions<'s>,
}

/// What a word outside of phrases is to the parser.
#[derive(Clone, Copy)]
enum Word {
    /// A keyword.
    Keyword(Terminal),
    /// A typedef's name.
    Typedef(Name),
    /// Any other name.
    Name(Name),
}

/// What the specifiers of a declaration have said.
#[derive(Default)]
struct Specifiers {
    is_typedef: bool,
    /// There was something else than storage classes and attributes.
    has_other: bool,
    /// Where the last attribute ended before that.
    storage_end: usize,
    /// A type specifier was seen.
    has_type: bool,
    /// The last specifier was `struct NAME` or its like, without a body.
    ends_in_reference: bool,
    /// The name of the first declarator, if it was reached by reading the specifiers.
    name: Option<Name>,
}

/// How a declaration begins.
enum Head {
    /// What stands before its name was accepted before.
    Known(Name),
    /// `struct NAME`, with no name behind it that it could declare.
    Struct(Name),
    /// In another way.
    New,
}

impl<'s> Skimmer<'_, 's> {
    /// One declaration; `None` if it must be read.
    #[inline(always)]
    fn declaration(&mut self) -> Option<()> {
        let start = self.place.at;
        self.pass_known_beginnings();
        let head = self.place.at;
        match self.head() {
            Head::Known(name) => {
                if self.plain_end()? {
                    self.definitions.declare(&name, Kind::Normal);
                    return Some(());
                }
                let specifiers = Specifiers { name: Some(name), ..Specifiers::default() };
                return self.declarators(&specifiers, head);
            }
            Head::Struct(name) => return self.structure(&name, head),
            Head::New => {}
        }
        let mut specifiers = Specifiers::default();
        if head == start && self.peek()? == b';' {
            self.place.at += 1;
            return Some(());
        }
        // What can only come first cannot come after a beginning.
        if head == start
            && let Some(done) = self.first_word(&mut specifiers)?
        {
            return Some(done);
        }
        self.other(specifiers, head)
    }

    /// The rest of a declaration, from among its specifiers on.
    fn other(&mut self, mut specifiers: Specifiers, head: usize) -> Option<()> {
        self.specifiers(&mut specifiers, 0)?;
        if !specifiers.has_type {
            return None;
        }
        if !specifiers.is_typedef {
            let beginning = self.source.get(head..specifiers.storage_end);
            self.known.beginnings.insert(beginning.unwrap_or_default());
        }
        if specifiers.name.is_none() && self.peek()? == b';' {
            self.place.at += 1;
            return Some(());
        }
        self.declarators(&specifiers, head)
    }

    /// The rest of a declaration that begins with `struct NAME` and no declarator.
    fn structure(&mut self, name: &Name, head: usize) -> Option<()> {
        let in_source_file = self.place.in_source_file;
        let mut specifiers =
            Specifiers { has_other: true, has_type: true, ..Specifiers::default() };
        match self.peek()? {
            b'{' => {
                self.place.at += 1;
                self.members(1)?;
                if !in_source_file {
                    self.definitions.declare(name, Kind::Struct);
                }
            }
            _ => specifiers.ends_in_reference = true,
        }
        if self.peek()? == b';' {
            self.place.at += 1;
            return Some(());
        }
        self.other(specifiers, head)
    }

    /// Passes what declarations are known to begin with.
    #[inline(always)]
    fn pass_known_beginnings(&mut self) {
        while let Some(length) = self.known.beginnings.find(&self.source[self.place.at..]) {
            self.place.at += length;
        }
    }

    /// What stands here up to a name, and the name, if it is known what that means.
    ///
    /// Between attributes and name, few declarations say anything new: `int`, `struct device *`.
    /// What was accepted once stays so, since a typedef stays one.
    #[inline(always)]
    fn head(&mut self) -> Head {
        let head_start = self.place.at;
        self.window.open(self.source, head_start);
        let Some((start, end)) = self.window.last_plain_word() else { return Head::New };
        let head = &self.source[head_start..start];
        let is_struct = head == b"struct ";
        if head.is_empty() || !(is_struct || self.known.heads.contains(head)) {
            return Head::New;
        }
        let Some(name) = self.new_name(start, end) else { return Head::New };
        (self.word_start, self.place.at) = (start, end);
        if is_struct { Head::Struct(name) } else { Head::Known(name) }
    }

    /// The name that a word is, if it is no keyword and no typedef's. Most are quick to tell: to ask
    /// that first saves 0.4 of 26 million instructions.
    #[inline(always)]
    fn new_name(&self, start: usize, end: usize) -> Option<Name> {
        if !self.is_builtin_vector(start, end)
            && let Some(name) = self.definitions.words.meaningless_name(start, end)
        {
            return Some(name);
        }
        match self.word_between(start, end) {
            Word::Name(name) => Some(name),
            Word::Keyword(_) | Word::Typedef(_) => None,
        }
    }

    /// Passes the rest of a declaration behind its name, if there is nothing but parameters and a
    /// body; `false` if there is something else.
    #[inline(always)]
    fn plain_end(&mut self) -> Option<bool> {
        let start = self.place.mark();
        let mut end = *self.source.get(self.place.at)?;
        if end == b'(' && self.flat_parameters()? {
            end = self.peek()?;
            if end == b'{' {
                self.check_definition(start)?;
                self.place.braces(self.source)?;
                return Some(true);
            }
        }
        if end == b';' {
            self.place.at += 1;
            return Some(true);
        }
        self.place.go_to(start);
        Some(false)
    }

    /// Remembers what stands before a declarator's name.
    fn learn_head(&mut self, start: usize, end: usize) {
        if let Some(head @ [_, ..]) = self.source.get(start..end) {
            self.known.heads.insert(head);
        }
    }

    /// What can only come first: `typedef`, and `_Static_assert (…);`, which is all there is then.
    fn first_word(&mut self, specifiers: &mut Specifiers) -> Option<Option<()>> {
        let start = self.place.mark();
        // `typedef`, or what begins with an underscore.
        if !matches!(self.peek()?, b't' | b'_') {
            return Some(None);
        }
        match self.word() {
            Word::Keyword(Terminal::Typedef) => specifiers.is_typedef = true,
            Word::Keyword(Terminal::Extension) => {
                if !is(self.peek()?, NAME_START) {
                    return None;
                }
                let Word::Keyword(Terminal::Typedef) = self.word() else { return None };
                specifiers.is_typedef = true;
            }
            Word::Keyword(Terminal::StaticAssert) => {
                self.phrase()?;
                self.expect(b';')?;
                return Some(Some(()));
            }
            Word::Keyword(_) | Word::Typedef(_) | Word::Name(_) => self.place.go_to(start),
        }
        Some(None)
    }

    /// Specifiers, up to the name or byte that is none.
    fn specifiers(&mut self, found: &mut Specifiers, depth: u32) -> Option<()> {
        while is(self.peek()?, NAME_START) {
            match self.word() {
                Word::Keyword(keyword) => self.specifier(keyword, found, depth)?,
                Word::Typedef(name) => match self.release.typedef_names {
                    _ if !found.has_other => {
                        (found.has_other, found.has_type) = (true, true);
                    }
                    TypedefNames::Always => found.has_type = true,
                    // The parser reads one token after `struct NAME` before it knows better.
                    TypedefNames::UntilTypeSpecifier if found.ends_in_reference => return None,
                    TypedefNames::UntilTypeSpecifier if found.has_type => {
                        found.name = Some(name);
                        return Some(());
                    }
                    TypedefNames::UntilTypeSpecifier => found.has_type = true,
                },
                Word::Name(name) => {
                    found.name = Some(name);
                    return Some(());
                }
            }
        }
        Some(())
    }

    /// A keyword among specifiers.
    fn specifier(&mut self, keyword: Terminal, found: &mut Specifiers, depth: u32) -> Option<()> {
        use Terminal as T;
        found.ends_in_reference = false;
        match keyword {
            T::Char
            | T::Short
            | T::Int
            | T::Long
            | T::Signed
            | T::Unsigned
            | T::Float
            | T::Double
            | T::Void
            | T::Bool
            | T::VaList
            | T::BuiltinInt => found.has_type = true,
            T::Static | T::Extern | T::Inline | T::Auto | T::Register => return Some(()),
            T::Const | T::Volatile | T::Restrict | T::Segment => {}
            T::Attribute => {
                self.phrase()?;
                if !found.has_other {
                    found.storage_end = self.place.at;
                }
                return Some(());
            }
            T::Typeof => {
                self.type_of(found.has_type, depth)?;
                found.has_type = true;
            }
            T::Struct | T::Union | T::Enum => {
                found.has_type = true;
                found.ends_in_reference = !self.tagged(keyword, depth)?;
            }
            _ => return None,
        }
        found.has_other = true;
        Some(())
    }

    /// What follows `typeof`: an expression, whatever it says, or a type.
    fn type_of(&mut self, has_type: bool, depth: u32) -> Option<()> {
        if depth >= DEEPEST {
            return None;
        }
        let open = self.place.mark();
        self.expect(b'(')?;
        let inside = self.place.mark();
        let is_type = match is(self.peek()?, NAME_START).then(|| self.word()) {
            Some(Word::Keyword(_) | Word::Typedef(_)) => true,
            Some(Word::Name(_)) | None => false,
        };
        if !is_type {
            self.place.go_to(open);
            return self.phrase();
        }
        self.place.go_to(inside);
        // What the lexer takes for a type would hang on what came before.
        (!has_type).then_some(())?;
        self.parameter(0)?;
        self.expect(b')')
    }

    /// What follows `struct`, `union` or `enum`: a name, a body or both. Says if there is a body.
    fn tagged(&mut self, keyword: Terminal, depth: u32) -> Option<bool> {
        let mut name = None;
        let mut in_source_file = false;
        if is(self.peek()?, NAME_START) {
            in_source_file = self.place.in_source_file;
            match self.word() {
                Word::Keyword(_) => return None,
                Word::Typedef(word) | Word::Name(word) => name = Some(word),
            }
        }
        if self.peek()? != b'{' {
            return name.map(|_| false);
        }
        self.place.at += 1;
        let kind = if keyword == Terminal::Enum {
            // A named enum of the file that is compiled leaves its counter to the next one.
            if name.is_some() && in_source_file {
                return None;
            }
            self.enumerators()?;
            Kind::Enum
        } else {
            self.members(depth + 1)?;
            if keyword == Terminal::Struct { Kind::Struct } else { Kind::Union }
        };
        if let Some(name) = name.filter(|_| !in_source_file) {
            self.definitions.declare(&name, kind);
        }
        Some(true)
    }

    // ---- Declarators ------------------------------------------------------------------------

    /// The declarators of a declaration, to its end.
    fn declarators(&mut self, specifiers: &Specifiers, head: usize) -> Option<()> {
        let kind = if specifiers.is_typedef { Kind::Typedef } else { Kind::Normal };
        if specifiers.name.is_none() {
            self.pointers()?;
        }
        let (name, parameters) = match specifiers.name {
            None if self.peek()? == b'(' => self.declarator()?,
            given => {
                let name = match given {
                    Some(name) => name,
                    None => self.declared_name()?,
                };
                if !specifiers.is_typedef {
                    self.learn_head(head, self.word_start);
                }
                (name, self.suffixes()?)
            }
        };
        if let (Some(parameters), false, b'{') = (parameters, specifiers.is_typedef, self.peek()?) {
            self.check_definition(parameters)?;
            self.place.braces(self.source)?;
            self.definitions.declare(&name, kind);
            return Some(());
        }
        let mut is_last = self.after_declarator()?;
        self.definitions.declare(&name, kind);
        // Lists with parameters in them are left to the parser: the later declarators get what the
        // parameters left behind for specifiers.
        let mut any_parameters = parameters.is_some();
        while !is_last {
            let (name, parameters) = self.declarator()?;
            any_parameters |= parameters.is_some();
            is_last = self.after_declarator()?;
            self.definitions.declare(&name, kind);
            if any_parameters {
                return None;
            }
        }
        Some(())
    }

    /// One declarator: the name it declares, and where its last parameter list begins.
    fn declarator(&mut self) -> Option<(Name, Option<Mark>)> {
        self.pointers()?;
        let name = if self.peek()? == b'(' {
            self.place.at += 1;
            self.pointers()?;
            let name = self.declared_name()?;
            while self.peek()? == b'[' {
                self.place.brackets(self.source)?;
            }
            self.expect(b')')?;
            name
        } else {
            self.declared_name()?
        };
        Some((name, self.suffixes()?))
    }

    /// The name in a declarator.
    fn declared_name(&mut self) -> Option<Name> {
        match self.word_here()? {
            Word::Name(name) => Some(name),
            // After a type specifier it is a name in these releases.
            Word::Typedef(name) => match self.release.typedef_names {
                TypedefNames::Always => None,
                TypedefNames::UntilTypeSpecifier => Some(name),
            },
            Word::Keyword(_) => None,
        }
    }

    /// Stars with their qualifiers; a word that is none is left where it is.
    fn pointers(&mut self) -> Option<()> {
        let mut depth = 0;
        while self.peek()? == b'*' {
            depth += 1;
            if depth > DEEPEST {
                return None;
            }
            self.place.at += 1;
            while is(self.peek()?, NAME_START) {
                let before = self.place.mark();
                match self.word() {
                    Word::Keyword(
                        Terminal::Const
                        | Terminal::Volatile
                        | Terminal::Restrict
                        | Terminal::Segment,
                    ) => {}
                    Word::Keyword(Terminal::Attribute) => self.phrase()?,
                    Word::Keyword(_) | Word::Typedef(_) | Word::Name(_) => {
                        self.place.go_to(before);
                        return Some(());
                    }
                }
            }
        }
        Some(())
    }

    /// Array bounds and parameter lists; where the last list begins.
    fn suffixes(&mut self) -> Option<Option<Mark>> {
        let mut parameters = None;
        loop {
            match self.peek()? {
                b'[' => self.place.brackets(self.source)?,
                b'(' => {
                    parameters = Some(self.place.mark());
                    self.parameters()?;
                }
                _ => return Some(parameters),
            }
        }
    }

    /// What may follow a declarator, to behind the comma or semicolon. Says if it is the last.
    fn after_declarator(&mut self) -> Option<bool> {
        let mut may_be_asm = true;
        loop {
            match self.peek()? {
                b',' => {
                    self.place.at += 1;
                    return Some(false);
                }
                b';' => {
                    self.place.at += 1;
                    return Some(true);
                }
                b'=' => {
                    self.equals()?;
                    let end = self.place.expression(self.source)?;
                    self.place.at += 1;
                    return (end != b'}').then_some(end == b';');
                }
                byte if is(byte, NAME_START) => match self.word() {
                    Word::Keyword(Terminal::Asm) if may_be_asm => self.phrase()?,
                    Word::Keyword(Terminal::Attribute) => self.phrase()?,
                    Word::Keyword(_) | Word::Typedef(_) | Word::Name(_) => return None,
                },
                _ => return None,
            }
            may_be_asm = false;
        }
    }

    // ---- Words and bytes --------------------------------------------------------------------

    /// The next byte that is no blank, to which the place goes.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match *self.source.get(self.place.at)? {
            byte if byte != b'\n' && byte != b'#' && !is(byte, BLANK) => Some(byte),
            _ => self.place.blanks(self.source),
        }
    }

    /// Passes blanks and lines that are rarer than plain text; there must be some here.
    fn odd_blanks(&mut self) -> Option<()> {
        let start = self.place.at;
        self.place.blanks(self.source)?;
        (self.place.at > start).then_some(())
    }

    /// Passes this byte, if it is the next one.
    fn expect(&mut self, byte: u8) -> Option<()> {
        let is_next = self.peek()? == byte;
        self.place.at += usize::from(is_next);
        is_next.then_some(())
    }

    /// Passes `=`, which must not be the half of `==`.
    fn equals(&mut self) -> Option<()> {
        self.expect(b'=')?;
        (self.source.get(self.place.at) != Some(&b'=')).then_some(())
    }

    /// Passes the parentheses that make a phrase of the keyword before.
    fn phrase(&mut self) -> Option<()> {
        (self.peek()? == b'(').then(|| self.place.parentheses(self.source)).flatten()
    }

    /// Reads the word at the next byte, if there is one.
    fn word_here(&mut self) -> Option<Word> {
        is(self.peek()?, NAME_START).then(|| self.word())
    }

    /// Reads the word at this place, and looks up what it is.
    #[inline]
    fn word(&mut self) -> Word {
        let start = self.place.at;
        let end = self.word_end(start);
        (self.word_start, self.place.at) = (start, end);
        self.word_between(start, end)
    }

    /// Looks up what a word is.
    #[inline]
    fn word_between(&self, start: usize, end: usize) -> Word {
        let name = self.definitions.words.name(start, end);
        if self.is_builtin_vector(start, end) {
            return Word::Keyword(Terminal::BuiltinInt);
        }
        let Some(word) = name.word else { return Word::Name(name) };
        match self.definitions.words.keyword(word) {
            Some(keyword) => Word::Keyword(keyword),
            None if self.definitions.is_typedef(word, Scope::Everything) => Word::Typedef(name),
            None => Word::Name(name),
        }
    }

    /// Whether a word is a type that the release knows by its spelling.
    #[inline]
    fn is_builtin_vector(&self, start: usize, end: usize) -> bool {
        match self.release.vector_ints {
            VectorInts::Identifiers => false,
            VectorInts::BuiltinInts => is_builtin_vector(&self.source[start..end]),
        }
    }

    /// The end of the word that begins at `start`.
    #[inline]
    fn word_end(&self, start: usize) -> usize {
        self.window.word_end(start).unwrap_or_else(|| name_end(self.source, start))
    }

    /// Goes to the next byte that is not part of a plain list of words, and gives it. It is the
    /// first byte of a word, if that may be a keyword which begins a phrase.
    ///
    /// Plain are names, numbers, blanks, newlines, stars, commas and dots. The place must not be
    /// within a word.
    #[inline]
    fn plain(&mut self) -> Option<u8> {
        self.place.at = self.window.stop(self.source, self.place.at);
        self.source.get(self.place.at).copied()
    }

    /// Passes the word or number at this place; its terminal, if it begins a phrase.
    #[inline]
    fn pass_word(&mut self) -> Option<Terminal> {
        match self.word() {
            Word::Keyword(
                terminal @ (Terminal::Attribute
                | Terminal::Asm
                | Terminal::Typeof
                | Terminal::StaticAssert),
            ) => Some(terminal),
            Word::Keyword(_) | Word::Typedef(_) | Word::Name(_) => None,
        }
    }
}
