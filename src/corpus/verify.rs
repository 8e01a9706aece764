//! Proof: the CRC of each export, computed from its types, against the one that is recorded.
//!
//! The CRC is that of the export's declaration with each name replaced by what it stands for, where
//! the export meets it first; from then on the name stands. Exports share nearly all lines. So each
//! line is rendered once, as runs of text between names, and the walk of an export copies runs.

use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};

use super::files::{Corpus, Language};
use super::types::{LineId, NameId, Types};
use crate::crc::Crc;
use crate::formats::append_short;
use crate::formats::symtypes::{Kind, TypeName, is_reference, word_places};
use crate::kernel::Exports;
use crate::shown::Page;

/// A text of this size is handed to the checksum.
const CHUNK: usize = 1 << 15;

/// Most runs are at most this long; these are copied without a call.
const SHORT: usize = 64;

/// What the types say of the recorded CRCs.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many exports there are whose CRC matches the types.
    pub proved: usize,
    /// Exports that have not, in the order of the files.
    pub different: Vec<Difference>,
    /// Recorded exports without types, by name.
    pub untyped: Vec<Vec<u8>>,
    /// Exports with types that are not recorded, with their files, in the order of these.
    pub unrecorded: Vec<(NameId, usize)>,
}

/// An export whose recorded CRC its types do not give. Where several files have the export, none
/// of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The export.
    pub export: NameId,
    /// The number of its file.
    pub file: usize,
    /// The CRC that is recorded.
    pub recorded: u32,
    /// What the types give.
    pub computed: Computed,
}

/// What the types of an export give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Computed {
    /// This CRC.
    Crc(u32),
    /// Nothing: this name is reached, and the file has no line for it.
    Missing(NameId),
}

impl Verification {
    /// Whether the types give all recorded CRCs of the exports they have.
    pub fn is_proof(&self) -> bool {
        self.different.is_empty()
    }
}

/// Writes what was found: a line for each difference, then the counts, each with the names that it
/// counts if `is_list`.
pub fn report(types: &Types, corpus: &Corpus, found: &Verification, is_list: bool) -> Page {
    let path = |file: usize| corpus.files[file].path.as_slice();
    let mut page = Page::default();
    for it in &found.different {
        page.put(path(it.file)).put(".symtypes: ").put(types.name(it.export));
        page.put(format!(": recorded as {:#010x}, ", it.recorded));
        match it.computed {
            Computed::Crc(crc) => page.line(format!("computed {crc:#010x}")),
            Computed::Missing(name) => {
                page.put("but not computed: it lacks a line for ").line(types.name(name));
            }
        }
    }
    let mut count = |count: usize, what: &str, names: &[Vec<u8>]| {
        let things = if count == 1 { "export" } else { "exports" };
        page.line(format!("{count:>6} {things} {what}"));
        for name in names.iter().filter(|_| is_list) {
            page.tabs(1).line(name);
        }
    };
    count(found.proved, "whose CRC matches the types", &[]);
    count(found.different.len(), "whose CRC does not match the types", &[]);
    count(found.untyped.len(), "with a recorded CRC and no types", &found.untyped);
    let shown = |&(export, file): &(NameId, usize)| {
        [types.name(export), b" (", path(file), b".symtypes)"].concat()
    };
    let unrecorded: Vec<_> = found.unrecorded.iter().map(shown).collect();
    count(unrecorded.len(), "with types and no recorded CRC", &unrecorded);
    page
}

/// Compares the CRCs of all exports with the recorded ones.
pub fn verify(types: &Types, corpus: &Corpus, recorded: &Exports) -> Verification {
    let mut found = Verification::default();
    let mut is_typed = vec![false; types.name_count()];
    let mut is_proved = vec![false; types.name_count()];
    let mut different = Vec::new();
    for (file, exports) in compute(types, corpus).into_iter().enumerate() {
        for (export, computed) in exports {
            let is_first = !std::mem::replace(&mut is_typed[export.0 as usize], true);
            match recorded.get(types.name(export)) {
                None => found.unrecorded.push((export, file)),
                Some(record) if computed == Computed::Crc(record.crc_or_zero()) => {
                    is_proved[export.0 as usize] = true;
                }
                Some(record) => {
                    different.push(Difference {
                        export,
                        file,
                        recorded: record.crc_or_zero(),
                        computed,
                    });
                }
            }
            // Counted when the first file with it is met, and taken back below.
            found.proved += usize::from(is_first && recorded.get(types.name(export)).is_some());
        }
    }
    different.retain(|it| !is_proved[it.export.0 as usize]);
    let mut unproved: Vec<NameId> = different.iter().map(|it| it.export).collect();
    unproved.sort_unstable();
    unproved.dedup();
    found.proved -= unproved.len();
    found.different = different;
    let is_untyped =
        |symbol: &&[u8]| types.find_name(symbol).is_none_or(|name| !is_typed[name.0 as usize]);
    found.untyped = recorded.symbols().filter(is_untyped).map(<[u8]>::to_vec).collect();
    found.untyped.sort_unstable();
    found
}

/// What the types give for each export of each file.
fn compute(types: &Types, corpus: &Corpus) -> Vec<Vec<(NameId, Computed)>> {
    let is_dwarf = corpus.language == Language::TypeStrings;
    let renderings: Vec<Rendering> = (0..types.line_count())
        .into_par_iter()
        .with_min_len(64)
        .map(|line| Rendering::new(types, LineId(line as u32), is_dwarf))
        .collect();
    corpus
        .files
        .par_iter()
        .map_init(
            || Walk::new(types, &renderings),
            |walk, file| {
                walk.open(types, &file.lines);
                file.exports(types).map(|export| (export, walk.expand(export))).collect()
            },
        )
        .collect()
}

/// A line as runs of text between names.
struct Rendering {
    text: Box<[u8]>,
    steps: Box<[Step]>,
    /// Whether it is of gendwarfksyms, which lets names stand with their letters, and no blank at
    /// the end.
    is_dwarf: bool,
}

/// A run of text, and the name after it.
#[derive(Clone, Copy)]
struct Step {
    /// Where the run begins.
    start: u32,
    /// Where it ends, and the name begins as it stands when it was met before.
    end: u32,
    /// Where that ends.
    name_end: u32,
    /// The name; [`NONE`] after the last run.
    name: NameId,
}

/// No name. There are no more names than bytes in a line's file, which are fewer.
const NONE: NameId = NameId(u32::MAX);

impl Rendering {
    fn new(types: &Types, line: LineId, is_dwarf: bool) -> Rendering {
        let declaration = types.declaration(line);
        let mut text = Vec::with_capacity(declaration.len() + declaration.len() / 8);
        let mut steps = Vec::new();
        let (mut start, mut copied) = (0, 0);
        for place in word_places(declaration) {
            let word = &declaration[place.clone()];
            if let Some(name) = is_reference(word).then(|| types.find_name(word)).flatten() {
                text.extend_from_slice(&declaration[copied..place.start]);
                let end = text.len() as u32;
                append_known(&mut text, word, is_dwarf);
                let name_end = text.len() as u32;
                steps.push(Step { start, end, name_end, name });
                (start, copied) = (name_end, place.end);
            }
        }
        text.extend_from_slice(&declaration[copied..]);
        let end = text.len() as u32;
        steps.push(Step { start, end, name_end: end, name: NONE });
        // So that the last run, too, can be copied by so many bytes.
        text.resize(text.len() + SHORT, 0);
        Rendering { text: text.into(), steps: steps.into(), is_dwarf }
    }
}

/// Writes a name as it stands when the export has met it before.
fn append_known(text: &mut Vec<u8>, word: &[u8], is_dwarf: bool) {
    let TypeName { kind, bare } = TypeName::of(word);
    let (keyword, name): (&[u8], &[u8]) = match (kind, is_dwarf) {
        (_, true) => (b"", word),
        (Kind::Struct, false) => (b"struct ", bare),
        (Kind::Union, false) => (b"union ", bare),
        (Kind::Enum, false) => (b"enum ", bare),
        (Kind::Typedef | Kind::EnumConstant | Kind::Normal, false) => (b"", bare),
    };
    text.extend_from_slice(keyword);
    text.extend_from_slice(name);
}

/// What a thread needs to expand exports, for one file after the other.
struct Walk<'a> {
    renderings: &'a [Rendering],
    names: Vec<Place>,
    /// The number of the file at hand, from 1.
    file: u32,
    /// The number of the export at hand, from 1.
    export: u32,
    /// What is not handed to the checksum yet.
    expansion: Vec<u8>,
    /// The lines that the walk is in, each with its text and the steps that are left.
    open: Vec<(&'a [u8], std::slice::Iter<'a, Step>)>,
}

/// What a name stands for in the file at hand.
#[derive(Clone, Copy)]
struct Place {
    /// The last file that had a line for it.
    file: u32,
    /// The last export that met it.
    export: u32,
    /// Its line.
    line: LineId,
}

impl<'a> Walk<'a> {
    fn new(types: &Types, renderings: &'a [Rendering]) -> Walk<'a> {
        let names = vec![Place { file: 0, export: 0, line: LineId(0) }; types.name_count()];
        let expansion = Vec::with_capacity(2 * CHUNK);
        Walk { renderings, names, file: 0, export: 0, expansion, open: Vec::new() }
    }

    /// Takes the lines of the next file. Of two with the same name the first counts.
    fn open(&mut self, types: &Types, lines: &[LineId]) {
        self.file += 1;
        for &line in lines {
            let place = &mut self.names[types.line(line).name.0 as usize];
            if place.file != self.file {
                *place = Place { file: self.file, line, ..*place };
            }
        }
    }

    /// The CRC of an export of the file at hand.
    fn expand(&mut self, export: NameId) -> Computed {
        self.export += 1;
        let mut crc = Crc::new();
        self.expansion.clear();
        let root = &mut self.names[export.0 as usize];
        root.export = self.export;
        let Rendering { text, steps, is_dwarf } = &self.renderings[root.line.0 as usize];
        self.open.clear();
        self.open.push((text, steps.iter()));
        while let Some((text, steps)) = self.open.last_mut() {
            let (text, Some(step)) = (*text, steps.next()) else {
                self.open.pop();
                continue;
            };
            let mut end = step.end;
            if let Some(place) = self.names.get_mut(step.name.0 as usize) {
                if place.file != self.file {
                    return Computed::Missing(step.name);
                }
                if place.export == self.export {
                    end = step.name_end;
                } else {
                    place.export = self.export;
                    let next = &self.renderings[place.line.0 as usize];
                    self.open.push((&next.text, next.steps.iter()));
                }
            }
            append_short::<SHORT>(&mut self.expansion, text, step.start as usize..end as usize);
            if self.expansion.len() >= CHUNK {
                crc.update(&self.expansion);
                self.expansion.clear();
            }
        }
        if !*is_dwarf {
            self.expansion.push(b' ');
        }
        crc.update(&self.expansion);
        Computed::Crc(crc.value())
    }
}
