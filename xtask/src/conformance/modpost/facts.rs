//! What Debian's own modules say of themselves: the aliases, dependencies and symbol versions that
//! are linked into a published `.ko`, against those in the `.mod.c` that ours writes for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use object::LittleEndian;
use object::read::elf::{ElfFile64, SectionHeader, Sym};
use testkit::difference::first_difference;

use super::trial::Outcome;
use crate::obtain::module_set::ModuleSet;

/// Of the modules that differ, so many are told.
const MOST_MODULES: usize = 5;

/// What a module's `.mod.c` carries, and the module itself once that is linked into it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    /// The aliases made from device tables, sorted: they are in the order of the tables' symbols,
    /// which is another one in a linked object. (Other aliases stand in the sources.)
    aliases: Vec<String>,
    /// The modules it needs, sorted: an object that was linked once more has another order.
    depends: Vec<String>,
    /// `CRC NAME` of what it imports, sorted for the same reason.
    versions: Vec<String>,
}

/// Compares the `.mod.c` of every module in `ours` with the published module, and prints the
/// result. The number of modules that differ.
pub fn compare_modules(set: &ModuleSet, ours: &Outcome) -> Result<usize> {
    let mut totals = [0; 3];
    let mut different = Vec::new();
    for module in &set.modules {
        let published = Facts::in_module(&set.linked.join(format!("{module}.o")))
            .with_context(|| module.clone())?;
        let text = ours.written.get(Path::new(&format!("{module}.mod.c")));
        let generated = text.map(|text| Facts::in_mod_c(&String::from_utf8_lossy(text)));
        for (total, list) in totals.iter_mut().zip(published.lists()) {
            *total += list.len();
        }
        if generated.as_ref() != Some(&published) {
            let generated = generated.unwrap_or_default();
            let (published, generated) = (published.text(), generated.text());
            let texts = [("published", &*published), ("ours", &*generated)];
            let difference = first_difference(module, texts);
            different.push(difference.unwrap_or_else(|| format!("{module}: there is no .mod.c")));
        }
    }
    for difference in different.iter().take(MOST_MODULES) {
        println!("    {difference}");
    }
    let [aliases, depends, versions] = totals;
    println!(
        "  facts: {} modules with {aliases} aliases, {depends} dependencies, {versions} imported \
         versions as published, {} modules different",
        set.modules.len(),
        different.len(),
    );
    Ok(different.len())
}

impl Facts {
    /// Reads them from C.
    fn in_mod_c(text: &str) -> Facts {
        let mut facts = Facts::default();
        for line in text.lines() {
            if let Some(alias) = between(line, "MODULE_ALIAS(\"", "\");") {
                facts.aliases.push(alias.to_owned());
            } else if let Some(depends) = between(line, "MODULE_INFO(depends, \"", "\");") {
                facts.depends = sorted(depends.split(',').filter(|name| !name.is_empty()));
            } else if let Some((crc, name)) =
                between(line, "\t{ ", "\" },").and_then(|version| version.split_once(", \""))
            {
                // A small number is padded with blanks on the left.
                let crc = crc.trim_start().trim_start_matches("0x");
                facts.versions.push(format!("{crc:0>8} {name}"));
            }
        }
        facts.aliases.sort();
        facts.versions.sort();
        facts
    }

    /// Reads them from a linked module.
    fn in_module(path: &Path) -> Result<Facts> {
        let data = fs::read(path)?;
        let file = ElfFile64::<LittleEndian>::parse(data.as_slice())?;
        let information = Information::of(&file)?;
        let depends = information.depends.split(',').filter(|name| !name.is_empty());
        let (endian, sections) = (file.endian(), file.elf_section_table());
        let versions = match sections.section_by_name(endian, b"__versions") {
            None => Vec::new(),
            Some((_, section)) => section.data(endian, data.as_slice())?.chunks(64).collect(),
        };
        let versions: Vec<String> = versions.into_iter().filter_map(version).collect();
        Ok(Facts {
            depends: sorted(depends),
            versions: sorted(versions.iter().map(String::as_str)),
            aliases: sorted(information.aliases.iter().map(String::as_str)),
        })
    }

    /// The three lists.
    fn lists(&self) -> [&[String]; 3] {
        [&self.aliases, &self.depends, &self.versions]
    }

    /// All of it, one fact a line.
    fn text(&self) -> Vec<u8> {
        let names = ["alias", "depends", "version"];
        let lists = names.into_iter().zip(self.lists());
        lists
            .flat_map(|(name, list)| list.iter().map(move |fact| format!("{name} {fact}\n")))
            .collect::<String>()
            .into_bytes()
    }
}

/// What stands in `.modinfo` from the module's `.mod.c`.
struct Information {
    /// The dependencies, separated by commas.
    depends: String,
    /// The aliases, in the order of the C file.
    aliases: Vec<String>,
}

impl Information {
    /// Finds it by the names that `MODULE_INFO` gives: a tag, and a number that counts on with
    /// every use in a C file. The compiler emits the last one first. So the aliases of the same
    /// file stand before `depends`, one right before the other, with numbers counting up.
    fn of(file: &ElfFile64<'_, LittleEndian>) -> Result<Information> {
        let endian = file.endian();
        let symbols = file.elf_symbol_table();
        let (index, section) =
            file.elf_section_table().section_by_name(endian, b".modinfo").context("no .modinfo")?;
        let data = section.data(endian, file.data())?;
        let mut aliases_by_end = BTreeMap::new();
        let mut depends = None;
        for symbol in symbols.iter().filter(|it| usize::from(it.st_shndx(endian)) == index.0) {
            let name =
                String::from_utf8_lossy(symbol.name(endian, symbols.strings())?).into_owned();
            let (start, size) = (symbol.st_value(endian) as usize, symbol.st_size(endian) as usize);
            let text = data.get(start..start + size).context("a symbol beyond its section")?;
            let text = String::from_utf8_lossy(text).trim_end_matches('\0').to_owned();
            if let Some(number) = number_of(&name, "__UNIQUE_ID_alias") {
                aliases_by_end.insert((start + size, number), (start, text));
            } else if let Some(number) = number_of(&name, "__UNIQUE_ID_depends") {
                depends = Some((start, number, text));
            }
        }
        let (mut end, mut number, depends) = depends.context("a module without depends")?;
        let mut aliases = Vec::new();
        while let Some((start, text)) = aliases_by_end.remove(&(end, number + 1)) {
            aliases.push(text.trim_start_matches("alias=").to_owned());
            (end, number) = (start, number + 1);
        }
        Ok(Information { depends: depends.trim_start_matches("depends=").to_owned(), aliases })
    }
}

/// The number behind `prefix` in a symbol's name.
fn number_of(name: &str, prefix: &str) -> Option<u64> {
    name.strip_prefix(prefix)?.parse().ok()
}

/// `CRC NAME` from an entry of `__versions`.
fn version(entry: &[u8]) -> Option<String> {
    let (crc, name) = entry.split_first_chunk()?;
    let name = name.split(|byte| *byte == 0).next()?;
    Some(format!("{:08x} {}", u64::from_le_bytes(*crc), String::from_utf8_lossy(name)))
}

/// What stands between two texts.
fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix(after)
}

/// Texts of one's own, in order.
fn sorted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut texts: Vec<String> = texts.map(str::to_owned).collect();
    texts.sort();
    texts
}
