//! The rooms of the house: which may import from which, and that no files import in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, assert_none, code, files, read};

/// The rooms of `src`, the lowest first: a file imports only from its own room and from lower ones.
/// docs/architecture.md shows the same list.
const ROOMS: &[&str] = &[
    "shown",
    "difference",
    "crc",
    "release",
    "formats",
    "report",
    "parquet",
    "elf",
    "btf",
    "canonical",
    "module",
    "kernel",
    "layout",
    "cpp",
    "genksyms",
    "modpost",
    "gendwarfksyms",
    "corpus",
    "abi_diff",
    "check",
    "history",
    "inputs",
    "cli",
];

/// The one circle that is meant to be: genksyms' lexer asks the table, its parser directs the lexer,
/// and expansion defines (docs/architecture.md, "Three back edges").
const GENKSYMS: &[&str] = &[
    "src/genksyms/actions.rs",
    "src/genksyms/chain.rs",
    "src/genksyms/deferred.rs",
    "src/genksyms/definitions.rs",
    "src/genksyms/diagnostics/events.rs",
    "src/genksyms/expand.rs",
    "src/genksyms/interner.rs",
    "src/genksyms/keywords.rs",
    "src/genksyms/lex.rs",
    "src/genksyms/parse.rs",
    "src/genksyms/session.rs",
    "src/genksyms/skim/known.rs",
    "src/genksyms/tables.rs",
];

/// What the files of the product import from each other.
struct Imports {
    /// The file of each module, by its path: `abi_diff::causes`.
    modules: BTreeMap<String, String>,
    /// What a name stands for that a module imports, by `module::name`.
    names: BTreeMap<String, String>,
}

/// The path of the module in a file: `src/btf/kinds.rs` is `btf::kinds`, `src/btf/mod.rs` is `btf`,
/// and `src/lib.rs` has the empty path.
fn module(file: &str) -> String {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    match path.trim_end_matches("/mod") {
        "lib" => String::new(),
        path => path.replace('/', "::"),
    }
}

/// A name that a `use` statement brings in.
struct Import {
    /// What it is imported as.
    name: String,
    /// Its path, as it is written.
    path: String,
    /// Whether others may import it from here.
    is_public: bool,
}

/// What the `use` statements of some code bring in, and the code without them.
fn imported(code: &str) -> (Vec<Import>, String) {
    let mut found = Vec::new();
    let mut other = String::new();
    let mut rest = code;
    while let Some((line, after)) = rest.split_once('\n') {
        // In a module within the file, `super` is the file itself.
        let is_within = line.starts_with("    use super::");
        let line = line.trim_start();
        let public = ["pub ", "pub(crate) ", "pub(super) "];
        let public = public.iter().find_map(|word| line.strip_prefix(word));
        let is_use = !is_within && public.unwrap_or(line).starts_with("use ");
        match rest.split_once(';').filter(|_| is_use) {
            Some((statement, after)) => {
                let tree = statement.split_once("use ").map_or("", |(_, tree)| tree);
                let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
                expand("", &tree, public.is_some(), &mut found);
                rest = after;
            }
            None if is_within => rest = after,
            None => {
                // Who may see something is no import.
                other += line
                    .split_once("pub(in ")
                    .map_or(line, |(_, rest)| rest.split_once(')').map_or("", |(_, rest)| rest));
                other.push('\n');
                rest = after;
            }
        }
    }
    (found, other)
}

/// Adds the paths of a `use` tree below `prefix`.
fn expand(prefix: &str, tree: &str, is_public: bool, found: &mut Vec<Import>) {
    let tree = tree.trim();
    if let Some((path, branches)) = tree.split_once('{') {
        let mut depth = 0;
        let is_end = |byte: char| {
            match byte {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            byte == ',' && depth == 0
        };
        let branches = branches.trim_end().trim_end_matches('}');
        for branch in branches.split(is_end).filter(|branch| !branch.trim().is_empty()) {
            expand(&format!("{prefix}{path}"), branch, is_public, found);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let path = format!("{prefix}{path}");
    let path = path.trim_end_matches("::self").to_owned();
    let last = path.rsplit("::").next().unwrap_or_default();
    let name = if alias.is_empty() { last } else { alias };
    found.push(Import { name: name.to_owned(), path: path.clone(), is_public });
}

/// The paths in some code that are written where they are used: `super::words::Words`.
fn inline(code: &str) -> impl Iterator<Item = &str> {
    code.split(|it: char| !is_in_word(it) && it != ':').filter(|path| path.contains("::"))
}

/// Whether a name may have this in it.
fn is_in_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

impl Imports {
    fn of(files: &[File]) -> Imports {
        let modules = files.iter().map(|file| (module(&file.path), file.path.clone())).collect();
        let mut imports = Imports { modules, names: BTreeMap::new() };
        for file in files {
            let module = module(&file.path);
            for Import { name, path, .. } in imported(&code(file)).0 {
                if let Some(path) = imports.absolute(&module, &path) {
                    imports.names.insert(format!("{module}::{name}"), path);
                }
            }
        }
        imports
    }

    /// The path from the top of the crate; none if it leads to another crate.
    fn absolute(&self, module: &str, path: &str) -> Option<String> {
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        let join = |module: &str, rest: &str| match (module, rest) {
            ("", rest) => rest.to_owned(),
            (module, "") => module.to_owned(),
            (module, rest) => format!("{module}::{rest}"),
        };
        match first {
            "crate" => Some(rest.to_owned()),
            "self" => Some(join(module, rest)),
            "super" => {
                let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
                match rest.starts_with("super") {
                    true => self.absolute(parent, rest),
                    false => Some(join(parent, rest)),
                }
            }
            first => self.modules.contains_key(&join(module, first)).then(|| join(module, path)),
        }
    }

    /// The file that has what is at a path from the top of the crate, re-exports followed.
    fn file(&self, path: &str) -> Option<&str> {
        let mut module = String::new();
        let mut segments = path.split("::").peekable();
        while let Some(segment) = segments.peek() {
            let inner = if module.is_empty() {
                (*segment).to_owned()
            } else {
                format!("{module}::{segment}")
            };
            if !self.modules.contains_key(&inner) {
                break;
            }
            module = inner;
            segments.next();
        }
        if let Some(name) = segments.next()
            && let Some(path) = self.names.get(&format!("{module}::{name}"))
            && *path != format!("{module}::{name}")
        {
            return self.file(path);
        }
        self.modules.get(&module).map(String::as_str)
    }

    /// The files that a file imports from.
    fn from(&self, file: &File) -> BTreeSet<&str> {
        let module = module(&file.path);
        let (imported, code) = imported(&code(file));
        // What a file only passes on to others, it does not use.
        let words: BTreeSet<&str> = code.split(|it: char| !is_in_word(it)).collect();
        let used = imported.iter().filter(|it| !it.is_public || words.contains(it.name.as_str()));
        let paths = used.map(|it| it.path.as_str()).chain(inline(&code));
        let absolute = paths.filter_map(|path| self.absolute(&module, path));
        let files = absolute.filter_map(|path| self.file(&path));
        files.filter(|other| *other != file.path && *other != "src/lib.rs").collect()
    }
}

/// What each file of the product imports from.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let mut files = files("src", ".rs");
    files.retain(|file| !file.path.starts_with("src/tests/") && file.path != "src/main.rs");
    let imports = Imports::of(&files);
    let owned = |from: BTreeSet<&str>| from.into_iter().map(str::to_owned).collect();
    files.iter().map(|file| (file.path.clone(), owned(imports.from(file)))).collect()
}

/// The room of a file.
fn room(file: &str) -> &str {
    let path = file.trim_start_matches("src/");
    path.split(['/', '.']).next().unwrap_or_default()
}

#[test]
fn files_import_from_their_own_room_and_from_lower_ones() {
    let mut faults = Vec::new();
    for (file, others) in arrows() {
        if file == "src/lib.rs" {
            continue;
        }
        let height = |file: &str| ROOMS.iter().position(|known| *known == room(file));
        let Some(own) = height(&file) else {
            faults.push(format!("{file}: in no room of the list"));
            continue;
        };
        let higher = others.iter().filter(|other| height(other).is_none_or(|other| other > own));
        faults.extend(higher.map(|other| format!("{file}: imports from {other}, which is higher")));
    }
    assert_none(&faults);
}

#[test]
fn no_files_import_in_a_circle() {
    let arrows = arrows();
    let mut faults = Vec::new();
    for circle in circles(&arrows) {
        // All of them, so that the list cannot name files that have left the circle.
        if circle.iter().map(|file| file.as_str()).eq(GENKSYMS.iter().copied()) {
            continue;
        }
        let is_in = |file: &&String| circle.contains(file);
        for file in &circle {
            let others: Vec<&str> =
                arrows[*file].iter().filter(is_in).map(String::as_str).collect();
            faults.push(format!("{file} imports from {}", others.join(", ")));
        }
        faults.push(String::new());
    }
    assert_none(&faults);
}

/// The circles: sets of files of which each can be reached from each other.
fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<&String>> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&String> = arrows[from].iter().collect();
        while let Some(file) = waiting.pop() {
            if reached.insert(file) {
                waiting.extend(&arrows[file]);
            }
        }
        reached
    };
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        arrows.keys().map(|file| (file, reached(file))).collect();
    let circle = |file: &String| -> BTreeSet<&String> {
        reached[file].iter().filter(|other| reached[**other].contains(file)).copied().collect()
    };
    let circles: BTreeSet<_> = arrows.keys().map(circle).filter(|it| it.len() > 1).collect();
    circles.into_iter().collect()
}

#[test]
fn the_architecture_shows_the_order_of_rooms() {
    let shown = read("docs/architecture.md");
    let order = ROOMS.join(" < ");
    let text = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&order), "docs/architecture.md does not have:\n{order}");
}
