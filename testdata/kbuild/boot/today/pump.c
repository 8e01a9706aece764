// SPDX-License-Identifier: GPL-2.0
/*
 * Exports to the modules in ../users. Since yesterday a member of struct pump got wider, one export
 * became GPL-only, and another moved into a namespace.
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
EXPORT_SYMBOL_GPL(pump_pressure);

int pump_flow(int valve)
{
	return 10 * valve;
}
EXPORT_IN(PUMP, pump_flow);

static int __init pump_init(void)
{
	pr_info("pump: today's is ready\n");
	return 0;
}
module_init(pump_init);

static void __exit pump_exit(void)
{
	pr_info("pump: today's is gone\n");
}
module_exit(pump_exit);

MODULE_DESCRIPTION("A pump, as it is today");
MODULE_LICENSE("GPL");
