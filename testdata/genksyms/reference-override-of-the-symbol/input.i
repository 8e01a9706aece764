int f(long);
__GENKSYMS_EXPORT_SYMBOL(f);
