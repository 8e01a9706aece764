//! Which device tables modpost understands, and how it reads them.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

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

/// Which device tables are understood, in the order of releases; each set contains the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceTypes {
    /// Those of 6.1.
    Since61,
    /// Also `cdx`, `coreboot`, `slim` and `vchiq`.
    Since612,
}

/// See [`DeviceTypes`].
pub(in crate::release) const DEVICE_TYPES: Timeline<DeviceTypes> = Timeline {
    name: "modpost.device-types",
    about: "Which device tables are understood.",
    values: &[
        Value {
            id: "modpost-device-types",
            is: DeviceTypes::Since61,
            from: &[OLDEST],
            what: "The device tables of 6.1 are supported.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-device-types-6.12",
            is: DeviceTypes::Since612,
            from: &[mainline(6, 12)],
            what: "The device tables `cdx`, `coreboot`, `slim` and `vchiq` are supported.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). They \
                       were added one by one: `cdx` with 6.4 (changed with 6.5 and 6.8), \
                       `vchiq` with 6.8, `coreboot` with 6.9, `slim` with 6.12 (programs \
                       built from these sources, run).",
        },
    ],
};
