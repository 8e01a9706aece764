//! What the kernel did with one module, against what was predicted.

use modversions::check::{Candidate, Outcome};

use crate::obtain::machine::Ended;

/// What became of one module.
pub struct Judged {
    /// Whether the kernel's loader let it in.
    pub is_let_in: bool,
    /// Whether it was let in and is not there: its own code gave up.
    pub is_dropped: bool,
    /// What is not as it was predicted; nothing if all is.
    pub wrong: Vec<String>,
}

/// Pieces of what the loader logs. Other lines are the module's own or somebody else's.
const LOADER: &[&str] = &[
    "Invalid ELF",
    "Invalid architecture",
    "ELF Spec violation",
    "section name table",
    "Only one .modinfo",
    "module has no symbols",
    "No module found in object",
    ".gnu.linkonce.this_module",
    "disagrees about version of symbol",
    "no symbol version for",
    "version magic '",
    "taints kernel.",
    ": kernel tainted.",
    "module verification failed",
    "Disabling lock debugging",
    "tainting kernel with TAINT_LIVEPATCH",
    "livepatch support is disabled",
    "from the staging directory",
    "invalid WRITE|EXEC flags",
    "-fno-common",
    "Unknown symbol ",
    "but does not import it.",
    "proprietary module",
    "exports duplicate symbol",
    "is rejected",
    "PKCS#7",
    "Lockdown:",
];

/// Compares. To load a module, busybox asks the kernel in one way, and when that is refused in
/// another; so lines come twice, and are counted once.
pub fn judge(candidate: &Candidate, outcome: &Outcome, ended: &Ended) -> Judged {
    let calls = format!("[{}] @", String::from_utf8_lossy(&candidate.name));
    let is_call = |line: &String| line.starts_with("calling ") && line.contains(&calls);
    let is_let_in = ended.status == 0 || ended.log.iter().any(is_call);
    let mut wrong = Vec::new();
    let predicted = outcome.refusal.map(|(_, error)| error.number());
    let found = (!is_let_in).then_some(ended.status);
    if predicted != found {
        let word = |error: Option<i32>| match error {
            None => "loads".to_owned(),
            Some(error) => format!("refused with {error}"),
        };
        wrong.push(format!("predicted: {}; found: {}", word(predicted), word(found)));
    }
    wrong.extend(outcome.unknown().map(|what| format!("undetermined: {what}")));
    let expected = once(outcome.log().map(|line| String::from_utf8_lossy(line).into_owned()));
    let is_loaders =
        |line: &&String| expected.contains(line) || LOADER.iter().any(|piece| line.contains(piece));
    let logged = once(ended.log.iter().filter(is_loaders).cloned());
    if expected != logged {
        wrong.extend(expected.iter().map(|line| format!("predicted: {line}")));
        wrong.extend(logged.iter().map(|line| format!("logged:    {line}")));
    }
    Judged { is_let_in, is_dropped: is_let_in && ended.status != 0, wrong }
}

/// The lines, each once.
fn once(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in lines {
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}
