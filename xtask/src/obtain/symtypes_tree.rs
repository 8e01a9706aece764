//! `cargo xtask symtypes-tree`: the types of a Debian kernel, as a build with KBUILD_SYMTYPES=1
//! leaves them, or with MODVERSIONS_ABI=1: a `.symtypes` or an `.abi` file for each C file that
//! exports, and the published `Module.symvers`.
//!
//! Kept in the cache as `symtypes/VERSION/` and `records/VERSION/`. The files are written by our
//! genksyms from the corpus; `cargo xtask conformance genksyms` shows that the kernel's own writes
//! the same `.symtypes`, and `conformance abi-record` what the records have beyond these.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use modversions::layout::data_model::X86_64;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::obtain::corpus::Corpus;
use crate::obtain::kernel_tree::Wanted;
use crate::run::cache::cache_directory;
use crate::run::cache::made_whole;
use crate::run::process::run as run_command;
use crate::run::product::Product;

/// A kind of file that says which types a C file's exports have.
struct Form {
    /// Where trees of these are kept in the cache.
    folder: &'static str,
    /// What the files' names end in, and what they are called.
    suffix: &'static str,
    /// The option of our genksyms that takes the name of the file to write.
    option: &'static str,
    /// The options beside it.
    beside: &'static [&'static str],
}

/// What KBUILD_SYMTYPES=1 leaves.
const SYMTYPES: Form =
    Form { folder: "symtypes", suffix: "symtypes", option: "-T", beside: &["-r", "/dev/null"] };

/// What MODVERSIONS_ABI=1 leaves.
const RECORDS: Form =
    Form { folder: "records", suffix: "abi", option: "--abi", beside: &["--arch", X86_64.name] };

/// The types of one kernel.
pub struct SymtypesTree {
    /// Where the tree is.
    pub directory: PathBuf,
}

/// The arguments of `cargo xtask symtypes-tree`.
#[derive(clap::Parser)]
struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    /// Write records (`.abi`), which have all attributes, in the place of `.symtypes` files.
    #[arg(long)]
    records: bool,
}

/// `cargo xtask symtypes-tree`: makes the tree, if it is not there, and prints where it is.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("symtypes-tree", arguments);
    let form = if arguments.records { &RECORDS } else { &SYMTYPES };
    if let Some(tree) = SymtypesTree::in_form(form, arguments.wanted)? {
        println!("{}", tree.directory.display());
    }
    Ok(())
}

impl SymtypesTree {
    /// The tree of `.symtypes` files of the kernel that is `wanted`. None, said on stderr, when the
    /// packages cannot be had; with `CI=true` that is an error.
    pub fn obtain(wanted: impl Into<Wanted>) -> Result<Option<SymtypesTree>> {
        SymtypesTree::in_form(&SYMTYPES, wanted.into())
    }

    /// The tree of files of this form. None as above.
    fn in_form(form: &Form, wanted: Wanted) -> Result<Option<SymtypesTree>> {
        let release = wanted.kernel.release.to_string();
        let corpus = Corpus::obtain(wanted, 1)?;
        corpus.map(|corpus| SymtypesTree::of(&corpus, &release, form)).transpose()
    }

    /// The tree of this corpus, made now if it is not there.
    fn of(corpus: &Corpus, release: &str, form: &Form) -> Result<SymtypesTree> {
        let version = corpus.packages.version.clone();
        let directory = cache_directory()?.join(form.folder).join(&version);
        if !directory.is_dir() {
            let product = Product::build()?;
            eprintln!("writing the {} of linux {version}", form.folder);
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left")?;
            let progress = ProgressBar::new(corpus.files.len() as u64).with_style(style);
            made_whole(&directory, |scratch| {
                fs::write(scratch.join("Module.symvers"), corpus.packages.published_symvers()?)?;
                corpus.files.par_iter().progress_with(progress).try_for_each(|file| {
                    let path = file.path.strip_suffix(".c").context("a C file ends in .c")?;
                    let types = scratch.join(format!("{path}.{}", form.suffix));
                    fs::create_dir_all(types.parent().context("it is in the scratch directory")?)?;
                    let mut source = tempfile::tempfile()?;
                    file.unpack(&mut source)?;
                    let mut command = product.genksyms(release);
                    command.arg(form.option).arg(&types).args(form.beside);
                    run_command(command.stdin(rewound(source)?).stdout(Stdio::null()))
                })
            })?;
        }
        Ok(SymtypesTree { directory })
    }
}

/// The file, to be read from its beginning.
fn rewound(mut file: File) -> Result<File> {
    use std::io::Seek;
    file.rewind()?;
    Ok(file)
}
