//! How the kernels of `cargo xtask kbuild` are configured.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::obtain::kernel_tree::{KernelPackages, KernelTree};
use crate::run::product::workspace;

/// Without this nothing would be proved.
const NEEDED: &str = "CONFIG_MODVERSIONS=y";

/// What of a kernel is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Configuration {
    /// About the least in which Kbuild does all that it does with genksyms and modpost: minutes
    Small,
    /// The same, without the exports that no module uses
    SmallTrimmed,
    /// As small, but it boots in the machine of `kbuild boot`; with all forms of versions
    Booting,
    /// The same with CRCs from debugging information, since 6.14
    BootingDwarf,
    /// The kernel's own default for x86-64, with versions: an hour
    Defconfig,
    /// What Debian publishes, without debug information: many hours
    Debian,
    /// All that can be a module, without what only finds faults: a day
    AllmodconfigIsh,
}

/// Where a configuration begins.
enum Start {
    /// With nothing.
    Nothing,
    /// With a file of the kernel source.
    Source(&'static str),
    /// With what Debian publishes.
    Published,
}

impl Configuration {
    /// Its name on the command line and in the cache.
    pub fn name(self) -> &'static str {
        match self {
            Configuration::Small => "small",
            Configuration::SmallTrimmed => "small-trimmed",
            Configuration::Booting => "booting",
            Configuration::BootingDwarf => "booting-dwarf",
            Configuration::Defconfig => "defconfig",
            Configuration::Debian => "debian",
            Configuration::AllmodconfigIsh => "allmodconfig-ish",
        }
    }

    /// The goal of make that fills in what is not said.
    pub fn goal(self) -> &'static str {
        match self {
            Configuration::Small
            | Configuration::SmallTrimmed
            | Configuration::Booting
            | Configuration::BootingDwarf => "allnoconfig",
            Configuration::Defconfig | Configuration::Debian => "alldefconfig",
            Configuration::AllmodconfigIsh => "allmodconfig",
        }
    }

    /// Where it begins.
    fn start(self) -> Start {
        match self {
            Configuration::Small
            | Configuration::SmallTrimmed
            | Configuration::Booting
            | Configuration::BootingDwarf
            | Configuration::AllmodconfigIsh => Start::Nothing,
            Configuration::Defconfig => Start::Source("arch/x86/configs/x86_64_defconfig"),
            Configuration::Debian => Start::Published,
        }
    }

    /// Files of `testdata/kbuild/tree`; a later one prevails.
    fn fragments(self) -> &'static [&'static str] {
        match self {
            Configuration::Small => &["small.config"],
            Configuration::SmallTrimmed => &["small.config", "trimmed.config"],
            Configuration::Booting => &["booting.config"],
            Configuration::BootingDwarf => &["booting.config", "dwarf.config"],
            Configuration::Defconfig | Configuration::Debian => &["large.config"],
            Configuration::AllmodconfigIsh => &["large.config", "allmodconfig-ish.config"],
        }
    }

    /// The words of the `vermagic` of one that boots, behind the release.
    pub fn vermagic(self) -> Result<&'static str> {
        match self {
            Configuration::Booting | Configuration::BootingDwarf => {
                Ok("SMP preempt mod_unload modversions ")
            }
            _ => bail!("a kernel that is configured as {} does not boot here", self.name()),
        }
    }

    /// All that is said about options: where it begins, and what we say.
    pub fn wanted(self, packages: &KernelPackages, source: &KernelTree) -> Result<String> {
        let start = match self.start() {
            Start::Nothing => None,
            Start::Source(path) => Some(source.root.join(path)),
            Start::Published => Some(packages.published_config()),
        };
        let start = start.map_or(Ok(String::new()), |path| {
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        });
        Ok(start? + &self.said()?)
    }

    /// What we say about it.
    fn said(self) -> Result<String> {
        let folder = workspace().join("testdata/kbuild/tree");
        let read = |name: &&'static str| fs::read_to_string(folder.join(name)).context(*name);
        self.fragments().iter().map(read).collect()
    }

    /// Says on stderr what we have said and `config` does not have: some releases lack an option.
    /// An error if it is not fit for its purpose.
    pub fn check(self, config: &str) -> Result<()> {
        let said = self.said()?;
        for line in not_taken(&said, config) {
            eprintln!("warning: not taken: {line}");
        }
        if !config.lines().any(|line| line == NEEDED) {
            bail!("the configuration has no {NEEDED}");
        }
        Ok(())
    }
}

/// The options of `said` that are otherwise in `config`.
fn not_taken<'a>(said: &'a str, config: &str) -> Vec<&'a str> {
    let config: Vec<&str> = config.lines().collect();
    let is_taken = |line: &&str| match line.strip_suffix(" is not set") {
        // What cannot be chosen is not mentioned.
        Some(option) => {
            let on = format!("{}=", option.trim_start_matches("# "));
            !config.iter().any(|line| line.starts_with(&on))
        }
        None => config.contains(line),
    };
    let is_option = |line: &&str| line.starts_with("CONFIG_") || line.starts_with("# CONFIG_");
    said.lines().filter(is_option).filter(|line| !is_taken(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::not_taken;

    #[test]
    fn an_option_is_taken_when_the_configuration_says_the_same() {
        let config = "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=\"\"\n";
        let said = "# A comment.\nCONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n\
                    # CONFIG_E is not set\nCONFIG_D=\"\"\n# CONFIG_A is not set\nCONFIG_F=y\n";
        assert_eq!(not_taken(said, config), ["CONFIG_B=y", "# CONFIG_A is not set", "CONFIG_F=y"]);
    }
}
