//! The files of a package, as they are installed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::name;
use super::program::Program;
use crate::run::process::run;
use crate::run::product::workspace;

/// What the names of the program are that Kbuild calls: links to it, beside nothing of the kernel's.
const DROP_INS: [&str; 3] = ["genksyms", "gendwarfksyms", "modpost"];

/// Where these are.
const LIBRARY: &str = "usr/lib/modversions";

/// Where the documents are.
pub const DOCUMENTS: &str = "usr/share/doc/modversions";

/// Documents for those who change the program, which no package needs.
const FOR_DEVELOPERS: &[&str] =
    &["CONTRIBUTING.md", "architecture.md", "parser.md", "testing-results.md", "testing.md"];

/// What is left out, too: a picture is larger than all documents together, and nobody reads these in a browser.
const PICTURES: &str = "png";

/// A document is compressed from this many bytes on, as Debian's policy asks for.
const LARGE: u64 = 4096;

/// Where the completions of zsh are.
#[derive(Clone, Copy)]
pub struct ForZsh(pub &'static str);

/// Puts the files below `root`.
pub fn lay_out(program: &Program, zsh: ForZsh, root: &Path) -> Result<()> {
    let put = |from: &Path, to: &str, mode: u32| put(from, &root.join(to), mode);
    put(&program.path("modversions"), "usr/bin/modversions", 0o755)?;
    let links = root.join(LIBRARY);
    fs::create_dir_all(&links)?;
    for name in DROP_INS {
        symlink("../../bin/modversions", links.join(name))?;
    }
    for script in files_in(&workspace().join("docs/recipes"))? {
        put(&script, &format!("{LIBRARY}/{}", name(&script)), 0o755)?;
    }
    for section in ["man1", "man5"] {
        for page in files_in(&program.path("man").join(section))? {
            let to = format!("usr/share/man/{section}/{}", name(&page));
            put(&page, &to, 0o644)?;
            compress(&root.join(to))?;
        }
    }
    let completions = [
        ("bash", "usr/share/bash-completion/completions/modversions"),
        ("zsh", zsh.0),
        ("fish", "usr/share/fish/vendor_completions.d/modversions.fish"),
    ];
    for (shell, to) in completions {
        put(&program.path("completions").join(shell), to, 0o644)?;
    }
    for document in files_in(&workspace().join("docs"))? {
        let name = name(&document);
        let is_picture = document.extension().is_some_and(|it| it == PICTURES);
        if !is_picture && !FOR_DEVELOPERS.contains(&&*name) {
            put_document(&document, &root.join(DOCUMENTS).join("docs").join(name))?;
        }
    }
    put_document(&workspace().join("README.md"), &root.join(DOCUMENTS).join("README.md"))
}

/// Copies a document, and compresses a large one that people read; schemas are for programs.
fn put_document(from: &Path, to: &Path) -> Result<()> {
    put(from, to, 0o644)?;
    let is_text = to.extension().is_some_and(|it| it == "md");
    match is_text && fs::metadata(to)?.len() >= LARGE {
        true => compress(to),
        false => Ok(()),
    }
}

/// Copies a file, with the directories above it, which everybody may read.
pub fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, &content, mode)
}

/// Writes a file, with the directories above it.
pub fn write(to: &Path, content: &[u8], mode: u32) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file is in a directory")?)?;
    fs::write(to, content)?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// Compresses a file in the place, without its time and name in it.
pub fn compress(path: &Path) -> Result<()> {
    run(Command::new("gzip").args(["-9", "-n"]).arg(path))
}

/// The files in a directory, sorted; what is below these is left out.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// All directories below `root`, and `root` itself, for everybody to read: whatever mask the shell has.
pub fn open_directories(root: &Path) -> Result<()> {
    fs::set_permissions(root, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_directories(&entry.path())?;
        }
    }
    Ok(())
}
