// SPDX-License-Identifier: GPL-2.0
/* Says that it is for another kernel: of two vermagics, the first counts. */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

static int __init foreign_init(void)
{
	pr_info("foreign: pressure %d\n", pump_pressure(5));
	return 0;
}
module_init(foreign_init);

static void __exit foreign_exit(void)
{
	pr_info("foreign: gone\n");
}
module_exit(foreign_exit);

MODULE_INFO(vermagic, "1.2.3-elsewhere UP mod_unload");
MODULE_DESCRIPTION("A gauge from elsewhere");
MODULE_LICENSE("GPL");
