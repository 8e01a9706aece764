//! The kernel tree that is asked: where it is, whether it is configured, which compiler it is for, and
//! what make says of it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::units::{Unit, file_name};
use crate::cli::compiler_text;
use crate::cli::exit::{Failure, Result};

/// What Kbuild is told in a dry run, so that every command is printed, once, and no other work done:
/// what is up to date counts as if it were not, and rules for C files are their compiler's command.
/// Where a release has no such variable, it prints more, and takes longer.
const DRY_RUN: [&str; 7] = [
    "if-changed-cond=1",
    "any-prereq=1",
    "arg-check=1",
    "cmd-check=1",
    "rule_cc_o_c=$(cmd_cc_o_c)",
    "make-cmd=",
    "cmd_objtool=",
];

/// A kernel tree.
pub(super) struct BuildTree {
    /// Where make is called: the sources, or a build directory.
    root: PathBuf,
    /// Where it builds. Commands are run here.
    pub(super) objects: PathBuf,
    /// What make is told.
    variables: Vec<OsString>,
}

impl BuildTree {
    /// The tree at `root` with these variables of make.
    pub(super) fn at(root: &Path, variables: &[OsString]) -> Result<BuildTree> {
        let root = fs::canonicalize(root).map_err(Failure::from_io(root))?;
        let is_kernel = ["Kconfig", "Kbuild", "source", "scripts/Kbuild.include"]
            .iter()
            .any(|name| root.join(name).exists());
        if !root.join("Makefile").is_file() || !is_kernel {
            return Err(Failure::of(&root, "not a kernel tree: it has no Makefile of one"));
        }
        let mut tree = BuildTree { objects: root.clone(), root, variables: variables.to_vec() };
        if let Some(folder) = tree.variable("O").or_else(|| tree.variable("KBUILD_OUTPUT")) {
            let folder =
                std::path::absolute(&folder).map_err(Failure::from_io(Path::new(&folder)))?;
            tree.variables.retain(|word| !word.as_bytes().starts_with(b"O="));
            let mut word = OsString::from("O=");
            word.push(&folder);
            tree.variables.push(word);
            tree.objects = folder;
        }
        let config = tree.objects.join(".config");
        let config = fs::read(&config).map_err(|_| {
            let words = "it is not configured, there is no .config; run `make defconfig`, or copy a \
                         .config there and run `make olddefconfig`";
            Failure::of(&tree.objects, words)
        })?;
        tree.choose_compiler(&config)?;
        Ok(tree)
    }

    /// The value of a variable of make: as it is told, else that of the environment.
    fn variable(&self, name: &str) -> Option<OsString> {
        let told = self.variables.iter().rev().find_map(|word| {
            let value = word.as_bytes().strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            Some(OsStr::from_bytes(value).to_owned())
        });
        told.or_else(|| std::env::var_os(name)).filter(|value| !value.is_empty())
    }

    /// Makes sure that make takes the compiler that the configuration was made with: with another one,
    /// it would change the configuration.
    fn choose_compiler(&mut self, config: &[u8]) -> Result<()> {
        let text = compiler_text::text(config);
        let named = compiler_text::name(config);
        let named = named.map(|name| OsStr::from_bytes(name).to_owned());
        let is_told = self.variable("CC").is_some() || self.variable("LLVM").is_some();
        let default = || {
            let mut name = self.variable("CROSS_COMPILE").unwrap_or_default();
            name.push("gcc");
            name
        };
        let compiler = match (self.variable("CC"), self.variable("LLVM"), named) {
            (Some(told), _, _) => told,
            (None, Some(_), _) => OsString::from("clang"),
            // The compiler that the configuration names, under that name.
            (None, None, Some(named)) if version(&named).as_deref() == text => named,
            (None, None, _) => default(),
        };
        let shown = compiler.to_string_lossy().into_owned();
        let Some(found) = version(&compiler) else {
            let words =
                format!("there is no compiler {shown}; install it, or name another with CC=");
            return Err(Failure::of(&self.root, &words));
        };
        if let Some(text) = text.filter(|text| *text != found) {
            let [text, found] = [text, &found].map(String::from_utf8_lossy);
            let words = format!(
                "it was configured for the compiler \"{text}\", and {shown} is \"{found}\"; name that one \
                 with CC=, or run `make CC={shown} olddefconfig` first"
            );
            return Err(Failure::of(&self.root, &words));
        }
        if !is_told {
            let mut word = OsString::from("CC=");
            word.push(&compiler);
            self.variables.push(word);
        }
        Ok(())
    }

    /// Whether the headers that every file needs are made, from the configuration as it is.
    pub(super) fn is_prepared(&self) -> bool {
        let time =
            |name: &str| self.objects.join(name).metadata().and_then(|it| it.modified()).ok();
        let made = ["include/config/auto.conf", "include/generated/autoconf.h"].map(time);
        let others = ["include/generated/bounds.h", "include/generated/asm-offsets.h"].map(time);
        let is_newer = made[0] >= time(".config");
        is_newer && made.iter().chain(&others).all(Option::is_some)
    }

    /// Lets make prepare what every file needs.
    pub(super) fn prepare(&self) -> Result<()> {
        let output = self.output(self.make().arg("prepare"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(self.failure("make prepare fails", &output)),
        }
    }

    /// What make would do for the kernel and its modules, and what it complains of.
    pub(super) fn dry_run(&self) -> Result<(Vec<u8>, Vec<String>)> {
        let mut make = self.make();
        make.args(["-k", "-n"]).args(DRY_RUN).args(["vmlinux", "modules"]);
        let output = self.output(&mut make)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let complaints = said.lines().filter(|line| line.contains("*** No rule"));
        Ok((output.stdout.clone(), complaints.map(str::to_owned).collect()))
    }

    /// Lets make compile these files, as far as it can, with what it generates for them.
    pub(super) fn make_objects(&self, units: &[&Unit]) -> Result<()> {
        let mut make = self.make();
        let name = |unit: &&Unit| file_name(&unit.object, "o");
        make.arg("-k").args(units.iter().map(name));
        self.output(&mut make).map(|_| ())
    }

    /// Where a file is that a command names.
    pub(super) fn place(&self, path: &[u8]) -> PathBuf {
        self.objects.join(OsStr::from_bytes(path))
    }

    /// A make for this tree.
    fn make(&self) -> Command {
        let mut make = Command::new("make");
        let jobs = rayon::current_num_threads();
        make.arg("-C").arg(&self.root).arg(format!("-j{jobs}")).args(&self.variables);
        make.env("LC_ALL", "C")
            .env_remove("MAKEFLAGS")
            .env_remove("MFLAGS")
            .env_remove("MAKELEVEL");
        make.env_remove("KBUILD_OUTPUT").stdin(Stdio::null());
        make
    }

    fn output(&self, make: &mut Command) -> Result<Output> {
        make.output().map_err(Failure::from_io(Path::new("make")))
    }

    /// Why make failed: its last words.
    fn failure(&self, what: &str, output: &Output) -> Failure {
        let said = String::from_utf8_lossy(&output.stderr);
        let error = said.lines().find(|line| line.contains("rror")).or(said.lines().last());
        Failure::of(&self.root, &format!("{what}: {}", error.unwrap_or("it says nothing")))
    }
}

/// The first line of what a compiler says of its version, as a configuration has it.
fn version(compiler: &OsStr) -> Option<Vec<u8>> {
    let mut words = compiler.as_bytes().split(|byte| *byte == b' ').map(OsStr::from_bytes);
    let mut command = Command::new(words.next()?);
    command.args(words).arg("--version").env("LC_ALL", "C");
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let line = output.stdout.split(|byte| *byte == b'\n').next()?;
    Some(line.iter().copied().filter(|byte| *byte != b'#').collect())
}
