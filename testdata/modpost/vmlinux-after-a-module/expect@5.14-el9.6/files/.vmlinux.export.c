#include <linux/export-internal.h>

KSYMTAB_FUNC(a, "", "");
