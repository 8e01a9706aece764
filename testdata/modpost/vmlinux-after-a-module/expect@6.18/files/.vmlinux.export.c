#include <linux/export-internal.h>

KSYMTAB_FUNC(a, "", "");
#include <linux/module.h>
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX
