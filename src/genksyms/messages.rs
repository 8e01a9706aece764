//! What genksyms says on standard error: every text upstream has, each in one place.

use super::location::Location;
use crate::formats::symtypes::Kind;

/// Standard error of one run, and the errors counted for its exit status.
pub(super) struct Messages {
    /// The text so far.
    pub(super) text: Vec<u8>,
    /// `-w`: the parser's messages are printed, and only then counted.
    warnings: bool,
    /// `-p`: a changed reference is an error.
    preserve: bool,
    errors: usize,
}

/// How a symbol differs from what the reference file says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It does not, or no reference speaks of it.
    Unchanged,
    /// The reference knows only that it exists.
    Defined,
    /// It has another definition.
    Modified,
}

impl Messages {
    /// Nothing said yet.
    pub(super) fn new(warnings: bool, preserve: bool) -> Self {
        Self { text: Vec::new(), warnings, preserve, errors: 0 }
    }

    /// Whether anything was counted as an error.
    pub(super) fn any_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether messages of the parser are wanted at all.
    pub(super) fn warns(&self) -> bool {
        self.warnings
    }

    /// Whether a changed reference is an error.
    pub(super) fn preserves(&self) -> bool {
        self.preserve
    }

    /// The parser met a token that fits nowhere.
    pub(super) fn syntax_error(&mut self, at: Location<'_>) {
        self.warn(at, &[b"syntax error"]);
    }

    /// The parser's stack is full.
    pub(super) fn memory_exhausted(&mut self, at: Location<'_>) {
        self.warn(at, &[b"memory exhausted"]);
    }

    /// A declarator has two names.
    pub(super) fn second_name(&mut self, at: Location<'_>) {
        self.warn(at, &[b"unexpected second declaration name"]);
    }

    /// A name is declared again, and differently.
    pub(super) fn redefinition(&mut self, at: Location<'_>, name: &[u8]) {
        self.warn(at, &[b"redefinition of ", name]);
    }

    /// An export of something that was not declared.
    pub(super) fn export_undefined(&mut self, at: Location<'_>, name: &[u8]) {
        self.warn(at, &[b"export undefined symbol ", name]);
    }

    /// An expansion reached a struct, union or enum that was not defined.
    pub(super) fn expand_undefined(&mut self, at: Location<'_>, kind: Kind, name: &[u8]) {
        self.warn(at, &[b"expand undefined ", kind.word().as_bytes(), b" ", name]);
    }

    /// An override of the reference file is no longer needed.
    pub(super) fn override_unchanged(&mut self, at: Location<'_>, kind: Kind, name: &[u8]) {
        self.location(at);
        self.type_name(kind, name);
        self.say(&[b" modversion is unchanged\n"]);
    }

    /// An override of the reference file hides a change.
    pub(super) fn override_ignored(&mut self, at: Location<'_>, kind: Kind, name: &[u8]) {
        self.location(at);
        self.say(&[b"ignoring "]);
        self.type_name(kind, name);
        self.say(&[b" modversion change\n"]);
    }

    /// An export differs from the reference because of `changes`, in this order.
    pub(super) fn export_changed<'n>(
        &mut self,
        at: Location<'_>,
        export: &[u8],
        changes: impl Iterator<Item = (Kind, &'n [u8], Change)>,
    ) {
        let mut any = false;
        for (kind, name, change) in changes {
            if any {
                self.say(&[b", "]);
            } else {
                let level: &[u8] = if self.preserve { b"error" } else { b"warning" };
                self.location(at);
                self.say(&[level, b": ", export, b": modversion changed because of changes in "]);
            }
            self.type_name(kind, name);
            if change == Change::Defined {
                self.say(&[b" (became defined)"]);
            }
            any = true;
            self.errors += usize::from(self.preserve);
        }
        if any {
            self.say(&[b"\n"]);
        }
    }

    /// `-d`: a symbol was added, with this printed definition.
    pub(super) fn definition(&mut self, kind: Kind, name: &[u8], is_extern: bool, text: &[u8]) {
        let word: &[u8] = if kind == Kind::Normal { b"type0" } else { kind.word().as_bytes() };
        let class: &[u8] = if is_extern { b"extern " } else { b"" };
        self.say(&[b"Defn for ", word, b" ", name, b" == <", class, text, b">\n"]);
    }

    /// `-d`: how many symbols there are, for the buckets of upstream's hash table.
    pub(super) fn occupancy(&mut self, symbols: usize) {
        const BUCKETS: usize = 4096;
        let share = significant(symbols as f64 / BUCKETS as f64);
        let text = format!("Hash table occupancy {symbols}/{BUCKETS} = {share}\n");
        self.say(&[text.as_bytes()]);
    }

    /// `-D`: the line of an export begins.
    pub(super) fn expansion_begins(&mut self, name: &[u8]) {
        self.say(&[b"Export ", name, b" == <"]);
    }

    /// `-D`: a part of the expanded text.
    pub(super) fn expansion(&mut self, text: &[u8]) {
        self.say(&[text]);
    }

    /// `-D`: the line of an export ends.
    pub(super) fn expansion_ends(&mut self) {
        self.say(&[b">\n"]);
    }

    /// Our own: the run ends here, where upstream would crash or never end.
    pub(super) fn fatal(&mut self, at: Location<'_>, what: &[u8]) {
        self.say(&[b"genksyms: "]);
        self.location(at);
        self.say(&[what, b"\n"]);
        self.errors += 1;
    }

    /// One message of the parser, if they are wanted.
    fn warn(&mut self, at: Location<'_>, parts: &[&[u8]]) {
        if self.warnings {
            self.location(at);
            self.say(parts);
            self.say(&[b"\n"]);
            self.errors += 1;
        }
    }

    /// The place that stands before a message.
    fn location(&mut self, at: Location<'_>) {
        let line = at.line.to_string();
        self.say(&[at.file.unwrap_or(b"<stdin>"), b":", line.as_bytes(), b": "]);
    }

    /// A symbol by kind and name.
    fn type_name(&mut self, kind: Kind, name: &[u8]) {
        if kind != Kind::Normal {
            self.say(&[kind.word().as_bytes(), b" "]);
        }
        self.say(&[name]);
    }

    /// Appends to the text.
    fn say(&mut self, parts: &[&[u8]]) {
        parts.iter().for_each(|part| self.text.extend_from_slice(part));
    }
}

/// A share as C's `%g` prints it: six significant digits, without zeros at the end.
fn significant(share: f64) -> String {
    if share == 0.0 {
        return "0".to_owned();
    }
    // The exponent after rounding, as C has it. (A logarithm would also bring the C library's
    // mathematics into every start of the program: 0.06 ms.)
    let scientific = format!("{share:.5e}");
    let exponent = scientific.rsplit('e').next().and_then(|digits| digits.parse::<i32>().ok());
    let decimals = exponent.and_then(|exponent| usize::try_from(5 - exponent).ok());
    // The least share is one symbol's, 2.4e-4, so that `%g` takes this form and not the other.
    let text = format!("{share:.*}", decimals.unwrap_or(0));
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
