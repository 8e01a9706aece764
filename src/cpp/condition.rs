//! The expressions of `#if`.

use super::host::Host;
use super::names::Id;
use super::state::{Feed, State};
use super::token::{Kind, Punctuator, Token};
use super::unusual::{Unusual, Usual};

/// A value: 64 bits, and whether they are unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Value {
    bits: i64,
    is_unsigned: bool,
}

impl Value {
    fn of(is_true: bool) -> Self {
        Self { bits: i64::from(is_true), is_unsigned: false }
    }

    fn is_true(self) -> bool {
        self.bits != 0
    }
}

/// How deep parentheses and operators may be nested.
const DEEPEST: u32 = 200;

/// An expression being evaluated.
struct Expression<'e, 'a, H> {
    state: &'e mut State<'a, H>,
    /// The next token.
    next: Token,
    depth: u32,
}

impl<'a, H: Host> State<'a, H> {
    /// Whether the condition of `#if` or `#elif` holds.
    pub(super) fn holds(&mut self, tokens: &'a [Token]) -> Usual<bool> {
        // A directive may stand in the arguments of a macro.
        let withheld = std::mem::take(&mut self.withheld);
        self.in_condition = true;
        self.open_barrier(Feed::Kept(tokens))?;
        let level = self.contexts.len();
        let mut expression = Expression { state: self, next: Token::END, depth: 0 };
        expression.advance(level)?;
        let value = expression.choice(level, true)?;
        if expression.next.kind != Kind::END {
            return Err(Unusual::Condition);
        }
        self.close_context();
        self.withheld = withheld;
        self.in_condition = false;
        Ok(value.is_true())
    }
}

impl<H: Host> Expression<'_, '_, H> {
    /// Reads the next token. `level` is how many contexts there are while the directive itself is
    /// read.
    fn advance(&mut self, level: usize) -> Usual<()> {
        loop {
            let token = self.state.next()?;
            if token.kind == Kind::BORDER {
                continue;
            }
            // What `defined` means in an expansion is not the same everywhere.
            if token.id == Id::DEFINED
                && token.kind == Kind::NAME
                && self.state.contexts.len() > level
            {
                return Err(Unusual::Condition);
            }
            self.next = token;
            return Ok(());
        }
    }

    /// Whether the next token is this punctuator.
    fn is(&self, spelling: &[u8]) -> bool {
        self.next.kind == Kind::PUNCTUATOR && self.state.names.spelling(self.next.id) == spelling
    }

    /// `a ? b : c`. Only what `counts` is evaluated.
    fn choice(&mut self, level: usize, counts: bool) -> Usual<Value> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unusual::Condition);
        }
        let condition = self.binary(level, counts, 0)?;
        let mut value = condition;
        if self.is(b"?") {
            self.advance(level)?;
            let first = self.choice(level, counts && condition.is_true())?;
            if !self.is(b":") {
                return Err(Unusual::Condition);
            }
            self.advance(level)?;
            let second = self.choice(level, counts && !condition.is_true())?;
            let is_unsigned = first.is_unsigned || second.is_unsigned;
            let bits = if condition.is_true() { first.bits } else { second.bits };
            value = Value { bits, is_unsigned };
        }
        self.depth -= 1;
        Ok(value)
    }

    /// Operators that bind at least as `least`.
    fn binary(&mut self, level: usize, counts: bool, least: u8) -> Usual<Value> {
        let mut left = self.unary(level, counts)?;
        loop {
            if self.next.kind != Kind::PUNCTUATOR {
                return Ok(left);
            }
            let operator = self.state.names.spelling(self.next.id).to_vec();
            let Some(binds) = binding(&operator).filter(|binds| *binds >= least) else {
                return Ok(left);
            };
            self.advance(level)?;
            let counts_right = counts
                && match operator.as_slice() {
                    b"&&" => left.is_true(),
                    b"||" => !left.is_true(),
                    _ => true,
                };
            let right = self.binary(level, counts_right, binds + 1)?;
            left = match operator.as_slice() {
                b"&&" => Value::of(left.is_true() && right.is_true()),
                b"||" => Value::of(left.is_true() || right.is_true()),
                _ if !counts => {
                    Value { is_unsigned: left.is_unsigned || right.is_unsigned, ..left }
                }
                other => calculated(other, left, right).ok_or(Unusual::Condition)?,
            };
        }
    }

    fn unary(&mut self, level: usize, counts: bool) -> Usual<Value> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unusual::Condition);
        }
        let token = self.next;
        let value = match token.kind {
            Kind::NUMBER => {
                let value =
                    number(self.state.names.spelling(token.id)).ok_or(Unusual::Condition)?;
                self.advance(level)?;
                value
            }
            Kind::CHAR => {
                let value =
                    character(self.state.names.spelling(token.id)).ok_or(Unusual::Condition)?;
                self.advance(level)?;
                value
            }
            Kind::NAME if token.id == Id::DEFINED => self.defined(level)?,
            Kind::NAME => self.name(token, level, counts)?,
            Kind::PUNCTUATOR => self.prefixed(level, counts)?,
            _ => return Err(Unusual::Condition),
        };
        self.depth -= 1;
        Ok(value)
    }

    /// A parenthesis, or an operator before its operand.
    fn prefixed(&mut self, level: usize, counts: bool) -> Usual<Value> {
        if self.is(b"(") {
            self.advance(level)?;
            let value = self.choice(level, counts)?;
            if !self.is(b")") {
                return Err(Unusual::Condition);
            }
            self.advance(level)?;
            return Ok(value);
        }
        let operator = self.state.names.spelling(self.next.id).to_vec();
        self.advance(level)?;
        let value = self.unary(level, counts)?;
        match operator.as_slice() {
            b"!" => Ok(Value::of(!value.is_true())),
            b"~" => Ok(Value { bits: !value.bits, ..value }),
            b"+" => Ok(value),
            b"-" if value.is_unsigned => Ok(Value { bits: value.bits.wrapping_neg(), ..value }),
            b"-" => {
                let bits = value.bits.checked_neg().ok_or(Unusual::Condition)?;
                Ok(Value { bits, ..value })
            }
            _ => Err(Unusual::Condition),
        }
    }

    /// `defined NAME` or `defined(NAME)`.
    fn defined(&mut self, level: usize) -> Usual<Value> {
        self.state.withheld += 1;
        self.advance(level)?;
        let is_enclosed = self.is(b"(");
        if is_enclosed {
            self.advance(level)?;
        }
        let name = self.next;
        if name.kind != Kind::NAME || name.id == Id::DEFINED {
            return Err(Unusual::Condition);
        }
        let is_defined = self.state.defined(name.id) != 0;
        if is_enclosed {
            self.advance(level)?;
            if !self.is(b")") {
                return Err(Unusual::Condition);
            }
        }
        self.state.withheld -= 1;
        self.advance(level)?;
        Ok(Value::of(is_defined))
    }

    /// A name that is no macro, or one of the questions to the compiler.
    fn name(&mut self, token: Token, level: usize, counts: bool) -> Usual<Value> {
        self.advance(level)?;
        if counts && self.state.request.warns_of_undefined {
            return Err(Unusual::UndefinedName);
        }
        match self.state.names.spelling(token.id) {
            // C23 and C++ know these.
            b"true" | b"false" | b"__has_embed" => Err(Unusual::Condition),
            _ => Ok(Value::of(false)),
        }
    }
}

impl<'a, H: Host> State<'a, H> {
    /// Answers a question to the compiler in `#if`, `__has_attribute(x)` or the like: reads what is
    /// asked, and gives the number that takes its place.
    pub(super) fn answered(&mut self, name: Token) -> Usual<Token> {
        self.passages.forget();
        let question = self.names.spelling(name.id).to_vec();
        let mut asked = Vec::new();
        self.withheld += 1;
        let open = self.plain()?;
        if !open.is(Punctuator::OPEN) {
            return Err(Unusual::Condition);
        }
        loop {
            let token = self.plain()?;
            if token.is(Punctuator::CLOSE) {
                break;
            }
            // A macro would be expanded first.
            let is_macro = token.kind == Kind::NAME && self.defined(token.id) != 0;
            if token.kind == Kind::END || asked.len() > 3 || is_macro {
                return Err(Unusual::Condition);
            }
            asked.push(token);
        }
        self.withheld -= 1;
        let value = match (name.id, asked.as_slice()) {
            (Id::HAS_INCLUDE, [header]) if header.kind == Kind::HEADER => {
                let spelling = self.names.spelling(header.id).to_vec();
                i64::from(self.find(&spelling, false).is_some())
            }
            (Id::HAS_INCLUDE | Id::HAS_INCLUDE_NEXT, _) => return Err(Unusual::Condition),
            (_, tokens) if tokens.iter().all(|token| token.kind != Kind::HEADER) => {
                let mut text = question;
                text.push(b'(');
                for token in tokens {
                    text.extend_from_slice(self.names.spelling(token.id));
                }
                text.push(b')');
                self.host.ask(&text).ok_or(Unusual::Compiler)?
            }
            _ => return Err(Unusual::Condition),
        };
        let id = self.names.intern(value.to_string().as_bytes());
        Ok(Token { id, kind: Kind::NUMBER, ..name })
    }

    /// The next token that is no border.
    fn plain(&mut self) -> Usual<Token> {
        loop {
            let token = self.next()?;
            if token.kind != Kind::BORDER {
                return Ok(token);
            }
        }
    }
}

/// How strongly a binary operator binds.
fn binding(operator: &[u8]) -> Option<u8> {
    Some(match operator {
        b"||" => 1,
        b"&&" => 2,
        b"|" => 3,
        b"^" => 4,
        b"&" => 5,
        b"==" | b"!=" => 6,
        b"<" | b">" | b"<=" | b">=" => 7,
        b"<<" | b">>" => 8,
        b"+" | b"-" => 9,
        b"*" | b"/" | b"%" => 10,
        _ => return None,
    })
}

/// The result of an operator; `None` where a compiler would report something.
fn calculated(operator: &[u8], left: Value, right: Value) -> Option<Value> {
    let is_shift = matches!(operator, b"<<" | b">>");
    let is_unsigned = left.is_unsigned || (right.is_unsigned && !is_shift);
    // A negative number becomes a large one.
    let changes = |value: Value| is_unsigned && !is_shift && !value.is_unsigned && value.bits < 0;
    if changes(left) || changes(right) {
        return None;
    }
    let (a, b) = (left.bits, right.bits);
    let (ua, ub) = (a as u64, b as u64);
    let number = |bits: i64| Some(Value { bits, is_unsigned });
    let checked = |signed: Option<i64>, wrapped: u64| match is_unsigned {
        true => number(wrapped as i64),
        false => number(signed?),
    };
    match operator {
        b"|" => number(a | b),
        b"^" => number(a ^ b),
        b"&" => number(a & b),
        b"==" => Some(Value::of(a == b)),
        b"!=" => Some(Value::of(a != b)),
        b"<" => Some(Value::of(if is_unsigned { ua < ub } else { a < b })),
        b">" => Some(Value::of(if is_unsigned { ua > ub } else { a > b })),
        b"<=" => Some(Value::of(if is_unsigned { ua <= ub } else { a <= b })),
        b">=" => Some(Value::of(if is_unsigned { ua >= ub } else { a >= b })),
        b"+" => checked(a.checked_add(b), ua.wrapping_add(ub)),
        b"-" => checked(a.checked_sub(b), ua.wrapping_sub(ub)),
        b"*" => checked(a.checked_mul(b), ua.wrapping_mul(ub)),
        b"/" => checked(a.checked_div(b), ua.checked_div(ub)?),
        b"%" => checked(a.checked_rem(b), ua.checked_rem(ub)?),
        b"<<" | b">>" => shifted(operator == b"<<", left, right),
        _ => None,
    }
}

/// A shift. To the left, no bit of a signed number may get lost.
fn shifted(to_left: bool, left: Value, right: Value) -> Option<Value> {
    let by = u32::try_from(right.bits).ok().filter(|by| *by < 64)?;
    let bits = match (to_left, left.is_unsigned) {
        (true, true) => ((left.bits as u64) << by) as i64,
        (true, false) => Some(left.bits << by).filter(|bits| bits >> by == left.bits)?,
        (false, true) => ((left.bits as u64) >> by) as i64,
        (false, false) => left.bits >> by,
    };
    Some(Value { bits, ..left })
}

/// The value of a whole number.
fn number(spelling: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(spelling).ok()?.to_ascii_lowercase();
    let digits = text.trim_end_matches(['u', 'l']);
    let suffix = &text[digits.len()..];
    if !matches!(suffix, "" | "u" | "l" | "ul" | "lu" | "ll" | "ull" | "llu") {
        return None;
    }
    let bits = match digits.as_bytes() {
        [b'0', b'x', ..] => u64::from_str_radix(&digits[2..], 16),
        [b'0', b'b', ..] => u64::from_str_radix(&digits[2..], 2),
        [b'0', _, ..] => u64::from_str_radix(&digits[1..], 8),
        _ => digits.parse(),
    };
    let bits = bits.ok()?;
    let is_unsigned = suffix.contains('u');
    // A decimal number beyond the signed ones is one that compilers warn of.
    if !is_unsigned && i64::try_from(bits).is_err() {
        return digits.starts_with("0x").then_some(Value { bits: bits as i64, is_unsigned: true });
    }
    Some(Value { bits: bits as i64, is_unsigned })
}

/// The value of a plain character constant.
fn character(spelling: &[u8]) -> Option<Value> {
    let byte = match spelling {
        [b'\'', byte, b'\''] if byte.is_ascii() && *byte != b'\\' => *byte,
        [b'\'', b'\\', escaped, b'\''] => match escaped {
            b'n' => b'\n',
            b't' => b'\t',
            b'0' => 0,
            b'\\' | b'\'' | b'"' => *escaped,
            _ => return None,
        },
        _ => return None,
    };
    Some(Value { bits: i64::from(byte), is_unsigned: false })
}
