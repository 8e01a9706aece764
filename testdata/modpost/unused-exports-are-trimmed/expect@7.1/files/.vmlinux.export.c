#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "");
SYMBOL_FLAGS(printk, 0x00);

SYMBOL_CRC(printk, 0x00000000);
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
