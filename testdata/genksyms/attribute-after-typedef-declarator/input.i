typedef int T __attribute__((mode(DI)));
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
