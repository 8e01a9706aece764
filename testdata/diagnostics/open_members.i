# 1 "drivers/pump/pump.c"
# 7 "./include/linux/pump.h" 1
struct pump {
 int id;
 int level no_semicolon
};
struct valve { int id; };
# 3 "drivers/pump/pump.c" 2
int pump_start(struct valve *valve) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(pump_start);
