//! `cargo xtask conformance gendwarfksyms`: the kernel's own program and ours on the same objects of
//! a kernel, one by one and linked into one, compared byte for byte; and the kernel's on the cases.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use testkit::elf_text;

use super::compare_each;
use crate::obtain::debug_objects::{DebugObject, DebugObjects};
use crate::obtain::or_skip;
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
pub fn compare() -> Result<Option<usize>> {
    let Some(objects) = or_skip(DebugObjects::obtain(), "objects with debugging information")?
    else {
        return Ok(None);
    };
    let product = Product::build()?;
    let count = objects.objects.len();
    println!("gendwarfksyms against that of linux-source {}: {count} objects", objects.version);
    let compared = compare_each(&objects.objects, |object| {
        let mut found = Vec::new();
        let is_small = fs::metadata(&object.path)?.len() < LARGEST_DUMPED;
        for call in CALLS.iter().chain(if is_small { DUMPS } else { &[] }) {
            found.push(compare_call(&objects.program, &product, object, *call)?);
        }
        Ok(found)
    })?;
    let mut found: Vec<Compared> = compared.into_iter().flatten().collect();
    for call in [CALLS[0], CALLS[1]] {
        found.push(compare_call(&objects.program, &product, &objects.linked, call)?);
    }
    let exports: usize = found.iter().map(|compared| compared.exports).sum();
    let mut different: Vec<String> = found.into_iter().flat_map(|it| it.differences).collect();
    println!("{exports} CRCs in {} differences", different.len());
    let cases = cases(&objects.program)?;
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

fn compare_call(
    program: &Path,
    product: &Product,
    object: &DebugObject,
    (arguments, sorts): (&[&str], bool),
) -> Result<Compared> {
    let mut ours = product.command();
    ours.arg("gendwarfksyms");
    let theirs = answer(Command::new(program).arg0("gendwarfksyms"), arguments, object)?;
    let ours = answer(&mut ours, arguments, object)?;
    ensure!(theirs.output.status.success(), "{}: upstream failed", object.name);
    let lines = |answer: &Answer| {
        let mut lines: Vec<_> = answer.output.stderr.split(|byte| *byte == b'\n').collect();
        if sorts {
            lines.sort_unstable();
        }
        lines.concat()
    };
    let parts = [
        ("status", theirs.output.status == ours.output.status),
        ("stdout", theirs.output.stdout == ours.output.stdout),
        ("stderr", lines(&theirs) == lines(&ours)),
        ("symtypes", theirs.symtypes == ours.symtypes),
    ];
    let name = |part: &str| format!("{}: {} {part}", object.name, arguments.join(" "));
    let different = parts.into_iter().filter(|(_, is_equal)| !is_equal);
    Ok(Compared {
        exports: theirs.output.stdout.iter().filter(|byte| **byte == b'\n').count(),
        differences: different.map(|(part, _)| name(part)).collect(),
    })
}

/// What a run leaves behind.
struct Answer {
    output: Output,
    symtypes: Option<Vec<u8>>,
}

fn answer(command: &mut Command, arguments: &[&str], object: &DebugObject) -> Result<Answer> {
    let folder = TempDir::new()?;
    let list = File::open(&object.exports)?;
    command.args(arguments).arg(&object.path).current_dir(folder.path());
    let output = command.env_remove("KERNELVERSION").stdin(list).output()?;
    Ok(Answer { output, symtypes: fs::read(folder.path().join("symtypes")).ok() })
}

/// What the cases expect that the kernel's program does not answer.
fn cases(program: &Path) -> Result<Vec<String>> {
    let mut different = Vec::new();
    for entry in fs::read_dir(testkit::testdata().join("gendwarfksyms"))? {
        let case = entry?.path();
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let parts = case_differences(program, &case).with_context(|| name.clone())?;
        different.extend(parts.into_iter().map(|part| format!("case {name}: {part}")));
    }
    different.sort();
    Ok(different)
}

fn case_differences(program: &Path, case: &Path) -> Result<Vec<&'static str>> {
    let folder = TempDir::new()?;
    if let Ok(text) = fs::read_to_string(case.join("x.o.elf.txt")) {
        let object = elf_text::assemble(&text).map_err(anyhow::Error::msg)?;
        fs::write(folder.path().join("x.o"), object)?;
    }
    let mut command = Command::new(program);
    command.arg0("gendwarfksyms").current_dir(folder.path());
    command.args(fs::read_to_string(case.join("command"))?.split_whitespace());
    command.stdin(File::open(case.join("list"))?).stdout(Stdio::piped());
    let output = command.output()?;
    let expected = |name: &str| fs::read(case.join("expect").join(name)).unwrap_or_default();
    let status = format!("{}\n", output.status.code().unwrap_or(-1));
    let symtypes = fs::read(folder.path().join("symtypes")).unwrap_or_default();
    let parts = [
        ("status", status.into_bytes()),
        ("stdout", output.stdout),
        ("stderr", output.stderr),
        ("symtypes", symtypes),
    ];
    let different = parts.into_iter().filter(|(name, answer)| expected(name) != *answer);
    Ok(different.map(|(name, _)| name).collect())
}
