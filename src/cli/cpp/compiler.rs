//! The compiler: what it predefines, and its answers to `__has_attribute` and the like.
//!
//! Asking takes 10 ms, so answers are kept in the build tree, by the compiler's identity and the
//! options that decide.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::answers::Answers;
use super::arguments::Understood;
use super::tree;
use crate::cpp::{Unusual, Usual};

/// The questions that compilers may know.
const QUESTIONS: [&str; 8] = [
    "__has_include",
    "__has_include_next",
    "__has_attribute",
    "__has_builtin",
    "__has_cpp_attribute",
    "__has_c_attribute",
    "__has_feature",
    "__has_extension",
];

/// What is known of a compiler.
#[derive(Clone)]
pub(in crate::cli) struct Compiler {
    command: Vec<OsString>,
    deciding: Vec<OsString>,
    /// Whose answers these are: text that is different for another compiler or other options.
    key: Vec<u8>,
    answers: Answers,
    has_learnt: bool,
}

impl Compiler {
    /// The compiler of a command line: as it is known, or asked now.
    pub(in crate::cli) fn of(understood: &Understood) -> Usual<Self> {
        let command = understood.compiler.clone();
        let deciding = understood.deciding.clone();
        let key = key(&command, &deciding).ok_or(Unusual::Compiler)?;
        let mut compiler =
            Self { command, deciding, key, answers: Answers::default(), has_learnt: false };
        match tree::kept(&compiler.key) {
            Some(answers) => compiler.answers = answers,
            None => compiler.ask_all()?,
        }
        Ok(compiler)
    }

    /// The compiler of a command line, asked now, with its answers to these questions. Nothing is kept.
    pub(in crate::cli) fn asked(understood: &Understood, questions: &[Vec<u8>]) -> Usual<Self> {
        let command = understood.compiler.clone();
        let deciding = understood.deciding.clone();
        let key = key(&command, &deciding).ok_or(Unusual::Compiler)?;
        let answers = Answers::default();
        let mut compiler = Self { command, deciding, key, answers, has_learnt: false };
        compiler.ask_all()?;
        compiler.answer_all(questions);
        Ok(compiler)
    }

    /// The questions that it has answered.
    pub(in crate::cli) fn answered(&self) -> impl Iterator<Item = &[u8]> {
        self.answers.answers.iter().map(|(question, _)| question.as_slice())
    }

    /// Asks these questions at once. Those that it does not answer are left for later.
    fn answer_all(&mut self, questions: &[Vec<u8>]) {
        let mut source = Vec::new();
        for question in questions {
            source.extend_from_slice(
                &[b"#if ", question.as_slice(), b"\n1\n#else\n0\n#endif\n"].concat(),
            );
        }
        let said = self.says(&["-P"], &source).unwrap_or_default();
        let answers: Vec<i64> = said
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .map_while(|word| std::str::from_utf8(word).ok()?.parse().ok())
            .collect();
        if answers.len() == questions.len() {
            self.answers.answers = questions.iter().cloned().zip(answers).collect();
        }
    }

    /// Its `#define` lines.
    pub(in crate::cli) fn predefined(&self) -> &[u8] {
        &self.answers.predefined
    }

    /// The questions that it knows.
    pub(in crate::cli) fn questions(&self) -> Vec<Vec<u8>> {
        self.answers.questions.clone()
    }

    /// Keeps what was learnt, if there is a place for it.
    pub(in crate::cli) fn keep(&self) {
        if self.has_learnt {
            tree::keep(&self.key, &self.answers);
        }
    }

    /// Asks for all that it defines.
    fn ask_all(&mut self) -> Usual<()> {
        let mut source = Vec::new();
        for question in QUESTIONS {
            let lines = format!("#ifdef {question}\n#define {MARK}{question}\n#endif\n");
            source.extend_from_slice(lines.as_bytes());
        }
        let said = self.says(&["-dM"], &source).ok_or(Unusual::Compiler)?;
        let mut answers = Answers::default();
        for line in said.split_inclusive(|byte| *byte == b'\n') {
            match line.strip_prefix(b"#define ").and_then(|rest| rest.strip_prefix(MARK.as_bytes()))
            {
                Some(question) => answers.questions.push(question.trim_ascii().to_vec()),
                None => answers.predefined.extend_from_slice(line),
            }
        }
        // What is not gcc, or as gcc, has other rules.
        let is_gcc = memchr::memmem::find(&answers.predefined, b"#define __GNUC__ ").is_some();
        let is_other = memchr::memmem::find(&answers.predefined, b"#define __clang__ ").is_some();
        if !is_gcc || is_other {
            return Err(Unusual::Compiler);
        }
        self.answers = answers;
        self.has_learnt = true;
        Ok(())
    }

    /// Its answer to a question.
    pub(in crate::cli) fn answer(&mut self, question: &[u8]) -> Option<i64> {
        let known = self.answers.answers.iter().find(|(known, _)| known == question);
        if let Some((_, answer)) = known {
            return Some(*answer);
        }
        // Only these two answer with 1 or 0.
        let is_plain =
            question.starts_with(b"__has_attribute(") || question.starts_with(b"__has_builtin(");
        if !is_plain {
            return None;
        }
        let source = [b"#if ", question, b"\nyes\n#else\nno\n#endif\n"].concat();
        let answer = match self.says(&["-P"], &source)?.trim_ascii() {
            b"yes" => 1,
            b"no" => 0,
            _ => return None,
        };
        self.answers.answers.push((question.to_vec(), answer));
        self.has_learnt = true;
        Some(answer)
    }

    /// What it prints for a source; `None` if it fails.
    fn says(&self, options: &[&str], source: &[u8]) -> Option<Vec<u8>> {
        let (program, rest) = self.command.split_first()?;
        let mut command = Command::new(program);
        command.args(rest).args(&self.deciding).args(options);
        command.args(["-nostdinc", "-E", "-xc", "-"]).env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        child.stdin.take()?.write_all(source).ok()?;
        let output = child.wait_with_output().ok()?;
        output.status.success().then_some(output.stdout)
    }
}

/// Marks the questions in what a compiler defines.
const MARK: &str = "__modversions_question_";

/// What tells a compiler and its options from all others.
fn key(command: &[OsString], deciding: &[OsString]) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    for word in command {
        let path = found(word)?;
        let metadata = path.metadata().ok()?;
        let identity = [metadata.dev(), metadata.ino(), metadata.size()];
        let times = [metadata.mtime(), metadata.mtime_nsec()];
        key.extend_from_slice(path.as_os_str().as_bytes());
        key.extend_from_slice(format!(" {identity:?} {times:?}\n").as_bytes());
    }
    for option in deciding {
        key.extend_from_slice(option.as_bytes());
        key.push(b'\n');
    }
    Some(key)
}

/// The file of a program.
fn found(word: &OsStr) -> Option<PathBuf> {
    if word.as_bytes().contains(&b'/') {
        return Some(Path::new(word).to_owned());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(word)).find(|file| file.is_file())
}
