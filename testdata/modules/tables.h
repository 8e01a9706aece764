/* What the modules with device tables share. */
#ifndef TABLES_H
#define TABLES_H

#include "sample.h"
#include <linux/mod_devicetable.h>
#include <linux/version.h>

/* A table, and its end if the entries are followed by `{ }`. */
#define TABLE(type, structure, name, ...)                                      \
	static const struct structure name[]                                   \
		__attribute__((used)) = { __VA_ARGS__ };                       \
	MODULE_DEVICE_TABLE(type, name)

#endif
