//! Programs in C: types in a header, types and exports in a source, and rules of kABI.

use fastrand::Rng;

use super::Program;
use super::declare::Scope;
use super::rules;

/// Options of the compiler of which one of each list is taken.
const OPTIONS: [&[&str]; 5] = [
    &["-gdwarf-5", "-gdwarf-5", "-gdwarf-5", "-gdwarf-4", "-gdwarf-3", "-gdwarf-2"],
    &["-O2", "-O2", "-O0", "-Os"],
    &["-gdwarf32", "-gdwarf32", "-gdwarf32", "-gdwarf64"],
    &["-gz=none", "-gz=none", "-gz=zlib", "-gz=zlib-gnu"],
    &[
        "-g2",
        "-g2",
        "-g2",
        "-g2",
        "-g2",
        "-g2",
        "-g3",
        "-g1",
        "-fdebug-types-section",
        "-m32",
        "-fcommon",
    ],
];

/// A program.
pub fn program(rng: &mut Rng) -> Program {
    let mut scope = Scope::default();
    let mut types = |count: usize, rng: &mut Rng| -> Vec<String> {
        (0..count).map(|_| scope.type_declaration(rng)).collect()
    };
    let header = types(rng.usize(0..10), rng);
    // What is declared in a file of such a name is hidden.
    let included = types(rng.usize(0..3), rng);
    let own = types(rng.usize(0..4), rng);
    let mut source = vec!["#include \"types.h\"".to_owned(), "#include \"hidden.c\"".to_owned()];
    source.extend(own);
    let mut listed = Vec::new();
    for _ in 0..rng.usize(1..8) {
        let name = scope.name("x");
        source.push(export(&mut scope, rng, &name));
        listed.push(name);
    }
    if rng.u8(0..3) == 0 {
        listed.push("nosuch".to_owned());
    }
    if rng.u8(0..2) == 0 {
        source.push(rules::section(&scope, &listed, rng));
    }
    rng.shuffle(&mut listed);
    let mut compiler = vec!["cc".to_owned(), "-c".to_owned(), "-w".to_owned()];
    for list in OPTIONS {
        compiler.push(list[rng.usize(..list.len())].to_owned());
    }
    Program {
        files: vec![("x.c", source), ("types.h", header), ("hidden.c", included)],
        compiler,
        list: listed.iter().map(|name| format!("{name}\n")).collect(),
    }
}

/// What declares an export.
fn export(scope: &mut Scope, rng: &mut Rng, name: &str) -> String {
    match rng.u8(0..12) {
        // A function of which only the type is there.
        0 => {
            let parameters = scope.parameters(rng, 1);
            format!(
                "extern int {name}({parameters});\n\
                 static typeof({name}) *__gendwarfksyms_ptr_{name} __attribute__((used)) = &{name};"
            )
        }
        // A variable of which only the type is there.
        1 => {
            let declared = scope.declaration(rng, name, 2);
            format!(
                "extern {declared};\n\
                 static typeof({name}) *__gendwarfksyms_ptr_{name} __attribute__((used)) = &{name};"
            )
        }
        // A function under two names.
        2 => {
            let parameters = scope.parameters(rng, 1);
            let other = scope.name("other");
            format!(
                "void {other}({parameters}) {{ }}\n\
                 extern typeof({other}) {name} __attribute__((alias(\"{other}\")));"
            )
        }
        // What is used and not defined.
        3 => {
            let declared = scope.declaration(rng, name, 1);
            let user = scope.name("user");
            format!("extern {declared};\nvoid *{user}(void) {{ return (void *)&{name}; }}")
        }
        // A function with a type of its own.
        4 => {
            let parameters = scope.parameters(rng, 2);
            let local = scope.name("local");
            format!(
                "void *{name}({parameters}) {{ static struct {local} {{ int {local}; struct {local} *next; }} \
                 value; return &value; }}"
            )
        }
        5..9 => {
            let kind = ["", "", "__attribute__((used)) static "][rng.usize(..3)];
            format!("{kind}{} {{ for (;;) ; }}", scope.function(rng, name))
        }
        _ => format!("{};", scope.declaration(rng, name, 2)),
    }
}
