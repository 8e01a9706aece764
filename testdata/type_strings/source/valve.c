#include "valve.h"

/* Only a name elsewhere. */
struct hidden {
	u32 secret;
};

struct hidden *valve_hidden;

int valve_open(struct pipe *pipe, enum state state)
{
	return pipe->width + state;
}

#ifdef NEW
void valve_rename(struct bolt *screw)
#else
void valve_rename(struct bolt *bolt)
#endif
{
}

#ifdef NEW
long valve_measure(struct gauge *gauge, union scale *scale, u32 depth)
#else
int valve_measure(struct gauge *gauge, union scale *scale)
#endif
{
	return 0;
}

amount_t valve_amount(const struct bolt *bolt)
{
	return bolt->length;
}

void valve_turn(struct tap *tap)
{
}

struct valve_ops valve_ops;
int valve_same[4];
