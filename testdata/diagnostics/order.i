# 1 "drivers/pump/pump.c"
# 4 "./include/linux/pump.h" 1
struct pump;
int pump_start(struct pump *p, struct never *n);
# 2 "drivers/pump/pump.c" 2
__GENKSYMS_EXPORT_SYMBOL(pump_start);
# 1 "drivers/pump/internal.h" 1
struct pump {
 int id;
};
struct level { int a; };
struct level { long a; };
# 4 "drivers/pump/pump.c" 2
int pump_level(struct pump *p, struct level *l) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_level);
