//! From a file of the tree to its exports: preprocessed and read by genksyms, on one thread, with the
//! headers that were scanned for others before.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use memchr::memmem;

use super::build_tree::BuildTree;
use super::units::Unit;
use crate::cli::cpp::arguments::Understood;
use crate::cli::cpp::compiler::Compiler;
use crate::cli::cpp::{content, stamp};
use crate::cpp::{FileContent, Host, Kept, Stamp, Unusual, Usual, preprocess_with};
use crate::formats::symver_line;
use crate::genksyms::{self, Options};
use crate::release::Genksyms;

/// What a file without exports never has in its preprocessed text.
const EXPORT: &[u8] = b"EXPORT_SYMBOL";

/// What is wanted of each file.
pub(super) struct Wanted {
    pub(super) release: Genksyms,
    pub(super) options: Options,
    /// How many bytes a thread keeps of what it has scanned.
    pub(super) kept: usize,
}

/// What came of a file.
pub(super) enum Outcome {
    /// It exports nothing.
    Nothing,
    Types(Box<Types>),
    /// It could not be done, and why.
    Failed(Vec<u8>),
}

/// The types of a file that exports something.
pub(super) struct Types {
    /// The exports and their CRCs, in the order of the source.
    pub(super) exports: Vec<Export>,
    /// The text of its `.symtypes` file.
    pub(super) symtypes: Vec<u8>,
    /// The text of its record, if one is wanted.
    pub(super) record: Vec<u8>,
    /// The files that were read for it.
    pub(super) read: Vec<Vec<u8>>,
    /// What preprocessed it.
    pub(super) way: Way,
}

/// What preprocessed a file.
pub(super) enum Way {
    /// We did.
    Here,
    /// The compiler, and why.
    Compiler(Unusual),
    /// The compiler, for an assembler file.
    Assembler,
}

/// An export.
pub(super) struct Export {
    pub(super) symbol: Vec<u8>,
    pub(super) crc: u32,
    /// What exports it, as `Module.symvers` has it.
    pub(super) kind: &'static [u8],
    /// Its namespace; empty if it is in none.
    pub(super) namespace: Vec<u8>,
}

impl Export {
    /// An export by what its macro was called with: the symbol, a string that says whether it is for GPL
    /// modules only, and its namespace as a string, as far as a release has these.
    fn new(symbol: &[u8], crc: u32, calls: &[Vec<Vec<u8>>]) -> Export {
        let is_its = |call: &&Vec<Vec<u8>>| call.first().is_some_and(|first| first == symbol);
        let Some(call) = calls.iter().find(is_its) else {
            return Export {
                symbol: symbol.to_vec(),
                crc,
                kind: b"(unknown)",
                namespace: Vec::new(),
            };
        };
        let unquoted = |text: &Vec<u8>| -> Vec<u8> {
            text.iter().copied().filter(|byte| *byte != b'"').collect()
        };
        let license = call.get(1).map(unquoted).unwrap_or_default();
        let kind: &[u8] = match license.as_slice() {
            b"_gpl" | b"GPL" => b"EXPORT_SYMBOL_GPL",
            b"_gpl_future" => b"EXPORT_SYMBOL_GPL_FUTURE",
            b"_unused" => b"EXPORT_UNUSED_SYMBOL",
            b"_unused_gpl" => b"EXPORT_UNUSED_SYMBOL_GPL",
            _ => b"EXPORT_SYMBOL",
        };
        let namespace = call.get(2).map(unquoted).unwrap_or_default();
        Export { symbol: symbol.to_vec(), crc, kind, namespace }
    }
}

/// A preprocessed file.
struct Text {
    text: Vec<u8>,
    /// The files that were read for it.
    read: Vec<Vec<u8>>,
    /// What exports were called with.
    calls: Vec<Vec<Vec<u8>>>,
    way: Way,
}

/// A compiler and the options that decide what it defines.
type Key = (Vec<OsString>, Vec<OsString>);

/// What the compilers of a tree define and answer.
#[derive(Clone, Default)]
pub(super) struct Compilers(BTreeMap<Key, Compiler>);

impl Compilers {
    /// Asks every compiler of these files, with each set of options. What there is to ask the first
    /// file shows.
    pub(super) fn of(tree: &BuildTree, wanted: &Wanted, units: &[Unit]) -> Compilers {
        let mut worker = Worker::new(tree, wanted, Compilers::default());
        if let Some(first) = units.first() {
            worker.types(first);
        }
        let compilers = worker.compilers.0;
        let questions: BTreeSet<Vec<u8>> =
            compilers.values().flat_map(|it| it.answered().map(<[u8]>::to_vec)).collect();
        let questions: Vec<Vec<u8>> = questions.into_iter().collect();
        let mut all = BTreeMap::new();
        for unit in units {
            if let Ok(understood) = Understood::of(&command(unit)) {
                all.entry(key(&understood)).or_insert(understood);
            }
        }
        let asked = all.into_iter().filter_map(|(key, understood)| {
            Some((key, Compiler::asked(&understood, &questions).ok()?))
        });
        Compilers(asked.collect())
    }
}

fn key(understood: &Understood) -> Key {
    (understood.compiler.clone(), understood.deciding.clone())
}

/// The command that preprocesses a file for genksyms.
fn command(unit: &Unit) -> Vec<OsString> {
    let mut words = unit.words.clone();
    let is_option = |word: &OsString| word.as_bytes().first() == Some(&b'-');
    let at = words.iter().position(is_option).unwrap_or(words.len());
    words.splice(at..at, ["-E", "-D__GENKSYMS__"].map(OsString::from));
    words.push(OsStr::from_bytes(&unit.source).to_owned());
    words
}

/// One thread's work.
pub(super) struct Worker<'t> {
    tree: &'t BuildTree,
    wanted: &'t Wanted,
    compilers: Compilers,
    disk: Disk,
    kept: Kept,
}

impl<'t> Worker<'t> {
    /// One that has read nothing.
    pub(super) fn new(tree: &'t BuildTree, wanted: &'t Wanted, compilers: Compilers) -> Self {
        let disk = Disk { root: tree.objects.clone(), ..Disk::default() };
        Self { tree, wanted, compilers, disk, kept: Kept::for_many() }
    }

    /// The types of a file.
    pub(super) fn types(&mut self, unit: &Unit) -> Outcome {
        let text = match &unit.script {
            Some(script) => self.of_assembler(unit, script),
            None => {
                let words = command(unit);
                self.preprocessed(&words).or_else(|reason| {
                    let text = self.by_compiler(&words, Stdio::null())?;
                    let (read, calls) = (files_of(&text), Vec::new());
                    Ok(Text { text, read, calls, way: Way::Compiler(reason) })
                })
            }
        };
        let Text { text, read, calls, way } = match text {
            Ok(text) => text,
            Err(failure) => return Outcome::Failed(failure),
        };
        if memmem::find(&text, EXPORT).is_none() {
            return Outcome::Nothing;
        }
        let output = genksyms::run(&text, None, &self.wanted.options, &self.wanted.release);
        if output.aborted || output.status != 0 {
            return Outcome::Failed(first_line(&output.stderr));
        }
        let lines = [b"\n".as_slice(), &output.stdout].concat();
        let exports = symver_line::read(&lines).into_iter();
        let exports: Vec<_> =
            exports.map(|line| Export::new(line.name, line.crc, &calls)).collect();
        let mut exports = exports;
        // What is not declared has no CRC: modpost writes 0. The scripts for assembler files take the
        // definition of a macro for an export, too, which no object has.
        let is_assembler = matches!(way, Way::Assembler);
        for symbol in exported(&text).filter(|_| !is_assembler) {
            if exports.iter().all(|export| export.symbol != symbol) {
                exports.push(Export::new(symbol, 0, &calls));
            }
        }
        if exports.is_empty() {
            return Outcome::Nothing;
        }
        let (symtypes, record) = (output.symtypes, output.record);
        Outcome::Types(Box::new(Types { exports, symtypes, record, read, way }))
    }

    /// The preprocessed text, or why the compiler has to make it.
    fn preprocessed(&mut self, words: &[OsString]) -> Usual<Text> {
        let mut understood = Understood::of(words)?;
        let key = key(&understood);
        if !self.compilers.0.contains_key(&key) {
            let compiler = Compiler::asked(&understood, &[])?;
            self.compilers.0.insert(key.clone(), compiler);
        }
        let compiler = self.compilers.0.get_mut(&key).ok_or(Unusual::Compiler)?;
        understood.request.predefined = compiler.predefined().to_vec();
        understood.request.questions = compiler.questions();
        understood.request.leaves_out_bodies = true;
        if self.kept.size() > self.wanted.kept {
            self.kept = Kept::for_many();
        }
        let mut host = Here { disk: &mut self.disk, compiler };
        let output = preprocess_with(&mut self.kept, &understood.request, &mut host)?;
        let (read, calls) = (output.read, output.exports);
        Ok(Text { text: output.text, read, calls, way: Way::Here })
    }

    /// The text of an assembler file's exports, as Kbuild makes it, or why it cannot be had.
    fn of_assembler(&self, unit: &Unit, script: &[u8]) -> Result<Text, Vec<u8>> {
        let reason = |error: std::io::Error| crate::inputs::files::reason(&error).into_bytes();
        let mut shell = Command::new("sh");
        shell.current_dir(&self.tree.objects).arg("-c").arg(OsStr::from_bytes(script));
        shell.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = shell.spawn().map_err(reason)?;
        let made = shell.stdout.take().map_or_else(Stdio::null, Stdio::from);
        let text = self.by_compiler(&unit.words, made);
        let status = shell.wait().map_err(reason)?;
        if !status.success() {
            return Err(b"Kbuild's script for assembler files fails".to_vec());
        }
        let text = text?;
        let mut read = files_of(&text);
        read.push(unit.source.clone());
        Ok(Text { text, read, calls: Vec::new(), way: Way::Assembler })
    }

    /// The text that the compiler makes, or the first line of what it says.
    fn by_compiler(&self, words: &[OsString], input: Stdio) -> Result<Vec<u8>, Vec<u8>> {
        let Some((program, rest)) = words.split_first() else { return Err(b"no command".to_vec()) };
        let mut command = Command::new(program);
        command.current_dir(&self.tree.objects).args(rest).env("LC_ALL", "C");
        let output = command.stdin(input).output();
        let output = output.map_err(|error| crate::inputs::files::reason(&error).into_bytes())?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(first_error(&output.stderr)),
        }
    }
}

/// The symbols that a preprocessed text exports.
fn exported(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mark = b"__GENKSYMS_EXPORT_SYMBOL";
    memmem::find_iter(text, mark).filter_map(|at| {
        let rest =
            text[at + mark.len()..].trim_ascii_start().strip_prefix(b"(")?.trim_ascii_start();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.iter().take_while(|byte| is_word(byte)).count();
        (length > 0).then_some(&rest[..length])
    })
}

/// The files that the line markers of a text name.
fn files_of(text: &[u8]) -> Vec<Vec<u8>> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"# "));
    let mut files = BTreeSet::new();
    for line in lines {
        let mut parts = line.split(|byte| *byte == b'"');
        if let Some(path) = parts.nth(1).filter(|path| !path.starts_with(b"<")) {
            files.insert(path.to_vec());
        }
    }
    files.into_iter().collect()
}

fn first_line(text: &[u8]) -> Vec<u8> {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default().to_vec()
}

/// The first line of a compiler's messages with an error.
fn first_error(text: &[u8]) -> Vec<u8> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let error = lines.find(|line| memmem::find(line, b"error").is_some());
    error.map_or_else(|| first_line(text), <[u8]>::to_vec)
}

/// The files of the tree, none of which changes during a run.
#[derive(Default)]
struct Disk {
    root: PathBuf,
    missing: BTreeSet<Vec<u8>>,
    directories: BTreeMap<Vec<u8>, bool>,
}

impl Disk {
    fn place(&self, path: &[u8]) -> PathBuf {
        self.root.join(Path::new(OsStr::from_bytes(path)))
    }
}

/// What a file is preprocessed from: files and a compiler.
struct Here<'w> {
    disk: &'w mut Disk,
    compiler: &'w mut Compiler,
}

impl Host for Here<'_> {
    fn read(&mut self, path: &[u8]) -> Option<FileContent> {
        if self.disk.missing.contains(path) {
            return None;
        }
        let found = content(&self.disk.place(path));
        if found.is_none() {
            self.disk.missing.insert(path.to_vec());
        }
        found
    }

    fn stamp(&mut self, path: &[u8]) -> Option<Stamp> {
        stamp(&self.disk.place(path))
    }

    fn has_directory(&mut self, path: &[u8]) -> bool {
        if let Some(known) = self.disk.directories.get(path) {
            return *known;
        }
        let there = self.disk.place(path).is_dir();
        self.disk.directories.insert(path.to_vec(), there);
        there
    }

    fn ask(&mut self, question: &[u8]) -> Option<i64> {
        self.compiler.answer(question)
    }
}
