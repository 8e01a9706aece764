//! Debian's own modules, and which of them need which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Result, anyhow};
use modversions::module::Module;

use super::Case;
use crate::conformance::modpost::Extent;
use crate::obtain::module_set::ModuleSet;

/// Modules that are left alone: they wait, stop the machine or try to break it, or need minutes.
const LEFT_OUT: &[&str] = &[
    "test",
    "torture",
    "lkdtm",
    "scale",
    "inject",
    "crash",
    "kgdb",
    "hang",
    "wdt",
    "watchdog",
    "softdog",
    "preemptirq",
    "tcrypt",
    "netconsole",
    "kvm",
    "nmi",
    "kcov",
    "ramoops",
    "pstore",
    "zram",
    "vmw",
    "hv_",
    "xen",
    "i6300esb",
    "/gpu/",
    "/staging/",
    "speakup",
    "mtdram",
    "nandsim",
    "hwlat",
    "raid6_pq",
    "/xor",
    "rcu",
];

/// How large a module may be, in bytes: all files are in the machine's memory.
const LARGEST: usize = 400_000;

/// A published module.
pub struct OwnModule {
    /// Where it is: `drivers/net/tun`.
    pub path: String,
    /// Its file.
    pub bytes: Vec<u8>,
    /// The modules that it needs.
    depends: Vec<String>,
}

/// All modules that may be loaded, by the kernel's name for them.
pub struct Own {
    modules: BTreeMap<String, OwnModule>,
}

impl Own {
    /// Reads them.
    pub fn read(set: &ModuleSet) -> Result<Own> {
        let mut modules = BTreeMap::new();
        for path in &set.modules {
            let file = set.linked.join(format!("{path}.o"));
            let is_left_out = LEFT_OUT.iter().any(|word| path.contains(word));
            if is_left_out || fs::metadata(&file)?.len() > LARGEST as u64 {
                continue;
            }
            let bytes = fs::read(&file)?;
            let module =
                Module::read(&bytes).map_err(|error| anyhow!("{}: {error}", file.display()))?;
            let text = |tag: &[u8]| {
                let value = module.values(tag).next().unwrap_or_default();
                String::from_utf8_lossy(value).into_owned()
            };
            let depends = text(b"depends");
            let depends = depends.split(',').filter(|name| !name.is_empty()).map(str::to_owned);
            let (name, depends) = (text(b"name"), depends.collect());
            modules.insert(name, OwnModule { path: path.clone(), bytes, depends });
        }
        Ok(Own { modules })
    }

    /// How large the kernel's `struct module` is.
    pub fn struct_size(&self) -> Option<u64> {
        let first = self.modules.values().next()?;
        Module::read(&first.bytes).ok()?.struct_size
    }

    /// All modules with all that they need, by path, so that each choice is the same everywhere.
    pub fn all(&self) -> impl Iterator<Item = (&OwnModule, Vec<Vec<u8>>)> {
        let mut all: Vec<&OwnModule> = self.modules.values().collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        all.into_iter().filter_map(|module| Some((module, self.before(module)?)))
    }

    /// The files of what a module needs, in order; none if one of them is left out, or they are many.
    pub fn before(&self, module: &OwnModule) -> Option<Vec<Vec<u8>>> {
        let (mut seen, mut files) = (BTreeSet::new(), Vec::new());
        self.add_before(module, &mut seen, &mut files)?;
        (files.len() <= MOST_BEFORE).then_some(files)
    }

    fn add_before(
        &self,
        module: &OwnModule,
        seen: &mut BTreeSet<String>,
        files: &mut Vec<Vec<u8>>,
    ) -> Option<()> {
        for name in &module.depends {
            if seen.insert(name.clone()) {
                let needed = self.modules.get(name)?;
                self.add_before(needed, seen, files)?;
                files.push(needed.bytes.clone());
            }
        }
        Some(())
    }

    /// Some of them as they are, from all over the tree.
    pub fn cases(&self, extent: Extent) -> Vec<Case> {
        let every = match extent {
            Extent::Quick => 100,
            Extent::Whole => 8,
        };
        let chosen = self.all().step_by(every);
        let case = |(module, before): (&OwnModule, Vec<Vec<u8>>)| Case {
            change: "own",
            module: module.path.clone(),
            bytes: module.bytes.clone(),
            before,
            is_unknowable: false,
        };
        chosen.map(case).collect()
    }
}

/// How many modules may be loaded before one.
const MOST_BEFORE: usize = 12;
