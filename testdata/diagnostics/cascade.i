# 1 "drivers/pump/pump.c"
# 7 "./include/linux/pump.h" 1
struct pump_flags {
 int a;
 union __attribute__((__packed__)) {
  int all;
  struct __attribute__((__packed__)) {
   int x : 1;
  };
 };
 int valid;
};
int pump_flags(struct pump_flags *f);
# 3 "drivers/pump/pump.c" 2
__GENKSYMS_EXPORT_SYMBOL(pump_flags);
