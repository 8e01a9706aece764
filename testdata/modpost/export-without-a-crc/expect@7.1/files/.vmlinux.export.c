#include <linux/export-internal.h>

KSYMTAB_FUNC(b, "");
SYMBOL_FLAGS(b, 0x00);

SYMBOL_CRC(b, 0x00000000);
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
