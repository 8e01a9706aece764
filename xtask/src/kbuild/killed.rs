//! Our modpost ended while it writes: by a limit to the size of files, as a signal and as an error,
//! and by SIGKILL. No file of its may then be half written, and a build that follows must be as if
//! nothing had happened.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::slice;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, bail};

use super::compare::{Tally, WRITTEN, compare_trees};
use super::modpost_call::ModpostCall;
use super::workshop::Workshop;

/// The limits are so many bytes apart: there is more than one in every file.
const BETWEEN_LIMITS: usize = 150;

/// So many runs are killed, at moments from the beginning to somewhat later than the usual end.
const KILLS: u32 = 40;

/// What is in the files before a run that finds them there.
const OLDER: &[u8] = b"/* what an older build has left */\n";

/// The files that ours writes beside those they are for have names that begin so.
const BESIDE: &str = ".tmp_";

/// What came of it.
pub struct Found {
    /// How often modpost was run.
    pub runs: usize,
    /// What is not as it should be, for a person.
    pub faults: Vec<String>,
}

/// Ends modpost in many ways in a `folder` that was built with ours, and builds there once more;
/// `theirs` is the same folder, built by the distribution's programs with the same arguments.
pub fn end_while_writing(
    workshop: &Workshop,
    folder: &Path,
    theirs: &Path,
    arguments: &[String],
) -> Result<Found> {
    let modpost = Modpost {
        call: ModpostCall::kept(workshop, folder)?,
        whole: written(folder)?,
        folder: folder.to_owned(),
    };
    let mut found = Found { runs: 0, faults: Vec::new() };
    let mut ended = 0;
    for way in modpost.ways()? {
        for before in [None, Some(OLDER)] {
            modpost.put(before)?;
            let has_ended_well = modpost.run(&way)?;
            found.runs += 1;
            ended += usize::from(!has_ended_well);
            for path in modpost.half_written(before)? {
                found.faults.push(format!("{}: {path} is half written", way.join(" ")));
            }
        }
    }
    // Some come too late, and some limits are no hindrance.
    if ended < found.runs / 2 {
        found.faults.push(format!("of {} runs, only {ended} ended early", found.runs));
    }
    remove_beside(folder)?;
    let output = workshop.make_modules(folder).args(arguments).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        found.faults.push(format!("the build afterwards: {}", workshop.shortened(&said)));
    }
    let faults = compare_trees(theirs, folder, &mut Tally::default(), |_| false)?;
    found.faults.extend(faults.iter().map(|fault| format!("the build afterwards: {fault}")));
    Ok(found)
}

/// modpost as Kbuild has called it.
struct Modpost {
    /// The call.
    call: ModpostCall,
    /// The folder of modules.
    folder: PathBuf,
    /// What it writes there.
    whole: BTreeMap<PathBuf, Vec<u8>>,
}

impl Modpost {
    /// Programs, with their first arguments, that run another and see to its end.
    fn ways(&self) -> Result<Vec<Vec<String>>> {
        let longest = self.whole.values().map(Vec::len).max().unwrap_or_default();
        let limits = (0..longest).step_by(BETWEEN_LIMITS).map(|size| format!("--fsize={size}"));
        let limits: Vec<String> = limits.collect();
        let by_signal = limits.iter().map(|limit| vec!["prlimit".to_owned(), limit.clone()]);
        let ignoring = ["env", "--ignore-signal=XFSZ", "prlimit"].map(str::to_owned);
        let by_error = limits.iter().map(|limit| [&ignoring[..], slice::from_ref(limit)].concat());

        let start = Instant::now();
        self.put(None)?;
        if !self.run(&["env".to_owned()])? {
            bail!("modpost fails where nothing hinders it");
        }
        let usual = start.elapsed();
        let moment = |number: u32| (usual * number * 5 / 4 / KILLS).as_secs_f64();
        let kills = (1..=KILLS).map(|number| {
            let moment = format!("{:.6}", moment(number));
            ["timeout", "--signal=KILL", &moment].map(str::to_owned).to_vec()
        });
        Ok(by_signal.chain(by_error).chain(kills).collect())
    }

    /// Makes this the content of all that it writes, as if long ago; or takes the files away.
    fn put(&self, content: Option<&[u8]>) -> Result<()> {
        for path in self.whole.keys() {
            match content {
                Some(content) => {
                    fs::write(path, content)?;
                    let file = fs::File::options().append(true).open(path)?;
                    file.set_modified(SystemTime::UNIX_EPOCH)?;
                }
                None if path.exists() => fs::remove_file(path)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Runs it by the words of `way`. Whether it has ended well.
    fn run(&self, way: &[String]) -> Result<bool> {
        let mut command = self.call.command(way);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let status = status.with_context(|| format!("cannot run {}", way.join(" ")))?;
        Ok(status.success())
    }

    /// The files that are neither as they were `before` nor as they should become.
    fn half_written(&self, before: Option<&[u8]>) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (path, whole) in &self.whole {
            let now = if path.exists() { Some(fs::read(path)?) } else { None };
            if now.as_deref() != before && now.as_ref() != Some(whole) {
                found.push(path.strip_prefix(&self.folder)?.display().to_string());
            }
        }
        Ok(found)
    }
}

/// What modpost has written in the folder.
fn written(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut written = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if WRITTEN.iter().any(|ending| name.ends_with(ending.as_bytes())) {
            written.insert(path.clone(), fs::read(&path)?);
        }
    }
    Ok(written)
}

/// Takes away what a killed run could not take away itself.
fn remove_beside(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(BESIDE) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
