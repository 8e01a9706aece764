//! What is said of a module that is refused as a whole.

use super::{ReasonSymbol, Situation, Told, build_again, other_headers, words};
use crate::check::candidate::{Candidate, Facts, LAYOUT};
use crate::check::file_checks::What;
use crate::check::kernel::has_word;
use crate::check::loader::Why;
use crate::kernel::config::WORDS;
use crate::module::SignatureFault;

/// What is said of this refusal. (Imports are told elsewhere.)
pub(super) fn tell(situation: &Situation<'_>, candidate: &Candidate, why: &Why) -> Told {
    let empty = Facts::default();
    let facts = candidate.facts().unwrap_or(&empty);
    let kernel = situation.kernel;
    let built_again = || build_again(kernel);
    let told = |id, what: &str, cause: &str, remedy: String| Told {
        id,
        what: what.to_owned(),
        cause: cause.to_owned(),
        remedy,
        symbol: None,
    };
    match why {
        Why::File(what) => file(situation, *what),
        Why::SignatureForm(fault) => {
            let what = match fault {
                SignatureFault::Length => "the signature behind it is longer than the file",
                SignatureFault::Kind | SignatureFault::Parameters => {
                    "the signature behind it is of no known form"
                }
            };
            let cause = "the file was changed or cut after it was signed";
            told("signature-form", what, cause, "sign it again, or install it again".to_owned())
        }
        Why::NotSigned => told(
            "not-signed",
            "it is not signed, and this kernel only loads modules that are",
            "the kernel was started with secure boot or module.sig_enforce=1, or was built so",
            "sign it with a key that the kernel knows (for a machine owner's key: mokutil)"
                .to_owned(),
        ),
        Why::Layout(own, found) => Told {
            id: "module-layout",
            what: "struct module itself has another version than it was built against".to_owned(),
            cause: other_headers(facts, kernel),
            remedy: built_again(),
            symbol: Some(ReasonSymbol {
                name: LAYOUT.to_owned(),
                own: Some(*own),
                found: Some(*found),
                owner: None,
            }),
        },
        Why::LayoutUnlisted => told(
            "module-layout-unlisted",
            "its versions do not list module_layout",
            "Module.symvers was empty or not the kernel's when it was built",
            format!("{}, and look that its Module.symvers lists module_layout", built_again()),
        ),
        Why::NoVersions => told(
            "no-versions",
            "it has no versions, and the kernel does not load a module without",
            "it was built without CONFIG_MODVERSIONS, without Module.symvers, or its section \
             __versions was taken out",
            built_again(),
        ),
        Why::NoVermagic => told(
            "no-vermagic",
            "it has no vermagic, and the kernel does not load a module without",
            "its .modinfo was changed, or it was not linked by Kbuild",
            "build it with Kbuild".to_owned(),
        ),
        Why::Vermagic { own, kernel: asked, skips_release } => Told {
            id: "vermagic",
            what: vermagic(own, asked, *skips_release),
            cause: match facts.has_basic {
                false if has_word(asked, b"modversions") && !has_word(own, b"modversions") => {
                    "CONFIG_MODVERSIONS was off in the headers that it was built against, and is \
                     on in this kernel"
                        .to_owned()
                }
                _ if has_word(own, b"modversions") && !has_word(asked, b"modversions") => {
                    "CONFIG_MODVERSIONS was on in the headers that it was built against, and is \
                     off in this kernel"
                        .to_owned()
                }
                _ => other_headers(facts, kernel),
            },
            remedy: built_again(),
            symbol: None,
        },
        Why::NoLivepatch => told(
            "no-livepatch",
            "it is a livepatch, and this kernel cannot be patched while it runs",
            "CONFIG_LIVEPATCH is off in this kernel",
            "use a kernel with CONFIG_LIVEPATCH".to_owned(),
        ),
        Why::WritableCode(section) => told(
            "writable-code",
            &format!("its section {} is code and may be written to", words(section)),
            "it was linked with flags of its own, or with assembler that names no flags",
            "correct the section's flags".to_owned(),
        ),
        Why::Exists => told(
            "exists",
            "a module of this name is among those before it",
            "it was given twice, or two modules have the same name",
            "load one of them".to_owned(),
        ),
        Why::UnversionedExports => told(
            "unversioned-exports",
            "what it exports has no CRCs, and the kernel does not load a module so",
            "it was built without CONFIG_MODVERSIONS",
            built_again(),
        ),
        Why::ModuleNamespace(namespace) => told(
            "module-namespace",
            &format!("it imports the namespace {}", words(namespace)),
            "such namespaces list the modules that may use a symbol, and cannot be imported",
            "take MODULE_IMPORT_NS out; only the modules on the list may use the symbol".to_owned(),
        ),
        Why::Duplicate(symbol, owner) => {
            let (symbol, own) = (words(symbol), words(&candidate.name));
            let what = match owner {
                Some(owner) => format!("{symbol} is exported already, by {}", words(owner)),
                None => format!("{symbol} is exported already, by the kernel itself"),
            };
            let cause = match owner {
                Some(_) => {
                    "two modules provide the same: one of the kernel's tree and one from \
                            outside, or two versions of one"
                }
                None => "what the module provides is built into this kernel",
            };
            let remedy = match owner {
                Some(owner) => format!("load either {own} or {}, not both", words(owner)),
                None => format!("leave {own} out, or use a kernel that does not have it built in"),
            };
            told("duplicate-export", &what, cause, remedy)
        }
        Why::Import(symbol, _) => {
            told("import", &format!("{} cannot be used", words(symbol)), "", built_again())
        }
    }
}

/// What is said of a file.
fn file(situation: &Situation<'_>, what: What) -> Told {
    let row = |id, what: &str, cause: &str, remedy: &str| Told {
        id,
        what: what.to_owned(),
        cause: cause.to_owned(),
        remedy: remedy.to_owned(),
        symbol: None,
    };
    match what {
        What::NotElf => row(
            "not-elf",
            "it is no ELF file",
            "it is something else than a module, or empty",
            "give the module's own file",
        ),
        What::NotRelocatable => row(
            "not-relocatable",
            "it is an ELF file, but none of the kind that modules are",
            "it is a program, a library or a kernel",
            "give the module's own file",
        ),
        What::Machine => row(
            "machine",
            "it is for another machine than this kernel",
            "it was built for another architecture, or with the wrong compiler",
            "build it for this machine: ARCH and CROSS_COMPILE say which",
        ),
        What::Damaged => row(
            "damaged",
            "the file is cut off or damaged",
            "a copy that was interrupted, a full disk, or a tool that wrote it wrongly",
            "install it again",
        ),
        What::NoSymbols => row(
            "no-symbols",
            "it has no symbols",
            "it was stripped of all symbols, and the kernel needs them to link it",
            "install it again; strip modules with --strip-debug only",
        ),
        What::NoThisModule => row(
            "no-this-module",
            "it has no struct module that the kernel takes",
            "it is an object that modpost's file was not linked to, such as the .o beside the .ko",
            "build it with Kbuild, and give the .ko",
        ),
        What::StructSize { own, kernel } => Told {
            id: "struct-module-size",
            what: format!("its struct module has {own} bytes, the kernel's {kernel}"),
            cause: "it was built against headers of another release, or another configuration"
                .to_owned(),
            remedy: build_again(situation.kernel),
            symbol: None,
        },
    }
}

/// What differs between two `vermagic`s, word by word.
fn vermagic(own: &[u8], asked: &[u8], skips_release: bool) -> String {
    let split = |text: &[u8]| -> Vec<String> {
        let words = text.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    };
    let (own, asked) = (split(own), split(asked));
    let mut differences = Vec::new();
    if let (false, Some(one), Some(other)) = (skips_release, own.first(), asked.first())
        && one != other
    {
        differences.push(format!("it is for {one}, the kernel is {other}"));
    }
    let flag = |word: &String| {
        let row = WORDS.iter().find(|(_, flag)| flag.trim_end() == word);
        row.map_or_else(|| word.clone(), |(option, _)| format!("{word} ({option})"))
    };
    let (own, asked) = (own.get(1..).unwrap_or_default(), asked.get(1..).unwrap_or_default());
    let missing = asked.iter().filter(|word| !own.contains(word));
    differences.extend(missing.map(|word| format!("the kernel has {}, it has not", flag(word))));
    let more = own.iter().filter(|word| !asked.contains(word));
    differences.extend(more.map(|word| format!("it has {}, the kernel has not", flag(word))));
    if differences.is_empty() {
        differences.push("the same words stand there in another way".to_owned());
    }
    format!("its vermagic is another one: {}", differences.join("; "))
}
