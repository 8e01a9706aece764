#include <linux/export-internal.h>

KSYMTAB_FUNC(a, "");
SYMBOL_FLAGS(a, 0x00);
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
