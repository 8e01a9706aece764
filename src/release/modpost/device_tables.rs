//! Which device tables modpost understands, and how it reads them.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// How the symbols that mark device tables are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableSymbols {
    /// `__mod_TYPE__NAME_device_table`
    Plain,
    /// `__mod_device_table__TYPE__NAME`
    Prefixed,
    /// `__mod_device_table__kmod_MODULE__TYPE__NAME`
    WithModule,
}

/// See [`TableSymbols`].
pub(in crate::release) const TABLE_SYMBOLS: Timeline<TableSymbols> = Timeline {
    name: "modpost.table-symbols",
    about: "How the symbols that mark device tables are called.",
    values: &[
        Value {
            id: "modpost-table-symbols",
            is: TableSymbols::Plain,
            from: &[OLDEST],
            what: "A device table is marked by `__mod_TYPE__NAME_device_table`.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-table-symbols-prefixed",
            is: TableSymbols::Prefixed,
            from: &[mainline(6, 13)],
            what: "A device table is marked by `__mod_device_table__TYPE__NAME`.",
            evidence: "Programs built from the sources of 6.12.95 and 6.13.2 differ in this \
                       (run).",
        },
        Value {
            id: "modpost-table-symbols-with-module",
            is: TableSymbols::WithModule,
            from: &[mainline(6, 18)],
            what: "A device table is marked by `__mod_device_table__kmod_MODULE__TYPE__NAME`.",
            evidence: "Programs built from the sources of 6.17.0 and 6.18.2 differ in this (run). \
                       The program of 7.2.12 reads so (verified).",
        },
    ],
};

/// What happens if a device table is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableErrors {
    /// The run ends.
    EndTheRun,
    /// It is an error.
    Noted,
}

/// See [`TableErrors`].
pub(in crate::release) const TABLE_ERRORS: Timeline<TableErrors> = Timeline {
    name: "modpost.table-errors",
    about: "What happens if a device table is malformed.",
    values: &[
        Value {
            id: "modpost-table-errors-fatal",
            is: TableErrors::EndTheRun,
            from: &[OLDEST],
            what: "A device table of the wrong size, or without an entry of zeros at its end, \
                   ends the run.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-table-errors",
            is: TableErrors::Noted,
            from: &[mainline(6, 13)],
            what: "A device table of the wrong size, or without an entry of zeros at its end, is \
                   an error, and the run goes on.",
            evidence: "Programs built from the sources of 6.12.95 and 6.13.2 differ in this \
                       (run). The program of 7.3.4 does so (verified).",
        },
    ],
};

/// How aliases are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasForm {
    /// Each line is printed when it is made.
    AsPrinted,
    /// Each once; where one of more than 255 bytes is put together, upstream crashes, and ours ends
    /// with an error.
    Distinct,
    /// Each once; one that is put together of more than 255 bytes is an error.
    DistinctAndShort,
}

/// See [`AliasForm`].
pub(in crate::release) const ALIAS_LIST: Timeline<AliasForm> = Timeline {
    name: "modpost.alias-list",
    about: "How aliases are collected.",
    values: &[
        Value {
            id: "modpost-aliases-printed",
            is: AliasForm::AsPrinted,
            from: &[OLDEST],
            what: "An alias that a module has twice is written twice.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-aliases-distinct",
            is: AliasForm::Distinct,
            from: &[mainline(6, 13)],
            what: "An alias that a module has twice is written once; one that is put together of \
                   more than 255 bytes ends the run (upstream crashes).",
            evidence: "Programs built from the sources of 6.12.95 and 6.13.2 differ in this \
                       (run).",
        },
        Value {
            id: "modpost-aliases-short",
            is: AliasForm::DistinctAndShort,
            from: &[mainline(7, 1)],
            what: "An alias that is put together of more than 255 bytes is an error.",
            evidence: "Programs built from the sources of 7.0.0 and 7.1.5 differ in this (run). \
                       The program of 7.3.4 does so (verified).",
        },
    ],
};

/// What is checked of the id of a WMI device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WmiIds {
    /// Its length.
    Lengths,
    /// Also its characters; it is written in capitals.
    Characters,
}

/// See [`WmiIds`].
pub(in crate::release) const WMI_IDS: Timeline<WmiIds> = Timeline {
    name: "modpost.wmi-ids",
    about: "What is checked of the id of a WMI device.",
    values: &[
        Value {
            id: "modpost-wmi-length",
            is: WmiIds::Lengths,
            from: &[OLDEST],
            what: "The id of a WMI device must have 36 bytes.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-wmi-characters",
            is: WmiIds::Characters,
            from: &[mainline(7, 2)],
            what: "The id of a WMI device must be a GUID, and is written in capitals.",
            evidence: "A program built from the source of 7.1.5 (run) and that of 7.3.4 \
                       (verified) differ in this.",
        },
    ],
};

/// Whether the last event of each kind is examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputBits {
    /// It is not.
    Exclusive,
    /// It is.
    Inclusive,
}

/// See [`InputBits`].
pub(in crate::release) const INPUT_BITS: Timeline<InputBits> = Timeline {
    name: "modpost.input-bits",
    about: "Whether the last event of each kind is examined, for input devices.",
    values: &[
        Value {
            id: "modpost-input-exclusive",
            is: InputBits::Exclusive,
            from: &[OLDEST],
            what: "The alias of an input device never has the last event of a kind.",
            evidence: "Programs built from the sources of 5.19.0 to 6.5.0, and 6.8.0 to 6.11.11 \
                       (run).",
        },
        Value {
            id: "modpost-input-inclusive",
            is: InputBits::Inclusive,
            from: &[
                mainline(6, 12),
                point(5, 10, 262).after_point(223),
                point(6, 1, 0),
                point(6, 6, 87).after_point(0),
            ],
            what: "The alias of an input device may have the last event of a kind.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified); it is not known with \
                       which point release of 6.1 this came. A program built from the source of \
                       6.6.87 (run).",
        },
    ],
};

/// How the ids of `tee` and `ishtp` are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UuidOrder {
    /// As one number in the byte order of the target.
    AsNumber,
    /// Byte by byte.
    AsBytes,
}

/// See [`UuidOrder`].
pub(in crate::release) const UUID_ORDER: Timeline<UuidOrder> = Timeline {
    name: "modpost.uuid-order",
    about: "How the ids of `tee` and `ishtp` are read.",
    values: &[
        Value {
            id: "modpost-uuid-as-number",
            is: UuidOrder::AsNumber,
            from: &[OLDEST],
            what: "On big-endian targets, the bytes of the ids of `tee` and `ishtp` are written \
                   backwards.",
            evidence: "Programs built from the sources of 5.2.1, 5.3.1, 5.8.1 to 5.19.0, 6.0.1 to \
                       6.5.0, and RHEL 8.7 to 9.6 (run).",
        },
        Value {
            id: "modpost-uuid-as-bytes",
            is: UuidOrder::AsBytes,
            from: &[
                mainline(6, 7),
                point(5, 4, 273).after_point(0),
                point(5, 10, 0),
                point(6, 1, 0),
                point(6, 6, 87).after_point(0),
            ],
            what: "The bytes of the ids of `tee` and `ishtp` are written in their order on all \
                   targets.",
            evidence: "The programs of 5.10.262, 6.1.192 and 6.12.117 (verified); it is not known \
                       with which point releases of 5.10 and 6.1 this came. Programs built from \
                       the sources of 5.4.273, 6.6.87 and 6.7.3 (run).",
        },
    ],
};

/// How the class of an ACPI device is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcpiClass {
    /// In the byte order of the host (always little endian here, as Debian's program for amd64).
    HostOrder,
    /// In the target's.
    TargetOrder,
}

/// See [`AcpiClass`].
pub(in crate::release) const ACPI_CLASS: Timeline<AcpiClass> = Timeline {
    name: "modpost.acpi-class",
    about: "How the class of an ACPI device is read.",
    values: &[
        Value {
            id: "modpost-acpi-class-of-host",
            is: AcpiClass::HostOrder,
            from: &[OLDEST],
            what: "The class of an ACPI device is read in the host's byte order.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-acpi-class",
            is: AcpiClass::TargetOrder,
            from: &[mainline(6, 12)],
            what: "The class of an ACPI device is read in the target's byte order, not the \
                   host's.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};

/// Which device tables are understood, and in which form, in the order of releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceTypes {
    /// Those of 4.18.
    Since418,
    /// Also `typec`.
    Since419,
    /// The entries of `x86cpu` are longer.
    Later419,
    /// Also `tee`, and `wmi` without data. (No release has just these: see
    /// [`LaterDeviceTypes::TeeAndShortWmi`].)
    Since52,
    /// The entries of `wmi` have data.
    Since54,
    /// Also `i3c` and `mhi`; `dmi` and `x86cpu` have other fields.
    Since58,
    /// The entries of `sdw` have a version and a class.
    Since59,
    /// Also `auxiliary`.
    Since511,
    /// Also `dfl` and `ssam`.
    Since512,
    /// The entries of `rpmsg` are longer.
    Since514,
    /// `pci` has drivers that are only used on request.
    Since515,
    /// Also `ishtp`.
    Since516,
    /// The ids of `acpi` may be longer.
    Since518,
    /// Also `mhi_ep`.
    Since519,
    /// Also `cdx`.
    Since64,
    /// `cdx` has ids of four digits, and drivers that are only used on request.
    Since65,
    /// Also `vchiq`; `cdx` has subsystems and classes.
    Since68,
    /// Also `coreboot`.
    Since69,
    /// Also `slim`.
    Since612,
    /// `typec` has no mode.
    Since614,
    /// `platform` and `x86cpu` have other entries, in 32 bits.
    Since617,
    /// Also `mcb`; the entries of `auxiliary` are longer.
    Since619,
    /// The entries of `ap` are shorter.
    Since73,
}

/// See [`DeviceTypes`].
pub(in crate::release) const DEVICE_TYPES: Timeline<DeviceTypes> = Timeline {
    name: "modpost.device-types",
    about: "Which device tables are understood, and in which form.",
    values: &[
        Value {
            id: "modpost-device-types-4.18",
            is: DeviceTypes::Since418,
            from: &[OLDEST],
            what: "The device tables of RHEL 8.0 are supported.",
            evidence: "A program built from the source of RHEL 8.0 (run).",
        },
        Value {
            id: "modpost-device-types-4.19",
            is: DeviceTypes::Since419,
            from: &[mainline(4, 19), rhel(8, 1)],
            what: "The device table `typec` is supported.",
            evidence: "Programs built from the sources of 4.19.1, RHEL 8.0, 8.1 and 8.10 (run).",
        },
        Value {
            id: "modpost-device-types-4.19.222",
            is: DeviceTypes::Later419,
            from: &[point(4, 19, 222).after_point(1)],
            what: "The entries of `x86cpu` are longer.",
            evidence: "Programs built from the sources of 4.19.1 and 4.19.222 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-5.4",
            is: DeviceTypes::Since54,
            from: &[mainline(5, 4), point(5, 4, 273).after_point(0)],
            what: "The device tables `tee` and `wmi` are supported.",
            evidence: "Programs built from the sources of 4.19.222 and 5.4.273 differ in this \
                       (run). The release: a program built from the source of 5.3.1 (run).",
        },
        Value {
            id: "modpost-device-types",
            is: DeviceTypes::Since58,
            from: &[mainline(5, 8).after(5, 4)],
            what: "The device tables of 5.8 are supported.",
            evidence: "A program built from the source of 5.8.1 (run).",
        },
        Value {
            id: "modpost-device-types-5.9",
            is: DeviceTypes::Since59,
            from: &[mainline(5, 9)],
            what: "Aliases of `sdw` have a version and a class.",
            evidence: "Programs built from the sources of 5.8.1 and 5.9.2 differ in this (run). The \
                       program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-device-types-5.11",
            is: DeviceTypes::Since511,
            from: &[mainline(5, 11)],
            what: "The device table `auxiliary` is supported.",
            evidence: "The program of 5.10.262 (verified); the source of 5.11.0 (read).",
        },
        Value {
            id: "modpost-device-types-5.12",
            is: DeviceTypes::Since512,
            from: &[mainline(5, 12)],
            what: "The device tables `dfl` and `ssam` are supported.",
            evidence: "The sources of 5.11.0 and 5.12.9 (read).",
        },
        Value {
            id: "modpost-device-types-5.14",
            is: DeviceTypes::Since514,
            from: &[mainline(5, 14).after(5, 12)],
            what: "Ids of `rpmsg` are followed by data.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of 5.14.2 \
                       (run) differ in this, and so does the source of 5.12.9 (read).",
        },
        Value {
            id: "modpost-device-types-5.15",
            is: DeviceTypes::Since515,
            from: &[mainline(5, 15).after(5, 14), rhel(9, 2)],
            what: "`pci` has drivers that are only used on request.",
            evidence: "Programs built from the sources of 5.14.2 and 5.15.85 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-5.17",
            is: DeviceTypes::Since516,
            from: &[mainline(5, 16)],
            what: "The device table `ishtp` is supported.",
            evidence: "Programs built from the sources of 5.15.85 and 5.17 differ in this (run). The \
                       release: the source of 5.16.10 (read).",
        },
        Value {
            id: "modpost-device-types-5.18",
            is: DeviceTypes::Since518,
            from: &[mainline(5, 18)],
            what: "Ids of `acpi` may have 15 characters.",
            evidence: "Programs built from the sources of 5.17 and 5.18.12 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-5.19",
            is: DeviceTypes::Since519,
            from: &[mainline(5, 19)],
            what: "The device table `mhi_ep` is supported.",
            evidence: "The program of 6.1.192 (verified). The release: programs built from the \
                       sources of 5.18.12 and 5.19.0 (run).",
        },
        Value {
            id: "modpost-device-types-6.4",
            is: DeviceTypes::Since64,
            from: &[mainline(6, 4)],
            what: "The device table `cdx` is supported.",
            evidence: "Programs built from the sources of 6.3.8 and 6.4.0 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-6.5",
            is: DeviceTypes::Since65,
            from: &[mainline(6, 5)],
            what: "The aliases of `cdx` have ids of four digits.",
            evidence: "Programs built from the sources of 6.4.0 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-6.8",
            is: DeviceTypes::Since68,
            from: &[mainline(6, 7)],
            what: "The device table `vchiq` is supported; `cdx` has subsystems and classes.",
            evidence: "Programs built from the sources of 6.6.87 and 6.8.0 differ in this (run). The release: the source of 6.7.3 (read).",
        },
        Value {
            id: "modpost-device-types-6.9",
            is: DeviceTypes::Since69,
            from: &[mainline(6, 9)],
            what: "The device table `coreboot` is supported.",
            evidence: "Programs built from the sources of 6.8.0 and 6.9.0 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-6.12",
            is: DeviceTypes::Since612,
            from: &[mainline(6, 12)],
            what: "The device table `slim` is supported.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.11.11 and 6.12.95 (run).",
        },
        Value {
            id: "modpost-device-types-6.14",
            is: DeviceTypes::Since614,
            from: &[mainline(6, 14)],
            what: "The aliases of `typec` have no mode.",
            evidence: "Programs built from the sources of 6.13.2 and 6.14.0 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-6.17",
            is: DeviceTypes::Since617,
            from: &[mainline(6, 17).after(6, 14)],
            what: "In 32 bits, the entries of `platform` and `x86cpu` are longer.",
            evidence: "Programs built from the sources of 6.14.0 and 6.17.0 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-6.19",
            is: DeviceTypes::Since619,
            from: &[mainline(6, 19)],
            what: "The device table `mcb` is supported; the entries of `auxiliary` are longer.",
            evidence: "Programs built from the sources of 6.18.2 and 6.19.9 differ in this (run).",
        },
        Value {
            id: "modpost-device-types-7.3",
            is: DeviceTypes::Since73,
            from: &[mainline(7, 3)],
            what: "The entries of `ap` are shorter.",
            evidence: "The sources of 7.2.12 and 7.3.4 (read); a program built from the source of \
                       7.3.4 (run).",
        },
    ],
};

/// Which device tables of later releases are understood, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaterDeviceTypes {
    /// None.
    None,
    /// `tee` and `wmi`, whose entries have no data.
    TeeAndShortWmi,
    /// `tee` and `wmi`.
    TeeAndWmi,
    /// `ishtp`.
    Ishtp,
    /// Also `mhi_ep`.
    IshtpAndMhiEp,
    /// `sdw` has a version and a class.
    OfRhel84,
    /// Also `auxiliary` and `mhi`.
    OfRhel85,
    /// Also `ishtp`.
    OfRhel87,
    /// Also `mhi_ep`.
    OfRhel88,
}

/// See [`LaterDeviceTypes`].
pub(in crate::release) const LATER_DEVICE_TYPES: Timeline<LaterDeviceTypes> = Timeline {
    name: "modpost.later-device-types",
    about: "Which device tables of later releases are understood, too.",
    values: &[
        Value {
            id: "modpost-no-later-device-types",
            is: LaterDeviceTypes::None,
            from: &[OLDEST, mainline(5, 4)],
            what: "No device table of a later release is supported.",
            evidence: "Programs built from the sources of mainline's releases and of RHEL 9.0 \
                       (run).",
        },
        Value {
            id: "modpost-later-device-types-5.2",
            is: LaterDeviceTypes::TeeAndShortWmi,
            from: &[mainline(5, 2).after(5, 0)],
            what: "The device tables `tee` and `wmi` are supported; ids of `wmi` are not followed by data.",
            evidence: "Programs built from the sources of 5.0.1, 5.2.1 and 5.3.1 (run).",
        },
        Value {
            id: "modpost-later-device-types-5.3",
            is: LaterDeviceTypes::TeeAndWmi,
            from: &[mainline(5, 3)],
            what: "The device tables `tee` and `wmi` are supported, as from 5.4 on.",
            evidence: "Programs built from the sources of 5.2.1 and 5.3.1 differ in this (run).",
        },
        Value {
            id: "modpost-later-device-types-el8.4",
            is: LaterDeviceTypes::OfRhel84,
            from: &[rhel(8, 4)],
            what: "The device table `sdw` is as from 5.10 on.",
            evidence: "The sources of RHEL 8.3 and 8.4 (read).",
        },
        Value {
            id: "modpost-later-device-types-el8.5",
            is: LaterDeviceTypes::OfRhel85,
            from: &[rhel(8, 5)],
            what: "The device tables `auxiliary` and `mhi` are supported, too, as from 5.14 on.",
            evidence: "The sources of RHEL 8.4 and 8.5 (read).",
        },
        Value {
            id: "modpost-later-device-types-el8.7",
            is: LaterDeviceTypes::OfRhel87,
            from: &[rhel(8, 7)],
            what: "The device table `ishtp` is supported, too, as from 5.16 on.",
            evidence: "The sources of RHEL 8.6 and 8.7 (read).",
        },
        Value {
            id: "modpost-later-device-types-el8.10",
            is: LaterDeviceTypes::OfRhel88,
            from: &[rhel(8, 8)],
            what: "The device table `mhi_ep` is supported, too, as from 5.19 on.",
            evidence: "Programs built from the sources of RHEL 8.0 and 8.10 differ in this (run); \
                       the sources of RHEL 8.7 and 8.8 (read).",
        },
        Value {
            id: "modpost-later-device-types-el9.1",
            is: LaterDeviceTypes::Ishtp,
            from: &[rhel(9, 1)],
            what: "The device table `ishtp` is supported, as from 5.17 on.",
            evidence: "The sources of RHEL 9.0 and 9.1 (read); programs built from those of RHEL \
                       9.0 and 9.4 differ in this (run).",
        },
        Value {
            id: "modpost-later-device-types-el9.2",
            is: LaterDeviceTypes::IshtpAndMhiEp,
            from: &[rhel(9, 2)],
            what: "The device table `mhi_ep` is supported, too, as from 5.19 on.",
            evidence: "The sources of RHEL 9.1 and 9.2 (read); programs built from those of RHEL \
                       9.0, 9.4 and 9.6 (run).",
        },
    ],
};
