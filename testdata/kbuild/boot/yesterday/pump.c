// SPDX-License-Identifier: GPL-2.0
/*
 * Exports to the modules in ../users. See ../today for what changed.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

void pump_stroke(struct pump *pump)
{
	pump->strokes++;
	pump->litres += 5;
}
EXPORT_SYMBOL(pump_stroke);

int pump_pressure(int valve)
{
	return 100 + valve;
}
EXPORT_SYMBOL(pump_pressure);

int pump_flow(int valve)
{
	return 10 * valve;
}
EXPORT_SYMBOL(pump_flow);

static int __init pump_init(void)
{
	pr_info("pump: yesterday's is ready\n");
	return 0;
}
module_init(pump_init);

static void __exit pump_exit(void)
{
	pr_info("pump: yesterday's is gone\n");
}
module_exit(pump_exit);

MODULE_DESCRIPTION("A pump, as it was yesterday");
MODULE_LICENSE("GPL");
