//! A folder of external modules and the builds that it goes through, one after the other, with
//! whichever programs are in place.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use super::modpost_call::ModpostCall;
use super::workshop::Workshop;
use crate::run::process::{is_root, run};

/// A folder, and what is done there.
pub struct Trial {
    /// What a person calls it.
    pub title: String,
    /// The folder's name.
    pub name: String,
    /// The directories whose files it begins with.
    pub sources: Vec<PathBuf>,
    /// The builds, in their order.
    pub steps: Vec<Step>,
}

/// One build.
pub struct Step {
    /// The files that are taken away before it: names, or endings that begin with a `*`.
    pub removed: &'static [&'static str],
    /// Who works on it.
    pub worker: Worker,
    /// The folder that Kbuild is given, below that of the trial.
    pub folder: &'static str,
    /// What else make is told. `{folder}` stands for the trial's folder.
    pub arguments: Vec<String>,
    /// What the build meets.
    pub circumstances: Circumstances,
    /// How it has to end with the distribution's programs.
    pub end: End,
    /// What has to be in what it says, so that it is known to end for the reason that is meant.
    pub says: &'static str,
    /// What has to be there afterwards.
    pub left: Left,
}

/// Who works on a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Worker {
    /// make.
    Make,
    /// modpost alone, by the call that make has made here before.
    Modpost,
}

/// What a build meets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Circumstances {
    /// Nothing special. One thing is done at a time, so that messages have an order.
    Usual,
    /// Several things are done at a time.
    ManyJobs,
    /// Nothing can be created in the folder.
    ReadOnly,
    /// A disk on which there is room for so many more pages.
    SmallDisk(u64),
}

/// How a build ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a module.
    Well,
    /// With an error.
    Badly,
    /// That depends on code which is not ours.
    Either,
}

/// What has to be there after a build with ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// All that the distribution's programs leave. Looked at when all steps are done.
    SameAtTheEnd,
    /// All that the distribution's programs leave, now.
    Same,
    /// The same, but of what modpost writes nothing that differs from what the step of this number
    /// left: the distribution's program may leave half of a file, ours may not.
    NothingHalf(usize),
}

/// What make had to say of one build, and how it ended.
pub struct Said {
    /// Status, standard output and standard error.
    pub output: Output,
}

impl Step {
    /// A usual build that makes modules.
    pub fn well(folder: &'static str, arguments: &[&str]) -> Step {
        Step {
            removed: &[],
            worker: Worker::Make,
            folder,
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            circumstances: Circumstances::Usual,
            end: End::Well,
            says: "",
            left: Left::SameAtTheEnd,
        }
    }

    /// A usual build that ends with an error for the reason that it `says`; what is there then is
    /// looked at.
    pub fn badly(folder: &'static str, arguments: &[&str], says: &'static str) -> Step {
        Step { end: End::Badly, says, left: Left::Same, ..Step::well(folder, arguments) }
    }

    /// Whether what is there after the step has to be looked at before the next one begins.
    fn is_kept(&self) -> bool {
        self.left != Left::SameAtTheEnd
    }

    /// Everything that make is told beside the folder.
    pub fn told(&self, trial: &Path) -> Vec<String> {
        // The last of several numbers of jobs counts.
        let jobs = if self.circumstances == Circumstances::ManyJobs { "-j4" } else { "-j1" };
        let goal = if self.arguments.iter().any(|it| it.ends_with(".symtypes")) {
            None
        } else {
            Some("modules")
        };
        let fixed = [jobs, "KBUILD_SYMTYPES=1"].into_iter().chain(goal).map(str::to_owned);
        let folder = trial.display().to_string();
        let own = self.arguments.iter().map(|argument| argument.replace("{folder}", &folder));
        fixed.chain(own).collect()
    }
}

impl Trial {
    /// Goes through all builds in a fresh folder.
    pub fn run(&self, workshop: &Workshop) -> Result<Vec<Said>> {
        let folder = workshop.built().join(&self.name);
        fs::create_dir(&folder)?;
        for source in &self.sources {
            copy(&source.join("."), &folder)?;
        }
        let mut said = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            let told = || format!("{}, build {}", self.title, number + 1);
            remove(&folder, step.removed)?;
            let output = build(workshop, &folder, step).with_context(told)?;
            said.push(Said { output });
            if step.is_kept() {
                copy(&folder, &kept(&workshop.built(), self, number))?;
            }
        }
        Ok(said)
    }
}

/// Where below `built` a copy is of what was there after step `number`.
pub fn kept(built: &Path, trial: &Trial, number: usize) -> PathBuf {
    built.join(format!("{}.after-{number}", trial.name))
}

/// Copies a directory. What is a link there becomes a file.
fn copy(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("cp").args(["-r", "-L", "--preserve=mode,timestamps"]).arg(from).arg(to))
}

/// Takes the files of these names away, wherever in `folder` they are.
fn remove(folder: &Path, names: &[&str]) -> Result<()> {
    for name in names {
        run(Command::new("find").arg(folder).args(["-name", name, "-delete"]))?;
    }
    Ok(())
}

/// One build.
fn build(workshop: &Workshop, trial: &Path, step: &Step) -> Result<Output> {
    // Without a `.` in it.
    let folder: PathBuf = trial.join(step.folder).components().collect();
    let command = match step.worker {
        Worker::Make => {
            let mut make = workshop.make_modules(&folder);
            make.args(step.told(trial));
            make
        }
        Worker::Modpost => ModpostCall::kept(workshop, &folder)?.command(&["env"]),
    };
    match step.circumstances {
        Circumstances::Usual | Circumstances::ManyJobs => output(command),
        Circumstances::ReadOnly => on_read_only(command, &folder),
        Circumstances::SmallDisk(spare) => on_small_disk(command, &folder, spare),
    }
}

/// Runs a command and keeps all that it says.
fn output(mut command: Command) -> Result<Output> {
    command.output().with_context(|| format!("cannot run {}", command.get_program().display()))
}

/// Runs a command while nothing can be created in `folder`, not even by root.
fn on_read_only(mut command: Command, folder: &Path) -> Result<Output> {
    if is_root() {
        command = within(&["setpriv", "--bounding-set=-dac_override,-dac_read_search"], command);
    }
    set_mode(folder, 0o555)?;
    let output = output(command);
    set_mode(folder, 0o755)?;
    output
}

/// Sets the permissions of a directory.
fn set_mode(folder: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// What a shell does to run a command on a small disk: `$1` is the folder, which the disk is put
/// over, `$2` a copy of it before and afterwards, and `$3` the room that is left in KiB. The copy
/// has no holes: whoever maps one takes a page.
const ON_SMALL_DISK: &str = r#"
set -e
folder=$1 copy=$2 spare=$3
shift 3
mount -t tmpfs -o size=1g tmpfs "$folder"
cp -a --sparse=never "$copy/." "$folder"
used=$(df --output=used -k "$folder" | tail -n 1)
mount -o "remount,size=$((used + spare))k" "$folder"
status=0
"$@" || status=$?
rm -r "$copy"
cp -a "$folder" "$copy"
umount "$folder"
exit $status
"#;

/// Runs a command while `folder` is a disk of its own that has room for `spare` pages.
fn on_small_disk(command: Command, folder: &Path, spare: u64) -> Result<Output> {
    let copied = folder.with_extension("on-disk");
    fs::rename(folder, &copied)?;
    fs::create_dir(folder)?;
    let shell = ["unshare", "--mount", "sh", "-c", ON_SMALL_DISK, "sh"].map(OsString::from);
    let spare = OsString::from((spare * 4).to_string());
    let words = [&shell[..], &[folder.into(), (&copied).into(), spare]].concat();
    let output = output(within(&words, command));
    fs::remove_dir(folder)?;
    fs::rename(&copied, folder)?;
    output
}

/// The command line of `command` after the words of another, with the same environment and place.
fn within<S: AsRef<OsStr>>(words: &[S], command: Command) -> Command {
    let (program, arguments) = words.split_first().map_or((None, &[][..]), |it| (Some(it.0), it.1));
    let mut outer = Command::new(program.map_or("env".as_ref(), AsRef::as_ref));
    outer.args(arguments).arg(command.get_program()).args(command.get_args());
    for (variable, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(variable, value),
            None => outer.env_remove(variable),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    outer.stdin(Stdio::null());
    outer
}

/// Whether disks can be mounted here, as nobody else sees them. An error says why not.
pub fn require_mounts() -> Result<()> {
    let mount = "mount -t tmpfs -o size=64k tmpfs /mnt";
    let output = Command::new("unshare").args(["--mount", "sh", "-c", mount]).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
