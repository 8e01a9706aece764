#include <linux/export-internal.h>

KSYMTAB_FUNC(b, "", "");

SYMBOL_CRC(b, 0x00000000, "");
