//! The BTF of a whole kernel: its own, and that of its modules.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{BadBtf, Btf};

/// The BTF of a kernel and of its modules, which has been read once and is whole.
#[derive(Clone, Debug)]
pub struct KernelBtf {
    kernel: Vec<u8>,
    /// Sorted by their names.
    modules: Vec<ModuleBtf>,
}

/// The BTF of a module.
#[derive(Clone, Debug)]
pub struct ModuleBtf {
    /// What the kernel calls the module: [`crate::module::kernel_name`] of its path.
    pub name: Vec<u8>,
    /// Its BTF, which goes on from the kernel's.
    pub btf: Vec<u8>,
}

/// A module whose BTF does not fit its kernel's: its name, and why.
pub type Misfit = (Vec<u8>, BadBtf);

impl KernelBtf {
    /// The BTF of a kernel and of those of these modules that fit it; and the others, in their order.
    /// Of several modules of one name the first counts.
    ///
    /// # Errors
    /// The kernel's cannot be read.
    pub fn new(kernel: Vec<u8>, modules: Vec<ModuleBtf>) -> Result<(Self, Vec<Misfit>), BadBtf> {
        let base = Btf::parse(&kernel)?;
        let fitted = modules.into_par_iter().map(|module| {
            match Btf::parse_split(&module.btf, &base).err() {
                None => Ok(module),
                Some(bad) => Err((module.name, bad)),
            }
        });
        let fitted: Vec<Result<ModuleBtf, Misfit>> = fitted.collect();
        let (mut modules, mut misfits) = (Vec::new(), Vec::new());
        for module in fitted {
            match module {
                Ok(module) => modules.push(module),
                Err(misfit) => misfits.push(misfit),
            }
        }
        modules.sort_by(|one, other| one.name.cmp(&other.name));
        modules.dedup_by(|later, first| later.name == first.name);
        Ok((Self { kernel, modules }, misfits))
    }

    /// The kernel's own.
    pub fn kernel(&self) -> Btf<'_> {
        Btf::parse(&self.kernel).expect("it was read when this was made")
    }

    /// That of the module that the kernel calls so, on top of `kernel`, which is [`KernelBtf::kernel`]; if
    /// it has some.
    pub fn module<'d>(&'d self, name: &[u8], kernel: &'d Btf<'d>) -> Option<Btf<'d>> {
        let place = self.modules.binary_search_by(|module| module.name[..].cmp(name)).ok()?;
        let btf = Btf::parse_split(&self.modules[place].btf, kernel);
        Some(btf.expect("it was read on top of this when this was made"))
    }

    /// Those of its modules that have some, by name, on top of `kernel`, which is
    /// [`KernelBtf::kernel`].
    pub fn modules<'d>(
        &'d self,
        kernel: &'d Btf<'d>,
    ) -> impl Iterator<Item = (&'d [u8], Btf<'d>)> + 'd {
        let parsed = |module: &'d ModuleBtf| {
            let btf = Btf::parse_split(&module.btf, kernel);
            (&module.name[..], btf.expect("it was read on top of this when this was made"))
        };
        self.modules.iter().map(parsed)
    }
}
