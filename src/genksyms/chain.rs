//! The tokens of the declaration at hand, as a chain from the newest to the oldest.
//!
//! The parser edits the text of a declaration while it reads: it drops words, replaces a body by a
//! reference, cuts a declarator off. Upstream does this on a singly linked list whose links the
//! grammar's values point to, and what it does on odd input (a second declarator after a parameter
//! list, say) follows from that shape. So the same shape is kept, with numbers for pointers.

use std::num::NonZeroU32;

use super::interner::WordId;
use crate::formats::symtypes::Kind;

/// A token of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node(NonZeroU32);

/// A link of the chain: the place that says which token comes next. The value of a grammar symbol
/// is the link that leads to its last token, and it lives in the token after that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(NonZeroU32);

impl Node {
    /// The first token of a chain. Place 0 of the store is not used, so an absent one is free.
    const FIRST: Self = Self(NonZeroU32::MIN);

    /// Its place in the chain's store.
    fn place(self) -> usize {
        self.0.get() as usize
    }
}

impl Link {
    /// The place of the token it lives in.
    fn place(self) -> usize {
        self.0.get() as usize
    }
}

/// One token and its link to the older ones.
#[derive(Clone, Copy)]
struct Token {
    next: Option<Node>,
    word: WordId,
    at: u32,
    kind: Kind,
    in_source_file: bool,
    note: Note,
}

/// Where a token is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// Its offset.
    pub(super) at: u32,
    /// Whether it stands in the file that is compiled, not in a header.
    pub(super) in_source_file: bool,
    /// What only the record wants to know.
    pub(super) note: Note,
}

/// What only the record wants to know of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Note(u8);

impl Note {
    /// It is of an attribute behind the body of a type that has a name: the type's, not that of what
    /// is declared by it.
    pub(super) const OF_TYPE: Self = Self(u8::MAX);

    /// Where it stands, members are aligned to so many bytes at most; 0 if there is no such limit.
    pub(super) fn pack(limit: u8) -> Self {
        Self(limit)
    }

    /// The limit, if there is one.
    pub(super) fn limit(self) -> Option<u8> {
        (self != Self::OF_TYPE && self != Self::default()).then_some(self.0)
    }
}

/// What a token of the chain says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Its text.
    pub(super) word: WordId,
    /// What the text refers to.
    pub(super) kind: Kind,
    /// See there.
    pub(super) note: Note,
}

impl Piece {
    /// A piece of which there is nothing to note.
    pub(super) fn new(word: WordId, kind: Kind) -> Self {
        Self { word, kind, note: Note::default() }
    }
}

/// Two texts are the same if they say the same: what only the record has must not be seen in
/// anything else.
impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        (self.word, self.kind) == (other.word, other.kind)
    }
}

/// What a chain has, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    tokens: usize,
    pending: Node,
}

/// The chain that leads on from a token comes back to it: upstream copies it until memory ends.
#[derive(Debug)]
pub(super) struct Endless;

/// The chain of one declaration.
pub(super) struct Chain {
    tokens: Vec<Token>,
    /// The token that is still to be filled; its link leads to the newest one.
    pending: Node,
}

impl Chain {
    /// An empty chain.
    pub(super) fn new() -> Self {
        Self { tokens: vec![blank(None); 2], pending: Node::FIRST }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.tokens.truncate(Node::FIRST.place());
        self.tokens.push(blank(None));
        self.pending = Node::FIRST;
    }

    /// What the chain has now.
    pub(super) fn mark(&self) -> Mark {
        Mark { tokens: self.tokens.len(), pending: self.pending }
    }

    /// Forgets what was added since. Nothing else must have been changed.
    pub(super) fn go_back(&mut self, mark: Mark) {
        self.tokens.truncate(mark.tokens);
        self.pending = mark.pending;
    }

    /// Adds a token at the newest end.
    #[inline(always)]
    pub(super) fn push(&mut self, word: WordId, kind: Kind, origin: Origin) {
        let filled = self.pending;
        let token = &mut self.tokens[filled.place()];
        let Origin { at, in_source_file, note } = origin;
        (token.word, token.kind, token.at) = (word, kind, at);
        (token.in_source_file, token.note) = (in_source_file, note);
        self.pending = self.allocate(blank(Some(filled)));
    }

    /// The link to the newest token.
    pub(super) fn newest(&self) -> Link {
        Link(self.pending.0)
    }

    /// The token that a link leads to.
    pub(super) fn at(&self, link: Link) -> Option<Node> {
        self.tokens[link.place()].next
    }

    /// Lets a link lead elsewhere.
    pub(super) fn set(&mut self, link: Link, to: Option<Node>) {
        self.tokens[link.place()].next = to;
    }

    /// The token before (older than) `node`.
    pub(super) fn older(&self, node: Node) -> Option<Node> {
        self.tokens[node.place()].next
    }

    /// The link of `node` itself, to the token before it.
    pub(super) fn link_of(&self, node: Node) -> Link {
        Link(node.0)
    }

    /// The text of a token.
    pub(super) fn word(&self, node: Node) -> WordId {
        self.tokens[node.place()].word
    }

    /// Where a token is from.
    pub(super) fn origin(&self, node: Node) -> Origin {
        let Token { at, in_source_file, note, .. } = self.tokens[node.place()];
        Origin { at, in_source_file, note }
    }

    /// Takes a note of the newest token.
    pub(super) fn note(&mut self, note: Note) {
        if let Some(node) = self.at(self.newest()) {
            self.tokens[node.place()].note = note;
        }
    }

    /// Says what a token refers to.
    pub(super) fn set_kind(&mut self, node: Node, kind: Kind) {
        self.tokens[node.place()].kind = kind;
    }

    /// Takes the token that `link` leads to out of the chain.
    pub(super) fn remove(&mut self, link: Link) {
        if let Some(node) = self.at(link) {
            self.set(link, self.older(node));
        }
    }

    /// A copy of one token, leading to `next`.
    pub(super) fn copy(&mut self, node: Node, kind: Kind, next: Option<Node>) -> Node {
        let token = self.tokens[node.place()];
        self.allocate(Token { next, kind, in_source_file: false, ..token })
    }

    /// A copy of the chain from `start` to before `end`.
    pub(super) fn copy_range(
        &mut self,
        start: Option<Node>,
        end: Option<Node>,
    ) -> Result<Option<Node>, Endless> {
        let nodes: Vec<Node> = self.walk(start, end)?;
        let mut next = None;
        for node in nodes.into_iter().rev() {
            let kind = self.tokens[node.place()].kind;
            next = Some(self.copy(node, kind, next));
        }
        Ok(next)
    }

    /// Appends what the chain from `start` to before `end` says, oldest token first.
    pub(super) fn read(
        &self,
        start: Option<Node>,
        end: Option<Node>,
        text: &mut Vec<Piece>,
    ) -> Result<(), Endless> {
        let first = text.len();
        let mut node = start;
        while node != end {
            let Some(at) = node else { break };
            if text.len() - first > self.tokens.len() {
                return Err(Endless);
            }
            text.push(self.piece(at));
            node = self.older(at);
        }
        text[first..].reverse();
        Ok(())
    }

    /// What the chain says behind `first`, up to `last`; nothing if `last` does not lead there.
    pub(super) fn between(&self, first: Option<Node>, last: Option<Node>) -> Vec<Piece> {
        match self.walk(last, first) {
            Ok(nodes) if nodes.last().is_some_and(|node| self.older(*node) == first) => {
                nodes.iter().rev().map(|node| self.piece(*node)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a token says.
    fn piece(&self, node: Node) -> Piece {
        let Token { word, kind, note, .. } = self.tokens[node.place()];
        Piece { word, kind, note }
    }

    /// The tokens from `start` to before `end`, newest first.
    fn walk(&self, start: Option<Node>, end: Option<Node>) -> Result<Vec<Node>, Endless> {
        let mut nodes = Vec::new();
        let mut node = start;
        while node != end {
            let Some(at) = node else { break };
            if nodes.len() > self.tokens.len() {
                return Err(Endless);
            }
            nodes.push(at);
            node = self.older(at);
        }
        Ok(nodes)
    }

    /// Adds a token without linking it in.
    fn allocate(&mut self, token: Token) -> Node {
        // Invariant: fewer tokens than bytes of input, and `run` refuses input of 2 GiB.
        let number = NonZeroU32::new(self.tokens.len() as u32);
        self.tokens.push(token);
        Node(number.unwrap_or(NonZeroU32::MAX))
    }
}

/// A token that is not filled yet.
fn blank(next: Option<Node>) -> Token {
    let (word, kind) = (WordId::of_byte(0), Kind::Normal);
    Token { next, word, at: 0, kind, in_source_file: false, note: Note::default() }
}
