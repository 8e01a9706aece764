//! One situation, both programs: what each leaves behind, and what is to be thought of it.

use std::fs;
use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;
use testkit::answer::{Answer, End};
use testkit::run::Input;

use super::situation::Situation;
use crate::fuzz::scratch;
use crate::obtain::upstream::UpstreamModpost;
use crate::run::limits::Limits;
use crate::run::product::Product;

/// What a program may take.
const LIMITS: Limits = Limits { seconds: 10, memory: 1 << 30, written: 64 << 20 };

/// What ours says of an object that it does not read on.
const REFUSAL: &str = "malformed object: ";

/// What is to be thought of a situation.
pub enum Verdict {
    /// Both do the same.
    Same,
    /// Upstream crashed, did not end, did not do the same twice, or read what it had changed
    /// itself; ours ended well.
    UpstreamFailed,
    /// Ours says that something lies outside of the file, and what.
    Refused(String, Difference),
    /// Anything else.
    Differs(Difference),
}

/// How the programs differ.
pub struct Difference {
    /// One line or more for each part that differs.
    pub parts: Vec<String>,
    /// What upstream did; none if it did not end well.
    pub upstream: Option<Answer>,
    /// What ours did; none if it did not end at all.
    pub ours: Option<Answer>,
}

/// Runs both programs, in a directory of its own.
pub struct Comparer<'a> {
    upstream: &'a UpstreamModpost,
    product: &'a Product,
    directory: TempDir,
}

impl<'a> Comparer<'a> {
    /// A comparer with a scratch directory.
    pub fn new(upstream: &'a UpstreamModpost, product: &'a Product) -> Result<Comparer<'a>> {
        Ok(Comparer { upstream, product, directory: scratch()? })
    }

    /// Compares both programs.
    pub fn compare(&self, situation: &Situation<'_>) -> Result<Verdict> {
        let (input, _) = situation.input();
        let command = self.product.modpost(&self.upstream.release, situation.threads);
        let ours = match self.run(&input, command)? {
            Ok(ours) => ours,
            Err(error) => {
                let parts = vec![format!("ours: {error}")];
                return Ok(Verdict::Differs(Difference { parts, upstream: None, ours: None }));
            }
        };
        let upstream = self.upstream(&input, situation)?;
        let faults = faults(&ours);
        if !faults.is_empty() {
            return Ok(Verdict::Differs(Difference { parts: faults, upstream, ours: Some(ours) }));
        }
        let Some(upstream) = upstream else {
            return Ok(Verdict::UpstreamFailed);
        };
        let parts = upstream.differences(&ours);
        // Asked again only here: nearly all that ours agrees with is the same each time.
        if parts.is_empty() {
            return Ok(Verdict::Same);
        }
        let is_the_same = self.upstream(&input, situation)?.as_ref() == Some(&upstream);
        if !is_the_same || situation.is_turned_round() {
            return Ok(Verdict::UpstreamFailed);
        }
        let refusal = refusal(&ours);
        let difference = Difference { parts, upstream: Some(upstream), ours: Some(ours) };
        Ok(match refusal {
            Some(what) => Verdict::Refused(what, difference),
            None => Verdict::Differs(difference),
        })
    }

    /// What upstream does; none if it does not end well.
    fn upstream(&self, input: &Input, situation: &Situation<'_>) -> Result<Option<Answer>> {
        let answer = self.run(input, self.upstream.command(situation.seed().target))?;
        Ok(answer.ok().filter(|answer| matches!(answer.end, End::Status(_))))
    }

    /// What a program does, within limits. Its error is a run that does not end.
    fn run(&self, input: &Input, mut command: Command) -> Result<Result<Answer, String>> {
        let scratch = self.directory.path().join("run");
        fs::create_dir(&scratch)?;
        command.env_clear();
        LIMITS.set_for(&mut command);
        let answer = input.run(&scratch, command);
        fs::remove_dir_all(&scratch)?;
        Ok(answer)
    }
}

/// What is wrong with what ours did, whatever upstream does: it must end by itself, say what there
/// is to say, and leave nothing half written.
fn faults(ours: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    if !matches!(ours.end, End::Status(0 | 1)) {
        faults.push(format!("ours ended by {:?}", ours.end));
    }
    if String::from_utf8_lossy(&ours.stderr).contains("panicked at") {
        faults.push("ours panicked".to_owned());
    }
    let is_half_written = |path: &&String| path.contains(".tmp_");
    faults.extend(ours.files.keys().filter(is_half_written).map(|path| format!("left {path}")));
    if refusal(ours).is_some() && (ours.end != End::Status(1) || !ours.files.is_empty()) {
        faults.push(format!("refused, but ended by {:?}, and wrote", ours.end));
    }
    faults
}

/// What ours has found outside of the file, if it ended with that.
fn refusal(ours: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(&ours.stderr);
    let (_, what) = text.lines().last()?.rsplit_once(REFUSAL)?;
    Some(what.to_owned())
}
