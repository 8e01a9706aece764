//! Modules that say again what they export. Linking a module sorts its exports into tables that
//! modpost does not look at; here they are put back beside its code as the compiler emitted them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use modversions::release::{Behaviour, ExportEncoding};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{SYMVERS, exports_by_module};
use crate::obtain::debian::require_installed;
use crate::obtain::kernels::Kernel;
use crate::run::process::read;
use crate::run::working_copy::copy_tree;

/// Fills `target` with the modules of `linked`, those that export something with their exports.
pub fn give_back(target: &Path, linked: &Path, kernel: &Kernel) -> Result<()> {
    require_installed(&["binutils"])?;
    copy_tree(linked, target)?;
    let symvers = fs::read_to_string(linked.join(SYMVERS))?;
    let modules: Vec<_> = exports_by_module(&symvers)
        .into_iter()
        .filter(|(module, _)| *module != "vmlinux")
        .collect();
    modules
        .par_iter()
        .map(|(module, lines)| {
            let object = target.join(format!("{module}.o"));
            let source: String = lines.iter().filter_map(|line| export(line, kernel)).collect();
            add_to_object(&object, &source).with_context(|| (*module).to_owned())
        })
        .collect()
}

/// Assembles `source` and links it behind the object.
fn add_to_object(object: &Path, source: &str) -> Result<()> {
    let scratch = tempfile::tempdir_in(object.parent().context("an object is in a directory")?)?;
    let place = |name: &str| scratch.path().join(name);
    fs::write(place("exports.s"), source)?;
    read(Command::new("as").arg("-o").arg(place("exports.o")).arg(place("exports.s")))?;
    let mut link = Command::new("ld");
    link.arg("-r").arg("-o").arg(place("both.o")).arg(object).arg(place("exports.o"));
    read(&mut link)?;
    fs::rename(place("both.o"), object)?;
    Ok(())
}

/// The assembler source of one export, from its line in the dump, as modpost of `kernel` wants it.
fn export(line: &str, kernel: &Kernel) -> Option<String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [_, symbol, _, kind, namespace] = columns[..] else {
        return None;
    };
    let is_gpl = kind.ends_with("_GPL");
    Some(match Behaviour::at(kernel.release).modpost.exports {
        ExportEncoding::KsymtabSymbols => {
            let table = if is_gpl { "___ksymtab_gpl" } else { "___ksymtab" };
            format!(
                ".section \"{table}+{symbol}\", \"a\"\n\
                 __ksymtab_{symbol}:\n\
                 .long {symbol} - ., __kstrtab_{symbol} - ., __kstrtabns_{symbol} - .\n\
                 .section \"__ksymtab_strings\", \"aMS\", %progbits, 1\n\
                 __kstrtab_{symbol}: .asciz \"{symbol}\"\n\
                 __kstrtabns_{symbol}: .asciz \"{namespace}\"\n"
            )
        }
        ExportEncoding::ExportSymbolSection => {
            let license = if is_gpl { "GPL" } else { "" };
            format!(
                ".section \".export_symbol\", \"a\"\n\
                 __export_symbol_{symbol}: .asciz \"{license}\"\n.asciz \"{namespace}\"\n\
                 .balign 8\n.quad {symbol}\n"
            )
        }
    })
}
