//! What one object has of kABI: its rules, and whether they change anything; what is not stable.

use super::compute::compute;
use super::diagnostics::RuleUse;
use super::kabi::{KABI, Replaced, Rules};
use super::object_exports::listed;
use super::output::{Options, Output};
use super::sections::Sections;
use super::symbols::Symbols;
use crate::elf::{ObjectFile, Strictness};
use crate::formats::symver_line::SymverLine;
use crate::release::Gendwarfksyms;

/// A rule of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOfObject {
    /// What it does: `declonly`.
    pub word: &'static str,
    /// What it does that to.
    pub target: Vec<u8>,
    /// With which value.
    pub value: Vec<u8>,
    /// The other values that rules before it have for the same, which do not count.
    pub shadowed: Vec<Vec<u8>>,
    /// Why it changes nothing, if it does not.
    pub unused: Option<String>,
}

/// What an object has of kABI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KabiUse {
    /// Its rules, in order.
    pub rules: Vec<RuleOfObject>,
    /// What makes CRCs depend on which exports precede: what it is, and notes.
    pub leaks: Vec<(String, Vec<String>)>,
    /// The exports whose recorded CRC is the one without `--stable`, while there is another with it.
    pub unstable: Vec<Vec<u8>>,
    /// How many exports have a CRC.
    pub exports: usize,
}

/// What the object in `data` at `path` has of kABI, with the CRCs that Kbuild has `recorded` of it; none if
/// it has nothing of it, exports nothing, or has no debugging information.
///
/// # Errors
/// The message of gendwarfksyms with `--stable`: the rules are not as rules are, or it is damaged.
pub fn kabi_use(
    path: &[u8],
    data: &[u8],
    recorded: &[SymverLine<'_>],
    release: &Gendwarfksyms,
) -> Result<Option<KabiUse>, Vec<u8>> {
    let strictness = Strictness { byte_order: true, relocatable: false };
    let Ok(file) = ObjectFile::parse(data, data.len(), strictness) else { return Ok(None) };
    let Ok(sections) = Sections::read(&file, data) else { return Ok(None) };
    if sections.info.is_empty() || !(Rules::are_in(&file) || sections.has_name(KABI)) {
        return Ok(None);
    }
    let Ok(list) = listed(&file) else { return Ok(None) };
    let read = || Symbols::read(&list, None).map_err(|fault| fault.0);
    let (mut stable, mut plain) = (read()?, read()?);
    if stable.is_empty() {
        return Ok(None);
    }
    let options = Options { stable: true, diagnostics: true, ..Options::default() };
    let said = compute(&mut stable, path, data, &options, release, &mut Output::default());
    let said = said.map_err(|fault| fault.0)?;
    let options = Options::default();
    compute(&mut plain, path, data, &options, release, &mut Output::default())
        .map_err(|fault| fault.0)?;
    let rules = Rules::read(&file, release.kabi_rules, false, &mut Vec::new());
    let rules = rules.map_err(|fault| fault.0)?;
    let is_without = |line: &&SymverLine<'_>| {
        let crc = |symbols: &Symbols<'_>| symbols.find(line.name).and_then(|id| symbols.crc(id));
        crc(&plain) == Some(line.crc) && crc(&stable).is_some_and(|crc| crc != line.crc)
    };
    let rule = |rule: RuleUse| {
        let value = rules.find(rule.effect, &rule.target).map_or(&b""[..], |(_, value)| value);
        let is_same = |it: &&Replaced<'_>| it.effect == rule.effect && it.target == rule.target;
        let others = rules.replaced().iter().filter(is_same).map(|it| it.value);
        RuleOfObject {
            word: rule.effect.word(),
            shadowed: others.filter(|it| *it != value).map(<[u8]>::to_vec).collect(),
            value: value.to_vec(),
            target: rule.target,
            unused: rule.unused,
        }
    };
    Ok(Some(KabiUse {
        rules: said.rules.into_iter().map(rule).collect(),
        leaks: said.leaks.into_iter().map(|leak| (leak.title, leak.notes)).collect(),
        unstable: recorded.iter().filter(is_without).map(|line| line.name.to_vec()).collect(),
        exports: stable.in_order().iter().filter(|id| stable.has_crc(**id)).count(),
    }))
}
