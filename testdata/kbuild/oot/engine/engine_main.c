// SPDX-License-Identifier: GPL-2.0
/* The exports of functions: plain, for the GPL only, and in a namespace. */
#include <linux/module.h>
#include "engine.h"

int engine_start(struct engine_state *state)
{
	enum engine_phase before = state->phase;

	state->phase = ENGINE_ON;
	state->turns++;
	return state->watch ? state->watch(state, before) : 0;
}
EXPORT_SYMBOL(engine_start);

void engine_stop(struct engine_state *state)
{
	state->phase = ENGINE_OFF;
}
EXPORT_GPL_IN(ENGINE_CONTROL, engine_stop);

static int __init engine_begin(void)
{
	return engine_start(&engine_default);
}
module_init(engine_begin);

static void __exit engine_end(void)
{
	engine_stop(&engine_default);
}
module_exit(engine_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("exports of all kinds, from three objects");
MODULE_VERSION("3.1");
