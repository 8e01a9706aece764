//! The sample modules in `testdata/modules`: what stands beside their objects, and the calls that
//! both programs are given on them.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use modversions::elf::Target;

use super::trial::Call;
use crate::obtain::kernels::Kernel;
use crate::run::cache::cache_directory;
use crate::run::cache::made_whole;
use crate::run::product::workspace;

/// Where the samples are below the directory that modpost runs in. Modules there are staging ones.
pub const FOLDER: &str = "drivers/staging/samples";

/// The modules that modpost has nothing to say of when it is given all of them.
const GOOD: &[&str] = &[
    "exporter",
    "importer",
    "tables_numbers",
    "tables_texts",
    "tables_ranges",
    "tables_pointers",
    "quiet",
    "versioned",
];

/// Modules that end the program at once.
const FATAL: &[&str] = &["table_unterminated", "table_odd_size", "table_masked"];

/// Modules with tables whose entries have pointers. Debian builds its programs for 32-bit targets on
/// a 64-bit machine with pointers of 64 bits in these, so they know no such table of any 32-bit
/// kernel: there is nothing to compare with.
const WITH_POINTERS: &[&str] = &["tables_pointers", "table_masked", "table_odd_texts"];

/// Calls on the good modules, which are listed in `good.order`.
const ON_GOOD: &[&str] = &[
    "-M -m -e -i Module.symvers -o out.symvers -T good.order",
    "-m -e -i Module.symvers -o out.symvers -T good.order",
    "-M -m -i Module.symvers -o out.symvers -T good.order",
    "-M -m -a -e -i Module.symvers -o out.symvers -T good.order",
    "-M -a -i Module.symvers -o out.symvers -T good.order",
    "-M -i Module.symvers -T good.order",
    "-M -mae -iModule.symvers -oout.symvers -Tgood.order",
    "-M -m -W -E -N -d out.nsdeps -i Module.symvers -o out.symvers -T good.order",
    "-M -m -e -i Module.symvers -i extra.symvers -o out.symvers -T good.order",
    "-M -m -e -i Module.symvers -o out.symvers -T - <good.order",
    "-M -m -w -o out.symvers -T good.order",
    "-M -m -o out.symvers -T good.order",
    "-M -m -t -i Module.symvers -o out.symvers -T good.order",
    "-M -m -t -u some.symbols -i Module.symvers -o out.symvers -T good.order",
    "-M -m -t -u nosuch.symbols -i Module.symvers -o out.symvers -T good.order",
    "-M -m -u some.symbols -i Module.symvers -o out.symvers -T good.order",
    "-M -m -n -e -i Module.symvers -o out.symvers {folder}/nosuch.o -T good.order",
    "-M -m -i Module.symvers -o out.symvers vmlinux.o -T good.order",
    "-M -m -a -o out.symvers vmlinux.o",
    "-M -o out.symvers vmlinux.o -T good.order",
    "{folder}/exporter.o -M -m -e {folder}/importer.o -i Module.symvers -o out.symvers",
    "-M -m -e -i Module.symvers -o out.symvers {folder}/importer.o {folder}/exporter.o",
    "-M -m -e -i Module.symvers -o out.symvers -- {folder}/quiet.o",
    "-M -m -e -i good.symvers -i Module.symvers -o out.symvers {folder}/importer.o",
    "-M -m -i good.symvers -i Module.symvers -o out.symvers -T good.order",
    "-M -m -e -i Module.symvers -o out.symvers {folder}/quiet.o {folder}/quiet.o",
];

/// Calls on all modules that do not end the program, which are listed in `all.order`.
const ON_ALL: &[&str] = &[
    "-M -m -e -i Module.symvers -o out.symvers -T all.order",
    "-M -m -e -w -N -W -i Module.symvers -o out.symvers -d out.nsdeps -T all.order",
    "-M -m -a -E -w -N -i Module.symvers -i extra.symvers -o out.symvers -T all.order",
    "-m -w -i Module.symvers -o out.symvers -d out.nsdeps -T all.order",
];

/// Calls on each module alone. The exporter is there for those that need it.
const ON_EACH: &[&str] = &[
    "-M -m -e -i Module.symvers -o out.symvers {module}.o",
    "-M -m -w -N -i good.symvers -i Module.symvers -i extra.symvers -o out.symvers {module}.o",
    "-M -a -W -E -N -d out.nsdeps -i Module.symvers -o out.symvers {folder}/exporter.o {module}.o",
];

/// Calls with something wrong in the files or arguments.
const ON_ODD: &[&str] = &[
    "",
    "-m",
    "-x",
    "-Z -m",
    "-i",
    "-T",
    "-m -o",
    "-T nosuch.order",
    "-M -m -n -T nosuch.order",
    "-i nosuch.symvers -T good.order",
    "-M -i Module.symvers -o nosuch/out.symvers {folder}/quiet.o",
    "-M -i Module.symvers -d nosuch/out.nsdeps {folder}/quiet.o",
    "{folder}/nosuch.o",
    "-n {folder}/nosuch.o",
    "-M -n -i Module.symvers -o out.symvers {folder}",
    "Module.symvers",
    "{folder}/quiet.c",
    "-M -i Module.symvers -o out.symvers odd/empty.o",
    "-M -n -i Module.symvers -o out.symvers odd/empty.o",
    "-M -i Module.symvers -o out.symvers odd/text.o",
    "-M -i Module.symvers -o out.symvers odd/short.o",
    "-M -i Module.symvers -o out.symvers odd/cut.o",
    "-M -i Module.symvers -o out.symvers odd/executable.o",
    "-M -m -i Module.symvers -o out.symvers odd/unlisted.o",
    "-M -m -a -i Module.symvers -o out.symvers odd/unlisted.o",
    "-M -m -i Module.symvers -o out.symvers odd/uncommanded.o",
    "-M -a -i Module.symvers -o out.symvers odd/uncommanded.o",
    "-M -a -m -i Module.symvers -o out.symvers odd/sourceless.o",
    "-M -a -m -i Module.symvers -o out.symvers odd/misdescribed.o",
    "-M -i odd/few-columns.symvers {folder}/quiet.o",
    "-M -i odd/blank-line.symvers {folder}/quiet.o",
    "-M -i odd/no-number.symvers {folder}/quiet.o",
    "-M -i odd/no-name.symvers {folder}/quiet.o",
    "-M -m -i odd/unknown-kind.symvers -o out.symvers {folder}/quiet.o",
    "-M -m -i odd/unfinished.symvers -o out.symvers {folder}/quiet.o",
    "-M -m -i odd/twice.symvers -o out.symvers {folder}/quiet.o",
    "-M -m -e -i odd/twice.symvers -o out.symvers {folder}/quiet.o",
    "-M -m -i odd/carriage.symvers -o out.symvers {folder}/quiet.o",
    "-M -m -e -i Module.symvers -o out.symvers -T odd/blank.order",
    "-M -m -e -i Module.symvers -o out.symvers -T odd/unfinished.order",
];

/// Broken dumps and lists, by name.
const ODD_TEXTS: &[(&str, &str)] = &[
    ("empty.o", ""),
    ("text.o", "This is no object, although it is longer than the head of one: 64 bytes.\n"),
    ("few-columns.symvers", "0x00000001\tone\tvmlinux\n"),
    ("blank-line.symvers", "0x00000001\tone\tvmlinux\tEXPORT_SYMBOL\t\n\n"),
    ("no-number.symvers", "0x0000000g\tone\tvmlinux\tEXPORT_SYMBOL\t\n"),
    ("no-name.symvers", "0x00000001\t\tvmlinux\tEXPORT_SYMBOL\t\n"),
    (
        "unknown-kind.symvers",
        "0x1\tone\tvmlinux\tEXPORT_SYMBOL_ODD\t\n0x2\ttwo\tvmlinux\tEXPORT_SYMBOL\t\n",
    ),
    ("unfinished.symvers", "\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\tSPACE\tmore"),
    (
        "twice.symvers",
        "0x1\tone\tvmlinux\tEXPORT_SYMBOL\t\n0x2\tone\tother/two\tEXPORT_SYMBOL_GPL\t\n\
         0x3\tone\tother/two\tEXPORT_SYMBOL_GPL\tSPACE\n",
    ),
    ("carriage.symvers", "0x1\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\r\n"),
    ("blank.order", "drivers/staging/samples/quiet.o\n\ndrivers/staging/samples/versioned.o\n"),
    ("unfinished.order", "drivers/staging/samples/quiet.o\ndrivers/staging/samples/versioned.o"),
];

/// Copies of a good module's object, and what their list and their command file say.
const ODD_MODULES: &[(&str, Option<&str>, Option<&str>)] = &[
    ("unlisted", None, None),
    ("uncommanded", Some("odd/uncommanded.o\n"), None),
    ("sourceless", Some("odd/sourceless.o\n"), Some("source_odd/sourceless.o := odd/nosuch.c\n")),
    (
        "misdescribed",
        Some("odd/misdescribed.o\n\nodd/nosuch.o\n"),
        Some("deps_odd/misdescribed.o := \\\n  odd/nosuch.h \\\n\n#SYMVER sample_plain 0x1 \n"),
    ),
];

/// Names that are in `extra.symvers`: without them some samples lack what they use.
const EXTRA: &[&str] = &[
    "a_symbol_with_a_name_of_sixty_one_bytes_that_is_too_long_here",
    "a_symbol_with_a_name_of_sixty_bytes_that_is_very_long_alsoo",
    "a_symbol_with_a_name_of_exactly_fifty_six_bytes_or_so__",
    "a_symbol_with_a_name_of_exactly_fifty_five_bytes_or_so",
    "nobodys_1",
    "nobodys_13",
];

/// The folder with the sources.
pub fn sources() -> PathBuf {
    workspace().join("testdata/modules")
}

/// The file that says from which sources a directory was made.
const FINGERPRINT: &str = ".fingerprint";

/// The directory `name` in the cache with the samples made by `make`, made anew if the sources have
/// changed.
pub fn made(version: &str, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let directory = cache_directory()?.join("modpost").join(version).join(name);
    let fingerprint = fingerprint()?;
    let kept = fs::read_to_string(directory.join(FINGERPRINT)).unwrap_or_default();
    if kept != fingerprint {
        if directory.is_dir() {
            fs::remove_dir_all(&directory)?;
        }
        eprintln!("making {name} for linux {version}");
        made_whole(&directory, |scratch| {
            make(scratch)?;
            fs::write(scratch.join(FINGERPRINT), fingerprint).map_err(Into::into)
        })?;
    }
    Ok(directory)
}

/// A number that changes with the sources, and with what is done to them here.
fn fingerprint() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for folder in ["", "machines/linux"] {
        let folder = sources().join(folder);
        let mut files: Vec<PathBuf> = fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            hasher.write(file.as_os_str().as_encoded_bytes());
            hasher.write(&fs::read(file)?);
        }
    }
    for source in
        [include_str!("samples.rs"), include_str!("kbuild.rs"), include_str!("machines.rs")]
    {
        hasher.write(source.as_bytes());
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The modules that can be compared on `target`.
fn compared_modules(target: Target) -> Result<Vec<String>> {
    let mut modules = modules()?;
    modules.retain(|it| target.is_64_bit || !WITH_POINTERS.contains(&it.as_str()));
    Ok(modules)
}

/// The modules that the samples' makefile names.
pub fn modules() -> Result<Vec<String>> {
    let makefile = fs::read_to_string(sources().join("Kbuild"))?;
    let objects = makefile.lines().filter_map(|line| line.strip_prefix("obj-m += "));
    let names = objects.flat_map(str::split_whitespace);
    Ok(names.map(|object| object.trim_end_matches(".o").to_owned()).collect())
}

/// The objects that `module` is linked of, if the samples' makefile names any.
pub fn parts(module: &str) -> Result<Option<Vec<String>>> {
    let makefile = fs::read_to_string(sources().join("Kbuild"))?;
    let prefix = format!("{module}-y := ");
    let line = makefile.lines().find_map(|line| line.strip_prefix(&prefix));
    Ok(line.map(|line| {
        line.split_whitespace().map(|it| it.trim_end_matches(".o").to_owned()).collect()
    }))
}

/// What the samples' makefile tells the compiler of one object.
pub fn own_flags(part: &str) -> Result<Vec<String>> {
    let makefile = fs::read_to_string(sources().join("Kbuild"))?;
    let prefix = format!("CFLAGS_{part}.o := ");
    let flags = makefile.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default();
    Ok(flags.split_whitespace().map(str::to_owned).collect())
}

/// Adds to the built modules and `Module.symvers` in `directory` all that the calls name.
pub fn complete(directory: &Path, target: Target) -> Result<()> {
    let write = |name: &str, text: &str| {
        fs::write(directory.join(name), text).with_context(|| format!("cannot write {name}"))
    };
    let order = |is_listed: &dyn Fn(&str) -> bool| -> Result<String> {
        let mut modules = compared_modules(target)?;
        modules.retain(|module| is_listed(module));
        Ok(modules.iter().map(|module| format!("{FOLDER}/{module}.o\n")).collect())
    };
    write("all.order", &order(&|module| !FATAL.contains(&module))?)?;
    write("good.order", &order(&|module| GOOD.contains(&module))?)?;
    write("some.symbols", "sample_plain\nnosuch_symbol\n\nsample_gpl_spaced\nschedule")?;
    write("extra.symvers", &dump(EXTRA, "vmlinux"))?;
    write("good.symvers", &dump(&exported()?, "other/exporter"))?;
    fs::create_dir(directory.join("odd"))?;
    for (name, text) in ODD_TEXTS {
        write(&format!("odd/{name}"), text)?;
    }
    remove_checksums(&directory.join(FOLDER).join(".unversioned.o.cmd"))?;
    copy_objects(directory)
}

/// Objects that are not as they should be, and one that is the kernel's own.
fn copy_objects(directory: &Path) -> Result<()> {
    let exporter = fs::read(directory.join(FOLDER).join("exporter.o"))?;
    let write = |name: &str, content: &[u8]| fs::write(directory.join(name), content);
    write("odd/short.o", &exporter[..40])?;
    write("odd/cut.o", &exporter[..exporter.len() / 2])?;
    let mut executable = exporter.clone();
    // The type of a file, in either byte order: twice that of an object is that of a program.
    for byte in &mut executable[16..18] {
        *byte *= 2;
    }
    write("odd/executable.o", &executable)?;
    for (name, list, command) in ODD_MODULES {
        write(&format!("odd/{name}.o"), &exporter)?;
        if let Some(list) = list {
            write(&format!("odd/{name}.mod"), list.as_bytes())?;
        }
        if let Some(command) = command {
            write(&format!("odd/.{name}.o.cmd"), command.as_bytes())?;
        }
    }
    write("vmlinux.o", &exporter)?;
    let parts = parts("exporter")?.unwrap_or_default();
    let parts: String = parts.iter().map(|part| format!("{FOLDER}/{part}.o\n")).collect();
    write(".vmlinux.objs", parts.as_bytes())?;
    Ok(())
}

/// Takes the checksums out of a command file.
fn remove_checksums(path: &Path) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let kept = text.split_inclusive('\n').filter(|line| !line.starts_with("#SYMVER"));
    fs::write(path, kept.collect::<String>())?;
    Ok(())
}

/// The symbols that the samples export, by what their sources say.
pub fn exported() -> Result<Vec<String>> {
    let mut symbols = Vec::new();
    for module in modules()? {
        for part in parts(&module)?.unwrap_or(vec![module]) {
            let source = fs::read_to_string(sources().join(format!("{part}.c")))?;
            let exports = source.lines().filter(|line| line.starts_with("EXPORT_SYMBOL"));
            for export in exports {
                let (_, arguments) = export.split_once('(').context("an export of nothing")?;
                let name = arguments.split([',', ')']).next().context("an export of nothing")?;
                symbols.push(name.to_owned());
            }
        }
    }
    Ok(symbols)
}

/// The text of a dump.
pub fn dump(symbols: &[impl AsRef<str>], module: &str) -> String {
    let line =
        |symbol: &str| format!("{:#010x}\t{symbol}\t{module}\tEXPORT_SYMBOL\t\n", checksum(symbol));
    symbols.iter().map(|symbol| line(symbol.as_ref())).collect()
}

/// A made-up checksum; some are small, for those are written in another way.
pub fn checksum(symbol: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(symbol.as_bytes());
    let sum = hasher.finish();
    (sum as u32) >> (4 * (sum >> 32 & 7))
}

/// All calls on the samples that can be compared on `target`.
pub fn calls(kernel: &'static Kernel, target: Target) -> Result<Vec<Call>> {
    let calls = [ON_GOOD, ON_ALL, ON_ODD].concat();
    let calls = calls.into_iter().filter_map(|call| placed(call, kernel));
    Ok(calls.chain(calls_on_each(kernel, &compared_modules(target)?)).collect())
}

/// The calls on each of these samples alone.
pub fn calls_on_each(kernel: &'static Kernel, modules: &[String]) -> Vec<Call> {
    let on_module = |module: &String| {
        let module = format!("{FOLDER}/{module}");
        ON_EACH.iter().filter_map(move |call| placed(&call.replace("{module}", &module), kernel))
    };
    modules.iter().flat_map(on_module).collect()
}

/// The call as modpost of `kernel` knows it, with the place of the samples.
fn placed(call: &str, kernel: &'static Kernel) -> Option<Call> {
    Call::for_kernel(&call.replace("{folder}", FOLDER), kernel)
}
