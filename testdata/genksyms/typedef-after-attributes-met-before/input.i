static inline __attribute__((first)) __attribute__((second)) int f(void) { }
static inline __attribute__((first)) __attribute__((second)) typedef int t;
int p;
__GENKSYMS_EXPORT_SYMBOL(p);
