//! Small kernel trees, and `modversions kbuild` run on them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// What stands for a program that Kbuild has built.
pub const GENKSYMS: &[u8] = b"the kernel's genksyms\n";
pub const GENDWARFKSYMS: &[u8] = b"the kernel's gendwarfksyms\n";
pub const MODPOST: &[u8] = b"the kernel's modpost\n";

/// A directory with trees in it.
pub struct Trees {
    directory: TempDir,
    /// The program that is run, and installed in the trees.
    program: PathBuf,
}

/// What is below a directory.
pub type Listing = BTreeMap<PathBuf, (u32, Option<SystemTime>, Vec<u8>)>;

/// What one run said.
pub struct Said {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Trees {
    pub fn new() -> Trees {
        let program = env!("CARGO_BIN_EXE_modversions").into();
        Trees { directory: tempfile::tempdir().unwrap(), program }
    }

    /// The same trees, with another build of the program.
    pub fn with_program(self, program: &Path) -> Trees {
        Trees { program: program.to_owned(), ..self }
    }

    /// The same at this moment: the same files, each with one more name.
    pub fn copied(&self) -> Trees {
        let copy = Trees { directory: tempfile::tempdir().unwrap(), program: self.program.clone() };
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.directory.path().join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let name = folder.join(entry.file_name());
                let path = copy.directory.path().join(&name);
                if entry.file_type().unwrap().is_dir() {
                    fs::create_dir(path).unwrap();
                    folders.push(name);
                } else {
                    fs::hard_link(entry.path(), path).unwrap();
                }
            }
        }
        copy
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// A program that make has built an hour ago.
    pub fn build(&self, path: &str, bytes: &[u8]) {
        self.write(path, bytes);
        let file = File::options().append(true).open(self.path(path)).unwrap();
        file.set_permissions(fs::Permissions::from_mode(0o750)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }

    pub fn prepare(&self, tree: &str, release: [u8; 3]) {
        self.write(&format!("{tree}/Makefile"), b"all:\n");
        self.write(&format!("{tree}/.config"), b"CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\n");
        let code = u32::from_be_bytes([0, release[0], release[1], release[2]]);
        let header =
            format!("#define LINUX_VERSION_CODE {code}\n#define KERNEL_VERSION(a,b,c) 0\n");
        let path = format!("{tree}/include/generated/uapi/linux/version.h");
        self.write(&path, header.as_bytes());
    }

    pub fn fill_scripts(&self, scripts: &str) {
        self.write(&format!("{scripts}/Makefile.modpost"), b"# here modpost is called\n");
        self.write(&format!("{scripts}/basic/fixdep"), b"the kernel's fixdep\n");
        self.write(&format!("{scripts}/mod/modpost.c"), b"/* its source */\n");
        self.build(&format!("{scripts}/genksyms/genksyms"), GENKSYMS);
        self.build(&format!("{scripts}/mod/modpost"), MODPOST);
    }

    /// A source tree, built in place.
    pub fn with_source_tree(release: [u8; 3]) -> Trees {
        let trees = Trees::new();
        trees.prepare("tree", release);
        trees.fill_scripts("tree/scripts");
        trees
    }

    /// A source tree whose CRCs are from debugging information.
    pub fn with_gendwarfksyms(release: [u8; 3]) -> Trees {
        let trees = Trees::with_source_tree(release);
        let configuration = b"CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\nCONFIG_GENDWARFKSYMS=y\n";
        trees.write("tree/.config", configuration);
        fs::remove_dir_all(trees.path("tree/scripts/genksyms")).unwrap();
        trees.build("tree/scripts/gendwarfksyms/gendwarfksyms", GENDWARFKSYMS);
        trees
    }

    /// Headers as Debian installs them.
    pub fn with_headers(release: [u8; 3]) -> Trees {
        let trees = Trees::new();
        trees.prepare("src/tree", release);
        trees.fill_scripts("lib/kbuild/scripts");
        symlink("../../lib/kbuild/scripts", trees.path("src/tree/scripts")).unwrap();
        trees
    }

    /// A source tree whose programs are in directories elsewhere, which others share.
    pub fn with_shared_folders(release: [u8; 3]) -> Trees {
        let trees = Trees::with_source_tree(release);
        fs::create_dir(trees.path("elsewhere")).unwrap();
        for folder in ["mod", "genksyms"] {
            let own = trees.path("tree/scripts").join(folder);
            fs::rename(&own, trees.path("elsewhere").join(folder)).unwrap();
            symlink(Path::new("../../elsewhere").join(folder), own).unwrap();
        }
        trees
    }

    /// A run of `modversions kbuild`, not started yet.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.directory.path()).arg("kbuild").args(arguments.split(' '));
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &str) -> Said {
        Trees::said(self.command(arguments))
    }

    /// What such a run says.
    pub fn said(mut command: Command) -> Said {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs what must succeed without a word on standard error.
    pub fn must(&self, arguments: &str) -> String {
        let said = self.run(arguments);
        assert_eq!((said.status, said.stderr.as_str()), (0, ""), "{arguments}");
        said.stdout
    }

    /// Every file and link below `path`, by its path from the top: what it is, when it changed, and
    /// what is in it.
    pub fn all_below(&self, path: &str) -> Listing {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path(path)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let (path, metadata) = (entry.path(), entry.metadata().unwrap());
                let content = if metadata.is_symlink() {
                    fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
                } else if metadata.is_dir() {
                    folders.push(path.clone());
                    Vec::new()
                } else {
                    fs::read(&path).unwrap()
                };
                let changed = (!metadata.is_dir()).then(|| metadata.modified().unwrap());
                let path = path.strip_prefix(self.directory.path()).unwrap().to_owned();
                found.insert(path, (metadata.mode(), changed, content));
            }
        }
        found
    }

    pub fn is_ours(&self, path: &str) -> bool {
        fs::read(self.path(path)).unwrap() == fs::read(&self.program).unwrap()
    }
}
