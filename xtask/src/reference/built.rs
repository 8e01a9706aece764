//! Programs of modpost that no package has: somebody built them from the kernel's own source, outside of
//! the repository.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use testkit::Target;

/// The modposts of one release: a program for each class and byte order.
pub struct BuiltModpost {
    /// Where they are.
    folder: PathBuf,
}

impl BuiltModpost {
    /// Those in `folder`. An error if one is missing.
    pub fn find(folder: &Path) -> Result<BuiltModpost> {
        let found = BuiltModpost { folder: folder.canonicalize()? };
        for is_64_bit in [false, true] {
            for is_big_endian in [false, true] {
                let program = found.program(Target { is_64_bit, is_big_endian });
                ensure!(program.is_file(), "{} is not there", program.display());
            }
        }
        Ok(found)
    }

    /// A command that runs the program for objects of `target` as `modpost`, ready for its arguments.
    pub fn command(&self, target: Target) -> Command {
        let mut command = Command::new(self.program(target));
        command.arg0("modpost").env_clear();
        command
    }

    /// Where the program for objects of `target` is.
    fn program(&self, target: Target) -> PathBuf {
        let order = if target.is_big_endian { "msb" } else { "lsb" };
        let bits = if target.is_64_bit { "64" } else { "32" };
        self.folder.join(format!("modpost.real-{order}-{bits}"))
    }
}
