/* May not use what is for the GPL only. */
#include "sample.h"

int init_module(void);

int init_module(void)
{
	return sample_plain(1) + sample_gpl(2) + sample_gpl_spaced(3);
}

MODULE_LICENSE("Dual MIT/GPL");
MODULE_LICENSE("Proprietary");
MODULE_DESCRIPTION("must not use all of the exporter");
IMPORT(SAMPLE_GPL_SPACE);
