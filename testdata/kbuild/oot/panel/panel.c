// SPDX-License-Identifier: GPL-2.0
/* Uses both modules of ../engine and their namespaces, and what devices.c exports to it. */
#include <linux/module.h>
#include "engine.h"
#include "panel.h"

static int __init panel_begin(void)
{
	struct gauge *gauge = gauge_of(&engine_default);

	pr_info("%s: %u of %d\n", engine_phase_names[0], gauge_value(gauge), devices_count());
	return engine_start(&engine_default);
}
module_init(panel_begin);

static void __exit panel_end(void)
{
	engine_stop(&engine_default);
}
module_exit(panel_end);

MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("uses modules of two directories");
IMPORT(ENGINE_CONTROL);
IMPORT(ENGINE_TEXTS);
IMPORT(GAUGE);
