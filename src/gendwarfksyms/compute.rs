//! One object: from its bytes to the CRCs of the symbols that it describes.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::collect::Collector;
use super::debug_info::DebugInfo;
use super::describe::Describer;
use super::diagnostics::{Answered, Diagnosed, check};
use super::entry::Place;
use super::kabi::{RENAMED, Rules};
use super::messages::{Fault, debug, no_object};
use super::output::{Options, Output};
use super::pieces::{Pieces, Span};
use super::scan::{Match, Scan, Scopes};
use super::sections::Sections;
use super::symbols::{Symbols, bucket};
use super::type_map::TypeMap;
use super::version::Versions;
use super::walk::{Dump, Leak, Walk};
use crate::elf::{ObjectFile, Strictness};
use crate::release::{Gendwarfksyms, SymtypesOrder};

/// The room on the stack that a walk of the greatest depth takes, and more.
const STACK: usize = 256 << 20;

/// What the types of the symbols are.
struct Texts<'s> {
    map: TypeMap,
    pieces: Pieces,
    /// Of each match, its own text.
    spans: Vec<Span>,
    /// The rules that were applied.
    used_rules: IndexSet<usize, FxBuildHasher>,
    /// The members that have the name of another.
    leaks: Vec<Leak<'s>>,
}

/// Computes the CRCs of `symbols` that the object in `data` describes. Returns what there is to say
/// of it with `--diagnostics`.
///
/// # Errors
/// `data` is no object, or there is a fault in what it says.
pub(super) fn compute(
    symbols: &mut Symbols<'_>,
    path: &[u8],
    data: &[u8],
    options: &Options,
    release: &Gendwarfksyms,
    output: &mut Output,
) -> Result<Diagnosed, Fault> {
    let strictness = Strictness { byte_order: true, relocatable: false };
    let file = ObjectFile::parse(data, data.len(), strictness)
        .map_err(|reason| no_object(path, reason))?;
    output.stderr.extend(symbols.locate(&file, options.debug));
    let rules = if options.stable {
        Some(Rules::read(&file, release.kabi_rules, options.debug, &mut output.stderr)?)
    } else {
        None
    };
    if options.debug {
        output.stderr.extend(debug("process_module", path));
    }
    let sections = Sections::read(&file, data).map_err(|reason| no_object(path, reason))?;
    let unread = match (&rules, options.diagnostics) {
        (None, true) => {
            Rules::read(&file, release.kabi_rules, false, &mut Vec::new()).unwrap_or_default()
        }
        _ => Rules::default(),
    };
    let object =
        Object { sections: &sections, rules: rules.as_ref(), unread: &unread, options, release };
    object.compute(symbols, output)
}

#[derive(Clone, Copy)]
struct Object<'o, 's> {
    sections: &'s Sections<'s>,
    rules: Option<&'o Rules<'s>>,
    /// The rules that do not count.
    unread: &'o Rules<'s>,
    options: &'o Options,
    release: &'o Gendwarfksyms,
}

/// The matches of one unit.
struct UnitMatches {
    unit: u32,
    matches: Vec<Match>,
}

impl<'s> Object<'_, 's> {
    fn compute(&self, symbols: &mut Symbols<'_>, output: &mut Output) -> Result<Diagnosed, Fault> {
        let info = DebugInfo::new(self.sections);
        let mut scopes = Scopes::default();
        let mut found = Vec::new();
        let mut fault = info.fault.clone();
        for unit in 0..info.units.len() as u32 {
            let mut matches = Vec::new();
            let mut scan = Scan {
                info: &info,
                symbols,
                scopes: &mut scopes,
                named: self.release.scopes,
                matches: &mut matches,
            };
            let scanned = scan.unit(unit);
            found.push(UnitMatches { unit, matches });
            if let Err(first) = scanned {
                fault = Some(first);
                break;
            }
        }
        let mut texts = self.texts(&info, &scopes, symbols, &found, output)?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        // The text of each DIE, which symbols of the same address share.
        let matches = found.iter().flat_map(|found| &found.matches);
        let spans: IndexMap<_, _, FxBuildHasher> =
            matches.zip(&texts.spans).map(|(it, span)| (it.typed.place, *span)).collect();
        self.versions(&mut texts, symbols, &spans, output)?;
        if !self.options.diagnostics {
            return Ok(Diagnosed::default());
        }
        let apart = match symbols.false_aliases().is_empty() {
            true => None,
            false => self.apart(symbols),
        };
        Ok(check(&Answered {
            info: &info,
            sections: self.sections,
            rules: self.rules.map_or((self.unread, false), |rules| (rules, true)),
            used_rules: &texts.used_rules,
            leaks: &texts.leaks,
            symbols,
            apart: apart.as_ref(),
            map: &texts.map,
            pieces: &texts.pieces,
            spans: &spans,
        }))
    }

    /// The symbols with the CRCs that they have if none of them is an alias.
    fn apart<'l>(&self, symbols: &Symbols<'l>) -> Option<Symbols<'l>> {
        let mut apart = symbols.apart();
        let options = Options { stable: self.options.stable, ..Options::default() };
        let object = Object { options: &options, ..*self };
        object.compute(&mut apart, &mut Output::default()).ok().map(|_| apart)
    }

    fn texts(
        &self,
        info: &DebugInfo<'s>,
        scopes: &Scopes,
        symbols: &Symbols<'_>,
        found: &[UnitMatches],
        output: &mut Output,
    ) -> Result<Texts<'s>, Fault> {
        let renames = self.rules.is_some() && self.sections.has_name(RENAMED);
        let walks = renames
            || self.options.dump_dies
            || self.options.debug
            || info.has_references_between_units();
        if !walks && let Ok(texts) = self.collect(info, scopes, found) {
            return Ok(texts);
        }
        // Of several faults, the first on the C program's way is told.
        let walk = |output| self.walk(info, scopes, symbols, found, output);
        // It goes as deep as types hold each other.
        match rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build() {
            Ok(pool) => pool.install(|| walk(output)),
            Err(_) => walk(output),
        }
    }

    fn collect(
        &self,
        info: &DebugInfo<'s>,
        scopes: &Scopes,
        found: &[UnitMatches],
    ) -> Result<Texts<'s>, Fault> {
        let mut describer = Describer::new(info, scopes, self.rules);
        let mut collector = Collector::default();
        let (mut pieces, mut spans) = (Pieces::default(), Vec::new());
        for UnitMatches { unit, matches } in found.iter().filter(|found| !found.matches.is_empty())
        {
            for it in matches {
                spans.push(collector.symbol(&mut describer, *unit, it.typed, &mut pieces)?);
            }
            collector.reached(&mut describer)?;
            collector.forget();
            describer.next_unit();
        }
        let used_rules = describer.used_rules;
        Ok(Texts { map: collector.map, pieces, spans, used_rules, leaks: Vec::new() })
    }

    fn walk(
        &self,
        info: &DebugInfo<'s>,
        scopes: &Scopes,
        symbols: &Symbols<'_>,
        found: &[UnitMatches],
        output: &mut Output,
    ) -> Result<Texts<'s>, Fault> {
        let mut walk = Walk::default();
        let mut describer = Describer::new(info, scopes, self.rules);
        let mut texts = Vec::new();
        let mut walked = Ok(());
        'units: for UnitMatches { unit, matches } in found {
            for it in matches {
                if self.options.debug {
                    let said = debug("process_symbol", symbols.name(it.symbol));
                    match &mut walk.dump {
                        Some(dump) => dump.text.extend(said),
                        None => output.stderr.extend(said),
                    }
                }
                if self.options.dump_dies {
                    walk.dump.get_or_insert_with(Dump::default);
                }
                match walk.symbol(&mut describer, *unit, it.typed) {
                    Ok(text) => texts.push(text),
                    Err(fault) => {
                        walked = Err(fault);
                        break 'units;
                    }
                }
            }
            describer.next_unit();
        }
        if let Some(dump) = walk.dump.take() {
            output.stderr.extend(dump.text);
        }
        walked?;
        walk.map_types()?;
        let mut pieces = Pieces::default();
        let spans: Result<Vec<Span>, Fault> =
            texts.iter().map(|text| walk.text(text, &mut pieces)).collect();
        let spans = spans?;
        let used_rules = describer.used_rules;
        Ok(Texts { map: walk.map, pieces, spans, used_rules, leaks: walk.leaks })
    }

    /// Computes the CRCs from the texts, and writes what is asked for.
    fn versions(
        &self,
        texts: &mut Texts<'s>,
        symbols: &mut Symbols<'_>,
        by_place: &IndexMap<Place, Span, FxBuildHasher>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        let Texts { map, pieces, .. } = texts;
        if let Some(rules) = self.rules {
            map.replace(rules)?;
        }
        if self.options.dump_types || self.options.debug {
            for id in map.by_place() {
                let Some(span) = map.text(id) else { continue };
                let name = map.name(id);
                if self.options.debug {
                    output.stderr.extend(debug("expand_type", name));
                }
                if self.options.dump_types {
                    map.dump(name, &map.pieces, span, self.options.debug, &mut output.stderr);
                }
            }
        }
        let mut versions = Versions::new(self.rules);
        let mut lines: Vec<(Vec<u8>, Span)> = Vec::new();
        for id in symbols.in_order().to_vec() {
            let Some(typed) = symbols.typed(id) else { continue };
            let Some(span) = by_place.get(&typed.place) else { continue };
            if !self.options.symtypes && symbols.has_crc(id) {
                continue;
            }
            let name = symbols.name(id);
            let mut span = *span;
            if let Some(text) = self.rules.and_then(|rules| rules.type_string(name)) {
                span = map.parse(name, text, pieces)?;
            }
            if !symbols.has_crc(id) {
                let mut text = self.options.dump_versions.then(Vec::new);
                let crc = versions.crc(map, pieces, span, text.as_mut())?;
                symbols.set_crc(id, crc);
                if self.options.debug {
                    let said = [name, format!(" = {crc:x}").as_bytes()].concat();
                    output.stderr.extend(debug("expand_symbol", &said));
                }
                if let Some(text) = text {
                    output.stderr.extend([name, b" ", &text[..], b"\n"].concat());
                }
            }
            if self.options.symtypes {
                if self.options.dump_types {
                    map.dump(name, pieces, span, self.options.debug, &mut output.stderr);
                }
                lines.push((name.to_vec(), span));
            }
        }
        if self.options.symtypes {
            let order = self.release.symtypes_order;
            write_symtypes(map, pieces, lines, order, &mut output.symtypes);
        }
        Ok(())
    }
}

/// Writes the lines of types and symbols.
pub(super) fn write_symtypes(
    map: &TypeMap,
    pieces: &Pieces,
    symbols: Vec<(Vec<u8>, Span)>,
    order: SymtypesOrder,
    out: &mut Vec<u8>,
) {
    let types = map.in_order().into_iter();
    let types = types.filter_map(|id| Some((map.name(id), &map.pieces, map.text(id)?)));
    let symbols = symbols.iter().map(|(name, span)| (&name[..], pieces, *span));
    let mut lines: Vec<_> = match order {
        SymtypesOrder::Name => types.chain(symbols).collect(),
        // The last that came is the first of its list, and symbols come after types.
        SymtypesOrder::Hash => symbols.rev().chain(types).collect(),
    };
    match order {
        SymtypesOrder::Name => lines.sort_by_key(|(name, ..)| *name),
        SymtypesOrder::Hash => lines.sort_by_key(|(name, ..)| bucket(name)),
    }
    for (name, pieces, span) in lines {
        out.extend_from_slice(name);
        out.push(b' ');
        map.write(pieces, span, out);
        out.push(b'\n');
    }
}
