//! `modversions kbuild overlay`: that make runs ours by it, and that nothing is written through it.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::Command;

use super::kernel_trees::{MODPOST, Trees};

/// What stands for the kernel's Makefile: writes what a build writes, and says which programs it
/// would run.
const KBUILD: &str = "\
objtree := $(if $(KBUILD_OUTPUT),$(realpath $(KBUILD_OUTPUT)),$(CURDIR))
all modules:
\t@echo $(objtree)/scripts/mod/modpost
\techo written > Module.symvers
\techo written > modules.order
help kernelrelease:
\t@echo release
";

/// Headers as Debian has them from 6.13 on: the Makefile names the directory it is in.
fn with_output_named(release: [u8; 3]) -> Trees {
    let trees = Trees::with_headers(release);
    trees.write("src/common/Makefile", KBUILD.as_bytes());
    let [tree, common] = ["src/tree", "src/common/Makefile"].map(|path| trees.path(path));
    let text = format!("KBUILD_OUTPUT={}\ninclude {}\n", tree.display(), common.display());
    trees.write("src/tree/Makefile", text.as_bytes());
    trees.write("src/tree/Module.symvers", b"0x00000000\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n");
    trees.write("src/tree/modules.order", b"kernel/drivers/gpio.o\n");
    fs::create_dir(trees.path("module")).unwrap();
    trees
}

/// What make says, and whether it ends well, given `arguments` after the overlay's directory.
fn make(trees: &Trees, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("make");
    command.arg("-s").arg("-C").arg(trees.path("new")).args(arguments);
    for variable in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "KBUILD_OUTPUT", "KBUILD_EXTMOD"] {
        command.env_remove(variable);
    }
    let output = command.env("LC_ALL", "C").output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn make_runs_ours_by_an_overlay_and_writes_nothing_through_it() {
    let module = |trees: &Trees| format!("M={}", trees.path("module").display());
    let by_source_tree = || {
        let trees = Trees::with_source_tree([6, 1, 192]);
        trees.write("tree/Makefile", KBUILD.as_bytes());
        trees.write("tree/Module.symvers", b"0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n");
        fs::create_dir(trees.path("module")).unwrap();
        trees
    };
    for (trees, tree) in [(with_output_named([6, 12, 117]), "src/tree"), (by_source_tree(), "tree")]
    {
        let before = trees.all_below("");
        trees.must(&format!("overlay {tree} new"));
        let program = trees.path("new/scripts/mod/modpost");
        let (is_well, said) = make(&trees, &[&module(&trees)]);
        assert_eq!((is_well, said.trim_end()), (true, program.to_str().unwrap()));
        assert!(trees.is_ours("new/scripts/mod/modpost"));
        assert_eq!(fs::read(trees.path("new/Module.symvers")).unwrap(), b"written\n");
        fs::remove_dir_all(trees.path("new")).unwrap();
        assert!(trees.all_below("") == before);
    }
}

#[test]
fn an_overlay_may_be_moved() {
    let trees = with_output_named([6, 12, 117]);
    trees.must("overlay src/tree old");
    fs::rename(trees.path("old"), trees.path("new")).unwrap();
    let (is_well, said) = make(&trees, &[&format!("M={}", trees.path("module").display())]);
    let program = trees.path("new/scripts/mod/modpost");
    assert_eq!((is_well, said.trim_end()), (true, program.to_str().unwrap()));
}

#[test]
fn an_overlay_is_not_for_building_the_kernel() {
    let trees = with_output_named([6, 12, 117]);
    trees.must("overlay src/tree new");
    let before = trees.all_below("");
    for arguments in
        [&[][..], &["modules"], &["help", "modules"], &["M=include", "modules"], &["M="]]
    {
        let (is_well, said) = make(&trees, arguments);
        assert!(!is_well && said.contains("an overlay is for external modules"), "{said}");
    }
    assert_eq!(make(&trees, &["kernelrelease"]), (true, "release\n".to_owned()));
    assert!(trees.all_below("") == before);
}

#[test]
fn status_is_about_the_programs_that_make_runs() {
    let trees = with_output_named([6, 12, 117]);
    let tree = trees.path("src/tree");
    trees.must("overlay src/tree new");
    let [ours, theirs] =
        [format!("modversions {}", env!("CARGO_PKG_VERSION")), "the kernel's own".to_owned()];
    let status = |program: &str| {
        format!("genksyms  {program}\nmodpost   {program}\noverlay   of {}\n", tree.display())
    };
    assert_eq!(trees.must("status new"), format!("kernel    6.12.117\n{}", status(&ours)));
    trees.must("disable new");
    assert!(trees.run("status new").stdout.ends_with(&status(&theirs)));
    trees.must("enable new");

    // A directory of links without a Makefile of its own, as we made them once.
    fs::remove_file(trees.path("new/Makefile")).unwrap();
    symlink(tree.join("Makefile"), trees.path("new/Makefile")).unwrap();
    let said = trees.run("status new");
    let named = format!(
        "output    {} (the Makefile names it: make runs the programs there)\n",
        tree.display()
    );
    let expected = format!("kernel    6.12.117\n{named}genksyms  {theirs}\nmodpost   {theirs}\n");
    assert_eq!((said.status, said.stdout), (1, expected));
    let warned = format!(
        "modversions: new: its Makefile names {}: make runs the programs of that tree\n",
        tree.display()
    );
    let said = trees.run("enable new");
    assert_eq!((said.status, &said.stderr), (0, &warned));
    let said = trees.run("overlay new newer");
    assert_eq!((said.status, said.stderr), (2, warned));

    trees.must("enable src/tree");
    assert!(trees.must("status new").contains(&named));
}

#[test]
fn status_says_which_files_of_an_overlay_are_outdated() {
    let trees = with_output_named([6, 12, 117]);
    trees.must("overlay src/tree new");
    trees.write("new/notes", b"of somebody's\n");
    trees.must("status new");
    trees.write("src/tree/Module.symvers", b"0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n");
    let said = trees.run("status new");
    let outdated = "outdated  Module.symvers (not the tree's any more: remove the overlay, and make it again)\n";
    assert_eq!(said.status, 1);
    assert!(said.stdout.ends_with(outdated), "{}", said.stdout);
}

#[test]
fn the_files_of_an_overlay_are_as_old_as_those_of_its_tree() {
    let trees = with_output_named([6, 12, 117]);
    trees.build("src/tree/Module.symvers", MODPOST);
    trees.must("overlay src/tree new");
    let [theirs, ours] = ["src/tree", "new"]
        .map(|tree| fs::symlink_metadata(trees.path(tree).join("Module.symvers")).unwrap());
    assert!(ours.is_file());
    let facts = |metadata: &fs::Metadata| (metadata.mode(), metadata.modified().unwrap());
    assert_eq!(facts(&theirs), facts(&ours));
}
