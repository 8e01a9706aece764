//! What differs between the module loaders of kernel releases, and of distributions.

/// How the loader of one kernel behaves, wherever kernels differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// What becomes of a symbol that the kernel has a CRC for, and the module's versions do not
    /// list.
    pub unlisted: Unlisted,
    /// In which order an ELF file is looked at.
    pub file_checks: FileChecks,
    /// What is asked of the section with `struct module`.
    pub this_module: ThisModule,
    /// When a module taints the kernel.
    pub taints: TaintStep,
    /// Whether the extended version tables are read.
    pub extended_versions: ExtendedVersions,
    /// Whether namespaces `module:…` are lists of modules.
    pub module_namespaces: ModuleNamespaces,
    /// Which word of `vermagic` tells how the kernel may be preempted.
    pub preemption: PreemptionWord,
    /// How the entries of `__versions` lie in it.
    pub version_entries: VersionEntries,
    /// What is logged of a file that is damaged.
    pub file_messages: FileMessages,
    /// Whether modules that are for tests are marked.
    pub test_modules: TestModules,
    /// Whether messages about a proprietary module name the symbol that is used of it.
    pub inherited_symbol: InheritedSymbol,
    /// Where the kernel finds which exports are for modules under the GPL only.
    pub export_licenses: ExportLicenses,
}

impl Load {
    /// Before the first entry of the ledger.
    pub(super) const OLDEST: Self = Self {
        unlisted: Unlisted::Refused,
        file_checks: FileChecks::NamesFirst,
        this_module: ThisModule::Found,
        taints: TaintStep::WithModinfo,
        extended_versions: ExtendedVersions::Unread,
        module_namespaces: ModuleNamespaces::Names,
        preemption: PreemptionWord::Preempt,
        version_entries: VersionEntries::Fixed,
        file_messages: FileMessages::Summary,
        test_modules: TestModules::LikeOthers,
        inherited_symbol: InheritedSymbol::Unnamed,
        export_licenses: ExportLicenses::Tables,
    };
}

/// What becomes of a symbol that the kernel has a CRC for, and the module's versions do not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// The module is refused.
    Refused,
    /// The kernel warns, once, and takes it.
    Passes,
}

/// In which order an ELF file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChecks {
    /// The names of the sections, then the sections.
    NamesFirst,
    /// The sections, then their names.
    SectionsFirst,
}

/// What is asked of the section with `struct module`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThisModule {
    /// That there is one.
    Found,
    /// That there is exactly one, of the kernel's own size.
    OneOfSize,
}

/// When a module taints the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaintStep {
    /// While `.modinfo` is read; a missing signature after that.
    WithModinfo,
    /// All at once, behind everything that `.modinfo` can be refused for.
    Together,
}

/// Whether the extended version tables are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendedVersions {
    /// They are not; `__versions` counts.
    Unread,
    /// Where they are, they count and `__versions` does not.
    Read,
}

/// Whether namespaces `module:…` are lists of modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleNamespaces {
    /// They are names like any other.
    Names,
    /// They list the modules that may use the symbol; no module may import them by name.
    Lists,
}

/// Which word of `vermagic` tells how the kernel may be preempted. It is one word at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreemptionWord {
    /// `preempt` by `CONFIG_PREEMPT`, else `preempt_rt` by `CONFIG_PREEMPT_RT`.
    Preempt,
    /// `preempt` by `CONFIG_PREEMPT_BUILD`, else `preempt_rt` by `CONFIG_PREEMPT_RT`.
    PreemptBuild,
    /// `preempt_rt` by `CONFIG_PREEMPT_RT`, else `preempt` by `CONFIG_PREEMPT_BUILD`.
    RealTimeFirst,
}

/// How the entries of `__versions` lie in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionEntries {
    /// In 64 bytes each.
    #[default]
    Fixed,
    /// Each with the distance to the next: the form of Ubuntu's kernels before 6.14.
    Linked,
}

/// What is logged of a file that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMessages {
    /// That it has invalid structures; before that the section, if one is out of bounds.
    Summary,
    /// What is wrong.
    Each,
}

/// Whether modules that are for tests are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestModules {
    /// They are not.
    LikeOthers,
    /// They taint the kernel.
    Taint,
}

/// Whether messages about a proprietary module name the symbol that is used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InheritedSymbol {
    /// They do not.
    Unnamed,
    /// They do.
    Named,
}

/// Where the kernel finds which exports are for modules under the GPL only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportLicenses {
    /// In their tables: `__ksymtab` and `__ksymtab_gpl`.
    Tables,
    /// In `__kflagstab`, without which no exports are taken; of the tables only `__ksymtab` counts.
    Flags,
}

/// Whose loader it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The kernel as it is released.
    Mainline,
    /// Debian's.
    Debian,
    /// Ubuntu's, before 6.14: with a form of `__versions` that is its own.
    Ubuntu,
}

/// A profile's name, and what it does otherwise than the release that it is of.
struct ProfileRow {
    profile: Profile,
    name: &'static str,
    apply: fn(&mut Load),
}

/// All profiles.
const PROFILES: &[ProfileRow] = &[
    ProfileRow { profile: Profile::Mainline, name: "mainline", apply: |_| {} },
    // As before 4.10. Booted: 6.1.192 and 6.12.117.
    ProfileRow {
        profile: Profile::Debian,
        name: "debian",
        apply: |load| load.unlisted = Unlisted::Refused,
    },
    // Read in the sources of Ubuntu's 6.5.3 and 6.8.0-31.
    ProfileRow {
        profile: Profile::Ubuntu,
        name: "ubuntu",
        apply: |load| load.version_entries = VersionEntries::Linked,
    },
];

/// What Debian has in the names of its kernels, and others do not.
const DEBIAN_RELEASES: &[&str] = &[
    "+deb",
    "+bpo",
    "-amd64",
    "-arm64",
    "-armmp",
    "-686",
    "-riscv64",
    "-powerpc64le",
    "-s390x",
    "-loong64",
    "-mips64el",
    "-rpi",
];

impl Profile {
    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        PROFILES.iter().find(|row| row.name == name).map(|row| row.profile)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        PROFILES.iter().find(|row| row.profile == self).map_or("", |row| row.name)
    }

    /// The profile of a kernel by its release and by who made it, as its banner has them; none if
    /// neither shows it.
    pub fn of_maker(release: Option<&[u8]>, maker: Option<&[u8]>) -> Option<Self> {
        let has =
            |text: &[u8], word: &str| text.windows(word.len()).any(|it| it == word.as_bytes());
        if let Some(maker) = maker {
            let is_debian = has(maker, "debian-kernel");
            return Some(if is_debian { Self::Debian } else { Self::Mainline });
        }
        let is_debian = release.is_some_and(|it| DEBIAN_RELEASES.iter().any(|word| has(it, word)));
        is_debian.then_some(Self::Debian)
    }

    /// The loader of this profile, for a release's.
    pub fn applied(self, mut load: Load) -> Load {
        if let Some(row) = PROFILES.iter().find(|row| row.profile == self) {
            (row.apply)(&mut load);
        }
        load
    }
}
