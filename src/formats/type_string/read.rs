//! The reader of type strings: each word is read once, and what nests is counted.

use super::shapes::{
    Attributes, BadTypeString, DEEPEST, Enumerator, Fault, Function, Item, LONGEST, MODIFIERS,
    Modifier, Part, RECORDS, Record, Shape, Type, TypeString, of_word,
};
use crate::formats::words::{is_reference, word_end};

type Result<T> = std::result::Result<T, BadTypeString>;

/// Reads a type string.
///
/// # Errors
/// The first place where something else should stand.
pub fn read(text: &[u8]) -> Result<TypeString<'_>> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    if text.len() > LONGEST {
        return Err(reader.bad(Fault::TooLong));
    }
    let found = match reader.peek() {
        b"subprogram" => {
            reader.take();
            TypeString::Function(reader.function()?)
        }
        b"variable" => {
            reader.take();
            TypeString::Variable(reader.of_type()?)
        }
        _ => TypeString::Type(reader.of_type()?),
    };
    match reader.peek() {
        b"" => Ok(found),
        _ => Err(reader.bad(Fault::Expected("the end"))),
    }
}

/// How many digits a number may have: the largest of 64 bits has so many.
const MOST_DIGITS: usize = 20;

/// A text, and how far it has been read.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    /// In how many types, variants and functions.
    depth: usize,
}

impl<'t> Reader<'t> {
    fn bad(&self, fault: Fault) -> BadTypeString {
        BadTypeString { at: self.at, fault }
    }

    /// The next word; empty at the end. A name in quotes is one word.
    fn peek(&mut self) -> &'t [u8] {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let rest = &self.text[self.at..];
        &rest[..word_end(rest)]
    }

    fn take(&mut self) -> &'t [u8] {
        let word = self.peek();
        self.at += word.len();
        word
    }

    fn take_if(&mut self, word: &[u8]) -> bool {
        let is_it = self.peek() == word;
        if is_it {
            self.at += word.len();
        }
        is_it
    }

    /// Takes a word that must be there; `what` it is, for who reads the message.
    fn expect(&mut self, word: &[u8], what: &'static str) -> Result<()> {
        match self.peek() {
            found if found == word => {
                self.take();
                Ok(())
            }
            b"" => Err(self.bad(Fault::Cut(what))),
            _ => Err(self.bad(Fault::Expected(what))),
        }
    }

    /// Reads something that others may be in.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return Err(self.bad(Fault::TooDeep));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn of_type(&mut self) -> Result<Type<'t>> {
        self.nested(Self::type_inside)
    }

    fn type_inside(&mut self) -> Result<Type<'t>> {
        let word = self.peek();
        let plain = |shape| Type { shape, name: b"", attributes: Attributes::default() };
        if is_end(word) {
            return Ok(plain(Shape::Nothing));
        }
        if is_reference(word) {
            self.take();
            return Ok(plain(Shape::Reference(word)));
        }
        if let Some(bounds) = word.strip_prefix(b"array_type") {
            let bounds = self.bounds(bounds)?;
            self.take();
            let of = self.braced(Self::of_type)?;
            return self.attributed(Shape::Array(bounds, Box::new(of)), b"");
        }
        if let Some(record) = of_word(RECORDS, word) {
            self.take();
            return self.record(record);
        }
        if let Some(modifier) = of_word(MODIFIERS, word) {
            self.take();
            return self.modified(modifier);
        }
        match word {
            b"base_type" => {
                self.take();
                // Where DWARF has no type nothing is said of it, so a member's name may follow.
                if self.take_if(b"void") {
                    return Ok(Type { name: b"void", ..plain(Shape::Base) });
                }
                let name = self.name(|word| is_end(word) || attribute(word).is_some());
                self.attributed(Shape::Base, name)
            }
            b"subroutine_type" => {
                self.take();
                let function = self.function()?;
                Ok(plain(Shape::Function(Box::new(function))))
            }
            b"enumeration_type" => {
                self.take();
                let name = self.name(|word| word == b"{");
                let enumerators = self.braced(Self::enumerators)?;
                self.attributed(Shape::Enumeration(enumerators), name)
            }
            b"unspecified_type" => {
                self.take();
                self.attributed(Shape::Unspecified, b"")
            }
            word if word.ends_with(b"_type") => {
                self.take();
                let name = self.name(|word| is_end(word) || attribute(word).is_some());
                let body = if self.peek() == b"{" { self.braced(Self::unknown)? } else { b"" };
                self.attributed(Shape::Other(word, body), name)
            }
            // The name of a parameter whose type is hidden.
            _ => Ok(plain(Shape::Nothing)),
        }
    }

    /// A type with what is said of it after it.
    fn attributed(&mut self, shape: Shape<'t>, name: &'t [u8]) -> Result<Type<'t>> {
        let attributes = self.attributes(|word| {
            !matches!(
                word,
                b"accessibility" | b"bit_size" | b"data_bit_offset" | b"data_member_location"
            )
        })?;
        Ok(Type { shape, name, attributes })
    }

    fn modified(&mut self, modifier: Modifier) -> Result<Type<'t>> {
        let name = self.name(|word| word == b"{");
        let of = self.braced(Self::of_type)?;
        self.attributed(Shape::Modified(modifier, Box::new(of)), name)
    }

    fn record(&mut self, record: Record) -> Result<Type<'t>> {
        let name = self.name(|word| word == b"{");
        let items = self.braced(Self::items)?;
        self.attributed(Shape::Record(record, items), name)
    }

    /// What stands between braces.
    fn braced<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.expect(b"{", "`{`")?;
        let found = read(self)?;
        self.expect(b"}", "`}`")?;
        Ok(found)
    }

    /// The words up to one that ends them, as they stand.
    fn name(&mut self, ends: impl Fn(&[u8]) -> bool) -> &'t [u8] {
        let mut word = self.peek();
        let (start, mut end) = (self.at, self.at);
        while !word.is_empty() && !ends(word) {
            self.take();
            end = self.at;
            word = self.peek();
        }
        &self.text[start..end]
    }

    /// The text up to the brace that ends it, whatever it is.
    fn unknown(&mut self) -> Result<&'t [u8]> {
        Ok(self.text_until(&[b"}"]))
    }

    /// The text up to one of these words that is within no braces.
    fn text_until(&mut self, ends: &[&[u8]]) -> &'t [u8] {
        let mut open = 0_usize;
        let mut word = self.peek();
        let (start, mut end) = (self.at, self.at);
        while !word.is_empty() && (open > 0 || !ends.contains(&word)) {
            match word {
                b"{" => open += 1,
                b"}" => open -= 1,
                _ => {}
            }
            self.take();
            end = self.at;
            word = self.peek();
        }
        &self.text[start..end]
    }

    /// The items of a record or of its variants. A hidden one may leave its comma.
    fn items(&mut self) -> Result<Vec<Item<'t>>> {
        self.list(b"}", Self::item)
    }

    fn enumerators(&mut self) -> Result<Vec<Enumerator<'t>>> {
        self.list(b"}", |reader| {
            reader.expect(b"enumerator", "`enumerator`")?;
            let name = reader.name(|word| word == b"=" || is_end(word));
            let value = if reader.take_if(b"=") { Some(reader.value()?) } else { None };
            Ok(Enumerator { name, value })
        })
    }

    /// What commas part, up to this word.
    fn list<T>(
        &mut self,
        end: &[u8],
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut list = Vec::new();
        loop {
            while self.take_if(b",") {}
            if matches!(self.peek(), word if word.is_empty() || word == end) {
                return Ok(list);
            }
            list.push(read(self)?);
            if !matches!(self.peek(), word if word.is_empty() || word == end || word == b",") {
                return Err(self.bad(Fault::Expected("`,` or the end of the list")));
            }
        }
    }

    fn item(&mut self) -> Result<Item<'t>> {
        match self.peek() {
            b"member" => {
                self.take();
                Ok(Item::Member(self.part()?))
            }
            b"variant_part" => {
                self.take();
                let items = self.nested(|reader| reader.braced(Self::items))?;
                Ok(Item::Variants(items))
            }
            b"variant" => {
                self.take();
                let items = self.nested(|reader| reader.braced(Self::items))?;
                Ok(Item::Variant(items, self.attributes(|_| true)?))
            }
            _ => Ok(Item::Other(self.text_until(&[b",", b"}"]))),
        }
    }

    /// A member or parameter, behind its first word.
    fn part(&mut self) -> Result<Part<'t>> {
        let of = self.of_type()?;
        let name = self.name(|word| is_end(word) || attribute(word).is_some());
        let attributes = self.attributes(|_| true)?;
        Ok(Part { of, name, attributes })
    }

    /// A function, behind its first word.
    fn function(&mut self) -> Result<Function<'t>> {
        self.expect(b"(", "`(`")?;
        let parameters = self.list(b")", |reader| {
            reader.expect(b"formal_parameter", "`formal_parameter`")?;
            reader.part()
        })?;
        self.expect(b")", "`)`")?;
        self.expect(b"->", "`->`")?;
        Ok(Function { parameters, result: self.of_type()? })
    }

    /// What is said after something, as far as it `belongs` to that.
    fn attributes(&mut self, belongs: impl Fn(&[u8]) -> bool) -> Result<Attributes<'t>> {
        let mut attributes = Attributes::default();
        while let Some((word, digits)) = attribute(self.peek()).filter(|(word, _)| belongs(word)) {
            let value = self.number(digits)?;
            self.take();
            let place = match word {
                b"byte_size" => &mut attributes.byte_size,
                b"encoding" => &mut attributes.encoding,
                b"alignment" => &mut attributes.alignment,
                b"accessibility" => &mut attributes.accessibility,
                b"bit_size" => &mut attributes.bit_size,
                b"data_bit_offset" => &mut attributes.data_bit_offset,
                b"data_member_location" => &mut attributes.data_member_location,
                b"discr_value" => &mut attributes.discr_value,
                other => {
                    attributes.others.push((other, value));
                    continue;
                }
            };
            *place = Some(value);
        }
        Ok(attributes)
    }

    /// The numbers of elements in `[3][]`.
    fn bounds(&self, text: &[u8]) -> Result<Vec<Option<u64>>> {
        let mut bounds = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let expected = || self.bad(Fault::Expected("the bounds of an array"));
            let inner = rest.strip_prefix(b"[").ok_or_else(expected)?;
            let end = inner.iter().position(|&byte| byte == b']').ok_or_else(expected)?;
            let digits = &inner[..end];
            bounds.push(match digits {
                b"" => None,
                digits if digits.iter().all(u8::is_ascii_digit) => Some(self.number(digits)?),
                _ => return Err(expected()),
            });
            rest = &inner[end + 1..];
        }
        Ok(bounds)
    }

    fn value(&mut self) -> Result<u64> {
        let digits = self.peek();
        if digits.is_empty() {
            return Err(self.bad(Fault::Cut("a number")));
        }
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(self.bad(Fault::Expected("a number")));
        }
        let value = self.number(digits)?;
        self.take();
        Ok(value)
    }

    /// The number of these digits; one that exceeds 64 bits counts as the largest.
    fn number(&self, digits: &[u8]) -> Result<u64> {
        if digits.len() > MOST_DIGITS {
            return Err(self.bad(Fault::Number));
        }
        let digit = |value: u64, byte: &u8| {
            value.saturating_mul(10).saturating_add(u64::from(byte.wrapping_sub(b'0')))
        };
        Ok(digits.iter().fold(0, digit))
    }
}

/// Whether a word ends a type, or a name in one.
fn is_end(word: &[u8]) -> bool {
    matches!(word, b"" | b"," | b"{" | b"}" | b")")
}

/// A word that says something of what stands before it, as `byte_size(4)`: the word, and the digits.
fn attribute(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = word.iter().position(|&byte| byte == b'(')?;
    let (name, digits) = (&word[..open], word[open + 1..].strip_suffix(b")")?);
    let is_name = !name.is_empty() && name.iter().all(|it| it.is_ascii_lowercase() || *it == b'_');
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (is_name && is_number).then_some((name, digits))
}
