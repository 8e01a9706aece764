//! `cargo xtask symtypes-tree`: the types of a Debian kernel, as a build with KBUILD_SYMTYPES=1
//! leaves them: a `.symtypes` file for each C file that exports, and the published
//! `Module.symvers`.
//!
//! Kept in the cache as `symtypes/VERSION/`. The files are written by our genksyms from the corpus;
//! `cargo xtask conformance genksyms` shows that the kernel's own writes the same.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::corpus::Corpus;
use crate::debian::cache_directory;
use crate::module_set::made_whole;
use crate::process::run as run_command;
use crate::product::Product;
use crate::upstream::Kernel;

/// The types of one kernel.
pub struct SymtypesTree {
    /// Where the tree is.
    pub directory: PathBuf,
}

/// The arguments of `cargo xtask symtypes-tree`.
#[derive(clap::Parser)]
struct Arguments {
    /// Which kernel: 6.1 or 6.12.
    #[arg(long, default_value = "6.1")]
    kernel: Kernel,
}

/// `cargo xtask symtypes-tree`: makes the tree, if it is not there, and prints where it is.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("symtypes-tree", arguments);
    if let Some(tree) = SymtypesTree::obtain(arguments.kernel)? {
        println!("{}", tree.directory.display());
    }
    Ok(())
}

impl SymtypesTree {
    /// The tree of `kernel`. None, said on stderr, when the packages cannot be had; with `CI=true`
    /// that is an error.
    pub fn obtain(kernel: Kernel) -> Result<Option<SymtypesTree>> {
        let release = match kernel {
            Kernel::V6_1 => "6.1",
            Kernel::V6_12 => "6.12",
            Kernel::Newest => bail!("sid's kernel is taken for its programs only"),
        };
        Corpus::obtain(kernel, 1)?.map(|corpus| SymtypesTree::of(&corpus, release)).transpose()
    }

    /// The tree of this corpus, made now if it is not there.
    fn of(corpus: &Corpus, release: &str) -> Result<SymtypesTree> {
        let version = corpus.packages.version.clone();
        let directory = cache_directory()?.join("symtypes").join(&version);
        if !directory.is_dir() {
            let product = Product::build()?;
            eprintln!("writing the types of linux {version}");
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left")?;
            let progress = ProgressBar::new(corpus.files.len() as u64).with_style(style);
            made_whole(&directory, |scratch| {
                fs::write(scratch.join("Module.symvers"), corpus.packages.published_symvers()?)?;
                corpus.files.par_iter().progress_with(progress).try_for_each(|file| {
                    let path = file.path.strip_suffix(".c").context("a C file ends in .c")?;
                    let types = scratch.join(format!("{path}.symtypes"));
                    fs::create_dir_all(types.parent().context("it is in the scratch directory")?)?;
                    let mut source = tempfile::tempfile()?;
                    file.unpack(&mut source)?;
                    let mut command = product.genksyms(release);
                    command.arg("-T").arg(&types).args(["-r", "/dev/null"]);
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
