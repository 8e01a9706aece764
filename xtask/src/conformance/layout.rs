//! `cargo xtask conformance layout`: layouts that are computed from declarations, against those in
//! the BTF of the kernel that Debian built from the same sources.
//!
//! The declarations of a C file are what our genksyms leaves of them: its record, which has all
//! attributes, and the `.symtypes` file, which lacks some. The latter can also be taken from a tree
//! that the kernel's own genksyms has written. A layout is right if some type of that name in the
//! BTF of the kernel and its modules has it: files may define different types of one name. From a
//! record, none may be wrong. From `.symtypes`, one may be if the record of the same file gives the
//! right one: what it has beyond the other are the attributes.

mod built_symtypes;
mod compare;
mod debian_btf;
mod tally;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use modversions::formats::abi_record::{self, Row};
use modversions::genksyms::{self, Options};
use modversions::layout::data_model::X86_64;
use modversions::layout::{Engine, Kind, Layout, Unknown};
use modversions::release::{Behaviour, Genksyms};

use self::built_symtypes::BuiltSymtypes;
use self::compare::difference;
use self::debian_btf::DebianBtf;
use self::tally::{Tally, Verdict};
use super::compare_each;
use crate::obtain::corpus::{Corpus, CorpusFile};
use crate::obtain::kernels::Kernel;

/// Of all places where a type is compared, at most one in so many may be unknown.
const LEAST_KNOWN: usize = 100;

/// Declarations by name with the kind's letter: `s#page`.
type Declarations<'t> = BTreeMap<&'t [u8], &'t [u8]>;

/// Compares on one kernel's sample and prints the result. The plain declarations are those below
/// `symtypes`, if it is given. The number of faults; none when the kernel had to be skipped.
pub fn compare_kernel(
    kernel: &'static Kernel,
    every: usize,
    symtypes: Option<&Path>,
) -> Result<Option<usize>> {
    let symtypes = symtypes.map(BuiltSymtypes::below).transpose()?;
    let Some(btf) = DebianBtf::obtain(kernel)? else {
        return Ok(None);
    };
    let Some(corpus) = Corpus::obtain(kernel, every)? else {
        return Ok(None);
    };
    if corpus.packages.version != btf.version {
        bail!("sources of {} and a kernel of {}", corpus.packages.version, btf.version);
    }
    println!("layouts of linux {}: {} files; {}", btf.version, corpus.files.len(), btf.told());
    let release = Behaviour::at(kernel.release).genksyms;
    let compared = compare_each(&corpus.files, |file| {
        let compared = compare_file(file, &btf, &release, symtypes.as_ref());
        compared.with_context(|| file.path.clone())
    })?;
    if let Some(symtypes) = &symtypes {
        print_beyond(symtypes, &compared);
    }
    Ok(Some(report(&compared)))
}

/// What came out for one file.
struct Compared {
    /// The C file.
    path: String,
    /// For each struct and union, by name with the kind's letter, the verdicts on the layout from
    /// the record and on that from `.symtypes`. The latter is none where there is no such file.
    verdicts: Vec<(Vec<u8>, Verdict, Option<Verdict>)>,
    /// Whether there is a `.symtypes` file.
    has_symtypes: bool,
    /// Whether that is the one that we write, byte for byte.
    is_ours: bool,
    /// How many are only named in this file, which none of them defines.
    only_named: usize,
    /// How long it took to compute all from the record and from `.symtypes`.
    times: (Duration, Duration),
}

/// Compares all structs and unions that the exports of a file reach.
fn compare_file(
    file: &CorpusFile,
    btf: &DebianBtf,
    release: &Genksyms,
    symtypes: Option<&BuiltSymtypes>,
) -> Result<Compared> {
    let source = file.read()?;
    let options = Options { dump_types: true, record: Some(X86_64.name), ..Options::default() };
    let output = genksyms::run(&source, None, &options, release);
    let symtypes = match symtypes {
        None => Some(Cow::Borrowed(&output.symtypes[..])),
        Some(symtypes) => symtypes.read(&file.path)?.map(Cow::Owned),
    };
    let recorded = recorded(&output.record)?;
    let plain = symtypes.as_deref().map(plain);
    let is_record = |name: &&&[u8]| name.starts_with(b"s#") || name.starts_with(b"u#");
    let names = || recorded.keys().filter(is_record);
    if plain.as_ref().is_some_and(|plain| !plain.keys().filter(is_record).eq(names())) {
        bail!("the record and .symtypes have different types");
    }
    let is_defined = |name: &&&[u8]| !recorded[**name].ends_with(b"{ UNKNOWN }");
    let defined: Vec<&[u8]> = names().filter(is_defined).copied().collect();
    let (from_record, record_time) = verdicts(&defined, &recorded, true, btf);
    let (from_plain, plain_time) = match &plain {
        Some(plain) => verdicts(&defined, plain, false, btf),
        None => (Vec::new(), Duration::ZERO),
    };
    let from_plain = from_plain.into_iter().map(Some).chain(iter::repeat(None));
    let both = from_record.into_iter().zip(from_plain);
    let verdicts = defined.iter().zip(both).map(|(name, (one, other))| (name.to_vec(), one, other));
    Ok(Compared {
        path: file.path.clone(),
        verdicts: verdicts.collect(),
        has_symtypes: symtypes.is_some(),
        is_ours: symtypes.as_deref() == Some(&output.symtypes[..]),
        only_named: names().count() - defined.len(),
        times: (record_time, plain_time),
    })
}

/// The declarations in a record.
fn recorded(record: &[u8]) -> Result<Declarations<'_>> {
    let mut declarations = Declarations::new();
    for row in abi_record::rows(record) {
        if let Row::Declaration(declaration) = row? {
            declarations.insert(declaration.name, declaration.text);
        }
    }
    Ok(declarations)
}

/// The declarations in a `.symtypes` file.
fn plain(symtypes: &[u8]) -> Declarations<'_> {
    let lines = symtypes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let split = |line: &'_ [u8]| line.iter().position(|&byte| byte == b' ');
    lines.filter_map(|line| split(line).map(|end| (&line[..end], &line[end + 1..]))).collect()
}

/// The verdicts on these types, and how long it took to lay them out.
fn verdicts(
    names: &[&[u8]],
    declarations: &Declarations<'_>,
    has_attributes: bool,
    btf: &DebianBtf,
) -> (Vec<Verdict>, Duration) {
    let lookup = |name: &[u8]| declarations.get(name).copied();
    let mut engine = Engine::new(&X86_64, has_attributes, lookup);
    let start = Instant::now();
    let layouts: Vec<_> = names.iter().map(|name| engine.layout(name)).collect();
    let time = start.elapsed();
    (names.iter().zip(layouts).map(|(name, layout)| verdict(name, layout, btf)).collect(), time)
}

/// The verdict on type `name`, laid out as `computed`.
fn verdict(name: &[u8], computed: Result<Arc<Layout>, Unknown>, btf: &DebianBtf) -> Verdict {
    let kind = if name.starts_with(b"u#") { Kind::Union } else { Kind::Struct };
    let mut told: Vec<&Layout> = btf.get(&name[2..]).iter().collect();
    told.retain(|told| told.kind == kind);
    let computed = match computed {
        _ if told.is_empty() => return Verdict::NotInBtf,
        Err(unknown) => {
            return Verdict::Unknown { kind: unknown.kind(), reason: unknown.message() };
        }
        Ok(computed) => computed,
    };
    // Of several, one of the same size tells most.
    told.sort_by_key(|told| told.size != computed.size);
    let differences: Option<Vec<String>> =
        told.iter().map(|told| difference(&computed, told)).collect();
    match differences.and_then(|all| all.into_iter().next()) {
        None => Verdict::Right,
        Some(text) => Verdict::Wrong(text),
    }
}

/// Prints how the files of a build and the C files belong together.
fn print_beyond(symtypes: &BuiltSymtypes, compared: &[Compared]) {
    let (files, beyond) = symtypes.counts(compared.iter().map(|file| file.path.as_str()));
    let ours = compared.iter().filter(|file| file.is_ours).count();
    println!(
        "  {files} .symtypes files of the build, {} of them compared; {ours} of these are byte for \
         byte what ours writes",
        files - beyond
    );
    let without: Vec<&Compared> = compared.iter().filter(|file| !file.has_symtypes).collect();
    let places: usize = without.iter().map(|file| file.verdicts.len()).sum();
    println!(
        "  {} C files have none; in these are {places} places that only the record is asked for",
        without.len()
    );
}

/// Prints what came out; the number of faults.
fn report(compared: &[Compared]) -> usize {
    let (mut recorded, mut plain) = (Tally::default(), Tally::default());
    let (mut explained, mut unexplained) = (0, Vec::new());
    for file in compared {
        for (name, from_record, from_plain) in &file.verdicts {
            recorded.add(name, &file.path, from_record.clone());
            let Some(from_plain) = from_plain else { continue };
            plain.add(name, &file.path, from_plain.clone());
            match (from_plain, from_record) {
                (Verdict::Wrong(_), Verdict::Right) => explained += 1,
                (Verdict::Wrong(_), _) => unexplained.push((name, &file.path)),
                _ => {}
            }
        }
    }
    let only_named: usize = compared.iter().map(|file| file.only_named).sum();
    println!("  not compared: in {only_named} places a type that the file only names");
    recorded.print("records");
    plain.print(".symtypes");
    println!("    {explained} wrong are right from the record, {} are not", unexplained.len());
    for (name, file) in &unexplained {
        println!("    not explained: {} in {file}", String::from_utf8_lossy(name));
    }
    let sum = |time: fn(&Compared) -> Duration| compared.iter().map(time).sum::<Duration>();
    let (of_record, of_plain) = (sum(|file| file.times.0), sum(|file| file.times.1));
    println!(
        "  laid out in {:.1} s from records, {:.1} s from .symtypes, added up over the files",
        of_record.as_secs_f64(),
        of_plain.as_secs_f64()
    );
    let (places, wrong, unknown) = recorded.counts();
    let is_too_unknown = unknown * LEAST_KNOWN > places;
    wrong + unexplained.len() + usize::from(is_too_unknown)
}
