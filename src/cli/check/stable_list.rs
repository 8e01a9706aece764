//! `check --stablelist`: the imports of modules that nobody has promised to keep.

use serde::Serialize;

use super::{Arguments, JSON, Limits, TEXT};
use crate::abi_diff::StableList;
use crate::cli::abi_diff::stable_list;
use crate::cli::exit::{Exit, Failure, Result};
use crate::cli::reports;
use crate::cli::{Environment, Io};
use crate::formats::json::{Text, document};
use crate::inputs::progress::Progress;
use crate::inputs::release::read_modules;
use crate::kernel::KernelModule;
use crate::shown::{Page, counted};

/// What is asked of an import.
enum Question {
    /// Whether a list lacks it.
    NotIn(StableList),
    /// Whether it was in the first list, and is not in the second.
    Left([StableList; 2]),
}

/// What was found of a module: its imports, and which of them are the answer, sorted.
struct Answer<'a> {
    module: &'a KernelModule,
    imports: usize,
    symbols: Vec<&'a [u8]>,
}

impl Arguments {
    /// Reports imports that are not in the list, or left it: [`Exit::Found`] if there is one.
    pub(super) fn run_by_lists(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        if let Some(other) = self.format.iter().find(|it| ![TEXT, JSON].contains(&it.format)) {
            let words = format!("--stablelist has the formats text and json, not {}", other.format);
            return Err(Failure(words.into_bytes()));
        }
        let limits = self.resources.limits();
        let question = self.question(limits)?;
        let modules = Progress::during(environment.progress, "reading modules", |_| {
            read_modules(&self.modules, limits)
        })?;
        let answers: Vec<Answer<'_>> = modules.iter().map(|it| answer(it, &question)).collect();
        let is_found = answers.iter().any(|it| !it.symbols.is_empty());
        if self.has_report() {
            let write = |name: &'static str, _: bool| match name {
                JSON => json(&question, &answers),
                _ => text(&question, &answers).into_bytes(),
            };
            reports::write_all(
                &self.format,
                TEXT,
                |_| crate::report::Document::default(),
                write,
                io,
            )?;
        }
        Ok(Exit::found(is_found))
    }

    fn question(&self, limits: Limits) -> Result<Question> {
        match &*self.stablelist {
            [list] => Ok(Question::NotIn(stable_list::read(list, limits)?)),
            [old, new] => {
                let [old, new] = [old, new].map(|path| stable_list::read(path, limits));
                Ok(Question::Left([old?, new?]))
            }
            _ => Err(Failure(b"--stablelist is given once, or twice: OLD and NEW".to_vec())),
        }
    }
}

impl Question {
    fn is_about(&self, symbol: &[u8]) -> bool {
        match self {
            Self::NotIn(list) => !list.has(symbol),
            Self::Left([old, new]) => old.has(symbol) && !new.has(symbol),
        }
    }
}

/// What there is of a module. The version of the structure of modules, `module_layout`, is no import: no
/// source file names it, and no list needs to.
fn answer<'a>(module: &'a KernelModule, question: &Question) -> Answer<'a> {
    let symbols = module.imports.iter().map(|import| &*import.symbol);
    let symbols: Vec<&[u8]> = symbols.filter(|symbol| *symbol != b"module_layout").collect();
    let imports = symbols.len();
    let mut symbols: Vec<&[u8]> =
        symbols.into_iter().filter(|symbol| question.is_about(symbol)).collect();
    symbols.sort_unstable();
    Answer { module, imports, symbols }
}

fn text(question: &Question, answers: &[Answer<'_>]) -> Page {
    let mut page = Page::default();
    for Answer { module, imports, symbols } in answers {
        let of = format!(": {} of {} ", symbols.len(), counted(*imports, "import"));
        page.put(&module.path).put(of);
        match question {
            Question::NotIn(list) => page.put("not in ").line(&list.title),
            Question::Left([old, new]) => {
                page.put("in ").put(&old.title).put(" and not in ").line(&new.title);
            }
        }
        for symbol in symbols {
            page.tabs(1).line(symbol);
        }
    }
    page
}

/// The report for programs: `docs/check-stablelist.schema.json`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    lists: Vec<Text<'a>>,
    modules: Vec<ModulePart<'a>>,
}

#[derive(Serialize)]
struct ModulePart<'a> {
    path: Text<'a>,
    imports: usize,
    unlisted: Vec<Text<'a>>,
}

fn json(question: &Question, answers: &[Answer<'_>]) -> Vec<u8> {
    let lists = match question {
        Question::NotIn(list) => std::slice::from_ref(list),
        Question::Left(lists) => lists,
    };
    document(&Document {
        schema: "modversions/check-stablelist",
        version: 1,
        lists: lists.iter().map(|list| Text(&list.title)).collect(),
        modules: answers.iter().map(ModulePart::of).collect(),
    })
}

impl<'a> ModulePart<'a> {
    fn of(answer: &Answer<'a>) -> ModulePart<'a> {
        ModulePart {
            path: Text(&answer.module.path),
            imports: answer.imports,
            unlisted: answer.symbols.iter().map(|symbol| Text(symbol)).collect(),
        }
    }
}
