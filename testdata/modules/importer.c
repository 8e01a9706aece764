/* Uses all of the exporter, and imports the namespaces for it. */
#include "sample.h"

int sample_nowhere(void) __attribute__((weak));

static int __init importer_begin(void)
{
	if (sample_nowhere)
		return sample_nowhere();
	schedule();
	return sample_plain(1) + sample_gpl(2) + sample_spaced(3) + sample_gpl_spaced(4) +
	       sample_weak() + sample_counter + sample_text[0];
}
module_init(importer_begin);

IN_ORDER("uses the exporter");
IMPORT(SAMPLE_SPACE);
IMPORT(SAMPLE_GPL_SPACE);
