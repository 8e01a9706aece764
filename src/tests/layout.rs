//! Layouts of small types against those of the compiler of this machine, and what is unknown.
//! Random types on more machines: `cargo xtask fuzz layout`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod layout_dwarf;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use modversions::canonical::spelled;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use modversions::formats::symtypes::words;
use modversions::layout::data_model::{I386, X86_64};
use modversions::layout::impact::{Class, Impact, impact};
use modversions::layout::{Engine, Layout, Member, Unknown};
use testkit::btf_file::{
    ARRAY, ENUM, ENUM64, FLAG, FORWARD, POINTER, PROTOTYPE, STRUCT, TYPEDEF, Writer,
};

/// Canonical declarations, each behind its name, in an order in which C takes them.
const CASES: &[(&str, &str)] = &[
    ("s#plain", "struct plain { char a ; int b ; char c ; long d ; short e ; }"),
    (
        "s#bits",
        "struct bits { int a : 3 ; int b : 30 ; int c : 1 ; char d : 7 ; long e : 40 ; long f : 30 ; }",
    ),
    (
        "s#zero",
        "struct zero { char a ; int : 0 ; char b ; int : 5 ; short c : 9 ; char : 0 ; char d : 2 ; }",
    ),
    (
        "s#tight",
        "struct tight { char a ; int b : 30 ; int c : 30 ; long d ; } __attribute__ ( ( packed ) )",
    ),
    (
        "s#member",
        "struct member { char a ; int b __attribute__ ( ( packed ) ) ; int c __attribute__ ( ( aligned ( 16 ) ) ) ; }",
    ),
    ("s#wide", "struct wide { char a ; } __attribute__ ( ( aligned ) )"),
    (
        "s#both",
        "struct both { char a ; s#wide b ; long c ; } __attribute__ ( ( packed , aligned ( 4 ) ) )",
    ),
    (
        "s#early",
        "struct __attribute__ ( ( packed ) ) early { char a ; struct __attribute__ ( ( aligned ( 8 ) ) ) { int x ; } b ; }",
    ),
    (
        "s#inner",
        "struct inner { union { struct { short a ; char b ; } ; int c : 20 ; } ; struct { char d ; long e [ 2 ] ; } f [ 3 ] ; }",
    ),
    ("s#end", "struct end { int count ; char data [ ] ; }"),
    ("s#none", "struct none { }"),
    ("s#holder", "struct holder { char a ; s#none b ; s#end c ; }"),
    ("e#small", "enum small { SMALL_A = - 3 , SMALL_B = 100 } __attribute__ ( ( packed ) )"),
    ("e#byte", "enum byte { BYTE_A , BYTE_B = 200 } __attribute__ ( ( __mode__ ( byte ) ) )"),
    ("e#large", "enum large { LARGE_A = 1 , LARGE_B = 0x100000000 }"),
    ("e#unsigned", "enum unsigned_values { U_A , U_B = 0xffffffff }"),
    (
        "s#enums",
        "struct enums { char a ; e#small b ; e#byte f ; e#large c ; enum { D = 3 } d : 2 ; }",
    ),
    ("t#u32", "typedef unsigned int u32"),
    ("t#low", "typedef unsigned long long low __attribute__ ( ( aligned ( 4 ) ) )"),
    ("t#quad", "typedef t#u32 __attribute__ ( ( vector_size ( 16 ) ) ) quad"),
    ("t#call", "typedef int ( * call ) ( s#plain * , t#u32 )"),
    ("t#sextet", "typedef char sextet [ 6 ]"),
    (
        "s#types",
        "struct types { char a ; t#low b ; t#quad c ; t#call d [ 2 ] ; t#sextet e [ 2 ] ; unsigned __int128 f ; long double g ; int h __attribute__ ( ( mode ( DI ) ) ) ; }",
    ),
    ("u#mixed", "union mixed { char a [ 5 ] ; t#u32 b : 17 ; s#tight c ; }"),
    ("E#COUNT", "( 3 ) + 1"),
    (
        "s#sizes",
        "struct sizes { char a [ E#COUNT ] ; char b [ sizeof ( s#plain ) / sizeof ( ( ( s#plain * ) 0 ) -> d ) ] ; char c [ __builtin_offsetof ( s#plain , e ) ] ; char d [ ( ( ( 33 ) + ( ( __typeof__ ( 33 ) ) ( 8 ) - 1 ) ) & ~ ( ( __typeof__ ( 33 ) ) ( 8 ) - 1 ) ) ] ; char e [ 1 ? ( 1UL << 3 ) : - 1 ] ; char f [ __alignof__ ( t#low ) ] ; char g [ sizeof ( u32 ) ] ; __typeof__ ( ( ( s#plain * ) 0 ) -> d ) h ; }",
    ),
    (
        "s#left_out",
        "struct left_out { char a [ E#COUNT ? : 9 ] ; char b [ 0 ? : 7 ] ; char c [ ( 0 ? : 0 ) ? : 5 ] ; char d [ sizeof ( ( char ) 1 ? : 2L ) ] ; char e [ 1 ? 0 ? : 6 : 8 ] ; char f [ ( - 1 ? : 0U ) > 0 ? 2 : 3 ] ; char g __attribute__ ( ( aligned ( 0 ? : 16 ) ) ) ; } __attribute__ ( ( aligned ( sizeof ( int ) > 8 ? : 32 ) ) )",
    ),
    (
        "s#constant",
        "struct constant { char a [ ( sizeof ( int ) == sizeof ( * ( 8 ? ( ( void * ) ( ( long ) ( ( 8 ) > ( 15 ) ) * 0l ) ) : ( int * ) 8 ) ) ) + 1 ] ; char b [ 1 + sizeof ( struct { int : ( - ! ! ( 0 ) ) ; } ) ] ; }",
    ),
    (
        "s#packed_by_pragma",
        "struct packed_by_pragma { char a ; long b ; int c : 20 ; int d : 20 ; struct { char e ; int f ; } g ; } __attribute__ ( ( __modversions_pack__ ( 2 ) ) )",
    ),
];

fn lookup(name: &[u8]) -> Option<&'static [u8]> {
    let found = CASES.iter().find(|(known, _)| known.as_bytes() == name);
    found.map(|(_, declaration)| declaration.as_bytes())
}

/// A canonical declaration as C.
fn c(declaration: &str) -> String {
    let pragma = " __attribute__ ( ( __modversions_pack__ ( 2 ) ) )";
    let text = words(declaration.as_bytes()).map(|word| String::from_utf8(spelled(word)).unwrap());
    let text = text.collect::<Vec<String>>().join(" ");
    match text.strip_suffix(pragma) {
        Some(text) => format!("#pragma pack(push, 2)\n{text};\n#pragma pack(pop)\n"),
        None => format!("{text};\n"),
    }
}

/// What the compiler is asked of the members, with the answer that is expected.
fn ask(of: &str, prefix: &str, members: &[Member], text: &mut String) {
    for member in members {
        let Some(name) = &member.name else {
            ask(of, prefix, &member.inner, text);
            continue;
        };
        let path = format!("{prefix}{}", str::from_utf8(name).unwrap());
        let (offset, size) = (member.bit_offset, member.bit_size);
        if member.is_bit_field {
            writeln!(text, "{{ {of} v; memset(&v, 0, sizeof(v)); v.{path} = -1;").unwrap();
            writeln!(text, "bits(\"{of}.{path}\", &v, sizeof(v), {offset}, {size}); }}").unwrap();
            continue;
        }
        writeln!(text, "same(\"{of}.{path}\", 8 * offsetof({of}, {path}), {offset});").unwrap();
        if size > 0 {
            let sized = format!("8 * sizeof((({of} *)0)->{path})");
            writeln!(text, "same(\"size of {of}.{path}\", {sized}, {size});").unwrap();
        }
        let of_type = String::from_utf8_lossy(&member.of_type);
        let element = if of_type.contains('[') { "[0]" } else { "" };
        ask(of, &format!("{path}{element}."), &member.inner, text);
    }
}

const HEAD: &str = r#"
static int faults;
static void same(const char *what, size_t theirs, size_t ours)
{
    if (theirs != ours) { faults = 1; printf("%s: ours %zu, theirs %zu\n", what, ours, theirs); }
}
static void bits(const char *what, void *v, size_t size, size_t first, size_t count)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        int is_set = ((unsigned char *)v)[bit / 8] >> bit % 8 & 1;
        if (is_set != (bit >= first && bit < first + count)) {
            faults = 1;
            printf("%s: bit %zu is %d\n", what, bit, is_set);
        }
    }
}
"#;

#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn layouts_are_those_of_the_compiler() {
    let mut engine = Engine::new(&X86_64, true, lookup);
    let mut text = "#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n".to_owned();
    CASES
        .iter()
        .filter(|(name, _)| *name == "E#COUNT")
        .for_each(|_| text += "enum { COUNT = 4 };\n");
    for (_, declaration) in CASES.iter().filter(|(name, _)| !name.starts_with("E#")) {
        text += &c(declaration);
    }
    text += HEAD;
    text += "int main(void)\n{\n";
    for (name, declaration) in CASES.iter().filter(|(name, _)| !name.starts_with("E#")) {
        let of = match name.split_once('#').unwrap() {
            ("e", _) => declaration.split(" {").next().unwrap().to_owned(),
            _ => String::from_utf8(spelled(name.as_bytes())).unwrap(),
        };
        let (size, align) = engine.size(name.as_bytes()).unwrap();
        writeln!(text, "same(\"size of {of}\", sizeof({of}), {size});").unwrap();
        writeln!(text, "same(\"alignment of {of}\", __alignof__({of}), {align});").unwrap();
        if matches!(name.as_bytes()[0], b's' | b'u') {
            let layout = engine.layout(name.as_bytes()).unwrap();
            ask(&of, "", &layout.members, &mut text);
        }
    }
    text += "return faults;\n}\n";
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("types.c"), folder.path().join("types"));
    fs::write(&source, &text).unwrap();
    let compiled = Command::new("cc").arg("-w").arg("-o").arg(&program).arg(&source).output();
    let compiled = compiled.unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "\n{}", String::from_utf8_lossy(&output.stdout));
}

fn layout_of(declarations: &[(&str, &str)], has_attributes: bool) -> Result<Layout, Unknown> {
    let lookup = |name: &[u8]| {
        let found = declarations.iter().find(|(known, _)| known.as_bytes() == name);
        found.map(|(_, declaration)| declaration.as_bytes())
    };
    let mut engine = Engine::new(&X86_64, has_attributes, lookup);
    engine.layout(declarations[0].0.as_bytes()).map(|layout| Layout::clone(&layout))
}

#[test]
fn what_cannot_be_computed_is_unknown_and_says_why() {
    let cases: &[(&[(&str, &str)], Unknown)] = &[
        (&[("s#a", "struct a { UNKNOWN }")], Unknown::Opaque(b"s#a".to_vec())),
        (
            &[("s#a", "struct a { s#b x ; }"), ("s#b", "struct b { UNKNOWN }")],
            Unknown::Opaque(b"s#b".to_vec()),
        ),
        (&[("s#a", "struct a { t#b x ; }")], Unknown::Undeclared(b"t#b".to_vec())),
        (&[("s#a", "struct a { int x ;")], Unknown::Unreadable(b"s#a".to_vec())),
        (&[("s#a", "struct a { s#a x ; }")], Unknown::Cycle(b"s#a".to_vec())),
        (
            &[(
                "s#a",
                "struct a { int x __attribute__ ( ( scalar_storage_order ( \"big-endian\" ) ) ) ; }",
            )],
            Unknown::Attribute(b"scalar_storage_order".to_vec()),
        ),
        (
            &[("s#a", "struct a { int x ; } __attribute__ ( ( randomize_layout ) )")],
            Unknown::Attribute(b"randomize_layout".to_vec()),
        ),
        // The parser drops it.
        (
            &[("s#a", "struct a { int : 3 __attribute__ ( ( packed ) ) ; }")],
            Unknown::Attribute(b"__attribute__((packed))".to_vec()),
        ),
        (&[("s#a", "struct a { int x [ y ] ; }")], Unknown::Expression(b"y".to_vec())),
        (&[("s#a", "struct a { int x [ 1 / 0 ] ; }")], Unknown::Expression(b"arithmetic".to_vec())),
        (
            &[(
                "s#a",
                "struct a { char x [ 0x7fffffffffffffff ] ; char y [ 0x7fffffffffffffff ] ; }",
            )],
            Unknown::TooLarge(b"struct a".to_vec()),
        ),
        (&[("s#a", "struct a { void x ; }")], Unknown::Type(b"void".to_vec())),
        // A member in Microsoft's C, nothing in any other.
        (
            &[("s#a", "struct a { s#b ; int x ; }"), ("s#b", "struct b { int y ; }")],
            Unknown::Type(b"struct b".to_vec()),
        ),
    ];
    for (declarations, expected) in cases {
        assert_eq!(layout_of(declarations, true), Err(expected.clone()), "{declarations:?}");
    }
}

#[test]
fn attributes_behind_a_tag_are_those_of_the_type_or_of_the_member() {
    let member = ("s#a", "struct a { char x ; s#b __attribute__ ( ( packed ) ) y ; }");
    let with = ("s#b", "struct b { int z ; } __attribute__ ( ( packed ) )");
    let without = ("s#b", "struct b { int z ; }");
    // Defined there, or packed as a member: both are known with our own record.
    assert_eq!(layout_of(&[member, with], true).map(|it| it.size), Ok(5));
    assert_eq!(layout_of(&[member, without], true).map(|it| it.size), Ok(5));
    // Upstream drops what stands behind the brace.
    assert_eq!(layout_of(&[member, without], false), Err(Unknown::Dropped(b"packed".to_vec())));
    let pointer = ("s#a", "struct a { char x ; s#b * y ; }");
    assert_eq!(layout_of(&[pointer], false).map(|it| it.size), Ok(16));
}

#[test]
fn long_long_is_aligned_to_four_in_structs_of_i386() {
    let declaration = b"struct a { char x ; long long y ; long long z : 40 ; double v [ 2 ] ; }";
    let mut engine = Engine::new(&I386, true, |_: &[u8]| Some(&declaration[..]));
    let layout = engine.layout(b"s#a").unwrap();
    assert_eq!((layout.size, layout.align), (36, Some(4)));
}

#[test]
fn types_in_one_another_without_end_do_not_end_the_program() {
    let deep: Vec<(String, String)> =
        (0..5000).map(|n| (format!("t#t{n}"), format!("typedef t#t{} t{n}", n + 1))).collect();
    let lookup = |name: &[u8]| {
        let number: usize = str::from_utf8(name).ok()?.strip_prefix("t#t")?.parse().ok()?;
        Some(deep.get(number)?.1.as_bytes())
    };
    let mut engine = Engine::new(&X86_64, true, lookup);
    assert!(matches!(engine.size(b"t#t0"), Err(Unknown::TooDeep(_))));
    let parentheses = |count| format!("{} 1 {}", "( ".repeat(count), ") ".repeat(count));
    let sizes = [
        (parentheses(9000), false),
        ("~ ".repeat(9000) + "1", false),
        ("1 + ".repeat(9000) + "1", false),
        ("( int ) ".repeat(9000) + "1", false),
        (parentheses(45), true),
        ("1 + ".repeat(240) + "1", true),
        ("( int ) ".repeat(150) + "1", true),
        ("~ ".repeat(240) + "5", true),
    ];
    for (size, is_known) in sizes {
        let declaration = format!("struct a {{ char x [ {size} ] ; }}");
        let mut engine = Engine::new(&X86_64, true, |_: &[u8]| Some(declaration.as_bytes()));
        assert_eq!(engine.size(b"s#a").is_ok(), is_known, "{size}");
    }
}

/// What the change of the first name does, where both sides have the other declarations as well.
fn impact_of(name: &str, old: &str, new: &str, others: &[(&str, &str)]) -> Impact {
    let side = |declaration| {
        move |wanted: &[u8]| {
            let found = others.iter().find(|(known, _)| known.as_bytes() == wanted);
            let other = found.map(|(_, declaration): &(&str, &str)| *declaration);
            let own = (wanted == name.as_bytes()).then_some(declaration);
            own.or(other).map(str::as_bytes)
        }
    };
    let mut before = Engine::for_comparison(&X86_64, true, side(old));
    let mut after = Engine::for_comparison(&X86_64, true, side(new));
    impact(name.as_bytes(), &mut before, &mut after)
}

/// What one line after another says of a change in `testdata/layout/impacts`.
#[derive(Default)]
struct Case<'a> {
    name: &'a str,
    class: &'a str,
    old: &'a str,
    new: &'a str,
    reasons: Vec<&'a str>,
}

impl<'a> Case<'a> {
    /// Reads the lines between two blank ones.
    fn read(block: &'a str) -> Self {
        let mut case = Self::default();
        for line in block.lines() {
            match line.split_once(' ') {
                Some(("#" | ":", _)) => {}
                Some(("-", text)) => case.old = text,
                Some(("+", text)) => case.new = text,
                Some(("=", text)) => case.reasons.push(text),
                _ => (case.name, case.class) = line.split_once(": ").unwrap(),
            }
        }
        case
    }
}

#[test]
fn what_a_change_does_is_told_from_layouts_and_values() {
    let text = fs::read_to_string("testdata/layout/impacts").unwrap();
    let (head, cases) = text.split_once("\n\n").unwrap();
    let others = head.lines().filter_map(|line| line.strip_prefix(": ")?.split_once(' '));
    let others: Vec<(&str, &str)> = others.collect();
    for Case { name, class, old, new, reasons } in cases.split("\n\n").map(Case::read) {
        let impact = impact_of(name, old, new, &others);
        let said: Vec<String> = impact.reasons.iter().map(ToString::to_string).collect();
        assert_eq!((impact.class.word(), said), (class, texts(&reasons)), "{old} -> {new}");
    }
}

/// Texts as they are compared.
fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn a_type_that_is_moved_by_another_in_it_says_so() {
    let side = |inner: &'static str| {
        move |name: &[u8]| match name {
            b"s#a" => Some(&b"struct a { s#b x ; int y ; }"[..]),
            b"s#b" => Some(inner.as_bytes()),
            _ => None,
        }
    };
    let mut before = Engine::for_comparison(&X86_64, true, side("struct b { int z ; }"));
    let mut after = Engine::for_comparison(&X86_64, true, side("struct b { int z [ 2 ] ; }"));
    let impact = impact(b"s#a", &mut before, &mut after);
    let inner: Vec<String> = impact.consequence_of.iter().map(ToString::to_string).collect();
    assert_eq!((impact.class, inner), (Class::Layout, texts(&["struct b"])));
}

/// Runs `modversions layout` with these arguments.
fn command(arguments: &[&str]) -> String {
    run(&[&["layout"], arguments].concat())
}

/// Runs `modversions` with these arguments.
fn run(arguments: &[&str]) -> String {
    let args: Vec<OsString> = ["modversions"].iter().chain(arguments).map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    format!("status: {status}\n{}{}", text(stdout), text(stderr))
}

#[test]
fn a_layout_is_shown_with_its_holes_and_side_by_side() {
    let pair = |name: &str| format!("testdata/abi-diff/{name}");
    let file = pair("change-compatible/new");
    insta::assert_snapshot!("table", command(&["struct tank", &file]));
    insta::assert_snapshot!("table-on-i386", command(&["tank", &file, "--arch", "i386"]));
    insta::assert_snapshot!("json", command(&["tank", &file, "--format", "json"]));
    let [old, new] = ["old", "new"].map(|side| pair("change-layout/") + side);
    insta::assert_snapshot!("side-by-side", command(&["tank", "--diff", &old, &new]));
    insta::assert_snapshot!("unknown", command(&["tank", &pair("change-unknown/new")]));
    insta::assert_snapshot!("not-there", command(&["pond", &file]));
    insta::assert_snapshot!("similar", command(&["tonk", &file]));
}

#[test]
fn all_types_that_differ_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let put = |side: &str, text: &str| {
        let path = folder.path().join(side);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = put(
        "old.symtypes",
        "s#gone struct gone { int a ; }\ns#grown struct grown { int a ; }\n\
         s#moved struct moved { char a ; char b ; }\ns#same struct same { s#grown * a ; }\n\
         t#alias typedef s#grown alias\n",
    );
    let new = put(
        "new.symtypes",
        "s#came struct came { int a ; }\ns#grown struct grown { int a ; int b ; }\n\
         s#moved struct moved { char b ; char a ; }\ns#same struct same { s#grown * a ; }\n\
         t#alias typedef s#grown alias\n",
    );
    let expected = "status: 0\n!\t4\t8\talias\n+\t-\t4\tstruct came\n-\t4\t-\tstruct gone\n\
        !\t4\t8\tstruct grown\n!\t2\t2\tstruct moved\n";
    assert_eq!(command(&["--all", "--diff", &old, &new]), expected);
    assert_eq!(command(&["--all", "--diff", &new, &new]), "status: 0\n");
    for arguments in [&["--all"][..], &["--all", &old, "--diff", &old, &new]] {
        let said = command(arguments);
        assert!(said.starts_with("status: 2\n") && said.contains("--all needs"), "{said}");
    }
}

/// What stands after the columns of tables of layouts.
fn after_columns(tables: &str) -> String {
    let is_of_table = |line: &&str| {
        line.len() > 19 && line[..19].bytes().all(|it| it.is_ascii_digit() || b" :".contains(&it))
    };
    tables.lines().filter(is_of_table).map(|line| format!("{}\n", &line[19..])).collect()
}

#[test]
fn several_types_are_shown_at_once_and_members_are_c() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.symtypes");
    let types = "s#pump struct pump { char name [ 16 ] ; int ( * start ) ( int , char [ 2 ] ) ; \
        s#valve * valves [ 2 ] [ 3 ] ; unsigned int on : 1 ; struct { char a ; int b [ 2 ] ; } rest ; \
        struct { long c ; } more [ 2 ] ; t#level level ; }\n\
        s#valve struct valve { union { int low ; long high ; } ; int * ( * gauge ) ( void ) ; }\n\
        t#level typedef struct { char full ; long at ; } level\n\
        start int start ( s#pump * )\n";
    std::fs::write(&file, types).unwrap();
    let file = file.to_str().unwrap();
    let said = command(&["level", "pump", "struct valve", file]);
    let shown = said.replace(folder.path().to_str().unwrap(), "DIR");
    insta::assert_snapshot!("several", shown);
    let source = folder.path().join("a.c");
    std::fs::write(&source, after_columns(&said)).unwrap();
    let compiled = Command::new("cc").arg("-fsyntax-only").arg(&source).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let said = command(&["pump", "struct valve", "--diff", file, file]);
    let is_head = |line: &&str| line.trim_start().starts_with("old ");
    assert_eq!(said.lines().filter(is_head).count(), 2, "{said}");
    assert!(said.contains("  int rest.b[2]\n"), "{said}");
    let said = command(&["pump", "gone", file]);
    assert!(said.starts_with("status: 2\n") && said.contains("no type gone"), "{said}");
    assert!(command(&[file]).starts_with("status: 2\n"));
}

/// Declarations of enums and typedefs, and those of a later release.
const NAMED: [&str; 2] = [
    "e#state enum state { STATE_OFF , STATE_ON , STATE_STUCK = 9 , STATE_LAST }\n\
     e#depth enum depth { DEPTH_LOW = - 2 , DEPTH_HIGH = 1 << 4 }\n\
     e#wide enum wide { WIDE_ONE = 1 , WIDE_MOST = 0xffffffffffffffff }\n\
     t#state_t typedef e#state state_t\n\
     t#mode_t typedef enum { MODE_A , MODE_B } mode_t\n\
     t#__pid_t typedef int __pid_t\nt#pid_t typedef t#__pid_t pid_t\n\
     t#name_t typedef char name_t [ 16 ]\nt#names_t typedef t#name_t names_t [ 2 ]\n\
     t#start_t typedef int ( * start_t ) ( t#pid_t , const char * )\n\
     t#call_t typedef void call_t ( t#pid_t )\n\
     t#truth typedef _Bool truth\n\
     t#low typedef unsigned long long low __attribute__ ( ( aligned ( 4 ) ) )\n\
     t#away typedef s#away away\ns#away struct away { UNKNOWN }\n",
    "e#state enum state { STATE_OFF , STATE_IDLE , STATE_ON , STATE_STUCK = 9 , STATE_END }\n\
     e#depth enum depth { DEPTH_LOW , DEPTH_HIGH = 1 << 4 }\n\
     t#mode_t typedef int mode_t\n\
     t#__pid_t typedef long __pid_t\nt#pid_t typedef t#__pid_t pid_t\n\
     t#start_t typedef int ( * start_t ) ( t#pid_t )\n",
];

#[test]
fn enums_and_typedefs_of_anything_are_shown_as_c() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let [old, new] = [put("old.symtypes", NAMED[0]), put("new.symtypes", NAMED[1])];
    let record = NAMED[0].lines().map(|line| line.replacen(' ', "\tpump.h:1\t", 1) + "\n");
    let record = record.collect::<String>().replace("{ UNKNOWN }", "{ int x ; }");
    let head = "#abi\t1\n#model\ti386\n#export\tdrain\t0x00000001\tpump.c\n";
    let record =
        put("old.abi", &format!("{head}{record}drain\tpump.c:9\tvoid drain ( t#pid_t )\n"));
    let mut said = String::new();
    for words in [
        &[
            "enum state",
            "depth",
            "wide",
            "state_t",
            "mode_t",
            "pid_t",
            "names_t",
            "start_t",
            "call_t",
            "truth",
            "low",
            &old,
        ][..],
        &["away", &old],
        &["typedef low", "e#wide", "start_t", &record],
        &["state", "depth", "pid_t", "start_t", "mode_t", "--diff", &old, &new],
        &["depth", "pid_t", &old, "--format", "json"],
        &["stat", &old],
        &["struct pid_t", &old],
        &["--all", &old],
        &["--all", "--diff", &old, &new],
    ] {
        said += &format!("$ {}\n{}\n", words.join(" "), command(words));
    }
    insta::assert_snapshot!("named", said.replace(folder.path().to_str().unwrap(), "DIR"));
}

/// C with these types, of which the compiler says the size and the alignment, and whether -1 is less
/// than 0 in them.
#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn enums_and_typedefs_compile_and_have_the_compilers_size_and_sign() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.symtypes");
    fs::write(&file, NAMED[0]).unwrap();
    let file = file.to_str().unwrap();
    let types =
        ["enum state", "enum depth", "enum wide", "mode_t", "pid_t", "names_t", "truth", "low"];
    let said = command(&[&types[..], &["call_t", "start_t", file]].concat());
    let mut text = after_columns(&said);
    let document = command(&[&types[..], &[file, "--format", "json"]].concat());
    let (_, document) = document.split_once('\n').unwrap();
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    let variants = document["sources"][0]["variants"].as_array().unwrap();
    assert_eq!(variants.len(), types.len(), "{document}");
    for (name, variant) in types.iter().zip(variants) {
        let (size, align) = (&variant["size"], &variant["align"]);
        writeln!(text, "_Static_assert(sizeof({name}) == {size}, \"size of {name}\");").unwrap();
        writeln!(text, "_Static_assert(__alignof__({name}) == {align}, \"{name}\");").unwrap();
        if let Some(is_signed) = variant["is_signed"].as_bool() {
            let is_signed = u8::from(is_signed);
            writeln!(text, "_Static_assert((({name})-1 < 0) == {is_signed}, \"sign of {name}\");")
                .unwrap();
        }
        for enumerator in variant["enumerators"].as_array().unwrap() {
            let (name, value) = (enumerator["name"].as_str().unwrap(), &enumerator["value"]);
            writeln!(text, "_Static_assert({name} == {value}, \"{name}\");").unwrap();
        }
    }
    let source = folder.path().join("a.c");
    fs::write(&source, &text).unwrap();
    let compiled = Command::new("cc").args(["-w", "-fsyntax-only"]).arg(&source).output().unwrap();
    assert!(compiled.status.success(), "{}\n{text}", String::from_utf8_lossy(&compiled.stderr));
}

/// BTF with enums and typedefs. Only if `tells_signs` an enum with negative values says so.
fn put_named_btf(path: &Path, tells_signs: bool) {
    let mut kernel = Writer::new(false);
    let int = kernel.int("int", 4);
    let char = kernel.int("char", 1);
    kernel.int("long unsigned int", 8);
    kernel.list("task_struct", STRUCT, 4, &[("state", &[int, 0])]);
    let inner = kernel.add("__pid_t", TYPEDEF, 0, int, &[]);
    kernel.add("pid_t", TYPEDEF, 0, inner, &[]);
    let sign = if tells_signs { FLAG } else { 0 };
    kernel.list("depth", ENUM | sign, 4, &[("LOW", &[-2_i32 as u32]), ("HIGH", &[16])]);
    let state = kernel.list("state", ENUM, 4, &[("OFF", &[0]), ("ON", &[1])]);
    kernel.add("state_t", TYPEDEF, 0, state, &[]);
    kernel.list("wide", ENUM64, 8, &[("ONE", &[1, 0]), ("MOST", &[u32::MAX, u32::MAX])]);
    kernel.list("absent", ENUM, 4, &[]);
    let name = kernel.add("", ARRAY, 0, 0, &[char, int, 16]);
    kernel.add("name_t", TYPEDEF, 0, name, &[]);
    let call = kernel.add("", PROTOTYPE, 1, int, &[0, inner]);
    kernel.add("call_t", TYPEDEF, 0, call, &[]);
    let pointer = kernel.add("", POINTER, 0, call, &[]);
    kernel.add("start_t", TYPEDEF, 0, pointer, &[]);
    let away = kernel.add("away", FORWARD, 0, 0, &[]);
    kernel.add("away_t", TYPEDEF, 0, away, &[]);
    fs::write(path, kernel.bytes()).unwrap();
}

#[test]
fn enums_and_typedefs_are_read_from_btf() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [newer, older, types] = ["newer", "older", "a.symtypes"].map(path);
    put_named_btf(Path::new(&newer), true);
    put_named_btf(Path::new(&older), false);
    fs::write(&types, NAMED[0]).unwrap();
    let mut said = String::new();
    for words in [
        &["pid_t", "depth", "state", "state_t", "wide", "name_t", "call_t", "start_t", &newer][..],
        &["depth", &older],
        &["enum absent", &newer],
        &["away_t", &newer],
        &["stat", &newer],
        &["depth", "call_t", &older, "--format", "json"],
        &["pid_t", "depth", "state", "--diff", &types, &newer],
        &["--all", &newer],
        &["--all", "--diff", &older, &newer],
    ] {
        said += &format!("$ {}\n{}\n", words.join(" "), command(words));
    }
    insta::assert_snapshot!("named-btf", said.replace(folder.path().to_str().unwrap(), "DIR"));
}

/// The BTF of a kernel with a `struct tank` that the module `station` has too; two modules have
/// another one.
fn put_btf(folder: &Path) {
    let mut kernel = Writer::new(false);
    let of_tank = |to: &mut Writer, next: u32| {
        let members: &[(&str, &[u32])] = &[("level", &[1, 0]), ("next", &[next, 64])];
        to.list("tank", STRUCT, 16, members)
    };
    kernel.int("int", 4);
    kernel.int("long unsigned int", 8);
    let tank = of_tank(&mut kernel, 4);
    kernel.add("", POINTER, 0, tank, &[]);
    kernel.add("tank_t", TYPEDEF, 0, tank, &[]);
    kernel.list("task_struct", STRUCT, 4, &[("state", &[1, 0])]);
    fs::write(folder.join("vmlinux"), kernel.bytes()).unwrap();
    let mut module = Writer::on(&kernel);
    let next = module.add("", POINTER, 0, 8, &[]);
    of_tank(&mut module, next);
    fs::write(folder.join("station"), module.bytes()).unwrap();
    for name in ["pump", "valve"] {
        let mut module = Writer::on(&kernel);
        module.list("tank", STRUCT, 4, &[("level", &[1, 0])]);
        fs::write(folder.join(name), module.bytes()).unwrap();
    }
}

#[test]
fn a_layout_is_taken_from_the_best_that_a_source_has() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for name in ["btf", "both", "types"] {
        fs::create_dir(path(name)).unwrap();
    }
    let [btf, both, types, pump] = ["btf", "both", "types", "btf/pump"].map(path);
    let [kernel, record] = ["btf/vmlinux", "both/tank.abi"].map(path);
    put_btf(Path::new(&btf));
    fs::copy(&kernel, path("both/vmlinux")).unwrap();
    let line =
        "s#tank struct tank { int level ; s#tank * next ; }\ndrain void drain ( s#tank * )\n";
    fs::write(path("both/tank.symtypes"), line).unwrap();
    fs::write(path("types/tank.symtypes"), line).unwrap();
    let packed = "#abi\t1\n#model\tx86-64\n#export\tdrain\t0x00000001\ttank.c\n\
        s#tank\ttank.h:1\tstruct tank { int level ; s#tank * next ; } \
        __attribute__ ( ( packed ) )\ndrain\ttank.c:9\tvoid drain ( s#tank * )\n";
    fs::write(&record, packed).unwrap();
    fs::write(path("bad.btf"), &fs::read(&kernel).unwrap()[..60]).unwrap();
    let bad = path("bad.btf");
    let mut said = String::new();
    for arguments in [
        &["tank", &btf][..],
        &["tank_t", &btf, "--format", "json"],
        &["union tank", &btf],
        &["tank", &pump],
        &["tank", &pump, "--btf-base", &kernel],
        &["tank", &both],
        &["tank", &both, "--from", "abi"],
        &["tank", &both, "--from", "symtypes"],
        &["tank", &types, "--from", "btf"],
        &["tank", &types, "--from", "abi"],
        &["tank", &record, "--from", "symtypes"],
        &["tank", "--diff", &types, &btf],
        &["tank", "--diff", &btf, &btf],
        &["tank", &bad],
        &["tank", &path("nothing")],
    ] {
        said += &format!("$ {}\n{}\n", arguments.join(" "), command(arguments));
    }
    insta::assert_snapshot!("sources", said.replace(folder.to_str().unwrap(), "DIR"));
}

/// A record of an object for `model`, with a pointer in a struct.
fn record_for(model: &str) -> String {
    format!(
        "#abi\t1\n{model}#export\tdrain\t0x00000001\ttank.c\n\
         s#tank\ttank.h:1\tstruct tank {{ int level ; s#tank * next ; }}\n\
         drain\ttank.c:9\tvoid drain ( s#tank * )\n"
    )
}

#[test]
fn records_tell_what_layouts_are_computed_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (file, models) in [
        ("arm/tank.abi", "#model\tarm\n"),
        ("arm/lost.abi", "#model\tunknown\n"),
        ("x86/tank.abi", "#model\tx86-64\n"),
        ("lost/tank.abi", "#model\tunknown\n"),
        ("two/a.abi", "#model\tx86-64\n"),
        ("two/b.abi", "#model\ts390x\n"),
        ("merged/tank.abi", "#model\tarm\n#model\tarm64\n"),
        ("new/tank.abi", "#model\tx86-65\n"),
    ] {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, record_for(models)).unwrap();
    }
    let in_folder = |word: &str| match folder.join(word).exists() {
        true => folder.join(word).to_str().unwrap().to_owned(),
        false => word.to_owned(),
    };
    let mut said = String::new();
    for words in [
        "layout tank arm",
        "layout tank arm/tank.abi --arch=arm",
        "layout tank arm/tank.abi --arch=i386",
        "layout tank arm --arch x86-64",
        "layout tank lost",
        "layout tank lost --arch i386",
        "layout tank two",
        "layout tank merged",
        "layout tank new",
        "layout tank --diff arm x86",
        "abi-diff arm x86",
        "abi-diff arm arm --arch=arm64",
        "abi-diff arm lost",
    ] {
        let arguments: Vec<String> = words.split(' ').map(in_folder).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        said += &format!("$ {words}\n{}\n", run(&arguments));
    }
    insta::assert_snapshot!("models", said.replace(folder.to_str().unwrap(), "DIR"));
}

#[test]
fn all_types_are_listed_each_variant_by_the_file_that_has_it() {
    let tree = tempfile::tempdir().unwrap();
    let files = [
        (
            "a",
            "s#box struct box { char a ; long b ; struct { char c ; int d ; } e ; }\n\
             s#priv struct priv { int x ; }\n\
             s#holder struct holder { s#priv p ; s#box * q ; }\n\
             t#u32 typedef unsigned int u32\n\
             t#call typedef int call ( s#away * )\n\
             s#away struct away { UNKNOWN }\n\
             use int use ( s#holder * , t#u32 , t#call * )\n",
        ),
        (
            "b",
            "s#box struct box { char a ; long b ; struct { char c ; int d ; } e ; }\n\
             s#priv struct priv { long x ; char y ; }\n\
             s#outer struct outer { s#priv p ; s#box b ; }\n\
             s#odd struct odd { char x [ NAMELESS ] ; }\n\
             e#when enum when { NOW }\n\
             look int look ( s#outer * , s#odd * , e#when )\n",
        ),
        ("c", "s#priv struct priv { long x ; char y ; }\nget s#priv * get ( void )\n"),
    ];
    for (name, text) in files {
        fs::write(tree.path().join(name).with_extension("symtypes"), text).unwrap();
    }
    let expected = "status: 1\n\
                    4\t4\t0\tenum when\n\
                    24\t8\t2\tstruct box\n\
                    16\t8\t1\tstruct holder\n\
                    ?\t?\t?\tstruct odd\tthe value of NAMELESS cannot be evaluated\n\
                    40\t8\t0\tstruct outer\n\
                    16\t8\t1\tstruct priv\n\
                    4\t4\t0\tstruct priv\n\
                    4\t4\t0\tu32\n";
    assert_eq!(command(&["--all", tree.path().to_str().unwrap()]), expected);
    // Without the variants, of one file at a time, the sizes are the same.
    let alone = command(&["--all", tree.path().join("b.symtypes").to_str().unwrap()]);
    for line in alone.lines().skip(1) {
        assert!(expected.contains(line), "{line}");
    }
}

#[test]
fn all_types_of_a_kernel_and_its_modules_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    put_btf(folder.path());
    let folder = folder.path().to_str().unwrap();
    let expected = "status: 0\n\
                    16\t-\t1\tstruct tank\n\
                    16\t-\t1\ttank_t\n\
                    4\t-\t0\tstruct task_struct\n\
                    16\t-\t1\tstruct tank\n\
                    4\t-\t0\tstruct tank\n";
    assert_eq!(command(&["--all", folder]), expected);
    assert!(command(&["--all", folder, "--from", "abi"]).starts_with("status: 2\n"));
}
