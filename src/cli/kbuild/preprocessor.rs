//! Whether make calls `modversions cpp` for the text that genksyms reads. That is a variable of make's,
//! `CPP`, which no file of a tree sets: what the environment and the last build tell is all there is.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::tool::Tool;
use super::tree::KernelTree;
use crate::cli::compiler_text;

/// What make's variable is known to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Preprocessor {
    /// Ours, by the variable `MAKEFLAGS` of the environment.
    OursByFlags,
    /// In the last build ours, as this file of commands has it.
    Ours(PathBuf),
    /// In the last build another, as this file of commands has it.
    Other(PathBuf),
}

impl Preprocessor {
    /// What is known for a tree; `None` if its build calls no genksyms, or nothing was built that would tell.
    pub(super) fn of(tree: &KernelTree, used: &Path, flags: OsString) -> Option<Self> {
        let flags = (tree.crcs == Some(Tool::Genksyms)).then(|| flags.into_encoded_bytes())?;
        let assigned = memchr::memmem::find(&flags, b"CPP=").map(|at| &flags[at + 4..]);
        if assigned.is_some_and(is_ours) {
            return Some(Self::OursByFlags);
        }
        saved_commands(used).into_iter().find_map(|path| {
            let command = fs::read(used.join(&path)).ok()?;
            let at = memchr::memmem::find(&command, b":=")? + 2;
            let is_ours = is_ours(&command[at..]);
            Some(if is_ours { Self::Ours(path) } else { Self::Other(path) })
        })
    }

    /// What `status` says of it.
    pub(super) fn words(&self, root: &Path) -> String {
        let advice = match compiler(root) {
            Some(compiler) => format!("ours by `make {}`", assignment(&compiler)),
            None => "ours is for gcc only".to_owned(),
        };
        match self {
            Self::OursByFlags => "modversions, by MAKEFLAGS".to_owned(),
            Self::Ours(path) => format!("modversions in the last build ({})", path.display()),
            Self::Other(path) => {
                format!("not modversions in the last build ({}): {advice}", path.display())
            }
        }
    }
}

/// What `enable` says of a tree, if ours can be its preprocessor.
pub(super) fn advice(tree: &KernelTree) -> Option<String> {
    let compiler = compiler(&tree.root).filter(|_| tree.crcs == Some(Tool::Genksyms))?;
    let assignment = assignment(&compiler);
    Some(format!("the text for genksyms is made several times faster by `make {assignment}`"))
}

/// The assignment that makes ours the preprocessor, in front of the tree's compiler.
fn assignment(compiler: &str) -> String {
    format!("CPP='modversions cpp {compiler} -E'")
}

/// The compiler that a tree was configured for; that of nearly everybody if it does not tell. None for
/// one that `modversions cpp` would only call.
fn compiler(root: &Path) -> Option<String> {
    let configuration = fs::read(root.join(".config")).unwrap_or_default();
    match compiler_text::name(&configuration) {
        None => Some("gcc".to_owned()),
        Some(name) => String::from_utf8(name.to_vec()).ok().filter(|name| name.contains("gcc")),
    }
}

/// Whether a command begins with ours, wherever that is installed: `/usr/bin/modversions cpp gcc -E`, also
/// as make writes it to its flags.
fn is_ours(command: &[u8]) -> bool {
    let is_border = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'\'' | b'"' | b'\\');
    let mut words = command.split(is_border).filter(|word| !word.is_empty());
    let program = words.next().and_then(|word| word.rsplit(|byte| *byte == b'/').next());
    program == Some(b"modversions") && words.next() == Some(b"cpp")
}

/// The files, from the top of the tree, in which Kbuild may have saved a command that begins with `CPP`:
/// those of linker scripts. The first is the one that `make modules_prepare` makes.
fn saved_commands(root: &Path) -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::from("scripts/.module.lds.cmd")];
    let mut kernels = Vec::new();
    for entry in fs::read_dir(root.join("arch")).into_iter().flatten().flatten() {
        let path = Path::new("arch").join(entry.file_name()).join("kernel/.vmlinux.lds.cmd");
        kernels.extend(Some(path).filter(|path| root.join(path).is_file()));
    }
    kernels.sort();
    paths.extend(kernels);
    paths
}
