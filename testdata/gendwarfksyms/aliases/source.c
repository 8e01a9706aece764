struct empty {};
int common1, common2;
long common3;
int first(int a) { return a; }
extern __typeof(first) second __attribute__((alias("first")));
struct empty ze __attribute__((section(".data.z")));
int after __attribute__((section(".data.z"))) = 3;
int array[];
int array[5] = { 1 };
extern char weak_one[] __attribute__((weak));
