//! What a comparison found, for people.

use std::collections::BTreeMap;

use similar::{Algorithm, capture_diff_slices, group_diff_ops};

use super::declaration::{lines, spelled};
use super::{Cause, Comparison, Consumers, LINTS, Release, Types};

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// All of it: causes with their differences, then exports.
    Text,
    /// A line for each cause, and the first few exports of each kind.
    Short,
    /// The symbols that differ, one a line, sorted.
    Symbols,
}

/// How many names a short list has.
const FEW: usize = 10;

/// How many equal lines stand around a difference.
const CONTEXT: usize = 3;

/// Writes the report.
pub fn write(
    format: Format,
    types: &Types,
    releases: [&Release; 2],
    found: &Comparison,
) -> Vec<u8> {
    let report = Report { types, releases, found, is_short: format == Format::Short };
    match format {
        Format::Text | Format::Short => report.text(),
        Format::Symbols => report.symbols(),
    }
}

/// What the formats write from.
struct Report<'a> {
    types: &'a Types,
    releases: [&'a Release; 2],
    found: &'a Comparison,
    is_short: bool,
}

impl Report<'_> {
    fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.summary(&mut text);
        for (number, cause) in self.found.causes.iter().flatten().enumerate() {
            self.cause(number, cause, &mut text);
        }
        self.exports(&mut text);
        if let Some(consumers) = &self.found.consumers {
            self.consumers(consumers, &mut text);
        }
        text
    }

    /// The modules that use what changed, each with the symbols.
    fn consumers(&self, consumers: &Consumers, text: &mut Vec<u8>) {
        if self.found.is_empty() {
            return;
        }
        let Consumers { asked, broken } = consumers;
        let line = format!("\n{} of {asked} modules use what changed\n", broken.len());
        text.extend(line.into_bytes());
        let few = if self.is_short { FEW } else { usize::MAX };
        for module in broken.iter().take(few) {
            text.push(b'\t');
            text.extend(&module.path);
            text.extend(format!(": {} symbols\n", module.symbols()).into_bytes());
            for (lint, symbols) in &module.uses {
                text.extend(format!("\t\t{}: ", lint.id).into_bytes());
                let names: Vec<&[u8]> = symbols.iter().take(few).map(Vec::as_slice).collect();
                text.extend(names.join(&b", "[..]));
                text.extend(if symbols.len() > few { &b", ...\n"[..] } else { b"\n" });
            }
        }
        if broken.len() > few {
            text.extend(format!("\t... and {} more\n", broken.len() - few).into_bytes());
        }
    }

    /// A line for each kind of difference, with its number.
    fn summary(&self, text: &mut Vec<u8>) {
        let [old, new] = self.releases;
        for (sign, release) in [("---", old), ("+++", new)] {
            text.extend(sign.as_bytes());
            text.push(b' ');
            text.extend(&release.title);
            let exports = release.exports.as_ref().map(|it| format!(": {}", it.words()));
            text.extend(exports.unwrap_or_default().into_bytes());
            let files =
                release.corpus.as_ref().map(|it| format!(", types of {} files", it.files.len()));
            text.extend(files.unwrap_or_default().into_bytes());
            text.push(b'\n');
        }
        text.push(b'\n');
        if self.found.is_empty() {
            text.extend(b"no differences\n");
            return;
        }
        for lint in LINTS {
            let count = self.found.findings.iter().filter(|it| it.lint == lint).count();
            if count > 0 {
                let line = format!("{:<8}  {count:>6}  {}\n", lint.level.word(), lint.what);
                text.extend(line.into_bytes());
            }
        }
        if let Some(causes) = &self.found.causes {
            let mut reached: Vec<_> = causes.iter().flat_map(|cause| &cause.exports).collect();
            reached.sort_unstable();
            reached.dedup();
            let line = format!(
                "\n{} declarations changed; they reach {} exports",
                causes.len(),
                reached.len()
            );
            text.extend(line.into_bytes());
            if !self.found.untyped.is_empty() {
                let line = format!(
                    "; of {} more with another CRC no types are known",
                    self.found.untyped.len()
                );
                text.extend(line.into_bytes());
            }
            text.push(b'\n');
        }
    }

    /// One cause: what it is, how many exports it reaches, and what changed in it.
    fn cause(&self, number: usize, cause: &Cause, text: &mut Vec<u8>) {
        let name = self.types.name(cause.name);
        let is_export_itself = name.get(1) != Some(&b'#');
        let (old, new) = (self.types.line(cause.old), self.types.line(cause.new));
        let what: &[u8] = match (old.is_opaque, new.is_opaque) {
            (true, false) => b" became visible",
            (false, true) => b" became opaque",
            _ => b"",
        };
        text.extend(format!("\n{}. ", number + 1).into_bytes());
        text.extend(spelled(name));
        text.extend(what);
        if is_export_itself {
            text.extend(b" (the export itself)\n");
        } else {
            text.extend(format!(": {} exports: ", cause.exports.len()).into_bytes());
            let few = if self.is_short { 3 } else { FEW };
            for (index, export) in cause.exports.iter().take(few).enumerate() {
                text.extend(if index == 0 { &b""[..] } else { b", " });
                text.extend(self.types.name(*export));
            }
            text.extend(if cause.exports.len() > few { &b", ...\n"[..] } else { b"\n" });
        }
        if !self.is_short && what.is_empty() {
            let old = lines(self.types.declaration(cause.old));
            let new = lines(self.types.declaration(cause.new));
            unified(&old, &new, text);
        }
    }

    /// The exports of each kind of difference. Those with another CRC are in the causes.
    fn exports(&self, text: &mut Vec<u8>) {
        let mut by_lint = BTreeMap::<usize, Vec<_>>::new();
        for finding in &self.found.findings {
            let place = LINTS.iter().position(|lint| lint == finding.lint).unwrap_or(LINTS.len());
            by_lint.entry(place).or_default().push(finding);
        }
        for findings in by_lint.values() {
            let lint = findings[0].lint;
            if lint.id == "crc-changed" && self.found.causes.is_some() {
                continue;
            }
            let line = format!("\n{} {} [{}]\n", findings.len(), lint.what, lint.id);
            text.extend(line.into_bytes());
            let few = if self.is_short { FEW } else { usize::MAX };
            for finding in findings.iter().take(few) {
                text.push(b'\t');
                text.extend(&finding.symbol);
                let (old, new) = (&finding.old, &finding.new);
                let detail: Vec<u8> = match (lint.id, old, new) {
                    (
                        "crc-changed" | "crc-lost" | "crc-gained" | "crc-unexplained",
                        Some(old),
                        Some(new),
                    ) => format!(": {:#010x} -> {:#010x}", old.crc, new.crc).into_bytes(),
                    ("module-moved", Some(old), Some(new)) => {
                        [b": ", &old.module[..], b" -> ", &new.module].concat()
                    }
                    (
                        "namespace-gained" | "namespace-lost" | "namespace-changed",
                        Some(old),
                        Some(new),
                    ) => {
                        let shown = |namespace: &[u8]| match namespace {
                            [] => b"none".to_vec(),
                            namespace => namespace.to_vec(),
                        };
                        [&b": "[..], &shown(&old.namespace), b" -> ", &shown(&new.namespace)]
                            .concat()
                    }
                    (_, Some(export), None) | (_, None, Some(export)) => {
                        [b" (", &export.module[..], b")"].concat()
                    }
                    _ => Vec::new(),
                };
                text.extend(detail);
                if let Some(remark) = &finding.remark {
                    text.extend([b": ", &remark[..]].concat());
                }
                text.push(b'\n');
            }
            if findings.len() > few {
                text.extend(format!("\t... and {} more\n", findings.len() - few).into_bytes());
            }
        }
    }

    fn symbols(&self) -> Vec<u8> {
        let mut symbols: Vec<&[u8]> =
            self.found.findings.iter().map(|finding| finding.symbol.as_slice()).collect();
        let causes = self.found.causes.iter().flatten();
        symbols.extend(causes.flat_map(|it| &it.exports).map(|&export| self.types.name(export)));
        symbols.sort_unstable();
        symbols.dedup();
        let mut text = symbols.join(&b'\n');
        if !text.is_empty() {
            text.push(b'\n');
        }
        text
    }
}

/// Writes a unified diff of two lists of lines, without the names of files.
fn unified(old: &[Vec<u8>], new: &[Vec<u8>], text: &mut Vec<u8>) {
    let operations = capture_diff_slices(Algorithm::Myers, old, new);
    for group in group_diff_ops(operations, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (old_start, old_end) = (first.old_range().start, last.old_range().end);
        let (new_start, new_end) = (first.new_range().start, last.new_range().end);
        let head = format!(
            "@@ -{},{} +{},{} @@\n",
            old_start + 1,
            old_end - old_start,
            new_start + 1,
            new_end - new_start
        );
        text.extend(head.into_bytes());
        for operation in group {
            let (_, old_range, new_range) = operation.as_tag_tuple();
            let is_equal = old[old_range.clone()] == new[new_range.clone()];
            let mut put = |sign: u8, lines: &[Vec<u8>]| {
                for line in lines {
                    text.push(sign);
                    text.extend(line);
                    text.push(b'\n');
                }
            };
            if is_equal {
                put(b' ', &old[old_range]);
            } else {
                put(b'-', &old[old_range]);
                put(b'+', &new[new_range]);
            }
        }
    }
}
