// SPDX-License-Identifier: GPL-2.0
/*
 * Says in two words how its kernel is preempted. No kernel has both, not even with CONFIG_PREEMPT_RT.
 * Of two vermagics, the first counts.
 */
#include <linux/init.h>
#include <linux/module.h>

/* Kbuild alone may include this. */
#define INCLUDE_VERMAGIC
#include <linux/vermagic.h>
#undef MODULE_VERMAGIC_PREEMPT
#define MODULE_VERMAGIC_PREEMPT "preempt preempt_rt "

#include "pump.h"

static int __init flavour_init(void)
{
	pr_info("flavour: pressure %d\n", pump_pressure(7));
	return 0;
}
module_init(flavour_init);

static void __exit flavour_exit(void)
{
	pr_info("flavour: gone\n");
}
module_exit(flavour_exit);

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_DESCRIPTION("A gauge of another flavour");
MODULE_LICENSE("GPL");
