//! The commands, and what stands for a file in them.

/// The command lines. `{…}` stands for a file of that kind, or a name; `out` is the only path that is
/// written to.
pub const COMMANDS: &[&str] = &[
    "show {module}",
    "show {module} -f json",
    "show {module} -F signer",
    "show {kernel}",
    "show {kernel} -f json",
    "show {kernel} {kernel}",
    "check {module} --kernel {kernel}",
    "check {module} {module} --kernel {kernel} -f json",
    "check {module} {module} --kernel {kernel} -v --only-refused",
    "check {module} --kernel {kernel} --kernel {kernel} --kernel {config}",
    "check {module} --kernel {kernel} --types {types} {types}",
    "check {kernel} --kernel {kernel} --profile debian",
    "check {module} {module} --kernel {kernel} --kernel {kernel} --each -f html",
    "check {module} --kernel {kernel} -f junit -f sarif:out",
    "abi-diff {kernel} {kernel}",
    "abi-diff {kernel} {kernel} -f json",
    "abi-diff {kernel} {kernel} -- {exports} {types} {kernel}",
    "abi-diff {exports} {exports} --modules {module} {kernel}",
    "abi-diff {exports} {exports} --rules {rules} --unused-rules --show-tolerated",
    "abi-diff {exports} {exports} --stablelist {stable} -f short",
    "abi-diff {types} {types}",
    "abi-diff {types} {types} -f json",
    "abi-diff {types} {types} -f html",
    "abi-diff {types} {types} -f markdown -f sarif:out",
    "abi-diff {exports} {exports} --rules {rules} -f csv -f github:out",
    "abi-diff {btf} {btf} -f html",
    "abi-diff {types} {types} --arch i386 -f symbols -f json:out",
    "abi-diff {types} {types} --btf {btf} {btf}",
    "abi-diff {types} {types} --symvers {exports} {exports} -f pretty",
    "abi-diff {kernel} {exports} -f mod-symbols",
    "abi-diff {btf} {btf}",
    "why {name} {types} {types}",
    "why {name} {kernel} {kernel}",
    "why {name} {types} {exports} -- {types} {exports}",
    "layout {name} {btf}",
    "layout {name} {btf} -f json",
    "layout {name} {btf} --modules",
    "layout {name} {btf} --btf-base {btf}",
    "layout {name} {types} -f json",
    "layout {name} {types} --from abi --arch s390x",
    "layout {name} --diff {btf} {types}",
    "layout {name} --diff {types} {types} -f json",
    "layout {name} {name} {types}",
    "layout --all --diff {btf} {btf}",
    "layout --all --diff {types} {types}",
    "layout --all {btf}",
    "layout --all {types}",
    "symtypes show {name} {types} --files",
    "symtypes verify {types} --symvers {exports} --list",
    "symtypes verify {types}",
    "symtypes consolidate {types} -o out",
    "symtypes split {types} -o out",
    "releases",
];

/// Names that are asked for: of types and exports of the seeds, and others.
pub const NAMES: &[&str] = &[
    "device",
    "struct device",
    "device_t",
    "s#pump",
    "pump",
    "pump_start",
    "open",
    "calls",
    "task_struct",
    "e#mode",
    "E#SLOW",
    "",
    "s#",
    "\x1b[1mx\n",
];

/// A kind of files.
pub struct Slot {
    /// What stands for one in a command.
    pub word: &'static str,
    /// What it may be: the reader whose seeds they are, and what the names of these end in.
    pub of: &'static [(&'static str, &'static str)],
    /// What the name of the file ends in.
    pub ending: &'static str,
    /// Whether it may be a directory as well.
    pub may_be_tree: bool,
}

/// All kinds.
pub const SLOTS: &[Slot] = &[
    Slot { word: "{module}", of: &[("elf", "")], ending: ".ko", may_be_tree: false },
    Slot {
        word: "{kernel}",
        of: &[("elf", ""), ("package", ""), ("symtypes", ".symvers")],
        ending: "",
        may_be_tree: true,
    },
    Slot { word: "{exports}", of: &[("symtypes", ".symvers")], ending: "", may_be_tree: true },
    Slot {
        word: "{types}",
        of: &[
            ("symtypes", ".symtypes"),
            ("symtypes", ".abi"),
            ("symtypes", "types of every kind"),
            ("symtypes", "consolidated types"),
        ],
        ending: ".symtypes",
        may_be_tree: true,
    },
    Slot { word: "{btf}", of: &[("btf", ""), ("package", "")], ending: "", may_be_tree: true },
    Slot { word: "{record}", of: &[("symtypes", ".abi")], ending: ".abi", may_be_tree: false },
    Slot { word: "{rules}", of: &[("symtypes", "rules")], ending: "", may_be_tree: false },
    Slot { word: "{stable}", of: &[("symtypes", "stable list")], ending: "", may_be_tree: false },
    Slot { word: "{config}", of: &[("symtypes", "configuration")], ending: "", may_be_tree: false },
];

/// The files that a directory may have, and the slot each is for.
pub const TREE: &[(&str, &str)] = &[
    ("Module.symvers", "{exports}"),
    ("vmlinux", "{btf}"),
    (".config", "{config}"),
    ("lib/one.symtypes", "{types}"),
    ("lib/two.symtypes", "{types}"),
    ("lib/one.abi", "{record}"),
    ("kernel/one.ko", "{module}"),
    ("kernel/two.ko.xz", "{module}"),
    ("updates/one.ko", "{module}"),
    ("modules.dep", "{rules}"),
];
