//! What `modversions check` predicts of each step, from the kernel's files and the modules'.

use std::path::PathBuf;

use anyhow::{Context, Result};
use modversions::check::{Candidate, Kernel as KernelFacts, Loader, Outcome};
use modversions::inputs::kernel::read;
use modversions::inputs::limits::Limits;

use super::step::{Act, Step};
use crate::obtain::machine::FileInside;

/// A kernel, and the modules that are tried on it.
pub struct Predictions {
    kernel: KernelFacts,
    modules: Vec<Candidate>,
}

impl Predictions {
    /// Reads the kernel from its headers, or its own build, and its image, and the modules.
    pub fn read(pieces: &[PathBuf], files: &[FileInside]) -> Result<Predictions> {
        let kernel = read(pieces, None, Limits::default())?.kernel;
        let module =
            |file: &FileInside| Candidate::read(&kernel, file.path.as_bytes(), &file.content);
        let modules = files.iter().map(module).collect();
        Ok(Predictions { kernel, modules })
    }

    /// The verdict on each step that loads something: the module and what becomes of it. That each
    /// step ends as it should is taken for granted; a step that does not is wrong anyway.
    pub fn of_steps(&self, steps: &[Step]) -> Result<Vec<Option<(&Candidate, Outcome)>>> {
        let mut loader = Loader::new(&self.kernel, &self.modules);
        let mut predicted = Vec::new();
        for step in steps {
            predicted.push(match &step.act {
                Act::Inserts(file) => {
                    let is_it = |module: &&Candidate| module.path == file.as_bytes();
                    let module = self.modules.iter().find(is_it);
                    let module = module.with_context(|| format!("{file} was not built"))?;
                    Some((module, loader.load(module)))
                }
                Act::Removes(names) => {
                    names.iter().for_each(|name| loader.unload(name.as_bytes()));
                    None
                }
                Act::Looks => None,
            });
        }
        Ok(predicted)
    }
}
