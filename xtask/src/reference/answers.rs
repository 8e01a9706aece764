//! Answers of programs that were built outside of the repository, since no package has them: what a
//! program that is there says, or a file for each release, with a line of JSON for each case.
//!
//! ```json
//! {"case": "…", "args": ["-m", "foo.o"], "end": "Status(0)", "stable": true,
//!  "stdout": "", "stderr": "…", "files": {"foo.mod.c": "…"}}
//! ```
//!
//! `stable` says that two runs gave the same. In texts each character stands for one byte, by its
//! number (ISO 8859-1). For genksyms a line may have a number as `status` (a negative one for a signal)
//! instead of `end` and `stable`, and `symtypes` instead of `files`; it may leave out `args`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use testkit::answer::{Answer, End};

use super::built::BuiltModpost;

/// What one program answered to one case.
pub struct Given {
    /// The arguments that it had, if that is known.
    pub arguments: Option<Vec<String>>,
    /// Its answer.
    pub answer: Answer,
}

/// The answers that were given, and the programs that give them.
#[derive(Default)]
pub struct Answers {
    /// Answers, by release and case.
    given: BTreeMap<String, BTreeMap<String, Given>>,
    /// Programs, by release.
    programs: BTreeMap<String, BuiltModpost>,
}

impl Answers {
    /// Reads what each `RELEASE=FILE` names, and finds what each `RELEASE=FOLDER` does.
    pub fn read(given: &[String], programs: &[String]) -> Result<Self> {
        let read = |text: &String| {
            let (release, path) = text.split_once('=').context("--answers takes RELEASE=FILE")?;
            let lines = fs::read_to_string(path).with_context(|| path.to_owned())?;
            let cases: Result<BTreeMap<_, _>> = lines.lines().map(line).collect();
            Ok((release.to_owned(), cases.with_context(|| path.to_owned())?))
        };
        let find = |text: &String| {
            let (release, folder) =
                text.split_once('=').context("--programs takes RELEASE=FOLDER")?;
            Ok((release.to_owned(), BuiltModpost::find(folder.as_ref())?))
        };
        Ok(Self {
            given: given.iter().map(read).collect::<Result<_>>()?,
            programs: programs.iter().map(find).collect::<Result<_>>()?,
        })
    }

    /// The program of `release`, if there is one.
    pub fn program(&self, release: &str) -> Option<&BuiltModpost> {
        self.programs.get(release)
    }

    /// What the program of `release` answered to `case`.
    pub fn get(&self, release: &str, case: &str) -> Option<&Given> {
        self.given.get(release)?.get(case)
    }
}

/// One line: the name of the case, and the answer.
fn line(text: &str) -> Result<(String, Given)> {
    let value: Value = serde_json::from_str(text)?;
    let name = value["case"].as_str().context("a line without a case")?;
    let given = given(&value).with_context(|| name.to_owned())?;
    Ok((name.to_owned(), given))
}

fn given(value: &Value) -> Result<Given> {
    let word = |word: &Value| word.as_str().map(str::to_owned).context("an argument is no text");
    let words = value["args"].as_array();
    let arguments = words.map(|words| words.iter().map(word).collect::<Result<_>>()).transpose()?;
    let end = match value["status"].as_i64() {
        Some(status) if status < 0 => End::Signal(i32::try_from(-status)?),
        Some(status) => End::Status(i32::try_from(status)?),
        None if value["stable"].as_bool().context("nothing says whether it is stable")? => {
            end(value["end"].as_str().context("no end")?)?
        }
        None => End::Varies,
    };
    if !matches!(end, End::Status(_)) {
        return Ok(Given { arguments, answer: Answer::none(end) });
    }
    let mut files = BTreeMap::new();
    for (path, text) in value["files"].as_object().into_iter().flatten() {
        files.insert(path.clone(), bytes(text)?);
    }
    if value["symtypes"].is_string() {
        files.insert("symtypes".to_owned(), bytes(&value["symtypes"])?);
    }
    let (stdout, stderr) = (bytes(&value["stdout"])?, bytes(&value["stderr"])?);
    Ok(Given { arguments, answer: Answer { end, stdout, stderr, files } })
}

/// `Status(0)` or `Signal(11)`; anything else, such as a run that took too long, varies.
fn end(text: &str) -> Result<End> {
    let Some((kind, number)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return Ok(End::Varies);
    };
    let number = number.parse().context("the number of the end")?;
    match kind {
        "Status" => Ok(End::Status(number)),
        "Signal" => Ok(End::Signal(number)),
        _ => bail!("{text} is no end"),
    }
}

/// The bytes that the characters of a text stand for.
fn bytes(text: &Value) -> Result<Vec<u8>> {
    let byte = |character: char| u8::try_from(u32::from(character)).ok();
    let bytes: Option<_> = text.as_str().context("no text")?.chars().map(byte).collect();
    bytes.context("a character that stands for no byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_case_and_its_answer() {
        let text = r#"{"case":"a","args":["-m"],"end":"Status(1)","stable":true,"stdout":"",
                       "stderr":"\u00e9\n","files":{"f":"x"}}"#;
        let (name, Given { arguments, answer }) = line(text).unwrap();
        assert_eq!((&*name, arguments), ("a", Some(vec!["-m".to_owned()])));
        assert_eq!((answer.end, &*answer.stderr), (End::Status(1), &b"\xe9\n"[..]));
        assert_eq!(answer.files["f"], b"x");
        let (_, crash) = line(&text.replace("Status(1)", "Signal(11)")).unwrap();
        assert_eq!(crash.answer, Answer::none(End::Signal(11)));
        let (_, varies) = line(&text.replace("true", "false")).unwrap();
        assert_eq!(varies.answer, Answer::none(End::Varies));
    }
}
