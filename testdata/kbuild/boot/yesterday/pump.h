/* SPDX-License-Identifier: GPL-2.0 */
/* What pump.ko offered, as it was yesterday. */
#include <linux/types.h>

struct pump {
	u32 litres;
	u32 strokes;
	u32 spare[2];
};

void pump_stroke(struct pump *pump);
int pump_pressure(int valve);
int pump_flow(int valve);
