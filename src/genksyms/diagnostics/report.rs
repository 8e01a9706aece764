//! Turns troubles into diagnostics.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::events::Recovery;
use super::lines::{self, Lines, Position};
use super::missing::Missing;
use super::places::Places;
use super::problem_kind::ProblemKind;
use super::reached::Reached;
use super::search::{self, Tag};
use super::tags::Tags;
use super::troubles::{Cause, Export, Misfit, Trouble, Troubles};
use crate::formats::symtypes::Kind;
use crate::genksyms::interner::WordId;
use crate::genksyms::session::Session;
use crate::genksyms::symbol_id::SymbolId;
use crate::shown::counted;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// An export is lost, or its CRC is not that of its interface.
    Error,
    /// Text is passed over, and no export is the worse for it.
    Warning,
}

/// A place in the source, and what is to be said there.
#[derive(Debug)]
pub(super) struct Mark {
    /// What is underlined.
    pub(super) range: Range<usize>,
    /// The text beside it.
    pub(super) label: String,
}

/// One thing to say.
#[derive(Debug)]
pub(super) struct Diagnostic {
    /// What kind of thing it is.
    pub(super) kind: ProblemKind,
    /// How bad it is.
    pub(super) severity: Severity,
    /// What it is.
    pub(super) title: String,
    /// Where it is.
    pub(super) mark: Mark,
    /// Another place that bears on it.
    pub(super) other: Option<Mark>,
    /// What follows from it.
    pub(super) notes: Vec<String>,
}

/// Makes the diagnostics, and counts.
pub(super) struct Report<'a, 's> {
    source: &'s [u8],
    session: &'a mut Session<'s>,
    troubles: Troubles,
    /// The lines of the source.
    lines: Lines<'s>,
    /// The definitions of tags in all of the source.
    tags: Tags<'s>,
    /// The exports with a CRC, by what they reach.
    reached: Reached,
    /// The exports without a declaration: what is exported, and where.
    undeclared: Missing<(WordId, usize)>,
    /// The tags that exports reached without a definition.
    incomplete: BTreeSet<SymbolId>,
    /// The same, as far as nothing explains them.
    unknown: Missing<SymbolId>,
    /// The file that is compiled.
    source_file: Option<Cow<'s, str>>,
    /// The places of the exports that are lost or hash the wrong thing.
    affected: BTreeSet<usize>,
    /// The symbols that are wrong in what their exports hash.
    affecting: BTreeSet<SymbolId>,
    /// The places of the export statements that were not read.
    unread: BTreeSet<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a, 's> Report<'a, 's> {
    /// Says all there is to say.
    pub(super) fn new(source: &'s [u8], session: &'a mut Session<'s>, troubles: Troubles) -> Self {
        let definitions = &session.definitions;
        let undeclared = troubles.undeclared.clone();
        let unknown = troubles.unknown.clone();
        let mut report = Self {
            source,
            lines: Lines::default(),
            tags: Tags::default(),
            reached: Reached::default(),
            undeclared: Missing::new(undeclared, |(word, _)| definitions.words.text(word).into()),
            unknown: Missing::new(unknown, |id| definitions.name(id).into()),
            incomplete: troubles.unknown.iter().copied().collect(),
            session,
            troubles,
            source_file: None,
            affected: BTreeSet::new(),
            affecting: BTreeSet::new(),
            unread: BTreeSet::new(),
            diagnostics: Vec::new(),
        };
        report.fill();
        report
    }

    /// The diagnostics, in the order in which they are to be read.
    pub(super) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The file that is compiled, if something is to be said of it; or nothing.
    pub(super) fn source_file(&self) -> String {
        self.source_file.as_deref().unwrap_or_default().to_owned()
    }

    /// The last line: how much of it all there is.
    pub(super) fn summary(&self) -> String {
        let of = |severity| self.diagnostics.iter().filter(|d| d.severity == severity).count();
        let errors = counted(of(Severity::Error), "error");
        let warnings = counted(of(Severity::Warning), "warning");
        let exports = &self.troubles.exports;
        let total = exports.len() + self.undeclared.count() + self.unread.len();
        let affected = self.affected.len();
        let total = counted(total, "export");
        format!("genksyms: {errors}, {warnings}; {affected} of {total} affected")
    }

    /// What is incomplete as a matter of course, if there is any of it.
    pub(super) fn incomplete(&self) -> Option<String> {
        let is_own =
            |id: &SymbolId| self.definitions_of(*id).any(|tag| self.is_in_source_file(tag));
        let (own, never): (Vec<SymbolId>, Vec<SymbolId>) =
            self.unknown.unexplained().into_iter().partition(is_own);
        let mut parts = Vec::new();
        if !own.is_empty() {
            parts.push(format!("{} defined by the source file itself", own.len()));
        }
        if !never.is_empty() {
            parts.push(format!("{} not defined by any included file", never.len()));
        }
        let all = parts.join(" and ");
        (!parts.is_empty()).then(|| {
            format!("genksyms: note: exports also reach incomplete types, as usual: {all}")
        })
    }

    /// Makes all diagnostics.
    fn fill(&mut self) {
        if self.is_clean() {
            return;
        }
        self.reached = Reached::new(&self.troubles);
        self.prune_redefinitions();
        if self.is_clean() {
            return;
        }
        self.lines = Lines::new(self.source);
        self.tags = Tags::new(self.source);
        self.source_file = search::source_file(self.source).map(|end| self.position(end).file);
        let troubles = std::mem::take(&mut self.troubles.troubles);
        for trouble in &troubles {
            let diagnostic = self.trouble(trouble);
            self.diagnostics.push(diagnostic);
        }
        self.undeclared();
        self.defined_late();
        self.defined_twice();
        let affected = self.reached.by_any(&self.affecting);
        self.affected.extend(affected.iter().map(|number| self.troubles.exports[*number].at));
    }

    /// Whether there is nothing to say. (That tags are unknown is usual.)
    fn is_clean(&self) -> bool {
        self.troubles.troubles.is_empty()
            && self.troubles.undeclared.is_empty()
            && self.troubles.redefined.is_empty()
    }

    // ---- Text that was passed over ----------------------------------------------------------

    /// What one trouble did.
    fn trouble(&mut self, trouble: &Trouble) -> Diagnostic {
        let mut notes = self.recoveries(trouble);
        let count = notes.len();
        notes.extend(self.lost_exports(trouble));
        notes.extend(self.lost_tags(trouble));
        notes.extend(self.unparsed(trouble));
        let severity = if notes.len() > count { Severity::Error } else { Severity::Warning };
        if severity == Severity::Warning {
            notes.push("no export of this file is affected".to_owned());
        }
        let kind = match trouble.cause {
            Cause::Token => ProblemKind::Syntax,
            Cause::Byte(_) | Cause::Unclosed(_) | Cause::CutOff | Cause::StackFull(_) => {
                ProblemKind::EndOfInput
            }
        };
        let (title, mark) = self.cause(trouble);
        Diagnostic { kind, severity, title, mark, other: None, notes }
    }

    /// What is to be shown of a cause.
    fn cause(&self, trouble: &Trouble) -> (String, Mark) {
        let first = &trouble.misfits[0];
        let mark = |offset, label: &str| Mark {
            range: lines::token(self.source, offset),
            label: label.to_owned(),
        };
        match trouble.cause {
            Cause::Token => {
                let mark = mark(first.start, "unexpected token");
                (format!("syntax error at `{}`", self.text(mark.range.clone())), mark)
            }
            Cause::Byte(at) => {
                let byte = self.source[at];
                let what =
                    if byte == 0 { "a NUL byte".into() } else { format!("byte {byte:#04x}") };
                let mark = Mark { range: at..at + 1, label: "upstream stops reading here".into() };
                (format!("{what} outside of a literal ends the input"), mark)
            }
            Cause::Unclosed(at) => {
                let mark = mark(at, "everything from here on is read as one phrase");
                (format!("unterminated `{}`", self.text(mark.range.clone())), mark)
            }
            Cause::CutOff => {
                let mark = mark(first.declaration, "never completed");
                ("the input ends inside a declaration".to_owned(), mark)
            }
            Cause::StackFull(at) => {
                let mark = mark(at.saturating_sub(1), "nothing is read from here on");
                ("too deeply nested: the parser's stack is full".to_owned(), mark)
            }
        }
    }

    /// What the parser did about it.
    fn recoveries(&mut self, trouble: &Trouble) -> Vec<String> {
        let first = &trouble.misfits[0];
        let mut notes = Vec::new();
        if trouble.cause == Cause::Token {
            if let Some(symbol) = first.declared.filter(|_| self.is_taken_for_name(first)) {
                let name = self.name(symbol);
                notes.push(format!(
                    "`{name}` is not a known type: it is read as the name being \
                                    declared"
                ));
            }
            notes.push(self.recovery(first));
        } else {
            let name = self.position(first.declaration).name();
            notes.push(format!("everything from {name} to the end of the input is ignored"));
        }
        if let Some(last) = trouble.misfits.get(1..).and_then(<[Misfit]>::last) {
            let errors = counted(trouble.misfits.len() - 1, "more error");
            let end = self.position(last.until.saturating_sub(1)).name();
            notes.push(format!("{errors} in what follows, up to {end}"));
        }
        notes.extend(self.forgotten(trouble));
        notes
    }

    /// Whether the name declared before a misfit stands where the type is to be expected.
    fn is_taken_for_name(&self, misfit: &Misfit) -> bool {
        const BEFORE_TYPE: [&[u8]; 4] = [b"extern", b"static", b"inline", b"const"];
        let before = &self.source[misfit.declaration..misfit.start];
        let Some(id) = misfit.declared else {
            return false;
        };
        let name = self.session.definitions.name(id);
        let Some(rest) = before.trim_ascii_end().strip_suffix(name) else {
            return false;
        };
        let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.all(|word| BEFORE_TYPE.contains(&word))
    }

    /// What became of the text around a misfit.
    fn recovery(&self, misfit: &Misfit) -> String {
        let last = misfit.until.saturating_sub(1);
        let end = match misfit.is_resumed {
            true => {
                format!("up to `{}` at {}", self.text(last..last + 1), self.position(last).name())
            }
            false => "with everything after it".to_owned(),
        };
        match misfit.recovery {
            Recovery::Declaration => {
                format!("the declaration is skipped {end}")
            }
            Recovery::Parentheses => {
                format!(
                    "the parameters {end} are kept as unparsed text: the CRC then covers \
                         their names too"
                )
            }
            Recovery::FirstMember if self.source.get(last) == Some(&b'}') => {
                format!("the members {end} are kept as unparsed text")
            }
            Recovery::FirstMember | Recovery::Member => {
                let leaves = search::leaves_braces(self.source, misfit.start..misfit.until);
                let more = match leaves {
                    true => ", including a closing `}`: what follows is read as members",
                    false => "",
                };
                format!("the member {end} is kept as unparsed text{more}")
            }
        }
    }

    /// The tags that are defined in text that was passed over, and nowhere else.
    fn forgotten(&mut self, trouble: &Trouble) -> Option<String> {
        let mut names = BTreeSet::new();
        for tag in self.covered_tags(trouble) {
            if !self.is_recorded(&tag) {
                let (keyword, name) = (self.text(tag.keyword), self.text(tag.name));
                names.insert(format!("{keyword} {name}"));
            }
        }
        (!names.is_empty()).then(|| format!("not recorded: {}", listed(&names, String::clone)))
    }

    /// The tags that are defined in text that was passed over, if not in the source file itself.
    fn covered_tags(&self, trouble: &Trouble) -> Vec<Tag> {
        let tags = trouble.ranges().flat_map(|range| self.tags.within(&range));
        tags.filter(|tag| !self.is_in_source_file(tag)).cloned().collect()
    }

    /// Whether the table knows a tag, and more than that it exists.
    fn is_recorded(&mut self, tag: &Tag) -> bool {
        let definitions = &mut self.session.definitions;
        let word = definitions.words.intern(&self.source[tag.name.clone()]);
        let symbol = definitions.find(word, Kind::Struct);
        symbol.is_some_and(|symbol| !self.incomplete.contains(&symbol))
    }

    /// The exports that stand in the text, or whose only declaration does.
    fn lost_exports(&mut self, trouble: &Trouble) -> Vec<String> {
        let mut notes = Vec::new();
        let mut unread = BTreeSet::new();
        for range in trouble.ranges() {
            unread.extend(search::exports(self.source, range).map(|name| name.start));
        }
        if !unread.is_empty() {
            let names = listed(&unread, |at| self.text(lines::token(self.source, *at)));
            notes.push(format!("{} skipped, no CRC: {names}", counted(unread.len(), "export")));
        }
        self.affected.extend(&unread);
        self.unread.extend(&unread);
        notes.extend(self.lost_declarations(trouble));
        notes
    }

    /// The exports without a declaration because that stands in the text.
    fn lost_declarations(&mut self, trouble: &Trouble) -> Option<String> {
        let source = self.source;
        let names = trouble.ranges().flat_map(|range| search::names(source, range));
        let lost = self.undeclared.explain(names.map(|(name, _)| name));
        self.affected.extend(lost.iter().map(|(_, at)| at));
        let count = counted(lost.len(), "export");
        let names = listed(&lost, |(word, _)| self.word(*word));
        (!lost.is_empty()).then(|| format!("{count} left without a declaration, no CRC: {names}"))
    }

    /// The tags that are incomplete because their definition stands in the text.
    fn lost_tags(&mut self, trouble: &Trouble) -> Vec<String> {
        let (source, tags) = (self.source, self.covered_tags(trouble));
        let lost = self.unknown.explain(tags.iter().map(|tag| &source[tag.name.clone()]));
        lost.into_iter().filter_map(|id| self.hashes_unknown(id)).collect()
    }

    /// The exports that hash the name of a tag in place of its definition.
    fn hashes_unknown(&mut self, id: SymbolId) -> Option<String> {
        let tag = self.tag_name(id);
        self.reached_by([id], &format!("`{tag} {{ UNKNOWN }}`"))
    }

    /// The exports that hash text that was not parsed, or only a part of a declaration.
    fn unparsed(&mut self, trouble: &Trouble) -> Vec<String> {
        let mut reached = trouble.unparsed.clone();
        reached.retain(|id| !self.reached.by(*id).is_empty());
        let symbols = listed(reached, |id| format!("`{}`", self.tag_name(id)));
        let what = format!("unparsed text, in {symbols}");
        let unparsed = self.reached_by(trouble.unparsed.iter().copied(), &what);
        let cut = self.reached_by(trouble.cut_off(), "only the text before the error");
        unparsed.into_iter().chain(cut).collect()
    }

    /// The note that the exports which reach one of the symbols hash something, if there are any.
    fn reached_by(
        &mut self,
        ids: impl IntoIterator<Item = SymbolId>,
        what: &str,
    ) -> Option<String> {
        let ids = ids.into_iter().collect();
        let numbers = self.reached.by_any(&ids);
        self.affecting.extend(ids);
        let verb = if numbers.len() == 1 { "hashes" } else { "hash" };
        let count = counted(numbers.len(), "export");
        let exports = numbers.iter().map(|number| self.troubles.exports[*number].symbol);
        let names = listed(exports, |symbol| self.name(symbol));
        (!numbers.is_empty()).then(|| format!("{count} {verb} {what}: {names}"))
    }

    // ---- What no error explains -------------------------------------------------------------

    /// Exports that are declared nowhere, or too late.
    fn undeclared(&mut self) {
        let (late, never): (Vec<_>, Vec<_>) =
            self.undeclared.unexplained().into_iter().partition(|(word, _)| {
                self.session.definitions.find(*word, Kind::Normal).is_some()
            });
        self.affected.extend(late.iter().chain(&never).map(|(_, at)| at));
        self.declared_late(&late);
        let names: Vec<String> = never.iter().map(|(word, _)| self.word(*word)).collect();
        if let [(_, at), ..] = &never[..] {
            self.never_declared(*at, &names);
        }
    }

    /// Exports that are declared too late, in the order of the source.
    fn declared_late(&mut self, exports: &[(WordId, usize)]) {
        let words = &self.session.definitions.words;
        let names = exports.iter().map(|(word, _)| words.text(*word));
        let offsets: Vec<usize> = exports.iter().map(|(_, at)| *at).collect();
        let places = Places::new(self.source, names.clone(), &offsets);
        let declared: Vec<Option<usize>> =
            names.zip(&offsets).map(|(name, at)| places.after(name, *at)).collect();
        for ((word, at), declared) in exports.iter().zip(declared) {
            let other = declared.map(|at| self.mark(at, "declared here, too late"));
            let title = format!("`{}` is exported before it is declared", self.word(*word));
            let mark = self.export_mark(*at);
            self.error(ProblemKind::Undeclared, title, mark, other, Vec::new());
        }
    }

    /// Exports that are declared nowhere, the first of them at this place.
    fn never_declared(&mut self, at: usize, names: &[String]) {
        let title = match names {
            [name] => format!("`{name}` is exported but never declared"),
            names => format!("{} exports are never declared", names.len()),
        };
        let mut notes = Vec::new();
        if names.len() > 1 {
            notes.push(format!("no CRC for {}", listed(names, String::clone)));
        }
        notes.push(
            "modpost will report: version generation failed; include the header that declares it \
             (<asm/asm-prototypes.h> for assembly)"
                .to_owned(),
        );
        self.error(ProblemKind::Undeclared, title, self.export_mark(at), None, notes);
    }

    /// Adds an error.
    fn error(
        &mut self,
        kind: ProblemKind,
        title: String,
        mark: Mark,
        other: Option<Mark>,
        notes: Vec<String>,
    ) {
        let severity = Severity::Error;
        self.diagnostics.push(Diagnostic { kind, severity, title, mark, other, notes });
    }

    /// The place of an export statement: the name in it.
    fn export_mark(&self, at: usize) -> Mark {
        let name = search::exports(self.source, at..self.source.len()).next();
        let range = name.unwrap_or_else(|| lines::token(self.source, at));
        Mark { range, label: "no CRC for this export".to_owned() }
    }

    /// Tags that are defined after an export has reached them.
    fn defined_late(&mut self) {
        let redefined: BTreeMap<SymbolId, usize> =
            self.troubles.redefined.iter().copied().collect();
        for id in self.unknown.unexplained() {
            let Some(at) = redefined.get(&id) else {
                continue;
            };
            let (tag, mark) = (self.tag_name(id), self.definition_mark(id, *at));
            let other = self.exports_reaching(id).next().map(|export| export.at);
            let other = other.map(|at| Mark {
                label: "this export already used it".to_owned(),
                ..self.export_mark(at)
            });
            let notes: Vec<String> = self.hashes_unknown(id).into_iter().collect();
            self.unknown.explain([self.session.definitions.name(id)]);
            let title = format!("`{tag}` is defined after an export used it");
            self.error(ProblemKind::DefinedLate, title, mark, other, notes);
        }
    }

    /// Leaves of the second definitions one for each name, and only if an export reaches it.
    fn prune_redefinitions(&mut self) {
        let mut seen = BTreeSet::new();
        let is_reached = |id| !self.reached.by(id).is_empty();
        self.troubles.redefined.retain(|(id, _)| is_reached(*id) && seen.insert(*id));
    }

    /// Types that are defined twice: the first definition stands.
    fn defined_twice(&mut self) {
        for (id, at) in self.troubles.redefined.clone() {
            if self.incomplete.contains(&id) {
                continue;
            }
            let mark = self.definition_mark(id, at);
            let first = self.definitions_of(id).next();
            let first = first.filter(|tag| tag.keyword.start < mark.range.start);
            let other = first.map(|tag| Mark {
                range: tag.name.clone(),
                label: "this definition counts".to_owned(),
            });
            let exports = counted(self.reached.by(id).len(), "export");
            let notes = vec![format!("the first definition is hashed by {exports}")];
            let title = format!("`{}` is redefined differently", self.tag_name(id));
            let (kind, severity) = (ProblemKind::Redefined, Severity::Warning);
            self.diagnostics.push(Diagnostic { kind, severity, title, mark, other, notes });
        }
    }

    // ---- Names and places -------------------------------------------------------------------

    /// The place of the definition of a symbol in the declaration at an offset.
    fn definition_mark(&self, id: SymbolId, declaration: usize) -> Mark {
        let tag = self.tags.named_after(self.session.definitions.name(id), declaration);
        let range =
            tag.map_or_else(|| lines::token(self.source, declaration), |tag| tag.name.clone());
        Mark { range, label: "ignored".to_owned() }
    }

    /// The token at an offset, with a label.
    fn mark(&self, at: usize, label: &str) -> Mark {
        Mark { range: lines::token(self.source, at), label: label.to_owned() }
    }

    /// The definitions that look like those of a tag.
    fn definitions_of(&self, id: SymbolId) -> impl Iterator<Item = &Tag> {
        self.tags.named(self.session.definitions.name(id))
    }

    /// The exports that reach a symbol.
    fn exports_reaching(&self, id: SymbolId) -> impl Iterator<Item = &Export> {
        self.reached.by(id).iter().map(|number| &self.troubles.exports[*number])
    }

    /// Where an offset is.
    pub(super) fn position(&self, offset: usize) -> Position<'s> {
        self.lines.position(offset)
    }

    /// Whether a tag is defined in the file that is compiled: it is left out on purpose then.
    fn is_in_source_file(&self, tag: &Tag) -> bool {
        let file = self.position(tag.keyword.start).file;
        self.source_file.as_ref() == Some(&file)
    }

    /// The text of a word.
    fn word(&self, word: WordId) -> String {
        lossy(self.session.definitions.words.text(word))
    }

    /// The name of a symbol.
    fn name(&self, id: SymbolId) -> String {
        lossy(self.session.definitions.name(id))
    }

    /// The kind, if it is not the usual one, and the name of a symbol.
    fn tag_name(&self, id: SymbolId) -> String {
        match self.session.definitions.symbol(id).kind {
            Kind::Normal => self.name(id),
            kind => format!("{} {}", kind.word(), self.name(id)),
        }
    }

    /// A stretch of source.
    fn text(&self, range: Range<usize>) -> String {
        lossy(&self.source[range])
    }
}

/// The first few of some names.
fn listed<T>(
    things: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    name: impl FnMut(T) -> String,
) -> String {
    const SHOWN: usize = 4;
    let things = things.into_iter();
    let more = things.len().saturating_sub(SHOWN);
    let shown = things.take(SHOWN).map(name).collect::<Vec<String>>().join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Text for people.
fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
