/* Entries that modpost warns of and leaves out, or that stand in the middle although empty. */
#include "tables.h"

#define ANY (~0U)

TABLE(pci, pci_device_id, sample_pci,
	{ .vendor = 0x8086, .device = ANY, .subvendor = ANY, .subdevice = ANY,
	  .class = 0x0c0000, .class_mask = 0xf0f000 },
	{ },
	{ .vendor = 0x8086, .device = 1, .subvendor = ANY, .subdevice = ANY, .override_only = 2 },
	{ .vendor = 0x8086, .device = 2, .subvendor = ANY, .subdevice = ANY },
	{ });

TABLE(usb, usb_device_id, sample_usb, { .match_flags = 0x3 }, { .driver_info = 1 }, { });

TABLE(i2c, i2c_device_id, sample_i2c, { "quoted\"\\text" }, { "", 3 }, { });

/* Nothing but zeros, and not in the file. */
static struct spi_device_id sample_spi[2] __attribute__((used));
MODULE_DEVICE_TABLE(spi, sample_spi);

IN_ORDER("odd entries");
