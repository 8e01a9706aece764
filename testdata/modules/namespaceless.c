/* Uses what is in namespaces without importing them. */
#include "sample.h"

static int __init namespaceless_begin(void)
{
	return sample_spaced(3) + sample_gpl_spaced(4);
}
module_init(namespaceless_begin);

IN_ORDER("forgets its namespaces");
