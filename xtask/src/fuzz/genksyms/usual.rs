//! Declarations as people write them, in the few shapes that fill most of a preprocessed file.

use super::text::{Names, Token, percent, pick, tokens};

/// What stands before functions; the kernel's own `inline` is as long.
const BEGINNINGS: &[&str] = &[
    "",
    "extern ",
    "static ",
    "extern int __attribute__((x)) ",
    "static inline __attribute__((__gnu_inline__)) __attribute__((__unused__)) ",
    "static __inline__ __attribute__((__unused__)) __attribute__((no_instrument_function)) ",
    "extern __attribute__((visibility(\"hidden\"), section(\".init.text\"))) __attribute__((cold)) ",
    "extern __attribute__((aligned(E1))) const ",
    "inline extern ",
];

/// Types that need no name.
const TYPES: &[&str] = &[
    "int",
    "unsigned int",
    "char",
    "unsigned long",
    "long long",
    "void *",
    "const char *",
    "_Bool",
    "unsigned char",
    "__int128",
    "void",
    "const void *",
    "char **",
    "__builtin_va_list",
];

/// What may come behind a declarator.
const ENDS: &[&str] = &[
    "",
    "",
    "",
    "",
    " __attribute__((__const__))",
    " __asm__(\"other\")",
    " = 0",
    " = { 1, { 2 } }",
    " __attribute__((format(printf, 1, 2)))",
    " __asm__(\"x\") __attribute__((cold))",
    " = E2",
];

/// Bodies of functions.
const BODIES: &[&str] = &[
    "{}",
    "{ return 0; }",
    "{ if (a) { b(\"}\"); } }",
    "{ int n1; struct s1 { int a; } b; }",
    "{ char c = '{'; }",
    "{ do { } while (0); typedef int n2; }",
];

/// Writes declarations of the usual shapes.
pub struct Usual<'a> {
    names: &'a mut Names,
    rng: &'a mut fastrand::Rng,
}

impl<'a> Usual<'a> {
    /// With these names.
    pub fn new(names: &'a mut Names, rng: &'a mut fastrand::Rng) -> Usual<'a> {
        Usual { names, rng }
    }

    /// One declaration; what it declares is added to the names.
    pub fn declaration(&mut self) -> Vec<Token> {
        let text = match self.rng.u32(..20) {
            0..2 => self.typedef(),
            2..5 => self.structure(),
            5..7 => self.enumeration(),
            7 => self.variables(),
            8 => self.typedef_structure(),
            9 => self.forward(),
            10..14 => self.inline_function(),
            _ => self.prototype(),
        };
        tokens(text.as_bytes())
    }

    /// A type.
    fn kind(&mut self) -> String {
        match self.rng.u32(..10) {
            0..3 => pick(TYPES, self.rng).to_owned(),
            3..6 if !self.names.typedefs.is_empty() => {
                let star = if percent(30, self.rng) { " *" } else { "" };
                pick(&self.names.typedefs, self.rng) + star
            }
            6 => format!("typeof({})", self.names.any(self.rng)),
            7 => self.tag("struct"),
            _ => self.any_tag(&["struct", "struct", "union", "enum"]) + " *",
        }
    }

    /// A reference to a tag, with one of these keywords.
    fn any_tag(&mut self, keywords: &[&'static str]) -> String {
        let keyword = pick(keywords, self.rng);
        self.tag(keyword)
    }

    /// A reference to a tag.
    fn tag(&mut self, keyword: &'static str) -> String {
        let name = self.names.any_tag(self.rng);
        self.names.tags.push((keyword, name.clone()));
        format!("{keyword} {name}")
    }

    /// The name of a new function or variable.
    fn declared(&mut self) -> String {
        let name = self.names.any(self.rng);
        self.names.declared.push(name.clone());
        name
    }

    /// The name of a new type.
    fn declared_type(&mut self) -> String {
        let name = self.names.any(self.rng);
        self.names.typedefs.push(name.clone());
        name
    }

    /// `typedef …;`
    fn typedef(&mut self) -> String {
        let (kind, parameters) = (self.kind(), self.parameters());
        let name = self.declared_type();
        let bound = self.bound();
        match self.rng.u32(..6) {
            0 => format!("typedef {kind} (*{name}){parameters};"),
            1 => format!("typedef {kind} {name}{parameters};"),
            2 => format!("typedef {kind} {name}{bound};"),
            3 => format!("typedef {kind} {name} __attribute__((aligned(8)));"),
            _ => format!("typedef {kind} {name};"),
        }
    }

    /// `typedef struct {…} …;`
    fn typedef_structure(&mut self) -> String {
        let members = self.members(2);
        let tag = if percent(50, self.rng) { self.tag("struct") } else { "struct".to_owned() };
        format!("typedef {tag} {{ {members}}} {};", self.declared_type())
    }

    /// `struct … {…};`
    fn structure(&mut self) -> String {
        let tag = self.any_tag(&["struct", "struct", "union"]);
        let members = self.members(2);
        let packed = if percent(20, self.rng) { " __attribute__((packed))" } else { "" };
        format!("{tag} {{ {members}}}{packed};")
    }

    /// Members.
    fn members(&mut self, depth: u32) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.u32(..6) {
            text += &self.member(depth);
            text.push(' ');
        }
        text
    }

    /// One member.
    fn member(&mut self, depth: u32) -> String {
        let kind = self.kind();
        let name = self.names.any(self.rng);
        match self.rng.u32(..12) {
            0 => format!("{kind} {name}{};", self.bound()),
            1 => format!("{kind} (*{name}){};", self.parameters()),
            2 => format!("unsigned {name} : {}, : 3;", self.constant()),
            3 if depth > 0 => format!("struct {{ {}}};", self.members(depth - 1)),
            4 if depth > 0 => format!("union {{ {}}} {name};", self.members(depth - 1)),
            5 if depth > 0 => {
                let tag = self.tag("struct");
                format!("{tag} {{ {}}} {name};", self.members(depth - 1))
            }
            6 => format!("enum {{ {}}} {name};", self.enumerators()),
            7 => format!("{kind} {name} __attribute__((aligned({})));", self.constant()),
            8 => format!("{kind} {name}, *{};", self.names.any(self.rng)),
            9 => format!("const {kind} *const {name};"),
            _ => format!("{kind} {name};"),
        }
    }

    /// `enum … {…};`
    fn enumeration(&mut self) -> String {
        let tag = if percent(60, self.rng) { self.tag("enum") } else { "enum".to_owned() };
        let enumerators = self.enumerators();
        match self.rng.u32(..8) {
            0 => format!("{tag} {{ {enumerators}}} {};", self.declared()),
            1 => format!("typedef {tag} {{ {enumerators}}} {};", self.declared_type()),
            _ => format!("{tag} {{ {enumerators}}};"),
        }
    }

    /// Enumerators.
    fn enumerators(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.u32(1..6) {
            let name = self.names.any_constant(self.rng);
            self.names.constants.push(name.clone());
            text += &name;
            if percent(30, self.rng) {
                text += &format!(" = {}", self.constant());
            }
            text += ", ";
        }
        if percent(60, self.rng) {
            text.truncate(text.len() - 2);
        }
        text
    }

    /// A constant expression.
    fn constant(&mut self) -> String {
        let name = self.names.any_constant(self.rng);
        match self.rng.u32(..6) {
            0 => name,
            1 => format!("({name} + 1)"),
            2 => format!("sizeof({})", self.kind()),
            3 => "'x'".to_owned(),
            4 => format!("1 << {name}"),
            _ => self.rng.u32(..40).to_string(),
        }
    }

    /// `[…]`
    fn bound(&mut self) -> String {
        if percent(20, self.rng) { "[]".to_owned() } else { format!("[{}]", self.constant()) }
    }

    /// `extern …;`, of one or more names.
    fn variables(&mut self) -> String {
        let (beginning, kind) = (pick(BEGINNINGS, self.rng), self.kind());
        let (name, end) = (self.declared(), pick(ENDS, self.rng));
        let bound = if percent(30, self.rng) { self.bound() } else { String::new() };
        if percent(30, self.rng) {
            let other = self.declared();
            return format!("{beginning}{kind} {name}{bound}{end}, *{other};");
        }
        format!("{beginning}{kind} {name}{bound}{end};")
    }

    /// A tag alone.
    fn forward(&mut self) -> String {
        self.any_tag(&["struct", "union", "enum"]) + ";"
    }

    /// A function's declaration.
    fn prototype(&mut self) -> String {
        let (beginning, kind, parameters) =
            (pick(BEGINNINGS, self.rng), self.kind(), self.parameters());
        let end = pick(ENDS, self.rng);
        format!("{beginning}{kind} {}{parameters}{end};", self.declared())
    }

    /// A function with its body.
    fn inline_function(&mut self) -> String {
        let (beginning, kind, parameters) =
            (pick(BEGINNINGS, self.rng), self.kind(), self.parameters());
        let body = pick(BODIES, self.rng);
        format!("{beginning}{kind} {}{parameters} {body}", self.declared())
    }

    /// Parameters in parentheses.
    fn parameters(&mut self) -> String {
        if percent(20, self.rng) {
            return "(void)".to_owned();
        }
        let count = self.rng.u32(..4);
        let mut parameters: Vec<String> = (0..count).map(|_| self.parameter()).collect();
        if percent(10, self.rng) {
            parameters.push("...".to_owned());
        }
        format!("({})", parameters.join(", "))
    }

    /// One parameter.
    fn parameter(&mut self) -> String {
        let kind = self.kind();
        let name = self.names.any(self.rng);
        match self.rng.u32(..12) {
            0 => kind,
            1 => format!("{kind} (*{name})(int, {})", self.names.any(self.rng)),
            2 => format!("{kind} (*)({} {name})", self.names.any(self.rng)),
            3 => format!("{kind} {name}{}", self.bound()),
            4 => format!("const {kind} *restrict {name}"),
            5 => format!("{kind} {name} __attribute__((unused))"),
            6 => format!("register {kind} {name}"),
            _ => format!("{kind} {name}"),
        }
    }
}
