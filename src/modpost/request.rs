//! What a run is asked to do.

/// What is asked for by the options that are mere switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-e`: the modules are not a part of the kernel's own build.
    pub external: bool,
    /// `-m`: symbols have versions.
    pub modversions: bool,
    /// `-b`: write the versions of imports in their basic form.
    pub basic_versions: bool,
    /// `-x`: write them in their extended form.
    pub extended_versions: bool,
    /// `-M`: modules are enabled.
    pub modules_enabled: bool,
    /// `-a`: every module gets a digest of its sources.
    pub all_srcversions: bool,
    /// `-n`: objects may be missing.
    pub ignore_missing: bool,
    /// `-w`: an undefined symbol is no error.
    pub warn_unresolved: bool,
    /// `-W`: say more.
    pub extra_warnings: bool,
    /// `-E`: section mismatches are errors.
    pub mismatches_are_errors: bool,
    /// `-N`: a namespace that is not imported is no error.
    pub allow_missing_namespaces: bool,
    /// `-t`: leave out exports that nothing uses.
    pub trim_unused: bool,
    /// `-S`, before 5.4: section mismatches are counted, not named.
    pub counts_mismatches: bool,
    /// `-s`, before 5.8: the kernel itself is not checked for section mismatches.
    pub skips_kernel_mismatches: bool,
    /// `-d`, before 5.8: write the namespaces that are missing beside each module. Ours cannot.
    pub writes_namespace_files: bool,
    /// The release of RHEL that the kernel is of, whose modules say so.
    pub rhel_version: Option<(u8, u8)>,
}

/// What a run is asked to do. Paths are as they were given.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The switches.
    pub options: Options,
    /// `-i`: dumps to read, in order.
    pub dumps: Vec<Vec<u8>>,
    /// How many of these, the first ones, are the kernel's own: before 5.8 that of `-i`, if there is one.
    pub kernel_dumps: usize,
    /// `$MODVERDIR`: the folder of the lists of modules' objects, before 5.4; empty for the working
    /// directory.
    pub module_lists: Vec<u8>,
    /// The objects on the command line.
    pub objects: Vec<Vec<u8>>,
    /// `-T`: a file that lists more objects.
    pub file_list: Option<Vec<u8>>,
    /// `-u`: a file that lists exports to keep.
    pub keep_list: Option<Vec<u8>>,
    /// `-d`: where to write the namespaces that are missing.
    pub nsdeps: Option<Vec<u8>>,
    /// `-o`: where to write what the objects export.
    pub dump: Option<Vec<u8>>,
}
