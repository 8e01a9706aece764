//! `modversions kabi`: the kABI rules of a tree that was built with gendwarfksyms.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure, Result};
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io};
use crate::formats::symver_line;
use crate::gendwarfksyms::{KabiUse, RuleOfObject, kabi_use};
use crate::inputs::limits::Kept;
use crate::inputs::objects::{ObjectFile, of_objects};
use crate::inputs::progress::Progress;
use crate::release::{Behaviour, KernelRelease};
use crate::shown::{Page, Shown, counted};

/// Report kABI rules without effect in a built kernel tree, and CRCs that they do not keep stable
///
/// For kernels with CONFIG_GENDWARFKSYMS whose source has KABI_ rules or `__kabi_` names. PATH is the
/// tree, or single objects. Reported are rules that change nothing in any object, rules that a later one
/// replaces, rules with different values in different objects, CRCs that depend on which exports
/// precede, and objects that were built without KBUILD_GENDWARFKSYMS_STABLE=1.
#[derive(Args)]
pub(super) struct Arguments {
    /// Built trees, or objects
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The kernel release whose gendwarfksyms computes the CRCs [default: the newest known]
    #[arg(long, value_name = "RELEASE")]
    kernel: Option<KernelRelease>,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

/// How many names or files a line shows.
const FEW: usize = 5;

/// What an object has of kABI, if anything.
struct OfObject {
    path: Vec<u8>,
    found: Option<KabiUse>,
}

impl Kept for OfObject {
    fn kept(&self) -> u64 {
        let rule = |it: &RuleOfObject| it.target.len() + it.value.len() + 200;
        let rules = self.found.iter().flat_map(|found| found.rules.iter().map(rule));
        (self.path.len() + rules.sum::<usize>()) as u64
    }
}

/// A rule of the tree.
#[derive(Default)]
struct TreeRule<'a> {
    /// Why it changes nothing in the first object where it does not.
    unused: Option<&'a str>,
    is_used: bool,
    /// The objects that have it, by its value.
    values: BTreeMap<&'a [u8], Vec<&'a [u8]>>,
    /// The values that are replaced, by object.
    shadowed: Vec<(&'a [u8], &'a [u8])>,
}

impl Arguments {
    /// Prints what was found: [`Exit::Found`] if there is something.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let release = self.kernel.unwrap_or(KernelRelease::NEWEST_KNOWN);
        let release = Behaviour::at(release).gendwarfksyms;
        let take = |object: ObjectFile<'_>| {
            let path = object.path.as_os_str().as_bytes();
            let recorded = symver_line::read(object.command);
            let found = kabi_use(path, object.bytes, &recorded, &release);
            Ok(found.map(|found| OfObject { path: path.to_owned(), found }).map_err(|said| {
                let said = said.strip_suffix(b"\n").unwrap_or(&said);
                [path, b": ", said].concat()
            }))
        };
        let limits = self.resources.limits();
        let objects = Progress::during(environment.progress, "reading", |_| {
            of_objects(&self.paths, limits, &take)
        })?;
        let objects: std::result::Result<Vec<OfObject>, Vec<u8>> = objects.into_iter().collect();
        let objects = objects.map_err(Failure)?;
        let (page, count) = report(&objects);
        io.show(&page)?;
        io.say(summary(&objects, count).as_bytes());
        Ok(Exit::found(count > 0))
    }
}

impl Kept for std::result::Result<OfObject, Vec<u8>> {
    fn kept(&self) -> u64 {
        self.as_ref().map_or(0, Kept::kept)
    }
}

fn summary(objects: &[OfObject], count: usize) -> String {
    let with = objects.iter().filter_map(|it| it.found.as_ref());
    let (mut rules, mut exports, mut with_kabi) = (0, 0, 0);
    for found in with {
        with_kabi += 1;
        rules += found.rules.len();
        exports += found.exports;
    }
    format!(
        "{} of {} with kABI rules or names: {}, {}: {}",
        with_kabi,
        counted(objects.len(), "object"),
        counted(rules, "rule"),
        counted(exports, "export"),
        counted(count, "finding"),
    )
}

/// What there is to say, a line each with what belongs to it, and how many these are.
fn report(objects: &[OfObject]) -> (Page, usize) {
    let mut page = Page::default();
    let mut count = 0;
    let mut say = |title: String, notes: &[String]| {
        count += 1;
        page.line(title);
        notes.iter().for_each(|note| page.tabs(1).line(note));
    };
    for ((word, target), rule) in &rules_of(objects) {
        let target = Shown(target);
        let all: Vec<&[u8]> = rule.values.values().flatten().copied().collect();
        if let (false, Some(why)) = (rule.is_used, rule.unused) {
            let why = format!("in {}: {why}", Shown(all[0]));
            say(format!("{word} `{target}` matches nothing, in {}", listed(&all)), &[why]);
        }
        if !rule.shadowed.is_empty() {
            let note = |(object, value): &(&[u8], &[u8])| {
                format!("in {}: `{}` is replaced", Shown(object), Shown(value))
            };
            let notes: Vec<String> = rule.shadowed.iter().take(FEW).map(note).collect();
            say(format!("{word} `{target}` is given again with another value"), &notes);
        }
        if rule.values.len() > 1 {
            let note = |(value, objects): (&&[u8], &Vec<&[u8]>)| {
                format!("`{}` in {}", Shown(value), listed(objects))
            };
            let notes: Vec<String> = rule.values.iter().take(FEW).map(note).collect();
            say(format!("{word} `{target}` has different values in different objects"), &notes);
        }
    }
    for OfObject { path, found } in objects {
        let Some(found) = found else { continue };
        for (title, notes) in &found.leaks {
            say(format!("{}: {title}", Shown(path)), notes);
        }
        if !found.unstable.is_empty() {
            let names: Vec<&[u8]> = found.unstable.iter().map(Vec::as_slice).collect();
            let title = format!(
                "{}: built without --stable, which changes {}",
                Shown(path),
                counted(names.len(), "CRC")
            );
            let note = "build with KBUILD_GENDWARFKSYMS_STABLE=1".to_owned();
            say(title, &[format!("of {}", listed(&names)), note]);
        }
    }
    (page, count)
}

/// All rules, by what they do and what to.
fn rules_of(objects: &[OfObject]) -> BTreeMap<(&str, &[u8]), TreeRule<'_>> {
    let mut rules = BTreeMap::<(&str, &[u8]), TreeRule<'_>>::new();
    for OfObject { path, found } in objects {
        for rule in found.iter().flat_map(|found| &found.rules) {
            let known = rules.entry((rule.word, &rule.target)).or_default();
            known.values.entry(&rule.value).or_default().push(path);
            known.shadowed.extend(rule.shadowed.iter().map(|value| (&path[..], &value[..])));
            match &rule.unused {
                None => known.is_used = true,
                Some(why) => known.unused = known.unused.or(Some(why)),
            }
        }
    }
    rules
}

/// Names, as far as a line has room for them.
fn listed(names: &[&[u8]]) -> String {
    let shown: Vec<String> = names.iter().take(FEW).map(|it| Shown(it).to_string()).collect();
    match names.len().checked_sub(FEW + 1) {
        None => shown.join(", "),
        Some(more) => format!("{} and {} more", shown.join(", "), more + 1),
    }
}
