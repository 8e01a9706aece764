/* A module that uses the driver core: it needs one of its exports, and serves one i2c device. */

#include "device.h"

#define MODULE_INFO(tag, value) \
	static const char modinfo_##tag[] __attribute__((section(".modinfo"), used)) = #tag "=" value
MODULE_INFO(license, "GPL");

/* As <linux/mod_devicetable.h> has it. */
struct i2c_device_id {
	char name[20];
	unsigned long driver_data;
};

const struct i2c_device_id pump_ids[] = { { "pump3000", 0 }, { "", 0 } };

/* What MODULE_DEVICE_TABLE(i2c, pump_ids) says. */
extern const struct i2c_device_id __mod_i2c__pump_ids_device_table[2]
	__attribute__((unused, alias("pump_ids")));

static struct device_stats stats;
static struct device pump = { "pump", &stats, 0 };

int init_module(void)
{
	return device_register(&pump);
}
