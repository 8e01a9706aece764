//! A translation unit from its first line to its last: files and their directives.

use super::declaration::Declaration;
use super::expand::note_blank;
use super::host::Host;
use super::names::Id;
use super::print::Turn;
use super::search::Map;
use super::source::{Item, What, same_definition};
use super::state::{Builtin, Feed, Open, State, keep};
use super::token::{Kind, Punctuator, Token};
use super::unusual::{Unusual, Usual};

/// How many files may be open, each included by the one before: as gcc has it.
const MOST_OPEN: usize = 200;

/// How many definitions a translation unit may have: a hundred times what the largest of the kernel has.
const MOST_DEFINITIONS: usize = 20_000_000;

impl<'a, H: Host> State<'a, H> {
    /// Reads what the compiler and the command line define.
    ///
    /// `texts` are those that were read before, and their places among the sources. `by_line`: each line
    /// is a text of its own, so that passages may be the same where command lines differ in one of them.
    pub(super) fn read_definitions(
        &mut self,
        text: &[u8],
        by_line: bool,
        texts: &mut Map<Vec<u8>, usize>,
    ) -> Usual<()> {
        if by_line {
            let mut lines = text.split_inclusive(|byte| *byte == b'\n');
            return lines.try_for_each(|line| self.read_definition_text(line, texts));
        }
        self.read_definition_text(text, texts)
    }

    fn read_definition_text(&mut self, text: &[u8], texts: &mut Map<Vec<u8>, usize>) -> Usual<()> {
        let place = match texts.get(text) {
            Some(known) => *known,
            None => {
                let padded = [text, super::scan::PADDING].concat();
                let scanned = super::scan::scan(&padded, &mut self.names);
                let source = self.as_on_shelf(text, scanned);
                let place = keep(self.sources, source, &mut self.next_macro);
                texts.insert(text.to_vec(), place);
                place
            }
        };
        let source = self.sources.get(place).ok_or(Unusual::TooMuch)?;
        if let Some(reason) = source.unusual {
            return Err(reason);
        }
        for item in source.items.iter() {
            match item.what() {
                What::Define | What::Undef => self.directive(source, item)?,
                What::Unusual(reason) => return Err(reason),
                _ => return Err(Unusual::Option),
            }
        }
        Ok(())
    }

    /// Begins to read a file.
    pub(super) fn enter_file(&mut self, file: usize, turn: Turn) -> Usual<()> {
        if self.open.len() >= MOST_OPEN {
            return Err(Unusual::TooDeep);
        }
        self.passages.forget();
        if self.search.is_done(file) {
            return Ok(());
        }
        let found = &mut self.search.files[file];
        let source = self.sources.get(found.source).ok_or(Unusual::MissingFile)?;
        if !found.was_read {
            found.was_read = true;
            self.read.push(file);
        }
        if source.guard.is_some_and(|guard| self.defined(guard) != 0) {
            return Ok(());
        }
        if let Some(reason) = source.unusual {
            return Err(reason);
        }
        self.spend(source.tokens.len())?;
        let found = &self.search.files[file];
        self.out.turn_to(&found.path, found.is_system, 1, turn);
        self.open.push(Open { file, source, item: 0, text: &[], at: 0, line: 0 });
        Ok(())
    }

    /// The next token of the innermost file; directives are done, and files left, on the way to it.
    pub(super) fn file_token(&mut self) -> Usual<Token> {
        loop {
            let Some(open) = self.open.last_mut() else { return Ok(Token::END) };
            if let Some(&token) = open.text.get(open.at) {
                open.at += 1;
                open.line = token.line_near(open.line);
                return Ok(token);
            }
            self.next_item()?;
        }
    }

    /// The token that was read last is read again.
    pub(super) fn file_back(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.at -= 1;
        }
    }

    /// Reads the next token of the file if it is this punctuator. A directive or the end of
    /// the file is never one.
    pub(super) fn file_takes(&mut self, wanted: Punctuator) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        if open.at >= open.text.len()
            && let Some(item) = open.source.items.get(open.item)
            && item.what() == What::Text
        {
            open.item += 1;
            open.text = open.source.tokens_of(item);
            open.at = 0;
        }
        let Some(&token) = open.text.get(open.at) else { return false };
        let is_wanted = token.is(wanted);
        if is_wanted {
            open.at += 1;
            open.line = token.line_near(open.line);
        }
        is_wanted
    }

    /// Goes on to the next item of the innermost file, or leaves it.
    pub(super) fn next_item(&mut self) -> Usual<()> {
        if self.open.len() == 1
            && let Some(header) = self.pending.pop()
        {
            let found = self.find_from(&header, 0, Some(b"./".to_vec()));
            return self.enter_file(found.ok_or(Unusual::MissingFile)?, Turn::Enter);
        }
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let source = open.source;
        let Some(item) = source.items.get(open.item) else { return self.leave_file() };
        open.item += 1;
        open.line = item.line;
        match item.what() {
            What::Text => {
                open.text = source.tokens_of(item);
                open.at = 0;
                Ok(())
            }
            What::Include | What::IncludeNext | What::Pragma if self.withheld > 0 => {
                Err(Unusual::DirectiveInCall)
            }
            _ => self.directive(source, item),
        }
    }

    /// Goes back to the file that included the innermost one.
    fn leave_file(&mut self) -> Usual<()> {
        if self.withheld > 0 {
            return Err(Unusual::Arguments);
        }
        self.passages.forget();
        self.open.pop();
        if let Some(open) = self.open.last() {
            let found = &self.search.files[open.file];
            let line = open.line + 1;
            self.out.turn_to(&found.path, found.is_system, line, Turn::Return);
        }
        Ok(())
    }

    /// Does a directive.
    fn directive(&mut self, source: &'a super::source::Source, item: &'a Item) -> Usual<()> {
        let name = Id::at(item.from);
        match item.what() {
            What::Text => {}
            What::Define => self.define_item(source, item)?,
            What::Undef => self.undefine(name)?,
            What::If => {
                let holds = self.holds(source.tokens_of(item))?;
                self.branch(holds, item)?;
            }
            What::Ifdef | What::Ifndef => {
                let is_defined = self.defined(name) != 0;
                self.branch(is_defined == (item.what() == What::Ifdef), item)?;
            }
            // A branch was read to its end: the rest of the group is skipped.
            What::Elif | What::Else => self.pass_group(source, item)?,
            What::Endif => {}
            What::Include => self.include(source.tokens_of(item), false)?,
            What::IncludeNext => self.include(source.tokens_of(item), true)?,
            What::Pragma => self.pragma(source.tokens_of(item), item.line)?,
            What::Unusual(reason) => return Err(reason),
        }
        Ok(())
    }

    /// Goes on in the branch of a conditional group that is to be read.
    fn branch(&mut self, mut holds: bool, item: &'a Item) -> Usual<()> {
        let mut item = item;
        while !holds {
            let Some(open) = self.open.last_mut() else { return Ok(()) };
            let source = open.source;
            open.item = item.next as usize + 1;
            item = source.items.get(item.next as usize).ok_or(Unusual::Conditionals)?;
            open.line = item.line;
            holds = match item.what() {
                What::Elif => self.holds(source.tokens_of(item))?,
                _ => true,
            };
        }
        Ok(())
    }

    /// Continues after the group that an item divides.
    fn pass_group(&mut self, source: &'a super::source::Source, item: &'a Item) -> Usual<()> {
        let mut item = item;
        let mut next = item.next;
        while item.what() != What::Endif {
            next = item.next;
            item = source.items.get(next as usize).ok_or(Unusual::Conditionals)?;
        }
        if let Some(open) = self.open.last_mut() {
            open.item = next as usize + 1;
        }
        Ok(())
    }

    /// `#define`.
    fn define_item(&mut self, source: &'a super::source::Source, item: &'a Item) -> Usual<()> {
        let definition = source.macros.get(item.from as usize).ok_or(Unusual::Definition)?;
        let which = self.defined(definition.name);
        if which != 0 {
            let known = self.definitions[which as usize];
            let other = known.source.ok_or(Unusual::Redefinition)?;
            let known = &other.macros[known.place as usize];
            if !same_definition((other, known), (source, definition)) {
                return Err(Unusual::Redefinition);
            }
        }
        if self.definitions.len() > MOST_DEFINITIONS {
            return Err(Unusual::TooMuch);
        }
        self.define(source, item.from, definition);
        Ok(())
    }

    /// `#undef`.
    fn undefine(&mut self, name: Id) -> Usual<()> {
        let which = self.defined(name);
        if self.definitions[which as usize].builtin.is_some() || name == Id::DEFINED {
            return Err(Unusual::Redefinition);
        }
        if which != 0 {
            self.set(name, 0);
            self.passages.change(name, None);
        }
        Ok(())
    }

    /// `#include`.
    fn include(&mut self, tokens: &'a [Token], is_next: bool) -> Usual<()> {
        let header = match tokens {
            [header] if header.kind == Kind::HEADER => self.names.spelling(header.id).to_vec(),
            _ => self.computed_header(tokens)?,
        };
        let file = self.find(&header, is_next).ok_or(Unusual::MissingFile)?;
        self.enter_file(file, Turn::Enter)
    }

    /// The header that tokens expand to: a string, or all between `<` and `>`.
    fn computed_header(&mut self, tokens: &'a [Token]) -> Usual<Vec<u8>> {
        self.open_barrier(Feed::Kept(tokens))?;
        let mut expanded = Vec::new();
        let mut blank = None;
        loop {
            let token = self.next()?;
            match token.kind {
                Kind::END => break,
                Kind::BORDER => note_blank(&mut blank, token),
                _ => expanded.push((token, blank.take().unwrap_or(token.after_blank()))),
            }
        }
        self.close_context();
        match expanded.as_slice() {
            [(header, _)] if header.kind == Kind::STRING => {
                let spelling = self.names.spelling(header.id);
                let is_plain = spelling.first() == Some(&b'"') && !spelling.contains(&b'\\');
                is_plain.then(|| spelling.to_vec()).ok_or(Unusual::Directive)
            }
            [(open, _), inside @ .., (close, _)]
                if open.is(Punctuator::LESS) && close.is(Punctuator::GREATER) =>
            {
                let mut header = vec![b'<'];
                for (token, blank) in inside {
                    if *blank {
                        header.push(b' ');
                    }
                    header.extend_from_slice(self.names.spelling(token.id));
                }
                header.push(b'>');
                Ok(header)
            }
            _ => Err(Unusual::Directive),
        }
    }

    /// `#pragma`, which the text has, too.
    fn pragma(&mut self, tokens: &[Token], line: u32) -> Usual<()> {
        let words: Vec<&[u8]> = tokens.iter().map(|token| self.names.spelling(token.id)).collect();
        match words.as_slice() {
            [b"once"] => {
                let file = self.open.last().map(|open| open.file);
                if self.open.len() < 2 {
                    return Err(Unusual::Pragma);
                }
                if let Some(file) = file {
                    self.search.mark_once(file);
                    self.passages.mark_once();
                }
                return Ok(());
            }
            [
                b"GCC",
                b"diagnostic" | b"visibility" | b"optimize" | b"target" | b"unroll" | b"ivdep",
                ..,
            ]
            | [b"clang", ..]
            | [b"pack", ..] => {}
            _ => return Err(Unusual::Pragma),
        }
        // Some pragmas are expanded, others are not.
        if tokens.iter().any(|token| token.kind == Kind::NAME && self.defined(token.id) != 0) {
            return Err(Unusual::Pragma);
        }
        let text = self.pragma_text(tokens);
        self.out.whole_line(&text, line);
        Ok(())
    }

    fn pragma_text(&self, tokens: &[Token]) -> Vec<u8> {
        let mut text = b"#pragma".to_vec();
        for (place, token) in tokens.iter().enumerate() {
            if place == 0 || token.after_blank() {
                text.push(b' ');
            }
            text.extend_from_slice(self.names.spelling(token.id));
        }
        text
    }

    /// `_Pragma("…")`: the same as `#pragma`.
    fn pragma_operator(&mut self) -> Usual<()> {
        let mut tokens = [Token::END; 3];
        for place in &mut tokens {
            loop {
                *place = self.next()?;
                if place.kind != Kind::BORDER {
                    break;
                }
            }
        }
        let [open, string, close] = tokens;
        let spelling = self.names.spelling(string.id);
        let is_plain = spelling.first() == Some(&b'"');
        if !open.is(Punctuator::OPEN)
            || string.kind != Kind::STRING
            || !close.is(Punctuator::CLOSE)
            || !is_plain
        {
            return Err(Unusual::PragmaOperator);
        }
        let text = without_quotes(spelling);
        let padded = [b"#pragma ".as_slice(), &text, super::scan::PADDING].concat();
        let scanned = super::scan::scan(&padded, &mut self.names);
        let line = self.open.last().map_or(1, |open| open.line);
        match &*scanned.items {
            [item] if item.what() == What::Pragma && scanned.unusual.is_none() => {
                let tokens = scanned.tokens_of(item).to_vec();
                let is_once =
                    tokens.first().is_some_and(|word| self.names.spelling(word.id) == b"once");
                if is_once {
                    return Err(Unusual::PragmaOperator);
                }
                self.pragma(&tokens, line)
            }
            _ => Err(Unusual::PragmaOperator),
        }
    }

    /// Reads all that is open, to the end, and prints it.
    pub(super) fn print_all(&mut self) -> Usual<()> {
        let leaves_out = self.request.leaves_out_bodies;
        let mut declaration = Declaration::default();
        let mut blank = None;
        let mut name_line = None;
        loop {
            // What comes after a directive stands on another line.
            if self.is_between_items() {
                blank = None;
            }
            if blank.is_none() {
                self.print_plain(&mut declaration, leaves_out)?;
            }
            let is_plain = self.contexts.is_empty();
            let token = self.next()?;
            match token.kind {
                Kind::BORDER => {
                    if is_plain {
                        name_line = Some(self.outermost.line);
                    }
                    note_blank(&mut blank, token);
                    continue;
                }
                Kind::END => return Ok(()),
                Kind::NAME if token.id == Id::PRAGMA => {
                    self.pragma_operator()?;
                    blank = None;
                    continue;
                }
                _ => {}
            }
            let after_blank = blank.take().unwrap_or(token.after_blank());
            // The tokens of an expansion stand on the line of its name.
            let name_line = name_line.take();
            let line = match is_plain {
                true => self.open.last().map(|open| open.line),
                false => name_line,
            };
            self.out.token(token, self.names.printed(token.id), after_blank, line);
            if leaves_out && declaration.opens_body(token) {
                self.pass_body()?;
                declaration.end();
                let closing =
                    Token { id: Punctuator::CLOSE_BRACE.id(), kind: Kind::PUNCTUATOR, ..token };
                self.out.token(closing, self.names.printed(closing.id), true, None);
            }
        }
    }

    /// Whether nothing is left of the present item, outside of all expansions.
    fn is_between_items(&self) -> bool {
        let is_read = self.open.last().is_some_and(|open| open.at >= open.text.len());
        is_read && self.contexts.is_empty()
    }

    /// Prints tokens of files, and does their directives, up to the next token that is more than just
    /// printed.
    fn print_plain(&mut self, declaration: &mut Declaration, leaves_out: bool) -> Usual<()> {
        if !self.contexts.is_empty() {
            return Ok(());
        }
        loop {
            while self.is_between_items() {
                self.next_item_or_passage(declaration)?;
            }
            self.print_item(declaration, leaves_out)?;
            if !self.is_between_items() {
                return Ok(());
            }
        }
    }

    /// Prints the tokens of the present item up to the next that is more than just printed.
    fn print_item(&mut self, declaration: &mut Declaration, leaves_out: bool) -> Usual<()> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let (text, mut at, mut near) = (open.text, open.at, open.line);
        while let Some(&token) = text.get(at) {
            let line = token.line_near(near);
            let which = match token.kind {
                Kind::NAME if token.id == Id::PRAGMA => break,
                Kind::NAME => self.defined(token.id),
                Kind::UNUSUAL => break,
                _ if leaves_out && token.is(Punctuator::OPEN_BRACE) => break,
                _ => 0,
            };
            if which == 0 {
                let spelling = self.names.printed(token.id);
                self.out.token(token, spelling, token.after_blank(), Some(line));
                if leaves_out {
                    declaration.opens_body(token);
                }
            } else {
                let Some(place) = self.remembered(token, which)? else { break };
                self.spend(self.remembered[place].tokens.len())?;
                self.print_remembered(place, token, line, declaration);
            }
            (at, near) = (at + 1, line);
        }
        if let Some(open) = self.open.last_mut() {
            (open.at, open.line) = (at, near);
        }
        Ok(())
    }

    /// The builtin macros, and those that only ask the compiler.
    pub(super) fn define_builtins(&mut self) {
        let known: [(&[u8], Builtin); 9] = [
            (b"__LINE__", Builtin::Line),
            (b"__FILE__", Builtin::File),
            (b"__COUNTER__", Builtin::Counter),
            (b"__BASE_FILE__", Builtin::Unknown),
            (b"__INCLUDE_LEVEL__", Builtin::Unknown),
            (b"__DATE__", Builtin::Unknown),
            (b"__TIME__", Builtin::Unknown),
            (b"__TIMESTAMP__", Builtin::Unknown),
            (b"__FILE_NAME__", Builtin::Unknown),
        ];
        let questions = self.request.questions.iter();
        let questions = questions.map(|name| (name.as_slice(), Builtin::Question));
        for (name, builtin) in known.into_iter().chain(questions) {
            let name = self.names.intern(name);
            let which = self.definitions.len() as u32;
            self.definitions.push(super::state::Definition::builtin(builtin, which));
            self.set(name, which);
        }
    }
}

/// The text of a string: as `_Pragma` reads it.
fn without_quotes(spelling: &[u8]) -> Vec<u8> {
    let inside = spelling.get(1..spelling.len().saturating_sub(1)).unwrap_or_default();
    let mut text = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'\\', Some(&escaped @ (b'"' | b'\\'))) => {
                text.push(escaped);
                bytes.next();
            }
            _ => text.push(byte),
        }
    }
    text
}
