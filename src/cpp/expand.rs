//! Macros and their expansion: the stream of tokens that a file becomes.
//!
//! Expansions are read from a stack of contexts. Where one begins and ends, a border stands in the
//! stream: `#` makes a blank of it or does not, just as in the compilers.

use super::host::Host;
use super::names::Id;
use super::state::{Builtin, Context, Feed, Outermost, State};
use super::token::{Flags, Kind, Punctuator, Token};
use super::unusual::{Unusual, Usual};

/// How many expansions may be open, each in the one before.
const DEEPEST: usize = 20_000;

/// The arguments of a call.
struct Arguments {
    /// The tokens of each, as they are.
    lists: Vec<Vec<Token>>,
    /// Those of `...` are not even empty: the comma before `##` goes away.
    are_absent: bool,
}

impl<'a, H: Host> State<'a, H> {
    /// The next token, after expansion; at a border, one that says so.
    pub(super) fn next(&mut self) -> Usual<Token> {
        let token = match self.contexts.last_mut() {
            None => self.file_token()?,
            Some(context) => match context.next() {
                Some(token) => token,
                None if context.is_barrier => return Ok(Token::END),
                None => {
                    self.close_context();
                    return Ok(Token::CLOSING);
                }
            },
        };
        if token.kind != Kind::NAME {
            return match token.kind {
                Kind::UNUSUAL => Err(Unusual::Literal),
                _ => Ok(token),
            };
        }
        let which = self.defined(token.id);
        if which == 0 || token.flags.has(Flags::NO_EXPANSION) {
            return Ok(token);
        }
        if self.definitions[which as usize].is_open {
            return Ok(Token { flags: token.flags.with(Flags::NO_EXPANSION), ..token });
        }
        if self.withheld > 0 || !self.enter(token, which)? {
            return Ok(token);
        }
        Ok(Token::opening(token.flags))
    }

    /// Begins the expansion of a macro. Returns false if there is nothing to expand, because the name of
    /// a function-like macro is not followed by a parenthesis.
    fn enter(&mut self, name: Token, which: u32) -> Usual<bool> {
        let definition = self.definitions[which as usize];
        if self.contexts.is_empty() {
            let line = self.open.last().map_or(0, |open| open.line);
            self.outermost = Outermost { is_function: definition.traits.is_function, line };
        }
        if let Some(builtin) = definition.builtin {
            let token = match builtin {
                Builtin::Question if self.in_condition => self.answered(name)?,
                _ => self.builtin(builtin, name)?,
            };
            self.push(Feed::Own(vec![token]), 0, None)?;
            return Ok(true);
        }
        if let Some(reason) = definition.traits.unusual {
            return Err(reason);
        }
        if !definition.traits.is_function {
            let feed = if definition.traits.pastes {
                let none = Arguments { lists: Vec::new(), are_absent: false };
                Feed::Own(self.substituted(which, &none, name.line)?)
            } else {
                Feed::Kept(definition.body())
            };
            self.push(feed, which, Some(name.line))?;
            return Ok(true);
        }
        if !self.takes_parenthesis()? {
            return Ok(false);
        }
        let arguments = self.arguments(which)?;
        if definition.traits.exports {
            self.note_export(&arguments)?;
        }
        let expansion = self.substituted(which, &arguments, name.line)?;
        self.spare.extend(arguments.lists);
        self.push(Feed::Own(expansion), which, None)?;
        Ok(true)
    }

    /// Takes note of what an export is called with: the expanded arguments, as text.
    fn note_export(&mut self, arguments: &Arguments) -> Usual<()> {
        let mut texts = Vec::with_capacity(arguments.lists.len());
        for argument in &arguments.lists {
            let expanded = self.expanded(argument)?;
            let spellings = expanded.iter().filter(|token| token.kind != Kind::BORDER);
            texts
                .push(spellings.flat_map(|token| self.names.spelling(token.id)).copied().collect());
            self.spare.push(expanded);
        }
        self.exports.push(texts);
        Ok(())
    }

    /// Opens a context of a macro.
    fn push(&mut self, feed: Feed<'a>, which: u32, line: Option<u16>) -> Usual<()> {
        if self.contexts.len() >= DEEPEST {
            return Err(Unusual::TooDeep);
        }
        self.spend(feed.len())?;
        self.definitions[which as usize].is_open = which != 0;
        self.contexts.push(Context { feed, at: 0, which, line, is_barrier: false });
        Ok(())
    }

    /// Closes the innermost context.
    pub(super) fn close_context(&mut self) {
        let Some(context) = self.contexts.pop() else { return };
        self.definitions[context.which as usize].is_open = false;
        if let Feed::Own(mut tokens) = context.feed {
            tokens.clear();
            self.spare.push(tokens);
        }
    }

    /// An empty list.
    fn list(&mut self) -> Vec<Token> {
        let mut list = self.spare.pop().unwrap_or_default();
        list.clear();
        list
    }

    /// Reads the parenthesis after a macro's name, if one is next.
    fn takes_parenthesis(&mut self) -> Usual<bool> {
        let mut border: Option<Token> = None;
        let found = loop {
            let Some(context) = self.contexts.last_mut() else {
                break self.file_takes(Punctuator::OPEN);
            };
            match context.next() {
                Some(token) if token.kind == Kind::BORDER => note(&mut border, token),
                Some(token) if token.is(Punctuator::OPEN) => break true,
                Some(_) => {
                    context.at -= 1;
                    break false;
                }
                None if context.is_barrier => break false,
                None => {
                    self.close_context();
                    note(&mut border, Token::CLOSING);
                }
            }
        };
        if let Some(border) = border.filter(|_| !found) {
            self.push(Feed::Own(vec![border]), 0, None)?;
        }
        Ok(found)
    }

    /// Reads the arguments of a call, after its opening parenthesis.
    fn arguments(&mut self, which: u32) -> Usual<Arguments> {
        let definition = self.definitions[which as usize];
        let (parameters, traits) = (definition.parameters(), definition.traits);
        let mut lists = Vec::with_capacity(parameters.max(1));
        let mut list = self.list();
        let mut depth = 0_u32;
        self.withheld += 1;
        loop {
            let mut token = self.next()?;
            match token.kind {
                Kind::BORDER if list.is_empty() => continue,
                Kind::END => return Err(Unusual::Arguments),
                Kind::PUNCTUATOR if token.is(Punctuator::OPEN) => depth += 1,
                Kind::PUNCTUATOR if token.is(Punctuator::CLOSE) => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                Kind::PUNCTUATOR
                    if depth == 0
                        && token.is(Punctuator::COMMA)
                        && !(traits.is_variadic && lists.len() + 1 == parameters) =>
                {
                    lists.push(trimmed(list));
                    list = self.list();
                    continue;
                }
                _ => {}
            }
            if token.flags.has(Flags::FIRST) {
                token.flags = token.flags.without(Flags::FIRST).with(Flags::BLANK);
            }
            list.push(token);
        }
        self.withheld -= 1;
        lists.push(trimmed(list));
        let given = lists.len();
        let is_empty = given == 1 && lists[0].is_empty();
        let are_absent = traits.is_variadic && (given < parameters || is_empty);
        let fits = given == parameters
            || (parameters == 0 && is_empty)
            || (traits.is_variadic && given + 1 == parameters);
        if !fits {
            return Err(Unusual::Arguments);
        }
        lists.resize_with(parameters, Vec::new);
        Ok(Arguments { lists, are_absent })
    }

    /// A macro's body with the arguments in the places of its parameters.
    fn substituted(&mut self, which: u32, arguments: &Arguments, line: u16) -> Usual<Vec<Token>> {
        let definition = self.definitions[which as usize];
        let body = definition.body();
        let mut expanded: Vec<Option<Vec<Token>>> = vec![None; arguments.lists.len()];
        let mut out = self.list();
        // The last token that was put out is the left side of a `##`.
        let mut is_left_side = false;
        for (place, &token) in body.iter().enumerate() {
            let is_right_side = place > 0 && body[place - 1].flags.has(Flags::PASTED);
            let is_pasted = token.flags.has(Flags::PASTED);
            let joins = is_right_side && is_left_side;
            let plain = Token { line, flags: token.flags.and(Flags::BLANK), ..token };
            let mut has_text = true;
            if token.kind != Kind::PARAMETER {
                self.put(&mut out, plain, joins)?;
            } else {
                let number = token.id.place();
                let argument = arguments.lists.get(number).ok_or(Unusual::Definition)?;
                if !is_right_side && place > 0 {
                    out.push(Token::opening(token.flags));
                }
                if token.flags.has(Flags::QUOTED) {
                    let quoted = self.quoted(argument)?;
                    self.put(&mut out, Token { id: quoted, kind: Kind::STRING, ..plain }, joins)?;
                } else if is_right_side || is_pasted {
                    let is_rest = definition.traits.is_variadic
                        && number + 1 == arguments.lists.len()
                        && is_right_side
                        && out.last().is_some_and(|last| last.is(Punctuator::COMMA));
                    if is_rest && arguments.are_absent {
                        out.pop();
                    }
                    let mut joins = joins && !is_rest;
                    has_text = !argument.is_empty();
                    for &token in argument {
                        self.put(&mut out, Token { line, ..token }, joins)?;
                        joins = false;
                    }
                } else {
                    if expanded[number].is_none() {
                        expanded[number] = Some(self.expanded(argument)?);
                    }
                    let list = expanded[number].as_deref().unwrap_or_default();
                    self.spend(list.len())?;
                    out.extend(list.iter().map(|&token| Token { line, ..token }));
                }
                if !is_pasted {
                    out.push(Token::CLOSING);
                }
            }
            is_left_side = is_pasted && (joins || has_text);
        }
        self.spare.extend(expanded.into_iter().flatten());
        Ok(out)
    }

    /// Puts a token out; if it `joins`, as one with the last token.
    fn put(&mut self, out: &mut Vec<Token>, token: Token, joins: bool) -> Usual<()> {
        match out.pop_if(|_| joins) {
            Some(left) => {
                let pasted = self.pasted(left, token)?;
                out.push(pasted);
            }
            None => out.push(token),
        }
        Ok(())
    }

    /// The token that two tokens make.
    fn pasted(&mut self, left: Token, right: Token) -> Usual<Token> {
        let both = [self.names.spelling(left.id), self.names.spelling(right.id)].concat();
        let is_plain = left.kind == Kind::NAME
            && matches!(right.kind, Kind::NAME | Kind::NUMBER)
            && both.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let flags = left.flags.and(Flags::BLANK);
        if is_plain {
            return Ok(Token { id: self.names.intern(&both), flags, ..left });
        }
        let token = super::scan::only_token(&both, &mut self.names).ok_or(Unusual::Paste)?;
        Ok(Token { line: left.line, flags, ..token })
    }

    /// An argument after macro expansion, as if it were the rest of the file.
    pub(super) fn expanded(&mut self, argument: &[Token]) -> Usual<Vec<Token>> {
        let mut out = self.list();
        if !argument.iter().any(|token| token.kind == Kind::NAME && self.defined(token.id) != 0) {
            out.extend_from_slice(argument);
            return Ok(out);
        }
        let mut own = self.list();
        own.extend_from_slice(argument);
        self.open_barrier(Feed::Own(own))?;
        loop {
            let token = self.next()?;
            if token.kind == Kind::END {
                break;
            }
            out.push(token);
        }
        self.close_context();
        Ok(out)
    }

    /// Opens a context that is read to its end and not beyond; whoever opens it closes it.
    pub(super) fn open_barrier(&mut self, feed: Feed<'a>) -> Usual<()> {
        self.push(feed, 0, None)?;
        if let Some(context) = self.contexts.last_mut() {
            context.is_barrier = true;
        }
        Ok(())
    }

    /// The string that `#` makes of an argument.
    fn quoted(&mut self, argument: &[Token]) -> Usual<Id> {
        let mut text = vec![b'"'];
        let mut source: Option<bool> = None;
        for token in argument {
            if token.kind == Kind::BORDER {
                note_blank(&mut source, *token);
                continue;
            }
            if text.len() > 1 && source.unwrap_or(token.after_blank()) {
                text.push(b' ');
            }
            source = None;
            let spelling = self.names.spelling(token.id);
            match token.kind {
                Kind::STRING | Kind::CHAR => {
                    for &byte in spelling {
                        if matches!(byte, b'"' | b'\\') {
                            text.push(b'\\');
                        }
                        text.push(byte);
                    }
                }
                // A backslash may end the string too early.
                Kind::OTHER if spelling == b"\\" => return Err(Unusual::Quote),
                _ => text.extend_from_slice(spelling),
            }
        }
        text.push(b'"');
        Ok(self.names.intern(&text))
    }

    /// What a builtin macro expands to.
    fn builtin(&mut self, which: Builtin, name: Token) -> Usual<Token> {
        if which != Builtin::Line && !self.is_in_body {
            self.passages.forget();
        }
        let (kind, text) = match which {
            Builtin::Line => {
                let outermost = self.outermost;
                let near = outermost.line;
                let line = if outermost.is_function { name.line_near(near) } else { near };
                (Kind::NUMBER, line.to_string().into_bytes())
            }
            Builtin::Counter => {
                self.counter += 1;
                (Kind::NUMBER, (self.counter - 1).to_string().into_bytes())
            }
            Builtin::File => {
                let file = self.open.last().map_or(0, |open| open.file);
                let path = self.search.path(file);
                if path.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..=31 | 127..)) {
                    return Err(Unusual::Builtin);
                }
                (Kind::STRING, [b"\"".as_slice(), &self.request.mapped(path), b"\""].concat())
            }
            Builtin::Question | Builtin::Unknown => return Err(Unusual::Builtin),
        };
        Ok(Token { id: self.names.intern(&text), kind, flags: Flags::default(), ..name })
    }
}

/// Without the borders at its end.
fn trimmed(mut list: Vec<Token>) -> Vec<Token> {
    while list.pop_if(|last| last.kind == Kind::BORDER).is_some() {}
    list
}

/// Keeps that one of two borders which decides whether there is a blank.
fn note(kept: &mut Option<Token>, border: Token) {
    let decides = match kept {
        None => true,
        Some(kept) if kept.flags.has(Flags::CLOSES) => true,
        Some(kept) => !kept.after_blank() && border.flags.has(Flags::CLOSES),
    };
    if decides {
        *kept = Some(border);
    }
}

/// The same where only the blank matters: whether the borders so far say that there is one; `None` if
/// the token itself decides.
pub(super) fn note_blank(blank: &mut Option<bool>, border: Token) {
    if border.flags.has(Flags::CLOSES) {
        *blank = blank.filter(|is_blank| *is_blank);
    } else if blank.is_none() {
        *blank = Some(border.after_blank());
    }
}
