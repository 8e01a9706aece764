//! The checks of one object.

use indexmap::IndexSet;

use super::answered::Answered;
use super::reach::reaching;
use super::{Diagnosed, Finding, RuleUse, listed, quoted};
use crate::gendwarfksyms::kabi::{Effect, KABI, Replaced};
use crate::gendwarfksyms::symbols::{Kind, SymbolId};
use crate::shown::{Shown, counted};

/// What there is to say.
pub(in crate::gendwarfksyms) fn check(answered: &Answered<'_, '_, '_>) -> Diagnosed {
    let mut found = Vec::new();
    let (leaks, rule_uses) = (leaks(answered), rule_uses(answered));
    found.extend(poor(answered));
    found.extend(type_units(answered));
    found.extend(aliases(answered));
    found.extend(leaks.iter().cloned());
    found.extend(unstable(answered));
    found.extend(rules(answered, &rule_uses));
    Diagnosed { found, leaks, rules: rule_uses }
}

/// Functions and variables of units that say nothing of types.
fn poor(answered: &Answered<'_, '_, '_>) -> Option<Finding> {
    let is_poor = |id: &SymbolId| {
        let Some(typed) = answered.symbols.typed(*id) else {
            return false;
        };
        let Some(unit) = answered.info.unit_of(typed.place) else {
            return false;
        };
        let entry = answered.info.entry(unit, typed.place);
        let lacks_type = entry.is_ok_and(|entry| entry.type_.is_none());
        lacks_type && (typed.kind == Kind::Variable || answered.info.has_few_types(unit))
    };
    let poor: Vec<_> = answered.symbols.in_order().iter().copied().filter(is_poor).collect();
    if poor.is_empty() {
        return None;
    }
    let count = counted(poor.len(), "export");
    let title = format!("the debugging information has no types of {count}");
    let note = "it was compiled with -g1, or with something that leaves types out: all functions have \
                one CRC, and all variables another; compile with -g";
    let names = format!("their CRCs say nothing: {}", listed(answered.symbols, &poor));
    Some(Finding::error(title, poor).note(note).note(names))
}

/// Types in units of their own.
fn type_units(answered: &Answered<'_, '_, '_>) -> Option<Finding> {
    if !answered.info.has_type_units() {
        return None;
    }
    let affected = answered.symbols.in_order().iter().copied();
    let affected: Vec<_> = affected.filter(|id| answered.symbols.typed(*id).is_some()).collect();
    let title = "types are in units of their own, and count as `void`".to_owned();
    let note = "the object was compiled with -fdebug-types-section: the CRCs do not depend on the types \
                there; compile without";
    Some(Finding::error(title, affected).note(note))
}

/// Symbols that are taken for one, and are not.
fn aliases(answered: &Answered<'_, '_, '_>) -> Vec<Finding> {
    let Some(apart) = answered.apart else {
        return Vec::new();
    };
    let symbols = answered.symbols;
    let mut found = Vec::new();
    for group in symbols.false_aliases() {
        let own = |id: &SymbolId| apart.crc(*id);
        let wrong: Vec<_> =
            group.iter().copied().filter(|id| own(id) != symbols.crc(*id)).collect();
        if wrong.is_empty() {
            continue;
        }
        let names = listed(symbols, &group);
        let mut finding = Finding::error(format!("taken for one symbol: {names}"), wrong.clone());
        finding = finding.note(match symbols.is_special(group[0]) {
            true => {
                "they are common symbols, whose value is an alignment and no address (-fcommon)"
            }
            false => "one of them has no size, and so begins where another does",
        });
        for id in wrong.iter().take(super::MOST_NAMES) {
            let crc = |crc: Option<u32>| format!("{:#010x}", crc.unwrap_or_default());
            let (is, own) = (crc(symbols.crc(*id)), crc(own(id)));
            let name = quoted(symbols, *id);
            finding = finding.note(format!("the CRC of {name} is {is}; that of its type is {own}"));
        }
        found.push(finding);
    }
    found
}

/// Members that have the name of another.
fn leaks(answered: &Answered<'_, '_, '_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut said = IndexSet::new();
    for leak in answered.leaks {
        if !said.insert((leak.member, leak.name)) {
            continue;
        }
        let types = leak.within.iter().copied().collect();
        let affected = match leak.within {
            Some(_) => reaching(answered, &types),
            None => {
                let of_export = |id: &&SymbolId| {
                    answered.symbols.typed(**id).is_some_and(|typed| typed.place == leak.symbol)
                };
                answered.symbols.in_order().iter().filter(of_export).copied().collect()
            }
        };
        let name = leak
            .own
            .map_or("a member without a name".to_owned(), |own| format!("`{}`", Shown(own)));
        let within = match leak.within {
            Some(name) => format!(" of `{}`", Shown(answered.map.name(name))),
            None => String::new(),
        };
        let exports = listed(answered.symbols, &affected);
        let taken = Shown(leak.name);
        let title = format!("{name}{within} is called `{taken}` in CRCs");
        found.push(
            Finding::error(title, affected)
                .note(format!(
                    "`__kabi_renamed{taken}` is the name of a member that its type leads to, and was \
                     met there for the first time"
                ))
                .note("whether that happens depends on which exports precede, so another export may \
                       change these CRCs")
                .note(format!("exports with such a CRC: {exports}")),
        );
    }
    found
}

/// Rules and names of kABI in an object that is not read as stable.
fn unstable(answered: &Answered<'_, '_, '_>) -> Option<Finding> {
    let (rules, counts) = answered.rules;
    let has_names = answered.sections.has_name(KABI);
    if counts || (rules.len() == 0 && !has_names) {
        return None;
    }
    let title = match (rules.len(), has_names) {
        (0, _) => "names of kABI (`__kabi_…`) have no meaning without --stable".to_owned(),
        (count, _) => {
            let verb = if count == 1 { "has" } else { "have" };
            format!("{} of kABI {verb} no effect without --stable", counted(count, "rule"))
        }
    };
    Some(Finding::warning(title).note("in a kernel build: KBUILD_GENDWARFKSYMS_STABLE=1"))
}

/// Rules that change nothing.
fn rules(answered: &Answered<'_, '_, '_>, uses: &[RuleUse]) -> Vec<Finding> {
    let (rules, counts) = answered.rules;
    if !counts {
        return Vec::new();
    }
    let mut found = Vec::new();
    for Replaced { effect, target, .. } in rules.replaced() {
        let title = format!("there are several kABI rules {} `{}`", effect.word(), Shown(target));
        let value = rules.find(*effect, target).map_or(&b""[..], |(_, value)| value);
        let note = format!("the last one counts: `{}`", Shown(value));
        found.push(Finding::warning(title).note(note));
    }
    for rule in uses {
        if let Some(why) = &rule.unused {
            let (word, target) = (rule.effect.word(), Shown(&rule.target));
            let title = format!("kABI rule {word} `{target}` matches nothing");
            found.push(Finding::warning(title).note(why));
        }
    }
    found
}

/// All rules that count, and which of them change something.
fn rule_uses(answered: &Answered<'_, '_, '_>) -> Vec<RuleUse> {
    let (rules, counts) = answered.rules;
    let rules = if counts { Some(rules) } else { None };
    let rule_use = |(index, effect, target): (usize, Effect, &[u8])| {
        let is_used = match effect {
            Effect::TypeString => is_text_used(answered, target),
            _ => answered.used_rules.contains(&index),
        };
        let unused = (!is_used).then(|| why(answered, effect, target));
        RuleUse { effect, target: target.to_vec(), unused }
    };
    rules.into_iter().flat_map(|rules| rules.iter().map(rule_use)).collect()
}

/// Whether the text of a rule is that of a type or an export.
fn is_text_used(answered: &Answered<'_, '_, '_>, target: &[u8]) -> bool {
    let of_type = answered.map.find(target).is_some_and(|id| answered.map.text(id).is_some());
    of_type || answered.symbols.find(target).is_some_and(|id| answered.span(id).is_some())
}

/// Why a rule matches nothing.
fn why(answered: &Answered<'_, '_, '_>, effect: Effect, target: &[u8]) -> String {
    let is_enumerator = matches!(effect, Effect::EnumeratorIgnored | Effect::EnumeratorValue);
    let name = match target.iter().rposition(|byte| *byte == b' ') {
        Some(blank) if is_enumerator => &target[..blank],
        None if is_enumerator => return "a target is an enum and an enumerator of it".to_owned(),
        _ => target,
    };
    let bare = name.rsplit(|byte| *byte == b'#').next().unwrap_or(name);
    let last = bare.rsplit(|byte| *byte == b':').next().unwrap_or(bare);
    let last: Vec<u8> = last.iter().copied().filter(|byte| *byte != b'\'').collect();
    let text = [&b"s#"[..], b"u#", b"e#", b"t#", b""].iter().find_map(|start| {
        let id = answered.map.find(&[start, name].concat())?;
        let mut text = Vec::new();
        answered.map.write(&answered.map.pieces, answered.map.text(id)?, &mut text);
        Some(text)
    });
    let is_reached = text.is_some();
    let shown = Shown(bare);
    match effect {
        Effect::TypeString => no_such(answered, &last, shown),
        _ if text.is_some_and(|text| text.ends_with(b"{ }")) => {
            format!(
                "the content of `{shown}` is in no CRC: it is defined in a .c file, or not at all"
            )
        }
        _ if is_reached && is_enumerator => format!("`{shown}` has no such enumerator"),
        Effect::ByteSize if is_reached => format!("no size of `{shown}` is in CRCs"),
        _ => no_such(answered, &last, shown),
    }
}

/// Why something is not in what exports reach.
fn no_such(answered: &Answered<'_, '_, '_>, name: &[u8], shown: Shown<'_>) -> String {
    match name.is_empty() || !answered.sections.has_name(name) {
        true => format!("nothing in the object is called `{shown}`"),
        false => format!("no export reaches `{shown}`"),
    }
}
