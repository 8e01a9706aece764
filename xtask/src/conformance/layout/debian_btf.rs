//! All structs and unions that BTF describes of one Debian kernel and its modules.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use modversions::btf::{Btf, ByName};
use modversions::inputs::btf;
use modversions::inputs::limits::Limits;
use modversions::layout::Layout;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::module_set::ModuleSet;
use crate::obtain::or_skip;

/// Layouts by name. Each is there once, in the order in which the kernel's BTF and then the modules
/// have them.
pub struct DebianBtf {
    /// The version of the packages.
    pub version: String,
    /// The layouts.
    records: BTreeMap<Vec<u8>, Vec<Layout>>,
    /// How many modules there are, each with BTF.
    modules: usize,
    /// How long it took to find the kernel's BTF in its image.
    unpacking: Duration,
    /// How long it then took to lay out all that it names.
    reading: Duration,
    /// How many of those there are in the kernel's BTF.
    in_kernel: usize,
}

/// Structs and unions by name, several of one name if need be.
type Records = Vec<(Vec<u8>, Layout)>;

impl DebianBtf {
    /// That of `kernel`. None, said on stderr, when the packages cannot be had; with `CI=true` that
    /// is an error.
    pub fn obtain(kernel: &'static Kernel) -> Result<Option<DebianBtf>> {
        let Some(modules) = ModuleSet::obtain(kernel)? else {
            return Ok(None);
        };
        let image = DebianKernel::newest(kernel).and_then(|packages| packages.vmlinuz());
        let image = or_skip(image, "the image of Debian's kernel")?;
        image.map(|(image, _)| DebianBtf::read(&image, &modules)).transpose()
    }

    /// Reads the kernel's and the modules'.
    fn read(image: &std::path::Path, modules: &ModuleSet) -> Result<DebianBtf> {
        let start = Instant::now();
        let found = btf::read(image, Limits::default())?;
        let unpacking = start.elapsed();
        let start = Instant::now();
        let kernel = Btf::parse(&found.btf)?;
        let of_kernel = records(&kernel)?;
        let reading = start.elapsed();
        let in_kernel = of_kernel.len();
        let of_modules = modules.modules.par_iter().map(|module| {
            let path = modules.linked.join(format!("{module}.o"));
            of_module(&fs::read(&path)?, &kernel).with_context(|| path.display().to_string())
        });
        let of_modules = of_modules.collect::<Result<Vec<Records>>>()?;
        let mut records: BTreeMap<Vec<u8>, Vec<Layout>> = BTreeMap::new();
        for (name, layout) in of_kernel.into_iter().chain(of_modules.into_iter().flatten()) {
            let layouts = records.entry(name).or_default();
            if !layouts.contains(&layout) {
                layouts.push(layout);
            }
        }
        let (version, modules) = (modules.version.clone(), modules.modules.len());
        Ok(DebianBtf { version, records, modules, unpacking, reading, in_kernel })
    }

    /// All layouts of this name.
    pub fn get(&self, name: &[u8]) -> &[Layout] {
        self.records.get(name).map_or(&[], Vec::as_slice)
    }

    /// How much it is, and how long the kernel's took.
    pub fn told(&self) -> String {
        let layouts: usize = self.records.values().map(Vec::len).sum();
        format!(
            "BTF of {} structs and unions in the kernel (found in {:.2} s, laid out in {:.2} s), \
             {layouts} of {} names with its {} modules",
            self.in_kernel,
            self.unpacking.as_secs_f64(),
            self.reading.as_secs_f64(),
            self.records.len(),
            self.modules,
        )
    }
}

/// The records in a module's BTF.
fn of_module(object: &[u8], kernel: &Btf<'_>) -> Result<Records> {
    let found = btf::find(object, Limits::default()).map_err(|cause| anyhow!("{cause}"))?;
    records(&Btf::parse_split(&found.btf, kernel)?)
}

/// The records that `btf` itself describes.
fn records(btf: &Btf<'_>) -> Result<Records> {
    let named = ByName::records(btf);
    named.iter().map(|(name, id)| Ok((name.to_vec(), btf.layout(id)?))).collect()
}
