/* Device tables of numbers: each field set, each field "any", and combinations. */
#include "tables.h"

#define ANY (~0U)

TABLE(pci, pci_device_id, sample_pci,
	{ .vendor = 0x8086, .device = 0x10de, .subvendor = ANY, .subdevice = ANY },
	{ .vendor = ANY, .device = ANY, .subvendor = 0x1af4, .subdevice = 0xabcd },
	{ .vendor = ANY, .device = ANY, .subvendor = ANY, .subdevice = ANY,
	  .class = 0x0c0330, .class_mask = 0xffffff },
	{ .vendor = 0x10ec, .device = ANY, .subvendor = ANY, .subdevice = ANY,
	  .class = 0x020000, .class_mask = 0xffff00 },
	{ .vendor = 0x10ec, .device = ANY, .subvendor = ANY, .subdevice = ANY,
	  .class = 0x020000, .class_mask = 0xff0000 },
	{ .vendor = 0x1002, .device = 0x12345678, .subvendor = 0, .subdevice = 0,
	  .override_only = 1 },
	{ });

TABLE(usb, usb_device_id, sample_usb,
	{ .match_flags = 0x003, .idVendor = 0x1d6b, .idProduct = 0x0002 },
	{ .match_flags = 0x001, .idVendor = 0xffff },
	{ .match_flags = 0x070, .idVendor = 1, .bDeviceClass = 9, .bDeviceSubClass = 0xa,
	  .bDeviceProtocol = 0xbc },
	{ .match_flags = 0x380, .bInterfaceClass = 0xff, .bInterfaceSubClass = 0x42,
	  .bInterfaceProtocol = 1 },
	{ .match_flags = 0x783, .idVendor = 0x12d1, .idProduct = 0x1573, .bInterfaceClass = 2,
	  .bInterfaceSubClass = 3, .bInterfaceProtocol = 4, .bInterfaceNumber = 0x5 },
	{ .match_flags = 0x400, .driver_info = 7 },
	{ });

TABLE(hid, hid_device_id, sample_hid,
	{ .bus = 3, .group = 1, .vendor = 0x46d, .product = 0xc52b },
	{ .bus = 0xffff, .group = 0, .vendor = ANY, .product = ANY },
	{ .bus = 5, .group = 0, .vendor = 0, .product = ANY },
	{ });

TABLE(ieee1394, ieee1394_device_id, sample_ieee1394,
	{ .match_flags = 0xf, .vendor_id = 1, .model_id = 2, .specifier_id = 0xa02d,
	  .version = 0x100 },
	{ .match_flags = 0xc, .specifier_id = 0x609e, .version = 0x10483 },
	{ .match_flags = 0x3, .vendor_id = 0xffffffff, .model_id = 0xabcdef },
	{ });

TABLE(ccw, ccw_device_id, sample_ccw,
	{ .match_flags = 0xf, .cu_type = 0x3990, .cu_model = 1, .dev_type = 0x3390,
	  .dev_model = 0xa },
	{ .match_flags = 0x1, .cu_type = 0x3088 },
	{ .match_flags = 0xe, .cu_model = 0x60, .dev_type = 0x1731, .dev_model = 5 },
	{ });

TABLE(ap, ap_device_id, sample_ap,
	{ .match_flags = 1, .dev_type = 10 }, { .match_flags = 2, .dev_type = 0xff }, { });

TABLE(css, css_device_id, sample_css,
	{ .match_flags = 1, .type = 3 }, { .match_flags = 1, .type = 0x1f }, { });

TABLE(serio, serio_device_id, sample_serio,
	{ .type = 1, .extra = 0xff, .id = 0xff, .proto = 0x22 },
	{ .type = 0xff, .extra = 2, .id = 0x3, .proto = 0xff },
	{ });

TABLE(sdw, sdw_device_id, sample_sdw,
	{ .mfg_id = 0x25d, .part_id = 0x700, .sdw_version = 2, .class_id = 1 },
	{ .mfg_id = 0x25d, .part_id = 0x701 }, { .part_id = 3, .class_id = 0xab }, { });

TABLE(parisc, parisc_device_id, sample_parisc,
	{ .hw_type = 7, .hversion_rev = 0xff, .hversion = 0xffff, .sversion = 0x70 },
	{ .hw_type = 0xff, .hversion_rev = 3, .hversion = 0x501, .sversion = ANY },
	{ });

TABLE(sdio, sdio_device_id, sample_sdio,
	{ .class = 7, .vendor = 0x2d0, .device = 0xa94d },
	{ .class = 0xff, .vendor = 0x2d0, .device = 0xffff },
	{ .class = 1, .vendor = 0xffff, .device = 0xffff },
	{ });

TABLE(ssb, ssb_device_id, sample_ssb,
	{ .vendor = 0x4243, .coreid = 0x812, .revision = 0x10 },
	{ .vendor = 0xffff, .coreid = 0xffff, .revision = 0xff },
	{ });

TABLE(bcma, bcma_device_id, sample_bcma,
	{ .manuf = 0x4bf, .id = 0x812, .rev = 0x1d, .class = 0xff },
	{ .manuf = 0xffff, .id = 0xffff, .rev = 0xff, .class = 0xa },
	{ });

TABLE(virtio, virtio_device_id, sample_virtio,
	{ .device = 1, .vendor = ANY }, { .device = ANY, .vendor = 0x1af4 }, { });

TABLE(mdio, mdio_device_id, sample_mdio,
	{ .phy_id = 0x01410cb0, .phy_id_mask = 0xfffffff0 },
	{ .phy_id = 0xffffffff, .phy_id_mask = 0xffffffff },
	{ .phy_id = 0x80000001, .phy_id_mask = 0x80000001 },
	{ });

TABLE(zorro, zorro_device_id, sample_zorro,
	{ .id = 0x08510100 }, { .id = ANY }, { });

TABLE(isapnp, isapnp_device_id, sample_isapnp,
	{ .card_vendor = 0xffff, .card_device = 0xffff, .vendor = 0x8c0e, .function = 0x5190 },
	{ .card_vendor = 0x630e, .card_device = 0x3400, .vendor = 0xd041, .function = 0x0705 },
	{ });

TABLE(ipack, ipack_device_id, sample_ipack,
	{ .format = 1, .vendor = 0xf0, .device = 0x22 },
	{ .format = 0xff, .vendor = ANY, .device = ANY },
	{ });

TABLE(mipscdmm, mips_cdmm_device_id, sample_mipscdmm, { .type = 0xfd }, { .type = 1 }, { });

TABLE(x86cpu, x86_cpu_id, sample_x86cpu,
	{ .vendor = 0, .family = 6, .model = 0x9e, .feature = 0 },
	{ .vendor = 0xffff, .family = 0, .model = 0, .feature = 0x99 },
	{ .vendor = 2, .family = 0x17, .model = 0, .feature = 0x1a3 },
	{ });

TABLE(cpu, cpu_feature, sample_cpu, { .feature = 3 }, { .feature = 0xabcd }, { });

TABLE(rapidio, rio_device_id, sample_rapidio,
	{ .did = 0x56d, .vid = 0x38, .asm_did = 0xffff, .asm_vid = 0xffff },
	{ .did = 0xffff, .vid = 0xffff, .asm_did = 1, .asm_vid = 2 },
	{ });

TABLE(ulpi, ulpi_device_id, sample_ulpi, { .vendor = 0x424, .product = 0xA }, { });

TABLE(typec, typec_device_id, sample_typec,
	{ .svid = 0xff01, .mode = 1 }, { .svid = 0x8087, .mode = 7 }, { });

TABLE(ssam, ssam_device_id, sample_ssam,
	{ .match_flags = 7, .domain = 1, .category = 2, .target = 1, .instance = 0xa,
	  .function = 0xff },
	{ .match_flags = 0, .domain = 0, .category = 0x15 },
	{ .match_flags = 2, .domain = 1, .category = 0x26, .instance = 0xfc },
	{ });

TABLE(dfl, dfl_device_id, sample_dfl, { .type = 0, .feature_id = 0xf },
	{ .type = 0xabc, .feature_id = 0x1000 }, { });

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
TABLE(cdx, cdx_device_id, sample_cdx,
	{ .vendor = 0x10ee, .device = 0x8084, .subvendor = 0xffff, .subdevice = 0xffff },
	{ .vendor = 0xffff, .device = 0xffff, .subvendor = 0x1, .subdevice = 0x2,
	  .class = 0x123456, .class_mask = 0xffffff, .override_only = 1 },
	{ .vendor = 1, .device = 2, .class = 0xabcdef, .class_mask = 0xffff00 },
	{ });

TABLE(coreboot, coreboot_device_id, sample_coreboot, { .tag = 0x12 }, { .tag = 0xcafe0001 },
	{ });

TABLE(slim, slim_device_id, sample_slim,
	{ .manf_id = 0x217, .prod_code = 0x250, .dev_index = 1, .instance = 0 },
	{ .manf_id = 0xffff, .prod_code = 1 }, { });
#endif

IN_ORDER("device tables of numbers");
