//! Random rules of kABI.

use fastrand::Rng;

use super::declare::Scope;

/// The section that rules are in.
const SECTION: &str = ".discard.gendwarfksyms.kabi_rules";

/// Numbers, and what is none.
const VALUES: [&str; 9] = ["0", "1", "8", "64", " 12", "+04", "-1", "", "18446744073709551616"];

/// A declaration that puts rules into their section.
pub fn section(scope: &Scope, exports: &[String], rng: &mut Rng) -> String {
    let mut fields = String::new();
    for _ in 0..rng.usize(1..8) {
        for field in rule(scope, exports, rng) {
            fields.push_str(&format!("\\t.asciz \\\"{field}\\\"\\n"));
        }
    }
    // Not whole.
    if rng.u8(0..24) == 0 {
        fields.push_str("\\t.asciz \\\"1\\\"\\n");
    }
    format!("asm(\".pushsection {SECTION},\\\"\\\"\\n{fields}\\t.popsection\");")
}

/// Version, kind, target and value of one.
fn rule(scope: &Scope, exports: &[String], rng: &mut Rng) -> [String; 4] {
    let version = if rng.u8(0..60) == 0 { "2" } else { "1" };
    let name = one(&scope.names, rng).unwrap_or_else(|| "int".to_owned());
    let enumerator = one(&scope.enumerators, rng).unwrap_or_else(|| "none E0".to_owned());
    let value = match rng.u8(0..12) {
        0 => VALUES[rng.usize(..VALUES.len())].to_owned(),
        _ => rng.u16(..).to_string(),
    };
    let (kind, target, value) = match rng.u8(0..40) {
        0 => ("nothing_known", name, value),
        1..12 => ("declonly", name, String::new()),
        12..18 => ("enumerator_ignore", enumerator, String::new()),
        18..24 => ("enumerator_value", enumerator, value),
        24..34 => ("byte_size", name, value),
        _ => type_string(&name, exports, scope, rng),
    };
    [version.to_owned(), kind.to_owned(), target, value]
}

/// A rule that replaces the text of a type or of an export.
fn type_string(
    name: &str,
    exports: &[String],
    scope: &Scope,
    rng: &mut Rng,
) -> (&'static str, String, String) {
    let other = one(&scope.names, rng).unwrap_or_else(|| "gone".to_owned());
    let target = match rng.u8(0..4) {
        0 => exports[rng.usize(..exports.len())].clone(),
        kind => format!("{}#{name}", ["s", "u", "e", "t"][usize::from(kind)]),
    };
    let text = match rng.u8(0..8) {
        0 => "structure_type of a rule".to_owned(),
        1 => format!("structure_type {name} {{ member s#{other} m }}"),
        2 => format!("union_type {name} {{ member s#'{other}' m }}"),
        3 => format!("typedef_type {name} {{ s#{name} }}"),
        _ => format!("structure_type {name} {{ member base_type int m }} byte_size(4)"),
    };
    ("type_string", target, text)
}

fn one(names: &[String], rng: &mut Rng) -> Option<String> {
    (!names.is_empty()).then(|| names[rng.usize(..names.len())].clone())
}
