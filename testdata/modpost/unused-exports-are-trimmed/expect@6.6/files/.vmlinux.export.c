#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "", "");

SYMBOL_CRC(printk, 0x00000000, "");
