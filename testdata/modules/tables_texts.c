/* Device tables of texts, bits, and universally unique numbers. */
#include "tables.h"

#define UUID { { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8 } }

TABLE(acpi, acpi_device_id, sample_acpi,
	{ .id = "ABCD0123" }, { .id = "PNP0C09", .driver_data = 1 },
	{ .cls = 0x010601, .cls_msk = 0xffffff }, { .cls = 0x0c0330, .cls_msk = 0xff00ff },
	{ .cls = 0x0c0330, .cls_msk = 0xffff00 },
	{ });

TABLE(pnp, pnp_device_id, sample_pnp, { .id = "pnp0501" }, { .id = "WACf00A" }, { });

TABLE(pnp_card, pnp_card_device_id, sample_cards,
	{ .id = "CTL0024", .devs = { { "CTL0031" }, { "CTL7001" } } },
	{ .id = "CTL0025", .devs = { { "CTL0031" }, { "ctl7002" }, { "ctl7002" } } },
	{ .id = "CTL0026", .devs = { { "aaa0000" }, { "aaa0001" }, { "aaa0002" }, { "aaa0003" },
	  { "aaa0004" }, { "aaa0005" }, { "aaa0006" }, { "aaa0007" } } },
	{ });

TABLE(vio, vio_device_id, sample_vio,
	{ "network", "IBM,l lan" }, { "", "IBM,v-scsi" }, { "vty", "" }, { });

/* In longs of either size the same bits are set by numbers that fit in 32 bits. */
TABLE(input, input_device_id, sample_input,
	{ .flags = 0x0f, .bustype = 3, .vendor = 0x45e, .product = 0x28e, .version = 0x114 },
	{ .flags = 0x90, .evbit = { 0xb }, .absbit = { 0x3, 0x1 } },
	{ .flags = 0x1ff0, .evbit = { 0x80000001 }, .keybit = { [3] = 0xc0020000, [8] = 1 },
	  .relbit = { 0x8001 }, .absbit = { 0x80000000 }, .mscbit = { 0x81 },
	  .ledbit = { 0x8001 }, .sndbit = { 0x81 }, .ffbit = { 0, 0x80010000 },
	  .swbit = { 0x10001 } },
	{ });

TABLE(eisa, eisa_device_id, sample_eisa, { "ADP7771", 1 }, { "TCM5094" }, { "" });

TABLE(vmbus, hv_vmbus_device_id, sample_vmbus, { .guid = UUID }, { });

TABLE(rpmsg, rpmsg_device_id, sample_rpmsg, { "rpmsg-sample" }, { "x" }, { });
TABLE(i2c, i2c_device_id, sample_i2c, { "sample24c02", 2 }, { "nineteen-bytes-here" }, { });
TABLE(spi, spi_device_id, sample_spi, { "spi-sample", 2 }, { });
TABLE(platform, platform_device_id, sample_platform, { "sample-platform" }, { "b" }, { });

TABLE(mei, mei_cl_device_id, sample_mei,
	{ .name = "sample", .uuid = UUID, .version = 0xff },
	{ .name = "", .uuid = UUID, .version = 0x1 },
	{ });

TABLE(fslmc, fsl_mc_device_id, sample_fslmc, { .vendor = 0x1957, .obj_type = "dprc" }, { });

TABLE(tbsvc, tb_service_id, sample_tbsvc,
	{ .match_flags = 0xf, .protocol_key = "network", .protocol_id = 1, .protocol_version = 2,
	  .protocol_revision = 0xabc },
	{ .match_flags = 0x2, .protocol_id = 0xffffffff }, { .match_flags = 1, .protocol_key = "k" },
	{ });

TABLE(tee, tee_client_device_id, sample_tee, { UUID }, { });

TABLE(mhi, mhi_device_id, sample_mhi, { .chan = "IP_HW0" }, { .chan = "DIAG" }, { });
TABLE(mhi_ep, mhi_device_id, sample_mhi_ep, { .chan = "IP_SW0" }, { });
TABLE(auxiliary, auxiliary_device_id, sample_auxiliary, { .name = "mlx5_core.eth" }, { });
TABLE(ishtp, ishtp_device_id, sample_ishtp, { .guid = UUID }, { });

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
TABLE(vchiq, vchiq_device_id, sample_vchiq, { "bcm2835-audio" }, { });
#endif

/* A type that modpost does not know, and one whose name begins like another's. */
TABLE(nosuchbus, i2c_device_id, sample_unknown, { "unknown" }, { });
TABLE(pci_epf, pci_epf_device_id, sample_epf, { "pci_epf_sample" }, { });

IN_ORDER("device tables of texts");
