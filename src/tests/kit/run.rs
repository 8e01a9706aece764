//! Runs a program in a working directory of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::answer::{Answer, End};
use crate::files::{files_below, write_below};

/// No run takes longer, even unoptimised on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What a program is run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The words after the program's name.
    pub arguments: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// The files of the working directory, by their paths.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Input {
    /// What `program`, to which only the arguments are missing, does in a working directory that is
    /// made in `scratch`, with a file as standard input. All files there are as
    /// old as `age_of_input` says.
    pub fn run(&self, scratch: &Path, mut program: Command) -> Result<Answer, String> {
        let stdin = scratch.join("stdin");
        let open = fs::write(&stdin, &self.stdin).and_then(|()| File::open(&stdin));
        program.stdin(open.map_err(|error| error.to_string())?);
        self.answer(scratch, program, ended).map_err(|error| error.to_string())
    }

    /// The same with a pipe as standard input.
    pub fn run_by_pipe(&self, scratch: &Path, mut program: Command) -> Result<Answer, String> {
        program.stdin(Stdio::piped());
        let answer = self.answer(scratch, program, |child| fed(child, &self.stdin));
        answer.map_err(|error| error.to_string())
    }

    /// The answer of `program`, once `wait` has its status.
    fn answer(
        &self,
        scratch: &Path,
        mut program: Command,
        wait: impl FnOnce(Child) -> io::Result<ExitStatus>,
    ) -> io::Result<Answer> {
        let work = scratch.join("work");
        let [stdout, stderr] = ["stdout", "stderr"].map(|stream| scratch.join(stream));
        fs::create_dir(&work)?;
        let mut files = self.files.iter();
        files.try_for_each(|(path, bytes)| write_aged(&work, path, bytes))?;
        program.args(&self.arguments).current_dir(&work);
        program.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
        let status = wait(program.spawn()?)?;
        let end = match status.code() {
            Some(code) => End::Status(code),
            None => End::Signal(status.signal().unwrap_or_default()),
        };
        let (stdout, stderr) = (fs::read(&stdout)?, fs::read(&stderr)?);
        Ok(Answer { end, stdout, stderr, files: written_files(&work)? })
    }
}

/// The status of `child`, which is killed when it takes too long.
fn ended(mut child: Child) -> io::Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!("took more than {} s", TIME_LIMIT.as_secs())));
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// The same, after `input` was written into its pipe.
fn fed(mut child: Child, input: &[u8]) -> io::Result<ExitStatus> {
    let mut pipe = child.stdin.take().ok_or_else(|| io::Error::other("standard input: no pipe"))?;
    thread::scope(|scope| {
        scope.spawn(move || {
            // A program that ends early does not read all of it, and need not.
            let _ = pipe.write_all(input);
        });
        ended(child)
    })
}

/// When all files of a working directory were last written, as far as a run can see.
fn age_of_input() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
}

/// Writes a file below `work` of the [`age_of_input`].
fn write_aged(work: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    write_below(work, path, bytes)?;
    File::options().write(true).open(work.join(path))?.set_modified(age_of_input())
}

/// The files below `work` that are not of the [`age_of_input`].
fn written_files(work: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for path in files_below(work)? {
        let file = work.join(&path);
        if file.metadata()?.modified()? != age_of_input() {
            files.insert(path, fs::read(file)?);
        }
    }
    Ok(files)
}
