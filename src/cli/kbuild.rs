//! `modversions kbuild`: installs our program in a kernel tree, replacing its own, and restores those.
//!
//! Kbuild calls its programs by fixed paths below the tree, and does not rebuild a program that is
//! newer than its sources. So ours is copied there, with the current time, and the kernel's own is
//! kept beside it. A directory on the way there that is only a link, to one that other trees share
//! (`scripts` in Debian's headers), is replaced by a directory of links first: nothing outside of the
//! tree is written.
//!
//! A command may be killed at any moment, and others may be given for the same tree meanwhile:
//!
//! - A command has the [`lock`] of the tree for as long as it changes it.
//! - What is whole replaces what is in place at once, by a rename or an [`exchange`] of two names.
//!   Nothing is removed before that, nor under a name that somebody else knows.
//! - The names [`beside`] a thing, and what is at them, tell what a command that has ended leaves
//!   from what one leaves that was killed. The latter is what the next command begins with (`settle`),
//!   from the top of the tree to the programs; `status` only reports it.
//! - Only what we alone make is removed: [`links`] of a certain form, what has the name of something
//!   unfinished, and what is kept of a program that make has built anew.

mod beside;
mod exchange;
mod folder;
mod links;
mod lock;
mod makefile;
mod ours;
mod overlay;
mod place;
mod preprocessor;
mod tool;
mod tree;
mod way;

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::folder::Given;
use self::lock::Lock;
use self::makefile::Makefile;
use self::ours::Ours;
use self::overlay::{Overlay, elsewhere, outdated};
use self::place::{Change, Found};
use self::preprocessor::Preprocessor;
use self::tool::Tool;
use self::tree::KernelTree;
use self::way::Way;
use super::Io;
use super::exit::{Exit, Failure, Result};
use super::talk::Talk;
use crate::shown::Page;

/// Install genksyms or gendwarfksyms, and modpost, in a kernel tree, replacing its own tools
///
/// A tree is what modules are built against: a source tree or its output directory, after
/// `make modules_prepare`, or an installed headers package. The kernel's own programs are kept
/// beside ours. docs/kbuild.md has the details.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    pub(super) talk: Talk,
}

#[derive(Subcommand)]
enum Action {
    /// Replace scripts/genksyms/genksyms, or gendwarfksyms, and scripts/mod/modpost
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
    /// They are the ones that make will run, also where the Makefile of the tree names a different
    /// tree.
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
    /// It is not there, and the tree's configuration does not ask for it: why not.
    Unused(&'static str),
    /// It is not there yet.
    Unbuilt,
}

impl Obstacle {
    /// What is in the way of putting ours into the place of `tool`, if something is.
    fn found(tree: &KernelTree, tool: Tool) -> Result<Option<Obstacle>> {
        if let Some(shortcoming) = tool.shortcoming(tree.release) {
            return Ok(Some(Obstacle::Uncovered(shortcoming)));
        }
        let is_there = Way::to(tool, &tree.root).found()? != Found::Nothing;
        Ok((!is_there).then(|| Obstacle::of_absence(tree, tool)))
    }

    /// Why a program is not there.
    fn of_absence(tree: &KernelTree, tool: Tool) -> Obstacle {
        match (tool, tree.crcs) {
            (Tool::Genksyms, None) => Obstacle::Unused("not built (CONFIG_MODVERSIONS is off)"),
            (Tool::Genksyms, Some(Tool::Gendwarfksyms)) => {
                Obstacle::Unused("not built (CONFIG_GENDWARFKSYMS is on)")
            }
            (Tool::Gendwarfksyms, None | Some(Tool::Genksyms)) => {
                Obstacle::Unused("not built (CONFIG_GENDWARFKSYMS is off)")
            }
            _ => Obstacle::Unbuilt,
        }
    }

    /// The words for it.
    fn words(&self) -> &str {
        match self {
            Obstacle::Uncovered(shortcoming) => shortcoming,
            Obstacle::Unused(why) => why,
            Obstacle::Unbuilt => "not built: run `make modules_prepare` there first",
        }
    }
}

fn enable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let _lock = Lock::to_change(&tree.root, io)?;
    settle(&tree, io)?;
    let tools = replaceable(&tree, only, io)?;
    let mut said = put_in_place(&ours, &tree.root, &tools)?;
    if let Some(advice) = preprocessor::advice(&tree).filter(|_| tools.contains(&Tool::Genksyms)) {
        said.line(advice);
    }
    io.show(&said)?;
    if let Some(other) = Makefile::of(&tree.root)?.other() {
        io.say(&elsewhere(&tree.root, &other).0);
    }
    Ok(Exit::Good)
}

fn disable(tree: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
    let tree = KernelTree::open(tree)?;
    let _lock = Lock::to_change(&tree.root, io)?;
    settle(&tree, io)?;
    let mut failed: Option<Failure> = None;
    for tool in asked_for(&tree, only)? {
        // What stops one is no reason to leave the other.
        if let Err(failure) = restore(&tree, tool, io) {
            failed.iter().for_each(|before| io.say(&before.0));
            failed = Some(failure);
        }
    }
    failed.map_or(Ok(Exit::Good), Err)
}

fn status(tree: &Path, io: &mut Io<'_>) -> Result<Exit> {
    let tree = KernelTree::open(tree)?;
    nothing_lost(&tree)?;
    let makefile = Makefile::of(&tree.root)?;
    io.show(&Page::of_line(format!("kernel    {}", tree.release)))?;
    let mut status = Exit::Good;
    let mut used = tree.root.clone();
    if let Some(other) = makefile.other() {
        used = tree.root.join(&other);
        let words = b" (the Makefile names it: make runs the programs there)";
        let line = [b"output    ", other.as_os_str().as_bytes(), words];
        io.show(&Page::of_line(line.concat()))?;
    }
    for tool in tree.tools()? {
        let found = Way::to(tool, &used).found()?;
        if matches!(found, Found::KernelsOwn { .. }) || !used.is_dir() {
            status = Exit::Found;
        }
        let line = format!("{:<9} {}", tool.name(), standing(&tree, tool, &found));
        io.show(&Page::of_line(line))?;
    }
    let flags = std::env::var_os("MAKEFLAGS").unwrap_or_default();
    if let Some(preprocessor) = Preprocessor::of(&tree, &used, flags) {
        io.show(&Page::of_line(format!("cpp       {}", preprocessor.words(&used))))?;
    }
    if let Some(original) = makefile.overlaid() {
        let is_outdated = report_overlay(&tree, original, io)?;
        status = if is_outdated { Exit::Found } else { status };
    }
    report_leftovers(&tree, io)?;
    Ok(status)
}

/// Says what an overlay is of, and which of its files are not the tree's any more. Whether there is
/// one.
fn report_overlay(tree: &KernelTree, original: &Path, io: &mut Io<'_>) -> Result<bool> {
    io.show(&Page::of_line([b"overlay   of ", original.as_os_str().as_bytes()].concat()))?;
    let outdated = outdated(&tree.root, original).map_err(Failure::from_io(&tree.root))?;
    for name in &outdated {
        let words = b" (not the tree's any more: remove the overlay, and make it again)";
        io.show(&Page::of_line([b"outdated  ", name.as_bytes(), words].concat()))?;
    }
    Ok(!outdated.is_empty())
}

fn overlay(tree: &Path, copy: &Path, only: Option<Tool>, io: &mut Io<'_>) -> Result<Exit> {
    let ours = Ours::of_process()?;
    let tree = KernelTree::open(tree)?;
    let _lock = Lock::to_read(&tree.root, io)?;
    nothing_lost(&tree)?;
    let tools = replaceable(&tree, only, io)?;
    let overlay = Overlay::begin(&tree, copy, io)?;
    let said = put_in_place(&ours, &overlay.root, &tools);
    let said = said.map_err(|failure| overlay.given_up(failure))?;
    overlay.finish()?;
    io.show(&said)?;
    Ok(Exit::Good)
}

/// Cleans up what a command that was killed has left in a tree, and says so.
fn settle(tree: &KernelTree, io: &mut Io<'_>) -> Result<()> {
    for way in Tool::ALL.map(|tool| Way::to(tool, &tree.root)) {
        for name in way.settle()? {
            let line = format!("{name}: what a killed run had left is cleaned up");
            io.show(&Page::of_line(line))?;
        }
    }
    Ok(())
}

/// Refuses a tree in which something is missing because a command was killed: who only reads it
/// cannot put it back.
fn nothing_lost(tree: &KernelTree) -> Result<()> {
    match Tool::ALL.iter().find_map(|tool| Way::to(*tool, &tree.root).lost()) {
        None => Ok(()),
        Some(lost) => {
            let advice = "missing, because a run of `modversions kbuild` was killed; `modversions \
                          kbuild disable` puts it back";
            Err(Failure::of(&tree.root.join(lost), advice))
        }
    }
}

/// Puts the kernel's `tool` back, and says what came of it.
fn restore(tree: &KernelTree, tool: Tool, io: &mut Io<'_>) -> Result<()> {
    let way = Way::to(tool, &tree.root);
    let line = tool.is(match way.put_back()? {
        Change::Done => "the kernel's own is restored",
        Change::MadeMeanwhile => "the kernel's own is in place (make has rebuilt it)",
        Change::None => "the kernel's own is in place already",
        Change::Nothing => "there is none",
        Change::Elsewhere => "unchanged: modversions, by a link that it has not made",
    });
    // Whether or not it can be said.
    let given = way.give_back();
    io.show(&Page::of_line(line))?;
    for (name, given) in given? {
        match given {
            Given::Nothing => {}
            Given::Back => io.show(&Page::of_line(format!("{name}: the link is restored")))?,
            Given::Hindered(other) => {
                let words =
                    format!("stays a directory of links, since it holds {}", other.display());
                io.say(&Failure::of(&tree.root.join(name), &words).0);
            }
        }
    }
    Ok(())
}

/// What `found` says of a program, for `status`.
fn standing(tree: &KernelTree, tool: Tool, found: &Found) -> String {
    match found {
        Found::Nothing => Obstacle::of_absence(tree, tool).words().to_owned(),
        Found::KernelsOwn { was_replaced: false } => "the kernel's own".to_owned(),
        Found::KernelsOwn { was_replaced: true } => {
            "the kernel's own (make has rebuilt it)".to_owned()
        }
        Found::Ours { version, can_go_back: true } => format!("modversions {version}"),
        Found::Ours { version, can_go_back: false } => {
            format!("modversions {version} (there is no backup of the kernel's own)")
        }
    }
}

/// Says what a command that was killed has left in a tree.
fn report_leftovers(tree: &KernelTree, io: &mut Io<'_>) -> Result<()> {
    let ways = Tool::ALL.map(|tool| Way::to(tool, &tree.root));
    let mut leftovers = Vec::new();
    for way in &ways {
        leftovers.extend(way.leftovers()?);
    }
    // Both ways begin with the same directory.
    leftovers.sort();
    leftovers.dedup();
    for path in leftovers {
        let path = path.strip_prefix(&tree.root).unwrap_or(path).as_os_str().as_bytes();
        let words = b" (a run is at work or was killed; the next enable or disable cleans up)";
        io.show(&Page::of_line([b"leftover  ", path, words].concat()))?;
    }
    Ok(())
}

/// The tools that ours can take the place of in this tree; the others are reported. Refuses when
/// there is none. A tool that is still to be built is refused, too: make would build it over ours.
fn replaceable(tree: &KernelTree, only: Option<Tool>, io: &mut Io<'_>) -> Result<Vec<Tool>> {
    let mut tools = Vec::new();
    let mut obstacles = Vec::new();
    for tool in asked_for(tree, only)? {
        match Obstacle::found(tree, tool)? {
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
        io.say(format!("{} is unchanged: {}", tool.name(), obstacle.words()).as_bytes());
    }
    Ok(tools)
}

fn asked_for(tree: &KernelTree, only: Option<Tool>) -> Result<Vec<Tool>> {
    match only {
        Some(only) => Ok(vec![only]),
        None => tree.tools(),
    }
}

/// Puts `ours` in the place of each of `tools` in the tree at `root`; what is to be said of it.
fn put_in_place(ours: &Ours, root: &Path, tools: &[Tool]) -> Result<Page> {
    let mut page = Page::default();
    for &tool in tools {
        page.line(tool.is(match Way::to(tool, root).replace(ours)? {
            Change::Done => "modversions is in place",
            Change::MadeMeanwhile => {
                "modversions is in place again (make had rebuilt the \
                                      kernel's own)"
            }
            Change::None => "modversions is in place already",
            Change::Nothing | Change::Elsewhere => "unchanged: there is none",
        }));
    }
    Ok(page)
}
