//! The device types: one row each, with how its aliases are made.

use super::entries::{
    ACPI, ACPI_58, AMBA, AP, AP_73, AUXILIARY, AUXILIARY_619, BCMA, CCW, CDX, CDX_64, COREBOOT,
    CPU, CSS, DFL, DMI, EISA, FSL_MC, HDAUDIO, HID, I2C, I3C, IEEE1394, INPUT, IPACK, ISAPNP,
    ISHTP, MCB, MDIO, MEI, MHI, MIPS_CDMM, OF, PARISC, PCI, PCI_58, PCMCIA, PLATFORM, PLATFORM_617,
    PNP, PNP_CARD, RAPIDIO, RPMSG, RPMSG_58, SDIO, SDW, SDW_58, SERIO, SLIM, SPI, SSAM, SSB,
    TB_SERVICE, TEE, TYPEC, ULPI, USB, VCHIQ, VIO, VIRTIO, VMBUS, WMI, WMI_52, X86_CPU, X86_CPU_54,
    X86_CPU_419, X86_CPU_617, ZORRO,
};
use super::fields::{Entry, Fields};
use super::output::Output;
use super::pieces::{self, LOWER, Piece, UPPER};
use super::{acpi, dmi, input, masks, open_firmware, overrides, pnp, usb, wmi};
use crate::modpost::Fatal;
use crate::release::{self, DeviceTypes, LaterDeviceTypes};

/// One type of device.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceType {
    /// What `MODULE_DEVICE_TABLE` calls it.
    pub name: &'static str,
    /// What messages about the table call it.
    pub said: &'static str,
    /// What an entry of the table consists of.
    pub entry: Fields,
    /// How the aliases are made.
    pub aliases: Aliases,
    /// The first set of types that it is in.
    since: DeviceTypes,
    /// The first that has it in another form, if there is one.
    until: Option<DeviceTypes>,
}

/// How the aliases of a table are made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aliases {
    /// One for each entry.
    Pieces {
        /// What it begins with: the bus.
        start: &'static str,
        /// What follows.
        pieces: &'static [Piece],
        /// What stands at its end.
        end: End,
    },
    /// A function says which each entry has.
    Entry(fn(Entry<'_>, &mut Output<'_>) -> Result<(), Fatal>),
    /// A function says which all the entries have together.
    Table(fn(&[Entry<'_>], &mut Output<'_>) -> Result<(), Fatal>),
}

/// What stands at the end of an alias.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// This text.
    Text(&'static str),
    /// A `*`, unless there is one already.
    Open,
}

impl Aliases {
    /// Writes those of one entry; none, if they are made of the table as a whole.
    pub fn write(&self, entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
        match *self {
            Self::Pieces { start, pieces, end } => {
                let mut alias = start.as_bytes().to_vec();
                pieces::write(&mut alias, pieces, entry);
                match end {
                    End::Text(text) => alias.extend_from_slice(text.as_bytes()),
                    End::Open => pieces::leave_open(&mut alias),
                }
                output.alias(&alias)
            }
            Self::Entry(write) => write(entry, output),
            Self::Table(_) => Ok(()),
        }
    }
}

/// The types that `release` understands.
pub(super) fn of(release: &release::Modpost) -> impl Iterator<Item = &'static DeviceType> {
    let newest = release.device_types;
    let (later, form) = later_types(release.later_device_types);
    TYPES.iter().filter(move |device_type| {
        let newest = match later.contains(&device_type.name) {
            true => newest.max(form),
            false => newest,
        };
        device_type.since <= newest && device_type.until.is_none_or(|until| newest < until)
    })
}

/// The names of the types that an older release has from later ones, and the set of types whose form
/// they have.
fn later_types(types: LaterDeviceTypes) -> (&'static [&'static str], DeviceTypes) {
    let names: &[&str] = match types {
        LaterDeviceTypes::None => &[],
        LaterDeviceTypes::TeeAndShortWmi | LaterDeviceTypes::TeeAndWmi => &["tee", "wmi"],
        LaterDeviceTypes::Ishtp => &["ishtp"],
        LaterDeviceTypes::IshtpAndMhiEp => &["ishtp", "mhi_ep"],
        LaterDeviceTypes::OfRhel84 => &["sdw"],
        LaterDeviceTypes::OfRhel85 => &["auxiliary", "mhi", "sdw"],
        LaterDeviceTypes::OfRhel87 => &["auxiliary", "ishtp", "mhi", "sdw"],
        LaterDeviceTypes::OfRhel88 => &["auxiliary", "ishtp", "mhi", "mhi_ep", "sdw"],
    };
    match types {
        LaterDeviceTypes::TeeAndShortWmi => (names, DeviceTypes::Since52),
        _ => (names, DeviceTypes::Since519),
    }
}

/// A type whose aliases are put together of pieces.
const fn row(
    name: &'static str,
    entry: Fields,
    start: &'static str,
    pieces: &'static [Piece],
) -> DeviceType {
    let aliases = Aliases::Pieces { start, pieces, end: End::Text("") };
    DeviceType { name, said: name, entry, aliases, since: DeviceTypes::Since418, until: None }
}

/// A type with a function for each entry.
const fn special(
    name: &'static str,
    entry: Fields,
    write: fn(Entry<'_>, &mut Output<'_>) -> Result<(), Fatal>,
) -> DeviceType {
    DeviceType { aliases: Aliases::Entry(write), ..row(name, entry, "", &[]) }
}

impl DeviceType {
    /// What stands at the end of its aliases.
    const fn end(self, end: End) -> Self {
        match self.aliases {
            Aliases::Pieces { start, pieces, .. } => {
                Self { aliases: Aliases::Pieces { start, pieces, end }, ..self }
            }
            Aliases::Entry(_) | Aliases::Table(_) => panic!("the function writes the end, too"),
        }
    }

    /// Its aliases end in a `*`, for what later kernels may append.
    const fn open(self) -> Self {
        self.end(End::Open)
    }

    /// Its aliases end in this text.
    const fn closed_by(self, text: &'static str) -> Self {
        self.end(End::Text(text))
    }

    /// It came, or came in this form, with this set of types.
    const fn since(self, since: DeviceTypes) -> Self {
        Self { since, ..self }
    }

    /// It has another form from this set of types on.
    const fn until(self, until: DeviceTypes) -> Self {
        Self { until: Some(until), ..self }
    }

    /// Its aliases are made of the table as a whole.
    const fn of_table(self, write: fn(&[Entry<'_>], &mut Output<'_>) -> Result<(), Fatal>) -> Self {
        Self { aliases: Aliases::Table(write), ..self }
    }
}

/// The value of 32 bits that means any.
const ANY: u32 = u32::MAX;

/// All types, by name. Each must have its file in testdata/device-tables.
// A table is read by columns, which rustfmt would break up.
#[rustfmt::skip]
static TYPES: &[DeviceType] = &[
    special("acpi", ACPI_58, acpi::write_short).until(DeviceTypes::Since518),
    special("acpi", ACPI, acpi::write).since(DeviceTypes::Since518),
    special("amba", AMBA, masks::write_amba),
    row("ap", AP, "ap:", &[AP.hex("t", "dev_type")]).open().until(DeviceTypes::Since73),
    row("ap", AP_73, "ap:", &[AP_73.hex("t", "dev_type")]).open().since(DeviceTypes::Since73),
    row("auxiliary", AUXILIARY, "auxiliary:", &[AUXILIARY.text("", "name")])
        .since(DeviceTypes::Since511)
        .until(DeviceTypes::Since619),
    row("auxiliary", AUXILIARY_619, "auxiliary:", &[AUXILIARY_619.text("", "name")])
        .since(DeviceTypes::Since619),
    row("bcma", BCMA, "bcma:", &[
        BCMA.hex("m", "manuf").unless(0xffff),
        BCMA.hex("id", "id").unless(0xffff),
        BCMA.hex("rev", "rev").unless(0xff),
        BCMA.hex("cl", "class").unless(0xff),
    ]).open(),
    row("ccw", CCW, "ccw:", &[
        CCW.flagged("t", "cu_type", 1),
        CCW.flagged("m", "cu_model", 2),
        CCW.flagged("dt", "dev_type", 4),
        CCW.flagged("dm", "dev_model", 8),
    ]).open(),
    row("cdx", CDX_64, "cdx:", &[
        CDX_64.hex("v", "vendor").digits(8, UPPER),
        CDX_64.hex("d", "device").digits(8, UPPER),
    ]).closed_by("d").since(DeviceTypes::Since64).until(DeviceTypes::Since65),
    special("cdx", CDX_64, overrides::write_short_cdx)
        .since(DeviceTypes::Since65)
        .until(DeviceTypes::Since68),
    special("cdx", CDX, overrides::write_cdx).since(DeviceTypes::Since68),
    row("coreboot", COREBOOT, "coreboot:", &[COREBOOT.hex("t", "tag")])
        .since(DeviceTypes::Since69),
    row("cpu", CPU, "cpu:type:*:feature:*", &[CPU.hex("", "feature")]).open(),
    row("css", CSS, "css:", &[CSS.hex("t", "type").digits(1, UPPER)]),
    row("dfl", DFL, "dfl:", &[DFL.hex("t", "type"), DFL.hex("f", "feature_id")]).open()
        .since(DeviceTypes::Since512),
    special("dmi", DMI, dmi::write_before_58).until(DeviceTypes::Since58),
    special("dmi", DMI, dmi::write).since(DeviceTypes::Since58),
    row("eisa", EISA, "eisa:", &[EISA.text("s", "sig")]).closed_by("*"),
    row("fslmc", FSL_MC, "fsl-mc:", &[
        FSL_MC.hex("v", "vendor").digits(8, UPPER),
        FSL_MC.text("d", "obj_type"),
    ]),
    row("hdaudio", HDAUDIO, "hdaudio:", &[
        HDAUDIO.hex("v", "vendor_id").unless(0),
        HDAUDIO.hex("r", "rev_id").unless(0),
        HDAUDIO.hex("a", "api_version").unless(0),
    ]).open(),
    row("hid", HID, "hid:", &[
        HID.hex("b", "bus").unless(0xffff),
        HID.hex("g", "group").unless(0),
        HID.hex("v", "vendor").unless(ANY),
        HID.hex("p", "product").unless(ANY),
    ]),
    row("i2c", I2C, "i2c:", &[I2C.text("", "name")]),
    row("i3c", I3C, "i3c:", &[
        I3C.flagged("dcr", "dcr", 1),
        I3C.flagged("manuf", "manuf_id", 2),
        I3C.flagged("part", "part_id", 4),
        I3C.flagged("ext", "extra_info", 8),
    ]).since(DeviceTypes::Since58),
    row("ieee1394", IEEE1394, "ieee1394:", &[
        IEEE1394.flagged("ven", "vendor_id", 1),
        IEEE1394.flagged("mo", "model_id", 2),
        IEEE1394.flagged("sp", "specifier_id", 4),
        IEEE1394.flagged("ver", "version", 8),
    ]).open(),
    special("input", INPUT, input::write),
    row("ipack", IPACK, "ipack:", &[
        IPACK.hex("f", "format").unless(0xff),
        IPACK.hex("v", "vendor").unless(ANY),
        IPACK.hex("d", "device").unless(ANY),
    ]).open(),
    special("isapnp", ISAPNP, pnp::write_isa),
    row("ishtp", ISHTP, "ishtp:", &[ISHTP.numbered_guid("{", "guid", UPPER)]).closed_by("}")
        .since(DeviceTypes::Since516),
    row("mcb", MCB, "mcb:16z", &[MCB.decimal("device", 3)]).since(DeviceTypes::Since619),
    special("mdio", MDIO, masks::write_mdio),
    row("mei", MEI, "mei:", &[
        MEI.text("", "name").if_given(),
        MEI.guid(":", "uuid", LOWER),
        MEI.hex(":", "version").unless(0xff),
    ]).closed_by(":*"),
    row("mhi", MHI, "mhi:", &[MHI.text("", "chan")]).since(DeviceTypes::Since58),
    row("mhi_ep", MHI, "mhi_ep:", &[MHI.text("", "chan")]).since(DeviceTypes::Since519),
    row("mipscdmm", MIPS_CDMM, "mipscdmm:", &[MIPS_CDMM.hex("t", "type")]).open(),
    special("of", OF, open_firmware::write_node),
    row("parisc", PARISC, "parisc:", &[
        PARISC.hex("t", "hw_type").unless(0xff),
        PARISC.hex("hv", "hversion").unless(0xffff),
        PARISC.hex("rev", "hversion_rev").unless(0xff),
        PARISC.hex("sv", "sversion").unless(ANY),
    ]).open(),
    special("pci", PCI_58, overrides::write_short_pci).until(DeviceTypes::Since515),
    row("pci", PCI, "", &[]).of_table(overrides::write_pci).since(DeviceTypes::Since515),
    row("pcmcia", PCMCIA, "pcmcia:", &[
        PCMCIA.flagged("m", "manf_id", 0x1),
        PCMCIA.flagged("c", "card_id", 0x2),
        PCMCIA.flagged("f", "func_id", 0x4),
        PCMCIA.flagged("fn", "function", 0x8),
        PCMCIA.flagged("pfn", "device_no", 0x100),
        PCMCIA.flagged("pa", "prod_id_hash 0", 0x10),
        PCMCIA.flagged("pb", "prod_id_hash 1", 0x20),
        PCMCIA.flagged("pc", "prod_id_hash 2", 0x40),
        PCMCIA.flagged("pd", "prod_id_hash 3", 0x80),
    ]).open(),
    row("platform", PLATFORM, "platform:", &[PLATFORM.text("", "name")])
        .until(DeviceTypes::Since617),
    row("platform", PLATFORM_617, "platform:", &[PLATFORM_617.text("", "name")])
        .since(DeviceTypes::Since617),
    special("pnp", PNP, pnp::write),
    DeviceType { said: "pnp", ..row("pnp_card", PNP_CARD, "", &[]) }.of_table(pnp::write_cards),
    row("rapidio", RAPIDIO, "rapidio:", &[
        RAPIDIO.hex("v", "vid").unless(0xffff),
        RAPIDIO.hex("d", "did").unless(0xffff),
        RAPIDIO.hex("av", "asm_vid").unless(0xffff),
        RAPIDIO.hex("ad", "asm_did").unless(0xffff),
    ]).open(),
    row("rpmsg", RPMSG_58, "rpmsg:", &[RPMSG_58.text("", "name")]).until(DeviceTypes::Since514),
    row("rpmsg", RPMSG, "rpmsg:", &[RPMSG.text("", "name")]).since(DeviceTypes::Since514),
    row("sdio", SDIO, "sdio:", &[
        SDIO.hex("c", "class").unless(0xff),
        SDIO.hex("v", "vendor").unless(0xffff),
        SDIO.hex("d", "device").unless(0xffff),
    ]).open(),
    row("sdw", SDW_58, "sdw:", &[
        SDW_58.hex("m", "mfg_id").unless(0),
        SDW_58.hex("p", "part_id").unless(0),
    ]).open().until(DeviceTypes::Since59),
    row("sdw", SDW, "sdw:", &[
        SDW.hex("m", "mfg_id").unless(0),
        SDW.hex("p", "part_id").unless(0),
        SDW.hex("v", "sdw_version").unless(0),
        SDW.hex("c", "class_id").unless(0),
    ]).open().since(DeviceTypes::Since59),
    row("serio", SERIO, "serio:", &[
        SERIO.hex("ty", "type").unless(0xff),
        SERIO.hex("pr", "proto").unless(0xff),
        SERIO.hex("id", "id").unless(0xff),
        SERIO.hex("ex", "extra").unless(0xff),
    ]).open(),
    row("slim", SLIM, "slim:", &[
        SLIM.hex("", "manf_id").digits(1, LOWER),
        SLIM.hex(":", "prod_code").digits(1, LOWER),
    ]).closed_by(":*").since(DeviceTypes::Since612),
    row("spi", SPI, "spi:", &[SPI.text("", "name")]),
    row("ssam", SSAM, "ssam:", &[
        SSAM.hex("d", "domain"),
        SSAM.hex("c", "category"),
        SSAM.flagged("t", "target", 1),
        SSAM.flagged("i", "instance", 2),
        SSAM.flagged("f", "function", 4),
    ]).since(DeviceTypes::Since512),
    row("ssb", SSB, "ssb:", &[
        SSB.hex("v", "vendor").unless(0xffff),
        SSB.hex("id", "coreid").unless(0xffff),
        SSB.hex("rev", "revision").unless(0xff),
    ]).open(),
    row("tbsvc", TB_SERVICE, "tbsvc:", &[
        TB_SERVICE.text("k", "protocol_key").if_flag(TB_SERVICE.field("match_flags"), 1),
        TB_SERVICE.flagged("p", "protocol_id", 2),
        TB_SERVICE.flagged("v", "protocol_version", 4),
        TB_SERVICE.flagged("r", "protocol_revision", 8),
    ]).open(),
    row("tee", TEE, "tee:", &[TEE.uuid("uuid")]).open().since(DeviceTypes::Since52),
    row("typec", TYPEC, "typec:", &[TYPEC.hex("id", "svid"), TYPEC.hex("m", "mode").unless(7)])
        .since(DeviceTypes::Since419)
        .until(DeviceTypes::Since614),
    row("typec", TYPEC, "typec:", &[TYPEC.hex("id", "svid")]).since(DeviceTypes::Since614),
    row("ulpi", ULPI, "ulpi:", &[
        ULPI.hex("v", "vendor").digits(4, LOWER),
        ULPI.hex("p", "product").digits(4, LOWER),
    ]),
    special("usb", USB, usb::write),
    row("vchiq", VCHIQ, "vchiq:", &[VCHIQ.text("", "name")]).since(DeviceTypes::Since68),
    special("vio", VIO, open_firmware::write_vio),
    row("virtio", VIRTIO, "virtio:", &[
        VIRTIO.hex("d", "device").unless(ANY),
        VIRTIO.hex("v", "vendor").unless(ANY),
    ]).open(),
    row("vmbus", VMBUS, "vmbus:", &[VMBUS.bytes("guid")]),
    special("wmi", WMI_52, wmi::write).since(DeviceTypes::Since52).until(DeviceTypes::Since54),
    special("wmi", WMI, wmi::write).since(DeviceTypes::Since54),
    row("x86cpu", X86_CPU_419, "cpu:type:x86,", &[
        X86_CPU_419.hex("ven", "vendor").unless(0xffff),
        X86_CPU_419.hex("fam", "family").unless(0),
        X86_CPU_419.hex("mod", "model").unless(0),
        X86_CPU_419.hex(":feature:*", "feature").omitted_for(0),
    ]).open().until(DeviceTypes::Later419),
    row("x86cpu", X86_CPU_54, "cpu:type:x86,", &[
        X86_CPU_54.hex("ven", "vendor").unless(0xffff),
        X86_CPU_54.hex("fam", "family").unless(0),
        X86_CPU_54.hex("mod", "model").unless(0),
        X86_CPU_54.hex(":feature:*", "feature").omitted_for(0),
    ]).open().since(DeviceTypes::Later419).until(DeviceTypes::Since58),
    row("x86cpu", X86_CPU, "cpu:type:x86,", &[
        X86_CPU.hex("ven", "vendor").unless(0xffff),
        X86_CPU.hex("fam", "family").unless(0),
        X86_CPU.hex("mod", "model").unless(0),
        X86_CPU.hex(":feature:*", "feature").omitted_for(0),
    ]).open().since(DeviceTypes::Since58).until(DeviceTypes::Since617),
    row("x86cpu", X86_CPU_617, "cpu:type:x86,", &[
        X86_CPU_617.hex("ven", "vendor").unless(0xffff),
        X86_CPU_617.hex("fam", "family").unless(0),
        X86_CPU_617.hex("mod", "model").unless(0),
        X86_CPU_617.hex(":feature:*", "feature").omitted_for(0),
    ]).open().since(DeviceTypes::Since617),
    row("zorro", ZORRO, "zorro:", &[ZORRO.hex("i", "id").unless(ANY)]),
];
