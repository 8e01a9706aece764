//! Bodies of functions are left out: no declaration depends on what is in them.

use super::host::Host;
use super::state::State;
use super::token::{Flags, Kind, Punctuator, Token};
use super::unusual::{Unusual, Usual};

impl<H: Host> State<'_, H> {
    /// Skips a body, after its opening brace. Its directives are processed; a macro is expanded only
    /// if its expansion has a brace without a partner, or `__COUNTER__`.
    pub(super) fn pass_body(&mut self) -> Usual<()> {
        self.is_in_body = true;
        self.pass_to_closing_brace()?;
        self.is_in_body = false;
        Ok(())
    }

    fn pass_to_closing_brace(&mut self) -> Usual<()> {
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
