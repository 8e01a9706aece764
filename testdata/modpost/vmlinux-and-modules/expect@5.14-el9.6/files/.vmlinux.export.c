#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "", "");
KSYMTAB_FUNC(module_layout, "", "");

SYMBOL_CRC(printk, 0x00000012, "");
SYMBOL_CRC(module_layout, 0x9060323f, "");
