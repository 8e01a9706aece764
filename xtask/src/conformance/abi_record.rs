//! `cargo xtask conformance abi-record`: the records of real files against their `.symtypes` dumps
//! and their text. What a record has more is taken away again, by a few lines that know nothing of
//! how it was put there; then the two must say the same. And the source must have each name where
//! the record says, with the attributes that are recorded behind each body.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::compare_each;
use crate::obtain::corpus::{Corpus, CorpusFile};
use crate::obtain::kernels::{self, Kernel, Question};
use crate::run::product::Product;

/// How many differences of a file are shown.
const SHOWN: usize = 5;

/// What stands for `#pragma pack`.
const PACK: &str = "__modversions_pack__";

/// Compares on one kernel's sample and prints the result. The number of files with a difference;
/// none when the kernel had to be skipped.
pub fn compare_kernel(kernel: &'static Kernel, every: usize) -> Result<Option<usize>> {
    // A language without C files of its own reads those of the newest kernel that has them.
    let subject = match kernel.asked.contains(&Question::Types) {
        true => kernel,
        false => kernels::newest(Question::Types)?,
    };
    let release = &kernel.release.to_string();
    let Some(corpus) = Corpus::obtain(subject, every)? else {
        return Ok(None);
    };
    let product = Product::build()?;
    let compared = compare_each(&corpus.files, |file| {
        compare(&product, release, file).with_context(|| file.path.clone())
    })?;
    let version = &corpus.packages.version;
    println!("abi-record --kernel {release}: {} files of linux {version}", compared.len());
    for file in compared.iter().filter(|file| !file.differences.is_empty()) {
        println!("  {}: {} differences", file.path, file.differences.len());
        for difference in file.differences.iter().take(SHOWN) {
            println!("    {difference}");
        }
    }
    let sum = |count: fn(&Compared) -> usize| compared.iter().map(count).sum::<usize>();
    println!(
        "  {} declarations; {} with attributes that `.symtypes` lacks, {} with packing; {} places, \
         {} bodies looked up in the source",
        sum(|file| file.declarations),
        sum(|file| file.with_attributes),
        sum(|file| file.with_packing),
        sum(|file| file.places),
        sum(|file| file.bodies),
    );
    let different = compared.iter().filter(|file| !file.differences.is_empty()).count();
    println!("  {} files compared, {different} different", compared.len());
    Ok(Some(different))
}

/// What was found in one file.
#[derive(Default)]
struct Compared {
    /// The C file.
    path: String,
    /// The lines that were compared.
    declarations: usize,
    /// Those that end in attributes that the other file has not.
    with_attributes: usize,
    /// Those with packing.
    with_packing: usize,
    /// The places that were looked up.
    places: usize,
    /// The bodies whose attributes were looked up.
    bodies: usize,
    /// What differs, for a person.
    differences: Vec<String>,
}

/// Makes both files of one source, and compares them.
fn compare(product: &Product, release: &str, file: &CorpusFile) -> Result<Compared> {
    let mut input = tempfile::tempfile()?;
    file.unpack(&mut input)?;
    let folder = TempDir::new()?;
    let status = product
        .genksyms(release)
        .args(["-T", "types", "--abi", "record", "-r", "/dev/null"])
        .current_dir(folder.path())
        .stdin(rewound(&input)?)
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "genksyms ended with {status}");
    let text = |name: &str| -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(folder.path().join(name))?).into_owned())
    };
    let mut source = Vec::new();
    rewound(&input)?.read_to_end(&mut source)?;
    let source = String::from_utf8_lossy(&source);
    let mut compared = Compared { path: file.path.clone(), ..Compared::default() };
    compared.compare(&text("types")?, &text("record")?, &source);
    Ok(compared)
}

/// The file, to be read from its beginning.
fn rewound(mut file: &File) -> Result<File> {
    file.rewind()?;
    Ok(file.try_clone()?)
}

/// A line of a record.
struct Row<'a> {
    /// The name with its kind's letter.
    name: &'a str,
    /// File and line.
    place: &'a str,
    /// The declaration.
    text: &'a str,
}

impl Compared {
    /// Compares a dump, a record and their source.
    fn compare(&mut self, types: &str, record: &str, source: &str) {
        let rows: Vec<Row<'_>> = record
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| {
                let mut fields = line.split('\t');
                let mut field = || fields.next().unwrap_or_default();
                Row { name: field(), place: field(), text: field() }
            })
            .collect();
        let types: Vec<(&str, &str)> = types
            .lines()
            .map(|line| line.trim_end().split_once(' ').unwrap_or((line, "")))
            .map(|(name, text)| (name, text.strip_prefix("extern ").unwrap_or(text)))
            .collect();
        if types.len() != rows.len() {
            let (types, rows) = (types.len(), rows.len());
            return self.differences.push(format!("{types} types, {rows} rows"));
        }
        // Of each tag the attributes that its own row has, and those that were behind it elsewhere.
        let mut behind: BTreeMap<&str, String> = BTreeMap::new();
        let mut moved: Vec<(&str, String)> = Vec::new();
        for ((name, text), row) in types.into_iter().zip(&rows) {
            self.declarations += 1;
            self.with_packing += usize::from(row.text.contains(PACK));
            let (wanted, got) = (words(text), without_packing(&words(row.text)));
            match difference(&wanted, &got, &mut moved) {
                Some(rest) if name == row.name => {
                    self.with_attributes += usize::from(!rest.is_empty());
                    behind.insert(name, rest.concat());
                }
                _ => {
                    self.differences.push(format!("{name} {text}\n      {} {}", row.name, row.text))
                }
            }
        }
        for (tag, attributes) in moved {
            if behind.get(tag) != Some(&attributes) {
                self.differences.push(format!("{tag} has not got its {attributes}"));
            }
        }
        self.look_up(&rows, &behind, source);
    }

    /// Looks each name up in the source, and what stands behind its body.
    fn look_up(&mut self, rows: &[Row<'_>], behind: &BTreeMap<&str, String>, source: &str) {
        let lines = Lines::new(source);
        for row in rows.iter().filter(|row| !row.place.is_empty()) {
            self.places += 1;
            let name = row.name.split_once('#').map_or(row.name, |(_, name)| name);
            let ends = lines.ends_of_word(row.place, name);
            if ends.is_empty() {
                self.differences.push(format!("{} is not at {}", row.name, row.place));
            }
            if !matches!(row.name.as_bytes(), [b's' | b'u' | b'e', b'#', ..]) {
                continue;
            }
            // Only one of the places, where there are several, has the body.
            let bodies: Vec<String> =
                ends.iter().filter_map(|end| attributes_behind_body(&source[*end..])).collect();
            self.bodies += usize::from(!bodies.is_empty());
            let recorded = behind.get(row.name).cloned().unwrap_or_default();
            if !bodies.is_empty() && !bodies.contains(&recorded) {
                let found = bodies.join(" or ");
                self.differences.push(format!("{}: {found}, recorded is {recorded}", row.name));
            }
        }
    }
}

/// The words of a declaration.
fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

/// The words without what stands for packing.
fn without_packing<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut left = Vec::new();
    let mut rest = words;
    while let [first, tail @ ..] = rest {
        rest = match rest {
            ["__attribute__", "(", "(", PACK, "(", _, ")", ")", ")", tail @ ..] => tail,
            _ => {
                left.push(*first);
                tail
            }
        };
    }
    left
}

/// How long the attribute is that the words begin with, if they do.
fn attribute(words: &[&str]) -> Option<usize> {
    let (first, tail) = words.split_first()?;
    matches!(*first, "__attribute__" | "__attribute").then_some(())?;
    let mut depth = 0;
    let end = tail.iter().position(|word| {
        depth += i32::from(*word == "(") - i32::from(*word == ")");
        depth == 0
    });
    Some(end? + 2)
}

/// The attributes that `got` ends with and `wanted` has not, if nothing else differs but attributes
/// behind references to tags that are only in `wanted`: these are `moved`.
fn difference<'a>(
    mut wanted: &[&'a str],
    mut got: &[&'a str],
    moved: &mut Vec<(&'a str, String)>,
) -> Option<Vec<&'a str>> {
    let mut tag = "";
    while let Some((first, tail)) = wanted.split_first() {
        if got.first() == Some(first) {
            (tag, wanted, got) = (*first, tail, &got[1..]);
            continue;
        }
        matches!(tag.as_bytes(), [b's' | b'u' | b'e', b'#', ..]).then_some(())?;
        let mut attributes = String::new();
        while let Some(length) = attribute(wanted) {
            attributes += &wanted[..length].concat();
            wanted = &wanted[length..];
        }
        (!attributes.is_empty()).then(|| moved.push((tag, attributes)))?;
    }
    let behind = got.to_vec();
    while let Some(length) = attribute(got) {
        got = &got[length..];
    }
    got.is_empty().then_some(behind)
}

/// Where the lines of files are in a preprocessed text.
struct Lines<'a> {
    source: &'a str,
    /// By file and line, where they begin.
    starts: HashMap<(&'a str, u32), Vec<usize>>,
}

impl<'a> Lines<'a> {
    /// Reads all line markers.
    fn new(source: &'a str) -> Self {
        let mut starts: HashMap<_, Vec<usize>> = HashMap::new();
        let (mut file, mut number) = ("<stdin>", 1);
        let mut start = 0;
        for line in source.split_inclusive('\n') {
            match marker(line) {
                Some(marked) => (file, number) = marked,
                None => {
                    starts.entry((file, number)).or_default().push(start);
                    number += 1;
                }
            }
            start += line.len();
        }
        Self { source, starts }
    }

    /// Where in the source the word ends that is in the line of a place, each time it is there.
    fn ends_of_word(&self, place: &str, word: &str) -> Vec<usize> {
        let (file, line) = place.rsplit_once(':').unwrap_or_default();
        let key = (file, line.parse().unwrap_or(0));
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let mut ends = Vec::new();
        for start in self.starts.get(&key).into_iter().flatten() {
            let line = self.source[*start..].lines().next().unwrap_or_default();
            for (at, _) in line.match_indices(word) {
                let (before, after) = (&line[..at], &line[at + word.len()..]);
                if !before.ends_with(is_part) && !after.starts_with(is_part) {
                    ends.push(start + at + word.len());
                }
            }
        }
        ends
    }
}

/// The file and line that a marker names.
fn marker(line: &str) -> Option<(&str, u32)> {
    let (number, rest) = line.strip_prefix("# ")?.split_once(" \"")?;
    let mut file = rest.split_once('"')?.0;
    while let Some(shorter) = file.strip_prefix("./").filter(|file| !file.starts_with('/')) {
        file = shorter;
    }
    Some((file, number.parse().ok()?))
}

/// The attributes behind a body, without blanks, if a body is what the text begins with.
fn attributes_behind_body(text: &str) -> Option<String> {
    let mut rest = group(blanks(text), '{', '}')?.1;
    let mut attributes = String::new();
    while let Some(tail) = blanks(rest).strip_prefix("__attribute__") {
        let (arguments, tail) = group(blanks(tail), '(', ')')?;
        attributes += "__attribute__";
        let plain = arguments.lines().filter(|line| !line.starts_with("# "));
        attributes.extend(plain.flat_map(str::chars).filter(|it| !it.is_whitespace()));
        rest = tail;
    }
    Some(attributes)
}

/// The text behind blanks and line markers.
fn blanks(text: &str) -> &str {
    let mut text = text.trim_start();
    while let Some((_, rest)) = text.strip_prefix("# ").and_then(|line| line.split_once('\n')) {
        text = rest.trim_start();
    }
    text
}

/// The text up to the bracket that closes the first one, and what is behind it.
fn group(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    text.strip_prefix(open)?;
    let mut depth = 0;
    let end = text.find(|it| {
        depth += i32::from(it == open) - i32::from(it == close);
        depth == 0
    })?;
    Some(text.split_at(end + 1))
}
