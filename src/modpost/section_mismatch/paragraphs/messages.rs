//! What modpost until 5.19 says of a reference that breaks a rule: a line, and a paragraph that
//! explains it.

use crate::modpost::messages::{Level, Message, PrettySymbol};
use crate::modpost::section_mismatch::rules::About;

/// One end of a reference.
pub(in crate::modpost::section_mismatch) struct Side<'a> {
    /// The symbol.
    pub(in crate::modpost::section_mismatch) symbol: PrettySymbol<'a>,
    /// The name of its section.
    pub(in crate::modpost::section_mismatch) section: &'a [u8],
    /// What a declaration of it would be marked with, and a blank; empty for ordinary sections.
    pub(in crate::modpost::section_mismatch) mark: Vec<u8>,
}

/// What a declaration is marked with that goes into a section of this name, which is freed.
pub(in crate::modpost::section_mismatch) fn mark(section: &[u8]) -> Vec<u8> {
    let name = section.strip_prefix(b".").unwrap_or(section);
    let end = memchr::memchr(b'.', name).unwrap_or(name.len());
    let (word, rest) = name.split_at(end);
    let has = |text: &[u8]| memchr::memmem::find(rest, text).is_some();
    let kind: &[u8] = match () {
        () if has(b"rodata") => b"const ",
        () if has(b"data") => b"data ",
        () => b" ",
    };
    [b"__", word, kind].concat()
}

/// The whole message about a reference at `place` (an offset in its section) of the object `name`;
/// `list` are the patterns that a variable may be named by.
pub(in crate::modpost::section_mismatch) fn paragraph(
    name: &[u8],
    place: u64,
    from: &Side<'_>,
    to: &Side<'_>,
    about: About,
    list: &str,
) -> Message {
    let offset = format!("+0x{place:x}): Section mismatch in reference from the ");
    let (one, other) = (&from.symbol, &to.symbol);
    let head = [
        &[name, b"(", from.section, offset.as_bytes()].concat()[..],
        one.kind(),
        b" ",
        one.name,
        one.parentheses(),
        b" to the ",
        other.kind(),
        b" ",
        to.section,
        b":",
        other.name,
        other.parentheses(),
        b"\n",
    ]
    .concat();
    let reason = reason(from, to, about, list);
    Message::new(Level::Warning, &[&head, &reason, b"\n"])
}

fn reason(from: &Side<'_>, to: &Side<'_>, about: About, list: &str) -> Vec<u8> {
    let (from_mark, to_mark) = (&from.mark[..], &to.mark[..]);
    let (from, to) = (&from.symbol, &to.symbol);
    let target: Vec<u8> = [to.kind(), b" ", to_mark, to.name, to.parentheses()].concat();
    let source: Vec<u8> = [from.kind(), b" ", from_mark, from.name, from.parentheses()].concat();
    let words: Vec<&[u8]> = match about {
        About::TextToInit => vec![
            b"The function ",
            from_mark,
            from.name,
            b"() references\nthe ",
            &target,
            b".\nThis is often because ",
            from.name,
            b" lacks a ",
            to_mark,
            b"\nannotation or the annotation of ",
            to.name,
            b" is wrong.\n",
        ],
        About::DataToInit => vec![
            b"The variable ",
            from.name,
            b" references\nthe ",
            &target,
            b"\nIf the reference is valid then annotate the\nvariable with __init* or __refdata \
              (see linux/init.h) or name the variable:\n",
            list.as_bytes(),
            b"\n",
        ],
        About::TextToExit => vec![
            b"The function ",
            from.name,
            b"() references a ",
            to.kind(),
            b" in an exit section.\nOften the ",
            to.kind(),
            b" ",
            to.name,
            to.parentheses(),
            b" has valid usage outside the exit section\nand the fix is to remove the ",
            to_mark,
            b"annotation of ",
            to.name,
            b".\n",
        ],
        About::DataToExit => vec![
            b"The variable ",
            from.name,
            b" references\nthe ",
            &target,
            b"\nIf the reference is valid then annotate the\nvariable with __exit* (see \
              linux/init.h) or name the variable:\n",
            list.as_bytes(),
            b"\n",
        ],
        About::MemoryToOther => vec![
            b"The ",
            &source,
            b" references\na ",
            &target,
            b".\nIf ",
            to.name,
            b" is only used by ",
            from.name,
            b" then\nannotate ",
            to.name,
            b" with a matching annotation.\n",
        ],
        About::InitToExit => vec![
            b"The ",
            &source,
            b" references\na ",
            &target,
            b".\nThis is often seen when error handling in the init function\nuses functionality \
              in the exit path.\nThe fix is often to remove the ",
            to_mark,
            b"annotation of\n",
            to.name,
            to.parentheses(),
            b" so it may be used outside an exit section.\n",
        ],
        About::ExitToInit => vec![
            b"The ",
            &source,
            b" references\na ",
            &target,
            b".\nThis is often seen when error handling in the exit function\nuses functionality \
              in the init path.\nThe fix is often to remove the ",
            to_mark,
            b"annotation of\n",
            to.name,
            to.parentheses(),
            b" so it may be used outside an init section.\n",
        ],
        About::Export => vec![
            b"The symbol ",
            to.name,
            b" is exported and annotated ",
            to_mark,
            b"\nFix this by removing the ",
            to_mark,
            b"annotation of ",
            to.name,
            b" or drop the export.\n",
        ],
        About::Reference | About::Exception => Vec::new(),
    };
    words.concat()
}

/// An entry of an exception table leads where no code is, until 5.18; whether its first half does,
/// where a fault may happen.
pub(in crate::modpost::section_mismatch) fn exception_into_data(
    place: (&[u8], u64),
    to_section: &[u8],
    is_fault: bool,
) -> Message {
    let (section, offset) = place;
    let offset = format!("+0x{offset:x} references\nsection \"");
    let why: &[u8] = if is_fault {
        b"it is not possible for the kernel to fault\nat that address.  "
    } else {
        b"the kernel will fault if it ever tries to\njump to it.  "
    };
    let words: [&[u8]; 6] = [
        b"The relocation at ",
        section,
        offset.as_bytes(),
        to_section,
        b"\" which is not executable, IOW\n",
        why,
    ];
    let mut message = Message::new(Level::Fatal, &words);
    message.text.extend_from_slice(b"Something is seriously wrong\nand should be fixed.\n");
    message
}

/// The distance between two entries is not known when it is asked for.
pub(in crate::modpost::section_mismatch) fn unknown_entry_size() -> Message {
    Message::new(Level::Fatal, &[b"extable_entry size hasn't been discovered!\n"])
}
