#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "");
SYMBOL_FLAGS(printk, 0x00);
KSYMTAB_FUNC(module_layout, "");
SYMBOL_FLAGS(module_layout, 0x00);

SYMBOL_CRC(printk, 0x00000012);
SYMBOL_CRC(module_layout, 0x9060323f);
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
