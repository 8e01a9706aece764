//! Objects in, `Module.symvers` and `<mod>.mod.c` out. Start here: [`run`] is the straight line.
//!
//! ```text
//! dumps ─────────────┐
//!                    ├─> module_set ─> check ─> write ─> files
//! objects ─> facts ──┘                       └> messages
//!            (each on its own)       (each module on its own)
//! ```
//!
//! What an object contributes depends only on its own files, so objects are read in parallel. What
//! depends on others (who exported a symbol first, how many messages there were before) happens
//! afterwards, in the order of the command line.

mod aliases;
mod check;
mod command_files;
mod crcs;
pub mod device_tables;
pub mod files;
mod md4;
mod messages;
mod module_set;
mod object_facts;
mod older;
mod paths;
mod read_object;
mod reader;
mod request;
mod section_mismatch;
mod significant;
mod source_text;
mod srcversion;
mod store;
mod text;
mod write;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

pub use aliases::AliasList;
pub use files::{FileError, Files, MappedFile, Staged};
pub use messages::{Level, Message};
pub use request::{Options, Request};
pub use text::{Fatal, Text};

use crate::release::{
    CheckOrder, DumpReading, DumpWriting, ExitStatus, FileListDash, FilesAfterErrors, ListOrder,
    Modpost, UndefinedCheck,
};
use check::{Checked, Finding};
use module_set::ModuleSet;
use object_facts::{ObjectFacts, Surroundings};
use read_object::read_object;
use significant::Headers;
use write::context::Context;
use write::{mod_c, nsdeps, symvers, vmlinux_export_c};

/// What came of a run, besides the files that it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The exit status: 0 or 1.
    pub status: u8,
}

/// Of the symbols that nothing exports, how many are named.
const MOST_UNDEFINED: usize = 10;

/// Does what is asked for. Uses the threads of the current rayon pool; the outcome does not depend
/// on their number.
pub fn run(request: &Request, release: &Modpost, files: &dyn Files) -> Outcome {
    let mut log = Log::new(release);
    let status = match run_logged(request, release, files, &mut log) {
        Ok(()) => u8::from(log.any_errors),
        Err(Fatal(message)) => {
            log.say(&message);
            1
        }
    };
    Outcome { stderr: log.stderr, status }
}

fn run_logged(
    request: &Request,
    release: &Modpost,
    files: &dyn Files,
    log: &mut Log<'_>,
) -> Result<(), Fatal> {
    let options = &request.options;
    let (headers, module_lists) = (Headers::default(), &request.module_lists[..]);
    let surroundings = Surroundings { options, release, files, headers: &headers, module_lists };
    let inputs = Inputs::read(request, surroundings);
    let set = inputs.collect(options, release, log)?;
    if options.writes_namespace_files {
        return Err(Fatal(older::messages::no_namespace_files()));
    }
    // Beyond this point nothing is exported any more.
    log.begin_checks();
    if release.undefined == UndefinedCheck::WithKernel && !set.has_kernel() {
        log.say(&older::messages::no_kernel());
    }
    let checked = check_all(&set, options, release);
    if release.checks == CheckOrder::AllBeforeAnyIsWritten {
        checked.iter().flatten().try_for_each(|checked| log.say_findings(checked))?;
    }
    let used = used_exports(request, files, &set, &checked)?;
    // Beyond this point nothing is checked any more.
    let context = Context { set: &set, used: &used, options, release };
    let generated = generate(context, &checked);
    store_modules(generated, &checked, release, files, log)?;
    store_lists(request, context, &checked, files, log)?;
    if options.counts_mismatches && inputs.mismatches() > 0 {
        log.say(&older::messages::mismatch_count(inputs.mismatches()));
    }
    if options.mismatches_are_errors && inputs.mismatches() > 0 {
        let message = messages::mismatches_forbidden().at(release.mismatches_forbidden);
        if message.ends_the_run() {
            return Err(Fatal(message));
        }
        log.say(&message);
    }
    older::static_exports::say(&set, release, |message| log.say(&message));
    if log.undefined > MOST_UNDEFINED && release.undefined == UndefinedCheck::Always {
        log.say(&messages::suppressed(log.undefined - MOST_UNDEFINED));
    }
    Ok(())
}

/// Everything that is read: nothing of it depends on anything else. What cannot be read is said
/// where its turn comes.
struct Inputs {
    dumps: Vec<Result<Vec<u8>, Fatal>>,
    /// How many of these, the first ones, are of the kernel itself.
    kernel_dumps: usize,
    objects: Vec<ObjectFacts>,
    listed: Result<Vec<ObjectFacts>, Fatal>,
}

impl Inputs {
    fn read(request: &Request, surroundings: Surroundings<'_>) -> Self {
        let may_lack = surroundings.release.dump_reading == DumpReading::Lenient;
        let dump = |path: &Vec<u8>| match surroundings.files.read(path) {
            Err(_) if may_lack => Ok(Vec::new()),
            Err(error) => Err(Fatal(messages::file_failure(path, &error.0))),
            Ok(text) => Ok(text),
        };
        let mut paths: Vec<&[u8]> = request.objects.iter().map(Vec::as_slice).collect();
        let list = file_list(request, surroundings);
        // All at once: the kernel itself, which is named, takes as long as many that are listed.
        paths.extend(list.iter().flat_map(|text| paths::list(text)));
        let mut objects = read_objects(&paths, surroundings);
        let listed = objects.split_off(request.objects.len());
        Self {
            dumps: request.dumps.iter().map(dump).collect(),
            kernel_dumps: request.kernel_dumps,
            objects,
            listed: list.map(|_| listed),
        }
    }

    /// All of it together, in order.
    fn collect<'s>(
        &'s self,
        options: &Options,
        release: &'s Modpost,
        log: &mut Log<'_>,
    ) -> Result<ModuleSet<'s>, Fatal> {
        let mut set = ModuleSet::of(release);
        for (index, dump) in self.dumps.iter().enumerate() {
            let text = dump.as_ref().map_err(Fatal::clone)?;
            let is_kernels = index < self.kernel_dumps;
            log.attempt(|said| set.add_dump(text, is_kernels, options, release, said))?;
        }
        for facts in &self.objects {
            log.attempt(|said| set.add_object(facts, options, release, said))?;
        }
        for facts in self.listed.as_ref().map_err(Fatal::clone)? {
            log.attempt(|said| set.add_object(facts, options, release, said))?;
        }
        Ok(set)
    }

    fn mismatches(&self) -> usize {
        self.objects.iter().chain(self.listed.iter().flatten()).map(|facts| facts.mismatches).sum()
    }
}

/// The text of the list of objects; empty if there is none.
fn file_list(request: &Request, surroundings: Surroundings<'_>) -> Result<Vec<u8>, Fatal> {
    let Some(path) = &request.file_list else {
        return Ok(Vec::new());
    };
    let is_standard_input =
        path == b"-" && surroundings.release.file_list_dash == FileListDash::StandardInput;
    let path = (!is_standard_input).then_some(&path[..]);
    surroundings
        .files
        .read_stream(path)
        .map_err(|error| Fatal(messages::no_file_list(path.unwrap_or_default(), &error.0)))
}

fn read_objects(paths: &[&[u8]], surroundings: Surroundings<'_>) -> Vec<ObjectFacts> {
    paths.par_iter().map(|path| read_object(path, surroundings)).collect()
}

/// Checks every module that was read from an object; the others have nothing to be checked.
fn check_all<'a>(
    set: &ModuleSet<'a>,
    options: &Options,
    release: &Modpost,
) -> Vec<Option<Checked<'a>>> {
    let modules: Vec<_> = set.modules().collect();
    modules
        .par_iter()
        .map(|&(id, module)| {
            let facts = module.facts.filter(|_| !module.is_vmlinux)?;
            Some(check::check(set, id, facts, options, release))
        })
        .collect()
}

/// For each export whether a module uses it, or a list of those to keep names it.
fn used_exports(
    request: &Request,
    files: &dyn Files,
    set: &ModuleSet<'_>,
    checked: &[Option<Checked<'_>>],
) -> Result<Vec<bool>, Fatal> {
    let mut used = vec![false; set.export_count()];
    for export in checked.iter().flatten().flat_map(|checked| checked.uses.iter().flatten()) {
        used[export.index()] = true;
    }
    if let Some(path) = &request.keep_list {
        let list = files.read(path);
        let list = list.map_err(|error| Fatal(messages::file_failure(path, &error.0)))?;
        let names = paths::until_zero(&list).split(|&byte| byte == b'\n');
        names.filter_map(|name| set.find(name)).for_each(|export| used[export.index()] = true);
    }
    for facts in set.modules().filter_map(|(_, module)| module.facts) {
        let kept = facts.kept_exports.iter().filter_map(|&name| set.find(facts.text(name)));
        kept.for_each(|export| used[export.index()] = true);
    }
    Ok(used)
}

/// The text of a module's file, and what is said while it is made.
struct Generated {
    /// The module's place among all.
    module: usize,
    said: Vec<Message>,
    /// Where the text goes; of a path that is too long what fits.
    path: Result<Vec<u8>, Vec<u8>>,
    text: Result<Text, Fatal>,
}

/// Makes the file of each module that was read from an object.
fn generate(context: Context<'_>, checked: &[Option<Checked<'_>>]) -> Vec<Generated> {
    let mut modules: Vec<_> =
        context.set.modules().enumerate().map(|(index, (_, module))| (index, module)).collect();
    if context.release.lists == ListOrder::Reversed {
        modules.reverse();
        // Their exports are in their objects.
        modules.retain(|(_, module)| !module.is_vmlinux);
    }
    let nothing = Checked::default();
    modules
        .into_par_iter()
        .filter_map(|(index, module)| {
            let facts = module.facts?;
            let mut said = Vec::new();
            let (path, text) = if module.is_vmlinux {
                let text = vmlinux_export_c::text(module, facts, context, &mut said);
                (Ok(vmlinux_export_c::PATH.to_vec()), text)
            } else {
                let checked = checked[index].as_ref().unwrap_or(&nothing);
                let text = mod_c::text(module, facts, checked, context, &mut said);
                let path = [&facts.name[..], b".mod.c"].concat();
                let path = match context.release.after_errors {
                    FilesAfterErrors::Withheld => paths::fitting(path),
                    // The file system refuses what is too long.
                    FilesAfterErrors::Written => Ok(path),
                };
                (path, text)
            };
            Some(Generated { module: index, said, path, text })
        })
        .collect()
}

/// A file to be written, and how much had been said by then.
struct Store {
    text: Text,
    said: usize,
}

/// Says what there is to say of each module, in order, and writes its file unless there was an
/// error by then.
///
/// The texts are made ready in parallel, and become files in order. If one cannot, the run ends
/// there, as if no module behind it had been looked at.
fn store_modules(
    generated: Vec<Generated>,
    checked: &[Option<Checked<'_>>],
    release: &Modpost,
    files: &dyn Files,
    log: &mut Log<'_>,
) -> Result<(), Fatal> {
    // Of two files with one path, the later stays.
    let mut stores: IndexMap<Vec<u8>, Store, FxBuildHasher> = IndexMap::default();
    let mut ended = Ok(());
    for Generated { module, said, path, text } in generated {
        if release.checks == CheckOrder::EachBeforeItIsWritten {
            ended = checked[module].iter().try_for_each(|checked| log.say_findings(checked));
            if ended.is_err() {
                break;
            }
        }
        log.say_all(said);
        let text = match text {
            Ok(text) => text,
            Err(fatal) => {
                ended = Err(fatal);
                break;
            }
        };
        match path {
            Ok(path) if log.may_write() => {
                stores.insert(path, Store { text, said: log.stderr.len() });
            }
            Ok(_) => {}
            Err(beginning) => log.say(&messages::path_too_long(&beginning)),
        }
    }
    let stores: Vec<(Vec<u8>, Store)> = stores.into_iter().collect();
    let stage = |(path, store): &(Vec<u8>, Store)| files.stage_if_changed(path, store.text.bytes());
    store::store(&stores, stage).map_err(|((path, store), error)| {
        log.stderr.truncate(store.said);
        Fatal(messages::file_failure(path, &error.0))
    })?;
    ended
}

/// Writes the missing namespaces and the dump, where they were asked for.
fn store_lists(
    request: &Request,
    context: Context<'_>,
    checked: &[Option<Checked<'_>>],
    files: &dyn Files,
    log: &Log<'_>,
) -> Result<(), Fatal> {
    let failure = |path: &[u8], error: FileError| Fatal(messages::file_failure(path, &error.0));
    if let Some(path) = &request.nsdeps {
        let modules = context.set.modules().zip(checked);
        let checked =
            modules.filter_map(|((_, module), checked)| Some((module.name, checked.as_ref()?)));
        let text = match context.release.lists {
            ListOrder::AsSeen => nsdeps::text(checked, context.release)?,
            ListOrder::Reversed => {
                let mut checked: Vec<_> = checked.collect();
                checked.reverse();
                nsdeps::text_reversed(checked.into_iter(), context.release)?
            }
        };
        if log.may_write() {
            let staged = files.stage_if_changed(path, text.bytes());
            staged.and_then(Staged::commit).map_err(|error| failure(path, error))?;
        }
    }
    if let Some(path) = &request.dump {
        let text = symvers::text(context)?;
        if log.may_write() {
            let staged = match context.release.dump_writing {
                DumpWriting::IfChanged => files.stage_if_changed(path, text.bytes()),
                DumpWriting::Always => files.stage(path, text.bytes()),
            };
            staged.and_then(Staged::commit).map_err(|error| failure(path, error))?;
        }
    }
    Ok(())
}

/// Standard error, as far as it has been written.
struct Log<'r> {
    stderr: Vec<u8>,
    /// Whether there was an error: then no file is written any more.
    any_errors: bool,
    release: &'r Modpost,
    /// Whether modules are being checked, and their files written.
    is_checking: bool,
    /// How many symbols nothing exports.
    undefined: usize,
}

impl<'r> Log<'r> {
    fn new(release: &'r Modpost) -> Self {
        let (stderr, any_errors) = (Vec::new(), false);
        Self { stderr, any_errors, release, is_checking: false, undefined: 0 }
    }

    /// What follows is about modules, not about objects.
    fn begin_checks(&mut self) {
        self.is_checking = true;
    }

    /// Whether files may still be written.
    fn may_write(&self) -> bool {
        match self.release.after_errors {
            FilesAfterErrors::Written => true,
            FilesAfterErrors::Withheld => !self.any_errors,
        }
    }

    fn say(&mut self, message: &Message) {
        self.stderr.extend(message.said(self.release));
        let counts = match self.release.status {
            ExitStatus::ByErrors => true,
            ExitStatus::ByChecks => self.is_checking,
        };
        self.any_errors |= counts && message.level == Level::Error;
    }

    fn say_all(&mut self, messages: impl IntoIterator<Item = Message>) {
        messages.into_iter().for_each(|message| self.say(&message));
    }

    /// Does something, and says what it has to say, whether it fails or not.
    fn attempt(
        &mut self,
        action: impl FnOnce(&mut Vec<Message>) -> Result<(), Fatal>,
    ) -> Result<(), Fatal> {
        let mut said = Vec::new();
        let result = action(&mut said);
        self.say_all(said);
        result
    }

    /// Says what was found about a module; of undefined symbols only the first few.
    fn say_findings(&mut self, checked: &Checked<'_>) -> Result<(), Fatal> {
        for finding in &checked.findings {
            match finding {
                Finding::Said(message) if message.ends_the_run() => {
                    return Err(Fatal(message.clone()));
                }
                Finding::Said(message) => self.say(message),
                Finding::Undefined(message) => {
                    let are_all_said = self.release.undefined != UndefinedCheck::Always;
                    if are_all_said || self.undefined < MOST_UNDEFINED {
                        self.say(message);
                    }
                    self.undefined += 1;
                }
            }
        }
        Ok(())
    }
}
