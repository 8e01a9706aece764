#include <linux/export-internal.h>

KSYMTAB_FUNC(printk, "", "");
KSYMTAB_FUNC(init_module, "_gpl", "X");

SYMBOL_CRC(printk, 0x00000012, "");
SYMBOL_CRC(init_module, 0x00000034, "_gpl");
