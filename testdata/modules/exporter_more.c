/* The exports in namespaces, and one that may be replaced. */
#include "sample.h"
#include "exporter.h"

int sample_spaced(int value)
{
	return value * sample_counter;
}
EXPORT_IN(SAMPLE_SPACE, sample_spaced);

int sample_gpl_spaced(int value)
{
	return value ^ sample_counter;
}
EXPORT_GPL_IN(SAMPLE_GPL_SPACE, sample_gpl_spaced);

int __attribute__((weak)) sample_weak(void)
{
	return 3;
}
EXPORT_SYMBOL(sample_weak);

int exporter_part(int value)
{
	return value ? sample_weak() : 0;
}
