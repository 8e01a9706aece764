# 1 "drivers/pump/pump.c"
int pump_ok(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_ok);
int pump_open(void) { if (1) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_open);
