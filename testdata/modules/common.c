/* A variable that the linker is to place. */
#include "sample.h"

int placed_by_the_linker;

int common_value(void);

int common_value(void)
{
	return placed_by_the_linker;
}

IN_ORDER("has a common symbol");
