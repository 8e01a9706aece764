//! The scanned headers and their passages that `modversions cpp` keeps in a build tree: whatever happens to the
//! headers, to the file that they are kept in or to who writes it, a run with them is the same as one without:
//! text, list of dependencies, messages, status.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// How many headers the source file includes.
const HEADERS: usize = 30;

/// What a run leaves.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    text: String,
    said: String,
    status: Option<i32>,
    dependencies: Option<String>,
}

/// A source file with headers, which is its own build tree.
struct Tree {
    folder: TempDir,
    compiler: String,
    flags: Vec<String>,
}

impl Tree {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let tree = Self { folder, compiler: "cc".to_owned(), flags: Vec::new() };
        fs::create_dir_all(tree.path("include/early")).unwrap();
        let mut source = String::new();
        for number in 0..HEADERS {
            let text = format!(
                "#ifndef H{number}\n#define H{number} {number}\n#define F{number}(x) x ## _{number}\n\
                 #if H{number} > 5 && !defined(FLAG)\n#define BIG{number} \"a string\"\n#else\n\
                 struct s{number} {{ int F{number}(member); }};\n#endif\n\
                 static inline int f{number}(void) {{ return H{number}; }}\n#undef NOTHING\n#endif\n"
            );
            fs::write(tree.path(&format!("include/h{number}.h")), text).unwrap();
            source += &format!("#include <h{number}.h>\nint F{number}(a) = H{number};\n");
        }
        source += "#include <h0.h>\nint last(void) { return H1; }\n";
        fs::write(tree.path("a.c"), source).unwrap();
        tree
    }

    /// One whose headers are old enough to be kept, and are kept.
    fn kept() -> Self {
        let tree = Self::new();
        settle();
        tree.run(true);
        assert!(tree.file().is_file(), "no headers were kept");
        // Passages, too.
        tree.run(true);
        tree
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Where the headers are kept.
    fn file(&self) -> PathBuf {
        self.path(".modversions-cpp/headers")
    }

    /// Which file that is: the number of one that went away may be another one's.
    fn identity(&self) -> Option<(u64, i64, i64)> {
        let metadata = fs::metadata(self.file()).ok()?;
        Some((metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
    }

    fn words(&self) -> String {
        let flags = self.flags.join(" ");
        format!(
            "cpp {} -E -D__GENKSYMS__ -nostdinc -Iinclude/early -Iinclude -std=gnu11 {flags} a.c",
            self.compiler
        )
    }

    fn command(&self, with_headers: bool) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
        let words = self.words();
        command.args(words.split_whitespace()).current_dir(self.folder.path());
        command.env_remove("KBUILD_EXTMOD").env("objtree", ".");
        command.env("MODVERSIONS_CPP_HEADERS", if with_headers { "on" } else { "off" });
        command
    }

    fn run(&self, with_headers: bool) -> Ending {
        let list = self.path("a.d");
        let _ = fs::remove_file(&list);
        let output = self.command(with_headers).arg("-Wp,-MMD,a.d").output().unwrap();
        Ending {
            text: String::from_utf8(output.stdout).unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
            status: output.status.code(),
            dependencies: fs::read_to_string(list).ok(),
        }
    }

    /// Compares with a run without kept headers, twice: what the first leaves is used by the second.
    #[track_caller]
    fn is_as_without(&self, what: &str) -> Ending {
        let without = self.run(false);
        for round in 1..=2 {
            assert_eq!(self.run(true), without, "{what}, round {round}");
        }
        without
    }
}

/// Waits until a further change of any file would show in its times.
fn settle() {
    sleep(Duration::from_millis(3200));
}

#[test]
fn headers_are_kept_once() {
    let tree = Tree::new();
    let without = tree.run(false);
    assert_eq!(without.status, Some(0));
    assert!(!tree.file().exists());
    // So short after they were written, another change may not show.
    tree.run(true);
    assert!(!tree.file().exists());
    settle();
    assert_eq!(tree.run(true), without);
    let first = tree.identity();
    assert!(first.is_some());
    // Now what they gave is kept, too.
    assert_eq!(tree.run(true), without);
    let second = tree.identity();
    assert_ne!(second, first);
    // Had they been scanned or read again, they would have been kept again.
    assert_eq!(tree.run(true), without);
    assert_eq!(tree.identity(), second);
    // They are for other source files, too, and those add theirs.
    fs::write(tree.path("include/new.h"), "int new, old;\n".repeat(99)).unwrap();
    fs::write(tree.path("a.c"), "#include <new.h>\n#include <h3.h>\nint F3(x) = H3;\n").unwrap();
    tree.is_as_without("another source file");
    settle();
    tree.is_as_without("another source file, later");
    assert_ne!(tree.identity(), second);
    let forget = ["cpp", "--forget"];
    let forgotten = Command::new(env!("CARGO_BIN_EXE_modversions"))
        .args(forget)
        .arg(tree.folder.path())
        .status()
        .unwrap();
    assert!(forgotten.success() && !tree.path(".modversions-cpp").exists());
}

#[test]
fn changed_headers_are_noticed() {
    let mut tree = Tree::kept();
    let header = tree.path("include/h7.h");
    let old = fs::read_to_string(&header).unwrap();
    let before = tree.is_as_without("nothing changed");
    let modified = fs::metadata(&header).unwrap().modified().unwrap();

    // As long as before, and with the time of before.
    fs::write(&header, old.replace("H7 7", "H7 9")).unwrap();
    File::options().append(true).open(&header).unwrap().set_modified(modified).unwrap();
    assert_ne!(tree.is_as_without("edited, its time set back").text, before.text);
    settle();
    assert_ne!(tree.is_as_without("the same, later").text, before.text);

    // Another file of the same name, with the time of before.
    let other = tree.path("other");
    fs::write(&other, old.replace("H7 7", "H7 8")).unwrap();
    File::options().append(true).open(&other).unwrap().set_modified(modified).unwrap();
    fs::rename(&other, &header).unwrap();
    assert!(tree.is_as_without("replaced").text.contains('8'));

    fs::write(&header, &old).unwrap();
    File::options().append(true).open(&header).unwrap().set_modified(SystemTime::now()).unwrap();
    assert_eq!(tree.is_as_without("touched").text, before.text);

    // A header that comes before another one in the search, and goes away again.
    let early = tree.path("include/early/h7.h");
    fs::write(&early, "#define F7(x) early\n#define H7 1\n").unwrap();
    let shadowed = tree.is_as_without("shadowed");
    assert!(shadowed.text.contains("early") && shadowed.dependencies.unwrap().contains("early"));
    settle();
    tree.is_as_without("shadowed, later");
    fs::remove_file(&early).unwrap();
    assert_eq!(tree.is_as_without("shadowed no more").text, before.text);

    // Two names of one file.
    fs::hard_link(&header, tree.path("include/early/h8.h")).unwrap();
    tree.is_as_without("a second name");
    fs::remove_file(tree.path("include/early/h8.h")).unwrap();
    std::os::unix::fs::symlink("../h8.h", tree.path("include/early/h7.h")).unwrap();
    tree.is_as_without("a symbolic link");
    fs::remove_file(tree.path("include/early/h7.h")).unwrap();

    // What the compiler refuses is refused: one missing, a directory, an `#error`.
    fs::remove_file(&header).unwrap();
    assert_ne!(tree.is_as_without("missing").status, Some(0));
    fs::create_dir(&header).unwrap();
    tree.is_as_without("a directory");
    fs::remove_dir(&header).unwrap();
    fs::write(&header, "#error no\n").unwrap();
    assert!(tree.is_as_without("an error").said.contains("no"));
    settle();
    assert!(tree.is_as_without("an error, later").said.contains("no"));
    fs::write(&header, &old).unwrap();

    tree.flags = vec!["-DFLAG".to_owned()];
    assert_ne!(tree.is_as_without("another flag").text, before.text);
    tree.flags =
        vec!["-Iinclude/early".to_owned(), "-include".to_owned(), "include/h9.h".to_owned()];
    tree.is_as_without("included by the command line");
    tree.flags.clear();
    let compiler = tree.path("compiler");
    fs::write(&compiler, "#!/bin/sh\nexec cc -DFLAG=2 \"$@\"\n").unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    tree.compiler = "./compiler".to_owned();
    tree.is_as_without("another compiler");
}

/// Headers whose text depends on what is defined before them, and the rest of a source file on what they
/// leave.
const DEPENDING: [(&str, &str); 6] = [
    (
        "p.h",
        "#ifdef A\nint a = A(1) VALUE;\n#endif\n#define B VALUE\n#undef GONE\nint line = __LINE__;\n\
         static inline int f(void) { return A; }\nstruct s { int x VALUE; };\n",
    ),
    ("q.h", "#pragma once\nint q = B;\n#if defined(GONE) || B\n#define LATER 1\n#endif\n"),
    ("open.h", "#define NAME f2\nint NAME(void)"),
    ("tag.h", "struct B2"),
    ("counts.h", "int count = __COUNTER__;\nint file[sizeof __FILE__];\n"),
    ("outer.h", "#include <p.h>\nint between = B;\n#include <q.h>\nint after = LATER;\n"),
];

#[test]
fn passages_depend_on_what_is_defined() {
    let mut tree = Tree::new();
    for (name, text) in DEPENDING {
        fs::write(tree.path(&format!("include/{name}")), text).unwrap();
    }
    settle();
    let body = "#include <outer.h>\n#ifdef GONE\nint gone;\n#endif\nint own = B;\n\
                #include <open.h>\n{ return unknown(NAME); }\n#include <tag.h>\n{ int member; };\n\
                #include <counts.h>\n#include <q.h>\n#include <counts.h>\nint end = __COUNTER__;\n";
    let definitions =
        ["-DVALUE=1", "-DVALUE=2", "-DVALUE=1 -DGONE", "-DA(x)=x+LATER -DVALUE=3", "-DVALUE=0"];
    let beginnings = ["", "int first;\n\n#define A f(\n#include <q.h>\n", "#define GONE 2\n"];
    let all = || definitions.iter().flat_map(|one| beginnings.iter().map(move |two| (one, two)));
    let begin = |tree: &mut Tree, definitions: &str, beginning: &str| {
        tree.flags = vec![definitions.to_owned()];
        fs::write(tree.path("a.c"), format!("{beginning}{body}")).unwrap();
    };
    // What the first round leaves, the second one finds.
    for round in 0..2 {
        for (definitions, beginning) in all() {
            // One of them is defined in two ways.
            if definitions.contains("GONE") && beginning.contains("GONE")
                || definitions.contains("A(x)") && beginning.contains('A')
            {
                continue;
            }
            begin(&mut tree, definitions, beginning);
            let what = format!("{definitions} {beginning:?} in round {round}");
            assert_eq!(tree.is_as_without(&what).status, Some(0), "{what}");
        }
    }
    // Nothing is new now: had passages not been found, they would have been kept again.
    let identity = tree.identity();
    for (definitions, _) in all() {
        begin(&mut tree, definitions, "");
        tree.run(true);
    }
    assert_eq!(tree.identity(), identity);
}

#[test]
fn a_damaged_file_is_not_used() {
    let tree = Tree::kept();
    let without = tree.run(false);
    let whole = fs::read(tree.file()).unwrap();
    // What is at a place: each byte of the head, and one in so many of all others.
    let step = (whole.len() / 150).max(1);
    for place in (0..96).chain((96..whole.len()).step_by(step)) {
        let mut damaged = whole.clone();
        damaged[place] ^= 1 << (place % 8);
        put(&tree, &damaged);
        assert_eq!(tree.run(true), without, "byte {place} of {}", whole.len());
    }
    for length in [0, 1, 8, 63, 64, 65, 200, 4096, whole.len() / 2, whole.len() - 1] {
        put(&tree, &whole[..length]);
        assert_eq!(tree.run(true), without, "{length} bytes of {}", whole.len());
    }
    // In the other byte order; longer; something else; and nothing that can be opened.
    let swapped: Vec<u8> = whole.chunks(4).flat_map(|word| word.iter().rev().copied()).collect();
    let longer = [whole.as_slice(), b"more"].concat();
    for other in [swapped, longer, b"something else\n".repeat(999), vec![0; whole.len()]] {
        put(&tree, &other);
        assert_eq!(tree.run(true), without);
        // It was made again.
        assert_eq!(tree.run(true), without);
        assert_eq!(fs::read(tree.file()).unwrap().len(), whole.len());
    }
    fs::remove_file(tree.file()).unwrap();
    fs::create_dir(tree.file()).unwrap();
    tree.is_as_without("a directory");
}

/// Puts a file with these bytes into the place of the kept headers.
fn put(tree: &Tree, bytes: &[u8]) {
    let beside = tree.path("beside");
    fs::write(&beside, bytes).unwrap();
    fs::rename(beside, tree.file()).unwrap();
}

#[test]
fn writers_do_not_disturb_each_other() {
    let tree = Tree::new();
    let without = tree.run(false);
    settle();
    // None of them finds anything.
    let start = |tree: &Tree| -> Child {
        let mut command = tree.command(true);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let all: Vec<Child> = (0..16).map(|_| start(&tree)).collect();
    for child in all {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), without.text);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    }
    assert!(tree.file().is_file());
    // Some are killed, wherever they are.
    for delay in 0..24 {
        let _ = fs::remove_file(tree.file());
        let mut child = start(&tree);
        sleep(Duration::from_micros(delay * 400));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(tree.run(true), without, "killed after {delay} * 0.4 ms");
    }
    // What they leave behind goes away with the next one that writes.
    let left = tree.path(".modversions-cpp/.tmp_headers-1-0");
    fs::write(&left, "half of it").unwrap();
    fs::remove_file(tree.file()).unwrap();
    assert_eq!(tree.run(true), without);
    assert!(tree.file().is_file() && !left.exists());
    // While somebody else writes, nobody waits.
    fs::remove_file(tree.file()).unwrap();
    let lock = File::open(tree.path(".modversions-cpp/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(tree.run(true), without);
    assert!(!tree.file().exists());
    drop(lock);
}

#[test]
fn without_room_nothing_is_kept() {
    let tree = Tree::new();
    let without = tree.run(false);
    settle();
    // A limit on the size of files: as on a full disk, nothing of this length can be written.
    let program = env!("CARGO_BIN_EXE_modversions");
    let script = format!("ulimit -f 8; exec {program} {}", tree.words());
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(tree.folder.path());
    command.env_remove("KBUILD_EXTMOD").env("objtree", ".");
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), without.text);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    assert!(!tree.file().exists());
    // Where nobody can write: not even root, in /proc.
    for tree_of_others in ["/proc", "/proc/self/status", "/nowhere"] {
        let output = tree.command(true).env("objtree", tree_of_others).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), without.text);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    }
    let folder = tree.path(".modversions-cpp");
    let _ = fs::remove_dir_all(&folder);
    fs::write(&folder, "not a folder").unwrap();
    tree.is_as_without("a file in the place of the folder");
    assert!(Path::new(&folder).is_file());
}
