# 1 "drivers/pump/pump.c"
# 7 "./include/linux/pump.h" 1
int pump_read(unknown_t *buffer, int length);
struct pump_ops {
 int (*start)(int id);
 int level __private_macro;
 int stop;
};
extern struct pump_ops pump_default;
# 3 "drivers/pump/pump.c" 2
__GENKSYMS_EXPORT_SYMBOL(pump_read);
__GENKSYMS_EXPORT_SYMBOL(pump_default);
