/* SPDX-License-Identifier: GPL-2.0 */
/* What pump.ko offers, as it is today. */
#include <linux/types.h>

struct pump {
	u64 litres;
	u32 strokes;
};

void pump_stroke(struct pump *pump);
int pump_pressure(int valve);
int pump_flow(int valve);
