//! `modversions kbuild` on small trees of the shapes that there are: a source tree, and Debian's
//! headers with their shared `scripts`. (Real trees and real builds: `cargo xtask kbuild`.)

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// What stands for a program that Kbuild has built.
const GENKSYMS: &[u8] = b"the kernel's genksyms\n";
const MODPOST: &[u8] = b"the kernel's modpost\n";

/// A directory with trees in it.
struct Trees {
    directory: TempDir,
}

/// What one run said.
struct Said {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Trees {
    fn new() -> Trees {
        Trees { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// A program that make has built an hour ago.
    fn build(&self, path: &str, bytes: &[u8]) {
        self.write(path, bytes);
        let file = File::options().append(true).open(self.path(path)).unwrap();
        file.set_permissions(fs::Permissions::from_mode(0o750)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }

    fn prepare(&self, tree: &str, release: [u8; 3]) {
        self.write(&format!("{tree}/Makefile"), b"all:\n");
        self.write(&format!("{tree}/.config"), b"CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\n");
        let code = u32::from_be_bytes([0, release[0], release[1], release[2]]);
        let header =
            format!("#define LINUX_VERSION_CODE {code}\n#define KERNEL_VERSION(a,b,c) 0\n");
        let path = format!("{tree}/include/generated/uapi/linux/version.h");
        self.write(&path, header.as_bytes());
    }

    fn fill_scripts(&self, scripts: &str) {
        self.write(&format!("{scripts}/Makefile.modpost"), b"# here modpost is called\n");
        self.write(&format!("{scripts}/basic/fixdep"), b"the kernel's fixdep\n");
        self.write(&format!("{scripts}/mod/modpost.c"), b"/* its source */\n");
        self.build(&format!("{scripts}/genksyms/genksyms"), GENKSYMS);
        self.build(&format!("{scripts}/mod/modpost"), MODPOST);
    }

    /// A source tree, built in place.
    fn with_source_tree(release: [u8; 3]) -> Trees {
        let trees = Trees::new();
        trees.prepare("tree", release);
        trees.fill_scripts("tree/scripts");
        trees
    }

    /// Headers as Debian installs them.
    fn with_headers(release: [u8; 3]) -> Trees {
        let trees = Trees::new();
        trees.prepare("src/tree", release);
        trees.fill_scripts("lib/kbuild/scripts");
        symlink("../../lib/kbuild/scripts", trees.path("src/tree/scripts")).unwrap();
        trees
    }

    fn run(&self, arguments: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
        command.current_dir(self.directory.path()).arg("kbuild").args(arguments.split(' '));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs what must succeed without a word on standard error.
    fn must(&self, arguments: &str) -> String {
        let said = self.run(arguments);
        assert_eq!((said.status, said.stderr.as_str()), (0, ""), "{arguments}");
        said.stdout
    }

    /// Every file and link below `path`: what it is, when it changed, and what is in it.
    fn all_below(&self, path: &str) -> BTreeMap<PathBuf, (u32, Option<SystemTime>, Vec<u8>)> {
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
                let changed = metadata.is_file().then(|| metadata.modified().unwrap());
                found.insert(path, (metadata.mode(), changed, content));
            }
        }
        found
    }

    fn is_ours(&self, path: &str) -> bool {
        fs::read(self.path(path)).unwrap() == fs::read(env!("CARGO_BIN_EXE_modversions")).unwrap()
    }
}

#[test]
fn in_a_source_tree_both_programs_are_exchanged_and_put_back_as_they_were() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    let before = trees.all_below("tree");
    assert_eq!(
        trees.must("enable tree"),
        "scripts/genksyms/genksyms: modversions is in place\n\
         scripts/mod/modpost: modversions is in place\n"
    );
    for path in ["tree/scripts/genksyms/genksyms", "tree/scripts/mod/modpost"] {
        assert!(trees.is_ours(path), "{path}");
        let metadata = fs::metadata(trees.path(path)).unwrap();
        // Older than what it was built from, make would build it again.
        assert!(metadata.modified().unwrap().elapsed().unwrap() < Duration::from_secs(600));
        assert_eq!(metadata.mode() & 0o777, 0o751, "{path}");
    }
    assert_eq!(
        trees.must("status tree"),
        format!(
            "kernel    6.1.192\ngenksyms  modversions {0}\nmodpost   modversions {0}\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    trees.must("disable tree");
    assert_eq!(trees.all_below("tree"), before);
}

#[test]
fn what_is_put_in_place_works_as_the_program_whose_place_it_is() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.must("enable tree");
    trees.write("in.i", b"int v; __GENKSYMS_EXPORT_SYMBOL(v);\n");
    let run = |path: &str| {
        let stdin = File::open(trees.path("in.i")).unwrap();
        let mut command = Command::new(trees.path(path));
        command.env("KERNELVERSION", "6.1.192").stdin(stdin).output().unwrap()
    };
    assert_eq!(run("tree/scripts/genksyms/genksyms").stdout, b"#SYMVER v 0x2620b98e\n");
    let modpost = run("tree/scripts/mod/modpost");
    assert!(modpost.status.success() && modpost.stderr.is_empty());
}

#[test]
fn where_scripts_is_shared_nothing_outside_of_the_tree_is_changed() {
    let trees = Trees::with_headers([6, 12, 117]);
    let (before, shared) = (trees.all_below("src"), trees.all_below("lib"));
    trees.must("enable src/tree");
    assert_eq!(trees.all_below("lib"), shared);
    assert!(trees.is_ours("src/tree/scripts/genksyms/genksyms"));
    assert!(trees.is_ours("src/tree/scripts/mod/modpost"));
    // All else is reached as before.
    for (path, _) in shared.iter().filter(|(path, (_, changed, _))| {
        changed.is_some() && !path.ends_with("mod/modpost") && !path.ends_with("genksyms/genksyms")
    }) {
        let inside = path.strip_prefix(trees.path("lib/kbuild")).unwrap();
        let linked = trees.path("src/tree").join(inside);
        assert_eq!(fs::read(path).unwrap(), fs::read(linked).unwrap());
    }
    trees.must("disable src/tree");
    assert_eq!((trees.all_below("src"), trees.all_below("lib")), (before, shared));
}

#[test]
fn each_command_may_be_given_twice() {
    for (trees, tree) in
        [(Trees::with_source_tree([6, 1, 0]), "tree"), (Trees::with_headers([6, 1, 0]), "src/tree")]
    {
        let before = trees.all_below("");
        trees.must(&format!("enable {tree}"));
        let enabled = trees.all_below("");
        assert_eq!(
            trees.must(&format!("enable {tree}")),
            "scripts/genksyms/genksyms: modversions is in place already\n\
             scripts/mod/modpost: modversions is in place already\n"
        );
        assert_eq!(trees.all_below(""), enabled);
        trees.must(&format!("disable {tree}"));
        assert_eq!(
            trees.must(&format!("disable {tree}")),
            "scripts/genksyms/genksyms: the kernel's own is in place already\n\
             scripts/mod/modpost: the kernel's own is in place already\n"
        );
        assert_eq!(trees.all_below(""), before);
    }
}

#[test]
fn one_program_alone_may_be_exchanged() {
    for (trees, tree) in
        [(Trees::with_source_tree([6, 1, 0]), "tree"), (Trees::with_headers([6, 1, 0]), "src/tree")]
    {
        let before = trees.all_below("");
        let program = |path: &str| format!("{tree}/scripts/{path}");
        trees.must(&format!("enable {tree} --only modpost"));
        assert!(!trees.is_ours(&program("genksyms/genksyms")));
        assert!(trees.is_ours(&program("mod/modpost")));
        let said = trees.run(&format!("status {tree}"));
        assert_eq!(said.status, 1);
        assert!(said.stdout.contains("genksyms  the kernel's own\n"), "{}", said.stdout);
        trees.must(&format!("enable {tree} --only genksyms"));
        trees.must(&format!("disable {tree} --only modpost"));
        assert!(trees.is_ours(&program("genksyms/genksyms")));
        assert_eq!(fs::read(trees.path(&program("mod/modpost"))).unwrap(), MODPOST);
        trees.must(&format!("disable {tree}"));
        assert_eq!(trees.all_below(""), before);
    }
}

#[test]
fn what_make_has_built_over_ours_is_told_and_not_lost() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.must("enable tree");
    trees.build("tree/scripts/mod/modpost", b"a newer modpost\n");
    let said = trees.run("status tree");
    assert_eq!(said.status, 1);
    let last = said.stdout.lines().last();
    assert_eq!(last, Some("modpost   the kernel's own (make has rebuilt it)"));

    let said = trees.must("enable tree");
    assert!(
        said.ends_with("modversions is in place again (make had rebuilt the kernel's own)\n"),
        "{said}"
    );
    trees.must("disable tree");
    assert_eq!(fs::read(trees.path("tree/scripts/mod/modpost")).unwrap(), b"a newer modpost\n");

    trees.must("enable tree");
    trees.build("tree/scripts/mod/modpost", b"the newest modpost\n");
    let said = trees.must("disable tree");
    assert!(said.ends_with("the kernel's own is in place (make has rebuilt it)\n"), "{said}");
    assert_eq!(fs::read(trees.path("tree/scripts/mod/modpost")).unwrap(), b"the newest modpost\n");
    assert!(!trees.all_below("tree").keys().any(|path| is_kept(path)));
}

fn is_kept(path: &Path) -> bool {
    path.to_str().unwrap().contains("modversions")
}

#[test]
fn a_program_that_was_copied_by_hand_is_known_and_not_lost_sight_of() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    let place = trees.path("tree/scripts/genksyms/genksyms");
    fs::copy(env!("CARGO_BIN_EXE_modversions"), place).unwrap();
    let said = trees.run("status tree").stdout;
    assert!(said.contains("(there is no backup of the kernel's own)\n"), "{said}");
    let said = trees.run("disable tree");
    let expected = "modversions: tree/scripts/genksyms/genksyms: there is no backup of the \
                    kernel's own: remove this file, and make will rebuild it\n";
    assert_eq!((said.status, said.stderr.as_str()), (2, expected));
}

#[test]
fn a_run_that_was_killed_is_taken_up_again() {
    // Between the two renames that exchange a link for a directory.
    let trees = Trees::with_headers([6, 1, 0]);
    let before = trees.all_below("");
    let (link, kept) = (trees.path("src/tree/scripts"), ".scripts.modversions-kept");
    fs::rename(&link, trees.path("src/tree").join(kept)).unwrap();
    trees.must("disable src/tree");
    assert_eq!(trees.all_below(""), before);
    fs::rename(&link, trees.path("src/tree").join(kept)).unwrap();
    fs::create_dir(trees.path("src/tree/.scripts.modversions-kept-new")).unwrap();
    trees.must("enable src/tree");
    trees.must("disable src/tree");
    assert_eq!(trees.all_below(""), before);

    // Between the second name of the kernel's program and the coming of ours.
    let trees = Trees::with_source_tree([6, 1, 0]);
    let before = trees.all_below("");
    let folder = trees.path("tree/scripts/mod");
    fs::hard_link(folder.join("modpost"), folder.join(".modpost.modversions-kept")).unwrap();
    trees.write("tree/scripts/mod/.modpost.modversions-kept-new", b"a part of ours");
    assert!(trees.run("status tree").stdout.ends_with("modpost   the kernel's own\n"));
    trees.must("enable tree");
    trees.must("disable tree");
    assert_eq!(trees.all_below(""), before);
}

#[test]
fn what_is_no_kernel_tree_or_not_ready_is_refused() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    let refused = |arguments: &str, reason: &str| {
        let before = trees.all_below("");
        let said = trees.run(arguments);
        let expected = (2, "", format!("modversions: {reason}\n"));
        assert_eq!((said.status, said.stdout.as_str(), said.stderr), expected, "{arguments}");
        assert_eq!(trees.all_below(""), before, "{arguments}");
    };
    refused("enable nosuch", "nosuch: No such file or directory");
    refused("enable tree/Makefile", "tree/Makefile: Not a directory");
    refused("enable tree/scripts", "tree/scripts: not a kernel tree: it has no Makefile");
    refused("overlay tree tree", "tree: already exists");
    refused("overlay tree tree/copy", "tree/copy: inside the tree itself");
    refused("overlay tree nosuch/copy", "nosuch: No such file or directory");

    fs::remove_file(trees.path("tree/scripts/mod/modpost")).unwrap();
    let advice = "run `make modules_prepare` there first";
    refused("enable tree", &format!("tree: modpost: not built: {advice}"));
    assert!(trees.run("status tree").stdout.ends_with(&format!("modpost   not built: {advice}\n")));
    fs::remove_file(trees.path("tree/include/generated/uapi/linux/version.h")).unwrap();
    refused("status tree", &format!("tree: the tree is not prepared: {advice}"));
    fs::remove_dir_all(trees.path("tree/scripts")).unwrap();
    refused("status tree", "tree: not a kernel tree: it has no scripts/");
}

#[test]
fn a_tree_without_modversions_has_no_genksyms_and_needs_none() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.write("tree/.config", b"CONFIG_MODULES=y\n# CONFIG_MODVERSIONS is not set\n");
    fs::remove_file(trees.path("tree/scripts/genksyms/genksyms")).unwrap();
    let said = trees.run("enable tree");
    let expected = "modversions: genksyms is unchanged: not built (CONFIG_MODVERSIONS is off)\n";
    assert_eq!((said.status, said.stderr.as_str()), (0, expected));
    assert_eq!(trees.run("status tree").status, 0);
}

#[test]
fn a_program_of_a_release_that_is_not_covered_stays() {
    let trees = Trees::with_source_tree([6, 6, 30]);
    let said = trees.run("enable tree");
    let reason = "kernel 6.6.30: modpost of this release is not implemented\n";
    assert_eq!(said.status, 0);
    assert_eq!(said.stderr, format!("modversions: modpost is unchanged: {reason}"));
    assert!(trees.is_ours("tree/scripts/genksyms/genksyms"));
    assert_eq!(fs::read(trees.path("tree/scripts/mod/modpost")).unwrap(), MODPOST);
    let said = trees.run("enable tree --only modpost");
    assert_eq!(said.status, 2);
    assert_eq!(said.stderr, format!("modversions: tree: modpost: {reason}"));
}

#[test]
fn an_overlay_leaves_its_tree_alone_and_can_be_disabled_itself() {
    for (trees, tree) in [
        (Trees::with_source_tree([6, 1, 192]), "tree"),
        (Trees::with_headers([6, 1, 192]), "src/tree"),
    ] {
        let before = trees.all_below("");
        trees.must(&format!("overlay {tree} new"));
        assert!(trees.is_ours("new/scripts/mod/modpost"));
        assert!(trees.is_ours("new/scripts/genksyms/genksyms"));
        assert_eq!(fs::read(trees.path("new/Makefile")).unwrap(), b"all:\n");
        let fixdep = fs::read(trees.path("new/scripts/basic/fixdep")).unwrap();
        assert_eq!(fixdep, b"the kernel's fixdep\n");
        trees.must("disable new");
        assert_eq!(fs::read(trees.path("new/scripts/mod/modpost")).unwrap(), MODPOST);
        trees.must("enable new");
        fs::remove_dir_all(trees.path("new")).unwrap();
        assert_eq!(trees.all_below(""), before);
        // An empty directory will do.
        fs::create_dir(trees.path("empty")).unwrap();
        trees.must(&format!("overlay {tree} empty"));
        assert!(trees.is_ours("empty/scripts/mod/modpost"));
    }
}
