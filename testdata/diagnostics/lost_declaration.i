# 1 "drivers/pump/pump.c"
# 7 "./include/linux/pump.h" 1
int pump_stop(int id);
unknown_t *pump_find(int id);
# 3 "drivers/pump/pump.c" 2
int pump_stop(int id) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_stop);
__GENKSYMS_EXPORT_SYMBOL(pump_find);
[[nodiscard]] int pump_drain(void)
{ return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_drain);
