//! The BTF of a whole kernel: its own, and that of its modules.

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

/// Whose BTF cannot be read, and why: a module's by its name, else the kernel's.
pub type BadKernelBtf = (Option<Vec<u8>>, BadBtf);

impl KernelBtf {
    /// The BTF of a kernel and of some of its modules. Of several modules of one name the first
    /// counts.
    ///
    /// # Errors
    /// Some of it cannot be read, or the module's is not one of this kernel.
    pub fn new(kernel: Vec<u8>, mut modules: Vec<ModuleBtf>) -> Result<Self, BadKernelBtf> {
        modules.sort_by(|one, other| one.name.cmp(&other.name));
        modules.dedup_by(|later, first| later.name == first.name);
        let base = Btf::parse(&kernel).map_err(|bad| (None, bad))?;
        for module in &modules {
            Btf::parse_split(&module.btf, &base).map_err(|bad| (Some(module.name.clone()), bad))?;
        }
        Ok(Self { kernel, modules })
    }

    /// The kernel's own.
    pub fn kernel(&self) -> Btf<'_> {
        Btf::parse(&self.kernel).expect("it was read when this was made")
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
