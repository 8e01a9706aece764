//! The command lines by which Kbuild preprocesses files for genksyms.
//!
//! A small script takes the place of `$(CPP)`: it writes down what it is called with, and prints
//! nothing, so that asking for thousands of files takes seconds.

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use std::ffi::OsString;

use anyhow::{Context, Result, ensure};

use crate::obtain::kernel_tree::{COMPILER, KernelTree, Source};

/// How many files one `make` is asked for.
const BATCH: usize = 300;

/// How a file is preprocessed for genksyms.
pub struct CppCommand {
    /// The C file: `lib/bitmap.c`.
    pub path: String,
    /// The compiler and all its arguments.
    pub words: Vec<OsString>,
}

impl CppCommand {
    /// The command, run in the tree, with its list of dependencies at another place.
    pub fn compiler(&self, tree: &KernelTree, dependencies: &std::path::Path) -> Command {
        let mut command = Command::new(&self.words[0]);
        self.rest(&mut command, &self.words[1..], tree, dependencies);
        command
    }

    /// The same with ours in its place.
    pub fn ours(
        &self,
        mut modversions: Command,
        tree: &KernelTree,
        dependencies: &std::path::Path,
    ) -> Command {
        modversions.arg("cpp").env("objtree", ".").env_remove("KBUILD_EXTMOD");
        self.rest(&mut modversions, &self.words, tree, dependencies);
        modversions
    }

    fn rest(
        &self,
        command: &mut Command,
        words: &[OsString],
        tree: &KernelTree,
        dependencies: &std::path::Path,
    ) {
        command.current_dir(&tree.root).env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        for word in words {
            match word.to_string_lossy().strip_prefix("-Wp,-MMD,") {
                Some(_) => command.arg(format!("-Wp,-MMD,{}", dependencies.display())),
                None => command.arg(word),
            };
        }
    }
}

/// The command lines of these files, in their order. What Kbuild cannot come to (a generated header
/// is missing) is not among them.
pub fn commands(tree: &KernelTree, sources: &[Source]) -> Result<Vec<CppCommand>> {
    let scratch = tempfile::tempdir()?;
    let script = scratch.path().join("cpp");
    let list = scratch.path().join("list");
    fs::create_dir(&list)?;
    // A file a call: calls are made side by side.
    let text =
        format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > \"$(mktemp {}/XXXXXXXX)\"\n", list.display());
    fs::write(&script, text)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let compiler = COMPILER.strip_prefix("CC=").context("the compiler is a variable of make")?;
    for batch in sources.chunks(BATCH) {
        let mut make = tree.make();
        make.arg("-k").arg(format!("CPP={} {compiler} -E", script.display()));
        make.args(batch.iter().map(|source| format!("{}.symtypes", source.target)));
        make.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // That some fail is no error here.
        make.status().context("cannot run make")?;
    }
    let mut commands = Vec::new();
    for entry in fs::read_dir(&list)? {
        let text = fs::read(entry?.path())?;
        let words = text.split(|byte| *byte == 0).filter(|word| !word.is_empty());
        let words: Vec<OsString> = words.map(|word| OsString::from_vec(word.to_vec())).collect();
        let path = words.last().context("a command has a file")?.to_string_lossy().into_owned();
        if path.ends_with(".c") && words.iter().any(|word| word == "-D__GENKSYMS__") {
            commands.push(CppCommand { path, words });
        }
    }
    ensure!(!commands.is_empty() || sources.is_empty(), "Kbuild called no $(CPP)");
    commands.sort_by(|one, other| one.path.cmp(&other.path));
    commands.dedup_by(|later, earlier| later.path == earlier.path);
    Ok(commands)
}
