/* Has no license. */
#include "sample.h"

MODULE_DESCRIPTION("has no license");

void cleanup_module(void);

void cleanup_module(void)
{
	sample_plain(1);
}
