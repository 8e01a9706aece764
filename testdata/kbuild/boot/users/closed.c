// SPDX-License-Identifier: GPL-2.0
/* Not under the GPL; uses the export that has become GPL-only. */
#include <linux/init.h>
#include <linux/module.h>

#include "pump.h"

static int __init closed_init(void)
{
	pr_info("closed: pressure %d\n", pump_pressure(3));
	return 0;
}
module_init(closed_init);

static void __exit closed_exit(void)
{
	pr_info("closed: gone\n");
}
module_exit(closed_exit);

MODULE_DESCRIPTION("A closed gauge on a pump");
MODULE_LICENSE("Proprietary");
