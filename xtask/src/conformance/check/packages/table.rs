//! The table, in Markdown, and the faults below a row of it.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Answer, Verdict};
use super::containers::{CONTAINERS, Container};

/// How many faults of one kind are named; the others are only counted.
const NAMED: usize = 5;

/// A container, and what is said of the modules by it.
pub type Told<'a> = (&'a Container, &'a Answer);

/// Prints the names of the columns.
pub fn print_head() {
    let names: Vec<&str> = CONTAINERS.iter().map(|container| container.name).collect();
    println!("| Kernel | Version | Modules | {} | Neighbour |", names.join(" | "));
    println!("|---|---|--:|{}", "---|".repeat(names.len() + 1));
}

/// Prints what each container of one kernel gives, and its neighbour.
pub fn print_row(
    name: &str,
    version: &str,
    answers: &[Option<Answer>],
    neighbour: Option<&Answer>,
) {
    let modules = answers.iter().flatten().map(|it| it.modules().count()).max().unwrap_or(0);
    let cells: Vec<String> = answers.iter().map(|answer| cell(answer.as_ref())).collect();
    let neighbour = cell(neighbour);
    println!("| {name} | {version} | {modules} | {} | {neighbour} |", cells.join(" | "));
}

/// How many load, are refused and are undetermined.
fn cell(answer: Option<&Answer>) -> String {
    let Some(answer) = answer else { return "–".to_owned() };
    let Answer::Verdicts(verdicts) = answer else { return "no answer".to_owned() };
    let count = |is: fn(&Verdict) -> bool| verdicts.values().filter(|verdict| is(verdict)).count();
    let counts = [
        (count(|it| matches!(it, Verdict::Loads)), "load"),
        (count(|it| matches!(it, Verdict::Refused(_))), "refused"),
        (count(|it| matches!(it, Verdict::Undetermined)), "undetermined"),
    ];
    match counts.iter().find(|(count, _)| *count == verdicts.len()) {
        Some((_, word)) => format!("all {word}"),
        None => {
            let some = counts.iter().filter(|(count, _)| *count > 0);
            some.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
        }
    }
}

impl Answer {
    /// The modules that it has a verdict on.
    fn modules(&self) -> impl Iterator<Item = &String> {
        let verdicts = match self {
            Answer::Verdicts(verdicts) => Some(verdicts),
            Answer::None(_) => None,
        };
        verdicts.into_iter().flat_map(BTreeMap::keys)
    }

    /// The verdict on one module, if there is one.
    fn verdict(&self, module: &str) -> Option<&Verdict> {
        match self {
            Answer::Verdicts(verdicts) => verdicts.get(module),
            Answer::None(_) => None,
        }
    }

    /// The modules whose verdict is such, each with it.
    fn those(&self, is: impl Fn(&Verdict) -> bool) -> Vec<String> {
        let Answer::Verdicts(verdicts) = self else { return Vec::new() };
        let those = verdicts.iter().filter(|(_, verdict)| is(verdict));
        those.map(|(module, verdict)| format!("{module}: {verdict:?}")).collect()
    }
}

/// What is wrong with the answers about one kernel.
#[derive(Default)]
pub struct Faults {
    /// Of each kind, its title and the modules.
    kinds: Vec<(String, Vec<String>)>,
}

impl Faults {
    /// A kernel loads its own modules.
    pub fn add_refused(&mut self, (container, answer): Told) {
        let refused = answer.those(|verdict| matches!(verdict, Verdict::Refused(_)));
        self.add(format!("{}: refused by their own kernel", container.name), refused);
    }

    /// Of each container something is said.
    pub fn add_silent(&mut self, (container, answer): Told) {
        if let Answer::None(message) = answer {
            self.add(format!("{}: no answer", container.name), vec![message.clone()]);
        }
    }

    /// The same content gives the same verdicts.
    pub fn add_different(&mut self, (first, one): Told, (second, other): Told) {
        let modules: BTreeSet<&String> = one.modules().chain(other.modules()).collect();
        let different = modules.into_iter().filter_map(|module| {
            let (one, other) = (one.verdict(module), other.verdict(module));
            (one != other).then(|| format!("{module}: {one:?}; {other:?}"))
        });
        self.add(format!("{} and {} differ", first.name, second.name), different.collect());
    }

    /// Another kernel refuses all modules, each for one of these `reasons`.
    pub fn add_accepted(&mut self, neighbour: &Answer, reasons: &[&str]) {
        let is_right = |verdict: &Verdict| match verdict {
            Verdict::Refused(ids) => ids.iter().any(|id| reasons.contains(&&**id)),
            _ => false,
        };
        let wrong = neighbour.those(|verdict| !is_right(verdict));
        self.add("the neighbour: not refused, or for another reason".to_owned(), wrong);
    }

    fn add(&mut self, title: String, modules: Vec<String>) {
        if !modules.is_empty() {
            self.kinds.push((title, modules));
        }
    }

    /// Prints them on stderr, up to a bound, so that the table stays whole. Their number.
    pub fn print(&self) -> usize {
        for (title, modules) in &self.kinds {
            eprintln!("  WRONG    {title} ({})", modules.len());
            modules.iter().take(NAMED).for_each(|line| eprintln!("             {line}"));
        }
        self.kinds.iter().map(|(_, modules)| modules.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Container, Faults, Verdict};
    use crate::conformance::check::packages::containers::Content;

    const ROOT: &Container =
        &Container { name: "root", content: Content::Installed, paths: |_| Vec::new() };

    fn answer(verdict: Verdict) -> Answer {
        Answer::Verdicts([("a.ko".to_owned(), verdict)].into())
    }

    fn refused(id: &str) -> Answer {
        answer(Verdict::Refused(vec![id.to_owned()]))
    }

    #[test]
    fn the_same_content_gives_the_same_verdict() {
        let (loads, open) = (&answer(Verdict::Loads), &answer(Verdict::Undetermined));
        let silent = &Answer::None("no kernel".to_owned());
        let count = |one, other| {
            let mut faults = Faults::default();
            faults.add_different((ROOT, one), (ROOT, other));
            faults.print()
        };
        assert_eq!(count(loads, loads), 0);
        assert_eq!(count(loads, open), 1);
        assert_eq!(count(silent, open), 1);
        assert_eq!(count(loads, &refused("version")), 1);
    }

    #[test]
    fn silence_and_refusals_by_the_own_kernel_are_faults() {
        let mut faults = Faults::default();
        faults.add_refused((ROOT, &answer(Verdict::Undetermined)));
        assert_eq!(faults.print(), 0);
        faults.add_silent((ROOT, &Answer::None("no kernel".to_owned())));
        faults.add_refused((ROOT, &refused("version")));
        assert_eq!(faults.print(), 2);
    }

    #[test]
    fn another_kernel_refuses_for_the_right_reason() {
        let count = |answer: &Answer| {
            let mut faults = Faults::default();
            faults.add_accepted(answer, &["vermagic"]);
            faults.print()
        };
        assert_eq!(count(&refused("vermagic")), 0);
        assert_eq!(count(&refused("missing")), 1);
        assert_eq!(count(&answer(Verdict::Loads)), 1);
        assert_eq!(count(&answer(Verdict::Undetermined)), 1);
    }
}
