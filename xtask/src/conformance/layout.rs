//! `cargo xtask conformance layout`: layouts that are computed from declarations, against those in
//! the BTF of the kernel that Debian built from the same sources.
//!
//! The declarations of a C file are what our genksyms leaves of them: its record, which has all
//! attributes, and the `.symtypes` file, which lacks some. A layout is right if some type of that
//! name in the BTF of the kernel and its modules has it: files may define different types of one
//! name. From a record, none may be wrong. From `.symtypes`, one may be if the record of the same
//! file gives the right one: what it has beyond the other are the attributes.

mod compare;
mod debian_btf;
mod tally;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use modversions::formats::abi_record::{self, Row};
use modversions::genksyms::{self, Options};
use modversions::layout::data_model::X86_64;
use modversions::layout::{Engine, Kind, Layout, Unknown};
use modversions::release::{Behaviour, Genksyms, KernelRelease};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::compare::difference;
use self::debian_btf::DebianBtf;
use self::tally::{Tally, Verdict};
use crate::corpus::{Corpus, CorpusFile};
use crate::upstream::Kernel;

/// Of all places where a type is compared, at most one in so many may be unknown.
const LEAST_KNOWN: usize = 100;

/// Declarations by name with the kind's letter: `s#page`.
type Declarations<'t> = BTreeMap<&'t [u8], &'t [u8]>;

/// Compares on one kernel's sample and prints the result. The number of faults; none when the
/// kernel had to be skipped.
pub fn compare_kernel(kernel: Kernel, every: usize) -> Result<Option<usize>> {
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
    let release = match kernel {
        Kernel::V6_1 => KernelRelease::new(6, 1, 0),
        Kernel::V6_12 => KernelRelease::new(6, 12, 0),
        Kernel::Newest => bail!("sid's kernel is taken for its programs only"),
    };
    let release = Behaviour::at(release).genksyms;
    let style = ProgressStyle::with_template("comparing {wide_bar} {pos}/{len} ({eta})")?;
    let progress = ProgressBar::new(corpus.files.len() as u64).with_style(style);
    let compared: Result<Vec<Compared>> = corpus
        .files
        .par_iter()
        .progress_with(progress.clone())
        .map(|file| compare_file(file, &btf, &release).with_context(|| file.path.clone()))
        .collect();
    progress.finish_and_clear();
    Ok(Some(report(&compared?)))
}

/// What came out for one file.
struct Compared {
    /// The C file.
    path: String,
    /// For each struct and union, by name with the kind's letter, the verdicts on the layout from
    /// the record and on that from `.symtypes`.
    verdicts: Vec<(Vec<u8>, Verdict, Verdict)>,
    /// How many are only named in this file, which none of them defines.
    only_named: usize,
    /// How long it took to compute all from the record and from `.symtypes`.
    times: (Duration, Duration),
}

/// Compares all structs and unions that the exports of a file reach.
fn compare_file(file: &CorpusFile, btf: &DebianBtf, release: &Genksyms) -> Result<Compared> {
    let source = file.read()?;
    let options = Options { dump_types: true, record: Some(X86_64.name), ..Options::default() };
    let output = genksyms::run(&source, None, &options, release);
    let recorded = recorded(&output.record)?;
    let plain = plain(&output.symtypes);
    let is_record = |name: &&&[u8]| name.starts_with(b"s#") || name.starts_with(b"u#");
    if !plain.keys().filter(is_record).eq(recorded.keys().filter(is_record)) {
        bail!("the record and .symtypes have different types");
    }
    let names = || recorded.iter().filter(|(name, _)| is_record(name));
    let is_defined = |text: &[u8]| !text.ends_with(b"{ UNKNOWN }");
    let defined: Vec<&[u8]> =
        names().filter(|(_, text)| is_defined(text)).map(|(name, _)| *name).collect();
    let only_named = names().count() - defined.len();
    let (from_record, record_time) = verdicts(&defined, &recorded, true, btf);
    let (from_plain, plain_time) = verdicts(&defined, &plain, false, btf);
    let both = from_record.into_iter().zip(from_plain);
    let verdicts = defined.iter().zip(both).map(|(name, (one, other))| (name.to_vec(), one, other));
    Ok(Compared {
        path: file.path.clone(),
        verdicts: verdicts.collect(),
        only_named,
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
        Err(unknown) => return Verdict::Unknown { kind: unknown.kind(), reason: unknown.told() },
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

/// Prints what came out; the number of faults.
fn report(compared: &[Compared]) -> usize {
    let (mut recorded, mut plain) = (Tally::default(), Tally::default());
    let (mut explained, mut unexplained) = (0, Vec::new());
    for file in compared {
        for (name, from_record, from_plain) in &file.verdicts {
            recorded.add(name, &file.path, from_record.clone());
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
