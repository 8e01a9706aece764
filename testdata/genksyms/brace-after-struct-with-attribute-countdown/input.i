struct __attribute__((a)) __attribute__((b)) __attribute__((d)) s { int a; };
int h;
struct s v;
__GENKSYMS_EXPORT_SYMBOL(h);
__GENKSYMS_EXPORT_SYMBOL(v);
