//! Plain members of structs and unions, read without the automaton.
//!
//! Most of what exports reach is bodies of structs, and most members are plain: `unsigned long a;`,
//! `struct b *c[8];`, `u8 d:1;`, `int (*e)(struct f *, long);`. For each token of them the automaton
//! takes 150 instructions, to do what is done here in 35. What the grammar's actions would do is
//! done just as they would, at the same time as far as the lexer can see it. A member that turns
//! out not to be plain is read again from its beginning, by the automaton.
//!
//! Why the result is the same: all that a plain member leaves behind is its tokens, those of
//! the last specifier noted, and `member` on the stack. In the grammar each word here can only be
//! what it is taken for, since a type's name behind specifiers is one of them, too.

use super::chain::Link;
use super::parse::Reader;
use super::session::Session;
use super::tables::Terminal;
use crate::formats::symtypes::Kind;
use crate::release::TypedefNames;

/// How many stars a plain member, and each of its parameters, may have: each takes room on the
/// automaton's stack, for which it is made sure only that there are some dozens of places.
const MOST_STARS: u32 = 8;

/// What was read of a member last.
#[derive(Clone, Copy)]
enum Stage {
    /// Nothing yet.
    Start,
    /// What comes before a parameter.
    Parameter,
    /// A specifier.
    Specifier,
    /// `struct` or its like.
    Tag(Kind),
    /// The name behind that.
    Reference(Kind),
    /// A star, or a qualifier behind one.
    Star,
    /// The member's name.
    Name,
    /// An array's bounds.
    Bounds,
    /// The colon of a bit field.
    Colon,
    /// The width of a bit field.
    Width,
    /// The parenthesis before the name of a pointer to a function.
    Open,
    /// A star behind that.
    OpenStar,
    /// The name of a pointer to a function.
    PointerName,
    /// The parenthesis behind that.
    Close,
    /// A parameter's name.
    ParameterName,
    /// `...`
    Dots,
    /// The parenthesis behind parameters.
    Parameters,
}

impl Stage {
    /// Whether a specifier may follow.
    #[inline(always)]
    fn is_in_specifiers(self) -> bool {
        matches!(self, Self::Start | Self::Parameter | Self::Specifier)
    }

    /// Whether a parameter may end here.
    #[inline(always)]
    fn may_end_parameter(self) -> bool {
        matches!(self, Self::Specifier | Self::Star | Self::ParameterName)
    }

    /// Whether a member may end here.
    #[inline(always)]
    fn may_end_member(self) -> bool {
        matches!(self, Self::Name | Self::Bounds | Self::Width | Self::Parameters)
    }
}

impl<'s> Reader<'s> {
    /// Reads a member, if it is a plain one; the link to its last token, as the grammar has it.
    /// If it is none, its first token may be read.
    #[inline(never)]
    pub(super) fn plain_member(&mut self, session: &mut Session<'s>) -> Option<Link> {
        if !self.is_quiet(session) {
            return None;
        }
        let (place, tokens) = (self.lexer.mark()?, self.chain.mark());
        match self.read_member(session) {
            Ok(last) => {
                self.token = Terminal::Unread;
                Some(last)
            }
            Err(Stage::Start) => None,
            Err(_) => {
                self.token = Terminal::Unread;
                self.chain.go_back(tokens);
                self.lexer.go_back(place);
                None
            }
        }
    }

    /// Reads to behind the semicolon of a plain member. If it is none, says how far it seemed to be
    /// one.
    #[inline(always)]
    fn read_member(&mut self, session: &mut Session<'s>) -> Result<Link, Stage> {
        use Terminal as T;
        let mut stage = Stage::Start;
        let mut keyword = self.chain.newest();
        let mut specifier = keyword;
        let mut in_parameters = false;
        let mut stars = 0;
        loop {
            let terminal = self.read(session);
            let link = self.chain.newest();
            if let Stage::Reference(kind) = stage {
                // Whatever follows is read already when the reference is seen to be one.
                if terminal == T::OpenBrace {
                    return Err(stage);
                }
                self.chain.remove(keyword);
                self.refer(Some(specifier), kind);
                self.set_type_seen(true);
                stage = Stage::Specifier;
            }
            let next = match terminal {
                T::Char
                | T::Short
                | T::Int
                | T::Long
                | T::Signed
                | T::Unsigned
                | T::Void
                | T::Bool
                    if stage.is_in_specifiers() =>
                {
                    self.set_type_seen(true);
                    specifier = link;
                    Stage::Specifier
                }
                T::Type if stage.is_in_specifiers() => {
                    self.refer(Some(link), Kind::Typedef);
                    self.set_type_seen(true);
                    specifier = link;
                    Stage::Specifier
                }
                T::Const | T::Volatile if stage.is_in_specifiers() => {
                    specifier = link;
                    Stage::Specifier
                }
                T::Const | T::Volatile if matches!(stage, Stage::Star) => stage,
                T::Struct | T::Union | T::Enum if stage.is_in_specifiers() => {
                    keyword = link;
                    Stage::Tag(match terminal {
                        T::Struct => Kind::Struct,
                        T::Union => Kind::Union,
                        _ => Kind::Enum,
                    })
                }
                T::Ident => match stage {
                    Stage::Tag(kind) => {
                        specifier = link;
                        Stage::Reference(kind)
                    }
                    Stage::Specifier | Stage::Star if in_parameters => {
                        self.chain.remove(link);
                        Stage::ParameterName
                    }
                    Stage::Specifier | Stage::Star => Stage::Name,
                    Stage::OpenStar => Stage::PointerName,
                    _ => return Err(stage),
                },
                T::Star if stars < MOST_STARS => {
                    stars += 1;
                    match stage {
                        Stage::Specifier | Stage::Star => Stage::Star,
                        Stage::Open | Stage::OpenStar => Stage::OpenStar,
                        _ => return Err(stage),
                    }
                }
                T::Brackets if matches!(stage, Stage::Name | Stage::Bounds) => Stage::Bounds,
                T::Colon if matches!(stage, Stage::Name) => Stage::Colon,
                T::Expression if matches!(stage, Stage::Colon) => Stage::Width,
                T::OpenParenthesis => match stage {
                    Stage::Specifier | Stage::Star if !in_parameters => Stage::Open,
                    Stage::Close => {
                        (in_parameters, stars) = (true, 0);
                        Stage::Parameter
                    }
                    _ => return Err(stage),
                },
                T::CloseParenthesis => match stage {
                    Stage::PointerName => {
                        self.set_type_seen(false);
                        Stage::Close
                    }
                    Stage::Dots => Stage::Parameters,
                    _ if in_parameters && stage.may_end_parameter() => Stage::Parameters,
                    _ => return Err(stage),
                },
                T::Comma if in_parameters && stage.may_end_parameter() => {
                    self.set_type_seen(false);
                    stars = 0;
                    Stage::Parameter
                }
                T::Dots if matches!(stage, Stage::Parameter) => Stage::Dots,
                T::Semicolon if stage.may_end_member() => {
                    self.note_specifier(Some(specifier));
                    self.set_type_seen(false);
                    return Ok(link);
                }
                _ => return Err(stage),
            };
            stage = next;
        }
    }

    /// Tells the lexer whether a type specifier was read, in releases that want to know.
    #[inline(always)]
    fn set_type_seen(&mut self, seen: bool) {
        match self.lexer.release().typedef_names {
            TypedefNames::Always => {}
            TypedefNames::UntilTypeSpecifier => self.lexer.type_seen = seen,
        }
    }
}
