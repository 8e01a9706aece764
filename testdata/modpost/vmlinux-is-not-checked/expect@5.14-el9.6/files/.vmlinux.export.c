#include <linux/export-internal.h>

