//! The files that Kbuild compiles, and how: read from what make prints in a dry run.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use memchr::memmem;

use super::shell;

/// A file that Kbuild compiles for the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The object without `.o`, from the top of the build tree: `lib/sort`.
    pub(super) object: Vec<u8>,
    /// The source, as the command names it: `lib/sort.c`.
    pub(super) source: Vec<u8>,
    /// The compiler and its options, up to the source, without what it writes. For an assembler file,
    /// the whole command that preprocesses what the script makes.
    pub(super) words: Vec<OsString>,
    /// For an assembler file: the script by which Kbuild makes C of its exports.
    pub(super) script: Option<Vec<u8>>,
    /// The module that it is a part of, without `.ko`: `vmlinux`, or a path.
    pub(super) module: Vec<u8>,
}

/// The path of a file for an object: `lib/sort.symtypes`.
pub(super) fn file_name(object: &[u8], ending: &str) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&[object, b".", ending.as_bytes()].concat()))
}

/// The C files of a dry run, and the assembler files that Kbuild versions, sorted by object: the last
/// command for each.
pub(super) fn of_dry_run(printed: &[u8]) -> Vec<Unit> {
    let modules = modules(printed);
    let mut units = BTreeMap::new();
    for line in logical_lines(printed) {
        if memmem::find(line, b"-D__KERNEL__").is_none() {
            continue;
        }
        if let Some(unit) = assembler(line) {
            units.insert(unit.object.clone(), unit);
        }
        if memmem::find(line, b" -c ").is_none() {
            continue;
        }
        for words in shell::commands(line) {
            if let Some(mut unit) = unit(words) {
                if let Some(path) = modules.get(&with_underscores(base_name(&unit.module))) {
                    unit.module = path.to_vec();
                }
                units.insert(unit.object.clone(), unit);
            }
        }
    }
    units.into_values().collect()
}

/// The modules that make would link, by their names with underscores in the place of hyphens: so the
/// compiler is told them, with the folder of the object, which may be another one. No two modules of
/// a kernel have the same name.
fn modules(printed: &[u8]) -> BTreeMap<Vec<u8>, &[u8]> {
    let mut modules = BTreeMap::new();
    for at in memmem::find_iter(printed, b".mod") {
        let is_path = |byte: &u8| byte.is_ascii_graphic() && !b"'\"(){};|&<>@=".contains(byte);
        let length = printed[..at].iter().rev().take_while(|byte| is_path(byte)).count();
        let path = &printed[at - length..at];
        let ends = printed.get(at + 4).is_none_or(|byte| !is_path(byte));
        // The name of a variable in a `.cmd` file begins so.
        let is_variable = path.starts_with(b"cmd_") || path.starts_with(b"savedcmd_");
        if ends && !path.is_empty() && !is_variable {
            modules.entry(with_underscores(base_name(path))).or_insert(path);
        }
    }
    modules
}

/// What stands after the last slash of a path.
fn base_name(path: &[u8]) -> &[u8] {
    &path[path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1)..]
}

/// A name without hyphens.
fn with_underscores(name: &[u8]) -> Vec<u8> {
    name.iter().map(|byte| if *byte == b'-' { b'_' } else { *byte }).collect()
}

/// The lines of a text; one that ends in a backslash goes on in the next one.
fn logical_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut ends = memchr::memchr_iter(b'\n', rest);
        let end = ends.find(|end| *end == 0 || rest[end - 1] != b'\\');
        let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        rest = after;
        Some(line)
    })
}

/// What a command compiles, if it compiles a C file of the kernel to an object.
fn unit(words: Vec<Vec<u8>>) -> Option<Unit> {
    let has = |wanted: &[u8]| words.iter().any(|word| word == wanted);
    let first = words.first()?;
    if first == b"echo" || first == b"printf" || !has(b"-c") || !has(b"-D__KERNEL__") {
        return None;
    }
    let target = words.iter().position(|word| word == b"-o")? + 1;
    let object = words.get(target)?.strip_suffix(b".o")?;
    let object = object.strip_prefix(b"./").unwrap_or(object).to_vec();
    let place = words.iter().rposition(|word| is_c(word)).filter(|place| *place != target)?;
    let source = words[place].clone();
    let module = module(&words, &object);
    let mut kept: Vec<OsString> = Vec::with_capacity(words.len());
    for (at, word) in words.into_iter().enumerate() {
        let writes = at + 1 == target || at == target || at == place || word == b"-c";
        if !writes && !word.starts_with(b"-Wp,-M") {
            kept.push(OsString::from_vec(word));
        }
    }
    Some(Unit { object, source, words: kept, script: None, module })
}

/// The assembler file whose exports a line versions: `…; then SCRIPT | COMPILER … -xc - | genksyms …`.
fn assembler(line: &[u8]) -> Option<Unit> {
    let compiler = memmem::find(line, b" -D__GENKSYMS__ ")?;
    let end = compiler + memmem::find(&line[compiler..], b" -xc - ")? + b" -xc -".len();
    let pipe = line[..compiler].iter().rposition(|byte| *byte == b'|')?;
    let start = memmem::find(line, b"; then ")? + b"; then ".len();
    let script = line.get(start..pipe)?;
    let commands = shell::commands(script);
    let words = commands.iter().find(|words| words.iter().any(|word| word.ends_with(b".S")))?;
    let source = words.iter().find(|word| word.ends_with(b".S"))?.clone();
    let list = words.iter().find_map(|word| word.strip_prefix(b"-Wp,-MMD,"))?;
    // `lib/.memcpy.o.d` is the list of `lib/memcpy.o`.
    let name = list.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let stem = list[name..].strip_prefix(b".")?.strip_suffix(b".o.d")?;
    let object = [&list[..name], stem].concat();
    let words = shell::commands(&line[pipe + 1..end]).into_iter().next()?;
    let module = module(&words, &object);
    let writes = |word: &Vec<u8>| word.starts_with(b"-Wp,-M");
    let words = words.into_iter().filter(|word| !writes(word)).map(OsString::from_vec).collect();
    Some(Unit { object, source, words, script: Some(without_lists(script)), module })
}

/// A script without the options that write lists of dependencies.
fn without_lists(script: &[u8]) -> Vec<u8> {
    let words = script.split(|byte| *byte == b' ').filter(|word| !word.starts_with(b"-Wp,-M"));
    words.collect::<Vec<_>>().join(&b' ')
}

/// Whether this is the name of a C file.
fn is_c(word: &[u8]) -> bool {
    word.ends_with(b".c") && word.len() > 2 && word[0] != b'-'
}

/// The module that a command compiles for.
fn module(words: &[Vec<u8>], object: &[u8]) -> Vec<u8> {
    let value = |name: &[u8]| {
        let word = words.iter().find_map(|word| word.strip_prefix(name))?;
        Some(word.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(word))
    };
    if !words.iter().any(|word| word == b"-DMODULE") {
        return b"vmlinux".to_vec();
    }
    if let Some(path) = value(b"-DKBUILD_MODFILE=") {
        return path.strip_prefix(b"./").unwrap_or(path).to_vec();
    }
    // Before 5.4 there is only the name, in the object's folder.
    let folder = object.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let name = value(b"-DKBUILD_MODNAME=").unwrap_or(&object[folder..]);
    [&object[..folder], name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_says_how_files_are_compiled() {
        let text = br##"make -f scripts/Makefile.build obj=lib
set -e; echo '  CC lib/a.o'; gcc -Wp,-MMD,lib/.a.o.d -Iinclude -include x.h -D__KERNEL__ -DKBUILD_MODFILE='"lib/a"' -c -o lib/a.o lib/a.c ; objtool lib/a.o
gcc -Iinclude -D__KERNEL__ -DMODULE -DKBUILD_MODFILE='"drivers/b/../a/m_n"' \
  -c -o drivers/b/c.o ../drivers/b/c.c
{ echo c.o; } > drivers/b/m-n.mod; printf '%s' 'cmd_drivers/b/m-n.mod := x' > .cmd
gcc -o scripts/host scripts/host.c
gcc -D__KERNEL__ -c -o lib/s.o lib/s.S
set -e; if nm lib/s.o | grep -q __ksymtab; then { echo "#include <k.h>"; gcc -E -Wp,-MMD,lib/.s.o.d -D__KERNEL__ lib/s.S | sed 's/|/x/'; } | gcc -E -D__GENKSYMS__ -Wp,-MMD,lib/.s.o.d -Iinclude -xc - | genksyms >> lib/.s.o.cmd; fi
"##;
        let units = of_dry_run(text);
        let shown = |unit: &Unit| {
            let parts = [&unit.object, &unit.source, &unit.module];
            parts.map(|part| String::from_utf8_lossy(part).into_owned()).join(" ")
        };
        let shown: Vec<String> = units.iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                "drivers/b/c ../drivers/b/c.c drivers/b/m-n",
                "lib/a lib/a.c vmlinux",
                "lib/s lib/s.S vmlinux"
            ]
        );
        let script = units[2].script.as_deref().map(String::from_utf8_lossy);
        let expected = "{ echo \"#include <k.h>\"; gcc -E -D__KERNEL__ lib/s.S | sed 's/|/x/'; } ";
        assert_eq!(script.as_deref(), Some(expected));
        assert_eq!(units[2].words, ["gcc", "-E", "-D__GENKSYMS__", "-Iinclude", "-xc", "-"]);
        let words = ["gcc", "-Iinclude", "-include", "x.h", "-D__KERNEL__"];
        assert_eq!(units[1].words[..5], words);
        assert_eq!(units[1].words.len(), 6, "{:?}", units[1].words);
    }
}
