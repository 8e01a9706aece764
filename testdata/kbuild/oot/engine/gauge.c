// SPDX-License-Identifier: GPL-2.0
/* Uses its neighbour and exports to ../panel. The reference beside this file says
 * that struct engine_valve was once another. */
#include <linux/module.h>
#include "engine.h"

struct gauge {
	struct engine_state *state;
	unsigned int readings[2];
};

static struct gauge only_gauge;

struct gauge *gauge_of(struct engine_state *state)
{
	only_gauge.state = state;
	only_gauge.readings[0] = engine_turns(state);
	return &only_gauge;
}
EXPORT_SYMBOL(gauge_of);

unsigned int gauge_value(const struct gauge *gauge)
{
	return engine_sum(gauge->readings, 2);
}
EXPORT_IN(GAUGE, gauge_value);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("uses one module and is used by another");
MODULE_VERSION("1:2.0-gauge");
