/* A table that is no whole number of entries. */
#include "tables.h"

static const char sample_odd[33] __attribute__((used)) = "odd";
MODULE_DEVICE_TABLE(spi, sample_odd);

IN_ORDER("a table of an odd size");
