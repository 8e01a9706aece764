//! The command lines, run in-process: our own texts as snapshots, and what must hold of the
//! drop-in's. (The C programs' texts are compared in the cases.)

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::process::Command;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};

/// What one run said.
struct Said {
    status: u8,
    stdout: String,
    stderr: String,
}

impl Said {
    fn snapshot(&self) -> String {
        let Self { status, stdout, stderr } = self;
        format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

fn run_in(environment: &Environment, line: &str) -> Said {
    let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, environment, &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { status, stdout: text(stdout), stderr: text(stderr) }
}

fn run(line: &str) -> Said {
    run_in(&Environment::default(), line)
}

fn run_for_kernel(version: &str, line: &str) -> Said {
    let kernel_version = Some(version.into());
    run_in(&Environment { kernel_version, ..Environment::default() }, line)
}

#[test]
fn the_help_teaches() {
    assert_snapshot!("help", run("modversions --help").snapshot());
    assert_snapshot!("short_help", run("modversions -h").snapshot());
    assert_snapshot!("version", run("modversions --version").snapshot());
}

#[test]
fn each_command_of_ours_can_be_quiet_and_without_colors() {
    let help = run("modversions --help").stdout;
    let commands =
        help.split_once("Commands:\n").unwrap().1.lines().take_while(|it| !it.is_empty());
    let commands = commands.filter_map(|line| line.strip_prefix("  "));
    let commands: Vec<&str> = commands
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let drop_ins = ["genksyms", "gendwarfksyms", "modpost", "cpp"];
    assert!(commands.len() > 14, "{commands:?}");
    for command in commands.into_iter().filter(|it| !drop_ins.contains(it)) {
        let help = run(&format!("modversions help {command}")).stdout;
        for option in ["-q, --quiet", "--color <WHEN>"] {
            assert!(help.contains(option), "{command}: {option}\n{help}");
        }
    }
}

#[test]
fn what_is_said_and_in_which_colors_is_as_asked() {
    let pair = testkit::testdata().join("abi-diff/change-layout");
    let (old, new) = (pair.join("old"), pair.join("new"));
    let sides = format!("{} {}", old.display(), new.display());
    for command in ["abi-diff", "why tank_drain"] {
        let plain = run(&format!("modversions {command} {sides}"));
        assert!(plain.status == 1 && !plain.stdout.contains('\x1b'), "{}", plain.snapshot());
        let colored = run(&format!("modversions {command} --color always {sides}"));
        assert!(colored.status == 1 && colored.stdout.contains('\x1b'), "{}", colored.snapshot());
        let on_terminal = Environment { stdout_color: true, ..Environment::default() };
        let usual = run_in(&on_terminal, &format!("modversions {command} {sides}"));
        assert_eq!(usual.stdout, colored.stdout);
        let never = run_in(&on_terminal, &format!("modversions {command} --color never {sides}"));
        assert_eq!(never.stdout, plain.stdout);
        let quiet = run(&format!("modversions {command} -q {sides}"));
        assert_eq!(quiet.snapshot(), "status: 1\n--- stdout\n--- stderr\n");
    }
    // An error is said in any case, and a report in a file is written.
    let gone = run(&format!("modversions abi-diff -q {} /no/such/kernel", old.display()));
    assert!(gone.status == 2 && gone.stderr.contains("/no/such/kernel"), "{}", gone.snapshot());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let written = run(&format!("modversions abi-diff -q -f json:{} {sides}", file.display()));
    assert_eq!(written.snapshot(), "status: 1\n--- stdout\n--- stderr\n");
    assert!(std::fs::read_to_string(file).unwrap().contains("modversions/abi-diff"));
    // What is asked for is not a report.
    assert_ne!(run("modversions releases -q").stdout, "");
}

#[test]
fn help_on_a_command_is_had_in_two_ways() {
    for command in ["check", "layout", "kbuild", "modpost"] {
        let asked = run(&format!("modversions help {command}"));
        let option = run(&format!("modversions {command} --help"));
        assert_eq!((asked.status, &*asked.stderr), (0, ""));
        assert_eq!(asked.snapshot(), option.snapshot());
    }
    assert!(run("modversions help genksyms").stdout.contains("Usage: modversions genksyms"));
    // The drop-ins are as the kernel's: its modpost has no such options, its genksyms has.
    for option in ["--help", "-V"] {
        let refused = run(&format!("scripts/mod/modpost {option}"));
        assert!(refused.stderr.starts_with("scripts/mod/modpost: invalid option -- '"));
        assert_eq!((refused.status, &*refused.stdout), (1, ""));
    }
    assert!(run("modversions genksyms --help").stderr.starts_with("Usage:"));
}

#[test]
fn the_help_of_kbuild_teaches() {
    assert_snapshot!("kbuild_help", run("modversions kbuild --help").snapshot());
    assert_snapshot!("kbuild_enable_help", run("modversions kbuild enable --help").snapshot());
    assert_snapshot!("kbuild_overlay_help", run("modversions kbuild overlay --help").snapshot());
}

#[test]
fn the_releases_are_listed_and_explained() {
    assert_snapshot!("releases_help", run("modversions releases --help").snapshot());
    let explained = run("modversions releases --explain symver-lines");
    assert_snapshot!("releases_explain", explained.snapshot());
    assert_snapshot!("releases_unknown", run("modversions releases --explain x").snapshot());
    let field = run("modversions releases --explain genksyms.crc-line");
    assert_snapshot!("releases_field", field.snapshot());
    let one = run("modversions releases --kernel 6.7").stdout;
    assert!(one.starts_with("kernel 6.7\ngenksyms: built\ngendwarfksyms: none ("), "{one}");
    assert!(
        one.contains("\ngenksyms.crc-line: symver-lines (since 5.19)\n    The CRC line is `#SYM")
    );
    let both = run("modversions releases --diff 5.14-el9.4 5.14-el9.5").stdout;
    assert!(both.starts_with("5.14-el9.4 and 5.14-el9.5 differ in "), "{both}");
    assert!(
        both.contains("    5.14-el9.5: `-R` is an invalid option. (relative-crc-option-removed)")
    );
    let listed = run("modversions releases --all").stdout;
    assert_eq!(listed, modversions::release::releases_document());
    assert!(listed.contains(&modversions::release::standings()));
    assert!(run("modversions releases").stdout.starts_with("| Kernel "));
    let json = run("modversions releases --diff 6.1 6.12 --format json").stdout;
    assert!(json.contains("\"value\": \"modpost-checks-first\""), "{json}");
}

#[test]
fn errors_of_our_own_are_clear() {
    assert_snapshot!("no_command", run("modversions").snapshot());
    assert_snapshot!("unknown_command", run("modversions foo").snapshot());
    assert_snapshot!("bad_kernel", run("genksyms --kernel six").snapshot());
    assert_snapshot!("bad_kernelversion", run_for_kernel("six", "genksyms").snapshot());
    // The C program reads a directory forever.
    assert_snapshot!("directory_as_reference", run("genksyms -r /").snapshot());
    let old = run("scripts/genksyms/genksyms --kernel 4.17 -r /");
    assert_snapshot!("old_kernel", old.snapshot());
    assert_snapshot!("future_kernel", run_for_kernel("8.0-rc1", "genksyms -r /").snapshot());
}

#[test]
fn the_tool_is_chosen_by_its_name_or_the_first_argument() {
    let by_name = run("/usr/src/linux/scripts/genksyms/genksyms -V --help");
    let by_argument = run("modversions genksyms -V --help");
    assert_eq!(by_name.snapshot(), by_argument.snapshot());
    assert_eq!(by_name.status, 0);
    assert!(by_name.stderr.starts_with("genksyms version"), "{}", by_name.stderr);
    // Messages begin with the name the tool was called by.
    assert!(run("a/genksyms -z").stderr.starts_with("a/genksyms: "));
    assert!(run("modversions genksyms -z").stderr.starts_with("genksyms: "));
}

#[test]
fn each_release_has_its_own_options() {
    let status =
        |kernel: &str, word: &str| run(&format!("genksyms --kernel {kernel} {word} -h")).status;
    let accepted = |kernel, word| status(kernel, word) == 0;
    for (word, first, last) in
        [("-aarm", "2.6.29", "3.8"), ("-s_", "3.9", "4.17"), ("-R", "4.11", "5.18")]
    {
        assert!(accepted(first, word) && accepted(last, word), "{word}");
    }
    for (kernel, word) in [
        ("3.9", "-aarm"),
        ("3.8", "-s_"),
        ("4.18", "-s_"),
        ("6.12", "-s_"),
        ("4.10", "-R"),
        ("5.19", "-R"),
        ("7.2", "-R"),
    ] {
        assert!(!accepted(kernel, word), "{kernel} {word}");
    }
    // Refused as in 6.1: listed by the usage text, without a message.
    assert!(run("genksyms --kernel 6.1 -s x").stderr.starts_with("Usage:"));
    assert!(run("genksyms --kernel 6.8 -s x").stderr.starts_with("genksyms: invalid option"));
}

#[test]
fn the_kernel_is_the_options_else_the_environments_else_the_newest() {
    let usage_lists_s = |said: Said| said.stderr.contains("-s, ");
    assert!(usage_lists_s(run_for_kernel("6.1.0-56-amd64", "genksyms -h")));
    assert!(!usage_lists_s(run_for_kernel("6.1", "genksyms --kernel=6.12 -h")));
    assert!(!usage_lists_s(run("genksyms -h")));
}

#[test]
fn our_options_need_their_full_names() {
    for word in ["--kerne=6.1", "--diagnostic", "--read-everythin"] {
        let said = run(&format!("genksyms {word}"));
        let unrecognized = format!("genksyms: unrecognized option '{word}'\n");
        assert!(said.stderr.starts_with(&unrecognized), "{}", said.stderr);
    }
    // `--r` stays upstream's abbreviation of --reference.
    assert_eq!(run("genksyms --diagnostics --read-everything --r / -h").status, 0);
}

#[test]
fn options_before_an_error_have_happened() {
    let folder = tempfile::tempdir().unwrap();
    let types = folder.path().join("types");
    let missing = folder.path().join("missing/file");
    let (types_name, missing_name) = (types.display(), missing.display());
    let said = run(&format!("genksyms -V -T {types_name} -r {missing_name} -z"));
    let perror = format!("{missing_name}: No such file or directory\n");
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert!(said.stderr.starts_with("genksyms version") && said.stderr.ends_with(&perror));
    assert_eq!(std::fs::read(types).unwrap(), b"");
}

/// Runs the program itself, by a shell that arranges its streams.
fn shell(script: &str) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_modversions");
    Command::new("sh").args(["-c", script, program]).env_clear().output().unwrap()
}

#[test]
fn input_that_cannot_be_read_is_a_failure_of_the_scanner() {
    for script in ["exec \"$0\" genksyms <&-", "exec \"$0\" genksyms </"] {
        let output = shell(script);
        assert_eq!(output.status.code(), Some(2), "{script}");
        assert_eq!(output.stderr, b"input in flex scanner failed\n", "{script}");
    }
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let output = shell("trap '' CHLD; { \"$0\" releases; echo $? >&2; } | :");
    let status = String::from_utf8(output.stderr).unwrap();
    // 141 is SIGPIPE; 0 if the text fitted into the pipe before its reader was gone.
    assert!(["141\n", "0\n"].contains(&status.as_str()), "{status}");
}

#[test]
fn the_types_file_may_be_standard_output_and_comes_first_there() {
    let source = "int v; __GENKSYMS_EXPORT_SYMBOL(v);";
    let output = shell(&format!("echo '{source}' | \"$0\" genksyms -T /dev/stdout | cat"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "v int v \n#SYMVER v 0x2620b98e\n");
}

#[test]
fn input_is_read_from_the_current_offset_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.i");
    let source = "not C\nint v; __GENKSYMS_EXPORT_SYMBOL(v);\n";
    std::fs::write(&file, source).unwrap();
    let name = file.display();
    let skip = "dd bs=6 count=1 of=/dev/null status=none";
    let output = shell(&format!("{{ {skip}; \"$0\" genksyms -w; cat; }} <'{name}'"));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "#SYMVER v 0x2620b98e\n");
}
