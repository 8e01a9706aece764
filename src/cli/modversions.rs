//! The command line of everything that is not a drop-in. The one home of clap.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{Environment, Io, abi_diff, check, kbuild, layout, symtypes};
use crate::corpus::LayoutsFrom;
use crate::layout::data_model::{DATA_MODELS, DataModel, X86_64, data_model};
use crate::release;

const ABOUT: &str = "The Linux kernel's symbol-versioning tools, exact and fast";

const LONG_ABOUT: &str = "\
The Linux kernel's symbol-versioning tools, exact and fast.

A kernel with CONFIG_MODVERSIONS gives each exported symbol a CRC of its C declaration, types and \
all. A module is only loaded if it was built against the same CRCs. The program that computes them \
is genksyms: it reads one preprocessed source file and writes one line for each export.

modpost reads the linked objects, checks what each module uses against what is exported, and writes \
the C file that carries a module's versions, dependencies and aliases.

Each tool is also a drop-in for the kernel's own, byte for byte, when it is called by that name: \
make a link called `genksyms` or `modpost`.";

const EXAMPLES: &str = "\
Examples:
  In a kernel tree, after make modules_prepare:
    modversions kbuild enable /path/to/linux

  Against installed headers, which stay as they are:
    modversions kbuild overlay /usr/src/linux-headers-$(uname -r) ~/headers
    make -C ~/headers M=$PWD modules

  By hand, for the genksyms of one release:
    gcc -E -D__GENKSYMS__ x.c | modversions genksyms --kernel 6.12 -T x.symtypes

  One module by hand, for the modpost of one release:
    modversions modpost --kernel 6.12 -Mme -i Module.symvers -o out hello.o

  Before a kernel is booted, whether a module will load on it, and if not, why:
    modversions check pump.ko --kernel /lib/modules/6.12.117

  What changed between two kernels of a distribution, of which there are only packages:
    modversions abi-diff linux-image-OLD.deb linux-image-NEW.deb

  How a struct lies in the memory of the running kernel:
    modversions layout task_struct /sys/kernel/btf

  Which releases answer differently, and how that is known:
    modversions releases
    modversions releases --explain declaration-language

The release is --kernel's, else that in KERNELVERSION (Kbuild sets it), else the newest known.";

#[derive(Parser)]
#[command(name = "modversions", version, about = ABOUT, long_about = LONG_ABOUT)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// Data models by their names.
fn data_models() -> impl TypedValueParser<Value = &'static DataModel> {
    let names = PossibleValuesParser::new(DATA_MODELS.iter().map(|model| model.name));
    // There is no other name behind that.
    names.map(|name| data_model(name.as_bytes()).unwrap_or(&X86_64))
}

#[derive(Subcommand)]
enum Command {
    /// Compute the CRCs of one preprocessed source file's exports
    ///
    /// All arguments are those of the kernel's genksyms (try `modversions genksyms -h`), and five
    /// of our own, which have no abbreviations: `--kernel RELEASE` for the options right of it,
    /// `--abi FILE` for a record of the interface with what no CRC counts (as does
    /// MODVERSIONS_ABI=1 in a kernel build), `--data-model NAME` for what it is compiled for,
    /// `--diagnostics` to be told what the kernel's program passes over in silence (as does
    /// MODVERSIONS_DIAGNOSTICS=1), and `--read-everything` to skim nothing.
    Genksyms {
        /// The arguments of the kernel's genksyms
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Check modules, and write Module.symvers and each module's .mod.c
    ///
    /// All arguments are those of the kernel's modpost (docs/modpost.md lists them), and two of our
    /// own, which have no abbreviations: `--kernel RELEASE` for the options right of it, and
    /// `--threads COUNT`.
    Modpost {
        /// The arguments of the kernel's modpost
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Put both into a kernel tree, in the place of its own programs
    ///
    /// A tree is what modules are built against: a source tree or its output directory, after
    /// `make modules_prepare`, or an installed headers package. The kernel's own programs are kept
    /// beside ours. docs/kbuild.md tells more.
    Kbuild {
        #[command(subcommand)]
        action: KbuildAction,
    },
    /// Tell what changed between two kernels, why, and how much it matters
    ///
    /// OLD and NEW are each a directory, with a Module.symvers and .symtypes files anywhere in it
    /// (a kernel built with KBUILD_SYMTYPES=1) or with modules; or one such file; or a package of a
    /// kernel or its headers (.deb, .rpm); or a vmlinux or vmlinuz. The exit status is 0 if nothing differs or all that does
    /// is tolerated, 1 if something is not, 2 if it could not be told.
    /// Notes, as new exports are, are always tolerated. docs/abi-diff-rules.md tells of rules,
    /// formats and kinds of differences.
    AbiDiff {
        /// The kernel before
        #[arg(required_unless_present_any = ["list_lints", "explain"])]
        old: Option<PathBuf>,
        /// The kernel after
        #[arg(required_unless_present_any = ["list_lints", "explain"])]
        new: Option<PathBuf>,
        /// Take layouts from the BTF of these kernels: OLD and NEW may have none, as .symtypes
        /// files and Module.symvers
        ///
        /// Each is a package of a kernel (.deb, .rpm), a directory with a kernel and its modules,
        /// /sys/kernel/btf, a vmlinux or a vmlinuz. Where only the kernel itself is given, the
        /// types are missing that only modules have. Without this option, BTF is taken from OLD
        /// and NEW if both have it.
        #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
        btf: Vec<PathBuf>,
        /// Tell which of these modules use what changed: files, directories, packages
        #[arg(long, value_name = "PATH", num_args = 1..)]
        modules: Vec<PathBuf>,
        /// Compare only the symbols in this list, and check the list
        #[arg(long, value_name = "FILE")]
        stablelist: Option<PathBuf>,
        /// Tell what changes do to modules for this architecture's C
        ///
        /// If it is not given, records and modules tell; where these do not, it is x86-64.
        #[arg(long, value_name = "NAME", value_parser = data_models())]
        data_model: Option<&'static DataModel>,
        /// What the report looks like: text, short, symbols or json; FORMAT:FILE writes another one
        ///
        /// text has the causes with their differences, and then the exports; short a line for each
        /// cause, and the first few exports of each kind; symbols the symbols that differ and are
        /// not tolerated, one a line; json all of it, for programs. May be given several times.
        /// Standard output gets the one without a FILE, else text.
        #[arg(short, long, value_name = "FORMAT[:FILE]")]
        #[arg(value_parser = OsStringValueParser::new().try_map(abi_diff::Output::parse))]
        format: Vec<abi_diff::Output>,
        /// When the report has colours
        #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
        color: abi_diff::When,
        /// Which differences are tolerated: rules in SUSE's format, or our own
        ///
        /// May be given several times. The first rule that matches a difference decides.
        #[arg(short, long, value_name = "FILE")]
        rules: Vec<PathBuf>,
        /// Warn of rules that no export and no type comes to
        #[arg(long)]
        unused_rules: bool,
        /// List what rules tolerate, with the rules
        #[arg(long)]
        show_tolerated: bool,
        /// List all kinds of differences
        #[arg(long)]
        list_lints: bool,
        /// Tell what one kind of difference does to a module
        #[arg(long, value_name = "LINT")]
        explain: Option<String>,
    },
    /// Tell why the CRC of one export changed between two kernels
    ///
    /// Prints the shortest way from the export to each declaration that changed, member by member.
    /// OLD and NEW are as for abi-diff, and must have .symtypes files. The exit status is 0 if
    /// nothing changed, 1 if something did, 2 if it could not be told.
    Why {
        /// The exported symbol
        symbol: OsString,
        /// The kernel before
        old: PathBuf,
        /// The kernel after
        new: PathBuf,
    },
    /// Tell whether modules will load on a kernel, and if not, why
    ///
    /// Modules are files, directories or packages, compressed or not. All are checked together: what
    /// one exports another may use. KERNEL is a Module.symvers, a tree of headers or of a build, a
    /// vmlinux or vmlinuz, a package of a kernel or its headers (.deb, .rpm), /lib/modules/RELEASE,
    /// or the word `running`. The exit status is 0 if all modules load, 1 if one is refused, 2 if
    /// it could not be told or a file is no module. docs/check.md tells more.
    Check {
        /// The modules
        #[arg(required = true, value_name = "MODULE")]
        modules: Vec<PathBuf>,
        /// The kernel that is to load them
        #[arg(short, long, value_name = "KERNEL")]
        kernel: PathBuf,
        /// Whose loader it has, where that is not seen
        #[arg(long, value_enum, value_name = "NAME")]
        profile: Option<check::ProfileName>,
        /// What the report looks like
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
        format: check::Format,
        /// Follow other versions to the types that changed: .symtypes of what the modules were
        /// built against, and of the kernel
        #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
        types: Vec<PathBuf>,
    },
    /// Show what a module or a kernel says of itself
    ///
    /// Its .modinfo, what it exports and imports with CRCs and namespaces, and both kinds of version
    /// tables. FILE is a module, compressed or not, a vmlinux or a vmlinuz.
    Show {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What is printed
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
        format: check::Format,
    },
    /// Prove CRCs by the types they are of, and put many .symtypes files into one
    ///
    /// A kernel built with KBUILD_SYMTYPES=1 has a .symtypes file beside each object that exports
    /// something: the declarations that went into the CRCs. docs/symtypes.md tells more.
    Symtypes {
        #[command(subcommand)]
        action: symtypes::Action,
    },
    /// Tell how a struct or union lies in memory: offsets, sizes, holes, cache lines
    ///
    /// The best that SOURCE has is taken, and said: BTF, which is the compiler's own word; else
    /// records (`genksyms --abi`); else .symtypes, which lack some attributes. From these two the
    /// layout is computed by GCC's rules; docs/layout.md tells what is not known there. The exit
    /// status is 1 if the layout is not known.
    Layout {
        /// As in C, or with its kind's letter: page, "struct page", s#page
        #[arg(value_name = "TYPE", required_unless_present = "all")]
        name: Option<OsString>,
        /// A kernel with BTF: a package, a directory with a kernel and its modules, a vmlinux, a
        /// vmlinuz, /sys/kernel/btf, a module with --btf-base; or a directory with .symtypes or
        /// .abi files anywhere in it, or one such file, consolidated or not
        #[arg(required_unless_present_any = ["diff", "all"])]
        source: Option<PathBuf>,
        /// List all structs, unions and typedefs: size, alignment, number of holes, name
        #[arg(long, value_name = "SOURCE", conflicts_with_all = ["name", "source", "diff", "format"])]
        all: Option<PathBuf>,
        /// Two of these, side by side
        #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "source")]
        diff: Vec<PathBuf>,
        /// Take it from this, and not from the best that there is
        #[arg(long, value_enum, value_name = "WHAT")]
        from: Option<LayoutsFrom>,
        /// The kernel that the BTF of modules goes on from, where it is not with them
        #[arg(long, value_name = "FILE")]
        btf_base: Option<PathBuf>,
        /// The architecture's C, where the layout is computed
        ///
        /// If it is not given, records and modules tell; where these do not, it is x86-64.
        #[arg(long, value_name = "NAME", value_parser = data_models())]
        data_model: Option<&'static DataModel>,
        /// What the output looks like
        #[arg(short, long, value_enum, default_value_t = layout::Format::Text)]
        format: layout::Format,
    },
    /// List what differs between kernel releases
    Releases {
        /// Tell all that is known about one change
        #[arg(long, value_name = "ID")]
        explain: Option<String>,
    },
}

#[derive(Subcommand)]
enum KbuildAction {
    /// Put ours in the place of scripts/genksyms/genksyms and scripts/mod/modpost
    ///
    /// Nothing outside of DIR is changed: where its `scripts` is a link to a directory that other
    /// trees share, as in Debian's headers, a directory of links takes the link's place. Safe to
    /// run twice.
    Enable {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<kbuild::Tool>,
    },
    /// Put the kernel's own programs back, byte for byte
    Disable {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<kbuild::Tool>,
    },
    /// Say which programs are in place
    ///
    /// The exit status is 0 if all programs that the tree has are ours, 1 if one is not.
    Status {
        /// The kernel tree
        #[arg(value_name = "DIR")]
        tree: PathBuf,
    },
    /// Make a tree of links to another one, with ours in it, to build modules against
    ///
    /// For a tree that may not or cannot be changed.
    Overlay {
        /// The kernel tree; nothing in it is changed
        #[arg(value_name = "DIR")]
        tree: PathBuf,
        /// The tree of links; nothing may be there yet, or an empty directory
        #[arg(value_name = "NEWDIR")]
        copy: PathBuf,
        /// Only this program
        #[arg(long, value_name = "TOOL")]
        only: Option<kbuild::Tool>,
    },
}

impl KbuildAction {
    fn action(&self) -> kbuild::Action<'_> {
        match self {
            Self::Enable { tree, only } => kbuild::Action::Enable { tree, only: *only },
            Self::Disable { tree, only } => kbuild::Action::Disable { tree, only: *only },
            Self::Status { tree } => kbuild::Action::Status { tree },
            Self::Overlay { tree, copy, only } => {
                kbuild::Action::Overlay { tree, copy, only: *only }
            }
        }
    }
}

/// Runs `modversions` with `args`, its own name first; returns the exit status.
///
/// The drop-ins never come here: their arguments are not clap's to read.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    match parse(args) {
        Ok(CommandLine { command: Command::Releases { explain: None } }) => {
            io.print(release::releases_document().as_bytes());
            0
        }
        Ok(CommandLine { command: Command::Releases { explain: Some(id) } }) => explain(&id, io),
        Ok(CommandLine { command: Command::Kbuild { action } }) => {
            kbuild::run(&action.action(), io)
        }
        Ok(CommandLine { command: Command::Symtypes { action } }) => symtypes::run(&action, io),
        Ok(CommandLine {
            command: Command::Layout { all: Some(source), from, btf_base, data_model, .. },
        }) => {
            let (source, btf_base) = (&*source, btf_base.as_deref());
            let request = layout::all::Request { source, from, btf_base, model: data_model };
            layout::all::run(&request, io)
        }
        Ok(CommandLine {
            command:
                Command::Layout { name, source, diff, all: None, from, btf_base, data_model, format },
        }) => {
            // The parser asks for a name where not all are wanted.
            let name = name.unwrap_or_default();
            let sources: Vec<&Path> = source.iter().chain(&diff).map(PathBuf::as_path).collect();
            let (name, sources, btf_base) = (&*name, &*sources, btf_base.as_deref());
            let request =
                layout::Request { name, sources, from, btf_base, model: data_model, format };
            layout::run(&request, io)
        }
        Ok(CommandLine { command: Command::Check { modules, kernel, profile, format, types } }) => {
            let types = match &*types {
                [old, new] => Some([&**old, &**new]),
                _ => None,
            };
            let (modules, kernel) = (&modules, &kernel);
            check::run(&check::Request { modules, kernel, profile, format, types }, io)
        }
        Ok(CommandLine { command: Command::Show { file, format } }) => {
            check::show(&file, format, io)
        }
        Ok(CommandLine { command: Command::AbiDiff { explain: Some(id), .. } }) => {
            abi_diff::explain(&id, io)
        }
        Ok(CommandLine { command: Command::Why { symbol, old, new } }) => {
            abi_diff::why(&symbol, &old, &new, io)
        }
        Ok(CommandLine {
            command:
                Command::AbiDiff {
                    old: Some(old),
                    new: Some(new),
                    btf,
                    modules,
                    stablelist,
                    data_model,
                    format,
                    color,
                    rules,
                    unused_rules,
                    show_tolerated,
                    list_lints: false,
                    explain: None,
                },
        }) => {
            let btf = match &*btf {
                [old, new] => Some([&**old, &**new]),
                _ => None,
            };
            let request = abi_diff::Request {
                old: &old,
                new: &new,
                btf,
                modules: &modules,
                stable_list: stablelist.as_deref(),
                model: data_model,
                outputs: &format,
                color,
                rules: &rules,
                unused_rules,
                show_tolerated,
            };
            abi_diff::run(&request, environment, io)
        }
        Ok(CommandLine { command: Command::AbiDiff { .. } }) => abi_diff::list_lints(io),
        Ok(CommandLine { command: Command::Genksyms { .. } | Command::Modpost { .. } }) => {
            io.complain(b"modversions: the tool must be the first argument\n");
            2
        }
        Err(error) if error.use_stderr() => {
            io.complain(error.render().to_string().as_bytes());
            2
        }
        Err(help) => {
            io.print(help.render().to_string().as_bytes());
            0
        }
    }
}

/// As wide as the notes we print elsewhere, wherever the terminal ends.
fn parse(args: &[OsString]) -> Result<CommandLine, clap::Error> {
    let matches = CommandLine::command().term_width(80).try_get_matches_from(args)?;
    CommandLine::from_arg_matches(&matches)
}

fn explain(id: &str, io: &mut Io<'_>) -> u8 {
    match release::explain(id) {
        Some(text) => {
            io.print(text.as_bytes());
            0
        }
        None => {
            let message = format!(
                "modversions: no change is called '{id}' (`modversions releases` lists them)\n"
            );
            io.complain(message.as_bytes());
            2
        }
    }
}
