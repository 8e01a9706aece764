//! Texts: types alone and consolidated, records of them, lists of exports, rules. A text is read as
//! each of these, and what is read as types is compared with a release that is made here.

use std::convert::Infallible;

use modversions::abi_diff::{FORMATS, Facts, Rules, StableList, compare};
use modversions::corpus::{
    Corpus, FileText, Release, ShownAs, Types, all_types, consolidate, layouts, proof_report, show,
    split, verify,
};
use modversions::formats::{abi_record, symtypes, symver_line, symvers};
use modversions::kernel::{Config, Exports};
use modversions::layout::data_model::X86_64;
use modversions::release::{Behaviour, KernelRelease};

/// The exports of both releases, if a text is none.
const SYMVERS: &[u8] = b"0x00000001\topen\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000002\tclose\tdrivers/pump\tEXPORT_SYMBOL_GPL\tPUMP\n";

/// The types of the release that is made here.
const TYPES: &[u8] = b"E#SLOW 0\n\
    e#mode enum mode { SLOW , FAST = 2 }\n\
    s#device struct device { const char * name ; u#word word ; e#mode mode ; unsigned int a : 3 ; }\n\
    s#hidden struct hidden { UNKNOWN }\n\
    t#device_t typedef s#device device_t\n\
    u#word union word { long int whole ; int half [ 2 ] ; }\n\
    open extern int open ( t#device_t * , s#hidden * )\n\
    close extern void close ( s#device * )\n";

/// Reads a text.
pub fn read(bytes: &[u8]) {
    symver_line::read(bytes);
    symvers::read(bytes).for_each(drop);
    symvers::read_any_era(bytes).for_each(drop);
    let word = Behaviour::at(KernelRelease::NEWEST_KNOWN).load.preemption;
    Config::read(bytes).vermagic(b"6.12.1", word);
    let records = symtypes::read(bytes).unwrap_or_default();
    records.iter().for_each(|record| symtypes::write(&mut Vec::new(), record));
    abi_record::rows(bytes).for_each(drop);
    let exports = Exports::read(&bytes.to_vec().into()).ok();
    let rules = [&b"rules"[..], b"rules.toml"].map(|file| rules(file, bytes));
    if let Some(exports) = &exports {
        are_compared(Types::default(), None, Some(exports.clone()), &Rules::default());
    }
    for rules in rules.iter().flatten() {
        are_compared(Types::default(), None, None, rules);
    }
    if let Ok(list) = StableList::read(b"list", bytes) {
        is_applied(&list);
    }
    for from in [alone, record, consolidated] {
        let mut types = Types::default();
        if let Some(corpus) = from(&mut types, bytes) {
            ask(&types, &corpus);
            are_compared(types, Some(corpus), None, &Rules::default());
        }
    }
}

/// Applies a stable list to a comparison that finds nothing.
fn is_applied(list: &StableList) {
    let mut types = Types::default();
    let exports = Exports::read(&SYMVERS.into()).unwrap();
    let release =
        Release { title: b"it".to_vec(), exports: Some(exports), corpus: None, btf: None };
    let mut found = compare(&mut types, &release, &release, &X86_64);
    list.apply(&types, [&release, &release], &mut found);
}

/// Rules in a file of this name.
fn rules(file: &[u8], text: &[u8]) -> Option<Rules> {
    let mut rules = Rules::default();
    rules.read(file, text).ok().map(|()| rules)
}

/// The types of a `.symtypes` file.
fn alone(types: &mut Types, text: &[u8]) -> Option<Corpus> {
    let read = |_, file: &mut FileText| {
        file.lines.extend_from_slice(text);
        Ok::<(), Infallible>(())
    };
    Corpus::read(types, vec![b"lib/file".to_vec()], read).ok()
}

/// Those of a record.
fn record(types: &mut Types, text: &[u8]) -> Option<Corpus> {
    let read = |_, file: &mut FileText| file.add_record(text).map(drop);
    let mut corpus = Corpus::read(types, vec![b"lib/file".to_vec()], read).ok()?;
    corpus.have_attributes = true;
    Some(corpus)
}

/// Those of many files in one.
fn consolidated(types: &mut Types, text: &[u8]) -> Option<Corpus> {
    Corpus::read_consolidated(types, text).ok()
}

/// Asks all there is to ask of types.
fn ask(types: &Types, corpus: &Corpus) {
    let exports = Exports::read(&SYMVERS.into()).unwrap();
    let found = verify(types, corpus, &exports);
    proof_report(types, corpus, &found, true);
    all_types(types, corpus, &X86_64);
    for name in types.names().take(MOST_NAMES) {
        show(types, corpus, name, ShownAs { all_files: true, demangled: true });
        layouts(types, corpus, name, &X86_64);
    }
    let _ = consolidate(types, corpus);
    let _ = split(types, corpus, |_, _| Ok::<(), Infallible>(()));
}

/// How many names are asked for, one after the other.
const MOST_NAMES: usize = 10;

/// Compares a release with the one that is made here, from either side, and writes all reports.
fn are_compared(mut types: Types, corpus: Option<Corpus>, exports: Option<Exports>, rules: &Rules) {
    let made = corpus.as_ref().and_then(|_| alone(&mut types, TYPES));
    let made_exports = Exports::read(&SYMVERS.into()).unwrap();
    let exports = exports.unwrap_or_else(|| made_exports.clone());
    let release = |exports, corpus| Release { title: b"it".to_vec(), exports, corpus, btf: None };
    let given = release(Some(exports), corpus);
    let made = release(Some(made_exports), made);
    for releases in [[&given, &made], [&made, &given]] {
        let mut found = compare(&mut types, releases[0], releases[1], &X86_64);
        found.judge(&types, releases, rules);
        let facts = Facts {
            types: &types,
            releases,
            found: &found,
            rules,
            shows_tolerated: true,
            consumers: None,
            has_stable_list: false,
            model: &modversions::layout::data_model::X86_64,
        };
        FORMATS.iter().for_each(|format| drop((format.write)(&facts)));
    }
    rules.unused(&types, [&given, &made]);
}
