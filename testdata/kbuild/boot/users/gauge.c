// SPDX-License-Identifier: GPL-2.0
/* Uses all that pump.ko exports, and all of it as it should. */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

static int __init gauge_init(void)
{
	struct pump pump = {};

	pump_stroke(&pump);
	pr_info("gauge: %llu litres, pressure %d, flow %d\n", (unsigned long long)pump.litres,
		pump_pressure(1), pump_flow(2));
	return 0;
}
module_init(gauge_init);

static void __exit gauge_exit(void)
{
	pr_info("gauge: gone\n");
}
module_exit(gauge_exit);

MODULE_DESCRIPTION("A gauge on a pump");
MODULE_LICENSE("GPL");
IMPORT(PUMP);
