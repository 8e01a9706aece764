//! `modversions symtypes`: on a tree of our own, testdata/symtypes/tree, and on texts that are
//! broken.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use modversions::corpus::{Corpus, FileText, Types, consolidate};

const TREE: &str = "testdata/symtypes/tree";

/// Runs `modversions` with these words, in the top of the repository; gives status, output and
/// messages.
fn run(words: &[&str]) -> (u8, String, String) {
    let words = [&["modversions"], words].concat();
    let args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    (status, String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The same as one text.
fn said(words: &[&str]) -> String {
    let (status, stdout, stderr) = run(words);
    format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

/// Writes the files of a tree.
fn write(top: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The consolidated form of the files.
fn consolidated(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    let (status, stdout, stderr) =
        run(&["symtypes", "consolidate", folder.path().to_str().unwrap()]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    stdout
}

/// What the reader of consolidated files says of a text, without the file's name.
fn complaint(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("all", text)]);
    let path = folder.path().join("all");
    let (status, _, stderr) = run(&["symtypes", "show", "f", path.to_str().unwrap()]);
    assert_eq!(status, 2, "{text}");
    stderr.replace(&format!("modversions: {}", path.display()), "all")
}

/// The lines of all files of a release, in an order of their own.
fn lines(types: &Types, corpus: &Corpus) -> Vec<(Vec<u8>, Vec<Vec<u8>>)> {
    let lines_of = |file: &modversions::corpus::TypesFile| {
        let mut lines: Vec<_> = file.lines.iter().map(|&it| types.text(it).to_vec()).collect();
        lines.sort();
        (file.path.clone(), lines)
    };
    corpus.files.iter().map(lines_of).collect()
}

#[test]
fn the_help_teaches() {
    for command in ["verify", "consolidate", "split", "show"] {
        assert_snapshot!(format!("{command}_help"), said(&["symtypes", command, "--help"]));
    }
    assert_snapshot!("help", said(&["symtypes", "--help"]));
}

#[test]
fn crcs_are_proved_by_the_types() {
    assert_snapshot!("verify", said(&["symtypes", "verify", TREE]));
    let old = "testdata/symtypes/old.symvers";
    assert_snapshot!(
        "verify_list",
        said(&["symtypes", "verify", TREE, "--list", "--symvers", old])
    );
    // The CRC is that of gendwarfksyms 7.0.
    assert_eq!(run(&["symtypes", "verify", "testdata/symtypes/dwarf"]).0, 0);
}

#[test]
fn crcs_are_proved_by_one_file_and_by_a_consolidated_one() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    let all = all.to_str().unwrap();
    assert_eq!(
        run(&["symtypes", "consolidate", "-o", all, TREE]),
        (0, String::new(), String::new())
    );
    let symvers = format!("{TREE}/Module.symvers");
    let of_tree = run(&["symtypes", "verify", "--list", TREE]);
    assert_eq!(run(&["symtypes", "verify", "--list", "--symvers", &symvers, all]), of_tree);
    let file = format!("{TREE}/lib/shapes.symtypes");
    let (status, stdout, _) = run(&["symtypes", "verify", "--symvers", &symvers, &file]);
    assert_eq!(status, 0);
    assert!(stdout.starts_with("     3 exports whose"), "{stdout}");
    let (status, _, stderr) = run(&["symtypes", "verify", all]);
    assert_eq!(status, 2);
    assert!(stderr.contains("it has no Module.symvers"), "{stderr}");
}

#[test]
fn an_export_of_two_files_is_proved_by_either() {
    let folder = tempfile::tempdir().unwrap();
    // The CRC of `int f ( void ) ` is what upstream prints.
    write(
        folder.path(),
        &[
            ("a.symtypes", "f extern int f ( int )\n"),
            ("b.symtypes", "f int f ( void ) \n"),
            ("Module.symvers", "0xe0df8f5b\tf\tvmlinux\n"),
        ],
    );
    let (status, stdout, _) = run(&["symtypes", "verify", folder.path().to_str().unwrap()]);
    assert_eq!(status, 0);
    assert!(stdout.starts_with("     1 export whose CRC matches"));
}

#[test]
fn a_tree_becomes_one_file_and_a_tree_again() {
    let (status, text, _) = run(&["symtypes", "consolidate", TREE]);
    assert_eq!(status, 0);
    assert_snapshot!("consolidated", text);
    let folder = tempfile::tempdir().unwrap();
    let (all, apart) = (folder.path().join("all"), folder.path().join("apart"));
    fs::write(&all, &text).unwrap();
    let (all, apart) = (all.to_str().unwrap(), apart.to_str().unwrap());
    assert_eq!(run(&["symtypes", "split", "-o", apart, all]).0, 0);
    assert_eq!(run(&["symtypes", "consolidate", apart]).1, text);
    let shapes = fs::read_to_string(format!("{apart}/lib/shapes.symtypes")).unwrap();
    assert_snapshot!("split", shapes);
    for (old, new) in [(TREE, all), (all, TREE), (apart, all)] {
        let (status, stdout, _) = run(&["abi-diff", "--format", "symbols", old, new]);
        assert_eq!((status, stdout.as_str()), (0, ""), "{old} {new}");
    }
}

#[test]
fn what_is_read_from_one_file_is_the_tree_it_was_made_from() {
    let paths = ["drivers/pump/core", "drivers/pump/draw", "drivers/pump/panel", "lib/shapes"];
    let read = |file: usize, text: &mut FileText| {
        text.lines.extend(fs::read(format!("{TREE}/{}.symtypes", paths[file]))?);
        Ok::<_, std::io::Error>(())
    };
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut types = Types::default();
            let names = paths.iter().map(|path| path.as_bytes().to_vec()).collect();
            let tree = Corpus::read(&mut types, names, read).unwrap();
            let text = consolidate(&types, &tree).unwrap();
            assert_eq!(text, run(&["symtypes", "consolidate", TREE]).1.into_bytes());
            let again = Corpus::read_consolidated(&mut types, &text).unwrap();
            assert_eq!(lines(&types, &again), lines(&types, &tree));
        });
    }
}

#[test]
fn what_no_reader_could_find_is_written_out() {
    let unreached = "s#x struct x { int a ; }\n";
    let files = [
        ("a.symtypes", &*format!("{unreached}f int f ( void ) \n")),
        ("b.symtypes", &*format!("{unreached}f int f ( void ) \n")),
    ];
    let section = format!("{unreached}f int f ( void )\n");
    let expected = format!("/* a.symtypes */\n{section}\n/* b.symtypes */\n{section}");
    assert_eq!(consolidated(&files), expected);
}

#[test]
fn what_is_opaque_counts_in_its_own_section_only() {
    let opaque = "s#x struct x { UNKNOWN } \n";
    let known = "s#x struct x { int a ; } \n";
    let files = [
        ("a.symtypes", &*format!("{known}f int f ( s#x * ) \n")),
        ("b.symtypes", &*format!("override {opaque}g int g ( s#x * ) \n")),
        ("c.symtypes", &*format!("{known}h int h ( s#x * ) \n")),
    ];
    let expected = "\
        /* a.symtypes */\ns#x struct x { int a ; }\nf int f ( s#x * )\n\n\
        /* b.symtypes */\noverride s##x\ng int g ( s#x * )\n\n\
        /* c.symtypes */\nh int h ( s#x * )\n";
    assert_eq!(consolidated(&files), expected);
}

#[test]
fn older_archives_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let apart = folder.path().to_str().unwrap();
    let older = "testdata/symtypes/older.symtypes";
    assert_eq!(run(&["symtypes", "split", "-o", apart, older]), (0, String::new(), String::new()));
    let mut text = String::new();
    for path in ["drivers/pump/core", "drivers/pump/draw", "lib/shapes"] {
        let lines = fs::read_to_string(format!("{apart}/{path}.symtypes")).unwrap();
        text += &format!("{path}:\n{lines}\n");
    }
    assert_snapshot!("older", text);
}

#[test]
fn broken_consolidated_files_are_told_with_their_lines() {
    let long = format!("/* a.o */\n{}", "x".repeat(200));
    let texts = [
        "/* a.symtypes\nf int f ( void )\n",
        "/* a.symtypes */\nf\n",
        "/* a.symtypes */\n\nf int f ( s#gap )\n",
        "/* a.symtypes */\ns#gap\n",
        "/* a.symtypes */\ns##x\nf int f ( s#x )\n/* b.symtypes */\ng int g ( s#x )\n",
        "/* a.symtypes */\nf int f ( void )\nf int f ( int )\n",
        "/* a.symtypes */\ns#x struct x { }\ns##x\n",
        "/* a.symtypes */\n/* a.o */\n",
        "/* lib/../../a.symtypes */\n",
        "/* /a.symtypes */\n",
        "/* a.symtypes */\ns##x struct x\n",
        "/* a.symtypes */\ns#x struct x { s#y y ; }\ns##y\nf int f ( s#x )\n\
         /* b.symtypes */\ng int g ( s#x )\n",
        &long,
    ];
    assert_snapshot!("broken", texts.map(complaint).concat());
}

#[test]
fn trees_that_cannot_become_one_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path().to_str().unwrap();
    let trees =
        ["f int f ( void ) \ng int g ( s#gap ) \n", "f int f ( void ) \nf int f ( void ) \n"];
    let mut said = String::new();
    for text in trees {
        write(folder.path(), &[("lib/x.symtypes", text)]);
        let (status, stdout, stderr) = run(&["symtypes", "consolidate", top]);
        assert_eq!((status, stdout.as_str()), (2, ""));
        said += &stderr.replace(top, "TREE");
    }
    assert_snapshot!("unfit", said);
    // A tree of one file is what that file is.
    let text = "/* a.symtypes */\nf int f ( void )\n";
    write(folder.path(), &[("lib/x.symtypes", text)]);
    assert_eq!(run(&["symtypes", "consolidate", top]).1, text);
}

#[test]
fn each_command_says_what_it_does_not_take() {
    let file = format!("{TREE}/lib/shapes.symtypes");
    let (dump, missing) = (format!("{TREE}/Module.symvers"), format!("{TREE}/missing"));
    let said = [
        said(&["symtypes", "consolidate", &file]),
        said(&["symtypes", "consolidate", &missing]),
        said(&["symtypes", "consolidate", "-o", &format!("{missing}/all"), TREE]),
        said(&["symtypes", "split", "-o", "unused", &file]),
        said(&["symtypes", "split", "-o", "unused", TREE]),
        said(&["symtypes", "verify", &dump]),
        said(&["symtypes", "verify", TREE, "--symvers", &file]),
    ];
    assert_snapshot!("not_taken", said.join("\n"));
}

#[test]
fn a_name_is_shown_as_c_in_all_its_variants() {
    let show = |name| said(&["symtypes", "show", name, TREE]);
    assert_snapshot!("show_variants", show("pump"));
    let same = [show("struct pump"), show("s#pump")];
    assert_eq!(same, [show("pump"), show("pump")]);
    let others =
        ["GREEN", "u32", "union shape", "enum color", "origin", "panel_show", "union pump"];
    assert_snapshot!("show", others.map(show).join("\n"));
    let files: Vec<(String, &str)> =
        (10..20).map(|it| (format!("{it}.symtypes"), "t#u8 typedef int u8 \n")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &files);
    let top = folder.path().to_str().unwrap();
    assert_snapshot!("show_few_files", said(&["symtypes", "show", "u8", top]));
    let all = run(&["symtypes", "show", "--files", "u8", top]).1;
    assert_eq!(all.matches(".symtypes").count(), 10);
}

/// All files and directories in a directory.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_no_section_can_be_called_after_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "f int f ( void )\n";
    write(folder.path(), &[("a.symtypes", text), ("b\n/* c.symtypes", text)]);
    let (tree, all) = (folder.path().to_str().unwrap(), folder.path().join("all"));
    let (status, stdout, stderr) =
        run(&["symtypes", "consolidate", tree, "-o", all.to_str().unwrap()]);
    assert_eq!((status, stdout.as_str()), (2, ""));
    let words = "b\\n/* c.symtypes: a consolidated file cannot hold this name\n";
    assert_eq!(stderr, format!("modversions: {tree}/{words}"));
    assert!(!all.exists());
}

#[test]
fn a_split_makes_all_files_or_none() {
    let long =
        format!("/* a.o */\nf int f ( void )\n/* b/{}.o */\nf int f ( void )\n", "x".repeat(300));
    let cases = [
        // The first file is where the second has a directory.
        ("/* a.o */\nf int f ( void )\n/* a.symtypes/b.o */\nf int f ( void )\n", "File exists"),
        ("/* a.o */\nf int f ( void )\n/* b\0c.o */\nf int f ( void )\n", "unexpected NUL byte"),
        (&*long, "File name too long"),
        (
            "/* a.o */\nf int f ( void )\n/* ../b.o */\nf int f ( void )\n",
            "not a path inside a tree",
        ),
        ("/* a.o */\nf int f ( void )\n/* /b.o */\nf int f ( void )\n", "not a path inside a tree"),
    ];
    for (text, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (all, apart) = (folder.path().join("all"), folder.path().join("apart"));
        fs::write(&all, text).unwrap();
        for is_there in [false, true] {
            if is_there {
                fs::create_dir(&apart).unwrap();
            }
            let words = ["symtypes", "split", all.to_str().unwrap(), "-o", apart.to_str().unwrap()];
            let (status, _, stderr) = run(&words);
            assert_eq!(status, 2, "{text}");
            assert!(stderr.contains(why) || stderr.contains("Is a directory"), "{stderr}");
            assert!(!stderr.contains(".tmp_"), "{stderr}");
            let left = if is_there { &["all", "apart"][..] } else { &["all"] };
            assert_eq!(names(folder.path()), left, "{text}");
            assert!(!is_there || names(&apart).is_empty(), "{text}");
        }
    }
}

#[test]
fn a_split_does_not_mix_with_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    fs::write(&all, "/* a.o */\nf int f ( void )\n").unwrap();
    write(folder.path(), &[("apart/mine", "")]);
    symlink(folder.path(), folder.path().join("link")).unwrap();
    for (output, why) in [
        ("apart", "Directory not empty"),
        ("all", "Not a directory"),
        ("link", "not the name of a directory to make"),
        ("apart/..", "not the name of a directory to make"),
    ] {
        let output = folder.path().join(output);
        let words = ["symtypes", "split", all.to_str().unwrap(), "-o", output.to_str().unwrap()];
        let (status, _, stderr) = run(&words);
        assert_eq!((status, stderr), (2, format!("modversions: {}: {why}\n", output.display())));
        assert_eq!(names(folder.path()), ["all", "apart", "link"]);
        assert_eq!(names(&folder.path().join("apart")), ["mine"]);
    }
}

#[test]
fn a_killed_split_leaves_nothing_that_looks_whole() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(5_000);
    let text = format!("/* a.o */\nf int f ( void )\n/* b.o */\nf int f ( int {long} )\n");
    fs::write(folder.path().join("all"), text).unwrap();
    let script = "ulimit -f 1; exec \"$0\" symtypes split all -o apart -j 1";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_modversions")]).current_dir(folder.path());
    let status = command.status().unwrap();
    assert_eq!(status.signal(), Some(25), "SIGXFSZ");
    let names = names(folder.path());
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with(".tmp_apart-") && names[1] == "all", "{names:?}");
}

/// Trees that upstream's gendwarfksyms has written: of C and Rust, and of C with `--stable`.
const DWARF_TREES: [&str; 2] =
    ["testdata/symtypes/gendwarfksyms/plain", "testdata/symtypes/gendwarfksyms/stable"];

#[test]
fn the_crcs_of_gendwarfksyms_are_proved() {
    for tree in DWARF_TREES {
        let (status, stdout, stderr) = run(&["symtypes", "verify", tree]);
        assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
        let (first, others) = stdout.split_once('\n').unwrap();
        assert!(!first.trim().starts_with('0'), "{stdout}");
        assert!(others.lines().all(|line| line.trim().starts_with('0')), "{stdout}");
    }
}

#[test]
fn the_files_of_gendwarfksyms_are_split_as_they_were() {
    for tree in DWARF_TREES {
        let folder = tempfile::tempdir().unwrap();
        let [all, apart] = ["all", "apart"].map(|name| folder.path().join(name));
        let [all_text, apart_text] = [&all, &apart].map(|path| path.to_str().unwrap());
        let nothing = (0, String::new(), String::new());
        assert_eq!(run(&["symtypes", "consolidate", "-o", all_text, tree]), nothing);
        assert_eq!(run(&["symtypes", "split", "-o", apart_text, all_text]), nothing);
        let symvers = format!("{tree}/Module.symvers");
        assert_eq!(run(&["symtypes", "verify", "--symvers", &symvers, all_text]).0, 0);
        for file in ["lib/tank.symtypes", "rust/pump.symtypes"] {
            let Ok(wanted) = fs::read(Path::new(tree).join(file)) else { continue };
            assert!(fs::read(apart.join(file)).unwrap() == wanted, "{tree}/{file} differs");
        }
    }
}

#[test]
fn what_is_no_type_string_is_refused_with_its_place() {
    let deep = format!("v variable {}s#a{}", "const_type { ".repeat(200), " }".repeat(200));
    for (line, expected) in [
        ("s#a structure_type a { member base_type int", "it ends before `}`"),
        ("v variable s#a s#a", "the end should stand at byte 14"),
        ("f subprogram ( member s#a ) -> s#a", "`formal_parameter` should stand at byte 14"),
        ("f subprogram ( ) s#a", "`->` should stand at byte 16"),
        ("v variable base_type int byte_size(123456789012345678901)", "has more than 20 digits"),
        (&deep, "more than 128 types are in one another"),
    ] {
        let text = format!(
            "t#b typedef_type b {{ base_type void }}\n{line}\ns#a structure_type a {{ }}\n"
        );
        let folder = tempfile::tempdir().unwrap();
        write(
            folder.path(),
            &[("a.symtypes", &text), ("all", &format!("/* a.symtypes */\n{text}"))],
        );
        for (file, place) in [("a.symtypes", ":2: "), ("all", ":3: ")] {
            let path = folder.path().join(file);
            let (status, _, stderr) = run(&["symtypes", "show", "f", path.to_str().unwrap()]);
            assert_eq!(status, 2, "{line}");
            assert!(stderr.contains(&format!("{file}{place}")), "{stderr}");
            assert!(stderr.contains(expected), "{stderr}");
        }
    }
}
