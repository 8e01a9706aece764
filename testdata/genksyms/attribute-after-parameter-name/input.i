void f(int a __attribute__((unused)));
__GENKSYMS_EXPORT_SYMBOL(f);
