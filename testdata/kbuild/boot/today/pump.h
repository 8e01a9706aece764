/* SPDX-License-Identifier: GPL-2.0 */
/* What pump.ko offers, as it is today. */
#include <linux/types.h>
#include <linux/version.h>

/* A namespace is a text from 6.13 on, and a word before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, #space)
#define IMPORT(space) MODULE_IMPORT_NS(#space)
#else
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, space)
#define IMPORT(space) MODULE_IMPORT_NS(space)
#endif

/*
 * As large as yesterday's, so that nothing else is hurt where a kernel lets yesterday's modules use
 * it.
 */
struct pump {
	u64 litres;
	u32 strokes;
	u32 spare;
};

void pump_stroke(struct pump *pump);
int pump_pressure(int valve);
int pump_flow(int valve);
