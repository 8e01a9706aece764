// SPDX-License-Identifier: GPL-2.0
/* Says that it is for another release of the same kind: of two vermagics, the first counts. */
#include <linux/init.h>
#include <linux/module.h>

/* Kbuild alone may include this. */
#define INCLUDE_VERMAGIC
#include <linux/vermagic.h>
#undef UTS_RELEASE
#define UTS_RELEASE "1.2.3-elsewhere"

#include "pump.h"

static int __init moved_init(void)
{
	pr_info("moved: pressure %d\n", pump_pressure(6));
	return 0;
}
module_init(moved_init);

static void __exit moved_exit(void)
{
	pr_info("moved: gone\n");
}
module_exit(moved_exit);

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_DESCRIPTION("A gauge of another release");
MODULE_LICENSE("GPL");
