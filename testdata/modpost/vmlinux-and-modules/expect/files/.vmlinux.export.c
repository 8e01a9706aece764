#include <linux/export-internal.h>

SYMBOL_CRC(printk, 0x00000012, "");
SYMBOL_CRC(module_layout, 0x9060323f, "");
