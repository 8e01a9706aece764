//! `--diagnostics`: what the kernel's program does in silence. Each check looks at one object after
//! its CRCs are known, and changes nothing.

mod answered;
mod checks;
mod reach;

use annotate_snippets::{Element, Level, Renderer};
use indexmap::IndexSet;

use super::kabi::Effect;
use super::symbols::{SymbolId, SymbolPlace, Symbols};
use crate::shown::{Shown, counted};

pub(super) use answered::Answered;
pub(super) use checks::check;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Severity {
    /// An export has no CRC, or one that is not that of its interface.
    Error,
    /// Something has no effect, and no CRC is the worse for it.
    Warning,
}

/// One thing to say of an object.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    severity: Severity,
    pub title: String,
    pub notes: Vec<String>,
    /// The exports whose CRCs are wrong or missing.
    affected: Vec<SymbolId>,
}

impl Finding {
    fn error(title: String, affected: Vec<SymbolId>) -> Self {
        Self { severity: Severity::Error, title, notes: Vec::new(), affected }
    }

    fn warning(title: String) -> Self {
        Self { severity: Severity::Warning, title, notes: Vec::new(), affected: Vec::new() }
    }

    fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }
}

/// A rule of an object.
#[derive(Clone, Debug)]
pub(super) struct RuleUse {
    pub effect: Effect,
    pub target: Vec<u8>,
    /// Why it changes nothing, if it does not.
    pub unused: Option<String>,
}

/// What there is to say of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Diagnosed {
    /// All of it.
    pub found: Vec<Finding>,
    /// Of that, the members that have the name of another.
    pub leaks: Vec<Finding>,
    pub rules: Vec<RuleUse>,
}

/// All that was found, of all objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// What was found, and of which object.
    found: Vec<(Vec<u8>, Finding)>,
    /// The exports that each object has, and where.
    places: Vec<(Vec<u8>, Vec<SymbolPlace>)>,
}

impl Findings {
    /// Notes what was found of the object at `path`, and where it has its exports.
    pub fn add(&mut self, path: &[u8], symbols: &Symbols<'_>, found: Vec<Finding>) {
        self.found.extend(found.into_iter().map(|finding| (path.to_vec(), finding)));
        self.places.push((path.to_vec(), symbols.places().collect()));
    }

    /// The text of all findings: empty if there is nothing to say.
    pub fn render(mut self, symbols: &Symbols<'_>, is_colored: bool) -> Vec<u8> {
        self.mixed(symbols);
        self.missing(symbols);
        if self.found.is_empty() {
            return Vec::new();
        }
        let renderer =
            if is_colored { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
        let mut text = String::new();
        for (path, finding) in &self.found {
            let (level, word) = match finding.severity {
                Severity::Error => (Level::ERROR, "error"),
                Severity::Warning => (Level::WARNING, "warning"),
            };
            let level = level.with_name(format!("{}: {word}", Shown(path)));
            let notes = finding.notes.iter().map(|note| Element::from(Level::NOTE.message(note)));
            let group = level.primary_title(&finding.title).elements(notes);
            text.push_str(&renderer.render(&[group]));
            text.push_str("\n\n");
        }
        text.push_str(&self.summary(symbols));
        text.into_bytes()
    }

    fn summary(&self, symbols: &Symbols<'_>) -> String {
        let of = |severity| self.found.iter().filter(|(_, it)| it.severity == severity).count();
        let errors = counted(of(Severity::Error), "error");
        let warnings = counted(of(Severity::Warning), "warning");
        let affected: IndexSet<SymbolId> =
            self.found.iter().flat_map(|(_, it)| it.affected.iter().copied()).collect();
        let total = counted(symbols.in_order().len(), "export");
        format!("gendwarfksyms: {errors}, {warnings}; {} of {total} affected\n", affected.len())
    }

    /// Symbols of different objects at one place, which the kernel's program takes for aliases.
    fn mixed(&mut self, symbols: &Symbols<'_>) {
        for index in 1..self.places.len() {
            let (before, from_here) = self.places.split_at(index);
            let (path, own) = &from_here[0];
            let clash = own.iter().find_map(|(place, symbol)| {
                before.iter().find_map(|(path, places)| {
                    let (_, other) = places.iter().find(|(other, _)| other == place)?;
                    (other != symbol).then_some((path, *other, *symbol))
                })
            });
            if let Some((other_path, other, symbol)) = clash {
                let title = format!(
                    "{} is where {} is in {}",
                    quoted(symbols, symbol),
                    quoted(symbols, other),
                    Shown(other_path)
                );
                let finding = Finding::warning(title).note(
                    "the kernel's program takes symbols of several objects for aliases if they are \
                     at the same place, and computes different CRCs; run it once for each object",
                );
                self.found.push((path.clone(), finding));
            }
        }
    }

    /// The exports without a CRC.
    fn missing(&mut self, symbols: &Symbols<'_>) {
        let missing: Vec<_> =
            symbols.in_order().iter().filter(|id| !symbols.has_crc(**id)).collect();
        let Some((path, _)) = self.places.last() else {
            return;
        };
        if missing.is_empty() {
            return;
        }
        let is_defined = |id: &SymbolId| {
            self.places.iter().any(|(_, places)| places.iter().any(|(_, symbol)| symbol == id))
        };
        let (defined, unknown): (Vec<SymbolId>, Vec<SymbolId>) =
            missing.into_iter().copied().partition(|id| is_defined(id));
        let count = counted(defined.len() + unknown.len(), "export");
        let verb = if defined.len() + unknown.len() == 1 { "has" } else { "have" };
        let mut finding = Finding::error(
            format!("{count} {verb} no CRC"),
            defined.iter().chain(&unknown).copied().collect(),
        );
        if !defined.is_empty() {
            finding = finding.note(format!(
                "defined, but not described by debugging information: {} (a symbol of an assembler \
                 file needs a declaration in asm/asm-prototypes.h)",
                listed(symbols, &defined)
            ));
        }
        if !unknown.is_empty() {
            finding = finding.note(format!("not defined: {}", listed(symbols, &unknown)));
        }
        self.found.push((path.clone(), finding));
    }
}

/// How many names a list shows.
const MOST_NAMES: usize = 8;

/// The name of an export, as it stands in a sentence.
fn quoted(symbols: &Symbols<'_>, id: SymbolId) -> String {
    format!("`{}`", Shown(symbols.name(id)))
}

/// The names of exports, as far as a line has room for them.
fn listed(symbols: &Symbols<'_>, ids: &[SymbolId]) -> String {
    let shown: Vec<_> =
        ids.iter().take(MOST_NAMES).map(|id| Shown(symbols.name(*id)).to_string()).collect();
    match ids.len().checked_sub(MOST_NAMES + 1) {
        None => shown.join(", "),
        Some(more) => format!("{} and {} more", shown.join(", "), more + 1),
    }
}
