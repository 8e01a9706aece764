# 1 "drivers/pump/pump.c"
# 1 "./include/linux/pump.h" 1
# 10 "./include/linux/pump.h"
typedef unsigned int u32;
struct __attribute__((packed)) pump_state {
 u32 level;
};
struct pump { struct pump_state *state; int id; };
# 3 "drivers/pump/pump.c" 2
int pump_start(struct pump *p) { return p->id; }
__GENKSYMS_EXPORT_SYMBOL(pump_start);
int pump_stop(struct pump *p, int force) { return force; }
__GENKSYMS_EXPORT_SYMBOL(pump_stop);
int pump_count(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_count);
