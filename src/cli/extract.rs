//! `modversions extract`: a `Module.symvers` from what is installed.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure, Result};
use super::files::write_all_whole;
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io};
use crate::corpus::Release;
use crate::formats::symvers::{self, Record};
use crate::inputs::progress::Progress;
use crate::inputs::release::exports_of;
use crate::kernel::{Export, Exports};
use crate::shown::counted;

/// Write the Module.symvers of an installed kernel, or of modules alone
///
/// For whoever has no build tree. PATH is a kernel image or vmlinux, a directory with modules
/// (/lib/modules/RELEASE), a package, or single modules; several are pieces of one kernel. The kernel
/// itself is in /boot. Lines are sorted: the kernel itself first, then by module and symbol. What only modules
/// import is left out, since its license and namespace are unknown: see --imports.
#[derive(Args)]
pub(super) struct Arguments {
    /// The kernel, or modules
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where to write it, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add symbols of which only the CRC is known, since modules import them, as EXPORT_SYMBOL of vmlinux
    #[arg(long)]
    imports: bool,
    /// Write to FILE where each line is from: SYMBOL and `list`, `kernel`, `module` or `import`, with a
    /// tab between them
    #[arg(long, value_name = "FILE")]
    origins: Option<PathBuf>,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

/// Where a line is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    List,
    Kernel,
    Module,
    Import,
}

impl Source {
    const ALL: [Source; 4] = [Source::List, Source::Kernel, Source::Module, Source::Import];

    fn of(export: &Export) -> Source {
        match export {
            _ if export.line > 0 => Source::List,
            _ if export.is_import => Source::Import,
            _ if export.is_kernels() => Source::Kernel,
            _ => Source::Module,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Source::List => "list",
            Source::Kernel => "kernel",
            Source::Module => "module",
            Source::Import => "import",
        }
    }

    /// What there is to say of so many lines.
    fn words(self, count: usize) -> String {
        match self {
            Source::List => format!("{count} from a list of exports that was there"),
            Source::Kernel => format!("{count} from the kernel itself"),
            Source::Module => format!("{count} from its modules"),
            Source::Import => {
                format!("{count} from imports of modules, license and namespace unknown")
            }
        }
    }
}

/// A line: the symbol, and what is known of it.
type Line<'a> = (&'a [u8], &'a Export);

impl Arguments {
    /// Writes the exports: [`Exit::Good`], or a failure if there is none.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let limits = self.resources.limits();
        let found = Progress::during(environment.progress, "reading", |progress| {
            exports_of(&self.paths, limits, progress)
        });
        let (Release { title, exports, .. }, remarks) = found?;
        for remark in remarks {
            io.say(&remark);
        }
        let exports = exports.unwrap_or_default();
        let lines = lines(&exports, self.imports);
        if lines.is_empty() {
            return Err(Failure([&title[..], b": it exports nothing"].concat()));
        }
        io.say(&[&title[..], summary(&lines).as_bytes()].concat());
        let text: Vec<u8> = lines.iter().flat_map(line).collect();
        let origins = self.origins.as_deref();
        let origins = origins.map(|path| (path, lines.iter().flat_map(origin).collect()));
        match self.output.as_deref() {
            Some(path) => write_all_whole(origins.into_iter().chain([(path, text)]))?,
            None => {
                write_all_whole(origins)?;
                io.write(&text)?;
            }
        }
        Ok(Exit::Good)
    }
}

/// The exports that are written, in order.
fn lines(exports: &Exports, has_imports: bool) -> Vec<Line<'_>> {
    let symbols = exports.symbols().filter_map(|symbol| Some((symbol, exports.get(symbol)?)));
    let mut lines: Vec<Line<'_>> =
        symbols.filter(|(_, export)| has_imports || !export.is_import).collect();
    lines.sort_unstable_by_key(|(symbol, it)| (!it.is_kernels(), &it.module[..], *symbol));
    lines
}

fn line(&(symbol, export): &Line<'_>) -> Vec<u8> {
    let module: &[u8] = if export.module.is_empty() { b"vmlinux" } else { &export.module[..] };
    let kind: &[u8] = match export.is_gpl {
        Some(true) => b"EXPORT_SYMBOL_GPL",
        Some(false) | None => b"EXPORT_SYMBOL",
    };
    let namespace = export.namespace();
    symvers::line(&Record { crc: export.crc_or_zero(), symbol, module, export: kind, namespace })
}

fn origin(&(symbol, export): &Line<'_>) -> Vec<u8> {
    [symbol, b"\t", Source::of(export).word().as_bytes(), b"\n"].concat()
}

/// How many lines are from where.
fn summary(lines: &[Line<'_>]) -> String {
    let mut text = format!(": {}", counted(lines.len(), "export"));
    let mut separator = ": ";
    for from in Source::ALL {
        let count = lines.iter().filter(|(_, export)| Source::of(export) == from).count();
        if count > 0 {
            // Nothing can go wrong in memory.
            let _ = write!(text, "{separator}{}", from.words(count));
            separator = ", ";
        }
    }
    text
}
