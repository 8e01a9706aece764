//! Manual pages, completions and `help`: all commands and topics are there, other people's programs
//! find no fault with them, and the examples run.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use testkit::elf_text::assemble;
use testkit::{btf_file, files, packed, testdata};

use self::in_folder::{put, run};

/// A directory, for commands that read no file.
const NOWHERE: &str = "/no/such/folder";

const PROGRAM: &str = env!("CARGO_BIN_EXE_modversions");

/// Examples that are not run here, by how they begin, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("MAKEFLAGS=", "builds a package of a kernel"),
    ("cd ", "for the next lines"),
    ("eval ", "changes the shell that runs; the completions are tried below"),
    ("export ", "for the next line"),
    ("git bisect", "builds kernels"),
    ("make ", "builds a kernel or its modules"),
    ("man ", "a pager"),
    ("modversions completions", "writes to /usr"),
    ("modversions kbuild", "changes a kernel tree: `--test kbuild` does that"),
    ("modversions man /usr", "writes to /usr"),
    ("modversions types", "needs a configured kernel tree: `--test types` has one"),
];

/// What is replaced in examples, to find it in the test's directory.
const ELSEWHERE: &[(&str, &str)] =
    &[("/lib/modules/6.12.117", "installed/lib/modules/6.12.117"), ("/sys/kernel/btf", "btf")];

/// The pages, by file name.
fn pages() -> BTreeMap<String, String> {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(PROGRAM);
    let status = command.args(["man", "pages"]).current_dir(folder.path());
    assert!(status.env("SOURCE_DATE_EPOCH", "1764547200").status().unwrap().success());
    let pages = files::read_below(&folder.path().join("pages")).unwrap();
    pages.into_iter().map(|(name, page)| (name, String::from_utf8(page).unwrap())).collect()
}

#[test]
fn each_command_and_topic_has_a_page_and_its_sections() {
    let pages = pages();
    let help = run(Path::new(NOWHERE), "--help").1;
    let listed = |after: &str| -> Vec<String> {
        let lines = help.split_once(after).unwrap().1.lines();
        let lines = lines.take_while(|line| !line.is_empty());
        // What is indented more continues the line before.
        let names = lines.filter_map(|line| line.strip_prefix("  "));
        let names = names.filter(|line| !line.starts_with(' '));
        names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    let (commands, topics) = (listed("Commands:\n"), listed("`modversions help TOPIC`:\n"));
    assert!(commands.len() > 14 && topics.len() > 5, "{commands:?} {topics:?}");
    assert_eq!(pages.len(), 1 + commands.len() + topics.len(), "{:?}", pages.keys());
    for command in &commands {
        let page = &pages[&format!("man1/modversions-{command}.1")];
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
            let title =
                if section.contains(' ') { format!("\"{section}\"") } else { section.into() };
            assert!(page.contains(&format!(".SH {title}\n")), "{command}: {section}\n{page}");
        }
        assert_eq!(run(Path::new(NOWHERE), &format!("help {command}")).0, 0, "{command}");
    }
    for topic in &topics {
        assert!(pages.contains_key(&format!("man5/modversions-{topic}.5")), "{topic}");
        let (status, text) = run(Path::new(NOWHERE), &format!("help {topic}"));
        assert!(status == 0 && text.starts_with(&format!("{topic}: ")), "{text}");
        assert!(text.lines().all(|line| line.len() <= 100), "{text}");
    }
    let (status, text) = run(Path::new(NOWHERE), "help pump");
    assert_eq!(
        (status, &*text),
        (2, "modversions: there is no command or topic 'pump' (`modversions help` lists them)\n")
    );
}

#[test]
fn what_a_page_refers_to_is_there() {
    let pages = pages();
    for (name, page) in &pages {
        for (before, rest) in page.match_indices("modversions").map(|(at, _)| page.split_at(at)) {
            let end = rest.find(['(', ' ', '\n', ',']).unwrap_or(rest.len());
            let section = rest[end..].strip_prefix('(').and_then(|rest| rest.chars().next());
            if let (Some(section @ ('1' | '5')), false) = (section, before.ends_with('/')) {
                let page = rest[..end].replace('\\', "").replace("fR", "");
                let path = format!("man{section}/{page}.{section}");
                assert!(pages.contains_key(&path), "{name}: {path}");
            }
        }
    }
}

/// Whether a program is there.
fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[test]
fn formatters_find_no_fault_with_the_pages() {
    let linters: [&[&str]; 2] =
        [&["mandoc", "-Tlint", "-Wwarning"], &["groff", "-k", "-man", "-Tutf8", "-ww", "-z"]];
    for (name, page) in pages() {
        for linter in linters.iter().filter(|linter| is_there(linter[0])) {
            let folder = TempDir::new().unwrap();
            put(folder.path(), &name, &page);
            let mut command = Command::new(linter[0]);
            let output =
                command.args(&linter[1..]).arg(folder.path().join(&name)).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(said.is_empty(), "{}: {said}\n{page}", linter[0]);
        }
    }
}

#[test]
fn shells_take_the_completions() {
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let (status, text) = run(Path::new(NOWHERE), &format!("completions {shell}"));
        assert_eq!(status, 0);
        for word in ["abi-diff", "symtypes", "stablelist"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
        if is_there(shell) {
            let folder = TempDir::new().unwrap();
            put(folder.path(), "completions", &text);
            let mut command = Command::new(shell);
            let output =
                command.arg(check).arg(folder.path().join("completions")).output().unwrap();
            assert!(output.status.success(), "{shell}: {output:?}");
        }
    }
    // What bash would offer for `modversions symtypes ver`.
    let script = "source completions; COMP_WORDS=(modversions symtypes ver); COMP_CWORD=2; \
                  _modversions modversions ver symtypes; echo \"${COMPREPLY[@]}\"";
    let folder = TempDir::new().unwrap();
    put(folder.path(), "completions", run(Path::new(NOWHERE), "completions bash").1);
    let output = Command::new("bash").args(["-c", script]).current_dir(folder.path()).output();
    assert_eq!(String::from_utf8(output.unwrap().stdout).unwrap(), "verify\n");
}

const SOURCE: &str = "struct pump { int level; struct pump *next; };\n\
    int pump_start(struct pump *pump) { return pump->level; }\n\
    #ifdef __GENKSYMS__\n__GENKSYMS_EXPORT_SYMBOL(pump_start);\n#endif\n";

const SYMVERS: &str = "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n";

const CONFIG: &str = "CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_MODULE_UNLOAD=y\n\
    CONFIG_MODVERSIONS=y\n";

/// A module, which loads if it was built against the right `module_layout`, whose CRC is 7.
fn module(name: &str, layout: u32) -> Vec<u8> {
    assemble(&module_text(name, layout)).unwrap()
}

/// The same module, which exports `gauge_read`.
fn exporting(text: String) -> Vec<u8> {
    let tables = "section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
        section __ksymtab_strings alloc\nstring \"\" gauge_read\nsymbol strings in=. section\n\
        section __ksymtab_gpl alloc\nu32 0 0 0\nrela __ksymtab_gpl\nreloc 0 2 text\n\
        reloc 4 2 strings 1\nreloc 8 2 strings 0\nsection __kcrctab_gpl alloc\nu32 171\n";
    assemble(&(text + tables)).unwrap()
}

fn module_text(name: &str, layout: u32) -> String {
    format!(
        "elf 64 little x86_64\nsection .modinfo alloc\n\
         string license=GPL name={name} intree=Y \"vermagic=6.12.117 SMP mod_unload modversions \"\n\
         section .gnu.linkonce.this_module alloc write\nzeros 64\n\
         section __versions alloc align=32\nu64 {layout}\nascii module_layout\nzeros 43\n\
         u64 8\nascii printk\nzeros 50\nsymbol printk global\n"
    )
}

/// The files that the examples name.
fn prepared() -> TempDir {
    let folder = TempDir::new().unwrap();
    let top = folder.path();
    for (path, bytes) in files::read_below(&testdata().join("abi-diff/change-layout")).unwrap() {
        put(top, &path, bytes);
    }
    put(top, "severities", "tank_drain PASS\n");
    put(top, "stablelist", "tank_drain\n");
    put(top, "old.list", "printk\n");
    put(top, "new.list", "rack_open\n");
    put(top, "accepted.toml", "");
    put(top, "policy.toml", "[gate]\nfail = ['change-layout']\nbaseline = 'accepted.toml'\n");
    put(top, "Module.symvers", SYMVERS);
    put(top, "symvers.gz", packed::gzip(SYMVERS.as_bytes()));
    put(top, "config-6.12.117", CONFIG);
    let build = "installed/lib/modules/6.12.117/build";
    put(top, &format!("{build}/Module.symvers"), SYMVERS);
    put(top, &format!("{build}/.config"), CONFIG);
    let of_kernel = "installed/lib/modules/6.12.117/kernel/flow.ko";
    put(top, of_kernel, module("flow", 7));
    let release = "#define UTS_RELEASE \"6.12.117\"\n";
    put(top, &format!("{build}/include/generated/utsrelease.h"), release);
    put(top, "pump.ko", module("pump", 7));
    put(top, "gauge.ko", exporting(module_text("gauge", 7)));
    put(top, "modules/pump.ko", module("pump", 7));
    put(top, "btf", btf_file::small_kernel(false).bytes());
    for (side, symvers) in [("OLD", SYMVERS.to_owned()), ("NEW", SYMVERS.replace("8\t", "9\t"))] {
        let files = [("usr/src/linux-headers/Module.symvers", symvers.as_bytes())];
        let package = packed::debian(&files, "", packed::plain);
        put(top, &format!("linux-image-{side}.deb"), package);
    }
    put(top, "x.c", SOURCE);
    let object = "elf 64 little x86_64\nsection .text alloc exec\nzeros 64\n\
                  section .modinfo alloc\nstring license=GPL description=hello\n";
    put(top, "hello.o", assemble(object).unwrap());
    put(top, "hello.mod", "hello.o\n");
    put(top, ".hello.o.cmd", "");
    let compile = ["-g", "-c", "x.c", "-o", "x.o"];
    assert!(Command::new("cc").args(compile).current_dir(top).status().unwrap().success());
    fs::create_dir(top.join("bin")).unwrap();
    std::os::unix::fs::symlink(PROGRAM, top.join("bin/modversions")).unwrap();
    folder
}

/// The lines of the examples of a page, as a shell takes them.
fn examples(page: &str) -> Vec<String> {
    let Some((_, rest)) = page.split_once(".SH EXAMPLES\n") else { return Vec::new() };
    let section = rest.split(".SH ").next().unwrap();
    let blocks = section.split(".EX\n").skip(1).map(|block| block.split(".EE").next().unwrap());
    let plain = |line: &str| line.replace("\\-", "-").replace("\\*(Aq", "'").replace("\\&", "");
    blocks.flat_map(str::lines).map(plain).map(|line| line.replace("\\\\", "\\")).collect()
}

#[test]
fn each_example_runs() {
    let folder = prepared();
    let path = std::env::join_paths(
        [folder.path().join("bin")]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    let (mut count, mut skipped) = (0, Vec::new());
    for (name, page) in pages() {
        for line in examples(&page) {
            if let Some((beginning, _)) = NOT_RUN.iter().find(|(it, _)| line.starts_with(it)) {
                skipped.push(*beginning);
                continue;
            }
            let line = ELSEWHERE.iter().fold(line, |line, (from, to)| line.replace(from, to));
            let mut command = Command::new("sh");
            command.args(["-c", &line]).current_dir(folder.path()).stdin(Stdio::null());
            // What an environment of a kernel build would change.
            command.env_remove("KERNELVERSION").env("PATH", &path);
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{name}: {line}\n{said}");
            assert!(!said.contains("error"), "{name}: {line}\n{said}");
            // A second page may have the same example.
            for made in ["apart", "pages"] {
                let _ = fs::remove_dir_all(folder.path().join(made));
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} examples");
    for (beginning, _) in NOT_RUN {
        assert!(skipped.contains(beginning), "no example begins with {beginning}");
    }
}

/// A script of docs/recipes.
fn recipe(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_scripts_of_the_recipes_do_what_they_say() {
    let folder = prepared();
    let top = folder.path();
    put(top, "kabi-check", recipe("kabi-check"));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md");
    assert!(fs::read_to_string(page).unwrap().contains(&recipe("kabi-check")));
    let policy = "[gate]\nfail = ['breaking', 'warning']\nbaseline = 'accepted.toml'\n";
    put(top, "kabi/policy.toml", policy);
    put(top, "kabi/accepted.toml", "");
    let path = [top.join("bin").to_str().unwrap(), &std::env::var("PATH").unwrap()].join(":");
    let status = |line: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(top).env("PATH", &path);
        command.env("MODULES", top.join("installed/lib/modules")).stdout(Stdio::null());
        command.stderr(Stdio::null()).status().unwrap().code().unwrap()
    };
    assert_eq!(status("sh kabi-check old old"), 0);
    assert_eq!(status("sh kabi-check old new"), 1);
    assert_eq!(status("sh kabi-check old gone"), 2);
    assert!(
        fs::read_to_string(top.join("abi-diff.json")).unwrap().contains("modversions/abi-diff")
    );
    let bless = "modversions abi-diff --gate kabi/policy.toml --bless kabi/accepted.toml old new";
    assert_eq!(status(bless), 0);
    assert_eq!(status("sh kabi-check old new"), 0);
}

#[test]
fn weak_modules_are_linked_where_they_load() {
    let folder = prepared();
    let top = folder.path();
    put(top, "weak-modules", recipe("weak-modules"));
    // Of two kernels that differ in module_layout only the first one has modules of others.
    let modules = top.join("installed/lib/modules");
    for (release, symvers) in [
        ("6.12.118", SYMVERS.to_owned()),
        ("6.12.119", SYMVERS.replace("00000007\tmodule_layout", "00000006\tmodule_layout")),
    ] {
        let build = format!("installed/lib/modules/{release}/build");
        put(top, &format!("{build}/Module.symvers"), symvers);
        put(top, &format!("{build}/.config"), CONFIG);
        let line = format!("#define UTS_RELEASE \"{release}\"\n");
        put(top, &format!("{build}/include/generated/utsrelease.h"), line);
    }
    let of_old = "installed/lib/modules/6.12.117/updates/dkms/pump.ko";
    put(top, of_old, module("pump", 7));
    let path = [top.join("bin").to_str().unwrap(), &std::env::var("PATH").unwrap()].join(":");
    // No depmod of this machine may run: it would write to the modules of its own kernels.
    put(top, "bin/depmod", "#!/bin/sh\n");
    use std::os::unix::fs::PermissionsExt;
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(top.join("bin/depmod"), executable).unwrap();
    let run_it = |script: &str, arguments: &str, list: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("printf '%s' '{list}' | sh {script} {arguments}")]);
        command.current_dir(top).env("PATH", &path).env("MODULES", &modules);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let link = |release: &str| fs::read_link(modules.join(release).join("weak-updates/pump.ko"));
    let module = top.join(of_old);

    run_it("weak-modules", "--add-modules", module.to_str().unwrap());
    assert_eq!(link("6.12.118").unwrap(), module);
    assert!(link("6.12.119").is_err() && link("6.12.117").is_err());
    run_it("weak-modules", "--remove-modules", module.to_str().unwrap());
    assert!(link("6.12.118").is_err());

    run_it("weak-modules", "--dry-run --add-kernel 6.12.118", "");
    assert!(link("6.12.118").is_err());
    run_it("weak-modules", "--add-kernel 6.12.118", "");
    run_it("weak-modules", "--add-kernel 6.12.119", "");
    assert_eq!(link("6.12.118").unwrap(), module);
    assert!(link("6.12.119").is_err());
    run_it("weak-modules", "--remove-kernel 6.12.117", "");
    assert!(link("6.12.118").is_err());

    // As a hook, and not where a module was built for the kernel itself.
    put(top, "kernel/postinst.d/00-weak-modules", recipe("weak-modules"));
    run_it("kernel/postinst.d/00-weak-modules", "6.12.118 /boot/vmlinuz-6.12.118", "");
    assert_eq!(link("6.12.118").unwrap(), module);
    fs::remove_file(modules.join("6.12.118/weak-updates/pump.ko")).unwrap();
    put(top, "installed/lib/modules/6.12.118/updates/dkms/pump.ko", "another one");
    run_it("kernel/postinst.d/00-weak-modules", "6.12.118", "");
    assert!(link("6.12.118").is_err());
}
