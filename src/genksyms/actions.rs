//! What the reductions of grammar/declarations.y do: edit the text of the declaration at hand, and
//! add what it declares to the table.
//!
//! A value is the link to the last token of what was reduced. Names of actions are the grammar's.

use super::chain::{Endless, Link, Node, Piece};
use super::definitions::{Misread, New, Scope};
use super::interner::{Interner, WordId};
use super::parse::{Entry, Reader, from_end, value};
use super::session::Session;
use super::tables::{Action, Terminal};
use crate::formats::symtypes::Kind;

/// What is known of the declaration at hand.
#[derive(Debug, Default)]
pub(super) struct Declaration {
    is_typedef: bool,
    is_extern: bool,
    /// The name of the declarator at hand.
    name: Option<Named>,
    /// The last of the specifiers, for the second and later declarators.
    ///
    /// Upstream quirk: there is one such place for the whole declaration, and every parameter list
    /// and body in it leaves its own specifiers there.
    specifiers: Option<Node>,
}

/// A name that is declared.
#[derive(Clone, Copy, Debug)]
struct Named {
    word: WordId,
    /// Where it stands.
    at: u32,
}

/// The enumerators so far of the enum at hand.
#[derive(Debug, Default)]
pub(super) struct Enumeration {
    /// The last value that was given.
    last: Vec<Piece>,
    /// What the next enumerator is above it.
    counter: i32,
}

/// Why reading stops.
#[derive(Debug)]
pub(super) enum Stop {
    /// A declarator has two names; the parser recovers as from a syntax error.
    SecondName,
    /// A declaration's text contains itself.
    Endless,
    /// An expansion reached a name that no reference and no declaration gives.
    Undeclared(WordId),
    /// The skimmer was wrong about a unit: everything must be read.
    Misread,
}

impl From<Endless> for Stop {
    fn from(_: Endless) -> Self {
        Self::Endless
    }
}

impl From<Misread> for Stop {
    fn from(_: Misread) -> Self {
        Self::Misread
    }
}

impl Enumeration {
    /// Whether the last enum left nothing behind. (One with a syntax error does, and so does a
    /// named one of the file that is compiled.)
    pub(super) fn is_at_rest(&self) -> bool {
        self.last.is_empty() && self.counter == 0
    }

    /// The enum is complete.
    pub(super) fn end(&mut self) {
        self.last.clear();
        self.counter = 0;
    }

    /// Turns the value that was given (none: empty) into the text of the enumerator.
    pub(super) fn value(&mut self, given: &mut Vec<Piece>, words: &mut Interner<'_>) {
        if !given.is_empty() {
            self.last.clone_from(given);
            self.counter = 1;
            return;
        }
        let plain = |word| Piece::new(word, Kind::Normal);
        let number = plain(words.intern(self.counter.to_string().as_bytes()));
        self.counter = self.counter.wrapping_add(1);
        if !self.last.is_empty() {
            let byte = |byte| plain(WordId::of_byte(byte));
            given.push(byte(b'('));
            given.extend_from_slice(&self.last);
            given.extend([byte(b')'), byte(b'+')]);
        }
        given.push(number);
    }
}

impl<'s> Reader<'s> {
    /// Does what a reduction asks for, given the stack's entries of its right side.
    #[inline(never)]
    pub(super) fn act(
        &mut self,
        action: Action,
        right: &[Entry],
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        match action {
            Action::None | Action::Rename => {}

            Action::BeginDeclaration => self.declaration = Declaration::default(),
            Action::TypedefSeen => self.declaration.is_typedef = true,
            Action::SimpleDeclaration => {
                self.leftover_declarator(value(right, 2), session)?;
                self.lexer.type_seen = false;
            }
            Action::FirstDeclarator => {
                self.declarator(value(right, 0), None, session)?;
                self.lexer.type_seen = true;
            }
            Action::NextDeclarator => {
                self.declarator(from_end(right, 0), value(right, 1), session)?;
                self.lexer.type_seen = true;
            }
            Action::FunctionDefinition => {
                self.add_declared(value(right, 1), Kind::Normal, session)?;
            }
            Action::NameDeclarator => {
                let name = value(right, 0).and_then(|link| self.named(link));
                self.lexer.type_seen = false;
                if self.declaration.name.is_some() {
                    session.messages.second_name(self.lexer.location());
                    return Err(Stop::SecondName);
                }
                self.declaration.name = name;
            }
            Action::DropInitializer => self.drop_initializer(right),
            Action::Export => {
                let name = value(right, 2).and_then(|link| self.chain.at(link));
                if let Some(name) = name.map(|node| self.chain.word(node)) {
                    session.export(name, self.lexer.location())?;
                    if std::mem::take(&mut session.has_declared_enum) {
                        self.enumeration.end();
                    }
                }
            }

            Action::NoSpecifiers => self.declaration.specifiers = None,
            Action::NoteSpecifier => self.note_specifier(from_end(right, 0)),
            Action::DropStorageClass | Action::DropRestrict | Action::DropParameterName => {
                self.drop(value(right, 0));
            }
            Action::ExternSeen => self.declaration.is_extern = true,
            Action::InlineSeen => self.declaration.is_extern = false,
            Action::TypedefName => self.refer(value(right, 0), Kind::Typedef),
            Action::StructReference => self.reference(right, Kind::Struct),
            Action::UnionReference => self.reference(right, Kind::Union),
            Action::EnumReference => self.reference(right, Kind::Enum),
            Action::StructDefinition => self.compound(right, Kind::Struct, session)?,
            Action::UnionDefinition => self.compound(right, Kind::Union, session)?,
            Action::EnumDefinition => self.compound(right, Kind::Enum, session)?,
            Action::AnonymousEnum => self.enumeration.end(),

            Action::TypeSpecifierSeen | Action::MemberDeclaratorEnd => {
                self.lexer.type_seen = true;
            }
            Action::NestedName
            | Action::OpenParenthesis
            | Action::AbstractEnd
            | Action::ParameterEnd
            | Action::MemberEnd => self.lexer.type_seen = false,
            Action::Enumerator => self.enumerator(value(right, 0), None, session)?,
            Action::EnumeratorWithValue => {
                self.enumerator(value(right, 0), value(right, 1).zip(value(right, 2)), session)?;
            }
        }
        Ok(())
    }

    /// The name that the token of `link` is.
    fn named(&self, link: Link) -> Option<Named> {
        let node = self.chain.at(link)?;
        Some(Named { word: self.chain.word(node), at: self.chain.origin(node).at })
    }

    /// Takes the token of `link` out of the text.
    fn drop(&mut self, link: Option<Link>) {
        if let Some(link) = link {
            self.chain.remove(link);
        }
    }

    /// Records that the token of `link` is the last specifier so far.
    #[inline]
    pub(super) fn note_specifier(&mut self, link: Option<Link>) {
        self.declaration.specifiers = link.and_then(|link| self.chain.at(link));
    }

    /// Records that the token of `link` refers to another symbol.
    #[inline]
    pub(super) fn refer(&mut self, link: Option<Link>, kind: Kind) {
        if let Some(node) = link.and_then(|link| self.chain.at(link)) {
            self.chain.set_kind(node, kind);
        }
    }

    /// `struct NAME`: the keyword goes, the name refers.
    fn reference(&mut self, right: &[Entry], kind: Kind) {
        self.drop(value(right, 0));
        self.refer(from_end(right, 0), kind);
    }

    /// `struct NAME { … }`: recorded by itself, and replaced by a reference. Of the file that is
    /// compiled only the reference is kept: what it defines is no part of an interface.
    fn compound(
        &mut self,
        right: &[Entry],
        kind: Kind,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let (keyword, name, body) = (value(right, 0), from_end(right, 1), from_end(right, 0));
        let (Some(keyword), Some(name), Some(body)) = (keyword, name, body) else {
            return Ok(());
        };
        let chain = &mut self.chain;
        let (Some(name_node), Some(keyword_node)) = (chain.at(name), chain.at(keyword)) else {
            return Ok(());
        };
        if chain.origin(name_node).in_source_file {
            chain.remove(keyword);
            chain.set_kind(name_node, kind);
            chain.set(body, Some(name_node));
            return Ok(());
        }
        let definition = chain.at(body);
        let before = chain.older(keyword_node);
        let reference = chain.copy(name_node, kind, before);
        chain.set(body, Some(reference));
        chain.set(chain.link_of(keyword_node), None);
        let name = Named { word: chain.word(name_node), at: chain.origin(name_node).at };
        if kind == Kind::Enum {
            self.enumeration.end();
        }
        let dropped = self.attributes_ahead(session);
        self.add(name, kind, definition, &dropped, session)
    }

    /// For the record: the attributes right behind a body, which are the type's. Upstream leaves
    /// them to whatever is declared by it.
    fn attributes_ahead(&mut self, session: &mut Session<'s>) -> Vec<Piece> {
        if !self.lexer.is_recording() || self.token != Terminal::Unread {
            return Vec::new();
        }
        let Some(place) = self.lexer.mark() else { return Vec::new() };
        // What begins an attribute begins so, and few bodies have one.
        if self.lexer.place().blanks(self.lexer.source()) != Some(b'_') {
            return Vec::new();
        }
        let tokens = self.chain.mark();
        let body = self.chain.at(self.chain.newest());
        let mut last = body;
        let definitions = &mut session.definitions;
        while self.lexer.next_other(&mut self.chain, definitions, self.scope, false)
            == Terminal::Attribute
        {
            last = self.chain.at(self.chain.newest());
        }
        let attributes = self.chain.between(body, last);
        let end = self.lexer.start();
        self.chain.go_back(tokens);
        self.lexer.go_back(place);
        self.lexer.set_of_type(self.lexer.place().at..end);
        attributes
    }

    /// For the record: what stands between the end of a declarator's text and the token that ends
    /// the declarator. These are attributes: up to 6.13, upstream drops them.
    fn attributes_behind(&self, text: Option<Node>) -> Vec<Piece> {
        if !self.lexer.is_recording() {
            return Vec::new();
        }
        let newest = self.chain.at(self.chain.newest());
        let last = match self.token {
            Terminal::Unread => newest,
            _ => newest.and_then(|ahead| self.chain.older(ahead)),
        };
        self.chain.between(text, last)
    }

    /// One declarator of a list; `comma` leads to what is before it, if it is not the first.
    fn declarator(
        &mut self,
        declarator: Option<Link>,
        comma: Option<Link>,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let Some(link) = declarator else { return Ok(()) };
        let text = self.chain.at(link);
        let dropped = self.attributes_behind(text);
        self.chain.set(link, None);
        if let Some(comma) = comma {
            self.chain.set(comma, self.declaration.specifiers);
        }
        // The next declarator gets specifiers of its own.
        self.declaration.specifiers = self.chain.copy_range(self.declaration.specifiers, None)?;
        let kind = if self.declaration.is_typedef { Kind::Typedef } else { Kind::Normal };
        match self.declaration.name.take() {
            Some(name) => self.add(name, kind, text, &dropped, session),
            None => Ok(()),
        }
    }

    /// The end of a declaration in which a name was read that no declarator took.
    fn leftover_declarator(
        &mut self,
        semicolon: Option<Link>,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let Some(name) = self.declaration.name.take() else { return Ok(()) };
        let Some(node) = semicolon.and_then(|link| self.chain.at(link)) else { return Ok(()) };
        let text = self.chain.older(node);
        self.chain.set(self.chain.link_of(node), None);
        let kind = if self.declaration.is_typedef { Kind::Typedef } else { Kind::Normal };
        self.add(name, kind, text, &[], session)
    }

    /// Adds the declared name with the text up to `link`.
    fn add_declared(
        &mut self,
        link: Option<Link>,
        kind: Kind,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let (Some(link), Some(name)) = (link, self.declaration.name) else { return Ok(()) };
        let text = self.chain.at(link);
        self.chain.set(link, None);
        self.add(name, kind, text, &[], session)
    }

    /// `= …` says nothing of the type.
    fn drop_initializer(&mut self, right: &[Entry]) {
        let equals = value(right, 0).and_then(|link| self.chain.at(link));
        if let (Some(equals), Some(expression)) = (equals, value(right, 1)) {
            self.chain.set(expression, self.chain.older(equals));
        }
    }

    /// One enumerator, and its value between `=` and the expression's end.
    fn enumerator(
        &mut self,
        name: Option<Link>,
        value: Option<(Link, Link)>,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let mut text = std::mem::take(&mut session.scratch);
        text.clear();
        if let Some((equals, expression)) = value {
            let (start, end) = (self.chain.at(expression), self.chain.at(equals));
            self.chain.read(start, end, &mut text)?;
        }
        self.enumeration.value(&mut text, &mut session.definitions.words);
        let result = match name.and_then(|link| self.named(link)) {
            Some(Named { word: name, at }) => {
                let kind = Kind::EnumConstant;
                let new =
                    New { name, kind, text: &text, dropped: &[], at: Some(at), is_extern: false };
                self.declare(&new, session)
            }
            None => Ok(()),
        };
        session.scratch = text;
        result
    }

    /// Adds a symbol with the text of the chain from `start` on.
    fn add(
        &mut self,
        name: Named,
        kind: Kind,
        start: Option<Node>,
        dropped: &[Piece],
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let mut text = std::mem::take(&mut session.scratch);
        text.clear();
        self.chain.read(start, None, &mut text)?;
        let Named { word: name, at } = name;
        let is_extern = self.declaration.is_extern;
        let new = New { name, kind, text: &text, dropped, at: Some(at), is_extern };
        let result = self.declare(&new, session);
        session.scratch = text;
        result
    }

    /// Adds a symbol, or gives the symbol of a skimmed unit its text.
    fn declare(&mut self, new: &New<'_>, session: &mut Session<'s>) -> Result<(), Stop> {
        match self.scope {
            Scope::Everything => {
                let at = self.lexer.location();
                session.definitions.offset = self.lexer.place().at;
                let id = session.definitions.add(new, &mut session.messages, at);
                if session.events.is_some() {
                    session.note_declared(id, new, self.is_unparsed);
                }
                Ok(())
            }
            Scope::Unit(unit) => Ok(session.definitions.define(unit, new)?),
        }
    }
}
