//! Random declarations in C, of types that were declared before.

use fastrand::Rng;

/// Types that need no declaration.
const BASE: [&str; 18] = [
    "int",
    "unsigned int",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "_Bool",
    "float",
    "double",
    "_Complex double",
    "_Atomic int",
    "__SIZE_TYPE__",
    "__builtin_va_list",
];

/// Names of members and parameters that mean something with `--stable`.
const KABI: [&str; 7] = [
    "__kabi_reserved",
    "__kabi_ignored",
    "__kabi_renamed",
    "__kabi_renamed_old",
    "__kabi_other",
    "__kabi_reserved_backport",
    "__kabi_",
];

/// What a type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// An object.
    Object,
    /// What is pointed to, of which there need be no objects.
    Pointed,
    /// What a function returns, which is no array.
    Result,
}

/// What has been declared so far.
#[derive(Default)]
pub struct Scope {
    /// Structs, unions, enums and typedefs of which there can be objects: how they are named.
    pub complete: Vec<String>,
    /// What there can only be pointers to.
    pub incomplete: Vec<String>,
    /// The tags and names of types, as rules name them.
    pub names: Vec<String>,
    /// Enumerators, each with the name of its enum.
    pub enumerators: Vec<String>,
    /// How many names there are.
    count: usize,
}

impl Scope {
    /// A name that nothing has.
    pub fn name(&mut self, stem: &str) -> String {
        self.count += 1;
        format!("{stem}{}", self.count)
    }

    /// A declaration of a type, without the semicolon's line.
    pub fn type_declaration(&mut self, rng: &mut Rng) -> String {
        match rng.u8(0..10) {
            0..5 => self.aggregate(rng),
            5 => self.enumeration(rng),
            6 => {
                let tag = format!("struct {}", self.name("opaque"));
                self.incomplete.push(tag.clone());
                format!("{tag};")
            }
            7 => {
                let name = self.name("anonymous_t");
                let body = self.body(rng, 1);
                let kind = kind(rng);
                self.complete.push(name.clone());
                self.names.push(name.clone());
                format!("typedef {kind} {body} {name};")
            }
            8 => {
                let name = self.name("fn_t");
                let text = format!("typedef void {name}({});", self.parameters(rng, 1));
                self.incomplete.push(name.clone());
                self.names.push(name);
                text
            }
            _ => {
                let name = self.name("type_t");
                let text = format!("typedef {};", self.declaration(rng, &name, 2));
                self.complete.push(name.clone());
                self.names.push(name);
                text
            }
        }
    }

    /// A struct or union, which may point to itself and to what is declared later.
    fn aggregate(&mut self, rng: &mut Rng) -> String {
        let (kind, name) = (kind(rng), self.name("s"));
        let tag = format!("{kind} {name}");
        self.incomplete.push(tag.clone());
        let body = self.body(rng, 2);
        self.incomplete.retain(|it| *it != tag);
        let attribute = match rng.u8(0..8) {
            0 => " __attribute__((packed))",
            1 => " __attribute__((aligned(16)))",
            _ => "",
        };
        self.complete.push(tag.clone());
        self.names.push(name);
        format!("{tag} {body}{attribute};")
    }

    fn enumeration(&mut self, rng: &mut Rng) -> String {
        let name = self.name("e");
        let mut items = Vec::new();
        for _ in 0..rng.usize(1..5) {
            let item = self.name("E");
            self.enumerators.push(format!("{name} {item}"));
            items.push(match rng.u8(0..4) {
                0 => format!("{item} = {}", rng.i32(-3..3)),
                1 => format!("{item} = {}", rng.u32(..)),
                _ => item,
            });
        }
        self.complete.push(format!("enum {name}"));
        self.names.push(name.clone());
        let attribute = if rng.u8(0..6) == 0 { " __attribute__((packed))" } else { "" };
        format!("enum {name} {{ {} }}{attribute};", items.join(", "))
    }

    /// The members of a struct or union, in braces.
    fn body(&mut self, rng: &mut Rng, depth: usize) -> String {
        let mut members = Vec::new();
        for _ in 0..rng.usize(0..6) {
            members.push(self.member(rng, depth));
        }
        format!("{{ {} }}", members.join(" "))
    }

    fn member(&mut self, rng: &mut Rng, depth: usize) -> String {
        match rng.u8(0..12) {
            0 => {
                let name = if rng.bool() { self.name("bits") } else { String::new() };
                let kind = ["unsigned int", "int", "unsigned long", "_Bool"][rng.usize(..4)];
                let least = u8::from(!name.is_empty());
                let most = if kind == "_Bool" { 1 } else { 20 };
                format!("{kind} {name} : {};", rng.u8(least..=most))
            }
            1 | 2 if depth > 0 => {
                let kind = kind(rng);
                let body = self.body(rng, depth - 1);
                let name = if rng.bool() { self.name("inner") } else { String::new() };
                format!("{kind} {body} {name};")
            }
            3 if depth > 0 => self.replacement(rng, depth - 1),
            4 => {
                let name = self.reserved(rng);
                format!("{};", self.declaration(rng, &name, depth))
            }
            _ => {
                let name = self.name("m");
                let aligned = if rng.u8(0..12) == 0 { " __attribute__((aligned(8)))" } else { "" };
                format!("{}{aligned};", self.declaration(rng, &name, depth))
            }
        }
    }

    /// A union as the macros of kABI make it: what was there and what is there now, of which one may be
    /// in a struct.
    fn replacement(&mut self, rng: &mut Rng, depth: usize) -> String {
        let mut items = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let name = if rng.bool() { self.reserved(rng) } else { self.name("m") };
            let declared = self.declaration(rng, &name, depth);
            items.push(match rng.u8(0..4) {
                0 => format!("{declared};"),
                1 => "struct {};".to_owned(),
                _ => format!("struct {{ {declared}; }};"),
            });
        }
        let name = if rng.u8(0..3) == 0 { self.name("u") } else { String::new() };
        format!("union {{ {} }} {name};", items.join(" "))
    }

    fn reserved(&mut self, rng: &mut Rng) -> String {
        self.name(KABI[rng.usize(..KABI.len())])
    }

    /// A declaration of `name`, without a semicolon, of a complete type.
    pub fn declaration(&mut self, rng: &mut Rng, name: &str, depth: usize) -> String {
        let mut declarator = name.to_owned();
        let mut used = Use::Object;
        for _ in 0..rng.usize(0..4) {
            match rng.u8(0..5) {
                0..2 => {
                    let qualifier = ["", "", "const ", "volatile "][rng.usize(..4)];
                    declarator = format!("(*{qualifier}{declarator})");
                    used = Use::Pointed;
                }
                2 => {
                    declarator = format!("{declarator}[{}]", rng.usize(1..5));
                    used = Use::Object;
                }
                3 if used == Use::Pointed && depth > 0 => {
                    declarator = format!("{declarator}({})", self.parameters(rng, depth - 1));
                    let result = self.specifier(rng, depth - 1, Use::Result);
                    return format!("{result} {declarator}");
                }
                _ => {}
            }
        }
        format!("{} {declarator}", self.specifier(rng, depth, used))
    }

    /// Parameters, without the parentheses.
    pub fn parameters(&mut self, rng: &mut Rng, depth: usize) -> String {
        let mut parameters = Vec::new();
        for _ in 0..rng.usize(0..4) {
            let name = match rng.u8(0..6) {
                0 => String::new(),
                1 => self.reserved(rng),
                _ => self.name("p"),
            };
            parameters.push(self.declaration(rng, &name, depth));
        }
        if parameters.is_empty() {
            return if rng.bool() { "void".to_owned() } else { String::new() };
        }
        if rng.u8(0..6) == 0 {
            parameters.push("...".to_owned());
        }
        parameters.join(", ")
    }

    /// A declaration of a function, without a semicolon or body.
    pub fn function(&mut self, rng: &mut Rng, name: &str) -> String {
        let parameters = self.parameters(rng, 2);
        match rng.bool() {
            true => format!("{} {name}({parameters})", self.specifier(rng, 0, Use::Result)),
            false => format!("{} *{name}({parameters})", self.specifier(rng, 0, Use::Pointed)),
        }
    }

    /// What stands before a declarator.
    fn specifier(&mut self, rng: &mut Rng, depth: usize, used: Use) -> String {
        let qualifier = ["", "", "", "", "const ", "volatile ", "const volatile "][rng.usize(..7)];
        let specifier = match rng.u8(0..10) {
            0 if used != Use::Object => "void".to_owned(),
            1 | 2 if used == Use::Pointed && !self.incomplete.is_empty() => {
                self.incomplete[rng.usize(..self.incomplete.len())].clone()
            }
            3 if depth > 0 => format!("{} {}", kind(rng), self.body(rng, depth - 1)),
            4 if depth > 0 => {
                let items = [self.name("E"), self.name("E")];
                format!("enum {{ {} }}", items.join(", "))
            }
            // It may be an array.
            5..9 if used != Use::Result && !self.complete.is_empty() => {
                self.complete[rng.usize(..self.complete.len())].clone()
            }
            // The last one is an array.
            _ => BASE[rng.usize(..BASE.len() - usize::from(used == Use::Result))].to_owned(),
        };
        format!("{qualifier}{specifier}")
    }
}

fn kind(rng: &mut Rng) -> &'static str {
    if rng.u8(0..3) == 0 { "union" } else { "struct" }
}
