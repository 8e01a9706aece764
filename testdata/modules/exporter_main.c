/* Exports of every kind, from a module of two objects. */
#include "sample.h"
#include "exporter.h"

int sample_counter = 1;
EXPORT_SYMBOL_GPL(sample_counter);

char sample_text[EXPORTER_LENGTH] = "sample";
EXPORT_SYMBOL(sample_text);

int sample_plain(int value)
{
	return value + sample_counter;
}
EXPORT_SYMBOL(sample_plain);

int sample_gpl(int value)
{
	return value - sample_counter;
}
EXPORT_SYMBOL_GPL(sample_gpl);

static int __init exporter_begin(void)
{
	return exporter_part(0);
}
module_init(exporter_begin);

static void __exit exporter_end(void)
{
	sample_counter = 0;
}
module_exit(exporter_end);

IN_ORDER("exports of every kind");
MODULE_VERSION("1.0");
MODULE_ALIAS("sample-exporter");
