//! The arguments of a compiler that preprocesses, as far as they are known.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::cpp::{Dependencies, Request, Unusual, Usual};

/// A command line, once it is understood.
pub(in crate::cli) struct Understood {
    /// The compiler: the words before the first option.
    pub(in crate::cli) compiler: Vec<OsString>,
    /// The options that decide what the compiler predefines.
    pub(in crate::cli) deciding: Vec<OsString>,
    /// What is asked of the preprocessor.
    pub(in crate::cli) request: Request,
    /// Where the list of dependencies goes.
    pub(in crate::cli) dependencies: Option<PathBuf>,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// It changes nothing of the text.
    Neutral,
    /// It may change what the compiler defines.
    Decides,
    /// The same, and its argument is the next word.
    DecidesWithNext,
    Define,
    Undefine,
    Directory,
    SystemDirectory,
    QuoteDirectory,
    Include,
    PrefixMap,
    Undef,
    Dependencies {
        with_system_headers: bool,
    },
}

/// Options. The longest spelling that matches counts; it must match the whole word, unless the second
/// field says that more may follow.
const OPTIONS: &[(&str, bool, Meaning)] = &[
    ("-E", false, Meaning::Neutral),
    ("-D", true, Meaning::Define),
    ("-U", true, Meaning::Undefine),
    ("-I", true, Meaning::Directory),
    ("-isystem", true, Meaning::SystemDirectory),
    ("-iquote", true, Meaning::QuoteDirectory),
    ("-include", false, Meaning::Include),
    ("-nostdinc", false, Meaning::Neutral),
    ("-pipe", false, Meaning::Neutral),
    ("-w", false, Meaning::Neutral),
    ("-Wundef", false, Meaning::Undef),
    ("-Werror=undef", false, Meaning::Undef),
    ("-Wp,-MMD,", true, Meaning::Dependencies { with_system_headers: false }),
    ("-Wp,-MD,", true, Meaning::Dependencies { with_system_headers: true }),
    ("-Wa,", true, Meaning::Neutral),
    ("-W", true, Meaning::Neutral),
    ("-fmacro-prefix-map=", true, Meaning::PrefixMap),
    ("-ffile-prefix-map=", true, Meaning::PrefixMap),
    ("-fdebug-prefix-map=", true, Meaning::Neutral),
    ("-f", true, Meaning::Decides),
    ("-m", true, Meaning::Decides),
    ("-O", true, Meaning::Decides),
    ("-std=gnu", true, Meaning::Decides),
    ("-pg", false, Meaning::Decides),
    ("-p", false, Meaning::Decides),
    ("-g", true, Meaning::Neutral),
    ("--param", false, Meaning::DecidesWithNext),
    ("--param=", true, Meaning::Decides),
];

/// Options that [`OPTIONS`] would take for others, and that change the text.
const NOT_KNOWN: &[&str] = &[
    "-Wp,",
    "-Wno-builtin-macro-redefined",
    "-Wtrigraphs",
    "-Wtraditional",
    "-Wunused-macros",
    "-Wdate-time",
    "-Wpedantic",
    "-Wbidi-chars",
    "-fplugin",
    "-fpreprocessed",
    "-fdirectives-only",
    "-fextended-identifiers",
    "-finput-charset",
    "-fexec-charset",
    "-fwide-exec-charset",
    "-fworking-directory",
    "-ftrack-macro-expansion",
    "-ftabstop",
    "-fmax-include-depth",
    "-fdollars-in-identifiers",
    "-fno-dollars-in-identifiers",
    "-fpch",
    "-fsyntax-only",
    "-fdump",
    "-fcanon-prefix-map",
];

impl Understood {
    /// Understands a command line, or says that it is for the compiler.
    pub(in crate::cli) fn of(args: &[OsString]) -> Usual<Self> {
        let is_option = |word: &OsString| word.as_bytes().first() == Some(&b'-');
        let options = args.iter().position(is_option).ok_or(Unusual::Option)?;
        let mut understood = Self {
            compiler: args[..options].to_vec(),
            deciding: Vec::new(),
            request: Request::default(),
            dependencies: None,
        };
        let mut words = args[options..].iter();
        let mut has_mark = false;
        let mut has_all = (false, false);
        while let Some(word) = words.next() {
            let bytes = word.as_bytes();
            has_mark |= bytes == b"-D__GENKSYMS__";
            has_all.0 |= bytes == b"-E";
            has_all.1 |= bytes == b"-nostdinc";
            if bytes.first() != Some(&b'-') {
                understood.input(bytes)?;
                continue;
            }
            let (spelling, meaning) = meaning(bytes).ok_or(Unusual::Option)?;
            let rest = &bytes[spelling.len()..];
            understood.option(word, rest, meaning, &mut words)?;
        }
        // Only the text for genksyms is made here; and the standard directories are not known.
        let is_known = has_mark && has_all == (true, true) && !understood.request.input.is_empty();
        if !is_known || has_variables() {
            return Err(Unusual::Option);
        }
        understood.request.prefix_maps.reverse();
        understood.name_target();
        Ok(understood)
    }

    /// The source file: one, in C.
    fn input(&mut self, path: &[u8]) -> Usual<()> {
        if !self.request.input.is_empty() || !path.ends_with(b".c") || path.len() < 3 {
            return Err(Unusual::Option);
        }
        self.request.input = path.to_vec();
        Ok(())
    }

    fn option<'w>(
        &mut self,
        word: &OsString,
        rest: &'w [u8],
        meaning: Meaning,
        words: &mut impl Iterator<Item = &'w OsString>,
    ) -> Usual<()> {
        let request = &mut self.request;
        // The argument is in the same word, or the next one.
        let mut argument = || match rest {
            [] => words.next().map(|word| word.as_bytes()).ok_or(Unusual::Option),
            rest => Ok(rest),
        };
        match meaning {
            Meaning::Neutral => {}
            Meaning::Undef => request.warns_of_undefined = true,
            Meaning::Decides => self.deciding.push(word.clone()),
            Meaning::DecidesWithNext => {
                self.deciding.push(word.clone());
                self.deciding.push(OsStr::from_bytes(argument()?).to_owned());
            }
            Meaning::Define => {
                let line = define_line(argument()?).ok_or(Unusual::Option)?;
                request.definitions.extend_from_slice(&line);
            }
            Meaning::Undefine => {
                let name = argument()?;
                let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                if !is_name {
                    return Err(Unusual::Option);
                }
                request.definitions.extend_from_slice(&[b"#undef ", name, b"\n"].concat());
            }
            Meaning::Directory => request.directories.push(argument()?.to_vec()),
            Meaning::SystemDirectory => request.system_directories.push(argument()?.to_vec()),
            Meaning::QuoteDirectory => request.quote_directories.push(argument()?.to_vec()),
            Meaning::Include => request.included.push(argument()?.to_vec()),
            Meaning::PrefixMap => {
                let at = rest.iter().position(|byte| *byte == b'=').ok_or(Unusual::Option)?;
                request.prefix_maps.push((rest[..at].to_vec(), rest[at + 1..].to_vec()));
            }
            Meaning::Dependencies { with_system_headers } => {
                if rest.contains(&b',') || self.dependencies.is_some() {
                    return Err(Unusual::Option);
                }
                self.dependencies = Some(PathBuf::from(OsStr::from_bytes(rest)));
                request.dependencies =
                    Some(Dependencies { target: Vec::new(), with_system_headers });
            }
        }
        Ok(())
    }

    /// The target of the rule: the object of the source file's name.
    fn name_target(&mut self) {
        let path = Path::new(OsStr::from_bytes(&self.request.input));
        let stem = path.file_stem().unwrap_or_default().as_bytes();
        if let Some(dependencies) = &mut self.request.dependencies {
            dependencies.target = [stem, b".o"].concat();
        }
    }
}

/// The row of an option: the longest that fits.
fn meaning(word: &[u8]) -> Option<(&'static str, Meaning)> {
    let is_known = |(spelling, _, _): &&(&'static str, bool, Meaning)| {
        matches!(*spelling, "-Wp,-MMD," | "-Wp,-MD,") && word.starts_with(spelling.as_bytes())
    };
    let changes = NOT_KNOWN.iter().any(|spelling| word.starts_with(spelling.as_bytes()));
    if changes && !OPTIONS.iter().any(|row| is_known(&row)) {
        return None;
    }
    let fits = |(spelling, has_more, _): &&(&'static str, bool, Meaning)| match has_more {
        true => word.starts_with(spelling.as_bytes()),
        false => word == spelling.as_bytes(),
    };
    let rows = OPTIONS.iter().filter(fits);
    rows.max_by_key(|(spelling, _, _)| spelling.len())
        .map(|(spelling, _, meaning)| (*spelling, *meaning))
}

/// The line of `-D`.
fn define_line(argument: &[u8]) -> Option<Vec<u8>> {
    if argument.contains(&b'\n') || argument.is_empty() {
        return None;
    }
    let at = argument.iter().position(|byte| *byte == b'=');
    let (name, value) = match at {
        Some(at) => (&argument[..at], &argument[at + 1..]),
        None => (argument, b"1".as_slice()),
    };
    Some([b"#define ", name, b" ", value, b"\n"].concat())
}

/// Whether variables of the environment add directories or lists.
fn has_variables() -> bool {
    ["CPATH", "C_INCLUDE_PATH", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "GCC_EXEC_PREFIX"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}
