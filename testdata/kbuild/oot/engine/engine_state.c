// SPDX-License-Identifier: GPL-2.0
/* The exports of data. Beside this file is a reference that fixes one of its types. */
#include <linux/export.h>
#include "engine.h"

struct engine_state engine_default = { .phase = ENGINE_WARM };
EXPORT_SYMBOL_GPL(engine_default);

const char *const engine_phase_names[] = { "off", "warm", "on" };
EXPORT_IN(ENGINE_TEXTS, engine_phase_names);

unsigned long engine_turns(const struct engine_state *state)
{
	return state->turns;
}
EXPORT_SYMBOL(engine_turns);
