/* Exports what the exporter and the kernel export. */
#include "sample.h"

int sample_plain(int value)
{
	return value;
}
EXPORT_SYMBOL_GPL(sample_plain);

int sample_again(void);

int sample_again(void)
{
	return sample_plain(sample_gpl(1));
}
EXPORT_SYMBOL(sample_again);

unsigned long gcd(unsigned long one, unsigned long other);

unsigned long gcd(unsigned long one, unsigned long other)
{
	return one & other;
}
EXPORT_SYMBOL_GPL(gcd);

IN_ORDER("exports what others export");
