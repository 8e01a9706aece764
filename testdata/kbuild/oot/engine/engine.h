/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules here and in ../panel share. */
#ifndef ENGINE_H
#define ENGINE_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/version.h>

/* A namespace is a text from 6.13 on, and a word before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, #space)
#define EXPORT_GPL_IN(space, symbol) EXPORT_SYMBOL_NS_GPL(symbol, #space)
#define IMPORT(space) MODULE_IMPORT_NS(#space)
#else
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, space)
#define EXPORT_GPL_IN(space, symbol) EXPORT_SYMBOL_NS_GPL(symbol, space)
#define IMPORT(space) MODULE_IMPORT_NS(space)
#endif

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
