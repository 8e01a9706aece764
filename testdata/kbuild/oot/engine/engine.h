/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules here and in ../panel share. */
#ifndef ENGINE_H
#define ENGINE_H

#include <linux/list.h>
#include <linux/types.h>

enum engine_phase { ENGINE_OFF, ENGINE_WARM = 4, ENGINE_ON };

struct engine_valve {
	struct list_head others;
	unsigned int opened:1, stuck:1;
	u8 settings[4];
};

struct engine_state {
	enum engine_phase phase;
	unsigned long turns;
	struct engine_valve *first;
	int (*watch)(struct engine_state *state, enum engine_phase before);
};

/* engine_main.c */
int engine_start(struct engine_state *state);
void engine_stop(struct engine_state *state);

/* engine_state.c */
extern struct engine_state engine_default;
extern const char *const engine_phase_names[];
unsigned long engine_turns(const struct engine_state *state);

/* engine_fast.S */
unsigned int engine_sum(const unsigned int *values, unsigned int count);

/* gauge.c */
struct gauge;
struct gauge *gauge_of(struct engine_state *state);
unsigned int gauge_value(const struct gauge *gauge);

#endif
