#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "");
SYMBOL_FLAGS(printk, 0x00);
KSYMTAB_FUNC(init_module, "X");
SYMBOL_FLAGS(init_module, 0x01);

SYMBOL_CRC(printk, 0x00000012);
SYMBOL_CRC(init_module, 0x00000034);
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
