int f(int);
__GENKSYMS_EXPORT_SYMBOL(f);
