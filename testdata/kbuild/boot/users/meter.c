// SPDX-License-Identifier: GPL-2.0
/* Uses the export whose type has changed. */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

static int __init meter_init(void)
{
	struct pump pump = {};

	pump_stroke(&pump);
	pump_stroke(&pump);
	pr_info("meter: %llu litres in %u strokes\n", (unsigned long long)pump.litres, pump.strokes);
	return 0;
}
module_init(meter_init);

static void __exit meter_exit(void)
{
	pr_info("meter: gone\n");
}
module_exit(meter_exit);

MODULE_DESCRIPTION("A meter on a pump");
MODULE_LICENSE("GPL");
