# 1 "drivers/pump/pump.c"
# 7 "./include/linux/pump.h" 1
struct valve {
 int id;
 struct seat { int a b; } seat @;
};
int (*valve_hook)(unknown_t *valve);
# 3 "drivers/pump/pump.c" 2
int pump_start(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_start);
