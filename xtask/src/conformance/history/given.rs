//! The kernels of the data set: Debian's 6.1 with its BTF, three made from it that follow it in time, and
//! the headers of 6.12.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use testkit::btf_file::{STRUCT, TYPEDEF, Writer};
use testkit::elf_text::assemble;

use super::own::own_answer;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::{self, USUAL};
use crate::run::files::files_below;

/// What a kernel exports.
#[derive(Clone)]
pub(super) struct Export {
    pub(super) crc: u32,
    pub(super) symbol: String,
    pub(super) module: String,
    pub(super) license: String,
    pub(super) namespace: String,
}

/// A kernel as it is given to `history add`.
pub(super) struct Given {
    /// What it calls itself.
    pub(super) release: String,
    /// Its pieces.
    pub(super) pieces: Vec<PathBuf>,
    /// Its exports, by its own `Module.symvers`.
    pub(super) exports: Vec<Export>,
}

impl Given {
    /// Its exports as rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.exports.iter().map(|it| {
            let crc = it.crc.to_string();
            let cells = [&self.release, &it.symbol, &crc, &it.module, &it.license, &it.namespace];
            cells.map(String::clone).to_vec()
        })
    }

    /// What `check` says of modules on it.
    pub(super) fn checked(&self, modules: &[PathBuf]) -> Result<Value> {
        let kernel = |piece: &PathBuf| ["--kernel".into(), piece.clone()];
        let pieces: Vec<PathBuf> = self.pieces.iter().flat_map(kernel).collect();
        own_answer("check", &[], &[modules, &pieces])
    }

    /// The kernel of these headers, with more pieces.
    fn of(release: String, headers: &Path, more: Vec<PathBuf>) -> Result<Given> {
        let file = headers.join("Module.symvers");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let exports = text.lines().map(export).collect::<Option<Vec<Export>>>();
        let exports = exports.with_context(|| format!("{}: a line is damaged", file.display()))?;
        let pieces = [vec![headers.to_owned()], more].concat();
        Ok(Given { release, pieces, exports })
    }
}

/// An export by its line.
fn export(line: &str) -> Option<Export> {
    let mut cells = line.split('\t');
    let crc = u32::from_str_radix(cells.next()?.strip_prefix("0x")?, 16).ok()?;
    let mut next = || cells.next().map(str::to_owned);
    let (symbol, module, license) = (next()?, next()?, next()?);
    Some(Export { crc, symbol, module, license, namespace: next()? })
}

/// All kernels, and modules of the first one.
pub(super) fn all_given(scratch: &Path) -> Result<(Vec<Given>, Vec<PathBuf>)> {
    let usual = DebianKernel::newest(kernels::usual())?;
    let (headers, (vmlinuz, release)) = (usual.headers()?, usual.vmlinuz()?);
    let modules = modules(&usual.image()?.join("lib/modules"))?;
    let first = Given::of(release, &headers, vec![vmlinuz])?;
    let mut all = Vec::new();
    for number in 1..=3 {
        let btf = (number > 1).then(|| btf(64 * (number - 2)));
        all.push(made(scratch, (&first, &headers), number, btf)?);
    }
    let newer = kernels::asked(kernels::Question::Exports).find(|it| it.name != USUAL);
    let newer = DebianKernel::newest(newer.context("there is one kernel only")?)?;
    let headers = newer.headers()?;
    all.push(Given::of(newer.vmlinuz()?.1, &headers, Vec::new())?);
    all.insert(0, first);
    Ok((all, modules))
}

/// Some modules of very different kinds.
fn modules(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = files_below(folder)?.into_iter().filter(|(_, it)| it.is_file());
    let found =
        found.map(|(path, _)| path).filter(|it| it.extension().is_some_and(|it| it == "ko"));
    Ok(found.step_by(500).map(|path| folder.join(path)).collect())
}

/// A kernel that follows another: of its exports the CRCs of many have changed, and a few have come,
/// gone, and become something else.
fn made(
    scratch: &Path,
    (first, headers): (&Given, &Path),
    number: u32,
    btf: Option<Vec<u8>>,
) -> Result<Given> {
    let mut numbers = first.release.splitn(3, '-');
    let mut next = || numbers.next().context("a release without a flavour");
    let (version, abi, flavour) = (next()?, next()?.parse::<u32>()?, next()?);
    let release = format!("{version}-{}-{flavour}", abi + number);
    let mut exports = first.exports.clone();
    for (at, export) in exports.iter_mut().enumerate() {
        if at % 3 == number as usize % 3 || export.symbol == "kfree_skb_reason" {
            export.crc = export.crc.wrapping_add(number);
        }
        if at % 5000 == 99 {
            export.license = ["EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL"]
                .into_iter()
                .find(|it| *it != export.license)
                .map(str::to_owned)
                .context("an export with no license")?;
        }
        if at % 4000 == 77 {
            export.namespace = format!("MADE_{number}");
        }
    }
    exports.retain(|it| it.crc % 9000 != number);
    let last = exports.last().cloned().context("a kernel that exports nothing")?;
    exports.push(Export { symbol: format!("made_{number}"), crc: number, ..last });
    let folder = scratch.join(&release);
    let generated = folder.join("include/generated");
    fs::create_dir_all(&generated)?;
    let line = |it: &Export| {
        let Export { crc, symbol, module, license, namespace } = it;
        format!("{crc:#010x}\t{symbol}\t{module}\t{license}\t{namespace}\n")
    };
    fs::write(folder.join("Module.symvers"), exports.iter().map(line).collect::<String>())?;
    fs::copy(headers.join(".config"), folder.join(".config"))?;
    fs::write(generated.join("utsrelease.h"), format!("#define UTS_RELEASE \"{release}\"\n"))?;
    fs::write(generated.join("compile.h"), "#define LINUX_COMPILE_BY \"debian-kernel\"\n")?;
    let mut pieces = vec![folder.clone()];
    if let Some(btf) = btf {
        let digits: String = btf.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("elf 64 little x86_64\nsection .BTF alloc\nhex {digits}\n");
        let vmlinux = folder.join("vmlinux");
        fs::write(&vmlinux, assemble(&text).map_err(anyhow::Error::msg)?)?;
        pieces.push(vmlinux);
    }
    Ok(Given { release, pieces, exports })
}

/// BTF of a few types that have other layouts in the kernel itself.
fn btf(before: u32) -> Vec<u8> {
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    let pid = btf.add("pid_t", TYPEDEF, 0, int, &[]);
    let members: [(&str, &[u32]); 2] =
        [("pid", &[pid, 8 * before]), ("tgid", &[pid, 8 * before + 32])];
    btf.list("task_struct", STRUCT, before + 8, &members);
    btf.list("file", STRUCT, before + 4, &[("f_flags", &[int, 8 * before])]);
    btf.bytes()
}
