//! The text, line by line.

use crate::Target;

use super::number::*;
use super::{Export, Object, Patch, Place, Reference, Relocation, Section, Symbol};

/// `e_machine` by name; any other is written as its number.
const MACHINES: &[(&str, u16)] = &[
    ("sparc", 2),
    ("386", EM_386),
    ("mips", EM_MIPS),
    ("parisc", 15),
    ("ppc", 20),
    ("ppc64", 21),
    ("s390", 22),
    ("arm", EM_ARM),
    ("sparcv9", 43),
    ("x86_64", 62),
    ("aarch64", 183),
    ("riscv", 243),
    ("loongarch", 258),
];

type Outcome<T> = Result<T, String>;

/// The object that `text` describes.
pub fn object(text: &str) -> Outcome<Object> {
    let mut object = None;
    for (index, line) in text.lines().enumerate() {
        let outcome = words(line).and_then(|words| match words.split_first() {
            None => Ok(()),
            Some((statement, words)) => {
                statement_of(&mut object, &utf8(statement)?, &mut Words { words })
            }
        });
        outcome.map_err(|error| format!("line {}: {error}", index + 1))?;
    }
    object.ok_or_else(|| "there is no `elf` line".to_owned())
}

/// The words of a line, without quotes and comment.
fn words(line: &str) -> Outcome<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = first_word(rest)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// The word that `text` begins with, and what follows it.
fn first_word(text: &str) -> Outcome<(Vec<u8>, &str)> {
    let mut word = Vec::new();
    let mut is_quoted = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' if !is_quoted => return Ok((word, &text[at..])),
            '\\' if is_quoted => {
                let escaped = characters.next().map(|(_, character)| character);
                word.push(match escaped {
                    Some('n') => b'\n',
                    Some('t') => b'\t',
                    Some('r') => b'\r',
                    Some('0') => 0,
                    Some('"') => b'"',
                    Some('\\') => b'\\',
                    Some('x') => {
                        let digits: String =
                            characters.by_ref().take(2).map(|(_, digit)| digit).collect();
                        u8::from_str_radix(&digits, 16).map_err(|_| "a bad \\x")?
                    }
                    _ => return Err("an unknown escape".to_owned()),
                });
            }
            _ => word.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    if is_quoted { Err("a quote without its end".to_owned()) } else { Ok((word, "")) }
}

/// Applies one statement.
fn statement_of(object: &mut Option<Object>, name: &str, words: &mut Words<'_>) -> Outcome<()> {
    let Some(object) = object else {
        if name != "elf" {
            return Err("the first line must be `elf …`".to_owned());
        }
        *object = Some(header(words)?);
        return Ok(());
    };
    match name {
        "section" => section(object, words),
        "rel" => relocation_section(object, ".rel", SHT_REL, words),
        "rela" => relocation_section(object, ".rela", SHT_RELA, words),
        "reloc" => relocation(object, words),
        "symbol" => symbol(object, words),
        "export" => export(object, words),
        "no-symtab" => {
            object.has_symtab = false;
            Ok(())
        }
        "patch" => patch(object, words),
        "truncate" => {
            object.end = Some(words.number()? as usize);
            Ok(())
        }
        _ => data(object, name, words),
    }?;
    words.end()
}

fn header(words: &mut Words<'_>) -> Outcome<Object> {
    let is_64_bit = match &*words.text()? {
        "32" => false,
        "64" => true,
        other => return Err(format!("{other:?} is no class")),
    };
    let is_big_endian = match &*words.text()? {
        "little" => false,
        "big" => true,
        other => return Err(format!("{other:?} is no byte order")),
    };
    let machine = words.text()?;
    let known = MACHINES.iter().find(|(name, _)| *name == machine);
    let machine = match known {
        Some((_, number)) => *number,
        None => number(machine.as_bytes())? as u16,
    };
    let kind = match words.next() {
        None | Some(b"rel") => 1,
        Some(word) => number(word)? as u16,
    };
    Ok(Object {
        target: Target { is_64_bit, is_big_endian },
        machine,
        kind,
        sections: vec![Section::default()],
        symbols: Vec::new(),
        exports: Vec::new(),
        has_symtab: true,
        patches: Vec::new(),
        end: None,
    })
}

fn section(object: &mut Object, words: &mut Words<'_>) -> Outcome<()> {
    let name = words.bytes()?.to_vec();
    let mut section = Section { name, kind: SHT_PROGBITS, alignment: 1, ..Section::default() };
    let times = attributes(&mut section, words)?;
    object.sections.extend(std::iter::repeat_n(section, times));
    Ok(())
}

fn relocation_section(
    object: &mut Object,
    prefix: &str,
    kind: u32,
    words: &mut Words<'_>,
) -> Outcome<()> {
    let of = words.bytes()?;
    let name = match of.first() {
        Some(b'@') => prefix.as_bytes().to_vec(),
        _ => [prefix.as_bytes(), of].concat(),
    };
    let words_each = if kind == SHT_RELA { 3 } else { 2 };
    let mut section = Section {
        name,
        kind,
        alignment: 8,
        entry_size: (words_each * object.target.address_size()) as u64,
        link: Some(Reference::Name(b".symtab".to_vec())),
        info: Some(reference(of)?),
        ..Section::default()
    };
    attributes(&mut section, words)?;
    object.sections.push(section);
    Ok(())
}

/// Takes the rest of a section's line; returns how many of it there are.
fn attributes(section: &mut Section, words: &mut Words<'_>) -> Outcome<usize> {
    let mut times = 1;
    while let Some(word) = words.next() {
        match split(word) {
            (b"progbits", None) => section.kind = SHT_PROGBITS,
            (b"nobits", None) => section.kind = SHT_NOBITS,
            (b"note", None) => section.kind = SHT_NOTE,
            (b"alloc", None) => section.flags |= SHF_ALLOC,
            (b"write", None) => section.flags |= SHF_WRITE,
            (b"exec", None) => section.flags |= SHF_EXECINSTR,
            (b"name", Some(value)) => section.name = value.to_vec(),
            (b"type", Some(value)) => section.kind = number(value)? as u32,
            (b"flags", Some(value)) => section.flags = number(value)?,
            (b"addr", Some(value)) => section.address = number(value)?,
            (b"align", Some(value)) => section.alignment = number(value)?,
            (b"entsize", Some(value)) => section.entry_size = number(value)?,
            (b"size", Some(value)) => section.size = Some(number(value)?),
            (b"link", Some(value)) => section.link = Some(reference(value)?),
            (b"info", Some(value)) => section.info = Some(reference(value)?),
            (b"times", Some(value)) => times = number(value)? as usize,
            _ => return Err(format!("{:?} is no attribute of a section", shown(word))),
        }
    }
    Ok(times)
}

fn relocation(object: &mut Object, words: &mut Words<'_>) -> Outcome<()> {
    let (offset, kind) = (words.number()?, words.number()? as u32);
    let symbol = reference(words.bytes()?)?;
    let addend = words.next().map_or(Ok(0), number)?;
    let section = object.sections.last_mut().filter(|last| matches!(last.kind, SHT_REL | SHT_RELA));
    let section = section.ok_or("a `reloc` belongs below a `rel` or `rela`")?;
    section.relocations.push(Relocation { offset, kind, symbol, addend });
    Ok(())
}

fn symbol(object: &mut Object, words: &mut Words<'_>) -> Outcome<()> {
    let name = words.bytes()?.to_vec();
    let place = Place::Raw(0);
    let mut symbol =
        Symbol { name, value: 0, size: 0, bind: 0, kind: 0, place, is_indirect: false };
    let mut times = 1;
    while let Some(word) = words.next() {
        match split(word) {
            (b"local", None) => symbol.bind = 0,
            (b"global", None) => symbol.bind = 1,
            (b"weak", None) => symbol.bind = 2,
            (b"bind", Some(value)) => symbol.bind = number(value)? as u8,
            (b"object", None) => symbol.kind = 1,
            (b"func", None) => symbol.kind = 2,
            (b"section", None) => symbol.kind = 3,
            (b"file", None) => symbol.kind = 4,
            (b"type", Some(value)) => symbol.kind = number(value)? as u8,
            (b"abs", None) => symbol.place = Place::Raw(SHN_ABS),
            (b"common", None) => symbol.place = Place::Raw(SHN_COMMON),
            (b"shndx", Some(value)) => symbol.place = Place::Raw(number(value)? as u16),
            (b"in", Some(b".")) => {
                let last = object.sections.len() as u32 - 1;
                symbol.place = Place::Section(Reference::Index(last));
            }
            (b"in", Some(value)) => symbol.place = Place::Section(reference(value)?),
            (b"at", Some(value)) => symbol.value = number(value)?,
            (b"size", Some(value)) => symbol.size = number(value)?,
            (b"xindex", None) => symbol.is_indirect = true,
            (b"times", Some(value)) => times = number(value)? as usize,
            _ => return Err(format!("{:?} is no attribute of a symbol", shown(word))),
        }
    }
    object.symbols.extend(std::iter::repeat_n(symbol, times));
    Ok(())
}

fn export(object: &mut Object, words: &mut Words<'_>) -> Outcome<()> {
    let symbol = words.bytes()?.to_vec();
    let mut export = Export { symbol, is_gpl: false, namespace: Vec::new() };
    while let Some(word) = words.next() {
        match split(word) {
            (b"gpl", None) => export.is_gpl = true,
            (b"ns", Some(value)) => export.namespace = value.to_vec(),
            _ => return Err(format!("{:?} is no attribute of an export", shown(word))),
        }
    }
    object.exports.push(export);
    Ok(())
}

fn patch(object: &mut Object, words: &mut Words<'_>) -> Outcome<()> {
    let word = words.text()?;
    let patch = match &*word {
        "header" => Patch::Header { field: words.text()?, value: words.number()? },
        "section" => Patch::Section {
            section: reference(words.bytes()?)?,
            field: words.text()?,
            value: words.number()?,
        },
        "symbol" => Patch::Symbol {
            symbol: reference(words.bytes()?)?,
            field: words.text()?,
            value: words.number()?,
        },
        offset => {
            let offset = number(offset.as_bytes())? as usize;
            Patch::Bytes { offset, bytes: hex(words)? }
        }
    };
    object.patches.push(patch);
    Ok(())
}

/// A line of data, for the last section.
fn data(object: &mut Object, name: &str, words: &mut Words<'_>) -> Outcome<()> {
    let target = object.target;
    let data = &mut object.sections.last_mut().expect("there is the null section").data;
    match name {
        "string" => words.rest().iter().for_each(|word| data.extend([word, &b"\0"[..]].concat())),
        "ascii" => words.rest().iter().for_each(|word| data.extend_from_slice(word)),
        "hex" => data.extend(hex(words)?),
        "zeros" => data.resize(data.len() + words.number()? as usize, 0),
        "u8" | "u16" | "u32" | "u64" | "word" => {
            let size = match name {
                "u8" => 1,
                "u16" => 2,
                "u32" => 4,
                "u64" => 8,
                _ => target.address_size(),
            };
            for word in words.rest() {
                data.extend(super::layout::number(number(word)?, size, target));
            }
        }
        _ => return Err(format!("{name:?} is no statement")),
    }
    Ok(())
}

/// The rest of the line as bytes in hexadecimal, in any grouping.
fn hex(words: &mut Words<'_>) -> Outcome<Vec<u8>> {
    let digits = utf8(&words.rest().concat())?;
    if digits.len() % 2 != 0 {
        return Err("half a byte".to_owned());
    }
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|error| error.to_string());
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// The words of a line that are still to be read.
struct Words<'a> {
    words: &'a [Vec<u8>],
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        Some(word)
    }

    fn rest(&mut self) -> &'a [Vec<u8>] {
        std::mem::take(&mut self.words)
    }

    fn bytes(&mut self) -> Outcome<&'a [u8]> {
        self.next().ok_or_else(|| "a word is missing".to_owned())
    }

    fn text(&mut self) -> Outcome<String> {
        utf8(self.bytes()?)
    }

    fn number(&mut self) -> Outcome<u64> {
        number(self.bytes()?)
    }

    fn end(&self) -> Outcome<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(format!("{:?} is too much", shown(word))),
        }
    }
}

/// `key=value`, or a word alone.
fn split(word: &[u8]) -> (&[u8], Option<&[u8]>) {
    match word.iter().position(|byte| *byte == b'=') {
        Some(at) => (&word[..at], Some(&word[at + 1..])),
        None => (word, None),
    }
}

fn reference(word: &[u8]) -> Outcome<Reference> {
    match word.strip_prefix(b"@") {
        Some(index) => Ok(Reference::Index(number(index)? as u32)),
        None => Ok(Reference::Name(word.to_vec())),
    }
}

/// A number; a negative one as its two's complement.
fn number(word: &[u8]) -> Outcome<u64> {
    let text = utf8(word)?;
    let digits = text.trim_start_matches('-');
    let number = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    let number = number.map_err(|_| format!("{text:?} is no number"))?;
    Ok(if text.starts_with('-') { number.wrapping_neg() } else { number })
}

fn utf8(word: &[u8]) -> Outcome<String> {
    String::from_utf8(word.to_vec()).map_err(|error| error.to_string())
}

fn shown(word: &[u8]) -> String {
    String::from_utf8_lossy(word).into_owned()
}
