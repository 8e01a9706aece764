int (*fpa[3])(void (*cb)(int x, long), const char * restrict s);
__GENKSYMS_EXPORT_SYMBOL(fpa);
