//! The reasons to refuse a module as a whole.

use super::id::ReasonId;
use super::refusal::{
    Explanation, ReasonSymbol, Remedy, Situation, claims_versions, is_other_release, other_headers,
    rebuild, rebuild_and, without_versions, words,
};
use crate::check::candidate::{Candidate, Facts, LAYOUT};
use crate::check::file_checks::What;
use crate::check::kernel::{Kernel, has_word};
use crate::check::loader::Why;
use crate::kernel::config::option_of;
use crate::module::SignatureFault;
use crate::release::PreemptionWord;

/// Explains this refusal. (Those of imports are in `imports`.)
pub(super) fn explain(situation: &Situation<'_>, candidate: &Candidate, why: &Why) -> Explanation {
    let empty = Facts::default();
    let facts = candidate.facts().unwrap_or(&empty);
    let kernel = situation.kernel;
    let rebuilt = || rebuild(kernel);
    let reason = |id, message: &str, cause: &str, remedy: Remedy| Explanation {
        id,
        message: message.to_owned(),
        cause: cause.to_owned(),
        remedy,
        symbol: None,
    };
    match why {
        Why::File(what) => file(situation, *what),
        Why::SignatureForm(fault) => {
            let what = match fault {
                SignatureFault::Length => "the appended signature is longer than the file",
                SignatureFault::Kind | SignatureFault::Parameters => {
                    "the appended signature has an unknown format"
                }
            };
            let cause = "the file was changed or truncated after it was signed";
            reason(ReasonId::SignatureForm, what, cause, "sign it again, or reinstall it".into())
        }
        Why::NotSigned => reason(
            ReasonId::NotSigned,
            "it is not signed, and this kernel loads only signed modules",
            "the kernel was booted with secure boot or module.sig_enforce=1, or built with \
             CONFIG_MODULE_SIG_FORCE",
            "sign it with a key that the kernel has (mokutil enrolls a machine owner's key)".into(),
        ),
        Why::Layout(own, found) => Explanation {
            id: ReasonId::ModuleLayout,
            message: "CRC mismatch of module_layout, which stands for struct module".to_owned(),
            cause: other_headers(facts, kernel),
            remedy: rebuilt(),
            symbol: Some(ReasonSymbol {
                name: LAYOUT.to_owned(),
                expected: Some(*own),
                actual: Some(*found),
                owner: None,
            }),
        },
        Why::LayoutUnlisted => reason(
            ReasonId::ModuleLayoutUnlisted,
            "module_layout is missing from its symbol versions",
            "Module.symvers was empty or not the kernel's when the module was built",
            rebuild_and(kernel, ", and make sure its Module.symvers lists module_layout"),
        ),
        Why::NoVersions => reason(
            ReasonId::NoVersions,
            "it has no symbol versions, and this kernel requires them",
            &without_versions(facts, kernel),
            rebuilt(),
        ),
        Why::NoVermagic => reason(
            ReasonId::NoVermagic,
            "it has no vermagic, and this kernel requires it",
            "its .modinfo was modified, or it was not linked by Kbuild",
            Remedy::rebuild("build it with Kbuild".to_owned()),
        ),
        Why::Vermagic { own, kernel: asked, skips_release } => Explanation {
            id: ReasonId::Vermagic,
            message: vermagic(own, asked, *skips_release, kernel.load.preemption),
            cause: other_flags(facts, kernel, Some(has_word(asked, b"modversions"))),
            remedy: rebuilt(),
            symbol: None,
        },
        Why::Modversions { kernel: has } => Explanation {
            id: ReasonId::Vermagic,
            message: format!(
                "vermagic differs: {}",
                one_has(*has, "modversions (CONFIG_MODVERSIONS)")
            ),
            cause: other_flags(facts, kernel, Some(*has)),
            remedy: rebuilt(),
            symbol: None,
        },
        Why::Release { own, kernel: release } => reason(
            ReasonId::Vermagic,
            &format!("vermagic differs: {}", other_release(&words(own), &words(release))),
            &other_headers(facts, kernel),
            rebuilt(),
        ),
        Why::NoLivepatch => reason(
            ReasonId::NoLivepatch,
            "it is a livepatch, and this kernel does not support live patching",
            "CONFIG_LIVEPATCH is off in this kernel",
            "use a kernel with CONFIG_LIVEPATCH".into(),
        ),
        Why::WritableCode(section) => reason(
            ReasonId::WritableCode,
            &format!("its section {} is both writable and executable", words(section)),
            "it was linked with custom flags, or contains assembler code that sets no section \
             flags",
            Remedy::rebuild("fix the flags of the section, and rebuild it".to_owned()),
        ),
        Why::Exists => reason(
            ReasonId::Exists,
            "a module of the same name is loaded before it",
            "it was given twice, or two modules have the same name",
            "load only one of them".into(),
        ),
        Why::UnversionedExports => reason(
            ReasonId::UnversionedExports,
            "its exports have no CRCs, and this kernel requires them",
            &unversioned_exports(facts, kernel),
            rebuilt(),
        ),
        Why::NoExportFlags => reason(
            ReasonId::NoExportFlags,
            "it exports symbols, and has no section __kflagstab",
            "since 7.1 the kernel reads there which exports are GPL-only; the module was built for \
             an older kernel",
            rebuilt(),
        ),
        Why::ModuleNamespace(namespace) => reason(
            ReasonId::ModuleNamespace,
            &format!("it imports the namespace {}", words(namespace)),
            "a `module:` namespace lists the modules that may use a symbol, and cannot be \
             imported",
            "remove MODULE_IMPORT_NS; only the listed modules may use the symbol".into(),
        ),
        Why::Duplicate(symbol, owner) => {
            let (symbol, own) = (words(symbol), words(&candidate.name));
            let what = match owner {
                Some(owner) => format!("{symbol} is already exported by {}", words(owner)),
                None => format!("{symbol} is already exported by the kernel itself"),
            };
            let cause = match owner {
                Some(_) => {
                    "two modules provide the same symbol: one from the kernel tree and one from \
                     outside, or two versions of one module"
                }
                None => "what the module provides is built into this kernel",
            };
            let remedy = match owner {
                Some(owner) => format!("load either {own} or {}, not both", words(owner)),
                None => format!(
                    "do not load {own}, or use a kernel that does not have it built \
                                 in"
                ),
            };
            reason(ReasonId::DuplicateExport, &what, cause, remedy.into())
        }
        Why::Import(symbol, _) => {
            reason(ReasonId::Import, &format!("{} cannot be used", words(symbol)), "", rebuilt())
        }
    }
}

/// The reasons to refuse a file.
fn file(situation: &Situation<'_>, what: What) -> Explanation {
    let row = |id, message: &str, cause: &str, remedy: &str| Explanation {
        id,
        message: message.to_owned(),
        cause: cause.to_owned(),
        remedy: remedy.into(),
        symbol: None,
    };
    match what {
        What::NotElf => row(
            ReasonId::NotElf,
            "it is not an ELF file",
            "it is not a module, or it is empty",
            "give the module file itself",
        ),
        What::NotRelocatable => row(
            ReasonId::NotRelocatable,
            "it is an ELF file, but not a relocatable object, as modules are",
            "it is a program, a library or a kernel",
            "give the module file itself",
        ),
        What::Machine => row(
            ReasonId::Machine,
            "it is for a different machine than this kernel",
            "it was built for another architecture, or with the wrong compiler",
            "build it for this machine: set ARCH and CROSS_COMPILE",
        ),
        What::Damaged => row(
            ReasonId::Damaged,
            "the file is truncated or damaged",
            "an interrupted copy, a full disk, or a tool that wrote it incorrectly",
            "reinstall it",
        ),
        What::NoSymbols => row(
            ReasonId::NoSymbols,
            "it has no symbol table",
            "it was stripped of all symbols, which the kernel needs to link it",
            "reinstall it; strip modules only with --strip-debug",
        ),
        What::NoThisModule => row(
            ReasonId::NoThisModule,
            "it has no struct module that the kernel accepts",
            "it is an object that was not linked with its .mod.o, such as the .o beside the .ko",
            "build it with Kbuild, and give the .ko",
        ),
        What::StructSize { own, kernel } => Explanation {
            id: ReasonId::StructModuleSize,
            message: format!("its struct module has {own} bytes, the kernel's has {kernel}"),
            cause: "it was built against the headers of another release or configuration"
                .to_owned(),
            remedy: rebuild(situation.kernel),
            symbol: None,
        },
    }
}

/// The cause of a `vermagic` with other words, `versions` telling whether the kernel has symbol
/// versions: another release, else an option.
fn other_flags(facts: &Facts, kernel: &Kernel, versions: Option<bool>) -> String {
    match (claims_versions(facts), versions) {
        _ if is_other_release(facts, kernel) => other_headers(facts, kernel),
        (Some(false), Some(true)) => "CONFIG_MODVERSIONS was off in the headers it was built \
                                      against, but is on in this kernel"
            .to_owned(),
        (Some(true), Some(false)) => "CONFIG_MODVERSIONS was on in the headers it was built \
                                      against, but is off in this kernel"
            .to_owned(),
        _ => other_headers(facts, kernel),
    }
}

/// The cause of exports without CRCs.
fn unversioned_exports(facts: &Facts, kernel: &Kernel) -> String {
    match claims_versions(facts) {
        _ if is_other_release(facts, kernel) => other_headers(facts, kernel),
        Some(true) => {
            "genksyms did not run on the files that export them, or its CRCs were removed"
                .to_owned()
        }
        Some(false) | None => "it was built without CONFIG_MODVERSIONS".to_owned(),
    }
}

/// Which of the two has a word.
fn one_has(is_kernel: bool, word: &str) -> String {
    match is_kernel {
        true => format!("the kernel has {word}, the module does not"),
        false => format!("the module has {word}, the kernel does not"),
    }
}

/// Which releases the two are of.
fn other_release(own: &str, kernel: &str) -> String {
    format!("the module is for {own}, the kernel is {kernel}")
}

/// What differs between two `vermagic`s, word by word.
fn vermagic(own: &[u8], asked: &[u8], skips_release: bool, preemption: PreemptionWord) -> String {
    let split = |text: &[u8]| -> Vec<String> {
        let words = text.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    };
    let (own, asked) = (split(own), split(asked));
    let mut differences = Vec::new();
    if let (false, Some(one), Some(other)) = (skips_release, own.first(), asked.first())
        && one != other
    {
        differences.push(other_release(one, other));
    }
    let flag = |word: &String| {
        let option = option_of(word, preemption);
        option.map_or_else(|| word.clone(), |option| format!("{word} ({option})"))
    };
    let (own, asked) = (own.get(1..).unwrap_or_default(), asked.get(1..).unwrap_or_default());
    let missing = asked.iter().filter(|word| !own.contains(word));
    differences.extend(missing.map(|word| one_has(true, &flag(word))));
    let more = own.iter().filter(|word| !asked.contains(word));
    differences.extend(more.map(|word| one_has(false, &flag(word))));
    if differences.is_empty() {
        differences.push("the same words in a different order or spacing".to_owned());
    }
    format!("vermagic differs: {}", differences.join("; "))
}
