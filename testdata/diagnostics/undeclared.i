# 1 "drivers/pump/pump.c"
__GENKSYMS_EXPORT_SYMBOL(pump_early);
int pump_early(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_asm_entry);
__GENKSYMS_EXPORT_SYMBOL(pump_asm_exit);
