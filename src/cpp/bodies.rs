//! Where the bodies of functions are: what no declaration depends on can be left out.
//!
//! Only a brace outside of everything can be such a body's. It is not one after `=`, nor after
//! `struct`, `union` or `enum`, a name and attributes.

use super::host::Host;
use super::names::Id;
use super::state::State;
use super::token::{Flags, Kind, Punctuator, Token};
use super::unusual::{Unusual, Usual};

/// What is known of the declaration that is being read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Declaration {
    /// How deep parentheses, brackets and braces are.
    depth: u32,
    /// There was a `=` outside of parentheses.
    has_value: bool,
    /// A parenthesis was closed outside of all others, and not that of an attribute of a tag.
    has_parameters: bool,
    /// A tag, and how far it is read.
    tag: Tag,
}

/// How far a `struct`, `union` or `enum` is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tag {
    /// There is none, or what follows is not its body.
    #[default]
    None,
    /// Its keyword, and perhaps attributes.
    Keyword,
    /// Its name, too.
    Named,
    /// An attribute's word, whose parenthesis is next; and whether the name was before.
    Attribute { is_named: bool },
    /// In the parentheses of an attribute.
    InAttribute { is_named: bool },
}

impl Declaration {
    /// Reads the next token of it. Returns whether that token opens a body.
    #[inline]
    pub(super) fn opens_body(&mut self, token: Token) -> bool {
        if self.depth == 0 && token.is(Punctuator::OPEN_BRACE) {
            let may_be_tag = self.tag != Tag::None;
            if self.has_parameters && !self.has_value && !may_be_tag {
                return true;
            }
        }
        match token.kind {
            Kind::PUNCTUATOR => self.punctuator(token),
            Kind::NAME if self.depth == 0 => self.name(token.id),
            _ => {}
        }
        false
    }

    /// Starts the next declaration, after a body.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }

    fn punctuator(&mut self, token: Token) {
        match token.id {
            Id::OPEN | Id::OPEN_BRACE => {
                if self.depth == 0 {
                    self.tag = match self.tag {
                        Tag::Attribute { is_named } => Tag::InAttribute { is_named },
                        _ => Tag::None,
                    };
                }
                self.depth += 1;
            }
            Id::CLOSE | Id::CLOSE_BRACE => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth > 0 {
                    return;
                }
                if let Tag::InAttribute { is_named } = self.tag {
                    self.tag = if is_named { Tag::Named } else { Tag::Keyword };
                } else if token.is(Punctuator::CLOSE) {
                    self.has_parameters = true;
                }
            }
            _ if self.depth > 0 => {}
            Id::SEMICOLON => self.end(),
            Id::EQUALS => {
                self.has_value = true;
                self.tag = Tag::None;
            }
            _ => self.tag = Tag::None,
        }
    }

    fn name(&mut self, name: Id) {
        self.tag = match (name, self.tag) {
            (Id::STRUCT | Id::UNION | Id::ENUM, _) => Tag::Keyword,
            (Id::ATTRIBUTE | Id::ATTRIBUTE_SHORT | Id::ALIGNAS, Tag::Keyword) => {
                Tag::Attribute { is_named: false }
            }
            (Id::ATTRIBUTE | Id::ATTRIBUTE_SHORT | Id::ALIGNAS, Tag::Named) => {
                Tag::Attribute { is_named: true }
            }
            (_, Tag::Keyword) => Tag::Named,
            _ => Tag::None,
        };
    }
}

/// Punctuators that a declaration is read by.
impl Id {
    const OPEN: Self = Punctuator::OPEN.id();
    const CLOSE: Self = Punctuator::CLOSE.id();
    const OPEN_BRACE: Self = Punctuator::OPEN_BRACE.id();
    const CLOSE_BRACE: Self = Punctuator::CLOSE_BRACE.id();
    const SEMICOLON: Self = Punctuator::SEMICOLON.id();
    const EQUALS: Self = Punctuator::EQUALS.id();
}

impl<H: Host> State<'_, H> {
    /// Skips a body, after its opening brace. Its directives are processed; a macro is expanded only
    /// if its expansion has a brace without a partner, or `__COUNTER__`.
    pub(super) fn pass_body(&mut self) -> Usual<()> {
        let mut depth = 1_u32;
        while depth > 0 {
            let token = self.unexpanded()?;
            match token.kind {
                Kind::PUNCTUATOR if token.is(Punctuator::OPEN_BRACE) => depth += 1,
                Kind::PUNCTUATOR if token.is(Punctuator::CLOSE_BRACE) => depth -= 1,
                Kind::NAME if !token.flags.has(Flags::NO_EXPANSION) => {
                    let which = self.defined(token.id);
                    let is_open = self.definitions[which as usize].is_open;
                    if which != 0 && !is_open && !self.is_harmless(which) {
                        self.back();
                        // A name, or the border of its expansion, which is read next.
                        self.next()?;
                    }
                }
                Kind::END => return Err(Unusual::Arguments),
                Kind::UNUSUAL => return Err(Unusual::Literal),
                _ => {}
            }
        }
        Ok(())
    }

    /// The next token of the innermost expansion, or of the file, as it is there.
    fn unexpanded(&mut self) -> Usual<Token> {
        while let Some(context) = self.contexts.last_mut() {
            match context.next() {
                Some(token) => return Ok(token),
                None if context.is_barrier => return Ok(Token::END),
                None => self.close_context(),
            }
        }
        self.file_token()
    }

    /// The token that was read last is read again.
    fn back(&mut self) {
        match self.contexts.last_mut() {
            Some(context) => context.at -= 1,
            None => self.file_back(),
        }
    }

    /// Whether the expansion of a macro neither opens or closes braces nor counts, whatever is
    /// defined at this moment.
    fn is_harmless(&mut self, which: u32) -> bool {
        let era = self.era;
        let definition = &mut self.definitions[which as usize];
        if definition.harmless == era {
            return true;
        }
        let traits = definition.traits;
        if traits.is_unbalanced || traits.counts || definition.builtin.is_some_and(Self::counts) {
            return false;
        }
        // Taken for harmless where it is met again inside itself.
        definition.harmless = era;
        let body = definition.body();
        for token in body.iter().filter(|token| token.kind == Kind::NAME) {
            let inner = self.defined(token.id);
            if inner != 0 && !self.is_harmless(inner) {
                self.definitions[which as usize].harmless = 0;
                return false;
            }
        }
        true
    }

    fn counts(builtin: super::state::Builtin) -> bool {
        builtin == super::state::Builtin::Counter
    }
}
