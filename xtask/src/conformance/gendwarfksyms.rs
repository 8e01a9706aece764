//! `cargo xtask conformance gendwarfksyms`: the kernel's own program and ours on the same objects of
//! a kernel, one by one and linked into one, compared byte for byte; and the kernel's on the cases.
//! `--tree DIR` takes the objects of another kernel, and `--program FILE --release R` compares with that of another release, on the cases, too.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use modversions::release::{Behaviour, SymtypesOrder};
use tempfile::TempDir;
use testkit::elf_text;

use super::compare_each;
use crate::obtain::debug_objects::{DebugObject, DebugObjects};
use crate::run::product::Product;

/// How both are called, and whether the lines on standard error are in an order that differs from
/// run to run.
const CALLS: &[(&[&str], bool)] = &[
    (&["-T", "symtypes"], false),
    (&["--stable", "-T", "symtypes"], false),
    (&["--dump-versions"], false),
];

/// How they are called on smaller objects, too: these dumps are up to a hundred times as large as
/// the object.
const DUMPS: &[(&[&str], bool)] =
    &[(&["--dump-types", "--symtypes=symtypes"], true), (&["--dump-dies"], false)];

/// The largest object, in bytes, that has [`DUMPS`].
const LARGEST_DUMPED: u64 = 300_000;

/// Compares and prints the result. The number of differences; none when there is nothing to
/// compare with.
///
/// `given` is another program than that of the objects' kernel, and its release; `tree` has other objects.
pub fn compare(given: Option<(&Path, &str)>, tree: Option<&Path>) -> Result<Option<usize>> {
    let Some(objects) = DebugObjects::of(tree)? else {
        return Ok(None);
    };
    let product = Product::build()?;
    let count = objects.objects.len();
    let programs = match given {
        None => {
            println!("gendwarfksyms against that of {}: {count} objects", objects.title);
            Programs { theirs: &objects.program, product: &product, release: None }
        }
        Some((theirs, release)) => {
            println!("gendwarfksyms against {} ({release}): {count} objects", theirs.display());
            Programs { theirs, product: &product, release: Some(release) }
        }
    };
    let compared = compare_each(&objects.objects, |object| {
        let mut found = Vec::new();
        let is_small = fs::metadata(&object.path)?.len() < LARGEST_DUMPED;
        for call in CALLS.iter().chain(if is_small { DUMPS } else { &[] }) {
            found.push(programs.compare(object, *call)?);
        }
        Ok(found)
    })?;
    let mut found: Vec<Compared> = compared.into_iter().flatten().collect();
    // Upstream's takes a minute for each.
    let of_linked = [CALLS[0], CALLS[1]];
    found.extend(compare_each(&of_linked, |call| programs.compare(&objects.linked, *call))?);
    let exports: usize = found.iter().map(|compared| compared.exports).sum();
    let mut different: Vec<String> = found.into_iter().flat_map(|it| it.differences).collect();
    println!("{exports} CRCs in {} differences", different.len());
    let cases = programs.cases()?;
    println!("cases: {} differences", cases.len());
    different.extend(cases);
    different.iter().take(20).for_each(|difference| println!("  {difference}"));
    Ok(Some(different.len()))
}

/// What came out of one call.
struct Compared {
    /// How many CRCs were written.
    exports: usize,
    /// What differs.
    differences: Vec<String>,
}

/// Writes what the kernel's program answers as the expectations of cases that have none; returns in
/// how many parts others differ.
pub fn write_expectations(given: Option<(&Path, &str)>) -> Result<usize> {
    let objects = DebugObjects::obtain()?;
    let product = Product::build()?;
    let theirs = given.map_or(&*objects.program, |(theirs, _)| theirs);
    let programs = Programs { theirs, product: &product, release: given.map(|(_, it)| it) };
    for case in cases()?.iter().filter(|case| programs.is_of(case)) {
        let expected = case.join("expect");
        if expected.exists() {
            continue;
        }
        fs::create_dir(&expected)?;
        let answer = case_answer(programs.theirs(), case)?;
        for (name, content) in answer.parts() {
            if !content.is_empty() || (name == "symtypes" && answer.symtypes.is_some()) {
                fs::write(expected.join(name), content)?;
            }
        }
        println!("{}: written", case.display());
    }
    let different = programs.cases()?;
    different.iter().for_each(|difference| println!("  {difference}"));
    Ok(different.len())
}

/// The two programs.
struct Programs<'p> {
    theirs: &'p Path,
    product: &'p Product,
    /// The release that theirs is of, where that is not the objects'.
    release: Option<&'p str>,
}

impl Programs<'_> {
    fn ours(&self) -> Command {
        let mut command = self.product.command();
        command.arg("gendwarfksyms").env_remove("KERNELVERSION");
        command.args(self.release.iter().flat_map(|release| ["--kernel", *release]));
        command
    }

    fn theirs(&self) -> Command {
        let mut command = Command::new(self.theirs);
        command.arg0("gendwarfksyms");
        command
    }

    /// Whether lines of one hash are in an order that differs from run to run.
    fn is_order_open(&self) -> bool {
        let release = self.release.and_then(|release| release.parse().ok());
        let order = release.map(|release| Behaviour::at(release).gendwarfksyms.symtypes_order);
        order == Some(SymtypesOrder::Hash)
    }

    fn compare(
        &self,
        object: &DebugObject,
        (arguments, sorts): (&[&str], bool),
    ) -> Result<Compared> {
        let theirs = answer(&mut self.theirs(), arguments, object)?;
        let ours = answer(&mut self.ours(), arguments, object)?;
        ensure!(theirs.output.status.success(), "{}: upstream failed", object.name);
        let exports = theirs.output.stdout.iter().filter(|byte| **byte == b'\n').count();
        let different = self.differing(theirs, ours, sorts);
        let name = |part: &str| format!("{}: {} {part}", object.name, arguments.join(" "));
        Ok(Compared { exports, differences: different.into_iter().map(name).collect() })
    }

    /// What differs between two answers.
    fn differing(&self, theirs: Answer, ours: Answer, sorts: bool) -> Vec<&'static str> {
        let lines = |text: &[u8]| {
            let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            if sorts {
                lines.sort_unstable();
            }
            lines
        };
        let types = |answer: &Answer| {
            let text = answer.symtypes.as_deref()?;
            let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            if self.is_order_open() {
                // Within each list of the hash table only.
                let hashes = |line: &[u8]| bucket(line.split(|byte| *byte == b' ').next());
                lines.chunk_by_mut(|one, other| hashes(one) == hashes(other)).for_each(|list| {
                    list.sort_unstable();
                });
            }
            Some(lines)
        };
        let parts = [
            ("status", theirs.output.status == ours.output.status),
            ("stdout", theirs.output.stdout == ours.output.stdout),
            ("stderr", lines(&theirs.output.stderr) == lines(&ours.output.stderr)),
            ("symtypes", types(&theirs) == types(&ours)),
        ];
        parts.into_iter().filter(|(_, is_equal)| !is_equal).map(|(part, _)| part).collect()
    }

    /// What the cases expect that the kernel's program does not answer, and where ours answers
    /// otherwise than a program that was given.
    fn cases(&self) -> Result<Vec<String>> {
        let mut different = Vec::new();
        for case in cases()? {
            let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let parts = self.case_differences(&case).with_context(|| name.clone())?;
            different.extend(parts.into_iter().map(|part| format!("case {name}: {part}")));
        }
        Ok(different)
    }

    /// Whether the expectation of a case is of this release.
    fn is_of(&self, case: &Path) -> bool {
        let release = fs::read_to_string(case.join("kernel")).ok();
        release.as_deref().map(str::trim) == self.release
    }

    fn case_differences(&self, case: &Path) -> Result<Vec<&'static str>> {
        let theirs = case_answer(self.theirs(), case)?;
        let mut different = Vec::new();
        if self.is_of(case) {
            let expected =
                |name: &str| fs::read(case.join("expect").join(name)).unwrap_or_default();
            let parts = theirs.parts();
            let not_it = parts.iter().filter(|(name, answer)| expected(name) != *answer);
            different.extend(not_it.map(|(name, _)| *name));
        }
        // Otherwise the tests compare ours.
        if self.release.is_some() {
            different.extend(self.differing(theirs, case_answer(self.ours(), case)?, false));
        }
        Ok(different)
    }
}

/// The folders of all cases.
fn cases() -> Result<Vec<PathBuf>> {
    let folder = fs::read_dir(testkit::testdata().join("gendwarfksyms"))?;
    let mut cases: Vec<_> = folder.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    cases.sort();
    Ok(cases)
}

/// What a program answers to a case.
fn case_answer(mut command: Command, case: &Path) -> Result<Answer> {
    let folder = TempDir::new()?;
    if let Ok(text) = fs::read_to_string(case.join("x.o.elf.txt")) {
        let object = elf_text::assemble(&text).map_err(anyhow::Error::msg)?;
        fs::write(folder.path().join("x.o"), object)?;
    }
    command.args(fs::read_to_string(case.join("command"))?.split_whitespace());
    command.current_dir(folder.path()).stdin(File::open(case.join("list"))?);
    let output = command.output()?;
    Ok(Answer { output, symtypes: fs::read(folder.path().join("symtypes")).ok() })
}

/// Which of the C program's lists a name is in.
fn bucket(name: Option<&[u8]>) -> u32 {
    let hash = name.unwrap_or_default().iter().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ (*byte as i8) as u32).wrapping_mul(0x0100_0193)
    });
    hash & 0xfff
}

/// What a run leaves behind.
struct Answer {
    output: Output,
    symtypes: Option<Vec<u8>>,
}

impl Answer {
    /// Its parts, as the files of a case are called; what is not there is empty.
    fn parts(&self) -> [(&'static str, Vec<u8>); 4] {
        let status = format!("{}\n", self.output.status.code().unwrap_or(-1));
        [
            ("status", status.into_bytes()),
            ("stdout", self.output.stdout.clone()),
            ("stderr", self.output.stderr.clone()),
            ("symtypes", self.symtypes.clone().unwrap_or_default()),
        ]
    }
}

fn answer(command: &mut Command, arguments: &[&str], object: &DebugObject) -> Result<Answer> {
    let folder = TempDir::new()?;
    let list = File::open(&object.exports)?;
    command.args(arguments).arg(&object.path).current_dir(folder.path());
    let output = command.env_remove("KERNELVERSION").stdin(list).output()?;
    Ok(Answer { output, symtypes: fs::read(folder.path().join("symtypes")).ok() })
}
