/* Its export has no checksum: there is none for what assembler declares. */
#include "sample.h"

int unversioned_in_c(void)
{
	return 1;
}
EXPORT_SYMBOL(unversioned_in_c);

IN_ORDER("has an export without a checksum");
