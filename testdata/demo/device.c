/* Exports two functions: one whose types reach struct device_stats, and one whose do not. */

#include "device.h"

/* What <linux/export.h> says while genksyms reads a file. */
#define EXPORT_SYMBOL(name) __GENKSYMS_EXPORT_SYMBOL(name)

int device_register(struct device *dev)
{
	dev->stats->errors = 0;
	return 0;
}
EXPORT_SYMBOL(device_register);

u32 device_api_version(void)
{
	return 1;
}
EXPORT_SYMBOL(device_api_version);
