#include <linux/export-internal.h>

SYMBOL_CRC(b, 0x00000000, "");
