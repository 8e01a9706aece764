int f(void);
__GENKSYMS_EXPORT_SYMBOL(f);
