__attribute__((a)) int x;
int __attribute__((b)) y;
static __attribute__((d)) const int __attribute__((e)) z;
__GENKSYMS_EXPORT_SYMBOL(x);
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(z);
