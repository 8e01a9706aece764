//! `modversions kbuild` killed at every moment at which something in its trees has changed, and many
//! at once.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use testkit::lesser_system::{Lack, with_lacks};
use testkit::traced::run_until;

use super::kernel_trees::{GENKSYMS, Listing, MODPOST, Said, Trees};

/// A kind of tree, and its path.
type Shape = (&'static str, fn([u8; 3]) -> Trees);

const SOURCE_TREE: Shape = ("tree", Trees::with_source_tree);
const HEADERS: Shape = ("src/tree", Trees::with_headers);
const SHARED_FOLDERS: Shape = ("tree", Trees::with_shared_folders);

/// The programs of a tree, below it, and what the kernel's own ones hold.
const PROGRAMS: [(&str, &[u8]); 2] =
    [("scripts/genksyms/genksyms", GENKSYMS), ("scripts/mod/modpost", MODPOST)];

/// Where an overlay `new` is made.
const UNFINISHED: &str = ".new.modversions-new";

/// A run that is killed, again and again, in new trees.
struct Killed<'a> {
    shape: Shape,
    /// What is run before it; DIR stands for the tree.
    before: Option<&'a str>,
    /// Its arguments.
    command: &'a str,
    /// What its system cannot do.
    lacks: &'a [Lack],
    /// The program.
    program: &'a Program,
}

/// Our program without what a debugger needs, so that copies are made sooner.
struct Program {
    path: PathBuf,
    length: u64,
    /// Its first bytes.
    head: Vec<u8>,
    _directory: TempDir,
}

/// So many of the first bytes of a program are compared, if it is as long as ours.
const HEAD: u64 = 4096;

/// What a program of a tree is.
struct Standing {
    is_ours: bool,
    /// All of it, if it is not as long as ours.
    bytes: Vec<u8>,
    is_executable: bool,
}

impl Program {
    fn new() -> Program {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("modversions");
        fs::copy(env!("CARGO_BIN_EXE_modversions"), &path).unwrap();
        // Without this program, or if it fails, they are made later.
        let _ = Command::new("strip").arg(&path).status();
        let mut head = Vec::new();
        File::open(&path).unwrap().take(HEAD).read_to_end(&mut head).unwrap();
        let length = fs::metadata(&path).unwrap().len();
        Program { path, length, head, _directory: directory }
    }

    /// What the file at `path` is. It is opened once, since another may take its place meanwhile.
    fn standing(&self, path: &Path) -> io::Result<Standing> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let length = if metadata.len() == self.length { HEAD } else { metadata.len() };
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        // What is cut off is shorter.
        let is_ours = metadata.len() == self.length && bytes == self.head;
        let is_executable = metadata.permissions().mode() & 0o100 != 0;
        Ok(Standing { is_ours, bytes, is_executable })
    }
}

impl Killed<'_> {
    /// Kills it after each change; says for each what is wrong then.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for number in 0.. {
            let trees = self.trees();
            let before = trees.all_below("");
            if let Some(arguments) = self.before {
                succeeded(arguments, &self.run(&trees, arguments)).unwrap();
            }
            let is_killed = self.is_killed_after(&trees, number);
            let found = self.recovers(&trees, &before);
            faults.extend(found.err().map(|fault| format!("{}: {number}: {fault}", self.title())));
            if !is_killed {
                println!("{}: killed at {number} points", self.title());
                assert!(number > 1, "{}", self.title());
                break;
            }
        }
        faults
    }

    /// Fails unless a build can go on with trees that are as they were when it was killed, and
    /// either of the commands that may follow does what it should.
    fn recovers(&self, trees: &Trees, before: &Listing) -> Result<(), String> {
        if self.command.starts_with("overlay") {
            return self.makes_overlay(trees, before);
        }
        self.is_whole(trees)?;
        self.restores(&trees.copied(), before)?;
        self.takes_up(trees, before)
    }

    fn title(&self) -> String {
        format!("{} {:?} ({:?})", self.arguments(self.command), self.before, self.lacks)
    }

    fn trees(&self) -> Trees {
        self.shape.1([6, 1, 192]).with_program(&self.program.path)
    }

    fn arguments(&self, arguments: &str) -> String {
        arguments.replace("DIR", self.shape.0)
    }

    fn path(&self, trees: &Trees, path: &str) -> PathBuf {
        trees.path(self.shape.0).join(path)
    }

    /// A run of ours on the same system, where what is written need not get to the disk.
    fn run(&self, trees: &Trees, arguments: &str) -> Said {
        Trees::said(self.lacking(trees.command(&self.arguments(arguments))))
    }

    fn lacking(&self, mut command: Command) -> Command {
        with_lacks(&mut command, &[self.lacks, &[Lack::Sync]].concat());
        command
    }

    /// Kills it when it has changed something `changes` times: false if it has ended before.
    fn is_killed_after(&self, trees: &Trees, changes: usize) -> bool {
        let mut command = self.lacking(trees.command(&self.arguments(self.command)));
        command.stdout(Stdio::null());
        let mut last = shape_below(&trees.path(""));
        let mut seen = 0;
        let ended = run_until(command, || {
            let now = shape_below(&trees.path(""));
            seen += usize::from(now != last);
            last = now;
            seen > changes
        });
        let ended = ended.unwrap();
        assert!(ended.code().is_none_or(|code| code == 0), "{}: {ended}", self.title());
        ended.code().is_none()
    }

    /// Fails unless a build could call the programs.
    fn is_whole(&self, trees: &Trees) -> Result<(), String> {
        if self.lacks.contains(&Lack::Exchange) {
            // There are moments between two renames.
            return Ok(());
        }
        for (path, kernels) in PROGRAMS {
            let path = self.path(trees, path);
            let standing = self.program.standing(&path);
            let standing = standing.map_err(|error| format!("{}: {error}", path.display()))?;
            if !standing.is_ours && standing.bytes != kernels {
                return Err(format!("{}: neither program", path.display()));
            }
            if !standing.is_executable {
                return Err(format!("{}: not executable", path.display()));
            }
        }
        Ok(())
    }

    /// Fails unless `disable` restores what was there `before`.
    fn restores(&self, trees: &Trees, before: &Listing) -> Result<(), String> {
        succeeded("disable", &self.run(trees, "disable DIR"))?;
        same(before, &trees.all_below(""))
    }

    /// Fails unless `enable` works, and `disable` after it.
    fn takes_up(&self, trees: &Trees, before: &Listing) -> Result<(), String> {
        for (path, _) in PROGRAMS {
            self.cut_off(&self.path(trees, path));
        }
        succeeded("enable", &self.run(trees, "enable DIR"))?;
        for (path, _) in PROGRAMS {
            if !self.program.standing(&self.path(trees, path)).unwrap().is_ours {
                return Err(format!("{path}: not ours after enable"));
            }
        }
        let now = shape_below(&trees.path(""));
        if let Some((path, ..)) = now.iter().find(|(path, ..)| is_left(path)) {
            return Err(format!("left: {}", path.display()));
        }
        self.restores(trees, before)
    }

    /// Fails unless all trees are unchanged, and an overlay can be made, and then removed.
    fn makes_overlay(&self, trees: &Trees, before: &Listing) -> Result<(), String> {
        let mut in_trees = trees.all_below("");
        in_trees.retain(|path, _| !path.starts_with("new") && !path.starts_with(UNFINISHED));
        same(before, &in_trees)?;
        if !trees.path("new").exists() {
            succeeded("overlay", &self.run(trees, self.command))?;
        }
        fs::remove_dir_all(trees.path("new")).unwrap();
        same(before, &trees.all_below(""))
    }

    /// Makes a copy of ours a part of it, as if it had been killed while it wrote that.
    fn cut_off(&self, program: &Path) {
        let name = program.file_name().unwrap().to_str().unwrap();
        let new = program.with_file_name(format!(".{name}.modversions-new"));
        if self.program.standing(&new).is_ok_and(|standing| standing.is_ours) {
            File::options()
                .write(true)
                .open(new)
                .unwrap()
                .set_len(self.program.length / 2)
                .unwrap();
        }
    }
}

/// Whether this is the name of what no command leaves that has ended.
fn is_left(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.ends_with("-new") || name.ends_with("-aside")
}

fn succeeded(what: &str, said: &Said) -> Result<(), String> {
    let is_good = said.status == 0 && said.stderr.is_empty();
    if is_good { Ok(()) } else { Err(format!("{what}: {} {}", said.status, said.stderr)) }
}

/// Fails with the first path at which two listings differ.
fn same(before: &Listing, now: &Listing) -> Result<(), String> {
    let paths = before.keys().chain(now.keys());
    match paths.into_iter().find(|path| before.get(*path) != now.get(*path)) {
        None => Ok(()),
        Some(path) => Err(format!("not as before: {}", path.display())),
    }
}

/// The names below a directory, and what each is: all that shows that a program has changed
/// something.
fn shape_below(directory: &Path) -> Vec<(PathBuf, u64, u64, u32, i64)> {
    let mut found = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, metadata) = (entry.path(), entry.metadata().unwrap());
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            let length = if metadata.is_dir() { 0 } else { metadata.len() };
            let time = if metadata.is_dir() { 0 } else { metadata.mtime() };
            found.push((path, metadata.ino(), length, metadata.mode(), time));
        }
    }
    found.sort();
    found
}

/// Whether programs may be traced here, and their system calls filtered.
fn can_trace() -> bool {
    let mut command = Command::new("true");
    with_lacks(&mut command, &[Lack::Sync]);
    let Err(error) = run_until(command, || false) else {
        return true;
    };
    assert!(env::var_os("CI").is_none(), "no program can be traced here: {error}");
    eprintln!("skipped: no program can be traced here: {error}");
    false
}

fn assert_survives(shapes: &[Shape], lacks: &[Lack], commands: &[(Option<&str>, &str)]) {
    if !can_trace() {
        return;
    }
    let program = Program::new();
    let mut faults = Vec::new();
    for &shape in shapes {
        for &(before, command) in commands {
            faults.extend(Killed { shape, before, command, lacks, program: &program }.faults());
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn enable_may_be_killed_at_any_moment() {
    let [both, one] = [(None, "enable DIR"), (None, "enable DIR --only modpost")];
    assert_survives(&[SOURCE_TREE, HEADERS, SHARED_FOLDERS], &[], &[both]);
    assert_survives(&[HEADERS], &[], &[one]);
}

#[test]
fn disable_may_be_killed_at_any_moment() {
    let enabled = Some("enable DIR");
    let [both, one] = [(enabled, "disable DIR"), (enabled, "disable DIR --only genksyms")];
    assert_survives(&[SOURCE_TREE, HEADERS, SHARED_FOLDERS], &[], &[both]);
    assert_survives(&[HEADERS], &[], &[one]);
}

#[test]
fn overlay_may_be_killed_at_any_moment() {
    assert_survives(&[HEADERS], &[], &[(None, "overlay DIR new")]);
}

#[test]
fn so_may_all_where_two_names_cannot_be_exchanged() {
    let commands = [(None, "enable DIR"), (Some("enable DIR"), "disable DIR")];
    assert_survives(&[HEADERS], &[Lack::Exchange], &commands);
}

#[test]
fn so_may_all_where_a_file_has_only_one_name() {
    let commands = [(None, "enable DIR"), (Some("enable DIR"), "disable DIR")];
    assert_survives(&[SOURCE_TREE], &[Lack::SecondName], &commands);
}

/// So many run at once.
const AT_ONCE: [&str; 8] = [
    "enable DIR",
    "disable DIR",
    "enable DIR",
    "enable DIR --only modpost",
    "disable DIR --only genksyms",
    "overlay DIR new",
    "enable DIR",
    "disable DIR",
];

#[test]
fn many_at_once_lose_nothing() {
    if !can_trace() {
        return;
    }
    let program = Program::new();
    for shape in [SOURCE_TREE, HEADERS] {
        let one = Killed { shape, before: None, command: "", lacks: &[], program: &program };
        let trees = one.trees();
        let before = trees.all_below("");
        for round in 0..6 {
            let start = |command: &&str| {
                let mut command = one.lacking(trees.command(&one.arguments(command)));
                command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
            };
            let mut children: Vec<Child> = AT_ONCE.iter().map(start).collect();
            while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
                one.is_whole(&trees).unwrap();
            }
            for (mut child, command) in children.into_iter().zip(AT_ONCE) {
                assert!(child.wait().unwrap().success(), "{command}");
            }
            fs::remove_dir_all(trees.path("new")).unwrap();
            if round % 2 == 0 {
                succeeded("disable", &one.run(&trees, "disable DIR")).unwrap();
                same(&before, &trees.all_below("")).unwrap();
            }
        }
        succeeded("disable", &one.run(&trees, "disable DIR")).unwrap();
        same(&before, &trees.all_below("")).unwrap();
    }
}
