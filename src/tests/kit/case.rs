//! One case: a folder of `testdata/genksyms` or `testdata/modpost`. The tests run our program on it,
//! `cargo xtask reference` the kernel's.
//!
//! A folder is one behaviour and is called after it:
//!
//! | file | what it is |
//! |---|---|
//! | `note` | what the case proves, and which programs wrote the expectations |
//! | `command` | the arguments, see below |
//! | `input/` | the files of the working directory |
//! | `input/stdin` | standard input instead, if it is not empty |
//! | `input/X.elf.txt` | the object `X` instead, as text: see [`elf_text`] |
//! | `input/X.repeat` | the file `X` instead, by a recipe: see [`recipe`] |
//! | `releases` | the only releases whose programs were asked, one a line; without it all that `command` has |
//! | `expect/` | what the program of 6.1 answered: see [`stored`] |
//! | `expect@RELEASE/` | what the program of `RELEASE` answered differently than that of its neighbour |
//! | `expect-error` | genksyms, instead of `expect/`, where upstream crashes, loops or eats all memory: our status, and in further lines what the last line on stderr must contain |
//! | `refused` | modpost: why we refuse what upstream has an answer to; a line `RELEASE…: …` is about these releases |
//! | `answered` | modpost: why we have an answer where upstream has none |
//!
//! `command` has one line: the arguments, separated by blanks, `''` for an empty one. Where they
//! must change with the release, it has a line `RELEASE: …` for each change, oldest first. A line
//! holds from its release on. Releases older than the first line's do not have the case.
//!
//! The input of genksyms exports with `__GENKSYMS_EXPORT_SYMBOL`; releases before 5.4 get
//! `EXPORT_SYMBOL` instead, as they have it in preprocessed files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Target;
use crate::answer::Answer;
use crate::files::{files_below, names_in, read_below, write_below};
use crate::releases::{EXPORT_WORD, Tool, export_word, has_crc_symbols};
use crate::run::Input;
use crate::{crc_symbols, elf_text, recipe, stored};

/// The ending of an object's description.
const OBJECT_TEXT: &str = ".elf.txt";

/// The ending of a recipe.
const RECIPE: &str = ".repeat";

/// The name of the file in `input/` that is standard input.
const STDIN: &str = "stdin";

/// What a folder may have beside the expectations.
const PARTS: [&str; 7] =
    ["answered", "command", "expect-error", "input", "note", "refused", "releases"];

/// One case folder.
#[derive(Debug)]
pub struct Case {
    /// The name of the folder.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// The program whose case it is.
    pub tool: Tool,
}

impl Case {
    /// Every case of `tool`, by name.
    pub fn all(tool: Tool) -> Vec<Case> {
        Case::below(&crate::testdata().join(tool.name()), tool)
    }

    /// Every case folder below `root`, by name.
    pub fn below(root: &Path, tool: Tool) -> Vec<Case> {
        let folders = names_in(root).into_iter();
        folders.map(|name| Case { folder: root.join(&name), name, tool }).collect()
    }

    /// Whether the folder has such a file.
    pub fn has(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    /// The releases that have the case, oldest first.
    pub fn releases(&self) -> Result<Vec<&'static str>, String> {
        let lines = self.command_lines()?;
        let (first, _) = lines.first().ok_or("there is no command")?;
        let releases = self.tool.releases().into_iter().skip_while(|release| release != first);
        let Ok(asked) = fs::read_to_string(self.folder.join("releases")) else {
            return Ok(releases.collect());
        };
        let unknown = asked.lines().find(|name| !self.tool.releases().contains(name));
        match unknown {
            Some(name) => Err(format!("releases: {name} is not known")),
            None => Ok(releases.filter(|name| asked.lines().any(|line| line == *name)).collect()),
        }
    }

    /// Whether we refuse what the program of `release` has an answer to.
    pub fn is_refused(&self, release: &str) -> bool {
        let text = fs::read_to_string(self.folder.join("refused")).unwrap_or_default();
        text.lines().any(|line| match line.split_once(':') {
            Some((names, _))
                if names.split(' ').all(|name| self.tool.releases().contains(&name)) =>
            {
                names.split(' ').any(|name| name == release)
            }
            _ => true,
        })
    }

    /// The arguments for `release`.
    pub fn arguments(&self, release: &str) -> Result<Vec<String>, String> {
        let releases = self.tool.releases();
        let age = |name: &str| releases.iter().position(|release| *release == name);
        let lines = self.command_lines()?;
        let line = lines.iter().rev().find(|(since, _)| age(since) <= age(release));
        let (_, line) = line.ok_or_else(|| format!("there is no command for {release}"))?;
        let word = |word: &str| if word == "''" { String::new() } else { word.to_owned() };
        Ok(line.split_whitespace().map(word).collect())
    }

    /// The lines of `command`, each with the release from which on it holds.
    fn command_lines(&self) -> Result<Vec<(&'static str, String)>, String> {
        let releases = self.tool.releases();
        let since = |line: &str| match line.split_once(':') {
            Some((name, arguments)) if releases.contains(&name) || is_release(name) => {
                let known = releases.iter().find(|release| **release == name);
                let known = known.ok_or_else(|| format!("command: {name} is not known"))?;
                Ok((*known, arguments.to_owned()))
            }
            _ => Ok((releases[0], line.to_owned())),
        };
        let text = fs::read_to_string(self.folder.join("command"));
        text.map_err(|error| format!("command: {error}"))?.lines().map(since).collect()
    }

    /// What a program of `release` is run on.
    pub fn input(&self, release: &str) -> Result<Input, String> {
        let folder = self.folder.join("input");
        let mut input = Input {
            arguments: self.arguments(release)?,
            stdin: Vec::new(),
            files: BTreeMap::new(),
        };
        let files = read_below(&folder).map_err(|error| format!("input: {error}"))?;
        let mut files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
        if self.tool == Tool::Modpost && has_crc_symbols(release) {
            crc_symbols::add(&mut files, OBJECT_TEXT);
        }
        for (path, bytes) in files {
            let (path, bytes) = expanded(path, bytes)?;
            match &*path {
                STDIN => input.stdin = self.exporting(bytes, release),
                _ => drop(input.files.insert(path, bytes)),
            }
        }
        Ok(input)
    }

    /// Standard input with the word that exports a symbol in `release`.
    fn exporting(&self, text: Vec<u8>, release: &str) -> Vec<u8> {
        let word = export_word(release);
        match self.tool {
            Tool::Genksyms if word != EXPORT_WORD => replaced(&text, EXPORT_WORD, word),
            Tool::Genksyms | Tool::Modpost => text,
        }
    }

    /// The class and byte order of the first object; without one, that of x86-64.
    pub fn target(&self) -> Result<Target, String> {
        let input = self.folder.join("input");
        let paths = files_below(&input).map_err(|error| format!("input: {error}"))?;
        let Some(path) = paths.iter().find(|path| path.ends_with(OBJECT_TEXT)) else {
            return Ok(Target { is_64_bit: true, is_big_endian: false });
        };
        let text = fs::read_to_string(input.join(path)).map_err(|e| format!("{path}: {e}"))?;
        elf_text::target(&text).map_err(|error| format!("{path}: {error}"))
    }

    /// What the upstream program of `release` did.
    pub fn expected(&self, release: &str) -> Result<Answer, String> {
        stored::read(&self.folder, &self.releases()?, release)
    }

    /// What the upstream programs of all releases that have the case did, oldest first.
    pub fn all_expected(&self) -> Result<Vec<(&'static str, Answer)>, String> {
        let releases = self.releases()?;
        let answers = stored::read_all(&self.folder, &releases)?;
        Ok(releases.into_iter().zip(answers).collect())
    }

    /// The releases that answer differently than one of their neighbours, oldest first.
    pub fn changing(&self) -> Result<Vec<&'static str>, String> {
        Ok(stored::changing(&self.folder, &self.releases()?))
    }

    /// What is wrong with the folder itself.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, rule: &str| {
            if !holds {
                faults.push(format!("{}: {rule}", self.name));
            }
        };
        let is_kebab_case =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        require(self.name.bytes().all(is_kebab_case), "the name is not in kebab-case");
        let note = fs::read_to_string(self.folder.join("note")).unwrap_or_default();
        require((2..=4).contains(&note.lines().count()), "the note is not of two to four lines");
        require(note.contains("linux-kbuild-"), "the note names no upstream program");
        require(self.target().is_ok(), "the first object does not begin as it should");
        let releases = self.releases().unwrap_or_default();
        require(!releases.is_empty(), "has no command");
        require(
            self.has("expect") != self.has("expect-error"),
            "needs either expect/ or expect-error",
        );
        if self.has("expect") {
            let fault = stored::fault(&self.folder, &releases);
            require(fault.is_none(), &fault.unwrap_or_default());
        }
        for entry in names_in(&self.folder) {
            let is_expectation = stored::is_of(&entry, &releases);
            let is_known = is_expectation || PARTS.contains(&&*entry);
            require(is_known, &format!("{entry} is no part of a case"));
        }
        faults
    }
}

/// Writes the `command` and the `input/` of a case folder.
pub fn write_input(folder: &Path, input: &Input) -> io::Result<()> {
    let word = |word: &String| if word.is_empty() { "''".to_owned() } else { word.clone() };
    let command: Vec<String> = input.arguments.iter().map(word).collect();
    write_below(folder, "command", format!("{}\n", command.join(" ")).as_bytes())?;
    let folder = folder.join("input");
    if !input.stdin.is_empty() {
        write_below(&folder, STDIN, &input.stdin)?;
    }
    input.files.iter().try_for_each(|(path, bytes)| write_below(&folder, path, bytes))
}

/// `text` with one word for the other, everywhere.
fn replaced(text: &[u8], word: &str, other: &str) -> Vec<u8> {
    let mut made = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(word.as_bytes()) {
            made.extend_from_slice(other.as_bytes());
            rest = after;
        } else {
            made.push(*first);
            rest = after;
        }
    }
    made
}

/// Whether `text` is a number of a kernel release.
fn is_release(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// The file that a file of `input/` stands for.
fn expanded(path: String, bytes: Vec<u8>) -> Result<(String, Vec<u8>), String> {
    let text = |bytes| String::from_utf8(bytes).map_err(|error| format!("{path}: {error}"));
    let named = |error: String| format!("{path}: {error}");
    if let Some(object) = path.strip_suffix(OBJECT_TEXT) {
        return Ok((object.to_owned(), elf_text::assemble(&text(bytes)?).map_err(named)?));
    }
    if let Some(file) = path.strip_suffix(RECIPE) {
        return Ok((file.to_owned(), recipe::repeated(&text(bytes)?).map_err(named)?));
    }
    Ok((path, bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use tempfile::TempDir;

    use super::*;

    /// The releases of a case with this command, each with its arguments.
    fn arguments(command: &str) -> Result<Vec<(&'static str, String)>, String> {
        let folder = TempDir::new().unwrap();
        write_below(folder.path(), "command", command.as_bytes()).unwrap();
        let (name, folder) = ("case".to_owned(), folder.path().to_owned());
        let case = Case { name, folder, tool: Tool::Genksyms };
        let arguments = |release| Ok((release, case.arguments(release)?.join(" ")));
        case.releases()?.into_iter().map(arguments).collect()
    }

    #[test]
    fn a_line_of_command_holds_from_its_release_on() {
        let releases = Tool::Genksyms.releases();
        let (old, middle, new) = (releases[0], releases[1], releases[releases.len() - 1]);
        let all = |words: &dyn Fn(&str) -> &'static str| {
            let words = |release: &&'static str| (*release, words(release).to_owned());
            Ok(releases.iter().map(words).collect())
        };
        assert_eq!(arguments("-w '' -D\n"), all(&|_| "-w  -D"));
        assert_eq!(arguments("\n"), all(&|_| ""));
        let expected = all(&|release| if release == old { "-s" } else { "-w" });
        assert_eq!(arguments(&format!("{old}: -s\n{middle}: -w\n")), expected);
        let expected = all(&|release| if release == new { "" } else { "-s" });
        assert_eq!(arguments(&format!("-s\n{new}:\n")), expected);
    }

    #[test]
    fn releases_before_the_first_line_do_not_have_the_case() {
        let newest = Tool::Genksyms.releases().pop().unwrap();
        assert_eq!(arguments(&format!("{newest}: -w\n")), Ok(vec![(newest, "-w".to_owned())]));
        assert_eq!(arguments("1.2: -w\n"), Err("command: 1.2 is not known".to_owned()));
    }
}
