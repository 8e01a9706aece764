//! The report that SUSE's tools call `pretty`: a sentence for each export that differs, and then each
//! declaration that changed, with its exports. Everything is in it, also what is tolerated.
//!
//! Those tools know removed and added exports, CRCs and licenses. What is found here beyond that has a
//! sentence of the same form.

use super::facts::Facts;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::change::{Change, Visibility};
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::{Lint, Tolerance, Verdict};
use crate::corpus::declaration::unified;
use crate::formats::symtypes::words;
use crate::formats::type_string::is_type_string;
use crate::kernel::Export;
use crate::shown::Page;

/// Writes the report.
pub(super) fn write(facts: &Facts<'_>) -> Vec<u8> {
    let mut page = Page::default();
    let mut findings: Vec<&Finding> = facts.found.findings.iter().collect();
    findings.sort_by_key(|finding| (place(finding.lint), &finding.symbol, finding.lint));
    for finding in findings {
        page.line(sentence(finding));
    }
    let mut causes: Vec<&Cause> = facts.found.causes.iter().flatten().collect();
    causes.sort_by_key(|cause| {
        let Change { name, old, new } = cause.change;
        [facts.types.name(name), facts.types.text(old), facts.types.text(new)]
    });
    for (number, cause) in causes.into_iter().enumerate() {
        if number > 0 {
            page.end();
        }
        block(facts, cause, &mut page);
    }
    page.into_bytes()
}

/// Where the differences of a lint stand: new exports first, then those that are gone, then the others.
const fn place(lint: Lint) -> u8 {
    match lint {
        Lint::ExportAdded => 0,
        Lint::ExportRemoved => 1,
        _ => 2,
    }
}

/// The sentence for an export.
fn sentence(finding: &Finding) -> Vec<u8> {
    let changed = |what: &str, before: Vec<u8>, after: Vec<u8>| {
        let head = format!(" changed {what} from '");
        [head.as_bytes(), &before, b"' to '", &after, b"'"].concat()
    };
    let of_both = |what: &str, of: fn(&Export) -> Vec<u8>| {
        let [before, after] = [finding.old(), finding.new_export()];
        changed(what, before.map(of).unwrap_or_default(), after.map(of).unwrap_or_default())
    };
    let rest = match finding.lint {
        Lint::ExportAdded => b" has been added".to_vec(),
        Lint::ExportRemoved => b" has been removed".to_vec(),
        Lint::CrcChanged | Lint::CrcLost | Lint::CrcGained => of_both("CRC", crc),
        Lint::LicenseRestricted | Lint::LicenseRelaxed => of_both("type", license),
        Lint::ModuleMoved => of_both("module", |export| export.module.to_vec()),
        Lint::NamespaceGained | Lint::NamespaceLost | Lint::NamespaceChanged => {
            of_both("namespace", |export| export.namespace().to_vec())
        }
        other => {
            let remark = finding.remark().map(|remark| [b": ", &remark[..]].concat());
            [b": ", other.id().as_bytes(), &remark.unwrap_or_default()].concat()
        }
    };
    let is_by_types = matches!(finding.detail, Detail::OnlyTyped(_));
    let suffix = suffix(finding.verdict, is_by_types);
    [b"Export '", &finding.symbol[..], b"'", &rest, suffix].concat()
}

fn crc(export: &Export) -> Vec<u8> {
    format!("{:#010x}", export.crc_or_zero()).into_bytes()
}

fn license(export: &Export) -> Vec<u8> {
    match export.is_gpl {
        Some(true) => b"EXPORT_SYMBOL_GPL".to_vec(),
        Some(false) | None => b"EXPORT_SYMBOL".to_vec(),
    }
}

/// What follows a difference that is tolerated. That a note is one is not said where only types tell of an
/// export.
fn suffix(verdict: Verdict, is_by_types: bool) -> &'static [u8] {
    match verdict.tolerated {
        None => b"",
        Some(Tolerance::Implicit) if is_by_types => b"",
        Some(Tolerance::Implicit) => b" (implicitly tolerated)",
        Some(Tolerance::Rule(_) | Tolerance::Causes | Tolerance::Exports) => {
            b" (tolerated by rules)"
        }
    }
}

/// A declaration that changed, after the exports that reach it.
fn block(facts: &Facts<'_>, cause: &Cause, page: &mut Page) {
    page.line(format!("The following '{}' exports are different:", cause.exports.len()));
    let listed = cause.listed();
    for &export in listed {
        page.put(" ").line(facts.types.name(export));
    }
    let more = cause.exports.len() - listed.len();
    if more > 0 {
        page.line(format!(" ... and {more} more"));
    }
    page.end();
    let Change { name, old, new } = cause.change;
    let name = facts.types.name(name);
    let suffix = suffix(cause.verdict, false);
    match cause.change.visibility(facts.types) {
        Some(visibility) => {
            let became = match visibility {
                Visibility::Gained => "' changed from a forward declaration to a definition",
                Visibility::Lost => "' changed from a definition to a forward declaration",
            };
            page.put("because '").put(name).put(became).line(suffix);
        }
        None => {
            page.put("because of a changed '").put(name).put("'").put(suffix).line(":");
            let mut put = |old, new| {
                let [old, new] = [old, new].map(|line| lines(facts.types.declaration(line)));
                unified(&old, &new, page);
            };
            put(old, new);
            cause.variants.iter().for_each(|it| put(it.old, it.new));
        }
    }
}

/// A declaration in lines as those tools write them: a member a line, names with their letters.
fn lines(declaration: &[u8]) -> Vec<Vec<u8>> {
    let mut first = words(declaration);
    let is_enum = match first.next() {
        Some(b"typedef") => first.next() == Some(b"enum"),
        word => word == Some(b"enum"),
    };
    // In type strings commas part members, too.
    let has_commas = is_enum || is_type_string(declaration);
    let mut parentheses = 0_usize;
    let mut lines = Vec::new();
    let (mut line, mut depth) = (Vec::new(), 0_usize);
    for word in words(declaration) {
        match word {
            b"(" => parentheses += 1,
            b")" => parentheses = parentheses.saturating_sub(1),
            _ => {}
        }
        if word == b"}" {
            end(&mut lines, &mut line);
            depth = depth.saturating_sub(1);
        }
        if line.is_empty() {
            line.extend(std::iter::repeat_n(b'\t', depth));
        } else if !matches!(word, b";" | b",") {
            line.push(b' ');
        }
        line.extend(word);
        depth += usize::from(word == b"{");
        if matches!(word, b"{" | b";")
            || word == b"," && has_commas && (is_enum || parentheses == 0)
        {
            end(&mut lines, &mut line);
        }
    }
    end(&mut lines, &mut line);
    lines
}

/// Ends a line, if one has begun.
fn end(lines: &mut Vec<Vec<u8>>, line: &mut Vec<u8>) {
    if !line.is_empty() {
        lines.push(std::mem::take(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_written_as_suses_tools_write_them() {
        for (declaration, expected) in [
            (
                "struct a { s#b * c , d ; union { int e ; } ; }",
                "struct a {|\ts#b * c, d;|\tunion {|\t\tint e;|\t};|}",
            ),
            ("enum e { A , B = 2 }", "enum e {|\tA,|\tB = 2|}"),
            ("typedef enum { A , B } e", "typedef enum {|\tA,|\tB|} e"),
            ("int f ( s#a , int )", "int f ( s#a, int )"),
        ] {
            let text = String::from_utf8(lines(declaration.as_bytes()).join(&b'|')).unwrap();
            assert_eq!(text, expected);
        }
    }
}
