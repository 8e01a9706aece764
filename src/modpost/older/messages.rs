//! What only modpost before 5.19 says.

use crate::modpost::messages::{Level, Message};
use crate::release::MissingCrcAdvice;

/// Nothing is known of the kernel itself.
pub(in crate::modpost) fn no_kernel() -> Message {
    let words: &[u8] = b"Symbol info of vmlinux is missing. Unresolved symbol check will be \
                         entirely skipped.\n";
    Message::new(Level::Warning, &[words])
}

/// An export that the linker does not see.
pub(in crate::modpost) fn static_export(symbol: &[u8], module: &[u8], kind: &[u8]) -> Message {
    let words: [&[u8]; 7] = [b"\"", symbol, b"\" [", module, b"] is a static ", kind, b"\n"];
    Message::new(Level::Warning, &words)
}

/// A module of another license uses a symbol that is for GPL modules only, and unused.
pub(in crate::modpost) fn gpl_only_unused(module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 5] = [
        b"GPL-incompatible module ",
        module,
        b".ko uses GPL-only symbol marked UNUSED '",
        symbol,
        b"'\n",
    ];
    Message::new(Level::Error, &words).naming_modpost()
}

/// A module of another license uses a symbol that will be for GPL modules only.
pub(in crate::modpost) fn future_gpl_only(module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"GPL-incompatible module ", module, b".ko uses future GPL-only symbol '", symbol, b"'\n"];
    Message::new(Level::Warning, &words).naming_modpost()
}

/// A module uses a symbol that nothing should use.
pub(in crate::modpost) fn unused(module: &[u8], symbol: &[u8]) -> Message {
    let words: [&[u8]; 5] =
        [b"module ", module, b".ko uses symbol '", symbol, b"' marked UNUSED\n"];
    Message::new(Level::Warning, &words).naming_modpost()
}

/// A symbol's `__crc_…` is undefined: genksyms gave it none.
pub(in crate::modpost) fn no_crc_was_made(
    symbol: &[u8],
    module: &[u8],
    is_vmlinux: bool,
    told: MissingCrcAdvice,
) -> Message {
    let ending: &[u8] = if is_vmlinux { b"" } else { b".ko" };
    let failed: &[u8] = match told {
        MissingCrcAdvice::CutOffWithAdvice => b"] version ...\n",
        MissingCrcAdvice::Told | MissingCrcAdvice::WithAdvice => {
            b"] version generation failed, symbol will not be versioned.\n"
        }
    };
    let mut text = [&b"EXPORT symbol \""[..], symbol, b"\" [", module, ending, failed].concat();
    if told != MissingCrcAdvice::Told {
        let advice = [&b"Is \""[..], symbol, b"\" prototyped in <asm/asm-prototypes.h>?\n"];
        text.extend(advice.concat());
    }
    Message::new(Level::Warning, &[&text])
}

/// The list of a module's objects is empty.
pub(in crate::modpost) fn bad_source_list(path: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"bad ending versions file for ", path, b"\n"])
}

/// The second line of the message about a missing license, before 5.8.
pub(in crate::modpost) const LICENSE_ADVICE: &[u8] =
    b"see include/linux/module.h for more information\n";

/// How many section mismatches there were, where they are not named (`-S`).
pub(in crate::modpost) fn mismatch_count(count: usize) -> Message {
    let found = format!("Found {count} section mismatch(es).\n");
    let advice: &[u8] = b"To see full details build your kernel with:\n\
                          'make CONFIG_DEBUG_SECTION_MISMATCH=y'\n";
    Message::new(Level::Warning, &[found.as_bytes(), advice]).naming_modpost()
}

/// The list of a module's objects has no second line.
pub(in crate::modpost) fn source_list_of_one_line(path: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"malformed versions file for ", path, b"\n"])
}

/// A file with the command of an object is missing, or empty.
pub(in crate::modpost) fn no_command_file(path: &[u8], object: &[u8]) -> Message {
    Message::new(Level::Warning, &[b"could not find ", path, b" for ", object, b"\n"])
}

/// A source is missing, or empty.
pub(in crate::modpost) fn no_source(path: &[u8], reason: &str) -> Message {
    Message::new(Level::Warning, &[b"could not open ", path, b": ", reason.as_bytes(), b"\n"])
}

/// Ours: the files that `make nsdeps` reads were others before 5.8.
pub(in crate::modpost) fn no_namespace_files() -> Message {
    let words: &[u8] = b"-d of kernels before 5.8, which `make nsdeps` uses, is not implemented\n";
    Message::new(Level::Fatal, &[words]).naming_modpost()
}

/// Ours: upstream cuts `$Revision: … $` out of the version, in the object itself.
pub(in crate::modpost) fn revision_mark(path: &[u8]) -> Message {
    let words: &[u8] = b": the version begins with $Revision, which this release's modpost \
                         removes from the object; ours cannot do that\n";
    Message::new(Level::Fatal, &[path, words])
}
