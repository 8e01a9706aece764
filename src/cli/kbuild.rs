//! `modversions kbuild`: installs our program in a kernel tree, replacing its own, and restores those.
//!
//! Kbuild calls its programs by fixed paths below the tree, and does not rebuild a program that is
//! newer than its sources. So ours is copied there, with the current time, and the kernel's own is
//! kept beside it. Where `scripts` is only a link to a directory that other trees share (Debian's
//! headers), a directory of links replaces the link first: nothing outside of the tree is written.

mod kept;
mod ours;
mod place;
mod scripts;
mod tool;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::ours::Ours;
use self::place::{Change, Found};
use self::scripts::Scripts;
use self::tool::Tool;
use self::tree::KernelTree;
use super::Io;
use super::exit::{Exit, Failure, Result};

/// Install genksyms and modpost in a kernel tree, replacing its own tools
///
/// A tree is what modules are built against: a source tree or its output directory, after
/// `make modules_prepare`, or an installed headers package. The kernel's own programs are kept
/// beside ours. docs/kbuild.md has the details.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Replace scripts/genksyms/genksyms and scripts/mod/modpost
    ///
    /// Nothing outside of DIR is changed: if its `scripts` is a link to a directory that other trees
    /// share, as in Debian's headers, a directory of links replaces the link. Safe to run twice.
    Enable {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<Tool>,
    },
    /// Restore the kernel's own programs, byte for byte
    Disable {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<Tool>,
    },
    /// Show which programs are in place
    ///
    /// The exit status is 0 if all programs that the tree has are ours, 1 if one is not.
    Status {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
    },
    /// Make a tree of links to a kernel tree, with our programs, to build modules against
    ///
    /// For a kernel tree that must not or cannot be changed.
    Overlay {
        /// The kernel tree; nothing in it is changed
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// The tree of links: must not exist, or be an empty directory
        #[arg(value_name = "NEWDIR")]
        copy: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<Tool>,
    },
}

impl Arguments {
    /// Does it: 1 if `status` finds a program that is there and not ours.
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<Exit> {
        match &self.action {
            Action::Enable { tree, only } => enable(tree, *only, io),
            Action::Disable { tree, only } => disable(tree, *only, io),
            Action::Status { tree } => status(tree, io),
            Action::Overlay { tree, copy, only } => overlay(tree, copy, *only, io),
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

fn enable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let scripts = Scripts::of(&tree)?;
    let tools = replaceable(&tree, &scripts, only, io)?;
    let said = put_in_place(&ours, &scripts.made_own()?, &tools)?;
    io.print(&said);
    Ok(Exit::Good)
}

fn disable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
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
    Ok(Exit::Good)
}

fn status(tree: &Path, io: &mut Io<'_>) -> Result<Exit> {
    let tree = KernelTree::open(tree)?;
    let scripts = Scripts::of(&tree)?;
    io.print(format!("kernel    {}\n", tree.release).as_bytes());
    let mut status = Exit::Good;
    for tool in Tool::ALL {
        let words = match scripts.place(tool).found()? {
            Found::Nothing => Obstacle::of_absence(&tree, tool).words().to_owned(),
            Found::KernelsOwn { was_replaced } => {
                status = Exit::Found;
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

fn overlay(tree: &Path, copy: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let tools = replaceable(&tree, &Scripts::of(&tree)?, only, io)?;
    let unfinished = tree.linked_for(copy)?;
    let put = || -> Result<Vec<u8>> {
        let scripts = Scripts::of(&unfinished)?.made_own()?;
        let said = put_in_place(&ours, &scripts, &tools)?;
        fs::rename(&unfinished.root, copy).map_err(Failure::from_io(copy))?;
        Ok(said)
    };
    let said = put().inspect_err(|_| {
        // Links, and copies of ours: nothing is lost.
        let _ = fs::remove_dir_all(&unfinished.root);
    })?;
    io.print(&said);
    Ok(Exit::Good)
}

/// The tools that ours can take the place of in this tree; the others are reported. Refuses when
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
        return Err(Failure::of(&tree.root, &reasons.join("; ")));
    }
    for (tool, obstacle) in obstacles {
        let line = format!("modversions: {} is unchanged: {}\n", tool.name(), obstacle.words());
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
