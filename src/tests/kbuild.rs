//! `modversions kbuild` on small trees of the shapes that there are: a source tree, and Debian's
//! headers with their shared `scripts`. (Real trees and real builds: `cargo xtask kbuild`.)

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod kbuild_killed;
mod kbuild_overlay;
mod kernel_trees;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kernel_trees::{MODPOST, Trees};

#[test]
fn in_a_source_tree_both_programs_are_exchanged_and_put_back_as_they_were() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    let before = trees.all_below("tree");
    assert_eq!(
        trees.must("enable tree"),
        "scripts/genksyms/genksyms: modversions is in place\n\
         scripts/mod/modpost: modversions is in place\n\
         the text for genksyms is made several times faster by `make CPP='modversions cpp gcc -E'`\n"
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

/// What make's variable CPP is, no file says but those of the last build.
#[test]
fn status_tells_which_preprocessor_the_last_build_called() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.write(
        "tree/.config",
        b"CONFIG_CC_VERSION_TEXT=\"gcc-12 (Own) 12.2\"\nCONFIG_MODVERSIONS=y\n",
    );
    let line = || {
        let said = trees.run("status tree").stdout;
        said.lines().find_map(|line| line.strip_prefix("cpp       ")).unwrap_or_default().to_owned()
    };
    let advice = "ours by `make CPP='modversions cpp gcc-12 -E'`";
    assert_eq!(line(), "");
    let saved = "tree/scripts/.module.lds.cmd";
    trees.write(saved, b"cmd_scripts/module.lds := gcc-12 -E -o scripts/module.lds\n");
    let last = "in the last build (scripts/.module.lds.cmd)";
    assert_eq!(line(), format!("not modversions {last}: {advice}"));
    trees.write(saved, b"savedcmd_scripts/module.lds := /usr/bin/modversions cpp gcc-12 -E -o x\n");
    assert_eq!(line(), format!("modversions {last}"));
    for flags in ["CPP='modversions cpp gcc -E'", "-j4 -- CPP=/opt/modversions\\ cpp\\ gcc\\ -E"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
        command.args(["kbuild", "status"]).arg(trees.path("tree")).env("MAKEFLAGS", flags);
        let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
        assert!(said.ends_with("cpp       modversions, by MAKEFLAGS\n"), "{said}");
    }
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
fn in_a_tree_of_rhel_both_know_its_release() {
    let trees = Trees::with_source_tree([5, 14, 0]);
    let header = "tree/include/generated/uapi/linux/version.h";
    let code = fs::read_to_string(trees.path(header)).unwrap();
    trees.write("in.i", b"int v; __GENKSYMS_EXPORT_SYMBOL(v);\n");
    for (minor, said) in [(4, "__crc_v = 0x2620b98e;\n"), (5, "#SYMVER v 0x2620b98e\n")] {
        let text = format!("{code}#define RHEL_MAJOR 9\n#define RHEL_MINOR {minor}\n");
        trees.write(header, text.as_bytes());
        let release = format!("kernel    5.14-el9.{minor}\n");
        assert!(trees.run("status tree").stdout.starts_with(&release));
        let mut genksyms = Command::new(env!("CARGO_BIN_EXE_modversions"));
        genksyms.arg("genksyms").stdin(File::open(trees.path("in.i")).unwrap());
        genksyms.env("KERNELVERSION", "5.14.0").env("objtree", trees.path("tree"));
        let output = genksyms.output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), said);
    }
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
        let inside = path.strip_prefix("lib/kbuild").unwrap();
        let linked = trees.path("src/tree").join(inside);
        assert_eq!(
            fs::read(trees.path(path.to_str().unwrap())).unwrap(),
            fs::read(linked).unwrap()
        );
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
             scripts/mod/modpost: modversions is in place already\n\
             the text for genksyms is made several times faster by `make CPP='modversions cpp gcc -E'`\n"
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
        said.contains("modversions is in place again (make had rebuilt the kernel's own)\n"),
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
fn what_a_killed_run_has_left_is_reported_and_taken_up() {
    let left = " (a run is at work or was killed; the next enable or disable cleans up)\n";
    let cleaned = "what a killed run had left is cleaned up\n";

    // Between the first two of the three renames that exchange a link for a directory.
    let trees = Trees::with_headers([6, 1, 0]);
    let before = trees.all_below("");
    let tree = trees.path("src/tree");
    fs::rename(tree.join("scripts"), tree.join(".scripts.modversions-aside")).unwrap();
    fs::create_dir(tree.join(".scripts.modversions-kept")).unwrap();
    let said = trees.run("status src/tree");
    let lost = "modversions: src/tree/scripts: missing, because a run of `modversions kbuild` was \
                killed; `modversions kbuild disable` puts it back\n";
    assert_eq!((said.status, said.stderr.as_str()), (2, lost));
    assert_eq!(trees.run("overlay src/tree new").stderr, lost);
    let said = trees.must("disable src/tree");
    assert!(said.starts_with(&format!("scripts: {cleaned}")), "{said}");
    assert_eq!(trees.all_below(""), before);

    // While the directory of links is made, or removed.
    fs::create_dir(tree.join(".scripts.modversions-kept")).unwrap();
    symlink("../../../lib/kbuild/scripts/mod", tree.join(".scripts.modversions-kept/mod")).unwrap();
    let said = trees.run("status src/tree").stdout;
    assert!(said.ends_with(&format!("leftover  .scripts.modversions-kept{left}")), "{said}");
    trees.must("enable src/tree");
    trees.must("disable src/tree");
    assert_eq!(trees.all_below(""), before);

    // What is half made never takes the place of what is missing.
    fs::create_dir(tree.join(".scripts.modversions-kept")).unwrap();
    fs::remove_file(tree.join("scripts")).unwrap();
    let said = trees.run("disable src/tree").stderr;
    assert_eq!(said, "modversions: src/tree: not a kernel tree: it has no scripts/\n");

    // After the link was exchanged, and before that within it; by a version of ours whose links led
    // over the kept one.
    fs::remove_dir(tree.join(".scripts.modversions-kept")).unwrap();
    symlink("../../lib/kbuild/scripts", tree.join(".scripts.modversions-kept")).unwrap();
    fs::create_dir(tree.join("scripts")).unwrap();
    for name in ["genksyms", "mod"] {
        let target = Path::new("../.scripts.modversions-kept").join(name);
        symlink(target, tree.join("scripts").join(name)).unwrap();
    }
    let said = trees.run("status src/tree").stdout;
    assert!(
        said.ends_with(&format!("modpost   the kernel's own\nleftover  scripts{left}")),
        "{said}"
    );
    let said = trees.must("disable src/tree");
    assert!(said.contains("scripts: the link is restored\n"), "{said}");

    // Between the second name of the kernel's program and the coming of ours.
    let trees = Trees::with_source_tree([6, 1, 0]);
    let before = trees.all_below("");
    let folder = trees.path("tree/scripts/mod");
    fs::hard_link(folder.join("modpost"), folder.join(".modpost.modversions-kept")).unwrap();
    let kept = format!("leftover  scripts/mod/.modpost.modversions-kept{left}");
    let said = trees.run("status tree").stdout;
    assert!(said.ends_with(&format!("modpost   the kernel's own\n{kept}")), "{said}");
    trees.write("tree/scripts/mod/.modpost.modversions-new", b"a part of ours");
    let said = trees.must("enable tree");
    assert!(said.starts_with(&format!("scripts/mod/modpost: {cleaned}")), "{said}");
    trees.must("disable tree");
    assert_eq!(trees.all_below(""), before);
}

#[test]
fn nothing_behind_a_link_is_changed_wherever_on_the_way_it_is() {
    let trees = Trees::with_shared_folders([6, 1, 192]);
    let (before, shared) = (trees.all_below(""), trees.all_below("elsewhere"));
    trees.must("enable tree");
    assert_eq!(trees.all_below("elsewhere"), shared);
    assert!(trees.is_ours("tree/scripts/mod/modpost"));
    assert_eq!(fs::read(trees.path("tree/scripts/mod/modpost.c")).unwrap(), b"/* its source */\n");
    let said = trees.must("disable tree");
    assert!(said.ends_with("scripts/mod: the link is restored\n"), "{said}");
    assert_eq!(trees.all_below(""), before);
}

#[test]
fn no_link_of_ours_leads_past_a_name_that_is_exchanged() {
    let absolute = |release| {
        let trees = Trees::with_headers(release);
        fs::remove_file(trees.path("src/tree/scripts")).unwrap();
        symlink(trees.path("lib/kbuild/scripts"), trees.path("src/tree/scripts")).unwrap();
        trees
    };
    for (trees, tree) in [
        (Trees::with_headers([6, 1, 192]), "src/tree"),
        (absolute([6, 1, 192]), "src/tree"),
        (Trees::with_shared_folders([6, 1, 192]), "tree"),
    ] {
        trees.must(&format!("enable {tree}"));
        let mut links = 0;
        for (path, (.., target)) in trees.all_below(tree) {
            let path = trees.path(path.to_str().unwrap());
            if path.is_symlink() {
                links += 1;
                assert!(path.exists(), "{}", path.display());
                assert!(!String::from_utf8(target).unwrap().contains(".modversions-"));
            }
        }
        assert!(links > 2, "{links}");
    }
}

#[test]
fn what_somebody_has_put_among_the_links_is_not_removed_with_them() {
    let trees = Trees::with_headers([6, 1, 192]);
    trees.must("enable src/tree");
    trees.write("src/tree/scripts/mod/notes", b"of somebody's\n");
    let said = trees.run("disable src/tree");
    let stays =
        "modversions: src/tree/scripts/mod: stays a directory of links, since it holds notes\n";
    assert_eq!((said.status, said.stderr.as_str()), (0, stays));
    assert_eq!(fs::read(trees.path("src/tree/scripts/mod/modpost")).unwrap(), MODPOST);
    fs::remove_file(trees.path("src/tree/scripts/mod/notes")).unwrap();
    trees.must("disable src/tree");
    assert!(trees.path("src/tree/scripts").is_symlink());
}

#[test]
fn what_is_missing_is_not_said_to_be_in_place() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    fs::remove_file(trees.path("tree/scripts/mod/modpost")).unwrap();
    let said = trees.must("disable tree");
    assert!(said.ends_with("scripts/mod/modpost: there is none\n"), "{said}");
}

#[test]
fn a_program_of_ours_is_never_kept_as_the_kernels_own() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.must("enable tree");
    let folder = trees.path("tree/scripts/mod");
    fs::copy(folder.join("modpost"), folder.join(".modpost.modversions-kept")).unwrap();
    let said = trees.run("disable tree");
    assert_eq!(said.status, 2);
    assert!(said.stderr.contains("there is no backup of the kernel's own"), "{}", said.stderr);
    // The other one is restored.
    assert!(!trees.is_ours("tree/scripts/genksyms/genksyms"));
}

#[test]
fn who_waits_for_another_command_says_so() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    let tree = File::open(trees.path("tree")).unwrap();
    tree.lock().unwrap();
    let mut command = trees.command("enable tree");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "modversions: tree: waiting for the process that has locked it\n");
    assert!(!trees.is_ours("tree/scripts/mod/modpost"));
    tree.unlock().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(trees.is_ours("tree/scripts/mod/modpost"));
}

#[test]
fn an_overlay_removes_nothing_that_it_has_not_made() {
    let trees = Trees::with_source_tree([6, 1, 192]);
    trees.write(".new.modversions-kept/file", b"somebody's");
    trees.must("overlay tree new");
    assert_eq!(fs::read(trees.path(".new.modversions-kept/file")).unwrap(), b"somebody's");

    trees.write(".newer.modversions-new/file", b"somebody's");
    let said = trees.run("overlay tree newer");
    let held =
        ".newer.modversions-new: it holds what modversions has not made: move it elsewhere\n";
    assert_eq!(said.status, 2);
    assert!(said.stderr.ends_with(held), "{}", said.stderr);
    assert_eq!(fs::read(trees.path(".newer.modversions-new/file")).unwrap(), b"somebody's");

    let before = trees.all_below("tree");
    symlink("tree", trees.path(".newest.modversions-new")).unwrap();
    let said = trees.run("overlay tree newest");
    let in_the_way = "in the way, and not made by this user's modversions\n";
    assert!(said.stderr.ends_with(in_the_way), "{}", said.stderr);
    assert_eq!(trees.all_below("tree"), before);
}

#[test]
fn an_overlay_of_a_tree_with_ours_in_it_has_its_own() {
    let trees = Trees::with_headers([6, 1, 192]);
    trees.must("enable src/tree");
    trees.must("overlay src/tree new");
    trees.must("disable src/tree");
    assert!(trees.is_ours("new/scripts/mod/modpost"));
    trees.must("disable new");
    assert_eq!(fs::read(trees.path("new/scripts/mod/modpost")).unwrap(), MODPOST);
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

/// From 6.14 on, a configuration may have CRCs from debugging information.
#[test]
fn a_tree_with_gendwarfksyms_has_that_one_exchanged() {
    let trees = Trees::with_gendwarfksyms([7, 3, 4]);
    let before = trees.all_below("tree");
    trees.must("overlay tree overlay --only gendwarfksyms");
    assert!(trees.is_ours("overlay/scripts/gendwarfksyms/gendwarfksyms"));
    assert!(!trees.is_ours("overlay/scripts/mod/modpost"));
    assert_eq!(
        trees.must("enable tree"),
        "scripts/gendwarfksyms/gendwarfksyms: modversions is in place\n\
         scripts/mod/modpost: modversions is in place\n"
    );
    let version = env!("CARGO_PKG_VERSION");
    let standing = format!(
        "kernel    7.3.4\ngendwarfksyms modversions {version}\nmodpost   modversions {version}\n"
    );
    assert_eq!(trees.must("status tree"), standing);
    let program = trees.path("tree/scripts/gendwarfksyms/gendwarfksyms");
    let usage = Command::new(program).env("KERNELVERSION", "7.3.4").output().unwrap();
    assert!(String::from_utf8_lossy(&usage.stderr).contains("--symtypes"), "{usage:?}");
    trees.must("disable tree");
    assert_eq!(trees.all_below("tree"), before);
    let said = trees.run("enable tree --only genksyms");
    let reason = "modversions: tree: genksyms: not built (CONFIG_GENDWARFKSYMS is on)\n";
    assert_eq!((said.status, said.stderr.as_str()), (2, reason));
}

/// What was put in the place of a program stays known where the configuration changes after that.
#[test]
fn a_program_that_is_called_no_more_is_still_put_back() {
    let trees = Trees::with_gendwarfksyms([7, 3, 4]);
    let before = trees.all_below("tree");
    let configuration = fs::read(trees.path("tree/.config")).unwrap();
    trees.must("enable tree --only gendwarfksyms");
    trees.build("tree/scripts/genksyms/genksyms", kernel_trees::GENKSYMS);
    trees.write("tree/.config", b"CONFIG_MODULES=y\nCONFIG_MODVERSIONS=y\n");
    let said = trees.run("status tree").stdout;
    for line in ["genksyms  the kernel's own\n", "gendwarfksyms modversions "] {
        assert!(said.contains(line), "{said}");
    }
    trees.must("disable tree");
    fs::remove_dir_all(trees.path("tree/scripts/genksyms")).unwrap();
    fs::write(trees.path("tree/.config"), configuration).unwrap();
    assert_eq!(trees.all_below("tree").len(), before.len());
    let program = trees.path("tree/scripts/gendwarfksyms/gendwarfksyms");
    assert_eq!(fs::read(program).unwrap(), kernel_trees::GENDWARFKSYMS);
}

#[test]
fn the_programs_of_a_release_that_is_not_covered_stay() {
    let trees = Trees::with_source_tree([99, 6, 30]);
    let before = trees.all_below("tree");
    for (arguments, named) in [
        ("enable tree", &["genksyms: kernel 99.6.30: ", "modpost: kernel 99.6.30: "][..]),
        ("enable tree --only modpost", &["modpost: kernel 99.6.30: "]),
        ("overlay tree new", &["genksyms: kernel 99.6.30: "]),
    ] {
        let said = trees.run(arguments);
        assert_eq!((said.status, said.stdout.as_str()), (2, ""), "{arguments}");
        assert!(said.stderr.starts_with("modversions: tree: "), "{}", said.stderr);
        assert!(named.iter().all(|text| said.stderr.contains(text)), "{}", said.stderr);
    }
    assert_eq!(trees.all_below("tree"), before);
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
