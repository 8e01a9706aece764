//! The kernels that the tasks work on, a row each: where Debian has them, and what they are asked.
//! Adding a kernel is adding a row. The checks of `cargo xtask test` follow from the rows, and so
//! do the kernels that each task takes when it is given none.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
use modversions::release::KernelRelease;

use crate::obtain::debian::Origin;

/// A kernel that Debian packages. Its versions move with Debian's point releases, so packages are
/// found by the shapes of their names, and the newest is taken.
pub struct Kernel {
    /// What `--kernel` takes and the checks are called by.
    pub name: &'static str,
    /// Its release, for what differs between releases; of a row that moves from release to release,
    /// the newest that our programs know.
    pub release: KernelRelease,
    /// Where its packages are from.
    pub origin: Origin,
    /// The package with Kbuild's programs, genksyms and modpost among them.
    pub programs: Option<&'static str>,
    /// The packages with its headers.
    pub headers: Option<Headers>,
    /// The packages with the kernel itself and its modules: one, or the pieces it is split into.
    pub image: &'static [&'static str],
    /// The package with its source.
    pub source: Option<&'static str>,
    /// The words of its `vermagic`, behind the release; not known of a row that moves.
    pub vermagic: Option<&'static str>,
    /// What make is told, to build modules against its headers with the system's compiler.
    pub make: &'static [&'static str],
    /// What make is told in addition, for modules with versions, if its configuration has none.
    pub versioned: &'static [&'static str],
    /// What it is asked.
    pub asked: &'static [Question],
}

/// Packages that modules are built against.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    /// Headers for one configuration, with `.config` and `Module.symvers`.
    pub configured: &'static str,
    /// The headers that all configurations share.
    pub common: &'static str,
}

/// What a kernel can be asked. Each task asks one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What its genksyms writes: on cases, on generated input, and on C files, those of
    /// its own that it is asked about, else of the newest kernel that is. Takes its programs.
    Genksyms,
    /// Which CRCs its C files have, preprocessed by Kbuild; only where all is compared. Takes its
    /// source and headers.
    Crcs,
    /// What its modposts write on cases. Takes its programs.
    ModpostCases,
    /// What its modposts write on broken input made from the cases, all of which it must have a
    /// command for. Takes its programs.
    BrokenObjects,
    /// What its modposts write on all its modules. Takes its programs, headers and image.
    ModpostModules,
    /// What its modposts write on samples, and on all its modules. Takes its programs, headers and
    /// image.
    Modpost,
    /// Which types its C files have, preprocessed by Kbuild. Takes its source and headers.
    Types,
    /// What it exports, by its image and modules, and as published. Takes its image and headers.
    Exports,
    /// How its types lie in memory, by the BTF of the kernel and its modules. Takes also what
    /// [`Question::Types`] takes.
    Layouts,
    /// What Kbuild leaves when it builds modules, by its programs and by ours. Takes its programs
    /// and headers.
    Modules,
    /// What Kbuild leaves when it builds the kernel itself. Takes its source and headers.
    WholeBuild,
    /// Whether it loads modules that were built with ours. Takes its programs, headers and image,
    /// which has to boot in the emulator.
    Boot,
    /// The same, in `cargo xtask test`.
    BootInCi,
    /// What its loader says of its own and of changed modules. Takes its headers and image, which
    /// has to boot in the emulator.
    Loader,
}

/// The name of the kernel that is taken where one is enough, and for figures: so they can be
/// compared over time.
pub const USUAL: &str = "6.1";

/// All kernels, oldest first.
pub static KERNELS: &[Kernel] = &[
    // Debian bullseye's, from its security archive.
    Kernel {
        name: "5.10",
        release: KernelRelease::series(5, 10),
        origin: Origin::Bullseye,
        programs: Some("linux-kbuild-5.10"),
        headers: Some(Headers {
            configured: "linux-headers-5.10.0-*-amd64",
            common: "linux-headers-5.10.0-*-common",
        }),
        image: &["linux-image-5.10.0-*-amd64-unsigned"],
        source: Some("linux-source-5.10"),
        vermagic: Some("SMP mod_unload modversions "),
        make: &["CC=gcc-12"],
        versioned: &[],
        asked: &[
            Question::Genksyms,
            Question::Crcs,
            Question::ModpostCases,
            Question::ModpostModules,
            Question::Modules,
            Question::Boot,
        ],
    },
    // Debian bookworm's own.
    Kernel {
        name: "6.1",
        release: KernelRelease::series(6, 1),
        origin: Origin::System,
        programs: Some("linux-kbuild-6.1"),
        headers: Some(Headers {
            configured: "linux-headers-6.1.0-*-amd64",
            common: "linux-headers-6.1.0-*-common",
        }),
        image: &["linux-image-6.1.0-*-amd64-unsigned"],
        source: Some("linux-source-6.1"),
        vermagic: Some("SMP preempt mod_unload modversions "),
        make: &[],
        versioned: &[],
        asked: EVERYTHING,
    },
    // Debian bookworm's backport, from its security archive.
    Kernel {
        name: "6.12",
        release: KernelRelease::series(6, 12),
        origin: Origin::System,
        programs: Some("linux-kbuild-6.12.*"),
        headers: Some(Headers {
            configured: "linux-headers-6.12.*-amd64",
            common: "linux-headers-6.12.*-common",
        }),
        image: &["linux-image-6.12.*-amd64-unsigned"],
        source: Some("linux-source-6.12"),
        vermagic: Some("SMP preempt mod_unload modversions "),
        make: &[],
        versioned: &[],
        asked: EVERYTHING,
    },
    // The same with PREEMPT_RT. Its vermagic has the same words: those of 7.2 say `preempt_rt`.
    Kernel {
        name: "6.12-rt",
        release: KernelRelease::series(6, 12),
        origin: Origin::System,
        programs: Some("linux-kbuild-6.12.*"),
        headers: Some(Headers {
            configured: "linux-headers-6.12.*-rt-amd64",
            common: "linux-headers-6.12.*-common-rt",
        }),
        image: &["linux-image-6.12.*-rt-amd64-unsigned"],
        source: None,
        vermagic: Some("SMP preempt mod_unload modversions "),
        make: &[],
        versioned: &[],
        asked: &[Question::Boot, Question::Loader],
    },
    // Debian trixie's backports.
    Kernel {
        name: "7.2",
        release: KernelRelease::series(7, 2),
        origin: Origin::Trixie,
        programs: Some("linux-kbuild-7.2.*"),
        headers: Some(Headers {
            configured: "linux-headers-7.2.*-amd64",
            common: "linux-headers-7.2.*-common",
        }),
        image: &["linux-modules-7.2.*-amd64"],
        source: None,
        vermagic: Some("SMP preempt mod_unload "),
        make: OLDER_COMPILER,
        versioned: VERSIONED,
        asked: &[Question::Genksyms, Question::ModpostCases, Question::Modules],
    },
    Kernel {
        name: "7.3",
        release: KernelRelease::series(7, 3),
        origin: Origin::Trixie,
        programs: Some("linux-kbuild-7.3.*"),
        headers: Some(Headers {
            configured: "linux-headers-7.3.*-amd64",
            common: "linux-headers-7.3.*-common",
        }),
        image: &["linux-modules-7.3.*-amd64", "linux-binary-7.3.*-amd64"],
        source: Some("linux-source-7.3"),
        vermagic: Some("SMP preempt mod_unload "),
        make: OLDER_COMPILER,
        versioned: VERSIONED,
        asked: &[
            Question::Genksyms,
            Question::ModpostCases,
            Question::BrokenObjects,
            Question::ModpostModules,
            Question::Modules,
            Question::WholeBuild,
            // Those of a kernel without versions.
            Question::Boot,
            Question::BootInCi,
            Question::Loader,
        ],
    },
    // Whatever Debian sid has today; asked by name only.
    Kernel {
        name: "newest",
        release: KernelRelease::NEWEST_KNOWN,
        origin: Origin::Sid,
        programs: Some("linux-kbuild-*"),
        headers: None,
        image: &[],
        source: None,
        vermagic: None,
        make: &[],
        versioned: &[],
        asked: &[],
    },
];

/// Debian's kernels of 7.x were built by a newer compiler than the system's.
const OLDER_COMPILER: &[&str] =
    &["CC=gcc-12", "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "CONFIG_DEBUG_INFO_BTF_MODULES="];

/// They have no versions.
const VERSIONED: &[&str] = &[
    "CONFIG_MODVERSIONS=y",
    "CONFIG_GENKSYMS=y",
    "CONFIG_BASIC_MODVERSIONS=y",
    "CONFIG_EXTENDED_MODVERSIONS=y",
];

/// All that there is to ask.
const EVERYTHING: &[Question] = &[
    Question::Genksyms,
    Question::ModpostCases,
    Question::BrokenObjects,
    Question::ModpostModules,
    Question::Modpost,
    Question::Types,
    Question::Exports,
    Question::Layouts,
    Question::Modules,
    Question::WholeBuild,
    Question::Boot,
    Question::BootInCi,
    Question::Loader,
];

/// The kernels that are asked this, oldest first.
pub fn asked(question: Question) -> impl Iterator<Item = &'static Kernel> {
    KERNELS.iter().filter(move |kernel| kernel.asked.contains(&question))
}

/// The newest kernel that is asked this.
pub fn newest(question: Question) -> Result<&'static Kernel> {
    asked(question).last().with_context(|| format!("no kernel is asked for {question:?}"))
}

/// The kernel that is taken where one is enough.
pub fn usual() -> &'static Kernel {
    let usual = KERNELS.iter().find(|kernel| kernel.name == USUAL);
    usual.expect("a test makes sure that USUAL names a kernel")
}

/// The kernel that a person has named, which must be asked this; else all that are.
pub fn chosen(named: Option<&'static Kernel>, question: Question) -> Result<Vec<&'static Kernel>> {
    match named {
        None => Ok(asked(question).collect()),
        Some(kernel) if kernel.asked.contains(&question) => Ok(vec![kernel]),
        Some(kernel) => bail!("linux {} is not asked for {question:?}", kernel.name),
    }
}

impl Kernel {
    /// The package with Kbuild's programs.
    pub fn programs(&self) -> Result<&'static str> {
        self.programs.with_context(|| format!("no programs of linux {} are known", self.name))
    }

    /// The packages with its headers.
    pub fn headers(&self) -> Result<Headers> {
        self.headers.with_context(|| format!("no headers of linux {} are known", self.name))
    }

    /// The words of its `vermagic`.
    pub fn vermagic(&self) -> Result<&'static str> {
        self.vermagic.with_context(|| format!("the vermagic of linux {} is not known", self.name))
    }

    /// The package with its source.
    pub fn source(&self) -> Result<&'static str> {
        self.source.with_context(|| format!("no source of linux {} is known", self.name))
    }
}

impl FromStr for &'static Kernel {
    type Err = String;

    /// A kernel by its name; the newest also by its number, whatever that is today, or as `sid`.
    fn from_str(text: &str) -> Result<&'static Kernel, String> {
        let by_name = KERNELS.iter().find(|kernel| kernel.name == text);
        let newest = || {
            let (newest, others) = KERNELS.split_last()?;
            let number: Option<KernelRelease> = text.parse().ok();
            let is_later = number.is_some_and(|it| others.iter().all(|other| other.release < it));
            (is_later || text == "sid").then_some(newest)
        };
        by_name.or_else(newest).ok_or_else(|| {
            let names: Vec<&str> = KERNELS.iter().map(|kernel| kernel.name).collect();
            format!("known are {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{KERNELS, Kernel, Question, USUAL};

    /// Whether the row has the packages that answering takes.
    fn can_answer(kernel: &Kernel, question: Question) -> bool {
        let programs = kernel.programs.is_some();
        let (headers, source) = (kernel.headers.is_some(), kernel.source.is_some());
        let image = !kernel.image.is_empty();
        match question {
            Question::Genksyms | Question::ModpostCases | Question::BrokenObjects => programs,
            Question::ModpostModules | Question::Modpost => programs && headers && image,
            Question::Boot | Question::BootInCi => {
                programs && headers && image && kernel.vermagic.is_some()
            }
            Question::Crcs | Question::Types | Question::WholeBuild => source && headers,
            Question::Exports | Question::Loader => image && headers,
            Question::Layouts => image && headers && source,
            Question::Modules => programs && headers,
        }
    }

    #[test]
    fn every_kernel_has_the_packages_for_what_it_is_asked() {
        for kernel in KERNELS {
            for &question in kernel.asked {
                assert!(can_answer(kernel, question), "{}: {question:?}", kernel.name);
            }
        }
    }

    #[test]
    fn the_kernels_are_in_order_and_each_is_found_by_its_name() {
        let (_, others) = KERNELS.split_last().unwrap();
        assert!(others.is_sorted_by_key(|kernel| kernel.release));
        for name in KERNELS.iter().map(|kernel| kernel.name).chain([USUAL]) {
            let found: &Kernel = name.parse().unwrap();
            assert_eq!(found.name, name);
        }
        for name in ["sid", "99.0"] {
            let found: &Kernel = name.parse().unwrap();
            assert_eq!(found.name, "newest");
        }
    }
}
