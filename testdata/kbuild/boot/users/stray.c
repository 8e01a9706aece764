// SPDX-License-Identifier: GPL-2.0
/* Uses the export that has moved into a namespace, and does not import that. */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

static int __init stray_init(void)
{
	pr_info("stray: flow %d\n", pump_flow(4));
	return 0;
}
module_init(stray_init);

static void __exit stray_exit(void)
{
	pr_info("stray: gone\n");
}
module_exit(stray_exit);

MODULE_DESCRIPTION("A stray gauge on a pump");
MODULE_LICENSE("GPL");
