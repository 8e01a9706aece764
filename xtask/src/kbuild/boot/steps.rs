//! What is done in the machine, and how it must end.
//!
//! The modules are in `testdata/kbuild/boot`. What is built against yesterday's pump passes modpost,
//! since it fits that; only the kernel can see that it does not fit today's. At the end yesterday's
//! pump is loaded, and the same files fit.
//!
//! A kernel without versions sees nothing of types: there the meter that is refused elsewhere loads and
//! reads a member where it no longer is. What it compares instead is the release.

use modversions::release::{Behaviour, TaintStep};

use super::step::Step;
use crate::obtain::kernels::Kernel;

/// Errors as busybox's `insmod` makes them its exit status.
const ENOENT: i32 = 2;
const ENOEXEC: i32 = 8;
const EINVAL: i32 = 22;

/// What busybox writes for them.
const NO_ENTRY: (i32, &str) = (ENOENT, "unknown symbol in module, or unknown parameter");
const NO_FORMAT: (i32, &str) = (ENOEXEC, "invalid module format");
const INVALID: (i32, &str) = (EINVAL, "Invalid argument");

/// Prints the loaded modules without sizes and addresses: name, uses, users, state, taints.
const LIST_MODULES: &str = "cut -d' ' -f1,3-5,7 /proc/modules";

/// Prints why the kernel counts as tainted, as a sum of bits.
const PRINT_TAINTS: &str = "cat /proc/sys/kernel/tainted";

/// What the steps depend on.
pub struct Booted {
    /// What the kernel calls itself: `6.1.0-56-amd64`.
    pub release: String,
    /// The words of its `vermagic`, behind that.
    pub words: &'static str,
    /// How many lines the kernel logs about a license.
    pub taints: TaintStep,
}

impl Booted {
    /// A `kernel` of the table that calls itself `release`, with these `words` in its `vermagic`.
    pub fn new(kernel: &'static Kernel, release: &str, words: &'static str) -> Booted {
        let taints = Behaviour::at(kernel.release).load.taints;
        Booted { release: release.to_owned(), words, taints }
    }

    /// Whether it compares CRCs.
    fn has_versions(&self) -> bool {
        self.words.contains("modversions ")
    }

    /// Its words with both that there are for preemption.
    fn twice_preempted(&self) -> String {
        let others = self.words.replace("preempt_rt ", "").replace("preempt ", "");
        others.replace("SMP ", "SMP preempt preempt_rt ")
    }

    /// The line on another `vermagic`.
    fn other_magic(&self, module: &str, magic: &str) -> String {
        let Booted { release, words, .. } = self;
        format!("{module}: version magic '{magic}' should be '{release} {words}'")
    }
}

/// All steps, in order.
pub fn all(kernel: &Booted) -> Vec<Step> {
    let mut steps = today_fits();
    steps.extend(yesterdays_types(kernel));
    steps.extend(other_kernels(kernel));
    steps.extend(yesterdays_permissions(kernel));
    steps.extend(yesterday_fits_yesterday(kernel));
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
        Step::stays(
            "rmmod pump",
            "to unload the pump while the gauge uses it",
            (1, "rmmod: can't unload module 'pump': Resource temporarily unavailable"),
        ),
    ]
}

/// What was built against yesterday's types, on today's pump.
fn yesterdays_types(kernel: &Booted) -> Vec<Step> {
    let mut steps = if kernel.has_versions() {
        vec![Step::refused(
            "yesterday/meter",
            "yesterday's meter: a member of struct pump is wider now",
            INVALID,
            &[
                "meter: disagrees about version of symbol pump_stroke",
                "meter: Unknown symbol pump_stroke (err -22)",
            ],
        )]
    } else {
        vec![
            Step::loads(
                "yesterday/meter",
                "yesterday's meter: without versions, that a member of struct pump is wider is not seen",
                &["meter: 10 litres in 0 strokes"],
            ),
            Step::unloads("meter", "that meter", &["meter: gone"]),
        ]
    };
    steps.extend([
        Step::loads(
            "today/meter",
            "the same meter, built against today's pump",
            &["meter: 10 litres in 2 strokes"],
        ),
        Step::unloads("meter", "the meter", &["meter: gone"]),
    ]);
    steps
}

/// What says that it is for another kernel.
fn other_kernels(kernel: &Booted) -> Vec<Step> {
    let other = "1.2.3-elsewhere";
    let moved = if kernel.has_versions() {
        vec![
            Step::loads(
                "today/moved",
                "today's moved, of another release: of a module with versions that does not count",
                &["moved: pressure 106"],
            ),
            Step::unloads("moved", "it", &["moved: gone"]),
        ]
    } else {
        vec![Step::refused(
            "today/moved",
            "today's moved: it is of another release, and without versions that counts",
            NO_FORMAT,
            &[&kernel.other_magic("moved", &format!("{other} {}", kernel.words))],
        )]
    };
    let flavour = format!("{} {}", kernel.release, kernel.twice_preempted());
    let foreign = format!("{other} UP mod_unload");
    let mut steps = vec![
        Step::refused(
            "today/foreign",
            "today's foreign: its vermagic is that of another kernel",
            NO_FORMAT,
            &[&kernel.other_magic("foreign", &foreign)],
        ),
        Step::refused(
            "today/flavour",
            "today's flavour: it has two words for preemption, and every kernel at most one",
            NO_FORMAT,
            &[&kernel.other_magic("flavour", &flavour)],
        ),
    ];
    steps.extend(moved);
    steps
}

/// What uses exports as it was allowed yesterday, on today's pump.
fn yesterdays_permissions(kernel: &Booted) -> Vec<Step> {
    let mut closed = vec![
        "closed: module license 'Proprietary' taints kernel.",
        "Disabling lock debugging due to kernel taint",
        "closed: module license taints kernel.",
        "closed: Unknown symbol pump_pressure (err -2)",
    ];
    match kernel.taints {
        TaintStep::WithModinfo => drop(closed.remove(2)),
        TaintStep::Together => {}
    }
    vec![
        Step::refused(
            "yesterday/stray",
            "yesterday's stray: an export is in a namespace now",
            INVALID,
            &[
                "stray: module uses symbol (pump_flow) from namespace PUMP, but does not import it.",
                "stray: Unknown symbol pump_flow (err -22)",
            ],
        ),
        Step::shows(PRINT_TAINTS, "the kernel's taints: out-of-tree, unsigned", &["12288"]),
        Step::refused(
            "yesterday/closed",
            "yesterday's closed: an export is for the GPL only now",
            NO_ENTRY,
            &closed,
        ),
        Step::shows(PRINT_TAINTS, "the kernel's taints: proprietary, too", &["12289"]),
        Step::unloads("gauge", "the gauge", &["gauge: gone"]),
        Step::unloads("pump", "the pump", &["pump: today's is gone"]),
        Step::shows(LIST_MODULES, "the loaded modules: none", &[]),
    ]
}

/// The files that were refused, on yesterday's pump.
fn yesterday_fits_yesterday(kernel: &Booted) -> Vec<Step> {
    let mut steps = vec![
        Step::loads("yesterday/pump", "yesterday's pump", &["pump: yesterday's is ready"]),
        Step::loads(
            "yesterday/meter",
            "yesterday's meter, the file that did not fit",
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
    ];
    if kernel.has_versions() {
        steps.push(Step::refused(
            "today/gauge",
            "today's gauge, which fitted today's pump",
            INVALID,
            &[
                "gauge: disagrees about version of symbol pump_stroke",
                "gauge: Unknown symbol pump_stroke (err -22)",
            ],
        ));
    } else {
        steps.extend([
            Step::loads(
                "today/gauge",
                "today's gauge, which reads the strokes as litres, too",
                &["gauge: 4294967301 litres, pressure 101, flow 20"],
            ),
            Step::unloads("gauge", "that gauge", &["gauge: gone"]),
        ]);
    }
    steps.extend([
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
    ]);
    steps
}
