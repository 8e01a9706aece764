/* Ranges of a USB device's version: which digits they take apart. */
#include "tables.h"

#define RANGE(low, high)                                                       \
	{ .match_flags = 0x00f, .idVendor = 0x1, .idProduct = 0x2,             \
	  .bcdDevice_lo = low, .bcdDevice_hi = high }

static const struct usb_device_id sample_ranges[] = {
	RANGE(0x0000, 0x9999), RANGE(0x0100, 0x0234), RANGE(0x0000, 0x0000), RANGE(0x9999, 0x9999),
	RANGE(0x0001, 0x0009), RANGE(0x0010, 0x0019), RANGE(0x0099, 0x0100), RANGE(0x0199, 0x1000),
	RANGE(0x1234, 0x5678), RANGE(0x0009, 0x9000), RANGE(0x0000, 0xffff), RANGE(0x000a, 0x0fff),
	RANGE(0x0abc, 0x0abd), RANGE(0x00fe, 0x0101), RANGE(0x0000, 0x00ff), RANGE(0x1000, 0xafff),
	RANGE(0x0200, 0x0100), RANGE(0x0980, 0x0a10), RANGE(0x9989, 0xffff), RANGE(0x0900, 0x09ff),
	{ .match_flags = 0x007, .idVendor = 3, .idProduct = 4, .bcdDevice_lo = 0x0150 },
	{ .match_flags = 0x007, .idVendor = 3, .idProduct = 4, .bcdDevice_lo = 0x015b },
	{ .match_flags = 0x00b, .idVendor = 3, .idProduct = 4, .bcdDevice_hi = 0x0150 },
	{ .match_flags = 0x00b, .idVendor = 3, .idProduct = 4, .bcdDevice_hi = 0xbcde },
	{ .match_flags = 0x00b, .idVendor = 3, .idProduct = 4, .bcdDevice_hi = 0x0000 },
	{ }
};
MODULE_DEVICE_TABLE(usb, sample_ranges);

IN_ORDER("ranges of versions");
