#include <linux/export-internal.h>

SYMBOL_CRC(printk, 0x00000012, "");
SYMBOL_CRC(init_module, 0x00000034, "_gpl");
