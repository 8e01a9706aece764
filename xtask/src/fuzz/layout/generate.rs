//! Random types: as C, and as the canonical declarations that our record has of them.

use std::collections::BTreeMap;

use fastrand::Rng;
use modversions::layout::data_model::DataModel;

/// How many types a unit has.
const TYPES: usize = 30;

/// How deep structs without tags are in one another.
const DEEPEST: usize = 3;

/// Words of integers that a bit-field may have, with the name that `_Bool` has of its own.
const INTEGERS: &[(&str, Width)] = &[
    ("char", Width::Bits(8)),
    ("unsigned char", Width::Bits(8)),
    ("short", Width::Bits(16)),
    ("unsigned short", Width::Bits(16)),
    ("int", Width::Bits(32)),
    ("int", Width::Bits(32)),
    ("unsigned int", Width::Bits(32)),
    ("unsigned int", Width::Bits(32)),
    ("long", Width::Word),
    ("long unsigned int", Width::Word),
    ("long long", Width::Bits(64)),
    ("unsigned long long", Width::Bits(64)),
    ("_Bool", Width::Bits(1)),
];

/// Enumerators that sizes are made of, as C and as upstream has them.
const CONSTANTS_IN_C: &str = "enum constants { THREE = 3, FOUR, SIX = THREE + 3 };";
const CONSTANTS: &[(&str, &str)] =
    &[("E#THREE", "3"), ("E#FOUR", "( 3 ) + 1"), ("E#SIX", "E#THREE + 3")];

/// Types that no bit-field has.
const OTHERS: &[&str] = &["float", "double", "long double", "void *", "char * const *"];

/// Attributes that change nothing.
const IDLE: &[&str] = &["__unused__", "deprecated", "may_alias"];

/// How wide a bit-field may be.
#[derive(Clone, Copy)]
enum Width {
    Bits(u64),
    Word,
}

/// A type that others may use.
#[derive(Clone)]
struct Named {
    /// `s#s3`.
    key: String,
    /// The widest bit-field of it; none if there is no bit-field of it.
    width: Option<u64>,
    /// Whether there are arrays of it.
    has_arrays: bool,
    /// Whether initialisers of its members may be written.
    is_end: bool,
}

/// A struct or union that is compared.
pub struct Aggregate {
    /// `s#s3`.
    pub key: String,
    /// `struct s3`.
    pub c_name: String,
    /// Its declaration.
    pub c: String,
    /// The names of its members, and of those in it.
    pub names: Vec<String>,
}

/// The types of one C file.
pub struct Unit {
    /// All as C.
    pub c: String,
    /// The canonical declarations by their names.
    pub declarations: BTreeMap<String, String>,
    pub aggregates: Vec<Aggregate>,
    /// The enums and typedefs.
    pub others: Vec<String>,
}

/// A unit under way.
struct Generator<'m> {
    rng: Rng,
    model: &'m DataModel,
    unit: Unit,
    pool: Vec<Named>,
    /// The number of the next name.
    next: usize,
    /// The members of the struct at hand.
    names: Vec<String>,
    /// The limit of `#pragma pack` in force.
    limit: Option<u32>,
}

/// C, and the same as canonical text.
#[derive(Clone, Default)]
struct Both {
    c: String,
    canonical: String,
}

impl Both {
    /// Text that is the same in both.
    fn same(text: impl Into<String>) -> Both {
        let text = text.into();
        Both { c: text.clone(), canonical: text }
    }

    fn push(&mut self, other: &Both) {
        self.c += &other.c;
        self.canonical += &other.canonical;
    }

    fn put(&mut self, text: &str) {
        self.c += text;
        self.canonical += text;
    }
}

impl Unit {
    /// The types that follow from `rng`.
    pub fn generate(rng: Rng, model: &DataModel) -> Unit {
        let unit = Unit {
            c: String::new(),
            declarations: BTreeMap::new(),
            aggregates: Vec::new(),
            others: Vec::new(),
        };
        let (pool, names) = (Vec::new(), Vec::new());
        let mut generator = Generator { rng, model, unit, pool, next: 0, names, limit: None };
        for (key, value) in CONSTANTS {
            generator.unit.declarations.insert((*key).to_owned(), (*value).to_owned());
        }
        generator.unit.c = format!("{CONSTANTS_IN_C}\n");
        for _ in 0..TYPES {
            match generator.rng.u8(..10) {
                0 => generator.define_enum(),
                1 | 2 => generator.define_typedef(),
                _ => generator.define_aggregate(),
            }
        }
        generator.unit
    }

    /// A canonical name as C has it.
    pub fn c_name(key: &str) -> String {
        let word = match key.as_bytes() {
            [b's', ..] => "struct ",
            [b'u', ..] => "union ",
            [b'e', ..] => "enum ",
            _ => "",
        };
        format!("{word}{}", &key[2..])
    }
}

impl Generator<'_> {
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn name(&mut self, letter: char) -> String {
        self.next += 1;
        format!("{letter}{}", self.next)
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(..list.len())]
    }

    fn bits(&self, width: Width) -> u64 {
        match width {
            Width::Bits(bits) => bits,
            Width::Word => 8 * self.model.word,
        }
    }

    fn declare(&mut self, key: String, text: Both, named: Named) {
        self.unit.c += &text.c;
        self.unit.c += " ;\n";
        self.unit.declarations.insert(key, text.canonical);
        self.pool.push(named);
    }

    /// An `__attribute__`, or none.
    fn attribute(&mut self, percent: u8) -> String {
        if !self.chance(percent) {
            return String::new();
        }
        let align = 1 << self.rng.u8(..6);
        let mut parts = Vec::new();
        match self.rng.u8(..10) {
            0..3 => parts.push("packed".to_owned()),
            3..6 => parts.push(format!("aligned ( {align} )")),
            6 => parts.extend(["__packed__".to_owned(), format!("__aligned__ ( {align} )")]),
            7 => parts.push("aligned".to_owned()),
            8 => parts.push(format!("__aligned__ ( sizeof ( long ) * {align} )")),
            _ => parts.push(self.one_of(IDLE).to_owned()),
        }
        if self.chance(10) {
            parts.push(format!("aligned ( {} )", 1 << self.rng.u8(..6)));
        }
        match self.rng.bool() {
            true => format!(" __attribute__ ( ( {} ) )", parts.join(" , ")),
            false => {
                let groups = parts.iter().map(|part| format!(" __attribute__ ( ( {part} ) )"));
                groups.collect()
            }
        }
    }

    fn define_enum(&mut self) {
        let name = self.name('e');
        let (key, packed) = (format!("e#{name}"), self.chance(40));
        let enumerators = self.enumerators();
        let attribute = if packed { " __attribute__ ( ( packed ) )" } else { "" };
        let text = Both::same(format!("enum {name} {{ {enumerators} }}{attribute}"));
        let named = Named { key: key.clone(), width: Some(8), has_arrays: true, is_end: false };
        self.unit.others.push(key.clone());
        self.declare(key, text, named);
    }

    fn enumerators(&mut self) -> String {
        let mut enumerators = Vec::new();
        for _ in 0..self.rng.usize(1..5) {
            let name = self.name('E');
            let number = self.rng.i64(..) >> self.rng.u8(..64);
            enumerators.push(match self.rng.u8(..8) {
                0..3 => name,
                3 => format!("{name} = ( 1 << {} )", self.rng.u8(..32)),
                4 => format!("{name} = 1UL << {}", self.rng.u8(..32)),
                5 => format!("{name} = - {}", self.rng.u16(1..)),
                6 => format!("{name} = {}", number.unsigned_abs() >> 1),
                _ => format!("{name} = ( sizeof ( int ) == 4 ? {} : 7 )", self.rng.u32(..1 << 31)),
            });
            // What follows must fit as well.
        }
        enumerators.join(" , ")
    }

    fn define_typedef(&mut self) {
        let name = self.name('t');
        let key = format!("t#{name}");
        let mut of = self.simple_type();
        let mut attribute = self.attribute(50);
        let mut has_arrays = !attribute.contains("aligned") && of.has_arrays;
        let mut behind = String::new();
        let mut width = of.width;
        if self.chance(15) {
            of = self.word_type();
            width = None;
            let size = 8 << self.rng.u8(..3);
            attribute = format!(" __attribute__ ( ( vector_size ( {size} ) ) )");
            if of.text.canonical == "_Bool" {
                of.text = Both::same("int");
            }
            has_arrays = true;
        } else if self.chance(20) && of.has_arrays && !is_aligned_pointer(&of.text.c, &attribute) {
            behind = format!(" [ {} ]", self.rng.u8(1..5));
            width = None;
        }
        let text = match self.rng.bool() && !of.is_tag {
            true => format!("typedef @{attribute} {name}{behind}"),
            false => format!("typedef @ {name}{behind}{attribute}"),
        };
        let text = Both {
            c: text.replace('@', &of.text.c),
            canonical: text.replace('@', &of.text.canonical),
        };
        let named = Named { key: key.clone(), width, has_arrays, is_end: of.is_end };
        self.unit.others.push(key.clone());
        self.declare(key, text, named);
    }

    fn define_aggregate(&mut self) {
        self.names.clear();
        let is_union = self.chance(20);
        let (word, letter) = if is_union { ("union", 'u') } else { ("struct", 's') };
        let name = self.name(letter);
        let key = format!("{letter}#{name}");
        self.limit = self.chance(10).then(|| 1 << self.rng.u8(..5));
        let attribute = self.attribute(35).replace(" may_alias ", " __unused__ ");
        let is_early = self.chance(20);
        let mut body = Both::default();
        let is_end = self.members(is_union, 0, &mut body);
        let (before, behind) = match is_early {
            true => (attribute.as_str(), ""),
            false => ("", attribute.as_str()),
        };
        let mut text = Both::same(format!("{word}{before} {name} {{"));
        text.push(&body);
        text.put(&format!(" }}{behind}"));
        text.canonical += &self.limited();
        let limit = self.limit.take();
        if let Some(limit) = limit {
            text.c = format!("#pragma pack(push, {limit})\n{}", text.c);
        }
        let named = Named { key: key.clone(), width: None, has_arrays: !is_end, is_end };
        let aggregate = Aggregate {
            c_name: Unit::c_name(&key),
            key: key.clone(),
            c: text.c.clone(),
            names: self.names.clone(),
        };
        self.unit.aggregates.push(aggregate);
        self.declare(key, text, named);
        if limit.is_some() {
            self.unit.c += "#pragma pack(pop)\n";
        }
    }

    /// The pragma in force as our record has it.
    fn limited(&self) -> String {
        let limited = |limit| format!(" __attribute__ ( ( __modversions_pack__ ( {limit} ) ) )");
        self.limit.map(limited).unwrap_or_default()
    }

    /// The members of a struct or union. Whether the last one has no end.
    fn members(&mut self, is_union: bool, depth: usize, text: &mut Both) -> bool {
        let count = self.rng.usize(1..if depth > 0 { 4 } else { 9 });
        let named = self.names.len();
        for _ in 0..count {
            text.put(" ");
            match self.rng.u8(..10) {
                0..4 => self.bit_fields(text),
                4 if depth < DEEPEST => self.untagged(depth, text),
                5 if depth == 0 => self.tagged(text),
                _ => self.plain_members(text),
            }
        }
        if is_union || depth > 0 || !self.chance(10) || self.names.len() == named {
            return false;
        }
        let name = self.name('m');
        let of = self.simple_type();
        if !of.has_arrays {
            return false;
        }
        text.put(" ");
        text.push(&of.text);
        let size = if self.rng.bool() { "" } else { "0 " };
        text.put(&format!(" {name} [ {size}] ;"));
        self.names.push(name);
        true
    }

    /// One or two bit-fields in a row.
    fn bit_fields(&mut self, text: &mut Both) {
        let of = self.integer_type();
        let most = of.width.unwrap_or(1);
        text.push(&of.text);
        // Behind a tag it could be that of the type.
        let before = if of.is_tag { String::new() } else { self.attribute(5) };
        text.put(&before);
        for number in 0..self.rng.usize(1..3) {
            text.put(if number > 0 { " ," } else { "" });
            let width = if self.chance(30) { most } else { self.rng.u64(1..=most) };
            match self.rng.u8(..10) {
                0 => text.put(" : 0"),
                1 => text.put(&format!(" : {width}")),
                _ => {
                    let name = self.name('m');
                    let behind = self.attribute(10);
                    text.put(&format!(" {name} : {width}{behind}"));
                    self.names.push(name);
                }
            }
        }
        text.put(" ;");
    }

    /// A struct or union without a tag, with or without a name.
    fn untagged(&mut self, depth: usize, text: &mut Both) {
        let is_union = self.chance(40);
        let word = if is_union { "union" } else { "struct" };
        let mut inner = Both::default();
        self.members(is_union, depth + 1, &mut inner);
        let attribute = self.attribute(25);
        let is_early = self.chance(20);
        let (before, behind) =
            if is_early { (attribute.as_str(), "") } else { ("", attribute.as_str()) };
        text.put(&format!("{word}{before} {{"));
        text.push(&inner);
        text.put(&format!(" }}{behind}"));
        if self.chance(60) {
            let name = self.name('m');
            let size =
                if self.chance(20) { format!(" [ {} ]", self.rng.u8(1..4)) } else { String::new() };
            let own = self.attribute(20);
            text.put(&format!(" {name}{size}{own}"));
            self.names.push(name);
        }
        text.put(" ;");
    }

    /// A struct with a tag that is defined where it is used: the canonical text has but its tag.
    fn tagged(&mut self, text: &mut Both) {
        let tag = self.name('s');
        let key = format!("s#{tag}");
        let outer = std::mem::take(&mut self.names);
        let mut body = Both::default();
        self.members(false, 1, &mut body);
        let names = std::mem::replace(&mut self.names, outer);
        let attribute = self.attribute(20).replace(" may_alias ", " __unused__ ");
        let mut whole = Both::same(format!("struct {tag} {{"));
        whole.push(&body);
        whole.put(&format!(" }}{attribute}"));
        let name = self.name('m');
        let own = self.attribute(20);
        text.c += &format!("{} {name}{own} ;", whole.c);
        text.canonical += &format!("{key}{attribute} {name}{own} ;");
        self.names.push(name);
        whole.canonical += &self.limited();
        self.unit.declarations.insert(key.clone(), whole.canonical);
        let aggregate = Aggregate { c_name: Unit::c_name(&key), key, c: whole.c, names };
        self.unit.aggregates.push(aggregate);
    }

    fn plain_members(&mut self, text: &mut Both) {
        let of = self.simple_type();
        text.push(&of.text);
        let before = if of.is_tag { String::new() } else { self.attribute(5) };
        text.put(&before);
        // Behind a `*` they are the type's, and GCC wants no array of what is larger than itself.
        let has_arrays = of.has_arrays && !is_aligned_pointer(&of.text.c, &before);
        // A pointer is that of the first name alone.
        let most = if of.text.canonical.ends_with('*') { 1 } else { 2 };
        for number in 0..self.rng.usize(1..=most) {
            let name = self.name('m');
            text.put(if number > 0 { " ," } else { "" });
            let mut declarator = match self.rng.u8(..12) {
                0..2 => Both::same(format!("* {name}")),
                // No function gives an array, which a typedef may be.
                2 if of.is_tag || of.width.is_some() => {
                    Both::same(format!("( * {name} ) ( int , struct nowhere * )"))
                }
                dimensions @ 3..7 if has_arrays => {
                    let first = if dimensions == 6 { " [ 2 ]" } else { "" };
                    let mut declarator = Both::same(format!("{name}{first} [ "));
                    declarator.push(&self.size());
                    declarator.put(" ]");
                    declarator
                }
                7 if of.width.is_some_and(|width| width > 1) && of.is_word => {
                    let mode = self.one_of(&["QI", "__HI__", "SI", "__DI__", "word"]);
                    Both::same(format!("{name} __attribute__ ( ( mode ( {mode} ) ) )"))
                }
                _ => Both::same(name.clone()),
            };
            let behind = self.attribute(15);
            declarator.put(&behind);
            text.put(" ");
            text.push(&declarator);
            self.names.push(name);
        }
        text.put(" ;");
    }

    /// The size of an array.
    fn size(&mut self) -> Both {
        let number = self.rng.u8(1..6);
        let (constant, _) = self.one_of(CONSTANTS);
        let text = match self.rng.u8(..11) {
            8 => "_Alignof ( unsigned long long )".to_owned(),
            9 => format!("sizeof ( struct {{ char a ; int : {number} ; }} )"),
            10 => {
                let canonical = format!("{constant} * {number}");
                return Both { c: canonical.replace("E#", ""), canonical };
            }
            0 => format!("( 1 << {number} )"),
            1 => format!("sizeof ( long ) / {number} + 1"),
            2 => format!("0x{number:x}UL"),
            3 => format!("( ( {number} + ( ( __typeof__ ( {number} ) ) 4 - 1 ) ) & ~ ( 4 - 1 ) )"),
            4 => format!("( sizeof ( void * ) > {number} ? 3 : 4 )"),
            5 => "__alignof__ ( double )".to_owned(),
            _ => number.to_string(),
        };
        Both::same(text)
    }

    /// Any type that has a size.
    fn simple_type(&mut self) -> Simple {
        match self.rng.u8(..10) {
            0..4 if !self.pool.is_empty() => {
                let named = self.pool[self.rng.usize(..self.pool.len())].clone();
                // What has no end is not in anything else here.
                if named.is_end { self.word_type() } else { Simple::of(&named) }
            }
            4 => Simple::word(self.one_of(OTHERS), None),
            5 if self.model.int128.is_some() && self.chance(30) => {
                Simple::word("unsigned __int128", None)
            }
            _ => self.word_type(),
        }
    }

    /// A type that a bit-field may have.
    fn integer_type(&mut self) -> Simple {
        let known: Vec<Named> =
            self.pool.iter().filter(|named| named.width.is_some()).cloned().collect();
        match self.chance(30) && !known.is_empty() {
            true => Simple::of(&known[self.rng.usize(..known.len())]),
            false => self.word_type(),
        }
    }

    fn word_type(&mut self) -> Simple {
        let (word, width) = self.one_of(INTEGERS);
        Simple::word(word, Some(self.bits(width)))
    }
}

/// Whether attributes behind a type's `*` may align the pointer to more than its size: GCC has no
/// arrays of such.
fn is_aligned_pointer(text: &str, attributes: &str) -> bool {
    text.ends_with('*') && attributes.contains("aligned")
}

/// A type as it stands before a declarator.
struct Simple {
    text: Both,
    width: Option<u64>,
    has_arrays: bool,
    is_end: bool,
    /// Whether attributes behind it could be taken for its own.
    is_tag: bool,
    /// Whether it is one of C's own.
    is_word: bool,
}

impl Simple {
    fn word(word: &str, width: Option<u64>) -> Simple {
        let text = Both::same(word);
        Simple { text, width, has_arrays: true, is_end: false, is_tag: false, is_word: true }
    }

    fn of(named: &Named) -> Simple {
        let text = Both { c: Unit::c_name(&named.key), canonical: named.key.clone() };
        let is_tag = !named.key.starts_with("t#");
        let Named { width, has_arrays, is_end, .. } = *named;
        Simple { text, width, has_arrays, is_end, is_tag, is_word: false }
    }
}
