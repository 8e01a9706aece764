//! `modversions kbuild`: installs our program in a kernel tree, replacing its own, and restores those.
//!
//! Kbuild calls its programs by fixed paths below the tree, and does not rebuild a program that is
//! newer than its sources. So ours is copied there, with the current time, and the kernel's own is
//! kept beside it. Where `scripts` is only a link to a directory that other trees share (Debian's
//! headers), a directory of links replaces the link first: nothing outside of the tree is written.

mod ours;
mod place;
mod scripts;
mod tree;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use self::ours::Ours;
use self::place::{Change, Found};
use self::scripts::Scripts;
use self::tree::KernelTree;
use super::Io;
use crate::inputs::files::reason;
use crate::release::{Behaviour, KernelRelease, ModpostStanding, Standing};

/// What is asked for.
pub(super) enum Action<'a> {
    /// Put ours into `tree`.
    Enable { tree: &'a Path, only: Option<Tool> },
    /// Put the kernel's own back.
    Disable { tree: &'a Path, only: Option<Tool> },
    /// Say which programs are in place.
    Status { tree: &'a Path },
    /// Make `copy`, a tree of links to `tree` with ours in it.
    Overlay { tree: &'a Path, copy: &'a Path, only: Option<Tool> },
}

/// The programs of Kbuild that ours can take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Tool {
    /// CRCs from preprocessed C
    Genksyms,
    /// Symbol versions and aliases of modules from their objects
    Modpost,
}

impl Tool {
    /// All of them, in the order that a build calls them.
    const ALL: [Tool; 2] = [Tool::Genksyms, Tool::Modpost];

    /// The program's name.
    fn name(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Modpost => "modpost",
        }
    }

    /// The folder of `scripts` that it is in.
    fn folder(self) -> &'static str {
        match self {
            Tool::Genksyms => "genksyms",
            Tool::Modpost => "mod",
        }
    }

    /// A line that says of the program what it is now.
    fn is(self, what: &str) -> Vec<u8> {
        format!("scripts/{}/{}: {what}\n", self.folder(), self.name()).into_bytes()
    }

    /// Why ours is no drop-in for that of `release`, if so.
    fn shortcoming(self, release: KernelRelease) -> Option<String> {
        match self {
            Tool::Genksyms => match release.standing() {
                Standing::Checked => None,
                Standing::Unchecked(reason) => Some(reason),
            },
            Tool::Modpost => match Behaviour::at(release).modpost.standing {
                ModpostStanding::Checked => None,
                ModpostStanding::Unknown => {
                    Some(format!("kernel {release}: modpost of this release is not implemented"))
                }
            },
        }
    }
}

/// Why a program stays as it is.
enum Obstacle {
    /// Ours is no drop-in for that release; a message says why.
    Uncovered(String),
    /// It is not there, and the tree's configuration does not ask for it.
    Unused,
    /// It is not there yet.
    Unbuilt,
}

impl Obstacle {
    /// What is in the way of putting ours into the place of `tool`, if something is.
    fn found(tree: &KernelTree, scripts: &Scripts, tool: Tool) -> Result<Option<Obstacle>> {
        if let Some(shortcoming) = tool.shortcoming(tree.release) {
            return Ok(Some(Obstacle::Uncovered(shortcoming)));
        }
        let is_there = scripts.place(tool).found()? != Found::Nothing;
        Ok((!is_there).then(|| Obstacle::of_absence(tree, tool)))
    }

    /// Why a program is not there.
    fn of_absence(tree: &KernelTree, tool: Tool) -> Obstacle {
        match tool {
            Tool::Genksyms if !tree.has_genksyms => Obstacle::Unused,
            Tool::Genksyms | Tool::Modpost => Obstacle::Unbuilt,
        }
    }

    /// The words for it.
    fn words(&self) -> &str {
        match self {
            Obstacle::Uncovered(shortcoming) => shortcoming,
            Obstacle::Unused => "not built (CONFIG_MODVERSIONS is off)",
            Obstacle::Unbuilt => "not built: run `make modules_prepare` there first",
        }
    }
}

/// Why something was not done: a message for the user, of bytes since it names paths.
#[derive(Debug)]
struct Refusal(Vec<u8>);

type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// `reason`, said of `path`.
    fn of(path: &Path, reason: &str) -> Self {
        Self([path.as_os_str().as_bytes(), b": ", reason.as_bytes()].concat())
    }

    /// The operating system's error, said of `path`.
    fn of_io(path: &Path, error: &io::Error) -> Self {
        Self::of(path, &reason(error).0)
    }

    /// For `map_err`: the operating system's error, said of `path`.
    fn from_io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::of_io(path, &error)
    }
}

/// Runs `action`; returns the exit status. `status` ends with 1 where a program that is there is
/// not ours; what could not be done ends with 2.
pub(super) fn run(action: &Action<'_>, io: &mut Io<'_>) -> u8 {
    let done = match action {
        Action::Enable { tree, only } => enable(tree, *only, io),
        Action::Disable { tree, only } => disable(tree, *only, io),
        Action::Status { tree } => status(tree, io),
        Action::Overlay { tree, copy, only } => overlay(tree, copy, *only, io),
    };
    done.unwrap_or_else(|Refusal(message)| {
        io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
        2
    })
}

fn enable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<u8> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let scripts = Scripts::of(&tree)?;
    let tools = replaceable(&tree, &scripts, only, io)?;
    let said = put_in_place(&ours, &scripts.made_own()?, &tools)?;
    io.print(&said);
    Ok(0)
}

fn disable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<u8> {
    let tree = KernelTree::open(tree)?;
    let scripts = Scripts::of(&tree)?;
    for tool in asked_for(only) {
        let place = scripts.place(tool);
        // What is behind a link was put there for another tree.
        let change = if scripts.is_shared() { Change::None } else { place.put_back()? };
        io.print(&tool.is(match change {
            Change::Done => "the kernel's own is restored",
            Change::MadeMeanwhile => "the kernel's own is in place (make has rebuilt it)",
            Change::None => "the kernel's own is in place already",
        }));
    }
    scripts.made_a_link_again()?;
    Ok(0)
}

fn status(tree: &Path, io: &mut Io<'_>) -> Result<u8> {
    let tree = KernelTree::open(tree)?;
    let scripts = Scripts::of(&tree)?;
    io.print(format!("kernel    {}\n", tree.release).as_bytes());
    let mut status = 0;
    for tool in Tool::ALL {
        let words = match scripts.place(tool).found()? {
            Found::Nothing => Obstacle::of_absence(&tree, tool).words().to_owned(),
            Found::KernelsOwn { was_replaced } => {
                status = 1;
                let meanwhile = if was_replaced { " (make has rebuilt it)" } else { "" };
                format!("the kernel's own{meanwhile}")
            }
            Found::Ours { version, can_go_back } => {
                let lost = if can_go_back {
                    ""
                } else {
                    " (there is no backup of the kernel's \
                                                         own)"
                };
                format!("modversions {version}{lost}")
            }
        };
        io.print(format!("{:<9} {words}\n", tool.name()).as_bytes());
    }
    Ok(status)
}

fn overlay(tree: &Path, copy: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<u8> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let tools = replaceable(&tree, &Scripts::of(&tree)?, only, io)?;
    let unfinished = tree.linked_for(copy)?;
    let put = || {
        let scripts = Scripts::of(&unfinished)?.made_own()?;
        let said = put_in_place(&ours, &scripts, &tools)?;
        fs::rename(&unfinished.root, copy).map_err(Refusal::from_io(copy))?;
        Ok(said)
    };
    let said = put().inspect_err(|_| {
        // Links, and copies of ours: nothing is lost.
        let _ = fs::remove_dir_all(&unfinished.root);
    })?;
    io.print(&said);
    Ok(0)
}

/// The tools that ours can take the place of in this tree; the others are told of. Refuses when
/// there is none. A tool that is still to be built is refused, too: make would build it over ours.
fn replaceable(
    tree: &KernelTree,
    scripts: &Scripts,
    only: Option<Tool>,
    io: &mut Io<'_>,
) -> Result<Vec<Tool>> {
    let mut tools = Vec::new();
    let mut obstacles = Vec::new();
    for tool in asked_for(only) {
        match Obstacle::found(tree, scripts, tool)? {
            None => tools.push(tool),
            Some(obstacle) => obstacles.push((tool, obstacle)),
        }
    }
    let is_unfinished = obstacles.iter().any(|(_, it)| matches!(it, Obstacle::Unbuilt));
    if tools.is_empty() || is_unfinished {
        let reasons: Vec<String> =
            obstacles.iter().map(|(tool, it)| format!("{}: {}", tool.name(), it.words())).collect();
        return Err(Refusal::of(&tree.root, &reasons.join("; ")));
    }
    for (tool, obstacle) in obstacles {
        let line = format!("modversions: {} is left as it is: {}\n", tool.name(), obstacle.words());
        io.complain(line.as_bytes());
    }
    Ok(tools)
}

fn asked_for(only: Option<Tool>) -> impl Iterator<Item = Tool> {
    Tool::ALL.into_iter().filter(move |tool| only.is_none_or(|only| only == *tool))
}

/// Puts `ours` in the place of each of `tools`; what is to be said of it.
fn put_in_place(ours: &Ours, scripts: &Scripts, tools: &[Tool]) -> Result<Vec<u8>> {
    let mut said = Vec::new();
    for &tool in tools {
        said.extend(tool.is(match scripts.place(tool).replace(ours)? {
            Change::Done => "modversions is in place",
            Change::MadeMeanwhile => {
                "modversions is in place again (make had rebuilt the \
                                      kernel's own)"
            }
            Change::None => "modversions is in place already",
        }));
    }
    Ok(said)
}

/// The name under which something is kept beside itself: hidden, so that git (the kernel's
/// `.gitignore` begins with `.*`) and people do not trip over it.
fn kept_name(name: &OsStr) -> Vec<u8> {
    [b".", name.as_bytes(), b".modversions-kept"].concat()
}
