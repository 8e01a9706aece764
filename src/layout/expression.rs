//! Values of constant expressions, and the types that `sizeof` and `typeof` ask for.

use lang_c::ast::{
    BinaryOperator, BinaryOperatorExpression, BlockItem, CallExpression, ConditionalExpression,
    Constant, Expression, Integer, IntegerBase, IntegerSize, MemberExpression, MemberOperator,
    OffsetMember, OffsetOfExpression, Statement, TypeName, UnaryOperator, UnaryOperatorExpression,
};
use lang_c::span::Node;

use super::Unknown;
use super::data_model::Basic;
use super::engine::Engine;
use super::types::{Type, TypeKind};
use crate::canonical::{Tree, is_left_out};

/// The value of an expression.
#[derive(Clone, Debug)]
struct Value {
    /// The number; of a pointer the address.
    number: i128,
    /// Its type: an integer or a pointer.
    of_type: Type,
    /// Whether C counts it as an integer constant expression.
    is_constant: bool,
}

/// The end of an evaluation that came to nothing.
fn unknown(what: &str) -> Unknown {
    Unknown::Expression(what.as_bytes().to_vec())
}

impl Value {
    /// A value as an integer type holds it: cut to its bits.
    fn of(number: i128, of_type: Type, is_constant: bool) -> Result<Value, Unknown> {
        let number = match (&of_type.kind, of_type.size) {
            (TypeKind::Bool, _) => i128::from(number != 0),
            (TypeKind::Integer { is_signed }, Some(size @ 1..=8)) => {
                cut(number, 8 * size, *is_signed)
            }
            (TypeKind::Pointer, Some(size @ 1..=8)) => cut(number, 8 * size, false),
            _ => return Err(unknown("a number of an unusual type")),
        };
        Ok(Value { number, of_type, is_constant })
    }

    fn is_zero(&self) -> bool {
        self.number == 0
    }
}

/// The lowest bits of a number, as one with or without a sign.
fn cut(number: i128, bits: u64, is_signed: bool) -> i128 {
    let unused = 128 - bits;
    match is_signed {
        true => number << unused >> unused,
        false => ((number << unused).cast_unsigned() >> unused).cast_signed(),
    }
}

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// The value and the type of an enumerator's expression.
    pub(super) fn constant(
        &mut self,
        tree: &Tree,
        expression: &Node<Expression>,
    ) -> Result<(i128, Option<Type>), Unknown> {
        let found = match &expression.node {
            Expression::Identifier(_) => {
                self.evaluated(tree, &expression.node).map(|number| (number, None))
            }
            node => self.value_of(tree, node).map(|value| (value.number, Some(value.of_type))),
        };
        found.map_err(|unknown| match unknown {
            Unknown::Expression(_) => {
                Unknown::Expression(tree.written(expression.span).into_bytes())
            }
            other => other,
        })
    }

    /// The number that an expression comes to.
    pub(super) fn evaluated(
        &mut self,
        tree: &Tree,
        expression: &Expression,
    ) -> Result<i128, Unknown> {
        // An enumerator alone may be of any type; its value is all that counts.
        if let Expression::Identifier(name) = expression
            && let Some((number, _)) = self.enumerator(&name.node.name)?
        {
            return Ok(number);
        }
        self.value_of(tree, expression).map(|value| value.number)
    }

    fn value_of(&mut self, tree: &Tree, expression: &Expression) -> Result<Value, Unknown> {
        match expression {
            Expression::Identifier(name) => {
                let name = &name.node.name;
                let found = self.enumerator(name)?.ok_or_else(|| unknown(name))?;
                // Beyond `int` its type depends on the others and on the compiler.
                match found {
                    (number, Some(of_type)) => Value::of(number, of_type, true),
                    (_, None) => Err(unknown(name)),
                }
            }
            Expression::Constant(constant) => self.literal(&constant.node),
            Expression::SizeOfTy(of) => {
                let of_type = self.named(tree, &of.node.0.node, false)?;
                self.size_value(of_type.and_then(|it| it.counted_size()))
            }
            Expression::SizeOfVal(of) => {
                let of_type = self.type_of(tree, &of.node.0.node)?;
                self.size_value(of_type.counted_size())
            }
            Expression::AlignOf(of) => {
                let Some(of_type) = self.named(tree, &of.node.0.node, false)? else {
                    return Err(unknown("_Alignof"));
                };
                // `_Alignof` says the least that is aligned to, `__alignof__` what a variable is.
                let is_least = tree.text(of.span).starts_with("_Alignof");
                let mut align = of_type.align;
                if is_least && !of_type.is_user_aligned {
                    let limit = self.model.member_limit.filter(|_| of_type.is_limited());
                    align = align.min(limit.unwrap_or(self.model.biggest));
                }
                self.size_value(Some(align))
            }
            Expression::OffsetOf(of) => self.offset_of(tree, &of.node),
            Expression::Cast(cast) => {
                self.cast(tree, &cast.node.type_name.node, &cast.node.expression)
            }
            Expression::UnaryOperator(it) => self.unary(tree, &it.node),
            Expression::BinaryOperator(it) => self.binary(tree, &it.node),
            Expression::Conditional(it) => self.conditional(tree, &it.node),
            Expression::Call(call) => self.call(tree, &call.node),
            Expression::Statement(statement) => {
                let last = last_expression(&statement.node)?;
                let value = self.value_of(tree, last)?;
                Ok(Value { is_constant: false, ..value })
            }
            _ => Err(unknown("an unusual expression")),
        }
    }

    /// The value of an enumerator and its type, if that is known; none if the name is not known as
    /// one.
    fn enumerator(&mut self, name: &str) -> Result<Option<(i128, Option<Type>)>, Unknown> {
        if let Some(local) = self.enumerators.iter().rev().find(|it| it.name == name) {
            return Ok(Some((local.value, local.of_type.clone())));
        }
        let key = format!("E#{name}").into_bytes();
        if !self.is_declared(&key) {
            return Ok(None);
        }
        let number = self.value(&key)?;
        Ok(Some((number, i32::try_from(number).is_ok().then(Type::int))))
    }

    fn size_value(&self, size: Option<u64>) -> Result<Value, Unknown> {
        let size = size.ok_or_else(|| unknown("sizeof of something without a size"))?;
        Value::of(size.into(), Type::size_type(self.model), true)
    }

    fn literal(&self, constant: &Constant) -> Result<Value, Unknown> {
        match constant {
            Constant::Integer(integer) => {
                let (number, of_type) = self.integer(integer)?;
                Value::of(number, of_type, true)
            }
            Constant::Character(text) => match text.as_bytes() {
                [b'\'', letter @ 32..127, b'\''] if *letter != b'\\' => {
                    Value::of((*letter).into(), Type::int(), true)
                }
                _ => Err(unknown(text)),
            },
            Constant::Float(_) => Err(unknown("a floating point number")),
        }
    }

    /// A number with its type: the first of C's list that holds it.
    fn integer(&self, integer: &Integer) -> Result<(i128, Type), Unknown> {
        let base = match integer.base {
            IntegerBase::Decimal => 10,
            IntegerBase::Octal => 8,
            IntegerBase::Hexadecimal => 16,
            IntegerBase::Binary => 2,
        };
        let number = i128::from_str_radix(&integer.number, base);
        let number = number.map_err(|_| unknown(&integer.number))?;
        if integer.suffix.imaginary {
            return Err(unknown(&integer.number));
        }
        let sizes: &[u64] = match integer.suffix.size {
            IntegerSize::Int => &[4, self.model.word, 8],
            IntegerSize::Long => &[self.model.word, 8],
            IntegerSize::LongLong => &[8],
        };
        let is_unsigned = integer.suffix.unsigned;
        for &size in sizes {
            let bits = 8 * size;
            if !is_unsigned && number < 1 << (bits - 1) {
                return Ok((number, Type::integer(size, true)));
            }
            if (is_unsigned || base != 10) && number < 1 << bits {
                return Ok((number, Type::integer(size, false)));
            }
        }
        Err(unknown(&integer.number))
    }

    /// A type after the integer promotions.
    fn promoted(&self, of_type: &Type) -> Result<Type, Unknown> {
        match (&of_type.kind, of_type.size) {
            (TypeKind::Bool, _) => Ok(Type::int()),
            (TypeKind::Integer { .. }, Some(1..4)) => Ok(Type::int()),
            (TypeKind::Integer { is_signed }, Some(size @ (4 | 8))) => {
                Ok(Type::integer(size, *is_signed))
            }
            _ => Err(unknown("arithmetic of an unusual type")),
        }
    }

    /// The type that two operands are brought to.
    fn common(&self, one: &Type, other: &Type) -> Result<Type, Unknown> {
        let (one, other) = (self.promoted(one)?, self.promoted(other)?);
        let is_signed = |it: &Type| matches!(it.kind, TypeKind::Integer { is_signed: true });
        let (small, large) = if one.size <= other.size { (one, other) } else { (other, one) };
        let is_same_size = small.size == large.size;
        let is_signed = is_signed(&large) && (!is_same_size || is_signed(&small));
        Ok(Type::integer(large.size.unwrap_or_default(), is_signed))
    }

    fn cast(
        &mut self,
        tree: &Tree,
        name: &TypeName,
        expression: &Node<Expression>,
    ) -> Result<Value, Unknown> {
        let of_type = self.named(tree, name, false)?.ok_or_else(|| unknown("a cast"))?;
        let value = self.value_of(tree, &expression.node)?;
        let is_integer = of_type.is_integer() && value.of_type.is_integer();
        Value::of(value.number, of_type, value.is_constant && is_integer)
    }

    fn unary(&mut self, tree: &Tree, it: &UnaryOperatorExpression) -> Result<Value, Unknown> {
        if it.operator.node == UnaryOperator::Address {
            let address = self.address(tree, &it.operand.node)?;
            return Value::of(address, Type::pointer(self.model), false);
        }
        let value = self.value_of(tree, &it.operand.node)?;
        let number = match it.operator.node {
            UnaryOperator::Negate => {
                let is_zero = value.is_zero();
                return Value::of(is_zero.into(), Type::int(), value.is_constant);
            }
            UnaryOperator::Plus => value.number,
            UnaryOperator::Minus => -value.number,
            UnaryOperator::Complement => !value.number,
            _ => return Err(unknown("an unusual operator")),
        };
        self.exact(number, self.promoted(&value.of_type)?, value.is_constant)
    }

    /// A result, which must not overflow if its type has a sign.
    fn exact(&self, number: i128, of_type: Type, is_constant: bool) -> Result<Value, Unknown> {
        let is_signed = matches!(of_type.kind, TypeKind::Integer { is_signed: true });
        let value = Value::of(number, of_type, is_constant)?;
        match is_signed && value.number != number {
            true => Err(unknown("an overflow")),
            false => Ok(value),
        }
    }

    fn binary(&mut self, tree: &Tree, it: &BinaryOperatorExpression) -> Result<Value, Unknown> {
        use BinaryOperator as B;
        let one = self.value_of(tree, &it.lhs.node)?;
        let operator = &it.operator.node;
        if matches!(operator, B::LogicalAnd | B::LogicalOr) {
            // The right side counts only if the left one does not decide.
            let is_decided = one.is_zero() == (*operator == B::LogicalAnd);
            let (is_true, is_constant) = match is_decided {
                true => (!one.is_zero(), one.is_constant),
                false => {
                    let other = self.value_of(tree, &it.rhs.node)?;
                    (!other.is_zero(), one.is_constant && other.is_constant)
                }
            };
            return Value::of(is_true.into(), Type::int(), is_constant);
        }
        let other = self.value_of(tree, &it.rhs.node)?;
        let is_constant = one.is_constant && other.is_constant;
        if let B::ShiftLeft | B::ShiftRight = operator {
            let of_type = self.promoted(&one.of_type)?;
            let bits = 8 * i128::from(of_type.size.unwrap_or_default());
            let count = u32::try_from(other.number).ok().filter(|&it| i128::from(it) < bits);
            let count = count.ok_or_else(|| unknown("a shift"))?;
            self.promoted(&other.of_type)?;
            let number = match operator {
                B::ShiftLeft => one.number << count,
                _ => one.number >> count,
            };
            // GCC lets a shift reach the sign.
            return Value::of(number, of_type, is_constant);
        }
        let of_type = self.common(&one.of_type, &other.of_type)?;
        let left = Value::of(one.number, of_type.clone(), true)?.number;
        let right = Value::of(other.number, of_type.clone(), true)?.number;
        let is_true = match operator {
            B::Less => Some(left < right),
            B::Greater => Some(left > right),
            B::LessOrEqual => Some(left <= right),
            B::GreaterOrEqual => Some(left >= right),
            B::Equals => Some(left == right),
            B::NotEquals => Some(left != right),
            _ => None,
        };
        if let Some(is_true) = is_true {
            return Value::of(is_true.into(), Type::int(), is_constant);
        }
        let number = match operator {
            B::Plus => left.checked_add(right),
            B::Minus => left.checked_sub(right),
            B::Multiply => left.checked_mul(right),
            B::Divide => left.checked_div(right),
            B::Modulo => left.checked_rem(right),
            B::BitwiseAnd => Some(left & right),
            B::BitwiseXor => Some(left ^ right),
            B::BitwiseOr => Some(left | right),
            _ => None,
        };
        self.exact(number.ok_or_else(|| unknown("arithmetic"))?, of_type, is_constant)
    }

    /// A call: of what the compiler builds in, or a cast to a type whose letter was lost.
    fn call(&mut self, tree: &Tree, call: &CallExpression) -> Result<Value, Unknown> {
        let Expression::Identifier(callee) = &call.callee.node else {
            return Err(unknown("a call"));
        };
        match (callee.node.name.as_str(), &call.arguments[..]) {
            ("__builtin_choose_expr", [condition, then, other]) => {
                let condition = self.value_of(tree, &condition.node)?;
                let chosen = if condition.is_zero() { other } else { then };
                self.value_of(tree, &chosen.node)
            }
            (name, [argument]) => {
                let of_type = self.typedef(name).map_err(|_| unknown(name))?;
                let value = self.value_of(tree, &argument.node)?;
                Value::of(value.number, of_type, value.is_constant)
            }
            (name, _) => Err(unknown(name)),
        }
    }

    fn conditional(&mut self, tree: &Tree, it: &ConditionalExpression) -> Result<Value, Unknown> {
        let condition = self.value_of(tree, &it.condition.node)?;
        let is_constant = condition.is_constant;
        let (then, other) = (&it.then_expression.node, &it.else_expression.node);
        let (value, other) = match (condition.is_zero(), is_left_out(then)) {
            (false, false) => (self.value_of(tree, then)?, self.type_of(tree, other)?),
            (false, true) => (condition, self.type_of(tree, other)?),
            (true, false) => (self.value_of(tree, other)?, self.type_of(tree, then)?),
            (true, true) => (self.value_of(tree, other)?, condition.of_type),
        };
        let of_type = self.common(&value.of_type, &other)?;
        Value::of(value.number, of_type, value.is_constant && is_constant)
    }

    fn offset_of(&mut self, tree: &Tree, of: &OffsetOfExpression) -> Result<Value, Unknown> {
        let base = self.named(tree, &of.type_name.node, false)?;
        let base = base.ok_or_else(|| unknown("offsetof"))?;
        let designator = &of.designator.node;
        let (mut of_type, mut offset) = member(&base, &designator.base.node.name)?;
        for step in &designator.members {
            match &step.node {
                OffsetMember::Member(name) => {
                    let (next, inner) = member(&of_type, &name.node.name)?;
                    (of_type, offset) = (next, offset + inner);
                }
                OffsetMember::Index(index) => {
                    let index = self.evaluated(tree, &index.node)?;
                    let next = element(&of_type)?;
                    offset += scaled(index, &next)?;
                    of_type = next;
                }
                OffsetMember::IndirectMember(_) => return Err(unknown("offsetof")),
            }
        }
        Value::of(offset, Type::size_type(self.model), true)
    }

    /// The address of what an expression names, in bytes.
    fn address(&mut self, tree: &Tree, expression: &Expression) -> Result<i128, Unknown> {
        match expression {
            Expression::Member(it) => {
                let of_type = self.member_base(tree, &it.node)?;
                let start = match it.node.operator.node {
                    MemberOperator::Direct => self.address(tree, &it.node.expression.node)?,
                    MemberOperator::Indirect => {
                        self.value_of(tree, &it.node.expression.node)?.number
                    }
                };
                Ok(start + member(&of_type, &it.node.identifier.node.name)?.1)
            }
            Expression::UnaryOperator(it)
                if it.node.operator.node == UnaryOperator::Indirection =>
            {
                Ok(self.value_of(tree, &it.node.operand.node)?.number)
            }
            Expression::BinaryOperator(it) if it.node.operator.node == BinaryOperator::Index => {
                let of_type = self.type_of(tree, &it.node.lhs.node)?;
                let next = element(&of_type)?;
                let index = self.evaluated(tree, &it.node.rhs.node)?;
                Ok(self.address(tree, &it.node.lhs.node)? + scaled(index, &next)?)
            }
            _ => Err(unknown("an address")),
        }
    }

    /// The type whose member an expression names.
    fn member_base(&mut self, tree: &Tree, it: &MemberExpression) -> Result<Type, Unknown> {
        match it.operator.node {
            MemberOperator::Direct => self.type_of(tree, &it.expression.node),
            MemberOperator::Indirect => self.pointee(tree, &it.expression.node),
        }
    }

    /// The type of an expression.
    pub(super) fn type_of(
        &mut self,
        tree: &Tree,
        expression: &Expression,
    ) -> Result<Type, Unknown> {
        match expression {
            Expression::Identifier(name) => {
                let name = &name.node.name;
                let is_typedef = self.is_declared(format!("t#{name}").as_bytes());
                match (self.enumerator(name)?, is_typedef) {
                    (None, true) => self.typedef(name),
                    (Some(_), false) => self.value_of(tree, expression).map(|it| it.of_type),
                    _ => Err(unknown(name)),
                }
            }
            Expression::Cast(cast) => {
                let of_type = self.named(tree, &cast.node.type_name.node, false)?;
                of_type.ok_or_else(|| unknown("a cast"))
            }
            Expression::Member(it) => {
                let of_type = self.member_base(tree, &it.node)?;
                match &of_type.kind {
                    TypeKind::Record(record) => {
                        let found = record.member(it.node.identifier.node.name.as_bytes());
                        // A bit-field has a type of its own width.
                        let found = found.filter(|(member, ..)| !member.is_bit_field);
                        found.map(|(_, of_type, _)| of_type.clone())
                    }
                    _ => None,
                }
                .ok_or_else(|| unknown(&it.node.identifier.node.name))
            }
            Expression::UnaryOperator(it) => match it.node.operator.node {
                UnaryOperator::Indirection => self.pointee(tree, &it.node.operand.node),
                UnaryOperator::Address => Ok(Type::pointer(self.model)),
                UnaryOperator::Negate => Ok(Type::int()),
                UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Complement => {
                    let of_type = self.type_of(tree, &it.node.operand.node)?;
                    self.promoted(&of_type)
                }
                _ => Err(unknown("an unusual operator")),
            },
            Expression::BinaryOperator(it) => self.type_of_binary(tree, &it.node),
            Expression::Conditional(it) => {
                let then = match is_left_out(&it.node.then_expression.node) {
                    true => &it.node.condition.node,
                    false => &it.node.then_expression.node,
                };
                let then = self.type_of(tree, then)?;
                let other = self.type_of(tree, &it.node.else_expression.node)?;
                self.common(&then, &other)
            }
            Expression::StringLiteral(parts) => match &parts.node[..] {
                [part] if part.starts_with('"') && !part.contains('\\') => {
                    let length = part.len() as u64 - 1;
                    let char = Type::plain(
                        TypeKind::Integer { is_signed: self.model.is_char_signed },
                        Basic { size: 1, align: 1 },
                    );
                    char.array(Some(length)).ok_or_else(|| unknown("a text"))
                }
                _ => Err(unknown("a text")),
            },
            Expression::Call(call) => self.call(tree, &call.node).map(|it| it.of_type),
            Expression::Statement(statement) => {
                self.type_of(tree, last_expression(&statement.node)?)
            }
            Expression::Constant(_)
            | Expression::SizeOfTy(_)
            | Expression::SizeOfVal(_)
            | Expression::AlignOf(_)
            | Expression::OffsetOf(_) => self.value_of(tree, expression).map(|it| it.of_type),
            _ => Err(unknown("an unusual expression")),
        }
    }

    fn type_of_binary(
        &mut self,
        tree: &Tree,
        it: &BinaryOperatorExpression,
    ) -> Result<Type, Unknown> {
        use BinaryOperator as B;
        match it.operator.node {
            B::Index => self.pointee(tree, &it.lhs.node),
            B::Less
            | B::Greater
            | B::LessOrEqual
            | B::GreaterOrEqual
            | B::Equals
            | B::NotEquals
            | B::LogicalAnd
            | B::LogicalOr => Ok(Type::int()),
            B::ShiftLeft | B::ShiftRight => {
                let of_type = self.type_of(tree, &it.lhs.node)?;
                self.promoted(&of_type)
            }
            B::Multiply
            | B::Divide
            | B::Modulo
            | B::Plus
            | B::Minus
            | B::BitwiseAnd
            | B::BitwiseXor
            | B::BitwiseOr => {
                let (one, other) =
                    (self.type_of(tree, &it.lhs.node)?, self.type_of(tree, &it.rhs.node)?);
                self.common(&one, &other)
            }
            _ => Err(unknown("an unusual operator")),
        }
    }

    /// The type that a pointer points to.
    fn pointee(&mut self, tree: &Tree, expression: &Expression) -> Result<Type, Unknown> {
        match expression {
            Expression::Cast(cast) => {
                let of_type = self.named(tree, &cast.node.type_name.node, true)?;
                of_type.ok_or_else(|| unknown("a pointer"))
            }
            // The kernel asks by this whether something is constant: a null pointer takes the type
            // of the other side, any other `void *` does not.
            Expression::Conditional(it) => {
                let then = self.pointee(tree, &it.node.then_expression.node)?;
                let other = self.pointee(tree, &it.node.else_expression.node)?;
                let is_null = self.is_null(tree, &it.node.then_expression.node)?;
                match (&then.kind, &other.kind) {
                    (TypeKind::Void, TypeKind::Void) => Ok(then),
                    (TypeKind::Void, _) => Ok(if is_null { other } else { then }),
                    _ => Err(unknown("two pointers")),
                }
            }
            Expression::UnaryOperator(it) if it.node.operator.node == UnaryOperator::Address => {
                self.type_of(tree, &it.node.operand.node)
            }
            _ => element(&self.type_of(tree, expression)?),
        }
    }

    /// Whether a `void *` is C's null pointer: that of a constant 0.
    fn is_null(&mut self, tree: &Tree, expression: &Expression) -> Result<bool, Unknown> {
        match expression {
            Expression::Cast(cast) => {
                let value = self.value_of(tree, &cast.node.expression.node)?;
                Ok(value.is_constant && value.is_zero())
            }
            _ => Err(unknown("a pointer")),
        }
    }
}

/// The expression whose value a statement in parentheses has; before it nothing is computed.
fn last_expression(statement: &Statement) -> Result<&Expression, Unknown> {
    let Statement::Compound(items) = statement else {
        return Err(unknown("a statement"));
    };
    let mut last = None;
    for item in items {
        last = match &item.node {
            BlockItem::StaticAssert(_) => last,
            BlockItem::Statement(statement) => match (&statement.node, last) {
                (Statement::Expression(Some(expression)), None) => Some(&expression.node),
                (Statement::Expression(None), last) => last,
                _ => return Err(unknown("a statement")),
            },
            BlockItem::Declaration(_) => return Err(unknown("a statement")),
        };
    }
    last.ok_or_else(|| unknown("a statement"))
}

/// The type of a member and its offset in bytes.
fn member(of_type: &Type, name: &str) -> Result<(Type, i128), Unknown> {
    let TypeKind::Record(record) = &of_type.kind else {
        return Err(unknown(name));
    };
    let (member, of_type, offset) = record.member(name.as_bytes()).ok_or_else(|| unknown(name))?;
    match member.is_bit_field {
        true => Err(unknown(name)),
        false => Ok((of_type.clone(), i128::from(offset / 8))),
    }
}

/// What an array is an array of.
fn element(of_type: &Type) -> Result<Type, Unknown> {
    match &of_type.kind {
        TypeKind::Array(of) => Ok(Type::clone(of)),
        _ => Err(unknown("an element")),
    }
}

/// So many of a type, in bytes.
fn scaled(count: i128, of_type: &Type) -> Result<i128, Unknown> {
    let size = of_type.size.ok_or_else(|| unknown("an element"))?;
    count.checked_mul(size.into()).ok_or_else(|| unknown("an element"))
}
