#line 1 "types.h"
struct empty {};
long common1;
void *common2;
long common3;
int after __attribute__((section(".data.z"))) = 3;
struct empty ze __attribute__((section(".data.z")));
int first(int a) { return a; }
extern __typeof(first) second __attribute__((alias("first")));
