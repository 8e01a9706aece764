//! What modpost until 5.18 looks at in objects, and how.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// Where the CRCs of exports are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrcSource {
    /// In the object, as in the next case; they are read where they stand among its symbols, and a
    /// CRC of nothing makes an export.
    ObjectsInOrder,
    /// In the objects: the value of the symbol `__crc_X`, or what is at its place.
    Objects,
    /// In the `.cmd` files beside the objects.
    CommandFiles,
}

/// See [`CrcSource`].
pub(in crate::release) const CRCS: Timeline<CrcSource> = Timeline {
    name: "modpost.crcs",
    about: "Where the CRCs of exports are.",
    values: &[
        Value {
            id: "modpost-crcs-in-order",
            is: CrcSource::ObjectsInOrder,
            from: &[OLDEST],
            what: "A symbol `__crc_X` without an export X makes one, and one that is undefined has \
                   the CRC 0.",
            evidence: "No answer of these releases shows it: it has not been run.",
        },
        Value {
            id: "modpost-crcs-in-objects",
            is: CrcSource::Objects,
            from: &[mainline(5, 8).after(5, 4)],
            what: "The CRC of an export X is the value of the symbol `__crc_X`, or is at its \
                   place.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-crcs-in-command-files",
            is: CrcSource::CommandFiles,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "The CRCs of exports are in lines `#SYMVER X 0x…` of `.cmd` files.",
            evidence: "Programs built from the sources of 5.17, 5.19.0, RHEL 9.4 and 9.6 differ \
                       in this (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// Which kinds of exports there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKinds {
    /// Also those that nothing should use, and those that will be GPL-only.
    WithUnused,
    /// Those for any module and those for GPL modules.
    Two,
}

/// See [`ExportKinds`].
pub(in crate::release) const EXPORT_KINDS: Timeline<ExportKinds> = Timeline {
    name: "modpost.export-kinds",
    about: "Which kinds of exports there are.",
    values: &[
        Value {
            id: "modpost-unused-exports",
            is: ExportKinds::WithUnused,
            from: &[OLDEST],
            what: "There are exports that nothing should use, and exports that will be GPL-only.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-two-kinds-of-exports",
            is: ExportKinds::Two,
            from: &[mainline(5, 12)],
            what: "Exports are for any module, or for GPL modules only.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.12.9 (run).",
        },
    ],
};

/// What becomes of a number at the end of a name: of `.0` in `name.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberedNames {
    /// It is kept, by mistake.
    Kept,
    /// It is cut off.
    Cut,
}

/// See [`NumberedNames`].
pub(in crate::release) const NUMBERED_NAMES: Timeline<NumberedNames> = Timeline {
    name: "modpost.numbered-names",
    about: "What becomes of a number at the end of a name.",
    values: &[
        Value {
            id: "modpost-numbers-kept",
            is: NumberedNames::Kept,
            from: &[OLDEST],
            what: "A number at the end of a symbol's name (`name.0`) is kept.",
            evidence: "Programs built from the sources of 5.8.1, 5.14.2 and 5.17 (run).",
        },
        Value {
            id: "modpost-numbers-cut",
            is: NumberedNames::Cut,
            from: &[
                mainline(5, 18),
                point(5, 15, 0),
                point(5, 4, 273).after_point(0),
                point(5, 10, 0),
                rhel(9, 5),
            ],
            what: "A number at the end of a symbol's name (`name.0`) is cut off.",
            evidence: "The programs of 5.10.223 and 5.10.262 (verified); programs built from the \
                       sources of 5.15.85, 5.17, 5.19.0 and RHEL 9.6 (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// How the symbols are recognized that mark data in the code of ARM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingMarks {
    /// By what follows the end of the name, too, where that is a mere `$`.
    ReadBeyond,
    /// By their name.
    Exact,
}

/// See [`MappingMarks`].
pub(in crate::release) const MAPPING_MARKS: Timeline<MappingMarks> = Timeline {
    name: "modpost.mapping-marks",
    about: "How the symbols are recognized that mark data in ARM's code.",
    values: &[
        Value {
            id: "modpost-mapping-marks-read-beyond",
            is: MappingMarks::ReadBeyond,
            from: &[OLDEST],
            what: "A symbol `$` is taken for a mark of ARM's code, or not, by the name that \
                   follows it in the file.",
            evidence: "Programs built from the sources of 5.8.1, 5.14.2 and 5.17 (run).",
        },
        Value {
            id: "modpost-mapping-marks",
            is: MappingMarks::Exact,
            from: &[
                mainline(5, 18),
                point(5, 15, 0),
                point(5, 4, 273).after_point(0),
                point(5, 10, 0),
                rhel(9, 5),
            ],
            what: "A symbol `$` is one like any other.",
            evidence: "The programs of 5.10.223 and 5.10.262 (verified); programs built from the \
                       sources of 5.15.85, 5.17 and 5.19.0 (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// What is said of an export that the linker does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaticExports {
    /// It is warned about, and so is what a dump has under a name with a dot.
    WarnedWithDots,
    /// Nothing.
    Unchecked,
    /// A warning, at the end.
    Warned,
    /// An error, at the end.
    Errors,
}

/// See [`StaticExports`].
pub(in crate::release) const STATIC_EXPORTS: Timeline<StaticExports> = Timeline {
    name: "modpost.static-exports",
    about: "What is said of an export that the linker does not see.",
    values: &[
        Value {
            id: "modpost-static-exports-unchecked",
            is: StaticExports::Unchecked,
            from: &[OLDEST, mainline(5, 19), rhel(9, 5)],
            what: "Exports that are static are not looked for.",
            evidence: "Programs built from the sources of 4.19.222, 5.19.0 and RHEL 9.6 (run). The release: a program built from the source of 5.18.12 (run).",
        },
        Value {
            id: "modpost-static-exports-warned-el8.3",
            is: StaticExports::WarnedWithDots,
            from: &[rhel(8, 3)],
            what: "An export that is static gets a warning, and so does what `Module.symvers` \
                   has under a name that begins with a dot.",
            evidence: "Programs built from the sources of RHEL 8.0, 8.3 and 8.10 (run).",
        },
        Value {
            id: "modpost-static-exports-warned",
            is: StaticExports::Warned,
            from: &[mainline(5, 4)],
            what: "An export that is static gets a warning.",
            evidence: "The program of 5.10.262 (verified); programs built from the sources of \
                       5.4.59 and RHEL 8.3 (run). The release: a program built from the source of 5.3.1 (run).",
        },
        Value {
            id: "modpost-static-exports-are-errors",
            is: StaticExports::Errors,
            from: &[mainline(5, 11), rhel(9, 0)],
            what: "An export that is static is an error.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.11.0 (run).",
        },
    ],
};

/// What is said of an export without a CRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingCrcAdvice {
    /// That it will have no version.
    Told,
    /// That something is wrong with its version, in a line that was cut off; also what to look at.
    CutOffWithAdvice,
    /// That it will have no version; also what to look at.
    WithAdvice,
}

/// See [`MissingCrcAdvice`].
pub(in crate::release) const MISSING_CRC: Timeline<MissingCrcAdvice> = Timeline {
    name: "modpost.missing-crc",
    about: "What is said of an export without a CRC.",
    values: &[
        Value {
            id: "modpost-missing-crc-reported",
            is: MissingCrcAdvice::Told,
            from: &[OLDEST],
            what: "The message about an export without a CRC has one line.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-missing-crc-cut-off",
            is: MissingCrcAdvice::CutOffWithAdvice,
            from: &[mainline(5, 14).after(5, 12)],
            what: "The message about an export without a CRC ends in `version ...`, and has a \
                   second line with advice.",
            evidence: "Programs built from the sources of 5.12.9, RHEL 9.3 and 5.16.10 (run).",
        },
        Value {
            id: "modpost-missing-crc-advice",
            is: MissingCrcAdvice::WithAdvice,
            from: &[mainline(5, 18), point(5, 15, 33), point(5, 17, 2)],
            what: "The message about an export without a CRC is whole, and has a second line with \
                   advice.",
            evidence: "Programs built from the sources of 5.16.10 and 5.18.12 differ in this \
                       (run). The point releases: the mail with the change for 5.15, 5.16 and 5.17 \
                       of 2022-04-05 (read).",
        },
    ],
};

/// How the list of the objects of a module is written, from which `srcversion` is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceList {
    /// The second line of a file in the folder `$MODVERDIR`; separated by blanks.
    SecondLine,
    /// With blanks between them, in the first line of `<mod>.mod`.
    FirstLine,
    /// In lines of `<mod>.mod`.
    Lines,
}

/// See [`SourceList`].
pub(in crate::release) const SOURCE_LIST: Timeline<SourceList> = Timeline {
    name: "modpost.source-list",
    about: "How the list of a module's objects is written, for `srcversion`.",
    values: &[
        Value {
            id: "modpost-sources-in-second-line",
            is: SourceList::SecondLine,
            from: &[OLDEST],
            what: "The objects of a module are in the second line of `$MODVERDIR/<mod>.mod`.",
            evidence: "A program built from the source of 4.19.222 (run, but without \
                       `$MODVERDIR`).",
        },
        Value {
            id: "modpost-sources-in-a-line",
            is: SourceList::FirstLine,
            from: &[mainline(5, 3)],
            what: "The objects of a module are in the first line of `<mod>.mod`.",
            evidence: "The program of 5.10.262 (verified). The release: a program built from the source of 5.3.1 (run).",
        },
        Value {
            id: "modpost-sources-in-lines",
            is: SourceList::Lines,
            from: &[mainline(5, 19), rhel(9, 3)],
            what: "The objects of a module are in lines of `<mod>.mod`.",
            evidence: "Programs built from the sources of 5.17, 5.19.0, RHEL 9.2 and 9.3 differ \
                       in this (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// What a message about an empty list of objects names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSourceList {
    /// The object.
    NamesObject,
    /// The module, which is the object without its ending.
    NamesModule,
}

/// See [`BadSourceList`].
pub(in crate::release) const BAD_SOURCE_LIST: Timeline<BadSourceList> = Timeline {
    name: "modpost.bad-source-list",
    about: "What a message about an empty list of objects names.",
    values: &[
        Value {
            id: "modpost-bad-source-list-of-object",
            is: BadSourceList::NamesObject,
            from: &[OLDEST],
            what: "The message about an empty `<mod>.mod` names the object.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-bad-source-list-of-module",
            is: BadSourceList::NamesModule,
            from: &[mainline(5, 15).after(5, 14), rhel(9, 5)],
            what: "The message about an empty `<mod>.mod` names the module.",
            evidence: "Programs built from the sources of 5.14.2 and 5.15.85 differ in this (run).",
        },
    ],
};

/// What happens if a file is missing that `srcversion` needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFiles {
    /// There is a warning, and no `srcversion`; without the list there is no warning either.
    Wanted,
    /// The run ends.
    Needed,
}

/// See [`SourceFiles`].
pub(in crate::release) const SOURCE_FILES: Timeline<SourceFiles> = Timeline {
    name: "modpost.source-files",
    about: "What happens if a file is missing that `srcversion` needs.",
    values: &[
        Value {
            id: "modpost-source-files-wanted",
            is: SourceFiles::Wanted,
            from: &[OLDEST],
            what: "A file that is missing for `srcversion` gets a warning.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-source-files-needed",
            is: SourceFiles::Needed,
            from: &[mainline(5, 8).after(5, 4)],
            what: "A file that is missing for `srcversion` ends the run.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};
