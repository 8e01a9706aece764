//! Builds that fail: because of what is in the modules, or because files cannot be written. They
//! must fail with ours as they do with the distribution's programs.

use super::trial::{Circumstances, End, Left, Step, Trial, Worker};
use crate::run::product::workspace;

/// The name of the trial that ends with a folder where all is in order.
pub const UNWRITABLE: &str = "unwritable";

/// What the step leaves that the unwritable folders are compared with.
const WHOLE: usize = 1;

/// All that modpost writes.
const WRITTEN_BY_MODPOST: &[&str] = &["*.mod.c", "Module.symvers"];

/// So many pages that a disk has left, and what modpost says then. (With none at all, Kbuild takes
/// its trials of the compiler for failed, and compiles all anew with other options.)
const ROOM: [(u64, &str); 2] =
    [(2, "Module.symvers: No space left on device"), (1, "gauge.mod.c: No space left on device")];

/// Keeps the reference's types, or fails.
const PRESERVE: &str = "KBUILD_PRESERVE=1";

/// The trials; a full disk takes the right to mount one, and the goal `X.symtypes` a Kbuild that has
/// it.
pub fn trials(with_mounts: bool, with_types_goal: bool) -> Vec<Trial> {
    vec![faulty_modules(), unwritable(with_mounts, with_types_goal)]
}

/// Modules that modpost refuses, and one that it does not.
fn faulty_modules() -> Trial {
    let testdata = workspace().join("testdata");
    let badly = |modules: &str, says| Step::badly(".", &[&format!("MODULES={modules}")], says);
    let either = |modules: &str, says| Step { end: End::Either, ..badly(modules, says) };
    let well = |arguments: &[&str]| Step { left: Left::Same, ..Step::well(".", arguments) };
    Trial {
        title: "faulty modules".to_owned(),
        name: "faulty".to_owned(),
        sources: vec![testdata.join("modules"), testdata.join("kbuild/faults")],
        steps: vec![
            // Nobody exports it.
            badly("undefined", "undefined!"),
            well(&["MODULES=exporter"]),
            // The same with an older dump there.
            badly("undefined", "undefined!"),
            badly("exporter namespaceless", "but does not import it"),
            badly("exporter proprietary", "GPL-incompatible module"),
            // Warnings in 5.10.
            either("exporter exports_again", "exported twice"),
            either("exporter unlicensed", "missing MODULE_LICENSE()"),
            well(&["MODULES=undefined", "KBUILD_MODPOST_WARN=1"]),
            well(&["MODULES=exporter"]),
        ],
    }
}

/// A type that is not its reference's; then a folder that cannot be written, and a disk that is
/// full sooner or later.
fn unwritable(with_mounts: bool, with_types_goal: bool) -> Trial {
    let arguments = |goals: &[&'static str]| [&[PRESERVE], goals].concat();
    let well =
        |goals: &[&'static str]| Step { left: Left::Same, ..Step::well(".", &arguments(goals)) };
    let badly = |goals: &[&'static str], says| Step::badly(".", &arguments(goals), says);
    let mut steps = vec![
        badly(&[], "error: gauge_of: modversion changed"),
        Step { removed: &["gauge.symref"], ..well(&[]) },
        // Kbuild, which tries the compiler there, does not come to modpost.
        Step {
            removed: WRITTEN_BY_MODPOST,
            circumstances: Circumstances::ReadOnly,
            ..badly(&[], "Permission denied")
        },
        Step {
            worker: Worker::Modpost,
            circumstances: Circumstances::ReadOnly,
            ..badly(&[], ".mod.c: Permission denied")
        },
    ];
    if with_types_goal {
        steps.push(Step {
            removed: &["engine_state.symtypes"],
            circumstances: Circumstances::ReadOnly,
            ..badly(&["engine_state.symtypes"], "engine_state.symtypes: Permission denied")
        });
        steps.push(well(&["engine_state.symtypes"]));
    }
    // What follows begins with everything up to date.
    steps.push(well(&[]));
    if with_mounts {
        steps.extend(ROOM.map(|(pages, says)| Step {
            removed: WRITTEN_BY_MODPOST,
            circumstances: Circumstances::SmallDisk(pages),
            left: Left::NothingHalf(WHOLE),
            ..badly(&[], says)
        }));
    }
    steps.push(well(&[]));
    Trial {
        title: "a folder that cannot be written".to_owned(),
        name: UNWRITABLE.to_owned(),
        sources: vec![workspace().join("testdata/kbuild/oot/engine")],
        steps,
    }
}
