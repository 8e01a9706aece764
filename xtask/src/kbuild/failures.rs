//! Builds that fail: because of what is in the modules, or because files cannot be written. They
//! must fail with ours as they do with the distribution's programs.

use super::trial::{Circumstances, End, Left, Step, Trial};
use crate::product::workspace;

/// What the step leaves that the unwritable folders are compared with.
const WHOLE: usize = 1;

/// All that modpost writes.
const WRITTEN_BY_MODPOST: &[&str] = &["*.mod.c", "Module.symvers"];

/// Keeps the reference's types, or fails.
const PRESERVE: &str = "KBUILD_PRESERVE=1";

/// The trials.
pub fn trials(with_mounts: bool) -> Vec<Trial> {
    vec![faulty_modules(), unwritable(with_mounts)]
}

/// Modules that modpost refuses, and one that it does not.
fn faulty_modules() -> Trial {
    let testdata = workspace().join("testdata");
    let badly = |modules: &str| Step::badly(".", &[&format!("MODULES={modules}")]);
    let well = |arguments: &[&str]| Step { left: Left::Same, ..Step::well(".", arguments) };
    Trial {
        title: "faulty modules".to_owned(),
        name: "faulty".to_owned(),
        sources: vec![testdata.join("modules"), testdata.join("kbuild/faults")],
        steps: vec![
            // Nobody exports it.
            badly("undefined"),
            well(&["MODULES=exporter"]),
            // The same with an older dump there.
            badly("undefined"),
            badly("exporter namespaceless"),
            badly("exporter proprietary"),
            badly("exporter exports_again"),
            badly("exporter unlicensed"),
            well(&["MODULES=undefined", "KBUILD_MODPOST_WARN=1"]),
            well(&["MODULES=exporter"]),
        ],
    }
}

/// A type that is not its reference's; then a folder that cannot be written, and a disk that is
/// full sooner or later.
fn unwritable(with_mounts: bool) -> Trial {
    let preserving = |arguments: &[&str]| Step::badly(".", &[&[PRESERVE], arguments].concat());
    let mut steps = vec![
        preserving(&[]),
        Step { removed: &["gauge.symref"], end: End::Well, ..preserving(&[]) },
        Step {
            removed: WRITTEN_BY_MODPOST,
            circumstances: Circumstances::ReadOnly,
            ..preserving(&[])
        },
        Step {
            removed: &["engine_state.symtypes"],
            circumstances: Circumstances::ReadOnly,
            ..preserving(&["engine_state.symtypes"])
        },
        Step { end: End::Well, ..preserving(&["engine_state.symtypes"]) },
    ];
    if with_mounts {
        steps.extend([0, 1, 2].map(|pages| Step {
            removed: WRITTEN_BY_MODPOST,
            circumstances: Circumstances::SmallDisk(pages),
            left: Left::NothingHalf(WHOLE),
            ..preserving(&[])
        }));
    }
    steps.push(Step { end: End::Well, ..preserving(&[]) });
    Trial {
        title: "a folder that cannot be written".to_owned(),
        name: "unwritable".to_owned(),
        sources: vec![workspace().join("testdata/kbuild/oot/engine")],
        steps,
    }
}
