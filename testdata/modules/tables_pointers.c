/* Device tables whose entries have pointers. */
#include "tables.h"

TABLE(pcmcia, pcmcia_device_id, sample_pcmcia,
	{ .match_flags = 0x1ff, .manf_id = 0x101, .card_id = 0x35, .func_id = 6, .function = 1,
	  .device_no = 2, .prod_id_hash = { 0x11111111, 0x22222222, 0x33333333, 0xabcdef12 } },
	{ .match_flags = 0x003, .manf_id = 0xffff, .card_id = 0xc00f },
	{ .match_flags = 0x0f0, .prod_id_hash = { 1, 2, 3, 4 } },
	{ });

TABLE(hdaudio, hda_device_id, sample_hdaudio,
	{ .vendor_id = 0x10ec0280, .rev_id = 0x100101, .api_version = 1 },
	{ .vendor_id = 0x10ec0281 }, { .rev_id = 2, .api_version = 0xfe }, { });

TABLE(i3c, i3c_device_id, sample_i3c,
	{ .match_flags = 0xf, .dcr = 0xc8, .manuf_id = 0x104, .part_id = 0x6c, .extra_info = 9 },
	{ .match_flags = 0x1, .dcr = 0x44 }, { .match_flags = 0x6, .manuf_id = 1, .part_id = 2 },
	{ });

TABLE(amba, amba_id, sample_amba,
	{ .id = 0x00041010, .mask = 0x000fffff },
	{ .id = 0x00000061, .mask = 0x000ff0ff },
	{ .id = 0x00041011, .mask = 0x000ffffb },
	{ .id = 0x80000000, .mask = 0x90000003 },
	{ });

TABLE(of, of_device_id, sample_of,
	{ .compatible = "sample,device" },
	{ .name = "sample", .type = "network", .compatible = "sample,a b" },
	{ .name = "no compatible" }, { .type = "serial" },
	{ .compatible = "a,compatible-that-is-quite-long,with-commas,and.dots_and+more" },
	{ });

TABLE(dmi, dmi_system_id, sample_dmi,
	{ .ident = "no match at all", .driver_data = (void *)1 },
	{ .matches = { DMI_MATCH(DMI_SYS_VENDOR, "A Vendor: & Sons"),
	  DMI_EXACT_MATCH(DMI_PRODUCT_NAME, "Model\t1\x7f\xc3") } },
	{ .matches = { DMI_MATCH(DMI_CHASSIS_VERSION, "z"), DMI_MATCH(DMI_BIOS_VENDOR, "a"),
	  DMI_MATCH(DMI_BOARD_NAME, "x y"), DMI_MATCH(DMI_CHASSIS_TYPE, "10") } },
	{ .matches = { DMI_MATCH(DMI_BIOS_DATE, "01/01/"), DMI_MATCH(DMI_PRODUCT_UUID, "none"),
	  DMI_MATCH(DMI_BIOS_DATE, "2026"), DMI_MATCH(DMI_EC_FIRMWARE_RELEASE, "") } },
	{ });

TABLE(wmi, wmi_device_id, sample_wmi,
	{ .guid_string = "05901221-D566-11D1-B2F0-00A0C9062910" },
	{ .guid_string = "97845ed0-4e6d-11de-8a39-0800200c9a66" }, { });

IN_ORDER("device tables with pointers");
