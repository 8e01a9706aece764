//! What is done in the machine, and how it must end.
//!
//! The modules are in `testdata/kbuild/boot`. What is built against yesterday's pump passes modpost,
//! since it fits that; only the kernel can see that it does not fit today's. At the end yesterday's
//! pump is loaded, and the same files fit.

use modversions::release::{Behaviour, TaintStep};

use crate::obtain::kernels::Kernel;

/// Errors as busybox's `insmod` makes them its exit status.
const ENOENT: i32 = 2;
const ENOEXEC: i32 = 8;
const EINVAL: i32 = 22;

/// What a kernel says of a module: such lines begin with its name.
const MODULES: [&str; 6] = ["pump: ", "gauge: ", "meter: ", "stray: ", "closed: ", "foreign: "];

/// Prints the loaded modules without sizes and addresses: name, uses, users, state, taints.
const LIST_MODULES: &str = "cut -d' ' -f1,3-5,7 /proc/modules";

/// Prints why the kernel counts as tainted, as a sum of bits.
const PRINT_TAINTS: &str = "cat /proc/sys/kernel/tainted";

/// One step.
pub struct Step {
    /// How it ends when it ends as it should, in a word for the report.
    pub end: &'static str,
    /// What is tried.
    pub what: &'static str,
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
    fn loads(module: &str, what: &'static str, log: &[&str]) -> Step {
        let command = format!("insmod {module}.ko");
        Step { end: "loads", what, command, status: 0, output: Vec::new(), log: owned(log) }
    }

    /// A module is refused with an error.
    fn refused(module: &str, what: &'static str, (status, error): Error, log: &[&str]) -> Step {
        let command = format!("insmod {module}.ko");
        let output = vec![format!("insmod: can't insert '{module}.ko': {error}")];
        Step { end: "refused", what, command, status, output, log: owned(log) }
    }

    /// Modules are unloaded and say something.
    fn unloads(modules: &str, what: &'static str, log: &[&str]) -> Step {
        let command = format!("rmmod {modules}");
        Step { end: "unloads", what, command, status: 0, output: Vec::new(), log: owned(log) }
    }

    /// Something is printed.
    fn shows(command: &str, what: &'static str, output: &[&str]) -> Step {
        let (command, output) = (command.to_owned(), owned(output));
        Step { end: "shows", what, command, status: 0, output, log: Vec::new() }
    }
}

/// An error of the kernel: its number, and what busybox writes for it.
type Error = (i32, &'static str);

/// All steps, in order, for a `kernel` that calls itself `release`.
pub fn all(kernel: &'static Kernel, release: &str) -> Vec<Step> {
    let mut steps = today_fits();
    steps.extend(yesterday_does_not(kernel, release));
    steps.extend(yesterday_fits_yesterday());
    steps
}

/// Today's modules on today's pump.
fn today_fits() -> Vec<Step> {
    vec![
        Step::loads(
            "today/pump",
            "today's pump",
            &[
                "pump: loading out-of-tree module taints kernel.",
                "pump: module verification failed: signature and/or required key missing - \
                 tainting kernel",
                "pump: today's is ready",
            ],
        ),
        Step::loads(
            "today/gauge",
            "today's gauge: every kind of export that the pump has",
            &["gauge: 5 litres, pressure 101, flow 20"],
        ),
        Step::shows(
            LIST_MODULES,
            "the loaded modules: the gauge uses the pump; O is out-of-tree, E unsigned",
            &["gauge 0 - Live (OE)", "pump 1 gauge, Live (OE)"],
        ),
        Step {
            end: "refused",
            what: "to unload the pump while the gauge uses it",
            command: "rmmod pump".to_owned(),
            status: 1,
            output: owned(&["rmmod: can't unload module 'pump': Resource temporarily unavailable"]),
            log: Vec::new(),
        },
    ]
}

/// Yesterday's modules on today's pump, and one for no kernel at all.
fn yesterday_does_not(kernel: &'static Kernel, release: &str) -> Vec<Step> {
    let magic = format!(
        "foreign: version magic '1.2.3-elsewhere UP mod_unload' should be \
         '{release} SMP preempt mod_unload modversions '"
    );
    let mut closed = vec![
        "closed: module license 'Proprietary' taints kernel.",
        "Disabling lock debugging due to kernel taint",
        "closed: module license taints kernel.",
        "closed: Unknown symbol pump_pressure (err -2)",
    ];
    match Behaviour::at(kernel.release).load.taints {
        TaintStep::WithModinfo => drop(closed.remove(2)),
        TaintStep::Together => {}
    }
    vec![
        Step::refused(
            "yesterday/meter",
            "yesterday's meter: a member of struct pump is wider now",
            (EINVAL, "Invalid argument"),
            &[
                "meter: disagrees about version of symbol pump_stroke",
                "meter: Unknown symbol pump_stroke (err -22)",
            ],
        ),
        Step::loads(
            "today/meter",
            "the same meter, built against today's pump",
            &["meter: 10 litres in 2 strokes"],
        ),
        Step::unloads("meter", "the meter", &["meter: gone"]),
        Step::refused(
            "yesterday/stray",
            "yesterday's stray: an export is in a namespace now",
            (EINVAL, "Invalid argument"),
            &[
                "stray: module uses symbol (pump_flow) from namespace PUMP, but does not import it.",
                "stray: Unknown symbol pump_flow (err -22)",
            ],
        ),
        Step::refused(
            "today/foreign",
            "today's foreign: its vermagic is that of another kernel",
            (ENOEXEC, "invalid module format"),
            &[&magic],
        ),
        Step::shows(PRINT_TAINTS, "the kernel's taints: out-of-tree, unsigned", &["12288"]),
        Step::refused(
            "yesterday/closed",
            "yesterday's closed: an export is for the GPL only now",
            (ENOENT, "unknown symbol in module, or unknown parameter"),
            &closed,
        ),
        Step::shows(PRINT_TAINTS, "the kernel's taints: proprietary, too", &["12289"]),
        Step::unloads("gauge", "the gauge", &["gauge: gone"]),
        Step::unloads("pump", "the pump", &["pump: today's is gone"]),
        Step::shows(LIST_MODULES, "the loaded modules: none", &[]),
    ]
}

/// The files that were refused, on yesterday's pump.
fn yesterday_fits_yesterday() -> Vec<Step> {
    vec![
        Step::loads("yesterday/pump", "yesterday's pump", &["pump: yesterday's is ready"]),
        Step::loads(
            "yesterday/meter",
            "yesterday's meter, the file that was refused",
            &["meter: 10 litres in 2 strokes"],
        ),
        Step::loads(
            "yesterday/stray",
            "yesterday's stray, the file that was refused",
            &["stray: flow 40"],
        ),
        Step::loads(
            "yesterday/closed",
            "yesterday's closed, the file that was refused",
            &["closed: pressure 103"],
        ),
        Step::refused(
            "today/gauge",
            "today's gauge, which fitted today's pump",
            (EINVAL, "Invalid argument"),
            &[
                "gauge: disagrees about version of symbol pump_stroke",
                "gauge: Unknown symbol pump_stroke (err -22)",
            ],
        ),
        Step::shows(
            LIST_MODULES,
            "the loaded modules: P is proprietary",
            &[
                "closed 0 - Live (POE)",
                "stray 0 - Live (OE)",
                "meter 0 - Live (OE)",
                "pump 3 closed,stray,meter, Live (OE)",
            ],
        ),
        Step::unloads(
            "closed stray meter pump",
            "all of them",
            &["closed: gone", "stray: gone", "meter: gone", "pump: yesterday's is gone"],
        ),
    ]
}

/// Lines of our own, to compare with those that were read.
fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
