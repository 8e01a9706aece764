//! One step of the machine: a command, and how it must end.

/// What a kernel says of a module: such lines begin with its name.
const MODULES: [&str; 8] =
    ["pump: ", "gauge: ", "meter: ", "stray: ", "closed: ", "foreign: ", "moved: ", "flavour: "];

/// What a step does to the modules of the kernel.
pub enum Act {
    /// Loads the module in this file, or tries to.
    Inserts(String),
    /// Unloads these.
    Removes(Vec<String>),
    /// Nothing.
    Looks,
}

/// One step.
pub struct Step {
    /// How it ends when it ends as it should, in a word for the report.
    pub end: &'static str,
    /// What is tried.
    pub what: &'static str,
    /// What it does.
    pub act: Act,
    /// The command.
    pub command: String,
    /// Its exit status.
    pub status: i32,
    /// What it writes.
    pub output: Vec<String>,
    /// What the kernel logs.
    pub log: Vec<String>,
}

impl Step {
    /// The lines of a log that count: what is said of our modules, and what this step expects.
    ///
    /// A line is counted once. To load a module, busybox asks the kernel in one way, and when that
    /// is refused in another; so the kernel gives its reasons twice.
    pub fn counted(&self, log: &[String]) -> Vec<String> {
        let mut counted: Vec<String> = Vec::new();
        for line in log {
            let is_ours = MODULES.iter().any(|module| line.starts_with(module));
            if (is_ours || self.log.contains(line)) && !counted.contains(line) {
                counted.push(line.clone());
            }
        }
        counted
    }

    /// A module is loaded and says something.
    pub fn loads(module: &str, what: &'static str, log: &[&str]) -> Step {
        Step { log: owned(log), ..Step::inserts("loads", module, what) }
    }

    /// A module is refused with an error: busybox's status, and its words.
    pub fn refused(
        module: &str,
        what: &'static str,
        (status, error): (i32, &str),
        log: &[&str],
    ) -> Step {
        let output = vec![format!("insmod: can't insert '{module}.ko': {error}")];
        Step { status, output, log: owned(log), ..Step::inserts("refused", module, what) }
    }

    /// A module is given to the kernel.
    fn inserts(end: &'static str, module: &str, what: &'static str) -> Step {
        let file = format!("{module}.ko");
        Step { act: Act::Inserts(file.clone()), ..Step::of(end, format!("insmod {file}"), what) }
    }

    /// Modules are unloaded and say something.
    pub fn unloads(modules: &str, what: &'static str, log: &[&str]) -> Step {
        let act = Act::Removes(modules.split(' ').map(str::to_owned).collect());
        Step { act, log: owned(log), ..Step::of("unloads", format!("rmmod {modules}"), what) }
    }

    /// A command fails, with a status and what it writes, and leaves all as it is.
    pub fn stays(command: &str, what: &'static str, (status, output): (i32, &str)) -> Step {
        let output = owned(&[output]);
        Step { status, output, ..Step::of("refused", command.to_owned(), what) }
    }

    /// Something is printed.
    pub fn shows(command: &str, what: &'static str, output: &[&str]) -> Step {
        Step { output: owned(output), ..Step::of("shows", command.to_owned(), what) }
    }

    /// A command that does nothing to modules, and ends well without a word.
    fn of(end: &'static str, command: String, what: &'static str) -> Step {
        Step { end, what, act: Act::Looks, command, status: 0, output: Vec::new(), log: Vec::new() }
    }
}

/// Lines of our own, to compare with those that were read.
fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
