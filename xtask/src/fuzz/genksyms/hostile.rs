//! Inputs that no compiler ever made: ours must end on each of them, soon and in little memory.

use modversions::genksyms::{Reading, run};
use modversions::release::{Behaviour, Genksyms, KernelRelease};

use super::input::Input;
use super::text::{percent, pick};
use super::watch::{TIME, thread_time};

/// The largest input.
const LARGEST: usize = 1 << 20;

/// The releases, one for each that says something of its own.
const RELEASES: [KernelRelease; 5] = [
    KernelRelease::new(2, 6, 32),
    KernelRelease::series(4, 19),
    KernelRelease::series(6, 1),
    KernelRelease::series(6, 14),
    KernelRelease::series(7, 2),
];

/// What is repeated without end, some of it with a number in place of `N`.
const REPEATED: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "*",
    ",",
    ";",
    "=",
    ":",
    "\"",
    "'",
    "#",
    "\n",
    "a ",
    "int ",
    "\\",
    "struct{",
    "struct s{",
    "struct sN{",
    "union{int a;",
    "int(*",
    "int (",
    "int f(int(*)(",
    "typeof(",
    "typeof(int(",
    "enum{A=",
    "enum{AN,",
    "AN=AN,",
    "a,",
    "#\n",
    "# N \"f\"\n",
    "L\"",
    "__attribute__((",
    "asm(",
    "_Static_assert(",
    "typedef ",
    "typedef int tN;",
    "const ",
    "...",
    "typedef struct sN tN;struct sN{tN a;};",
    "extern int nN;",
    "int nN(void){",
    "int n(int a,",
    "__GENKSYMS_EXPORT_SYMBOL(n);",
    "int n;__GENKSYMS_EXPORT_SYMBOL(n);",
    "=(",
    "int a=",
    "\"\\",
    "int nN;__GENKSYMS_EXPORT_SYMBOL(nN);",
    "@;",
    "struct{int a@;};",
    "int a:",
    "1",
    "0x",
    "1e",
    "struct s{int @",
    "int f(@",
    "int f(a b);",
    "enum e{@};",
    "__extension__ ",
    "\"\n",
    "\0",
    "\x7f",
];

/// What may come before and behind that.
const AROUND: &[&str] = &[
    "",
    "",
    "int a",
    "struct s {",
    "enum e {",
    "int f(",
    "typedef int t;",
    "typeof(",
    "int a = ",
    "struct s { int a : ",
    "int a[",
    "int f(void) {",
    "# 1 \"a.c\"\n",
    "_Static_assert(",
    "};",
    ";\nstruct s v; __GENKSYMS_EXPORT_SYMBOL(v);",
    "= 1;",
    "int n;__GENKSYMS_EXPORT_SYMBOL(n);",
];

/// The hostile input of this seed, and the release it is for.
pub fn input(seed: u64) -> (Input, Genksyms) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let rng = &mut rng;
    let size = (1_usize << rng.u32(4..=20)).min(LARGEST);
    let mut source = match rng.u32(..10) {
        0 => (0..size).map(|_| rng.u8(..)).collect(),
        1 => (0..size).map(|_| pick(b"(){}[]*,;=:\"'#\n\\ a1", rng)).collect(),
        2 => chain(rng, size),
        3 => mixed(rng, size),
        _ => repeated(rng, size),
    };
    source.truncate(LARGEST);
    let release = pick(&RELEASES, rng);
    let reference = percent(20, rng).then(|| source.clone());
    let source = if percent(10, rng) { source[..source.len() / 2].to_vec() } else { source };
    let input = Input {
        source,
        reference,
        warnings: percent(30, rng),
        debug: percent(20, rng),
        dump: percent(20, rng),
        preserve: percent(20, rng),
    };
    (input, Behaviour::at(release).genksyms)
}

/// One thing, many times.
fn repeated(rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let mut source = pick(AROUND, rng).as_bytes().to_vec();
    let piece = pick(REPEATED, rng);
    for number in 0.. {
        if source.len() >= size {
            break;
        }
        source.extend_from_slice(piece.replace('N', &number.to_string()).as_bytes());
    }
    source.extend_from_slice(pick(AROUND, rng).as_bytes());
    source
}

/// Some things, some times each.
fn mixed(rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let mut source = Vec::new();
    while source.len() < size {
        let part = rng.usize(1..=size);
        source.extend(repeated(rng, part));
    }
    source
}

/// Declarations each of which hangs on the one before, and an export of the last.
fn chain(rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let (first, link, last) = pick(
        &[
            ("typedef int t0;", "typedef tP *tN;", "tN v;"),
            ("struct s0{int a;};", "struct sN{struct sP a;};", "struct sN v;"),
            ("struct s0{int a;};", "struct sN{struct sP a,b;struct sM*c;};", "struct sN v;"),
            ("enum{A0};", "enum{AN=AP};", "int v[AN];"),
            ("enum{A0=1};", "enum{AN=AP+AP};", "int v[AN];"),
            ("typedef int t0;", "typedef tP tN(tP,tP);", "tN v;"),
        ],
        rng,
    );
    let mut source = first.as_bytes().to_vec();
    let numbered = |text: &str, number: usize| {
        text.replace('N', &number.to_string())
            .replace('P', &number.saturating_sub(1).to_string())
            .replace('M', &(number + 1).to_string())
    };
    let mut number = 1;
    while source.len() < size {
        source.extend_from_slice(numbered(link, number).as_bytes());
        number += 1;
    }
    source.extend_from_slice(numbered(last, number - 1).as_bytes());
    source.extend_from_slice(b"__GENKSYMS_EXPORT_SYMBOL(v);");
    source
}

/// Runs ours in both readings. What is wrong, if something is.
pub fn check(input: &Input, release: &Genksyms) -> Option<&'static str> {
    let mut outputs = Vec::new();
    for reading in [Reading::AsNeeded, Reading::Everything] {
        let start = thread_time();
        let reference = input.reference.as_deref();
        let output = run(&input.source, reference, &input.options(reading), release);
        if thread_time().saturating_sub(start) > TIME {
            return Some("slow");
        }
        outputs.push(output);
    }
    match outputs.as_slice() {
        [one, other] if one != other => Some("readings"),
        [one, _] if one.status > 1 => Some("status"),
        _ => None,
    }
}
