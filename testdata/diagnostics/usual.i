# 1 "drivers/pump/pump.c"
struct own { int a; };
int pump_start(struct own *p, struct never *n);
__GENKSYMS_EXPORT_SYMBOL(pump_start);
