//! The members of the entries of each table, in alphabetical order of the tables: facts of the kernel's
//! interface, of which only the types and the order matter.
//!
//! Members that no alias contains are listed too, since they take up space.

use super::fields::Fields;
use super::fields::Kind::{BitsUpTo, Bytes, U8, U16, U32, Word};

pub(super) const ACPI: Fields =
    Fields(&[("id", Bytes(16)), ("driver_data", Word), ("cls", U32), ("cls_msk", U32)]);

/// Up to 5.17 or 5.18.
pub(super) const ACPI_58: Fields =
    Fields(&[("id", Bytes(9)), ("driver_data", Word), ("cls", U32), ("cls_msk", U32)]);

pub(super) const AMBA: Fields = Fields(&[("id", U32), ("mask", U32), ("data", Word)]);

pub(super) const AP: Fields =
    Fields(&[("match_flags", U16), ("dev_type", U8), ("driver_info", Word)]);

/// From 7.3 on.
pub(super) const AP_73: Fields = Fields(&[("match_flags", U16), ("dev_type", U8)]);

pub(super) const AUXILIARY: Fields = Fields(&[("name", Bytes(32)), ("driver_data", Word)]);

/// From 6.19 on.
pub(super) const AUXILIARY_619: Fields = Fields(&[("name", Bytes(40)), ("driver_data", Word)]);

pub(super) const BCMA: Fields = Fields(&[("manuf", U16), ("id", U16), ("rev", U8), ("class", U8)]);

pub(super) const CCW: Fields = Fields(&[
    ("match_flags", U16),
    ("cu_type", U16),
    ("dev_type", U16),
    ("cu_model", U8),
    ("dev_model", U8),
    ("driver_info", Word),
]);

pub(super) const CDX: Fields = Fields(&[
    ("vendor", U16),
    ("device", U16),
    ("subvendor", U16),
    ("subdevice", U16),
    ("class", U32),
    ("class_mask", U32),
    ("override_only", U32),
]);

/// From 6.4 to 6.7.
pub(super) const CDX_64: Fields =
    Fields(&[("vendor", U16), ("device", U16), ("override_only", U32)]);

pub(super) const COREBOOT: Fields = Fields(&[("tag", U32), ("driver_data", Word)]);

pub(super) const CPU: Fields = Fields(&[("feature", U16)]);

pub(super) const CSS: Fields = Fields(&[("match_flags", U8), ("type", U8), ("driver_data", Word)]);

pub(super) const DFL: Fields = Fields(&[("type", U16), ("feature_id", U16), ("driver_data", Word)]);

pub(super) const DMI: Fields = Fields(&[
    ("callback", Word),
    ("ident", Word),
    ("slot 0", U8),
    ("text 0", Bytes(79)),
    ("slot 1", U8),
    ("text 1", Bytes(79)),
    ("slot 2", U8),
    ("text 2", Bytes(79)),
    ("slot 3", U8),
    ("text 3", Bytes(79)),
    ("driver_data", Word),
]);

pub(super) const EISA: Fields = Fields(&[("sig", Bytes(8)), ("driver_data", Word)]);

pub(super) const FSL_MC: Fields = Fields(&[("vendor", U16), ("obj_type", Bytes(16))]);

pub(super) const HDAUDIO: Fields = Fields(&[
    ("vendor_id", U32),
    ("rev_id", U32),
    ("api_version", U8),
    ("name", Word),
    ("driver_data", Word),
]);

pub(super) const HID: Fields = Fields(&[
    ("bus", U16),
    ("group", U16),
    ("vendor", U32),
    ("product", U32),
    ("driver_data", Word),
]);

pub(super) const I2C: Fields = Fields(&[("name", Bytes(20)), ("driver_data", Word)]);

pub(super) const I3C: Fields = Fields(&[
    ("match_flags", U8),
    ("dcr", U8),
    ("manuf_id", U16),
    ("part_id", U16),
    ("extra_info", U16),
    ("data", Word),
]);

pub(super) const IEEE1394: Fields = Fields(&[
    ("match_flags", U32),
    ("vendor_id", U32),
    ("model_id", U32),
    ("specifier_id", U32),
    ("version", U32),
    ("driver_data", Word),
]);

pub(super) const INPUT: Fields = Fields(&[
    ("flags", Word),
    ("bustype", U16),
    ("vendor", U16),
    ("product", U16),
    ("version", U16),
    ("evbit", BitsUpTo(0x1f)),
    ("keybit", BitsUpTo(0x2ff)),
    ("relbit", BitsUpTo(0xf)),
    ("absbit", BitsUpTo(0x3f)),
    ("mscbit", BitsUpTo(0x7)),
    ("ledbit", BitsUpTo(0xf)),
    ("sndbit", BitsUpTo(0x7)),
    ("ffbit", BitsUpTo(0x7f)),
    ("swbit", BitsUpTo(0x10)),
    ("propbit", BitsUpTo(0x1f)),
    ("driver_info", Word),
]);

pub(super) const IPACK: Fields = Fields(&[("format", U8), ("vendor", U32), ("device", U32)]);

pub(super) const ISAPNP: Fields = Fields(&[
    ("card_vendor", U16),
    ("card_device", U16),
    ("vendor", U16),
    ("function", U16),
    ("driver_data", Word),
]);

pub(super) const ISHTP: Fields = Fields(&[("guid", Bytes(16)), ("driver_data", Word)]);

pub(super) const MCB: Fields = Fields(&[("device", U16), ("driver_data", Word)]);

pub(super) const MDIO: Fields = Fields(&[("phy_id", U32), ("phy_id_mask", U32)]);

pub(super) const MEI: Fields =
    Fields(&[("name", Bytes(32)), ("uuid", Bytes(16)), ("version", U8), ("driver_info", Word)]);

pub(super) const MHI: Fields = Fields(&[("chan", Bytes(32)), ("driver_data", Word)]);

pub(super) const MIPS_CDMM: Fields = Fields(&[("type", U8)]);

pub(super) const OF: Fields =
    Fields(&[("name", Bytes(32)), ("type", Bytes(32)), ("compatible", Bytes(128)), ("data", Word)]);

pub(super) const PARISC: Fields =
    Fields(&[("hw_type", U8), ("hversion_rev", U8), ("hversion", U16), ("sversion", U32)]);

pub(super) const PCI: Fields = Fields(&[
    ("vendor", U32),
    ("device", U32),
    ("subvendor", U32),
    ("subdevice", U32),
    ("class", U32),
    ("class_mask", U32),
    ("driver_data", Word),
    ("override_only", U32),
]);

/// Up to 5.14.
pub(super) const PCI_58: Fields = Fields(&[
    ("vendor", U32),
    ("device", U32),
    ("subvendor", U32),
    ("subdevice", U32),
    ("class", U32),
    ("class_mask", U32),
    ("driver_data", Word),
]);

pub(super) const PCMCIA: Fields = Fields(&[
    ("match_flags", U16),
    ("manf_id", U16),
    ("card_id", U16),
    ("func_id", U8),
    ("function", U8),
    ("device_no", U8),
    ("prod_id_hash 0", U32),
    ("prod_id_hash 1", U32),
    ("prod_id_hash 2", U32),
    ("prod_id_hash 3", U32),
    ("prod_id 0", Word),
    ("prod_id 1", Word),
    ("prod_id 2", Word),
    ("prod_id 3", Word),
    ("driver_info", Word),
    ("cisfile", Word),
]);

pub(super) const PLATFORM: Fields = Fields(&[("name", Bytes(20)), ("driver_data", Word)]);

/// From 6.15, 6.16 or 6.17 on.
pub(super) const PLATFORM_617: Fields = Fields(&[("name", Bytes(24)), ("driver_data", Word)]);

pub(super) const PNP: Fields = Fields(&[("id", Bytes(8)), ("driver_data", Word)]);

pub(super) const PNP_CARD: Fields = Fields(&[
    ("id", Bytes(8)),
    ("driver_data", Word),
    ("device 0", Bytes(8)),
    ("device 1", Bytes(8)),
    ("device 2", Bytes(8)),
    ("device 3", Bytes(8)),
    ("device 4", Bytes(8)),
    ("device 5", Bytes(8)),
    ("device 6", Bytes(8)),
    ("device 7", Bytes(8)),
]);

pub(super) const RAPIDIO: Fields =
    Fields(&[("did", U16), ("vid", U16), ("asm_did", U16), ("asm_vid", U16)]);

pub(super) const RPMSG: Fields = Fields(&[("name", Bytes(32)), ("driver_data", Word)]);

/// Up to 5.10.
pub(super) const RPMSG_58: Fields = Fields(&[("name", Bytes(32))]);

pub(super) const SDIO: Fields =
    Fields(&[("class", U8), ("vendor", U16), ("device", U16), ("driver_data", Word)]);

pub(super) const SDW: Fields = Fields(&[
    ("mfg_id", U16),
    ("part_id", U16),
    ("sdw_version", U8),
    ("class_id", U8),
    ("driver_data", Word),
]);

/// Up to 5.8.
pub(super) const SDW_58: Fields =
    Fields(&[("mfg_id", U16), ("part_id", U16), ("driver_data", Word)]);

pub(super) const SERIO: Fields = Fields(&[("type", U8), ("extra", U8), ("id", U8), ("proto", U8)]);

pub(super) const SLIM: Fields = Fields(&[
    ("manf_id", U16),
    ("prod_code", U16),
    ("dev_index", U16),
    ("instance", U16),
    ("driver_data", Word),
]);

pub(super) const SPI: Fields = Fields(&[("name", Bytes(32)), ("driver_data", Word)]);

pub(super) const SSAM: Fields = Fields(&[
    ("match_flags", U8),
    ("domain", U8),
    ("category", U8),
    ("target", U8),
    ("instance", U8),
    ("function", U8),
    ("driver_data", Word),
]);

pub(super) const SSB: Fields =
    Fields(&[("vendor", U16), ("coreid", U16), ("revision", U8), ("padding", U8)]);

pub(super) const TB_SERVICE: Fields = Fields(&[
    ("match_flags", U32),
    ("protocol_key", Bytes(9)),
    ("protocol_id", U32),
    ("protocol_version", U32),
    ("protocol_revision", U32),
    ("driver_data", Word),
]);

pub(super) const TEE: Fields = Fields(&[("uuid", Bytes(16))]);

pub(super) const TYPEC: Fields = Fields(&[("svid", U16), ("mode", U8), ("driver_data", Word)]);

pub(super) const ULPI: Fields = Fields(&[("vendor", U16), ("product", U16), ("driver_data", Word)]);

pub(super) const USB: Fields = Fields(&[
    ("match_flags", U16),
    ("idVendor", U16),
    ("idProduct", U16),
    ("bcdDevice_lo", U16),
    ("bcdDevice_hi", U16),
    ("bDeviceClass", U8),
    ("bDeviceSubClass", U8),
    ("bDeviceProtocol", U8),
    ("bInterfaceClass", U8),
    ("bInterfaceSubClass", U8),
    ("bInterfaceProtocol", U8),
    ("bInterfaceNumber", U8),
    ("driver_info", Word),
]);

pub(super) const VCHIQ: Fields = Fields(&[("name", Bytes(32))]);

pub(super) const VIO: Fields = Fields(&[("type", Bytes(32)), ("compat", Bytes(32))]);

pub(super) const VIRTIO: Fields = Fields(&[("device", U32), ("vendor", U32)]);

pub(super) const VMBUS: Fields = Fields(&[("guid", Bytes(16)), ("driver_data", Word)]);

pub(super) const WMI: Fields = Fields(&[("guid_string", Bytes(37)), ("context", Word)]);

/// In 5.2.
pub(super) const WMI_52: Fields = Fields(&[("guid_string", Bytes(37))]);

pub(super) const X86_CPU: Fields = Fields(&[
    ("vendor", U16),
    ("family", U16),
    ("model", U16),
    ("steppings", U16),
    ("feature", U16),
    ("flags", U16),
    ("driver_data", Word),
]);

/// In 4.19, before one of its point releases.
pub(super) const X86_CPU_419: Fields = Fields(&[
    ("vendor", U16),
    ("family", U16),
    ("model", U16),
    ("feature", U16),
    ("driver_data", Word),
]);

/// Later up to 5.7.
pub(super) const X86_CPU_54: Fields = Fields(&[
    ("vendor", U16),
    ("family", U16),
    ("model", U16),
    ("feature", U16),
    ("driver_data", Word),
    ("steppings", U16),
]);

/// From 6.15, 6.16 or 6.17 on.
pub(super) const X86_CPU_617: Fields = Fields(&[
    ("vendor", U16),
    ("family", U16),
    ("model", U16),
    ("steppings", U16),
    ("feature", U16),
    ("flags", U16),
    ("type", U8),
    ("driver_data", Word),
]);

pub(super) const ZORRO: Fields = Fields(&[("id", U32), ("driver_data", Word)]);
