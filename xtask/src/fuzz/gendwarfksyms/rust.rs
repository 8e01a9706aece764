//! Programs in Rust: structs, enums with fields, generic types and functions that take them.

use fastrand::Rng;

use super::Program;

/// Types that need no declaration.
const BASE: [&str; 12] = [
    "u8",
    "i16",
    "u32",
    "i64",
    "u128",
    "usize",
    "bool",
    "char",
    "f32",
    "f64",
    "()",
    "&'static str",
];

/// A program.
pub fn program(rng: &mut Rng) -> Program {
    let mut types = Types::default();
    let mut items = vec!["#![allow(dead_code, improper_ctypes_definitions)]".to_owned()];
    for _ in 0..rng.usize(1..8) {
        items.push(types.item(rng));
    }
    let mut listed = Vec::new();
    for number in 0..rng.usize(1..6) {
        let name = format!("x{number}");
        items.push(types.export(rng, &name));
        listed.push(name);
    }
    rng.shuffle(&mut listed);
    let mut compiler = vec!["rustc".to_owned()];
    let arguments = [
        "--crate-type=lib",
        "--crate-name=x",
        "--edition=2021",
        "--emit=obj",
        "-Cdebuginfo=2",
        "-Cpanic=abort",
        "-Ccodegen-units=1",
        "-Csymbol-mangling-version=v0",
        ["-Copt-level=0", "-Copt-level=2"][rng.usize(..2)],
        ["-Cdwarf-version=5", "-Cdwarf-version=4"][rng.usize(..2)],
    ];
    compiler.extend(arguments.map(str::to_owned));
    Program {
        files: vec![("x.rs", items)],
        compiler,
        list: listed.iter().map(|name| format!("{name}\n")).collect(),
    }
}

/// What has been declared so far.
#[derive(Default)]
struct Types {
    /// Paths of types, whole.
    names: Vec<String>,
    /// Paths of traits.
    traits: Vec<String>,
    count: usize,
}

impl Types {
    fn name(&mut self, stem: &str) -> String {
        self.count += 1;
        format!("{stem}{}", self.count)
    }

    /// A declaration; some are in a module.
    fn item(&mut self, rng: &mut Rng) -> String {
        if rng.u8(0..4) == 0 {
            let module = self.name("m");
            let before = (self.names.len(), self.traits.len());
            let item = self.declared(rng);
            for name in &mut self.names[before.0..] {
                *name = format!("crate::{module}::{}", name.trim_start_matches("crate::"));
            }
            for name in &mut self.traits[before.1..] {
                *name = format!("crate::{module}::{}", name.trim_start_matches("crate::"));
            }
            return format!("pub mod {module} {{ {item} }}");
        }
        self.declared(rng)
    }

    fn declared(&mut self, rng: &mut Rng) -> String {
        let name = self.name("T");
        let attribute = ["", "", "#[repr(C)] "][rng.usize(..3)];
        let (item, path) = match rng.u8(0..10) {
            0..3 => (format!("{attribute}pub struct {name} {{ {} }}", self.fields(rng)), &name),
            3 => {
                (format!("pub struct {name}({}, pub {});", self.of(rng, 2), self.of(rng, 1)), &name)
            }
            4..7 => (self.enumeration(rng, &name), &name),
            7 => {
                let item =
                    format!("pub union {name} {{ pub a: u64, pub b: [u8; {}] }}", rng.u8(1..9));
                (item, &name)
            }
            8 => {
                self.traits.push(format!("crate::{name}"));
                return format!("pub trait {name} {{ fn call(&self) -> u32; }}");
            }
            _ => {
                (format!("#[repr(transparent)] pub struct {name}(pub {});", self.of(rng, 1)), &name)
            }
        };
        self.names.push(format!("crate::{path}"));
        item
    }

    fn fields(&mut self, rng: &mut Rng) -> String {
        let fields = (0..rng.usize(0..5)).map(|number| {
            let access = ["", "pub "][rng.usize(..2)];
            format!("{access}f{number}: {}", self.of(rng, 2))
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    fn enumeration(&mut self, rng: &mut Rng, name: &str) -> String {
        if rng.u8(0..3) == 0 {
            let kind = ["u8", "i32", "u64"][rng.usize(..3)];
            return format!("#[repr({kind})] pub enum {name} {{ A = 3, B, C = 100 }}");
        }
        let variants = (0..rng.usize(1..5)).map(|number| match rng.u8(0..3) {
            0 => format!("V{number}"),
            1 => format!("V{number}({}, {})", self.of(rng, 1), self.of(rng, 1)),
            _ => format!("V{number} {{ a: {} }}", self.of(rng, 2)),
        });
        format!("pub enum {name} {{ {} }}", variants.collect::<Vec<_>>().join(", "))
    }

    /// A type that may stand anywhere.
    fn of(&self, rng: &mut Rng, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(rng);
        }
        let inner = self.of(rng, depth - 1);
        match rng.u8(0..14) {
            0 => format!("Option<{inner}>"),
            1 => format!("Result<{inner}, u8>"),
            2 => format!("&'static {inner}"),
            3 => format!("&'static [{inner}]"),
            4 => format!("*mut {inner}"),
            5 => format!("[{inner}; {}]", rng.u8(0..5)),
            6 => format!("({inner}, {})", self.leaf(rng)),
            7 => format!("extern \"C\" fn({inner}) -> i32"),
            8 => format!("Option<fn(&{inner})>"),
            9 => format!("core::mem::MaybeUninit<{inner}>"),
            10 if !self.traits.is_empty() => {
                format!("&'static dyn {}", self.traits[rng.usize(..self.traits.len())])
            }
            11 => format!("core::cell::UnsafeCell<{inner}>"),
            _ => inner,
        }
    }

    fn leaf(&self, rng: &mut Rng) -> String {
        if self.names.is_empty() || rng.u8(0..3) == 0 {
            return BASE[rng.usize(..BASE.len())].to_owned();
        }
        self.names[rng.usize(..self.names.len())].clone()
    }

    /// A function, which takes pointers, or a variable.
    fn export(&mut self, rng: &mut Rng, name: &str) -> String {
        if rng.u8(0..4) == 0 {
            return format!(
                "#[no_mangle] pub static mut {name}: core::mem::MaybeUninit<{}> = \
                 core::mem::MaybeUninit::uninit();",
                self.of(rng, 2)
            );
        }
        let parameters =
            (0..rng.usize(0..4)).map(|number| format!("p{number}: &{}", self.of(rng, 2)));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        format!("#[no_mangle] pub extern \"C\" fn {name}({parameters}) -> u64 {{ 0 }}")
    }
}
