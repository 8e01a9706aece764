//! How far a declaration is read: whether a brace opens the body of a function.
//!
//! Only a brace outside of everything can be such a body's. It is not one after `=`, nor after
//! `struct`, `union` or `enum`, a name and attributes.

use super::names::Id;
use super::token::{Kind, Punctuator, Token};

/// What is known of the declaration that is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// How far a tag may be read, each at the place of its number.
const TAGS: [Tag; 7] = [
    Tag::None,
    Tag::Keyword,
    Tag::Named,
    Tag::Attribute { is_named: false },
    Tag::Attribute { is_named: true },
    Tag::InAttribute { is_named: false },
    Tag::InAttribute { is_named: true },
];

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

    /// It as numbers that can be kept in a file.
    pub(super) fn parts(self) -> [u32; 2] {
        let tag = TAGS.iter().position(|tag| *tag == self.tag).unwrap_or(0) as u32;
        [self.depth, u32::from(self.has_value) | u32::from(self.has_parameters) << 1 | tag << 2]
    }

    /// What these numbers stand for; none if for nothing.
    pub(super) fn of_parts([depth, rest]: [u32; 2]) -> Option<Self> {
        let tag = *TAGS.get(rest as usize >> 2)?;
        Some(Self { depth, has_value: rest & 1 != 0, has_parameters: rest & 2 != 0, tag })
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
