//! What is kept in a build tree, so that the next translation unit need not ask again.
//!
//! A file an entry, placed by a rename. Whatever is missing, damaged or of another version is as if
//! it were not there.

use std::fs;
use std::hash::Hasher;
use std::path::PathBuf;

use rustc_hash::FxHasher;

use super::answers::Answers;
use crate::cli::files::write_whole;

/// The folder, at the top of a build tree.
pub(super) const FOLDER: &str = ".modversions-cpp";

/// The first line of an entry.
const HEAD: &[u8] = b"modversions cpp 1\n";

/// The folder in the build tree that this process works for, if there is one. For an
/// external module that is the module's own.
pub(super) fn folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let tree = match variable("KBUILD_EXTMOD") {
        Some(module) => PathBuf::from(module),
        None => PathBuf::from(variable("objtree")?),
    };
    tree.is_dir().then(|| tree.join(FOLDER))
}

/// The file of an entry.
fn file(key: &[u8]) -> Option<PathBuf> {
    let mut hasher = FxHasher::default();
    hasher.write(key);
    Some(folder()?.join(format!("compiler-{:016x}", hasher.finish())))
}

/// What a compiler said, if it is kept.
pub(super) fn kept(key: &[u8]) -> Option<Answers> {
    read(&fs::read(file(key)?).ok()?, key)
}

/// Keeps what a compiler said. Where that cannot be done, nothing is.
pub(super) fn keep(key: &[u8], answers: &Answers) {
    let Some(path) = file(key) else { return };
    let has_folder = path.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok());
    if has_folder {
        // Without it, the next one asks again.
        let _ = write_whole(&path, &written(key, answers));
    }
}

/// An entry: its parts, each after its length.
fn written(key: &[u8], answers: &Answers) -> Vec<u8> {
    let mut text = HEAD.to_vec();
    let mut put = |part: &[u8]| {
        text.extend_from_slice(format!("{}\n", part.len()).as_bytes());
        text.extend_from_slice(part);
    };
    put(key);
    put(&answers.predefined);
    put(&answers.questions.join(&b' '));
    for (question, answer) in &answers.answers {
        put(question);
        put(answer.to_string().as_bytes());
    }
    text
}

/// Reads an entry.
fn read(text: &[u8], key: &[u8]) -> Option<Answers> {
    let mut rest = text.strip_prefix(HEAD)?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest)?;
        let length: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
        let part = rest.get(end + 1..)?.get(..length)?;
        parts.push(part);
        rest = &rest[end + 1 + length..];
    }
    let (head, pairs) = parts.split_at_checked(3)?;
    let [of, predefined, questions] = head else { return None };
    if *of != key || pairs.len() % 2 != 0 {
        return None;
    }
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<i64>().ok();
    let answers = pairs.chunks_exact(2).map(|pair| Some((pair[0].to_vec(), number(pair[1])?)));
    Some(Answers {
        predefined: predefined.to_vec(),
        questions: questions.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect(),
        answers: answers.collect::<Option<_>>()?,
    })
}
