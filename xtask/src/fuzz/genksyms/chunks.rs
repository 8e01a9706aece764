//! Declarations of real preprocessed files, when there is a corpus in the cache.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::text::{Names, Token, is_word, tokens};
use crate::run::cache::cache_directory;

/// So many files are taken.
const FILES: usize = 10;

/// Of each file so many bytes.
const BYTES: u64 = 3 << 20;

/// Longer declarations are left out: bodies of functions, mostly.
const LONGEST: usize = 3000;

/// Declarations of real files.
#[derive(Default)]
pub struct Chunks {
    files: Vec<Vec<Vec<u8>>>,
}

impl Chunks {
    /// From some files of whatever corpora the cache holds.
    pub fn load(seed: u64) -> Result<Chunks> {
        let mut paths = Vec::new();
        collect(&cache_directory()?.join("corpus"), &mut paths);
        paths.sort();
        fastrand::Rng::with_seed(seed).shuffle(&mut paths);
        let mut chunks = Chunks::default();
        for path in paths.iter().take(FILES) {
            let file = zstd::stream::Decoder::new(fs::File::open(path)?)?;
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut std::io::Read::take(file, BYTES), &mut text)?;
            let declarations = declarations(&text);
            if declarations.len() > 100 {
                chunks.files.push(declarations);
            }
        }
        Ok(chunks)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Some declarations that stand together in a file; the names in them are added.
    pub fn some(&self, names: &mut Names, rng: &mut fastrand::Rng) -> Vec<Vec<Token>> {
        let file = &self.files[rng.usize(..self.files.len())];
        let start = rng.usize(..file.len() - 80);
        let length = rng.usize(30..80);
        let units: Vec<Vec<Token>> =
            file[start..start + length].iter().map(|text| tokens(text)).collect();
        for unit in &units {
            note_names(unit, names);
        }
        units
    }
}

/// All files of the corpora below a directory. What cannot be listed is not there.
fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.to_string_lossy().ends_with(".i.zst") {
            paths.push(path);
        }
    }
}

/// The declarations of a preprocessed file, line markers before them included.
fn declarations(text: &[u8]) -> Vec<Vec<u8>> {
    let mut declarations = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut depth = 0_i32;
    let mut is_body = false;
    let mut last = 0;
    while at < text.len() {
        let end = super::text::token_end(text, at);
        let byte = text[at];
        match byte {
            b'(' | b'[' | b'{' => {
                is_body |= depth == 0 && byte == b'{' && last == b')';
                depth += 1;
            }
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        let ends = depth == 0 && (byte == b';' || byte == b'}' && is_body);
        at = end;
        if ends {
            if at - start < LONGEST {
                declarations.push(text[start..at].trim_ascii().to_vec());
            }
            (start, is_body) = (at, false);
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    declarations
}

/// Notes what a declaration seems to declare.
fn note_names(unit: &[Token], names: &mut Names) {
    let is_name = |token: &&Token| token.first().is_some_and(|byte| is_word(*byte));
    let first = unit.iter().find(|token| token.first() != Some(&b'#'));
    let is_typedef = first.is_some_and(|token| token == b"typedef");
    for pair in unit.windows(2) {
        let [first, second] = pair else { continue };
        let keyword = match first.as_slice() {
            b"struct" => "struct",
            b"union" => "union",
            b"enum" => "enum",
            _ => continue,
        };
        if is_name(&second) {
            names.tags.push((keyword, String::from_utf8_lossy(second).into_owned()));
        }
    }
    let end = unit.iter().position(|token| token == b"(");
    let end = end.filter(|_| !is_typedef).unwrap_or(unit.len());
    let Some(name) = unit[..end].iter().rev().find(is_name) else {
        return;
    };
    let name = String::from_utf8_lossy(name).into_owned();
    if is_typedef { names.typedefs.push(name) } else { names.declared.push(name) }
}
