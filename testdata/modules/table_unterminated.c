/* The last entry of a table is not empty. */
#include "tables.h"

TABLE(i2c, i2c_device_id, sample_i2c, { "first", 1 }, { "last", 2 });

IN_ORDER("a table without an end");
